package policy

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

// held is the policy with holds, as of the last day of 2026.
func held(t *testing.T, holds ...plan.Hold) *Policy {
	t.Helper()
	for i := range holds {
		if holds[i].Until == "" {
			holds[i].Until = "2026-12-31"
		}
	}
	p, err := compiled(t, d118()).WithHolds(holds)
	if err != nil {
		t.Fatal(err)
	}
	return p.AsOf(time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC))
}

func TestHoldsAreOfWhomTheyName(t *testing.T) {
	member := func(dcid int64, change func(*source.Staff)) source.Staff {
		return someone(func(s *source.Staff) { s.DCID = dcid; change(s) })
	}
	district := source.District{
		Staff: []source.Staff{
			member(4, func(s *source.Staff) { s.Email = "d@d118.org"; s.Type = 4 }),
			member(1, func(s *source.Staff) { s.Email = "a@d118.org"; s.Active = false }),
			member(2, func(s *source.Staff) { s.Email = "b@d118.org"; s.LastName = "Test" }), // left out
			member(3, func(s *source.Staff) { s.Email = "not an address" }),                  // a conflict
		},
		LeftOut: []source.LeftOut{{Staff: member(5, func(s *source.Staff) { s.Email = "e@d118.org" }), Reason: "no home school"}},
	}
	for name, test := range map[string]struct {
		hold plan.Hold
		want []int64
	}{
		"a DCID":                       {plan.Hold{DCID: 1}, []int64{1}},
		"an address, in any case":      {plan.Hold{Address: "D@D118.org"}, []int64{4}},
		"somebody whom a rule skips":   {plan.Hold{Address: "b@d118.org"}, []int64{2}},
		"somebody on whom none is":     {plan.Hold{DCID: 3}, []int64{3}},
		"somebody whom data leave out": {plan.Hold{Address: "e@d118.org"}, []int64{5}},
		"two people":                   {plan.Hold{DCID: 4, Address: "a@d118.org"}, []int64{1, 4}},
		"nobody":                       {plan.Hold{DCID: 9}, nil},
		"a rule, leavers included":     {plan.Hold{When: "staff.type == SUBSTITUTE || !staff.active"}, []int64{1, 4}},
		"a rule that has ended":        {plan.Hold{When: "int(staff.firstName) == 1", Until: "2026-12-30"}, nil},
		"a rule with a mistake":        {plan.Hold{When: "staff.nothing"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			state := held(t, test.hold).Desired(district)
			var got []int64
			for _, one := range state.Holds[0].People {
				got = append(got, one.DCID)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			if len(state.Conflicts) != 1 || state.AsOf != "2026-12-31" || !state.Rules.KeepHolds {
				t.Errorf("%+v, as of %s", state.Conflicts, state.AsOf)
			}
			if wrong := strings.Contains(name, "mistake"); wrong != strings.Contains(state.Holds[0].Problem, "when: character 7: staff has no field nothing") {
				t.Errorf("the problem is %q", state.Holds[0].Problem)
			}
		})
	}
}

// Where a hold's rule fails, whether the person is held is not known.
func TestAPersonForWhomAHoldsRuleFailsIsAConflict(t *testing.T) {
	rule := plan.Hold{Where: "holds.csv, line 3", When: `staff.building == "Annex"`}
	for name, active := range map[string]bool{"active": true, "a leaver": false} {
		damaged := someone(func(s *source.Staff) {
			s.Active, s.Damaged = active, map[string]string{"building": "schools.csv, line 2: damaged"}
		})
		got := conflict(t, held(t, rule).Desired(source.District{Staff: []source.Staff{damaged}}))
		if got.Kind != plan.ConflictUndecided || got.Problem != "holds.csv, line 3: schools.csv, line 2: damaged" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestHoldsAreNoPartOfThePolicy(t *testing.T) {
	plain, with := compiled(t, d118()), held(t, plan.Hold{DCID: 1})
	if plain.Rules().Policy != with.Rules().Policy {
		t.Error("a hold changes the policy")
	}
	if state := plain.Desired(source.District{}); state.AsOf != "" || state.Rules.KeepHolds {
		t.Errorf("without holds: %+v", state)
	}
}

func TestAHoldsRuleInTheConfigIsCheckedWhereItStands(t *testing.T) {
	p := compiled(t, d118())
	if err := p.CheckHold("holds[2].when", "staff.active"); err != nil {
		t.Error(err)
	}
	found := plan.KeyErrors(p.CheckHold("holds[2].when", "staff.dcid"))
	if len(found) != 1 || found[0].Key != "holds[2].when" || !strings.Contains(found[0].Error(), "true or false") {
		t.Errorf("found %v", found)
	}
}
