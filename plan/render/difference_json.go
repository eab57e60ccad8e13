package render

import (
	"io"

	"github.com/staffsync/staffsync/plan"
)

// differenceDocument is a difference as JSON. Its keys are documented in the README
// and do not change.
type differenceDocument struct {
	Same    bool            `yaml:"same"`
	Actions actionsDocument `yaml:"actions"`
	Other   otherDocument   `yaml:"other"`
}

type actionsDocument struct {
	Same    int               `yaml:"same"`
	New     []plan.Action     `yaml:"new"`
	Gone    []plan.Action     `yaml:"gone"`
	Changed []changedDocument `yaml:"changed"`
	// NotKnown are actions that one plan does not know, each with its problem.
	NotKnown []changedDocument `yaml:"notKnown"`
}

// changedDocument is an action that differs. The parts that do not are left out.
type changedDocument struct {
	ID      string      `yaml:"id"`
	Account string      `yaml:"account"`
	Staff   plan.Person `yaml:"staff"`
	// Changes and Groups have what is on either side, null for nothing.
	Changes map[string]sidesDocument[*fromTo]                `yaml:"changes"`
	Groups  map[string]sidesDocument[*plan.MembershipChange] `yaml:"groups"`
	Values  map[string]sidesDocument[string]                 `yaml:"values"`
	Reason  sidesDocument[string]                            `yaml:"reason,omitempty"`
	Problem string                                           `yaml:"problem,omitempty"`
}

type sidesDocument[T any] struct {
	Before T `yaml:"before"`
	After  T `yaml:"after"`
}

type fromTo struct {
	From plan.Value `yaml:"from"`
	To   plan.Value `yaml:"to"`
}

// otherDocument is what else differs.
type otherDocument struct {
	Values    map[string]sidesDocument[string] `yaml:"values"`
	Reasons   []changedDocument                `yaml:"reasons"`
	Conflicts listDocument[plan.Conflict]      `yaml:"conflicts"`
	Warnings  listDocument[plan.Warning]       `yaml:"warnings"`
	Skipped   listDocument[plan.Skipped]       `yaml:"skipped"`
	Bulk      listDocument[plan.BulkChange]    `yaml:"bulk"`

	BulkGroups listDocument[plan.BulkMembership] `yaml:"bulkGroups,omitempty"`
}

type listDocument[T any] struct {
	New  []T `yaml:"new"`
	Gone []T `yaml:"gone"`
}

// DifferenceJSON writes how two plans differ for a program. It returns an error only
// where writing does.
func DifferenceJSON(w io.Writer, d plan.Difference) error {
	return plan.WriteJSON(w, differenceDocument{
		Same: d.SameActions(),
		Actions: actionsDocument{
			Same: d.Same, New: d.New, Gone: d.Gone, Changed: changedDocuments(d.Changed), NotKnown: notKnownDocuments(d.NotKnown),
		},
		Other: otherDocument{
			Values:    valuesDocument(d.Values),
			Reasons:   changedDocuments(d.Reasons),
			Conflicts: listDocument[plan.Conflict](d.Conflicts),
			Warnings:  listDocument[plan.Warning](d.Warnings),
			Skipped:   listDocument[plan.Skipped](d.Skipped),
			Bulk:      listDocument[plan.BulkChange](d.Bulk),

			BulkGroups: listDocument[plan.BulkMembership](d.BulkGroups),
		},
	})
}

func changedDocuments(changed []plan.ActionDifference) []changedDocument {
	var documents []changedDocument
	for i := range changed {
		d := &changed[i]
		document := changedDocument{
			ID: d.After.ID, Account: d.After.Account, Staff: d.After.Staff,
			Changes: make(map[string]sidesDocument[*fromTo]),
			Groups:  make(map[string]sidesDocument[*plan.MembershipChange]),
			Values:  valuesDocument(d.Values),
		}
		for _, field := range d.Fields {
			document.Changes[field.Field] = sidesDocument[*fromTo]{fromToOf(field.Before), fromToOf(field.After)}
		}
		for _, m := range d.Memberships {
			document.Groups[m.Group] = sidesDocument[*plan.MembershipChange]{m.Before, m.After}
		}
		if d.Before.Reason != d.After.Reason {
			document.Reason = sidesDocument[string]{d.Before.Reason, d.After.Reason}
		}
		documents = append(documents, document)
	}
	return documents
}

func notKnownDocuments(unknown []plan.NotKnown) []changedDocument {
	var documents []changedDocument
	for _, u := range unknown {
		document := changedDocuments([]plan.ActionDifference{u.ActionDifference})[0]
		document.Problem = u.Problem
		documents = append(documents, document)
	}
	return documents
}

func fromToOf(change *plan.Change) *fromTo {
	if change == nil {
		return nil
	}
	return &fromTo{change.From, change.To}
}

func valuesDocument(values []plan.ValueDifference) map[string]sidesDocument[string] {
	document := make(map[string]sidesDocument[string], len(values))
	for _, v := range values {
		document[v.Key] = sidesDocument[string]{v.Before, v.After}
	}
	return document
}
