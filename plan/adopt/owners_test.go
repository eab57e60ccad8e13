package adopt

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

func TestAnOwnersAccountIsNobodyElses(t *testing.T) {
	anna, bo := person(1, "Anna", "Lee", "alee"), person(2, "Bo", "Berg", "bberg")
	alias := func(a *plan.Account) { a.Aliases = []string{"alee@x.org"} }
	for name, c := range map[string]struct {
		people   []plan.DesiredAccount
		accounts []plan.Account
		want     map[int64]string
	}{
		"address and last name, wherever it is": {
			[]plan.DesiredAccount{anna, bo}, []plan.Account{account("Ann", "LEE", "ALee", at("/Students")), account("Bo", "Berg", "bo")},
			map[int64]string{1: "ALee@x.org"}},
		"an alias":               {[]plan.DesiredAccount{anna}, []plan.Account{account("Anna", "Lee", "anna", alias)}, map[int64]string{1: "anna@x.org"}},
		"an address given again": {[]plan.DesiredAccount{anna}, []plan.Account{account("Arthur", "Levi", "alee")}, map[int64]string{}},
		"by DCID, whatever else it says": {
			[]plan.DesiredAccount{anna}, []plan.Account{account("Bo", "Berg", "bo", carrying(1)), account("Anna", "Lee", "alee")}, map[int64]string{1: "bo@x.org"}},
		"another one's by DCID": {[]plan.DesiredAccount{anna}, []plan.Account{account("Anna", "Lee", "alee", carrying(9))}, map[int64]string{}},
		"one that somebody with a DCID in another account would claim": {
			[]plan.DesiredAccount{anna, person(2, "Arthur", "Lee", "alee")},
			[]plan.Account{account("Arthur", "Lee", "art", carrying(2)), account("Anna", "Lee", "alee")}, map[int64]string{1: "alee@x.org", 2: "art@x.org"}},
		"two with one DCID": {[]plan.DesiredAccount{anna}, []plan.Account{account("A", "Lee", "a", carrying(1)), account("A", "Lee", "b", carrying(1))}, map[int64]string{}},
		"two accounts":      {[]plan.DesiredAccount{anna}, []plan.Account{account("Anna", "Lee", "alee"), account("Anna", "Lee", "anna", alias)}, map[int64]string{}},
		"two people":        {[]plan.DesiredAccount{anna, person(2, "Arthur", "Lee", "alee")}, []plan.Account{account("Anna", "Lee", "alee")}, map[int64]string{}},
		"nobody without an address": {
			[]plan.DesiredAccount{{Fields: plan.Fields{DCID: 1, FamilyName: "Lee"}}}, []plan.Account{{Fields: plan.Fields{FamilyName: "Lee"}}}, map[int64]string{}},
	} {
		got := make(map[int64]string)
		owners := NewOwners(c.people)
		for _, account := range append(c.accounts, c.accounts...) {
			owners.Consider(account)
		}
		for dcid, account := range owners.Likely() {
			got[dcid] = account.Address
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}
