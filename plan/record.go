package plan

import (
	"strings"
	"time"
)

// Record is what a journal tells of a plan: what its runs did of it since it was
// made, or since it was last begun again.
type Record struct {
	// Plan is the digest of the plan.
	Plan string
	// From and To are the times of the first and the last line about an action.
	From, To time.Time
	// Actions are those that a run came to, in the journal's order; Complete adds the
	// plan's others.
	Actions []RecordedAction
	// Cut tells that the journal's last line is incomplete, as it is where a run was
	// killed while it wrote it.
	Cut bool
	// OtherPlans counts the plans that the journal has lines of besides.
	OtherPlans int
	// Planned tells that the plan itself was read too, and Domain is the plan's.
	Planned bool
	Domain  string
}

// Ending is how an action, or an operation of one, ended as far as its journal tells.
type Ending string

// The endings.
const (
	// EndedDone: everything is done, by the last run or by one before.
	EndedDone Ending = "done"
	// EndedFailed: a part could not be done.
	EndedFailed Ending = "failed"
	// EndedDrifted: the account was not as the plan saw it, and was left alone.
	EndedDrifted Ending = "drifted"
	// EndedUnfinished: a run was cut short while it was at it.
	EndedUnfinished Ending = "unfinished"
	// EndedLeftOut: a part, or all of it, was left out: it is over a limit, held, or
	// outdated.
	EndedLeftOut Ending = "leftOut"
	// EndedNotReached: no run came to it, or what it waits for was not done.
	EndedNotReached Ending = "notReached"
)

// Endings lists the endings in the order in which they are shown: what needs a
// person first.
func Endings() []Ending {
	return []Ending{EndedFailed, EndedDrifted, EndedUnfinished, EndedLeftOut, EndedNotReached, EndedDone}
}

// RecordedAction is what became of one action.
type RecordedAction struct {
	ID, Account string
	// Kind and Staff are the plan's; Complete fills them in.
	Kind   Kind
	Staff  Person
	Ending Ending
	// Message says in words what was left undone and why.
	Message string
	// Operations are those that ended, in the order of their first lines.
	Operations []RecordedOperation
	// StillIn are the groups that the account is to leave and is still a member of,
	// NotIn those that it is to join and is not in, and OtherRole those in which it
	// does not have its role yet, as far as anybody knows.
	StillIn, NotIn, OtherRole []string
}

// RecordedOperation is how one operation of an action ended.
type RecordedOperation struct {
	// Name says what it is, such as "set orgUnitPath".
	Name string
	// Field is the field that it sets, and Group the group whose membership it
	// changes, empty for none.
	Field, Group string
	Ending       Ending
	Message      string
}

// changed tells whether the membership of the group was changed.
func (a *RecordedAction) changed(group string) bool {
	for _, o := range a.Operations {
		if o.Ending == EndedDone && strings.EqualFold(o.Group, group) {
			return true
		}
	}
	return false
}

// Complete adds what only the plan knows: who the people are, what no run came to,
// and the memberships of actions that no run began. The actions get the plan's order.
func (r *Record) Complete(p *Plan) {
	recorded := make(map[string]*RecordedAction, len(r.Actions))
	for i := range r.Actions {
		recorded[r.Actions[i].ID] = &r.Actions[i]
	}
	all := make([]RecordedAction, 0, max(len(p.Actions), len(r.Actions)))
	planned := make(map[string]bool, len(p.Actions))
	for i := range p.Actions {
		action := &p.Actions[i]
		planned[action.ID] = true
		one := RecordedAction{ID: action.ID, Account: action.Account, Ending: EndedNotReached, Message: "no run has come to it yet"}
		if known := recorded[action.ID]; known != nil {
			one = *known
		}
		one.Kind, one.Staff = action.Kind, action.Staff
		one.setGroups(action.Groups)
		all = append(all, one)
	}
	for _, one := range r.Actions {
		if !planned[one.ID] {
			all = append(all, one)
		}
	}
	r.Actions, r.Planned, r.Domain = all, true, p.Domain
}

// setGroups says which of the memberships that the plan changes are not changed yet.
func (a *RecordedAction) setGroups(planned []MembershipChange) {
	a.StillIn, a.NotIn, a.OtherRole = nil, nil, nil
	if a.Ending == EndedDone {
		return
	}
	for _, m := range planned {
		switch {
		case a.changed(m.Group):
		case m.Leaves():
			a.StillIn = append(a.StillIn, m.Group)
		case m.Joins():
			a.NotIn = append(a.NotIn, m.Group)
		case m.SetsRole():
			a.OtherRole = append(a.OtherRole, m.Group)
		}
	}
}

// Count returns how many actions ended each way.
func (r *Record) Count() map[Ending]int {
	counts := make(map[Ending]int)
	for i := range r.Actions {
		counts[r.Actions[i].Ending]++
	}
	return counts
}

// Whole tells whether everything is done.
func (r *Record) Whole() bool { return !r.Cut && r.Count()[EndedDone] == len(r.Actions) }
