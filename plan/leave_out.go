package plan

import (
	"fmt"
	"slices"
	"strings"
)

// What an Omission may leave out besides the field, what happens to the
// membership of the group, or the release of the alias, of that name.
const (
	// WholeAction is all of the action.
	WholeAction = ""
	// Leavings are all the memberships that the action ends of somebody who has
	// left.
	Leavings = "groups"
	// Joinings are all the memberships that the action begins, or whose role it
	// raises, and Prunings those that it ends by a rule.
	Joinings = "joins"
	Prunings = "prunes"
)

// Omission is a part of an action that apply leaves out.
type Omission struct {
	// ID is the action's.
	ID string
	// Part is WholeAction, Leavings, a field, a group's address, or an alias that
	// is given up.
	Part string
	// Reason says in words why, such as "over the limit suspend".
	Reason string
	// WaitsFor is the id of the action that this one waits for and of which
	// too much is left out, empty where the reason is this one's own.
	WaitsFor string
}

// String says what is left out and why.
func (o Omission) String() string {
	switch {
	case o.WaitsFor != "":
		return fmt.Sprintf("waits for %s (%s)", o.WaitsFor, o.Reason)
	case o.Part == WholeAction:
		return o.Reason
	}
	return fmt.Sprintf("%s (%s)", o.Part, o.Reason)
}

// Remainder is what is left to do of an action.
type Remainder struct {
	// Planned is the action in the plan, and Action the same without what is
	// left out.
	Planned *Action
	Action  Action
	// Omitted is what is left out, empty where the action is whole.
	Omitted []Omission
}

// Empty tells whether nothing is left to do.
func (r *Remainder) Empty() bool {
	return r.Action.parts() == 0
}

// LeaveOut takes the omissions out of the actions, with all that cannot do
// without them, in the same action and in those that wait for it. The
// remainders are in the order of the actions.
func LeaveOut(actions []Action, omissions []Omission) []Remainder {
	remainders := make([]Remainder, len(actions))
	byID, waiting := make(map[string]*Remainder), make(map[string][]*Remainder)
	for i, action := range actions {
		remainders[i].Planned, remainders[i].Action = &actions[i], action
		byID[action.ID] = &remainders[i]
		for _, id := range action.After {
			waiting[id] = append(waiting[id], &remainders[i])
		}
	}
	queue := slices.Clone(omissions)
	for ; len(queue) > 0; queue = queue[1:] {
		o := queue[0]
		r, ok := byID[o.ID]
		if !ok {
			continue
		}
		before := r.Action
		r.Action = before.without(o.Part)
		if r.Action.parts() == before.parts() {
			continue
		}
		r.Omitted = append(r.Omitted, o)
		if !before.Kind.OnAccount() {
			queue = append(queue, needing(remainders, o)...)
		}
		for _, w := range waiting[o.ID] {
			if before.givesUp() && !r.Action.givesUp() || w.Action.takes(o.Part) {
				queue = append(queue, Omission{ID: w.Action.ID, Part: w.Action.waits(), Reason: o.Reason, WaitsFor: o.ID})
			}
		}
	}
	return remainders
}

// needing are the parts that cannot do without what is not created.
func needing(remainders []Remainder, o Omission) []Omission {
	var omissions []Omission
	for i := range remainders {
		for _, need := range remainders[i].Action.Needs() {
			if need.ID == o.ID {
				omissions = append(omissions, Omission{ID: remainders[i].Action.ID, Part: need.Part, Reason: o.Reason, WaitsFor: o.ID})
			}
		}
	}
	return omissions
}

// without returns the action without the part, and without what cannot do
// without that. A new account comes whole or not at all, and nothing is done to
// one that is to be suspended or re-enabled and is not. An account that keeps its
// address keeps the aliases that others wait for. A leaver who stays in a group
// is not moved, because the move says that all before it is done. Somebody who is
// not moved keeps the groups, for which the rules went by the new org unit. What
// else is created comes whole or not at all.
func (a Action) without(part string) Action {
	_, changes := a.Changes.Get(part)
	switch {
	case part == WholeAction, changes && (a.Kind == Create || !a.Kind.OnAccount() || part == FieldSuspended):
		a.Changes, a.Via, a.Release, a.Groups = nil, "", nil, nil
	case part == FieldPrimaryEmail:
		a.Changes, a.Via, a.Release = a.Changes.Without(part), "", nil
	case changes:
		a.Changes = a.Changes.Without(part)
		if part == FieldOrgUnitPath {
			a.Groups = slices.DeleteFunc(slices.Clone(a.Groups), MembershipChange.ByRule)
		}
	case a.releases(part):
		a.Release = slices.DeleteFunc(slices.Clone(a.Release), func(alias string) bool { return strings.EqualFold(alias, part) })
	default:
		leaves := len(a.Leaves())
		a.Groups = slices.DeleteFunc(slices.Clone(a.Groups), func(m MembershipChange) bool { return m.isPart(part) })
		if len(a.Leaves()) < leaves {
			a.Changes = a.Changes.Without(FieldOrgUnitPath)
		}
	}
	return a
}

// isPart tells whether an omission of that part leaves the change out.
func (m MembershipChange) isPart(part string) bool {
	switch {
	case m.Stays():
		return false
	case m.Prunes():
		return part == Prunings || strings.EqualFold(part, m.Group)
	case m.Leaves():
		return part == Leavings || strings.EqualFold(part, m.Group)
	}
	return part == Joinings || strings.EqualFold(part, m.Group)
}

// parts counts what can be left out of the action.
func (a *Action) parts() int {
	n := len(a.Changes) + len(a.Release)
	for _, m := range a.Groups {
		if !m.Stays() {
			n++
		}
	}
	return n
}

// givesUp tells whether the action frees addresses that others may wait for.
func (a *Action) givesUp() bool {
	_, renames := a.Rename()
	return renames || len(a.Release) > 0
}

// releases tells whether the action takes that alias from its account.
func (a *Action) releases(alias string) bool {
	return slices.ContainsFunc(a.Release, func(released string) bool { return strings.EqualFold(released, alias) })
}

// takes tells whether the action gives its account that address.
func (a *Action) takes(address string) bool {
	change, ok := a.Changes.Get(FieldPrimaryEmail)
	return ok && strings.EqualFold(change.To.String(), address)
}

// waits returns the part of the action that waits for those under After: all of
// it, but a suspension never waits.
func (a *Action) waits() string {
	if a.Suspends() {
		return FieldPrimaryEmail
	}
	return WholeAction
}
