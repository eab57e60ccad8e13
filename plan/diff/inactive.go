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
		d.drop(protectedAccount(fmt.Sprintf("%s, but the account is %s and is not %s", standing(want), role, what)))
		return d
	}
	if c.different(want, have) {
		d.drop(c.differentPerson(want, have))
		return d
	}
	d.set(plan.FieldSuspended, plan.Truth(have.Suspended), plan.Truth(true))
	if path, ok := c.place(c.rules.SuspendedOrgUnit); ok {
		d.set(plan.FieldOrgUnitPath, plan.Text(have.OrgUnitPath), plan.Text(path))
	} else {
		d.conflict(plan.FieldOrgUnitPath, c.missingOrgUnit(c.rules.SuspendedOrgUnit, "orgUnits.suspended"))
	}
	if !c.rules.LeaveGroups {
		return d
	}
	memberships, unread := c.membershipsOf(have)
	switch {
	case unread.Gone:
		d.drop(obstacle{
			plan.ConflictDeletedAccount,
			fmt.Sprintf("%s, and the account was deleted, though lists still name it (%s)", standing(want), unread.Problem),
			"nothing, if it was meant to be: it disappears from the lists; for 20 days it can be restored in the Admin console",
		})
		return d
	case unread.Unasked:
		d.changes = d.changes.Without(plan.FieldOrgUnitPath)
		d.conflict(plan.Leavings, notKnown("which groups the account is in, so that it is not moved,"))
	case unread.Problem != "":
		// Without the move the next plan looks at the groups again.
		d.changes = d.changes.Without(plan.FieldOrgUnitPath)
	}
	for _, membership := range memberships {
		change := plan.Leave(membership)
		if c.cannotLeave(membership.Group) {
			change = plan.StayIn(membership)
		}
		d.groups = append(d.groups, change)
	}
	slices.SortFunc(d.groups, func(a, b plan.MembershipChange) int { return strings.Compare(a.Group, b.Group) })
	return d
}

// cannotLeave tells whether nobody is taken out of the group.
func (c *comparison) cannotLeave(group string) bool {
	return slices.ContainsFunc(c.rules.CannotLeave, func(listed string) bool { return strings.EqualFold(listed, group) })
}
