package adopt

import (
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// Candidate is an account that may be a person's.
type Candidate struct {
	Account *plan.Account
	// For and Against are the facts, in words.
	For, Against []string

	// address tells that the account has the address that PowerSchool has,
	// local that it has the same one in another domain, and number that an
	// employee number agrees.
	address, local, number bool
	// family and name tell that the last name agrees, and the whole name.
	family, name bool
	// among tells that the account is where the rules have active people.
	among bool
	// contradicted tells that an employee number says somebody else's.
	contradicted bool
}

// plausible tells whether the account is worth a person's look. Students have
// numbers like those of employees, so that a number alone counts only among staff.
func (c *Candidate) plausible() bool {
	return c.address || c.local && (c.family || c.among) || c.among && (c.name || c.number) || c.number && c.name
}

// enough tells whether the facts settle the matter, if nobody else is in question.
// A number alone never does, since students have such numbers too, and neither
// does an address alone, since addresses are given again.
func (c *Candidate) enough() bool {
	return c.address && c.family && c.among && !c.contradicted && c.Account.Admin == plan.NoAdmin && !c.Account.Archived
}

// weigh lays the account beside the person.
func (m *matching) weigh(want *plan.DesiredAccount, account *plan.Account) Candidate {
	c := Candidate{Account: account}
	c.weighAddress(want, account)
	c.weighName(want.Name(), account.Name())
	m.weighNumbers(&c, want, account)
	if c.among = m.staffOrgUnits.Have(account.OrgUnitPath); c.among {
		c.For = append(c.For, "among staff")
	} else {
		c.Against = append(c.Against, "in "+account.OrgUnitPath+", where the rules have no staff")
	}
	switch {
	case account.Archived:
		c.Against = append(c.Against, "archived")
	case account.Suspended:
		c.Against = append(c.Against, "suspended")
	}
	if account.Admin != plan.NoAdmin {
		c.Against = append(c.Against, "a "+string(account.Admin)+", whose account only a person links")
	}
	return c
}

func (c *Candidate) weighAddress(want *plan.DesiredAccount, account *plan.Account) {
	if want.Address == "" {
		return
	}
	switch {
	case strings.EqualFold(account.Address, want.Address):
		c.address = true
		c.For = append(c.For, "the address")
	case account.HasAlias(want.Address):
		c.address = true
		c.For = append(c.For, "the address, as its alias "+want.Address)
	case slices.Contains(localParts(account), plan.LocalPart(want.Address)):
		c.local = true
		c.For = append(c.For, "the address "+want.Address+" in another domain")
	default:
		c.Against = append(c.Against, "another address than "+want.Address)
	}
}

func (c *Candidate) weighName(want, have plan.Name) {
	c.family = share(want.FamilyKeys(), have.FamilyKeys())
	c.name = share(want.LikeKeys(), have.LikeKeys())
	switch {
	case want.Key() == have.Key():
		c.For = append(c.For, "the name")
	case c.name:
		c.For = append(c.For, "a name like it: "+have.String())
	case c.family:
		c.For = append(c.For, "the last name")
		c.Against = append(c.Against, "another first name: "+have.Given)
	default:
		c.Against = append(c.Against, "another name: "+have.String())
	}
}

func (m *matching) weighNumbers(c *Candidate, want *plan.DesiredAccount, account *plan.Account) {
	wanted, found := m.numbersOf(&want.Fields), m.numbersOf(&account.Fields)
	for _, field := range m.numbers {
		switch other := found[field]; {
		case other == "" || wanted[field] == "":
		case other == wanted[field]:
			c.number = true
			c.For = appendOnce(c.For, "the number "+want.Field(field).String())
		default:
			c.contradicted = true
			c.Against = appendOnce(c.Against, fmt.Sprintf("the number %s instead of %s", account.Field(field), want.Field(field)))
		}
	}
}

func appendOnce(facts []string, fact string) []string {
	if slices.Contains(facts, fact) {
		return facts
	}
	return append(facts, fact)
}

// numbersOf are the values of the fields that hold employee numbers, without
// leading zeros, which exports lose.
func (m *matching) numbersOf(fields *plan.Fields) map[string]string {
	numbers := make(map[string]string)
	for _, field := range m.numbers {
		if value := strings.TrimLeft(fields.Field(field).String(), "0"); value != "" {
			numbers[field] = value
		}
	}
	return numbers
}

// teacherNumber is the column of PowerSchool that has the employee number.
const teacherNumber = "users.teachernumber"

// numberFields are the fields that hold an employee number: the external ids that
// the policy manages, and the attributes that it fills from the teacher number
// alone.
func numberFields(desired *plan.Desired) []string {
	rules := desired.Rules
	var fields []string
	for _, kind := range rules.ExternalIDs {
		fields = append(fields, plan.ExternalIDPrefix+kind)
	}
	for _, name := range rules.Attributes {
		ofNumber := func(want plan.DesiredAccount) bool {
			return slices.Equal(rules.Columns[want.Origins[name]], []string{teacherNumber})
		}
		if name != rules.Match && slices.ContainsFunc(desired.Accounts, ofNumber) {
			fields = append(fields, name)
		}
	}
	return fields
}

func localParts(account *plan.Account) []string {
	parts := []string{plan.LocalPart(account.Address)}
	for _, alias := range account.Aliases {
		parts = append(parts, plan.LocalPart(alias))
	}
	return parts
}

func share(a, b []string) bool {
	return slices.ContainsFunc(a, func(key string) bool { return slices.Contains(b, key) })
}
