package diff

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/staffsync/staffsync/plan"
)

// warnings collects what both ends' readers noticed and what the comparison
// shows.
func (c *comparison) warnings(drafts []*draft) []plan.Warning {
	return slices.Concat(
		c.desired.Warnings, c.actual.Warnings,
		c.orphanWarnings(), c.skippedWarnings(), c.sparedWarnings(drafts), c.stateWarnings(drafts), c.strandedWarnings(drafts), c.ownerWarnings(drafts), c.unreadWarnings(drafts), c.notLookedFor(drafts), c.unlinkedLeavers(), c.twiceWarnings(drafts), c.holdWarnings(),
	)
}

// orphanWarnings names the accounts whose DCID PowerSchool does not know.
func (c *comparison) orphanWarnings() []plan.Warning {
	var warnings []plan.Warning
	for dcid, accounts := range c.unknown {
		for _, account := range accounts {
			warnings = append(warnings, plan.Warning{
				Kind: plan.WarningOrphan, Account: account.Address, Staff: plan.Person{DCID: dcid},
				Message: fmt.Sprintf("PowerSchool has nobody with DCID %d; the account is left alone", dcid),
			})
		}
	}
	return warnings
}

// skippedWarnings names the people who are left out although an account is
// linked to them. Names to be skipped hit real surnames, and a leaver who is
// left out keeps a working account.
func (c *comparison) skippedWarnings() []plan.Warning {
	var warnings []plan.Warning
	for _, skipped := range c.desired.Skipped {
		for _, account := range c.linked[skipped.Staff.DCID] {
			message := fmt.Sprintf("left out (%s), so the linked account is not kept in line with PowerSchool", reasonWords(skipped))
			if !skipped.Active {
				if !account.Enabled() {
					continue
				}
				why := inactiveWords(skipped.Standing)
				if skipped.Standing != "" {
					why += ","
				}
				message = fmt.Sprintf("%s but is left out (%s), so the linked account keeps working", why, reasonWords(skipped))
			}
			warnings = append(warnings, plan.Warning{Kind: plan.WarningSkipped, Account: account.Address, Staff: skipped.Staff, Message: message})
		}
	}
	return warnings
}

// inactiveWords says of an inactive person of that standing why.
func inactiveWords(standing string) string {
	return cmp.Or(standing, "has no active school assignment")
}

func reasonWords(s plan.Skipped) string {
	if s.LacksData() {
		return s.Reason
	}
	return s.Rule + ": " + s.Reason
}

// sparedWarnings names the inactive people whose account is left alone in a
// temporary re-activation org unit.
func (c *comparison) sparedWarnings(drafts []*draft) []plan.Warning {
	var warnings []plan.Warning
	for _, d := range drafts {
		if d.want.Active || !c.spared(d.have) || !d.have.Enabled() {
			continue
		}
		warnings = append(warnings, plan.Warning{
			Kind: plan.WarningSpared, Account: d.have.Address, Staff: d.want.Staff,
			Message: fmt.Sprintf("%s, but the account is left alone in %s", inactiveWords(d.want.Standing), d.have.OrgUnitPath),
		})
	}
	return warnings
}

// strandedWarnings names the inactive people whose account is at its
// temporary address: nobody gives it another one any more.
func (c *comparison) strandedWarnings(drafts []*draft) []plan.Warning {
	var warnings []plan.Warning
	for _, d := range drafts {
		if d.want.Active || !d.atVia(c.actual.Domain) {
			continue
		}
		warnings = append(warnings, plan.Warning{
			Kind: plan.WarningTarget, Account: d.have.Address, Staff: d.want.Staff,
			Message: "left while exchanging addresses, and the account still has its temporary one; rename it in the Admin console",
		})
	}
	return warnings
}
