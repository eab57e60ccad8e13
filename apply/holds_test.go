package apply

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
)

const heldDay = "2026-06-01"

// drawHolds draws holds of people of the district, by DCID or by an address that
// somebody has on one of its ends.
func drawHolds(t *rapid.T, d district) []plan.Hold {
	var holds []plan.Hold
	for i := range rapid.IntRange(1, 3).Draw(t, "holds") {
		want := rapid.SampledFrom(d.desired.Accounts).Draw(t, "held")
		hold := plan.Hold{
			Where: fmt.Sprintf("holds[%d]", i), Until: rapid.SampledFrom([]string{heldDay, "2026-12-31", "2026-05-31"}).Draw(t, "until"),
			From: rapid.SliceOfNDistinct(rapid.SampledFrom(plan.HoldFroms()), 1, 2, rapid.ID).Draw(t, "from"),
		}
		have, linked := d.accountOf(want.DCID)
		if linked && rapid.Bool().Draw(t, "by address") {
			hold.Address = have.Address
		} else {
			hold.DCID = want.DCID
		}
		for _, one := range d.desired.Accounts { // as the policy finds them
			if one.DCID == hold.DCID || strings.EqualFold(one.Address, hold.Address) {
				hold.People = append(hold.People, one.Staff)
			}
		}
		holds = append(holds, hold)
	}
	return holds
}

func (d district) accountOf(dcid int64) (plan.Account, bool) {
	for _, a := range d.directory.accounts {
		if a.DCID == dcid {
			return a, true
		}
	}
	return plan.Account{}, false
}

// heldPeople returns what each person is held from, by DCID, however the code under
// test finds that out.
func heldPeople(d district, holds []plan.Hold) map[int64][]plan.HoldFrom {
	held := make(map[int64][]plan.HoldFrom)
	for _, hold := range holds {
		if hold.Until < heldDay {
			continue
		}
		for _, want := range d.desired.Accounts {
			have, _ := d.accountOf(want.DCID)
			byAddress := hold.Address != "" && (strings.EqualFold(want.Address, hold.Address) || have.HasAddress(hold.Address))
			if want.DCID == hold.DCID || byAddress {
				held[want.DCID] = append(held[want.DCID], hold.From...)
			}
		}
	}
	return held
}

// spared returns what must not have changed of the account: what the person is held
// from, and what cannot do without it.
func spared(a plan.Account, groups []string, active bool, held []plan.HoldFrom) map[string]any {
	kept := make(map[string]any)
	for _, from := range held {
		leaver := !active && from == plan.HoldSuspend
		all := from == plan.HoldEverything || leaver
		if all {
			kept["suspended"] = a.Suspended
		}
		if all || from == plan.HoldMove || from == plan.HoldGroups && !active && len(groups) > 0 {
			kept["org unit"] = a.OrgUnitPath
		}
		if all || from == plan.HoldGroups {
			kept["groups"] = groups
		}
		if all || from == plan.HoldRename {
			kept["address"], kept["aliases"] = a.Address, slices.Sorted(slices.Values(a.Aliases))
		}
		if all || from == plan.HoldAttributes {
			kept["names"], kept["attributes"], kept["ids"] = a.Name(), maps.Clone(a.Attributes), maps.Clone(a.ExternalIDs)
		}
	}
	return kept
}

func (f *fake) groupsOf(id string) []string {
	var groups []string
	for _, group := range slices.Sorted(maps.Keys(f.members)) {
		if f.members[group][id] {
			groups = append(groups, group)
		}
	}
	return groups
}

// sparedOfAll is what must not have changed of anybody, by DCID.
func sparedOfAll(d district, held map[int64][]plan.HoldFrom) map[int64]map[string]any {
	all := make(map[int64]map[string]any)
	for _, want := range d.desired.Accounts {
		have, linked := d.accountOf(want.DCID)
		switch {
		case linked:
			all[want.DCID] = spared(have, d.directory.groupsOf(have.GoogleID), want.Active, held[want.DCID])
		case slices.Contains(held[want.DCID], plan.HoldEverything):
			all[want.DCID] = map[string]any{"account": "none"}
		}
	}
	return all
}

// runHolding runs the plan while the holds are kept.
func runHolding(t *rapid.T, p plan.Plan, directory Directory, holds []plan.Hold) (Result, error) {
	folder, err := os.MkdirTemp("", "apply")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(folder)
	options := testOptions()
	options.Workers = rapid.IntRange(1, 4).Draw(t, "workers")
	options.JournalPath = filepath.Join(folder, "plan.journal")
	options.Holds, options.Today, options.SuspendedOrgUnit = holds, heldDay, leavers
	return Run(context.Background(), p, directory, options)
}

// Holds that are kept when the plan is made, and such as are written after it, let
// nothing through that they hold.
func TestHoldsNeverLetAHeldChangeThrough(t *testing.T) {
	heldAtPlan, heldAtApply := make(map[plan.HoldFrom]int), make(map[plan.HoldFrom]int)
	rapid.Check(t, func(t *rapid.T) {
		d := drawDistrict(t)
		holds := drawHolds(t, d)
		held := heldPeople(d, holds)
		before := sparedOfAll(d, held)
		d.desired.Rules.KeepHolds = true
		without := d.planFor(t)
		known := rapid.Bool().Draw(t, "the plan knows the holds")
		p := without
		if known {
			d.desired.AsOf, d.desired.Holds = heldDay, holds
			p = d.planFor(t)
		}
		result, err := runHolding(t, p, d.directory, holds)
		if err != nil {
			t.Fatal(err)
		}
		after := make(map[int64]map[string]any)
		for dcid := range before {
			have, linked := d.accountOf(dcid)
			want := d.desired.Accounts[slices.IndexFunc(d.desired.Accounts, func(a plan.DesiredAccount) bool { return a.DCID == dcid })]
			after[dcid] = map[string]any{"account": "none"}
			if linked {
				after[dcid] = spared(have, d.directory.groupsOf(have.GoogleID), want.Active, held[dcid])
			}
			if _, kept := before[dcid]["org unit"]; linked && kept {
				after[dcid]["org unit"] = have.OrgUnitPath // of a leaver whose groups are held, too
			}
		}
		if diff := cmp.Diff(before, after); diff != "" {
			t.Fatalf("held from %v, and still (-before +after):\n%s\nthe plan: %+v", held, diff, p.Actions)
		}
		count := func(into map[plan.HoldFrom]int, id string) {
			dcid, _ := (&plan.Action{ID: id}).DCID()
			for _, from := range held[dcid] {
				into[from]++
			}
		}
		for _, one := range p.Held {
			count(heldAtPlan, one.ID)
		}
		for _, outcome := range result.Outcomes {
			if outcome.Status == HeldBack {
				count(heldAtApply, outcome.ID)
			}
		}
		if known && result.Incomplete() {
			t.Fatalf("the plan knows the holds, and still: %+v", result)
		}

		// While the holds are kept nothing is left, unless an address that holds name
		// has another owner now; after them, all of it can be done.
		d.desired.AsOf, d.desired.Holds = heldDay, holds
		theSame := cmp.Equal(held, heldPeople(d, holds))
		if next := d.planFor(t); known && theSame && len(next.Actions) > 0 {
			t.Fatalf("the next plan has %+v", next.Actions)
		}
		d.desired.Holds = nil
		last, err := runHolding(t, d.planFor(t), d.directory, nil)
		if err != nil || last.Incomplete() {
			t.Fatalf("after the holds: %+v, %v", last, err)
		}
		if next := d.planFor(t); len(next.Actions) > 0 {
			t.Fatalf("after that the plan has %+v", next.Actions)
		}
	})
	for _, from := range plan.HoldFroms() {
		if heldAtPlan[from] == 0 || heldAtApply[from] == 0 {
			t.Errorf("nobody is held from %s: in %d plans, at %d applies", from, heldAtPlan[from], heldAtApply[from])
		}
	}
}

func TestALinkIsNotHeld(t *testing.T) {
	directory := newFake(account(0, "a@x.org"))
	id := slices.Collect(maps.Keys(directory.accounts))[0]
	p := sealed(t, plan.Action{ID: "account/1", Kind: plan.Link, Account: "a@x.org", GoogleID: id, Staff: plan.Person{DCID: 1},
		Changes: plan.Changes{{Field: match, To: plan.Number(1)}}})
	p.SetMade(plan.MadeByAdopt, p.MadeWith)
	options := fileOptions(t)
	options.Holds, options.Today = []plan.Hold{{Where: "holds[0]", DCID: 1, From: []plan.HoldFrom{plan.HoldEverything}, Until: heldDay}, {When: "true", Until: heldDay}}, heldDay
	if result := mustRun(t, seal(t, p), directory, options); result.Counts[Done] != 1 {
		t.Errorf("the result is %+v", result)
	}
}

func TestHoldsThatAreUnclearRefuseThePlan(t *testing.T) {
	suspended := suspension(1, "a@x.org")
	planned := plan.Hold{Where: "holds[0]", When: "staff.type == 1", From: []plan.HoldFrom{plan.HoldMove}, Until: heldDay}
	for name, test := range map[string]struct {
		hold plan.Hold
		want string // in the reason, empty where it holds
	}{
		"by DCID":               {plan.Hold{DCID: 1}, ""},
		"by address":            {plan.Hold{Address: "A@x.org"}, ""},
		"by alias":              {plan.Hold{Address: "alias@x.org"}, ""},
		"nobody's address":      {plan.Hold{Address: "b@x.org"}, "the plan has nobody with b@x.org"},
		"an unlinked account's": {plan.Hold{Address: "stranger@x.org"}, "the plan has nobody with stranger@x.org"},
		"a problem":             {plan.Hold{Problem: "no end"}, "holds[9]: no end"},
		"a new rule":            {plan.Hold{When: "true"}, "make a new plan"},
		"a rule with more":      {plan.Hold{When: planned.When, From: []plan.HoldFrom{plan.HoldSuspend}}, "make a new plan"},
	} {
		t.Run(name, func(t *testing.T) {
			a, stranger := account(1, "a@x.org"), account(0, "stranger@x.org")
			a.Aliases = []string{"alias@x.org"}
			directory := newFake(a, stranger)
			p := sealed(t, suspended)
			p.Holds = []plan.Hold{planned}
			p = seal(t, p)
			options := fileOptions(t)
			hold := test.hold
			hold.Where, hold.Until = "holds[9]", "2026-12-31"
			if hold.From == nil {
				hold.From = []plan.HoldFrom{plan.HoldSuspend}
			}
			rule := planned
			rule.From = slices.Clone(planned.From)
			options.Holds, options.Today, options.SuspendedOrgUnit = []plan.Hold{rule, hold}, heldDay, leavers
			result, err := Run(t.Context(), p, directory, options)
			var refusal *Refusal
			if errors.As(err, &refusal) != (test.want != "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Fatalf("the error is %v", err)
			}
			if len(directory.writes) > 0 {
				t.Errorf("it wrote %q", directory.writes)
			}
			if err == nil && (result.Counts[HeldBack] != 1 || !strings.Contains(result.Outcomes[0].Message, "held until 2026-12-31 (holds[9])")) {
				t.Errorf("the result is %+v", result)
			}
		})
	}
}
