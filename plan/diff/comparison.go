package diff

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// comparison is the desired state laid beside the actual one: who is linked
// to what, and what is known of every address.
type comparison struct {
	rules   *plan.Rules
	desired plan.Desired
	actual  plan.Actual

	staff         []*plan.DesiredAccount    // desired, by DCID
	linked        map[int64][]*plan.Account // actual, by DCID
	unknown       map[int64][]*plan.Account // those of linked whom PowerSchool does not know
	byID          map[string]*plan.Account  // actual, by Google id
	byPrimary     map[string]*plan.Account  // actual, by primary address in lower case
	listed        map[string]*plan.Account  // who has a wanted address by the list, see findListedHolders
	unlinked      map[string][]plan.Account // accounts without a DCID, by what tells whose they are
	staffOrgUnits plan.StaffOrgUnits
	people        map[int64]individual // everybody in PowerSchool, by DCID
	sharing       map[int64]obstacle   // DCID to what is wrong with its address
	// unaddressed are the people whose address PowerSchool lacks, by DCID, addressless
	// those of them for whom there is none, with why, and passedOver the better
	// addresses that the others are not given.
	unaddressed map[int64]bool
	addressless map[int64]obstacle
	passedOver  map[int64][]plan.PassedOver
	holds       holds
	orgUnits    plan.OrgUnits
	newOrgUnits plan.MissingOrgUnits      // those that may be created
	attributes  map[string]plan.Attribute // by name

	// askedAddresses and askedMemberships are what has not been answered yet.
	askedAddresses, askedMemberships map[string]bool
	askedNames                       map[plan.Name]bool
	askedGroups                      map[string]bool

	// lookedFor is what a wide snapshot's accounts without a DCID were looked
	// for by, as tellingOf has it; nil in any other state.
	lookedFor map[string]bool
}

// compare lays the states side by side. It returns an error where they
// cannot be compared at all.
func compare(desired plan.Desired, actual plan.Actual) (*comparison, error) {
	switch {
	case desired.Rules == nil:
		return nil, errors.New("the desired state has no rules")
	case desired.Rules.SuspendedOrgUnit == "":
		return nil, errors.New("the rules do not say where suspended accounts are (orgUnits.suspended)")
	}
	if !strings.EqualFold(desired.Domain, actual.Domain) {
		return nil, fmt.Errorf("the desired state is of domain %s, the actual one of %s", desired.Domain, actual.Domain)
	}
	if actual.Match != "" && actual.Match != desired.Rules.Match {
		return nil, fmt.Errorf("the actual state was matched by %s, the policy matches by %s", actual.Match, desired.Rules.Match)
	}
	if err := checkSensitive(desired, actual); err != nil {
		return nil, err
	}
	rules := *desired.Rules
	c := &comparison{
		rules:      &rules,
		desired:    desired,
		actual:     actual,
		linked:     make(map[int64][]*plan.Account),
		byID:       make(map[string]*plan.Account),
		byPrimary:  make(map[string]*plan.Account),
		orgUnits:   plan.NewOrgUnits(actual.OrgUnits),
		attributes: make(map[string]plan.Attribute),

		unaddressed: make(map[int64]bool),
		addressless: make(map[int64]obstacle),
		passedOver:  make(map[int64][]plan.PassedOver),

		askedAddresses:   make(map[string]bool),
		askedMemberships: make(map[string]bool),
		askedNames:       make(map[plan.Name]bool),
		askedGroups:      make(map[string]bool),
	}
	c.findMissingOrgUnits()
	if path, ok := c.place(rules.SuspendedOrgUnit); ok {
		rules.SuspendedOrgUnit = path
	}
	for _, attribute := range actual.Attributes {
		c.attributes[attribute.Name] = attribute
	}
	if err := c.checkSchema(); err != nil {
		return nil, err
	}
	if err := c.indexAccounts(); err != nil {
		return nil, err
	}
	c.keepAddresses()
	c.settleJoining()
	if err := c.indexStaff(); err != nil {
		return nil, err
	}
	c.indexPeople()
	c.indexUnlinked()
	c.indexLookedFor()
	c.giveNewAddresses()
	c.findListedHolders()
	c.findUnknown()
	c.indexHolds()
	c.findSharedAddresses()
	return c, nil
}

func (c *comparison) indexStaff() error {
	for i := range c.desired.Accounts {
		c.staff = append(c.staff, &c.desired.Accounts[i])
	}
	slices.SortFunc(c.staff, func(a, b *plan.DesiredAccount) int { return cmp.Compare(a.DCID, b.DCID) })
	for i, want := range c.staff {
		if want.DCID <= 0 {
			return fmt.Errorf("the desired state has an account without DCID: %s", want.Address)
		}
		if i > 0 && c.staff[i-1].DCID == want.DCID {
			return fmt.Errorf("the desired state has DCID %d twice", want.DCID)
		}
	}
	return nil
}

// indexAccounts indexes the accounts that a look-up found and those that were
// listed. The look-up is the fresher of the two, and may find what the list
// lacks: Google's lists lag behind its writes.
//
// It returns an error when an account has no id, or when a list names one
// twice: then somebody wrote while it was read, and it may lack others.
func (c *comparison) indexAccounts() error {
	var accounts []*plan.Account
	for _, address := range slices.Sorted(maps.Keys(c.actual.Answers.Holders)) {
		if found := c.actual.Answers.Holders[address].Account; found != nil {
			accounts = append(accounts, found)
		}
	}
	listed := make(map[string]bool, len(c.actual.Accounts))
	for i := range c.actual.Accounts {
		account := &c.actual.Accounts[i]
		if listed[account.GoogleID] {
			return fmt.Errorf("the actual state lists the account %s (id %s) twice; read it again", account.Address, account.GoogleID)
		}
		listed[account.GoogleID] = true
		accounts = append(accounts, account)
	}
	for _, account := range accounts {
		if account.GoogleID == "" {
			return fmt.Errorf("the actual state does not say which id the account %s has", account.Address)
		}
		if c.byID[account.GoogleID] != nil {
			continue
		}
		c.byID[account.GoogleID] = account
		if account.DCID == 0 {
			continue
		}
		c.byPrimary[strings.ToLower(account.Address)] = account
		c.linked[account.DCID] = append(c.linked[account.DCID], account)
	}
	for _, same := range c.linked {
		slices.SortFunc(same, func(a, b *plan.Account) int { return cmp.Compare(a.GoogleID, b.GoogleID) })
	}
	return nil
}

// account returns the one account that is linked to the DCID, nil when there
// is none, and false when there are several.
func (c *comparison) account(dcid int64) (*plan.Account, bool) {
	switch same := c.linked[dcid]; len(same) {
	case 0:
		return nil, true
	case 1:
		return same[0], true
	}
	return nil, false
}

func (c *comparison) inDomain(address string) bool {
	_, domain, ok := strings.Cut(address, "@")
	return ok && (strings.EqualFold(domain, c.actual.Domain) || slices.Contains(c.rules.Domains, strings.ToLower(domain)))
}

// needsNothing tells whether an inactive person's account is as it should be: it is
// suspended and in the suspended org unit, in no group that an earlier apply was
// to take it out of, or it is where accounts are re-activated for a time. An archived account gives nobody access, and a
// guest's is not the district's to suspend.
func (c *comparison) needsNothing(have *plan.Account) bool {
	settled := have.Suspended && plan.SameOrgUnit(have.OrgUnitPath, c.rules.SuspendedOrgUnit) && len(c.actual.Unended[have.GoogleID]) == 0
	return have.Archived || have.Guest || c.spared(have) || settled
}

func (c *comparison) spared(have *plan.Account) bool {
	return plan.WithinAny(have.OrgUnitPath, c.rules.TemporaryReactivation)
}
