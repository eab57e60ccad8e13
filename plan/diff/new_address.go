package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// newAddresses gives addresses to people whose address PowerSchool lacks.
type newAddresses struct {
	*comparison
	// inPowerSchool has whose address each is by PowerSchool, inactive people
	// included, listed the accounts by the list, and given to whom this plan gives
	// it, all by the address in lower case.
	inPowerSchool, given map[string]plan.Person
	listed               map[string]*plan.Account
}

// giveNewAddresses gives whoever is to have a new account the first address of the
// candidates that nobody holds, and where addresses follow names, whoever has an
// account with an address of another name. Whom there is none for is among the
// addressless. It goes by DCID, so that the order of the input does not show.
func (c *comparison) giveNewAddresses() {
	var seekers []*plan.DesiredAccount
	for _, want := range c.staff {
		if c.seeksAddress(want) {
			seekers = append(seekers, want)
		}
	}
	if len(seekers) == 0 {
		return
	}
	n := &newAddresses{comparison: c, given: make(map[string]plan.Person)}
	n.indexPowerSchool()
	n.indexListed()
	for _, want := range seekers {
		n.give(want)
	}
}

// seeksAddress tells whether the person is to be given an address.
func (c *comparison) seeksAddress(want *plan.DesiredAccount) bool {
	have, single := c.account(want.DCID)
	switch {
	case !want.Active || !c.unaddressed[want.DCID] || !single || len(want.Candidates) == 0:
		return false
	case have == nil:
		return c.lacksForAccount(want) == nil // otherwise nobody need be asked
	case !c.rules.FollowName || have.AtVia(c.actual.Domain):
		return false
	}
	return !slices.ContainsFunc(want.Candidates, func(candidate plan.Candidate) bool {
		return slices.Contains(candidate.Addresses(), strings.ToLower(have.Address))
	})
}

// indexPowerSchool notes every address that PowerSchool has. A damaged one may be
// several, or lack its domain.
func (n *newAddresses) indexPowerSchool() {
	n.inPowerSchool = make(map[string]plan.Person)
	note := func(addresses string, staff plan.Person) {
		for _, address := range strings.FieldsFunc(strings.ToLower(addresses), func(r rune) bool { return strings.ContainsRune(",; \t\r\n<>", r) }) {
			if !strings.Contains(address, "@") {
				address += "@" + strings.ToLower(n.actual.Domain)
			}
			if other, known := n.inPowerSchool[address]; !known || staff.DCID < other.DCID {
				n.inPowerSchool[address] = staff
			}
		}
	}
	for _, want := range n.staff {
		if !n.unaddressed[want.DCID] {
			note(want.Address, want.Staff)
		}
	}
	for _, skipped := range n.desired.Skipped {
		note(skipped.Address, skipped.Staff)
	}
	for _, taken := range n.desired.Taken {
		note(taken.Address, taken.Staff)
	}
}

// indexListed notes which accounts have which addresses by the list. Where a look-up
// has told of one that it has moved on, the look-up counts.
func (n *newAddresses) indexListed() {
	n.listed = make(map[string]*plan.Account)
	for _, accounts := range [][]plan.Account{n.actual.Accounts, n.actual.Unlinked} {
		for i := range accounts {
			account := &accounts[i]
			if found := n.byID[account.GoogleID]; found != nil {
				account = found
			}
			for _, address := range append([]string{account.Address}, account.Aliases...) {
				n.listed[strings.ToLower(address)] = account
			}
		}
	}
}

// give gives the person the first address that nobody holds.
func (n *newAddresses) give(want *plan.DesiredAccount) {
	var passed []plan.PassedOver
	seen := make(map[string]bool)
	for _, candidate := range want.Candidates {
		if candidate.Problem != "" {
			n.addressless[want.DCID] = obstacle{
				plan.ConflictNoAddress,
				candidate.Rule + ": " + candidate.Problem,
				"correct the rule or what PowerSchool has of the person, or enter the person's address in PowerSchool",
			}
			return
		}
		for _, address := range candidate.Addresses() {
			if seen[address] {
				continue
			}
			seen[address] = true
			by, doubt := n.heldBy(want, address)
			if doubt != nil {
				n.addressless[want.DCID] = *doubt
				return
			}
			if by == "" {
				addressed(want, address, candidate.Rule)
				n.given[address] = want.Staff
				n.passedOver[want.DCID] = passed
				return
			}
			passed = append(passed, plan.PassedOver{Address: address, By: by})
		}
	}
	n.addressless[want.DCID] = obstacle{
		plan.ConflictNoAddress,
		"every address that the person could get is held: " + passedWords(passed),
		"add a template to newAccounts.address, such as one with ${number}, or enter an address for the person in PowerSchool",
	}
}

// passedWords names the first addresses and by whom they are held.
func passedWords(passed []plan.PassedOver) string {
	const shown = 3
	var words []string
	for _, one := range passed[:min(shown, len(passed))] {
		words = append(words, fmt.Sprintf("%s (%s)", one.Address, one.By))
	}
	if more := len(passed) - shown; more > 0 {
		words = append(words, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(words, ", ")
}

// heldBy says in words by whom the address is held, empty for nobody but the person.
// The target is asked last, and only where nothing else is known of the address;
// until it has answered the address counts as free. Where it is in doubt whether the
// holder is the person, that is an obstacle.
func (n *newAddresses) heldBy(want *plan.DesiredAccount, address string) (words string, doubt *obstacle) {
	if slices.Contains(n.rules.ReservedNames, plan.LocalPart(address)) {
		return "reserved", nil
	}
	if staff, known := n.inPowerSchool[address]; known {
		return "that of " + personWords(staff, staff.DCID) + " in PowerSchool", nil
	}
	if staff, known := n.given[address]; known {
		return "this plan gives it to " + personWords(staff, staff.DCID), nil
	}
	holder, answered := n.actual.Answers.Holders[address]
	if !answered {
		if holder.Account = n.listed[address]; holder.Account == nil {
			holder = n.holderOf(address)
		}
	}
	account := holder.Account
	if own := n.likelyOwn(want, address, account); own != nil {
		return "", own
	}
	switch {
	case holder.Problem != "":
		unread := unreadAddress(address, holder)
		return "", &unread
	case holder.Deleted:
		return "an account that was deleted in the last 20 days", nil
	case holder.Group != "":
		return "the group " + holder.Group, nil
	case account == nil || account.DCID == want.DCID:
		return "", nil
	case strings.EqualFold(account.Address, address):
		return n.whose(account) + ofUnlinked(account), nil
	default:
		return fmt.Sprintf("an alias of %s, %s", account.Address, n.whose(account)+ofUnlinked(account)), nil
	}
}

// likelyOwn is the obstacle of somebody new whose own the account at one of the
// candidates may be: one without a DCID, among staff and of the person's last name,
// or one whose DCID PowerSchool no longer knows and that has a name like the person's.
// It is nil where it is not, or where the config says that they are two people.
func (n *newAddresses) likelyOwn(want *plan.DesiredAccount, address string, account *plan.Account) *obstacle {
	if have, _ := n.account(want.DCID); have != nil || account == nil || account.Guest || n.rules.TellApart(want.DCID, account) {
		return nil
	}
	_, known := n.people[account.DCID]
	carries := "no DCID"
	switch {
	case account.DCID == 0 && n.actual.Wide != nil && account.OrgUnitPath == "":
		unknown := notKnown("no new account: whose account %s is, which has the address %s,", account.Address, address)
		return &unknown
	case account.DCID == 0:
		if !n.staffOrgUnits.Have(account.OrgUnitPath) || !share(want.Name().FamilyKeys(), account.Name().FamilyKeys()) {
			return nil
		}
	case known || !share(want.Name().LikeKeys(), account.Name().LikeKeys()):
		return nil
	default:
		carries = fmt.Sprintf("DCID %d, which PowerSchool does not know", account.DCID)
	}
	return &obstacle{
		plan.ConflictLikelyAccount,
		fmt.Sprintf("no new account: the address %s, which this person would get, is one of the account %s of %s in %s, which carries %s",
			address, account.Address, account.Name(), account.OrgUnitPath, carries),
		fmt.Sprintf("if it is this person's, %s; if they are two people, add to the config: distinct: [{dcid: %d, account: %s}]",
			n.linkRemedy(want.DCID, account.Address), want.DCID, account.Address),
	}
}

// share tells whether the two lists have a key in common.
func share(a, b []string) bool {
	return slices.ContainsFunc(a, func(key string) bool { return slices.Contains(b, key) })
}

// ofUnlinked names whose the account without a DCID is, where that is known.
func ofUnlinked(account *plan.Account) string {
	if account.DCID != 0 {
		return ""
	}
	return ofName(account.Name())
}
