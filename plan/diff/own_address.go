package diff

import (
	"maps"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// fromAccount is where the address of somebody comes from whose address PowerSchool
// lacks.
const fromAccount = "the account itself: PowerSchool does not have the address yet"

// settleAddresses gives each active person whose address PowerSchool lacks that of
// the linked account, so that nothing renames it, and leaves out whoever has none.
func (c *comparison) settleAddresses() {
	lacks := func(want plan.DesiredAccount) bool { return want.Active && want.Address == "" }
	if !slices.ContainsFunc(c.desired.Accounts, lacks) {
		return
	}
	accounts := make([]plan.DesiredAccount, 0, len(c.desired.Accounts))
	skipped := slices.Clone(c.desired.Skipped)
	for _, want := range c.desired.Accounts {
		have, single := c.account(want.DCID)
		switch {
		case !lacks(want) || !single:
		case have == nil:
			skipped = append(skipped, plan.Skipped{Staff: want.Staff, Active: true, Reason: "no e-mail address in PowerSchool"})
			continue
		default:
			want.Address = strings.ToLower(have.Address)
			want.Origins = maps.Clone(want.Origins)
			if want.Origins == nil {
				want.Origins = make(map[string]string)
			}
			want.Origins[plan.FieldPrimaryEmail] = fromAccount
		}
		accounts = append(accounts, want)
	}
	c.desired.Accounts, c.desired.Skipped = accounts, skipped
}

// ownAddress tells whether the person's address is not PowerSchool's but the account's.
func ownAddress(want *plan.DesiredAccount) bool {
	return want.Origins[plan.FieldPrimaryEmail] == fromAccount
}
