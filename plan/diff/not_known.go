package diff

import (
	"slices"

	"github.com/staffsync/staffsync/plan"
)

// unknowns are the parts of actions of which a plan says that they are not known, by
// the action's id: why, by the part's name as in a conflict, empty for all of it.
type unknowns map[string]map[string]string

func unknownsOf(plans ...*plan.Plan) unknowns {
	u := make(unknowns)
	for _, p := range plans {
		for _, conflict := range p.Conflicts {
			if conflict.Kind != plan.ConflictNotKnown {
				continue
			}
			if u[conflict.ID] == nil {
				u[conflict.ID] = make(map[string]string)
			}
			u[conflict.ID][conflict.Field] = conflict.Problem
		}
	}
	return u
}

// setApart takes what one of the plans does not know out of what differs. An action
// is new or gone only where something differs besides.
func (u unknowns) setApart(d *plan.Difference) {
	if len(u) == 0 {
		return
	}
	one := func(action plan.Action, compare func(action, nothing *plan.Action) plan.ActionDifference) bool {
		nothing := plan.Action{ID: action.ID, Kind: action.Kind, Account: action.Account, GoogleID: action.GoogleID, Staff: action.Staff}
		known, unknown, why := u.split(compare(&action, &nothing))
		if why == "" || !known.Empty() {
			return false
		}
		d.NotKnown = append(d.NotKnown, plan.NotKnown{ActionDifference: unknown, Problem: why})
		return true
	}
	d.Gone = slices.DeleteFunc(d.Gone, func(action plan.Action) bool { return one(action, Actions) })
	d.New = slices.DeleteFunc(d.New, func(action plan.Action) bool {
		return one(action, func(after, before *plan.Action) plan.ActionDifference { return Actions(before, after) })
	})
	var changed []plan.ActionDifference
	for _, change := range d.Changed {
		known, unknown, why := u.split(change)
		if why != "" && !unknown.Empty() {
			d.NotKnown = append(d.NotKnown, plan.NotKnown{ActionDifference: unknown, Problem: why})
		}
		if !known.Empty() {
			changed = append(changed, known)
		}
	}
	d.Changed = changed
}

// split parts what differs between two actions into what is known of both and what
// is not, with why.
func (u unknowns) split(d plan.ActionDifference) (known, unknown plan.ActionDifference, why string) {
	parts := u[d.Before.ID]
	known, unknown = plan.ActionDifference{Before: d.Before, After: d.After}, plan.ActionDifference{Before: d.Before, After: d.After}
	because := func(part string) bool {
		problem, whole := parts[""]
		if !whole {
			problem = parts[part]
		}
		if why == "" {
			why = problem
		}
		return problem != ""
	}
	before, after := d.Before.Changes, d.After.Changes
	for _, field := range d.Fields {
		// A leaver is moved only where the groups are known.
		if because(field.Field) || field.Field == plan.FieldOrgUnitPath && because(plan.Leavings) {
			unknown.Fields = append(unknown.Fields, field)
			before, after = before.Without(field.Field), after.Without(field.Field)
			continue
		}
		known.Fields = append(known.Fields, field)
	}
	for _, membership := range d.Memberships {
		if because(plan.Leavings) {
			unknown.Memberships = append(unknown.Memberships, membership)
			continue
		}
		known.Memberships = append(known.Memberships, membership)
	}
	for _, value := range d.Values {
		_, whole := parts[""]
		consequence := value.Key == "action" && len(unknown.Fields) > 0 && plan.KindOf(before) == plan.KindOf(after)
		if whole || consequence {
			unknown.Values = append(unknown.Values, value)
			continue
		}
		known.Values = append(known.Values, value)
	}
	return known, unknown, why
}
