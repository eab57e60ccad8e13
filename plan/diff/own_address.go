package diff

import (
	"maps"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// fromAccount is where the address of somebody comes from whose address PowerSchool
// lacks.
const fromAccount = "the account itself: PowerSchool does not have the address yet"

// keepAddresses gives everybody whose address PowerSchool lacks that of the linked
// account, so that nothing renames it, and leaves out whoever has none and is not to
// be given one.
func (c *comparison) keepAddresses() {
	for _, want := range c.desired.Accounts {
		if want.Address == "" {
			c.unaddressed[want.DCID] = true
		}
	}
	if len(c.unaddressed) == 0 {
		return
	}
	accounts := make([]plan.DesiredAccount, 0, len(c.desired.Accounts))
	skipped := append([]plan.Skipped{}, c.desired.Skipped...)
	for _, want := range c.desired.Accounts {
		have, single := c.account(want.DCID)
		switch {
		case !c.unaddressed[want.DCID] || !single:
		case have != nil:
			addressed(&want, strings.ToLower(have.Address), fromAccount)
		case !want.Active || len(want.Candidates) == 0:
			skipped = append(skipped, c.withoutAddress(want))
			continue
		}
		accounts = append(accounts, want)
	}
	c.desired.Accounts, c.desired.Skipped = accounts, skipped
}

// addressed gives the account an address, and says where that comes from.
func addressed(want *plan.DesiredAccount, address, origin string) {
	want.Address = address
	want.Origins = maps.Clone(want.Origins)
	if want.Origins == nil {
		want.Origins = make(map[string]string)
	}
	want.Origins[plan.FieldPrimaryEmail] = origin
}

// withoutAddress is somebody who has neither an address in PowerSchool nor an account.
func (c *comparison) withoutAddress(want plan.DesiredAccount) plan.Skipped {
	skipped := plan.Skipped{Staff: want.Staff, Active: want.Active, Reason: "no e-mail address in PowerSchool", Assigned: want.Assigned, Standing: want.Standing}
	if want.Active {
		skipped.Standing = ""
		if c.rules.GivesAddresses {
			skipped.Rule, skipped.Reason = plan.RuleAddressWhen, "no e-mail address in PowerSchool, and the rule gives none"
		}
	}
	return skipped
}
