package apply

import (
	"slices"

	"github.com/staffsync/staffsync/plan"
)

// part is what a run has to do with of its plan's actions.
type part struct {
	// actions are those that the run looks at, in the plan's order, and omitted
	// is what is left out of them whatever the limits say.
	actions []plan.Action
	omitted []plan.Omission
	// done is what earlier runs of the plan did of the others.
	done []plan.Action
	// isDone tells whether they did what would be left out.
	isDone func(plan.Omission) bool
}

// partOf returns the part of the plan that the options select, with what is
// outdated of it.
func partOf(p *plan.Plan, options Options, h history) part {
	found := selected(p, options, h)
	again := options.again(h)
	found.isDone = func(o plan.Omission) bool {
		left := operation{part: PartGroup, name: o.Part}
		return !again && (h.completed(o.ID) || h.did(o.ID, left))
	}
	found.omitted = slices.DeleteFunc(slices.Clone(options.Outdated), found.isDone)
	return found
}

func selected(p *plan.Plan, options Options, h history) part {
	if options.Only == nil {
		return part{actions: p.Actions}
	}
	selected := make(map[string]bool, len(options.Only.Actions))
	for i := range options.Only.Actions {
		selected[options.Only.Actions[i].ID] = true
	}
	var found part
	for _, action := range p.Actions {
		if selected[action.ID] {
			found.actions = append(found.actions, action)
		} else if done, any := h.doneOf(action, options); any {
			found.done = append(found.done, done)
		}
	}
	return found
}

// without leaves out of the part what is omitted, and what counts under the limits
// and is not done.
func (p part) without(over []plan.LimitName) []plan.Remainder {
	held := slices.DeleteFunc(plan.HeldBack(p.actions, over), p.isDone)
	return plan.LeaveOut(p.actions, slices.Concat(p.omitted, held))
}

// outdated counts the actions of which something is left out whatever the limits
// say.
func (p part) outdated() int {
	n := 0
	for _, r := range p.without(nil) {
		if len(r.Omitted) > 0 {
			n++
		}
	}
	return n
}

// count returns what counts under the limits: all of it, and what remains when
// the omitted is left out.
func (p part) count() (whole, remaining map[plan.LimitName]int) {
	left := p.done[:len(p.done):len(p.done)]
	for _, r := range p.without(nil) {
		if !r.Empty() {
			left = append(left, r.Action)
		}
	}
	return plan.Count(append(p.done[:len(p.done):len(p.done)], p.actions...)), plan.Count(left)
}

// doneOf returns what the plan's runs did of the action, however often the plan
// was done, and whether they did anything. What a run was at when it was cut
// short counts as done.
func (h history) doneOf(action plan.Action, options Options) (plan.Action, bool) {
	record, ran := h.ever[action.ID]
	if !ran {
		return plan.Action{}, false
	}
	if record.whole || record.begun || record.killed {
		return action, true
	}
	done := plan.Action{ID: action.ID, Kind: action.Kind}
	created := false
	for _, o := range operationsOf(&action, options) {
		switch {
		case !record.operations[o.String()]:
		case o.part == PartAccount, o.part == PartNew:
			created = true
		case o.part == PartGroup && o.membership.ByRule():
			done.Groups = append(done.Groups, o.membership)
		case o.part == PartGroup:
			done.Groups = append(done.Groups, plan.MembershipChange{Group: o.name, From: plan.RoleUnknown})
		case o.part == PartField:
			change, _ := action.Changes.Get(o.name)
			done.Changes = append(done.Changes, change)
		}
	}
	return done, created || len(done.Groups)+len(done.Changes) > 0
}
