package main

import (
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// checkNewOrgUnits says which of the org units that the directory lacks apply would
// create, and why not the others.
func checkNewOrgUnits(c *checkup, desired plan.Desired, made plan.Plan) {
	if !desired.Rules.CreateOrgUnits {
		return
	}
	said := make(map[string]bool)
	for _, conflict := range made.Conflicts {
		switch conflict.Kind {
		case plan.ConflictNoOrgUnit, plan.ConflictSimilarOrgUnit, plan.ConflictRenamedOrgUnit:
			if !said[conflict.Problem] {
				c.warn("org units", conflict.Problem, conflict.Remedy)
			}
			said[conflict.Problem] = true
		}
	}
	var created []string
	for i := range made.Actions {
		if made.Actions[i].Kind == plan.CreateOrgUnit {
			created = append(created, made.Actions[i].Account)
		}
	}
	if len(created) > 0 {
		c.ok("org units", "apply would create %d: %s", len(created), strings.Join(created, ", "))
	}
}
