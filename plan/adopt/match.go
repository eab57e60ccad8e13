package adopt

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// matching is everybody without a linked account beside every account without a
// DCID.
type matching struct {
	desired       *plan.Desired
	actual        *plan.Actual
	staffOrgUnits plan.StaffOrgUnits
	// numbers are the fields that hold employee numbers.
	numbers []string
	// linked has the DCIDs that accounts carry, and byKey the accounts without
	// one by what may tell whose they are.
	linked map[int64][]*plan.Account
	byKey  map[string][]*plan.Account
	people []*Person
}

// Person is somebody without a linked account, with the accounts that may be
// theirs, the likeliest first.
type Person struct {
	*plan.DesiredAccount
	Candidates []Candidate
	// Problem says why no account is certain, empty where the first is.
	Problem string
	// leftOut tells that the policy leaves the person out. An account may be theirs
	// all the same, and then it is nobody else's; but they get no link. A link hands
	// the account over to the rules, and these say that it is not for them. Where a
	// rule lets the person in again, no plan makes them a second account: it is a
	// conflict, and adopt links the account then.
	leftOut bool
}

// newMatching weighs everybody without a linked account whom a person has not
// settled, sorted by DCID.
func newMatching(desired *plan.Desired, actual *plan.Actual, settled *settlement) *matching {
	m := &matching{
		desired: desired, actual: actual, numbers: numberFields(desired),
		staffOrgUnits: desired.StaffOrgUnits(plan.NewOrgUnits(actual.OrgUnits)),
		linked:        make(map[int64][]*plan.Account), byKey: make(map[string][]*plan.Account),
	}
	for i := range actual.Accounts {
		account := &actual.Accounts[i]
		m.linked[account.DCID] = append(m.linked[account.DCID], account)
	}
	for i := range actual.Unlinked {
		account := &actual.Unlinked[i]
		if account.DCID != 0 || account.Guest {
			continue
		}
		for _, key := range m.keysOf(&account.Fields, localParts(account)) {
			m.byKey[key] = append(m.byKey[key], account)
		}
	}
	for i := range desired.Accounts {
		m.add(&Person{DesiredAccount: &desired.Accounts[i]}, settled)
	}
	for _, skipped := range desired.Skipped {
		m.add(&Person{DesiredAccount: leftOut(skipped), leftOut: true}, settled)
	}
	slices.SortFunc(m.people, func(a, b *Person) int { return cmp.Compare(a.DCID, b.DCID) })
	m.settle()
	return m
}

// add takes in somebody who is neither linked nor settled.
func (m *matching) add(person *Person, settled *settlement) {
	if len(m.linked[person.DCID]) > 0 || settled.people[person.DCID] {
		return
	}
	person.Candidates = m.candidates(person.DesiredAccount, settled)
	m.people = append(m.people, person)
}

// leftOut is what is known of somebody whom the policy leaves out, such as former
// staff, of whom PowerSchool keeps no address.
func leftOut(skipped plan.Skipped) *plan.DesiredAccount {
	given, family, _ := strings.Cut(skipped.Staff.Name, " ")
	return &plan.DesiredAccount{
		Fields: plan.Fields{DCID: skipped.Staff.DCID, Address: strings.ToLower(skipped.Address), GivenName: given, FamilyName: family},
		Staff:  skipped.Staff,
	}
}

// keysOf are what a person and an account have in common where they may belong
// together.
func (m *matching) keysOf(fields *plan.Fields, locals []string) []string {
	var keys []string
	for _, local := range locals {
		if local != "" {
			keys = append(keys, "address "+local)
		}
	}
	for _, like := range fields.Name().LikeKeys() {
		keys = append(keys, "name "+like)
	}
	for field, number := range m.numbersOf(fields) {
		keys = append(keys, field+" "+number)
	}
	return keys
}

// candidates are the accounts that may be the person's, the likeliest first.
func (m *matching) candidates(want *plan.DesiredAccount, settled *settlement) []Candidate {
	var candidates []Candidate
	seen := make(map[string]bool)
	for _, key := range m.keysOf(&want.Fields, []string{plan.LocalPart(want.Address)}) {
		for _, account := range m.byKey[key] {
			if seen[account.GoogleID] || m.desired.Rules.TellApart(want.DCID, account) || settled.rulesOut(want.DCID, account) {
				continue
			}
			seen[account.GoogleID] = true
			if candidate := m.weigh(want, account); candidate.plausible() {
				candidates = append(candidates, candidate)
			}
		}
	}
	slices.SortFunc(candidates, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.weight(), a.weight()), strings.Compare(a.Account.Address, b.Account.Address), strings.Compare(a.Account.GoogleID, b.Account.GoogleID))
	})
	return candidates
}

// weight orders candidates for a person's eye; it decides nothing.
func (c *Candidate) weight() int {
	weight := 0
	for i, fact := range []bool{c.family, c.local, c.number, c.among, c.name, c.address} {
		if fact {
			weight += 1 << i
		}
	}
	return weight
}

// settle says of each person why no account is certain. Of people who are alike
// each may be certain only because the others have their own account: so all who
// have one with enough are taken to be certain first, and whoever is not in the light
// of the others is taken out, until nobody is.
func (m *matching) settle() {
	claims := make(map[string][]*Person)
	var settled []*Person
	for _, person := range m.people {
		for i := range person.Candidates {
			id := person.Candidates[i].Account.GoogleID
			claims[id] = append(claims[id], person)
		}
		switch {
		case len(person.Candidates) == 0:
		case person.Candidates[0].enough():
			settled = append(settled, person)
		default:
			person.Problem = "not enough agrees"
		}
	}
	for before := -1; before != len(settled); {
		before = len(settled)
		settled = slices.DeleteFunc(settled, func(person *Person) bool {
			person.Problem = person.doubt(claims)
			return person.Problem != ""
		})
	}
}

// doubt says why the person's first account is not certain in the light of who else
// is, empty where it is.
func (p *Person) doubt(claims map[string][]*Person) string {
	best := &p.Candidates[0]
	for _, other := range claims[best.Account.GoogleID] {
		if other != p && !other.hasOwn(best.Account) && !other.contradictedBy(best.Account) {
			return fmt.Sprintf("%s may be that of %s (%s) too", best.Account.Address, other.Staff.Name, plan.AccountID(other.DCID))
		}
	}
	for i := range p.Candidates[1:] {
		rival := &p.Candidates[1+i]
		isOthers := func(other *Person) bool { return other != p && other.certain(rival.Account) }
		if !rival.contradicted && !slices.ContainsFunc(claims[rival.Account.GoogleID], isOthers) {
			return "there are several accounts in question"
		}
	}
	return ""
}

// certain tells whether the account is the person's as far as is known.
func (p *Person) certain(account *plan.Account) bool {
	return p.Problem == "" && len(p.Candidates) > 0 && p.Candidates[0].Account == account
}

// hasOwn tells whether another account than this one is the person's, so that what
// this one has of them is chance.
func (p *Person) hasOwn(account *plan.Account) bool {
	return !p.certain(account) && p.Problem == "" && len(p.Candidates) > 0
}

// contradictedBy tells whether the account's number says that it is not the
// person's.
func (p *Person) contradictedBy(account *plan.Account) bool {
	return slices.ContainsFunc(p.Candidates, func(c Candidate) bool { return c.Account == account && c.contradicted })
}
