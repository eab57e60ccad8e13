package adopt

import (
	"fmt"
	"math/rand"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
)

// randomDistrict has people and accounts that share few names, addresses and
// numbers, so that every sort of chance occurs.
func randomDistrict(t *rapid.T) (people []plan.DesiredAccount, accounts []plan.Account) {
	names := []string{"Lee", "Lee-Berg", "Berg", "Núñez", "Nunez", "de la Cruz"}
	locals := []string{"alee", "bberg", "nunez", "cruz", "x"}
	pick := func(from []string, label string) string { return rapid.SampledFrom(from).Draw(t, label) }
	for dcid := range int64(rapid.IntRange(0, 6).Draw(t, "people")) {
		p := person(dcid+1, pick([]string{"Anna", "Ann Marie", "Bo"}, "given"), pick(names, "family"), pick(locals, "local"))
		if rapid.IntRange(0, 4).Draw(t, "left") == 0 {
			p.Active, p.OrgUnitPath = false, ""
		}
		people = append(people, p)
	}
	for i := range rapid.IntRange(0, 8).Draw(t, "accounts") {
		a := account(pick([]string{"Anna", "Ann", "Bo"}, "given"), pick(names, "family"), pick(locals, "local"),
			at(pick([]string{school, "/Students"}, "org unit")), number(pick([]string{"", "001", "2", "009"}, "number")))
		a.Address = fmt.Sprintf("%s@%s", a.Address[:len(a.Address)-len("@x.org")], pick([]string{"x.org", "y.org"}, "domain"))
		a.GoogleID = fmt.Sprint("id-", i)
		if len(people) > 0 && rapid.Bool().Draw(t, "of a person") {
			p := rapid.SampledFrom(people).Draw(t, "whose")
			a.Address, a.GivenName, a.FamilyName = p.Address, p.GivenName, p.FamilyName
		}
		a.DCID = rapid.SampledFrom([]int64{0, 0, 0, 2, 77}).Draw(t, "dcid")
		if a.DCID != 0 && slices.ContainsFunc(accounts, func(other plan.Account) bool { return other.DCID == a.DCID }) {
			a.DCID = 0
		}
		accounts = append(accounts, a)
	}
	return people, accounts
}

// Whatever the facts, nobody gets two accounts and no account two people, no DCID
// is replaced, and each link agrees in address, last name and org unit.
func TestLinksAreOneToOneAndAgree(t *testing.T) {
	linked := 0
	rapid.Check(t, func(t *rapid.T) {
		people, accounts := randomDistrict(t)
		desired, actual := district(people, accounts)
		adopted, err := Adopt(desired, actual, Options{Leavers: rapid.Bool().Draw(t, "leavers")})
		if err != nil {
			t.Fatal(err)
		}
		given, taken := map[int64]bool{}, map[string]bool{}
		for _, action := range adopted.Plan.Actions {
			linked++
			if given[action.Staff.DCID] || taken[action.GoogleID] {
				t.Fatalf("%s is linked to %s, and one of them is linked already", action.Account, action.ID)
			}
			given[action.Staff.DCID], taken[action.GoogleID] = true, true
			a := accounts[slices.IndexFunc(accounts, func(a plan.Account) bool { return a.GoogleID == action.GoogleID })]
			p := people[action.Staff.DCID-1]
			if a.DCID != 0 || !a.HasAddress(p.Address) || a.OrgUnitPath != school || !share(a.Name().FamilyKeys(), p.Name().FamilyKeys()) {
				t.Fatalf("%+v is linked to %+v", a.Fields, p.Fields)
			}
			if len(slices.DeleteFunc(slices.Clone(accounts), func(other plan.Account) bool { return other.DCID != p.DCID })) > 0 {
				t.Fatalf("%s had an account", action.ID)
			}
		}
	})
	if linked == 0 {
		t.Error("no district had anything certain")
	}
}

// Whatever persons wrote, nobody gets two accounts and no account two people, and
// nothing is planned with a row that cannot be.
func TestLinksAreOneToOneWhateverAPersonSaid(t *testing.T) {
	accepted, refused := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		people, accounts := randomDistrict(t)
		if len(people) == 0 || len(accounts) == 0 {
			t.Skip("nobody to say anything of")
		}
		desired, actual := district(people, accounts)
		var rows []Settled
		for i := range rapid.IntRange(1, 4).Draw(t, "rows") {
			rows = append(rows, Settled{
				Row: fmt.Sprint("row ", i), Address: rapid.SampledFrom(accounts).Draw(t, "account").Address, DCID: rapid.SampledFrom(people).Draw(t, "person").DCID,
				OldDCID: rapid.SampledFrom([]int64{0, 0, 2, 77}).Draw(t, "old"), SomebodyElse: rapid.IntRange(0, 3).Draw(t, "else") == 0,
			})
		}
		adopted, err := Adopt(desired, actual, Options{Leavers: rapid.Bool().Draw(t, "leavers"), Settled: rows})
		if err != nil {
			refused++
			if len(adopted.Plan.Actions) > 0 {
				t.Fatalf("there are links in spite of %v", err)
			}
			return
		}
		accepted++
		given, taken := map[int64]bool{}, map[string]bool{}
		for _, action := range adopted.Plan.Actions {
			if given[action.Staff.DCID] || taken[action.GoogleID] {
				t.Fatalf("%s is linked to %s, and one of them is linked already", action.Account, action.ID)
			}
			given[action.Staff.DCID], taken[action.GoogleID] = true, true
			owner := slices.IndexFunc(accounts, func(a plan.Account) bool { return a.DCID == action.Staff.DCID })
			if owner >= 0 {
				t.Fatalf("%s has the account %s already", action.ID, accounts[owner].Address)
			}
			if slices.ContainsFunc(rows, func(r Settled) bool {
				return r.SomebodyElse && r.DCID == action.Staff.DCID && action.Account == r.Address
			}) {
				t.Fatalf("%s is linked to %s, which a person ruled out", action.Account, action.ID)
			}
		}
	})
	if accepted == 0 || refused == 0 {
		t.Errorf("%d were accepted and %d refused", accepted, refused)
	}
}

func TestTheOrderOfTheInputDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people, accounts := randomDistrict(t)
		first, err := planBytes(people, accounts)
		if err != nil {
			t.Fatal(err)
		}
		random := rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed")))
		random.Shuffle(len(people), func(i, j int) { people[i], people[j] = people[j], people[i] })
		random.Shuffle(len(accounts), func(i, j int) { accounts[i], accounts[j] = accounts[j], accounts[i] })
		second, err := planBytes(people, accounts)
		if err != nil {
			t.Fatal(err)
		}
		if difference := cmp.Diff(string(first), string(second)); difference != "" {
			t.Fatal(difference)
		}
	})
}

// planBytes returns the bytes of the plan.
func planBytes(people []plan.DesiredAccount, accounts []plan.Account) ([]byte, error) {
	desired, actual := district(people, accounts)
	adopted, err := Adopt(desired, actual, Options{Leavers: true})
	if err != nil {
		return nil, err
	}
	return plan.Encode(adopted.Plan)
}
