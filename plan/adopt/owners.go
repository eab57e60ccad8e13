package adopt

import (
	"maps"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// Owners finds out which accounts are people's, wherever these are: those that carry
// their DCID, and those of which the address and the last name agree, as nobody else's
// do. It asks for no org unit, so that it can tell where people are before there are
// rules; that is not enough for a link. It keeps none of the accounts that are
// nobody's.
type Owners struct {
	byAddress map[string][]*plan.DesiredAccount
	// linked and agreeing are the accounts by DCID, and claims counts the people of
	// whom an account has the address and the last name, by Google id.
	linked, agreeing map[int64][]*plan.Account
	claims           map[string]int
}

// NewOwners returns one for these people.
func NewOwners(people []plan.DesiredAccount) *Owners {
	o := &Owners{
		byAddress: make(map[string][]*plan.DesiredAccount),
		linked:    make(map[int64][]*plan.Account), agreeing: make(map[int64][]*plan.Account), claims: make(map[string]int),
	}
	for i := range people {
		if address := strings.ToLower(people[i].Address); address != "" {
			o.byAddress[address] = append(o.byAddress[address], &people[i])
		}
		o.linked[people[i].DCID] = nil
	}
	return o
}

// Consider looks at an account of the directory. The same one may come again.
func (o *Owners) Consider(account plan.Account) {
	has := func(accounts []*plan.Account) bool {
		return slices.ContainsFunc(accounts, func(other *plan.Account) bool { return other.GoogleID == account.GoogleID })
	}
	if account.DCID != 0 {
		if accounts, known := o.linked[account.DCID]; known && !has(accounts) {
			o.linked[account.DCID] = append(accounts, &account)
		}
		return
	}
	for _, address := range append([]string{account.Address}, account.Aliases...) {
		for _, person := range o.byAddress[strings.ToLower(address)] {
			accounts := o.agreeing[person.DCID]
			if !has(accounts) && share(person.Name().FamilyKeys(), account.Name().FamilyKeys()) {
				o.agreeing[person.DCID] = append(accounts, &account)
				o.claims[account.GoogleID]++
			}
		}
	}
}

// Likely returns by DCID the accounts that are the people's.
func (o *Owners) Likely() map[int64]*plan.Account {
	claims := maps.Clone(o.claims)
	for dcid, accounts := range o.linked {
		for _, account := range o.agreeing[dcid] {
			if len(accounts) > 0 {
				claims[account.GoogleID]--
			}
		}
	}
	likely := make(map[int64]*plan.Account)
	for dcid, accounts := range o.linked {
		agreeing := o.agreeing[dcid]
		switch {
		case len(accounts) == 1:
			likely[dcid] = accounts[0]
		case len(accounts) == 0 && len(agreeing) == 1 && claims[agreeing[0].GoogleID] == 1:
			likely[dcid] = agreeing[0]
		}
	}
	return likely
}
