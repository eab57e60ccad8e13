package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// inactiveDraft says what the linked account of an inactive person needs.
func (c *comparison) inactiveDraft(want *plan.DesiredAccount, have *plan.Account) *draft {
	d := &draft{want: want, have: have}
	if role := c.protected(have); role != "" {
		what := "suspended"
		if have.Suspended {
			what = "moved to " + c.rules.SuspendedOrgUnit
		}
		d.drop(fmt.Sprintf("%s, but the account is %s and is not %s", standing(want), role, what), protectedRemedy)
		return d
	}
	if c.different(want, have) {
		problem, remedy := differentWords(want, have)
		d.drop(problem, remedy)
		return d
	}
	d.set(plan.FieldSuspended, plan.Truth(have.Suspended), plan.Truth(true))
	if path, ok := c.orgUnits[strings.ToLower(c.rules.SuspendedOrgUnit)]; ok {
		d.set(plan.FieldOrgUnitPath, plan.Text(have.OrgUnitPath), plan.Text(path))
	} else {
		d.conflict(plan.FieldOrgUnitPath, missingOrgUnit(c.rules.SuspendedOrgUnit), "create the org unit, or correct orgUnits.suspended")
	}
	if !c.rules.LeaveGroups {
		return d
	}
	for _, membership := range c.membershipsOf(have) {
		change := plan.Leave(membership)
		if slices.ContainsFunc(c.rules.CannotLeave, func(group string) bool { return strings.EqualFold(group, membership.Group) }) {
			change = plan.StayIn(membership)
		}
		d.groups = append(d.groups, change)
	}
	slices.SortFunc(d.groups, func(a, b plan.MembershipChange) int { return strings.Compare(a.Group, b.Group) })
	return d
}
