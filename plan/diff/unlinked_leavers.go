package diff

import (
	"fmt"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// leaver is an inactive person without a linked account.
type leaver struct {
	plan.Person
	address, standing string
}

// leaversWithoutAccount are the inactive people who have an address in
// PowerSchool and no linked account.
func (c *comparison) leaversWithoutAccount() []leaver {
	var leavers []leaver
	add := func(active bool, person plan.Person, address, standing string) {
		if !active && address != "" && len(c.linked[person.DCID]) == 0 {
			leavers = append(leavers, leaver{person, address, standing})
		}
	}
	for _, want := range c.staff {
		add(want.Active, want.Staff, want.Address, want.Standing)
	}
	for _, skipped := range c.desired.Skipped {
		add(skipped.Active, skipped.Staff, skipped.Address, skipped.Standing)
	}
	return leavers
}

// unlinkedLeavers names those of them whose address an account without a DCID
// has that works: nothing suspends it.
func (c *comparison) unlinkedLeavers() []plan.Warning {
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
	for _, leaver := range c.leaversWithoutAccount() {
		account := byAddress[strings.ToLower(leaver.address)]
		if account == nil {
			continue
		}
		warnings = append(warnings, plan.Warning{
			Kind: plan.WarningUnlinked, Account: account.Address, Staff: leaver.Person,
			Message: fmt.Sprintf("%s, and the account at the address carries no DCID, so it keeps working; %s, or suspend it in the Admin console",
				inactiveWords(leaver.standing), c.linkRemedy(leaver.DCID, account.Address)),
		})
	}
	return warnings
}
