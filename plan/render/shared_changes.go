package render

import (
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// sharedChange is what the same people share: one change, or several.
type sharedChange struct {
	plan.BulkChange
	changes plan.Changes
	actions []*plan.Action
}

// sharedChanges joins the plan's shared changes of the same people.
func sharedChanges(p *plan.Plan) []sharedChange {
	var shared []sharedChange
	place := make(map[string]int) // by what has to be the same
	for i, actions := range plan.BulkActions(p.Bulk, p.Actions) {
		bulk := p.Bulk[i]
		var key strings.Builder
		key.WriteString(bulk.Building)
		for _, n := range []int{bulk.Count, bulk.Base} {
			key.WriteByte('\n')
			key.WriteString(number(n))
		}
		for _, action := range actions {
			key.WriteByte('\n')
			key.WriteString(action.ID)
		}
		at, known := place[key.String()]
		if !known {
			at = len(shared)
			place[key.String()] = at
			shared = append(shared, sharedChange{BulkChange: bulk, actions: actions})
		}
		shared[at].changes = append(shared[at].changes, bulk.Change())
	}
	return shared
}

// told are the changes that are said once for several accounts.
type told map[plan.Change]bool

func tellers(shared []sharedChange) told {
	said := make(told)
	for _, s := range shared {
		for _, change := range s.changes {
			said[change] = true
		}
	}
	return said
}

// besides returns the changes of the action that are not said for several
// accounts at once.
func (t told) besides(action *plan.Action) plan.Changes {
	if len(t) == 0 || len(action.Shareable()) == 0 {
		return action.Changes
	}
	return slices.DeleteFunc(slices.Clone(action.Changes), func(change plan.Change) bool { return t[change] })
}

// who says how many share it, and of how many.
func (s *sharedChange) who() visible {
	switch {
	case s.Building != "":
		return visible(number(s.Count)+" of the "+number(s.Base)+" staff of ") + shortened(clean(s.Building))
	case s.Base > s.Count:
		return visible(number(s.Count) + " of the " + number(s.Base) + " accounts that have it")
	case s.Base == s.Count:
		return visible("all " + number(s.Count) + " accounts that have it")
	}
	return visible(countOf(s.Count, "account", "accounts"))
}
