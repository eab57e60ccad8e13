package adopt

import (
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// LikelyAccounts returns by DCID the accounts that are the people's, wherever they
// are: those that carry their DCID, and those of which the address and the last name
// agree, as nobody else's do. It asks for no org unit, so that it can tell where
// people are before there are rules; that is not enough for a link.
func LikelyAccounts(people []plan.DesiredAccount, accounts []plan.Account) map[int64]*plan.Account {
	linked, byAddress := make(map[int64][]*plan.Account), make(map[string][]*plan.Account)
	for i := range accounts {
		account := &accounts[i]
		if account.DCID != 0 {
			linked[account.DCID] = append(linked[account.DCID], account)
			continue
		}
		for _, address := range append([]string{account.Address}, account.Aliases...) {
			key := strings.ToLower(address)
			byAddress[key] = append(byAddress[key], account)
		}
	}
	claims := make(map[*plan.Account]int)
	agreeing := make(map[int64][]*plan.Account)
	for i := range people {
		want := &people[i]
		if len(linked[want.DCID]) > 0 || want.Address == "" {
			continue
		}
		for _, account := range byAddress[strings.ToLower(want.Address)] {
			if share(want.Name().FamilyKeys(), account.Name().FamilyKeys()) {
				claims[account]++
				agreeing[want.DCID] = append(agreeing[want.DCID], account)
			}
		}
	}
	likely := make(map[int64]*plan.Account)
	for i := range people {
		dcid := people[i].DCID
		switch {
		case len(linked[dcid]) == 1:
			likely[dcid] = linked[dcid][0]
		case len(agreeing[dcid]) == 1 && claims[agreeing[dcid][0]] == 1:
			likely[dcid] = agreeing[dcid][0]
		}
	}
	return likely
}
