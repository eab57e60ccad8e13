package diff

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// stateWarnings names the accounts of people who have left that staffsync does
// not suspend for what the accounts are: archived, or a guest's.
func (c *comparison) stateWarnings(drafts []*draft) []plan.Warning {
	var warnings []plan.Warning
	var archived []string
	for _, d := range drafts {
		switch {
		case d.want.Active:
		case d.have.Archived && !d.have.Suspended:
			archived = append(archived, d.have.Address)
		case d.have.Guest && d.have.Enabled():
			warnings = append(warnings, plan.Warning{
				Kind: plan.WarningSpared, Account: d.have.Address, Staff: d.want.Staff,
				Message: inactiveWords(d.want.Standing) + ", but the account is a guest's and is left alone",
			})
		}
	}
	if len(archived) > 0 {
		const named = 5
		slices.Sort(archived)
		message := "people have left whose accounts are archived, which gives nobody access; they are left alone: " + strings.Join(archived[:min(named, len(archived))], ", ")
		if more := len(archived) - named; more > 0 {
			message += fmt.Sprintf(" and %d more", more)
		}
		warnings = append(warnings, plan.Warning{Kind: plan.WarningSpared, Message: message})
	}
	return warnings
}

// unreadWarnings names what the target did not let staffsync read, and what
// becomes of it.
func (c *comparison) unreadWarnings(drafts []*draft) []plan.Warning {
	var warnings []plan.Warning
	owned := make(map[string]bool)
	for _, d := range drafts {
		held := c.heldFrom(d.want.DCID, plan.HoldGroups) != nil || c.heldFrom(d.want.DCID, plan.HoldSuspend) != nil
		if d.have == nil || d.dropped || d.want.Active || held {
			continue
		}
		warn := func(message string) {
			warnings = append(warnings, plan.Warning{Kind: plan.WarningUnread, Account: d.have.Address, Staff: d.want.Staff, Message: message})
		}
		if unread := c.actual.Answers.UnreadMemberships[d.have.GoogleID]; unread.Problem != "" && !unread.Unasked {
			problem := unread.Problem
			then := " and is not moved; the next plan looks again"
			if plan.SameOrgUnit(d.have.OrgUnitPath, c.rules.SuspendedOrgUnit) {
				then = "; look at them in the Admin console, for the next plan takes the suspension for complete"
			}
			warn(fmt.Sprintf("the groups of the account cannot be read (%s), so it stays in them%s", problem, then))
		}
		for _, membership := range c.actual.Answers.Memberships[d.have.GoogleID] {
			owned[membership.Group] = owned[membership.Group] || membership.Role == "OWNER" && !c.cannotLeave(membership.Group)
			if membership.Problem != "" && !c.cannotLeave(membership.Group) {
				warn(fmt.Sprintf("the role in %s cannot be read (%s); apply tries to take the account out of it all the same; if nobody can, list the group under suspension.cannotLeave", membership.Group, membership.Problem))
			}
		}
	}
	for _, group := range slices.Sorted(maps.Keys(c.actual.Answers.UnreadOwners)) {
		if owned[group] {
			warnings = append(warnings, plan.Warning{
				Kind:    plan.WarningUnread,
				Message: fmt.Sprintf("an owner leaves %s, and whether another one remains cannot be read (%s)", group, c.actual.Answers.UnreadOwners[group]),
			})
		}
	}
	return warnings
}
