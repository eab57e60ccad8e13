package diff

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// Plans compares two plans, action by action. It is pure, and the order of what it
// finds is that of the plans.
func Plans(before, after *plan.Plan) plan.Difference {
	d := plan.Difference{
		Conflicts:  newAndGone(before.Conflicts, after.Conflicts),
		Warnings:   newAndGone(before.Warnings, after.Warnings),
		Skipped:    newAndGone(before.Skipped, after.Skipped),
		Bulk:       newAndGone(before.Bulk, after.Bulk),
		BulkGroups: newAndGone(before.BulkGroups, after.BulkGroups),
		Values:     planValues(before, after),
	}
	left := make(map[string][]*plan.Action) // by id, which an edited file may have twice
	for i := range after.Actions {
		action := &after.Actions[i]
		left[action.ID] = append(left[action.ID], action)
	}
	paired := make(map[*plan.Action]bool)
	for i := range before.Actions {
		action := &before.Actions[i]
		others := left[action.ID]
		if len(others) == 0 {
			d.Gone = append(d.Gone, *action)
			continue
		}
		left[action.ID], paired[others[0]] = others[1:], true
		switch change := Actions(action, others[0]); {
		case !change.Empty():
			d.Changed = append(d.Changed, change)
		case action.Reason != others[0].Reason || action.Staff != others[0].Staff:
			d.Same++
			d.Reasons = append(d.Reasons, change)
		default:
			d.Same++
		}
	}
	for i := range after.Actions {
		if !paired[&after.Actions[i]] {
			d.New = append(d.New, after.Actions[i])
		}
	}
	unknownsOf(before, after).setApart(&d)
	return d
}

// Actions compares what two actions of one id do, field by field and membership by
// membership.
func Actions(before, after *plan.Action) plan.ActionDifference {
	d := plan.ActionDifference{Before: *before, After: *after}
	for _, change := range before.Changes {
		other, ok := after.Changes.Get(change.Field)
		switch {
		case !ok:
			d.Fields = append(d.Fields, plan.FieldDifference{Field: change.Field, Before: &change})
		case !plan.Same(change.Field, change.From, other.From) || !change.To.Equal(other.To):
			d.Fields = append(d.Fields, plan.FieldDifference{Field: change.Field, Before: &change, After: &other})
		}
	}
	for _, change := range after.Changes {
		if _, ok := before.Changes.Get(change.Field); !ok {
			d.Fields = append(d.Fields, plan.FieldDifference{Field: change.Field, After: &change})
		}
	}
	for _, m := range before.Groups {
		other, ok := membershipOf(after, m.Group)
		switch {
		case !ok:
			d.Memberships = append(d.Memberships, plan.MembershipDifference{Group: m.Group, Before: &m})
		case m.From != other.From || m.To != other.To:
			d.Memberships = append(d.Memberships, plan.MembershipDifference{Group: m.Group, Before: &m, After: &other})
		}
	}
	for _, m := range after.Groups {
		if _, ok := membershipOf(before, m.Group); !ok {
			d.Memberships = append(d.Memberships, plan.MembershipDifference{Group: m.Group, After: &m})
		}
	}
	d.Values = differing([]plan.ValueDifference{
		{Key: "action", Before: string(before.Kind), After: string(after.Kind)},
		{Key: "account", Before: strings.ToLower(before.Account), After: strings.ToLower(after.Account)},
		{Key: "googleID", Before: before.GoogleID, After: after.GoogleID},
		{Key: "via", Before: strings.ToLower(before.Via), After: strings.ToLower(after.Via)},
		{Key: "release", Before: asSet(before.Release), After: asSet(after.Release)},
		{Key: "after", Before: asSet(before.After), After: asSet(after.After)},
	})
	return d
}

// membershipOf returns what the action does to its account's membership of the
// group, and whether it does anything.
func membershipOf(action *plan.Action, group string) (plan.MembershipChange, bool) {
	for _, m := range action.Groups {
		if strings.EqualFold(m.Group, group) {
			return m, true
		}
	}
	return plan.MembershipChange{}, false
}

// asSet is the list in words, whatever its order.
func asSet(list []string) string { return strings.Join(slices.Sorted(slices.Values(list)), ", ") }

// differing leaves out what is the same before and after.
func differing(values []plan.ValueDifference) []plan.ValueDifference {
	return slices.DeleteFunc(values, func(v plan.ValueDifference) bool { return v.Before == v.After })
}

// newAndGone returns what only one of the two lists has, as often as it does.
func newAndGone[T comparable](before, after []T) plan.NewAndGone[T] {
	return plan.NewAndGone[T]{New: without(after, before), Gone: without(before, after)}
}

// without returns what is left of a list when another one is taken out of it.
func without[T comparable](list, other []T) []T {
	counts := make(map[T]int, len(other))
	for _, one := range other {
		counts[one]++
	}
	var rest []T
	for _, one := range list {
		if counts[one]--; counts[one] < 0 {
			rest = append(rest, one)
		}
	}
	return rest
}

// inWords is the list in words.
func inWords[T any](list []T, say func(T) string) string {
	words := make([]string, 0, len(list))
	for _, one := range list {
		words = append(words, say(one))
	}
	return strings.Join(words, "; ")
}

// planValues compares what the plans say beside their lists.
func planValues(before, after *plan.Plan) []plan.ValueDifference {
	values := []plan.ValueDifference{
		{Key: "version", Before: strconv.Itoa(before.Version), After: strconv.Itoa(after.Version)},
		{Key: "domain", Before: before.Domain, After: after.Domain},
		{Key: "customer", Before: before.Customer, After: after.Customer},
		{Key: "policy", Before: before.Policy, After: after.Policy},
		{Key: "asOf", Before: before.AsOf, After: after.AsOf},
		{Key: "fingerprintKey", Before: before.FingerprintKey, After: after.FingerprintKey},
		{Key: "notKnown", Before: asSet(before.NotKnown), After: asSet(after.NotKnown)},
		{Key: "made", Before: string(before.MadeBy()), After: string(after.MadeBy())},
		{Key: "madeWith", Before: withWords(before.MadeWith), After: withWords(after.MadeWith)},
		{Key: "held", Before: inWords(before.Held, plan.Held.String), After: inWords(after.Held, plan.Held.String)},
		{Key: "holds", Before: inWords(before.Holds, plan.Hold.String), After: inWords(after.Holds, plan.Hold.String)},
		{Key: "blocked", Before: strings.Join(before.Blocked, "; "), After: strings.Join(after.Blocked, "; ")},
	}
	for _, part := range []struct {
		key           string
		before, after any
	}{
		{"summary", before.Summary, after.Summary},
		{"links", before.Links, after.Links},
		{"people", before.People, after.People},
		{"accounts", before.Accounts, after.Accounts},
	} {
		values = append(values, counts(part.key, reflect.ValueOf(part.before), reflect.ValueOf(part.after))...)
	}
	return differing(append(values, limitValues(before.Limits, after.Limits)...))
}

// withWords is what a plan was made with, in words.
func withWords(with plan.MadeWith) string {
	var words []string
	if len(with.Only) > 0 {
		words = append(words, "--only "+strings.Join(with.Only, ","))
	}
	for _, flag := range slices.Sorted(maps.Keys(with.Files)) {
		words = append(words, "--"+flag+" "+with.Files[flag])
	}
	return strings.Join(words, " ")
}

// counts lays the numbers of two structs beside each other, by the keys that they
// have in the plan file.
func counts(key string, before, after reflect.Value) []plan.ValueDifference {
	var values []plan.ValueDifference
	for i := range before.NumField() {
		name, _, _ := strings.Cut(before.Type().Field(i).Tag.Get("yaml"), ",")
		values = append(values, plan.ValueDifference{
			Key: key + "." + name, Before: fmt.Sprint(before.Field(i)), After: fmt.Sprint(after.Field(i)),
		})
	}
	return values
}

// limitValues lays limits beside each other; one that is not there says nothing.
func limitValues(before, after plan.LimitChecks) []plan.ValueDifference {
	all := maps.Clone(after)
	if all == nil {
		all = make(plan.LimitChecks)
	}
	maps.Copy(all, before)
	var values []plan.ValueDifference
	for _, name := range all.Names() {
		b, had := before[name]
		a, has := after[name]
		in := func(there bool, value any) string {
			if !there {
				return ""
			}
			return fmt.Sprint(value)
		}
		key := "limits." + string(name)
		values = append(values,
			plan.ValueDifference{Key: key + ".limit", Before: in(had, b.Limit), After: in(has, a.Limit)},
			plan.ValueDifference{Key: key + ".count", Before: in(had, b.Count), After: in(has, a.Count)},
			plan.ValueDifference{Key: key + ".base", Before: in(had, b.Base), After: in(has, a.Base)},
			plan.ValueDifference{Key: key + ".allowed", Before: in(had, b.Allowed), After: in(has, a.Allowed)},
			plan.ValueDifference{Key: key + ".detail", Before: in(had, b.Detail), After: in(has, a.Detail)},
		)
	}
	return values
}
