package propose

import (
	"fmt"
	"math/rand"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
)

// randomStaff has members in few buildings and few org units, of which some are
// named after buildings, so that every sort of chance occurs.
func randomStaff(t *rapid.T) ([]Member, []OrgUnit) {
	buildings := []string{"Oak", "Elm", "Cotton Creek", `O"ak ${x}`, "É"}
	paths := []string{
		"/", "/Staff", "/Staff/Oak", "/Staff/ELM", "/Staff/CottonCreek", `/Staff/O"ak ${x}`, "/Staff/E\u0301", "/Oak/Teachers", "/Elm/Teachers", "/Students/Oak", "/Gone",
	}
	var members []Member
	var accounts []plan.Account
	for i := range rapid.IntRange(0, 25).Draw(t, "people") {
		m := Member{
			Person: plan.Person{DCID: int64(i + 1), Building: rapid.SampledFrom(buildings).Draw(t, "building")},
			Type:   rapid.SampledFrom([]string{"TEACHER", "TEACHER", "STAFF", Substitute, "7"}).Draw(t, "type"),
		}
		if rapid.IntRange(0, 3).Draw(t, "account") > 0 {
			m.Account, m.OrgUnit = fmt.Sprintf("p%d@x.org", i), rapid.SampledFrom(paths).Draw(t, "org unit")
			accounts = append(accounts, plan.Account{Fields: plan.Fields{Address: m.Account, OrgUnitPath: m.OrgUnit}})
		}
		members = append(members, m)
	}
	for range rapid.IntRange(0, 10).Draw(t, "others") {
		accounts = append(accounts, plan.Account{Fields: plan.Fields{OrgUnitPath: rapid.SampledFrom(paths).Draw(t, "of others"), Suspended: rapid.Bool().Draw(t, "suspended")}})
	}
	existing := rapid.SliceOfNDistinct(rapid.SampledFrom(paths), 0, len(paths), rapid.ID[string]).Draw(t, "existing")
	return members, counted(existing, accounts, members)
}

// Whatever the facts, everybody has exactly one rule, everybody with an account is
// placed or elsewhere, and the rules place no fewer than the one for everybody does
// alone.
func TestTheRulesPlaceNoFewerThanOneAlone(t *testing.T) {
	several := 0
	rapid.Check(t, func(t *rapid.T) {
		members, units := randomStaff(t)
		p := OrgUnits(members, units, rapid.SampledFrom([]string{"", "", "/Staff", "/New"}).Draw(t, "within"))
		known := 0
		for _, m := range members {
			ruleFor(p.Rules, m)
			if m.OrgUnit != "" {
				known++
			}
		}
		if p.Known() != known {
			t.Fatalf("%d of %d are placed or elsewhere", p.Known(), known)
		}
		last := len(p.Rules) - 1
		if p.Rules[last].When() != "" {
			t.Fatalf("the last rule is not for everybody: %v", p.Rules)
		}
		e := newEvidence(members, units)
		placed := func(rules []Rule) int {
			return e.placed(e.cells, func(c cell) Path {
				return ruleFor(rules, c.member()).Path
			})
		}
		if all, alone := placed(p.Rules), placed(p.Rules[last:]); all < alone {
			t.Fatalf("%v place %d, and the last of them alone %d", inWords(p.Rules), all, alone)
		}
		if last > 0 {
			several++
		}
	})
	if several == 0 {
		t.Error("no district had a rule of a building or a type")
	}
}

func TestTheOrderOfTheStaffDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		members, units := randomStaff(t)
		first := OrgUnits(members, units, "")
		random := rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed")))
		random.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
		random.Shuffle(len(units), func(i, j int) { units[i], units[j] = units[j], units[i] })
		if difference := cmp.Diff(first, OrgUnits(members, units, "")); difference != "" {
			t.Fatal(difference)
		}
	})
}
