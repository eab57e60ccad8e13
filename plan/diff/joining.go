package diff

import (
	"maps"
	"slices"

	"github.com/staffsync/staffsync/plan"
)

// settleJoining applies the dates of new accounts, which mean something only beside
// who has an account: somebody whose account is to be made later is left out until
// then, and the account of somebody who has not begun stays in the waiting org unit.
func (c *comparison) settleJoining() {
	joins := func(want plan.DesiredAccount) bool { return want.Joining != nil && want.Active }
	if !slices.ContainsFunc(c.desired.Accounts, joins) {
		return
	}
	accounts := make([]plan.DesiredAccount, 0, len(c.desired.Accounts))
	skipped := slices.Clone(c.desired.Skipped)
	for _, want := range c.desired.Accounts {
		have, single := c.account(want.DCID)
		isNew := have == nil && single
		if joins(want) && isNew && want.Joining.From != "" {
			skipped = append(skipped, plan.Skipped{
				Staff: want.Staff, Address: want.Address, Active: true, Rule: plan.RuleNewFrom,
				Reason: "the account is made from " + want.Joining.From + " on",
			})
			continue
		}
		if joins(want) && (isNew || have != nil && c.waits(have)) {
			want = c.waiting(want)
		}
		accounts = append(accounts, want)
	}
	c.desired.Accounts, c.desired.Skipped = accounts, skipped
}

// waits tells whether the account is in the waiting org unit.
func (c *comparison) waits(have *plan.Account) bool {
	return c.rules.WaitingOrgUnit != "" && plan.SameOrgUnit(have.OrgUnitPath, c.waitingOrgUnit())
}

// waitingOrgUnit is the waiting org unit in the directory's spelling, if it is
// there.
func (c *comparison) waitingOrgUnit() string {
	if path, ok := c.place(c.rules.WaitingOrgUnit); ok {
		return path
	}
	return c.rules.WaitingOrgUnit
}

// waiting returns the account of somebody new as it is to be before the first day.
func (c *comparison) waiting(want plan.DesiredAccount) plan.DesiredAccount {
	switch {
	case want.Joining.Undecided != "":
		want.Undecided = maps.Clone(want.Undecided)
		if want.Undecided == nil {
			want.Undecided = make(map[string]string)
		}
		want.Undecided[plan.FieldOrgUnitPath] = want.Joining.Undecided
	case want.Joining.WaitsUntil != "":
		want.OrgUnitPath = c.waitingOrgUnit()
		want.Origins = maps.Clone(want.Origins)
		if want.Origins == nil {
			want.Origins = make(map[string]string)
		}
		want.Origins[plan.FieldOrgUnitPath] = plan.RuleWaiting
	}
	return want
}

// begins tells whether the change moves an account out of the waiting org unit, as
// many do on one day.
func (c *comparison) begins(change plan.Change) bool {
	return change.Field == plan.FieldOrgUnitPath && c.rules.WaitingOrgUnit != "" && plan.SameOrgUnit(change.From.String(), c.waitingOrgUnit())
}
