package diff

import (
	"fmt"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// indexUnlinked notes the accounts without a DCID by name, and the org units
// that the rules give to active people.
func (c *comparison) indexUnlinked() {
	c.unlinked = make(map[string][]plan.Account)
	for _, account := range c.actual.Unlinked {
		key := account.Name().Key()
		c.unlinked[key] = append(c.unlinked[key], account)
	}
	c.staffOrgUnits = make(map[string]bool)
	for _, want := range c.staff {
		if want.Active && want.OrgUnitPath != "" {
			c.staffOrgUnits[want.OrgUnitPath] = true
		}
	}
}

// likelyAccount is the obstacle of a new account whose person seems to have
// one: an account without a DCID that has the name and is in or below an org
// unit of active staff. It is nil where there is none, or where the config says
// that they are two people. At the person's own address the account is in the
// way by itself.
func (c *comparison) likelyAccount(want *plan.DesiredAccount) *obstacle {
	for _, account := range c.namesakes(want) {
		if account.DCID != 0 || account.Guest || account.HasAddress(want.Address) || !c.amongStaff(&account) || c.distinct(want, &account) {
			continue
		}
		return &obstacle{
			plan.ConflictLikelyAccount,
			fmt.Sprintf("no new account %s: the account %s in %s has no DCID and the name %s", want.Address, account.Address, account.OrgUnitPath, account.Name()),
			fmt.Sprintf("if it is this person's, %s; if they are two people, add to the config: distinct: [{dcid: %d, account: %s}]",
				c.linkRemedy(want.DCID, account.Address), want.DCID, account.Address),
		}
	}
	return nil
}

// amongStaff tells whether the account is in or below an org unit that the
// rules give to an active person.
func (c *comparison) amongStaff(account *plan.Account) bool {
	for path := range c.staffOrgUnits {
		if plan.Under(account.OrgUnitPath, path) {
			return true
		}
	}
	return false
}

// distinct tells whether the config says that the account is not the person's.
func (c *comparison) distinct(want *plan.DesiredAccount, account *plan.Account) bool {
	for _, pair := range c.rules.Distinct {
		if pair.DCID == want.DCID && account.HasAddress(pair.Account) {
			return true
		}
	}
	return false
}

// leaversWithoutLink names the inactive people without a linked account whose
// address an account without a DCID has that works: nothing suspends it.
func (c *comparison) leaversWithoutLink() []plan.Warning {
	byAddress := make(map[string]*plan.Account)
	for i := range c.actual.Unlinked {
		account := &c.actual.Unlinked[i]
		if !account.Enabled() {
			continue
		}
		for _, address := range append([]string{account.Address}, account.Aliases...) {
			byAddress[strings.ToLower(address)] = account
		}
	}
	var warnings []plan.Warning
	warn := func(person plan.Person, address, standing string) {
		account := byAddress[strings.ToLower(address)]
		if account == nil || address == "" || len(c.linked[person.DCID]) > 0 {
			return
		}
		warnings = append(warnings, plan.Warning{
			Kind: plan.WarningUnlinked, Account: account.Address, Staff: person,
			Message: fmt.Sprintf("%s, and the account at the address carries no DCID, so it keeps working; %s, or suspend it in the Admin console",
				strings.TrimSuffix(inactiveWords(standing), ","), c.linkRemedy(person.DCID, account.Address)),
		})
	}
	for _, want := range c.staff {
		if !want.Active {
			warn(want.Staff, want.Address, want.Standing)
		}
	}
	for _, skipped := range c.desired.Skipped {
		if !skipped.Active {
			warn(skipped.Staff, skipped.Address, skipped.Standing)
		}
	}
	return warnings
}
