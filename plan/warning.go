package plan

import (
	"cmp"
	"fmt"
	"slices"
)

// listedSkipped returns the people whom the policy leaves out and a plan
// lists.
func (c *comparison) listedSkipped() []Skipped {
	listed := []Skipped{}
	for _, skipped := range c.desired.Skipped {
		if !skipped.Silent {
			listed = append(listed, skipped)
		}
	}
	slices.SortStableFunc(listed, func(a, b Skipped) int {
		return cmp.Or(
			comparePeople(a.Staff, b.Staff), cmp.Compare(a.Address, b.Address),
			cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Reason, b.Reason), compareBool(a.Active, b.Active),
		)
	})
	return listed
}

// warnings collects what both ends' readers noticed and what the comparison
// shows.
func (c *comparison) warnings(drafts []*draft) []Warning {
	warnings := slices.Concat(
		c.desired.Warnings, c.actual.Warnings,
		c.orphanWarnings(), c.skippedWarnings(), c.sparedWarnings(drafts), c.strandedWarnings(drafts), c.ownerWarnings(drafts),
	)
	slices.SortStableFunc(warnings, func(a, b Warning) int {
		return cmp.Or(
			cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Staff.DCID, b.Staff.DCID),
			cmp.Compare(a.Account, b.Account), cmp.Compare(a.Message, b.Message), comparePeople(a.Staff, b.Staff),
		)
	})
	return warnings
}

// orphanWarnings names the accounts whose DCID PowerSchool does not know.
func (c *comparison) orphanWarnings() []Warning {
	known := make(map[int64]bool)
	for _, want := range c.staff {
		known[want.DCID] = true
	}
	for _, skipped := range c.desired.Skipped {
		known[skipped.Staff.DCID] = true
	}
	for _, conflict := range c.desired.Conflicts {
		known[conflict.Staff.DCID] = true
	}
	var warnings []Warning
	for dcid, accounts := range c.linked {
		if known[dcid] {
			continue
		}
		for _, account := range accounts {
			warnings = append(warnings, Warning{
				Kind: WarningOrphan, Account: account.Address, Staff: Person{DCID: dcid},
				Message: fmt.Sprintf("PowerSchool has nobody with DCID %d; the account is left alone", dcid),
			})
		}
	}
	return warnings
}

// skippedWarnings names the people who are left out although an account is
// linked to them. Names to be skipped hit real surnames, and a leaver who is
// left out keeps a working account.
func (c *comparison) skippedWarnings() []Warning {
	var warnings []Warning
	for _, skipped := range c.desired.Skipped {
		for _, account := range c.linked[skipped.Staff.DCID] {
			message := fmt.Sprintf("left out (%s), so the linked account is not kept in line with PowerSchool", skipped.reasonWords())
			if !skipped.Active {
				if account.Suspended {
					continue
				}
				message = fmt.Sprintf("has no active school assignment but is left out (%s), so the linked account keeps working", skipped.reasonWords())
			}
			warnings = append(warnings, Warning{Kind: WarningSkipped, Account: account.Address, Staff: skipped.Staff, Message: message})
		}
	}
	return warnings
}

func (s Skipped) reasonWords() string {
	if s.Rule == "" {
		return s.Reason
	}
	return s.Rule + ": " + s.Reason
}

// sparedWarnings names the inactive people whose account is left alone in a
// temporary re-activation org unit.
func (c *comparison) sparedWarnings(drafts []*draft) []Warning {
	var warnings []Warning
	for _, d := range drafts {
		if d.want.Active || !c.spared(d.have) || d.have.Suspended {
			continue
		}
		warnings = append(warnings, Warning{
			Kind: WarningSpared, Account: d.have.Address, Staff: d.want.Staff,
			Message: fmt.Sprintf("has no active school assignment, but the account is left alone in %s", d.have.OrgUnitPath),
		})
	}
	return warnings
}

// strandedWarnings names the inactive people whose account stands at its
// temporary address: nobody gives it another one any more.
func (c *comparison) strandedWarnings(drafts []*draft) []Warning {
	var warnings []Warning
	for _, d := range drafts {
		if d.want.Active || !d.atVia(c.actual.Domain) {
			continue
		}
		warnings = append(warnings, Warning{
			Kind: WarningTarget, Account: d.have.Address, Staff: d.want.Staff,
			Message: "left while exchanging addresses, and the account still has its temporary one; rename it in the Admin console",
		})
	}
	return warnings
}
