package render

import (
	"cmp"
	"slices"

	"github.com/staffsync/staffsync/plan"
)

// otherChange is what becomes of one field, or of memberships, in accounts of
// which nothing else says so.
type otherChange struct {
	field   string // empty for memberships and aliases
	cleared bool
	actions []*plan.Action
}

// otherChanges gathers by field what is said neither of who loses or gets access
// nor of addresses nor for several accounts at once, the most frequent first.
func otherChanges(actions []plan.Action, said told) []otherChange {
	var others []otherChange
	type key struct {
		field   string
		cleared bool
	}
	place := make(map[key]int)
	note := func(k key, action *plan.Action) {
		at, known := place[k]
		if !known {
			at = len(others)
			place[k] = at
			others = append(others, otherChange{field: k.field, cleared: k.cleared})
		}
		others[at].actions = append(others[at].actions, action)
	}
	for i := range actions {
		action := &actions[i]
		switch {
		case action.Suspends(), action.Kind == plan.Create, action.Kind == plan.Link, !action.Kind.OnAccount():
			continue
		}
		changes := said.besides(action)
		for _, change := range changes {
			switch change.Field {
			case plan.FieldSuspended, plan.FieldPrimaryEmail:
			default:
				note(key{change.Field, change.To.Absent()}, action)
			}
		}
		// What rules do to memberships is said group by group.
		byRule := slices.ContainsFunc(action.Groups, plan.MembershipChange.ByRule)
		others := slices.ContainsFunc(action.Groups, func(m plan.MembershipChange) bool { return !m.ByRule() })
		if others || len(action.Changes) == 0 && !byRule {
			note(key{}, action)
		}
	}
	slices.SortStableFunc(others, func(a, b otherChange) int {
		return cmp.Or(-cmp.Compare(len(a.actions), len(b.actions)), cmp.Compare(a.field, b.field))
	})
	return others
}

// loss is what no later run brings back.
type loss struct {
	memberships, owned, managed, cleared int
}

func lossOf(actions []plan.Action, counts map[plan.LimitName]int) loss {
	l := loss{memberships: counts[plan.LimitLeaveGroups] + counts[plan.LimitPruneGroups], cleared: counts[plan.LimitClear]}
	for i := range actions {
		for _, m := range actions[i].Groups {
			switch {
			case !m.Leaves():
			case m.From == "OWNER":
				l.owned++
			case m.From == "MANAGER":
				l.managed++
			}
		}
	}
	return l
}
