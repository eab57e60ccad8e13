package main

import (
	"github.com/staffsync/staffsync/plan"
)

// checkGroups says whether the groups that the rules name are there and can be
// kept.
func checkGroups(c *checkup, desired plan.Desired, made plan.Plan) {
	if !desired.Rules.ManageGroups {
		return
	}
	sound := true
	for _, conflict := range made.Conflicts {
		if kind, _, _ := plan.ThingOf(conflict.ID); kind == plan.CreateGroup {
			sound = false
			c.warn("groups", conflict.Problem, conflict.Remedy)
		}
	}
	created := 0
	for i := range made.Actions {
		if made.Actions[i].Kind == plan.CreateGroup {
			created++
		}
	}
	switch {
	case sound && created > 0:
		c.ok("groups", "the rules are about %d groups, of which apply would create %d", len(desired.Groups), created)
	case sound:
		c.ok("groups", "the rules are about %d groups, each of which can be read", len(desired.Groups))
	}
}
