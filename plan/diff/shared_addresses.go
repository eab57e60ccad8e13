package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// findSharedAddresses finds the people who want one address. Active staff
// are in each other's way. An inactive person is in the way of an active one
// only when the account that the active one lacks is the one that would be
// suspended: PowerSchool then likely holds one person twice.
func (c *comparison) findSharedAddresses() {
	c.sharing = make(map[int64]obstacle)
	byAddress := make(map[string][]*plan.DesiredAccount)
	for _, want := range c.staff {
		if want.Address != "" && !c.unaddressed[want.DCID] {
			address := strings.ToLower(want.Address)
			byAddress[address] = append(byAddress[address], want)
		}
	}
	for address, people := range byAddress {
		var rivals []*plan.DesiredAccount
		for _, want := range people {
			if want.Active {
				rivals = append(rivals, want)
			}
		}
		if len(rivals) == 0 {
			continue
		}
		if len(rivals) == 1 {
			rivals = append(rivals, c.likelySamePerson(rivals[0], people)...)
		}
		if len(rivals) == 1 {
			continue
		}
		slices.SortFunc(rivals, func(a, b *plan.DesiredAccount) int { return cmp.Compare(a.DCID, b.DCID) })
		shared := obstacle{
			plan.ConflictSharedAddress,
			fmt.Sprintf("PowerSchool gives the address %s to several staff: %s", address, namesOf(rivals)),
			"correct the address in PowerSchool; if it is one person, correct the DCID on the account",
		}
		if then, now := rivals[0], rivals[len(rivals)-1]; len(rivals) == 2 && sameName(then.Staff, now.Staff) {
			shared.kind = plan.ConflictSamePerson
			shared.problem += "; the same person?"
			if have, _ := c.account(then.DCID); have != nil && len(c.linked[now.DCID]) == 0 {
				shared.remedy = "if it is one person, " + c.linkRemedy(now.DCID, have.Address) + "; otherwise correct the address in PowerSchool"
			}
		}
		for _, want := range rivals {
			c.sharing[want.DCID] = shared
		}
	}
}

func (c *comparison) likelySamePerson(active *plan.DesiredAccount, people []*plan.DesiredAccount) []*plan.DesiredAccount {
	if len(c.linked[active.DCID]) > 0 {
		return nil
	}
	var same []*plan.DesiredAccount
	for _, want := range people {
		if want.Active {
			continue
		}
		if have, _ := c.account(want.DCID); have != nil && strings.EqualFold(have.Address, active.Address) {
			same = append(same, want)
		}
	}
	return same
}

func namesOf(people []*plan.DesiredAccount) string {
	names := make([]string, 0, len(people))
	for _, want := range people {
		names = append(names, personWords(want.Staff, want.DCID))
	}
	return strings.Join(names, " and ")
}

func personWords(person plan.Person, dcid int64) string {
	if person.Name == "" {
		return fmt.Sprintf("DCID %d", dcid)
	}
	return fmt.Sprintf("%s (DCID %d)", person.Name, dcid)
}
