package diff

import (
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// draft is an action in the making: what one person's account needs.
type draft struct {
	want *plan.DesiredAccount
	have *plan.Account // nil for a new account

	changes   plan.Changes
	groups    []plan.MembershipChange
	conflicts []plan.Conflict
	// held is what holds keep from happening, nil for nothing.
	held *plan.Held
	// dropped means that the whole account is left alone, and aside that its
	// action was not selected.
	dropped, aside bool

	// undoes is the action of another plan whose inverse this is, nil where it
	// follows PowerSchool.
	undoes *plan.Action

	// The following are about the address, see address.go.
	via     string
	release []string
	after   []*draft
}

func (d *draft) id() string { return plan.AccountID(d.want.DCID) }

// set adds a change unless the field has the value already.
func (d *draft) set(field string, from, to plan.Value) {
	if plan.Same(field, from, to) {
		return
	}
	d.changes = append(d.changes, plan.Change{Field: field, From: from, To: to})
}

// obstacle is why something cannot be had, and what a person can do about it.
type obstacle struct {
	kind            plan.ConflictKind
	problem, remedy string
}

// undecided is the obstacle of a value that the policy could not give.
func undecided(problem string) obstacle {
	return obstacle{plan.ConflictUndecided, problem, "correct the rule or the value in PowerSchool"}
}

// conflict leaves one field as it is.
func (d *draft) conflict(field string, o obstacle) {
	account := d.want.Address
	if d.have != nil {
		account = d.have.Address
	}
	d.conflicts = append(d.conflicts, plan.Conflict{
		Kind: o.kind, ID: d.id(), Account: account, Staff: d.want.Staff, Field: field, Problem: o.problem, Remedy: o.remedy,
	})
	d.changes = d.changes.Without(field)
}

// drop leaves the whole account alone.
func (d *draft) drop(o obstacle) {
	d.conflicts = nil
	d.conflict("", o)
	d.dropped = true
}

// empty tells whether there is nothing to do.
func (d *draft) empty() bool {
	return d.dropped || len(d.changes)+len(d.release) == 0 &&
		!slices.ContainsFunc(d.groups, func(m plan.MembershipChange) bool { return !m.Stays() })
}

// claims returns the address that the account is to get, in lower case, and
// whether it is to get one.
func (d *draft) claims() (string, bool) {
	if d.dropped {
		return "", false
	}
	change, ok := d.changes.Get(plan.FieldPrimaryEmail)
	return strings.ToLower(change.To.String()), ok
}

// atVia tells whether the account has its temporary address: its rename was
// interrupted.
func (d *draft) atVia(domain string) bool { return d.have != nil && d.have.AtVia(domain) }

func (d *draft) kind() plan.Kind {
	switch {
	case d.have == nil:
		return plan.Create
	case d.undoes != nil && d.undoes.Kind == plan.Link:
		return plan.Link
	}
	return plan.KindOf(d.changes)
}

func (d *draft) action() plan.Action {
	d.changes.Sort()
	action := plan.Action{
		ID:      d.id(),
		Kind:    d.kind(),
		Account: d.want.Address,
		Staff:   d.want.Staff,
		Reason:  d.reason(),
		Changes: d.changes,
		Via:     d.via,
		Release: d.release,
		Groups:  d.groups,
	}
	if d.have != nil {
		action.Account, action.GoogleID = d.have.Address, d.have.GoogleID
	}
	for _, before := range d.after {
		action.After = append(action.After, before.id())
	}
	action.Undo = action.CannotUndo()
	return action
}
