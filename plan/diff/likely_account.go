package diff

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// indexUnlinked notes the accounts without a DCID by name and external ids, and
// the org units that the rules give to active people.
func (c *comparison) indexUnlinked() {
	c.unlinked = make(map[string][]plan.Account)
	for _, account := range c.actual.Unlinked {
		for key := range c.tellingOf(&account.Fields) {
			c.unlinked[key] = append(c.unlinked[key], account)
		}
	}
	c.staffOrgUnits = c.desired.StaffOrgUnits(c.orgUnits)
}

// tellingOf are the keys of what tells whose an account is, with their words:
// the name, and the external ids that the policy manages.
func (c *comparison) tellingOf(fields *plan.Fields) map[string]string {
	telling := make(map[string]string)
	if key := fields.Name().Key(); key != "" {
		telling[key] = "the name " + fields.Name().String()
	}
	for _, kind := range c.rules.ExternalIDs {
		if value := fields.ExternalIDs[kind]; value != "" {
			telling[idKey(kind, value)] = "the id " + value + " (" + plan.ExternalIDPrefix + kind + ")"
		}
	}
	return telling
}

// idKey is the key of an external id.
func idKey(kind, value string) string { return kind + "=" + value }

// likelyAccount is the obstacle of a new account whose person seems to have
// one: an account without a DCID that has the name or, where all accounts were
// read, an external id, and is in or below an org unit of active staff. It is nil
// where there is none, or where the config says that they are two people. At the
// person's own address the account is in the way by itself.
func (c *comparison) likelyAccount(want *plan.DesiredAccount) *obstacle {
	if !c.nameLookedFor(want.Name()) {
		unknown := notKnown("no new account %s: whether an account without DCID has the name %s", want.Address, want.Name())
		return &unknown
	}
	namesakes, unread := c.namesakes(want)
	if unread != "" {
		return &obstacle{
			plan.ConflictLikelyAccount,
			fmt.Sprintf("no new account %s: whether an account without DCID has the name %s cannot be read (%s)", want.Address, want.Name(), unread),
			"see in the Admin console, and create the account there or " + c.linkRemedy(want.DCID, "the one that is there"),
		}
	}
	for _, account := range namesakes {
		if account.DCID != 0 || account.Guest || account.HasAddress(want.Address) || !c.staffOrgUnits.Have(account.OrgUnitPath) || c.rules.TellApart(want.DCID, &account) {
			continue
		}
		return &obstacle{
			plan.ConflictLikelyAccount,
			fmt.Sprintf("no new account %s: the account %s in %s has no DCID and %s", want.Address, account.Address, account.OrgUnitPath, c.inCommon(want, &account)),
			fmt.Sprintf("if it is this person's, %s; if they are two people, add to the config: distinct: [{dcid: %d, account: %s}]",
				c.linkRemedy(want.DCID, account.Address), want.DCID, account.Address),
		}
	}
	return nil
}

// inCommon says what the account has of the person.
func (c *comparison) inCommon(want *plan.DesiredAccount, account *plan.Account) string {
	wanted, found := c.tellingOf(&want.Fields), c.tellingOf(&account.Fields)
	var common []string
	for _, key := range slices.Sorted(maps.Keys(found)) {
		if wanted[key] != "" {
			common = append(common, found[key])
		}
	}
	return strings.Join(common, " and ")
}
