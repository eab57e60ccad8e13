package apply

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
)

const cameBack = "active in PowerSchool again since the plan"

func TestWhatIsOutdatedIsLeftOutWithAllThatWaitsForIt(t *testing.T) {
	const moved = "a plan made now would not do this"
	for name, test := range map[string]struct {
		outdated []plan.Omission
		want     map[string]string // what is held back, and what is said of it
		count    int
	}{
		"nothing": {},
		"a whole action": {
			[]plan.Omission{{ID: "account/1", Reason: cameBack}},
			map[string]string{"account/1": cameBack}, 1,
		},
		"a rename, and who is to get the address": {
			[]plan.Omission{{ID: "account/4", Part: plan.FieldPrimaryEmail, Reason: moved}},
			map[string]string{"account/4": "primaryEmail (" + moved + ")", "account/6": "waits for account/4 (" + moved + ")"}, 2,
		},
		"an alias, and who is to get it": {
			[]plan.Omission{{ID: "account/4", Part: "D@x.org", Reason: moved}},
			map[string]string{"account/4": "left out: D@x.org (" + moved + "); the rest is done", "account/6": "waits for account/4 (" + moved + ")"}, 2,
		},
		"a field": {
			[]plan.Omission{{ID: "account/5", Part: plan.FieldOrgUnitPath, Reason: moved}},
			map[string]string{"account/5": "left out: orgUnitPath (" + moved + "); the rest is done"}, 1,
		},
		"an action that the plan does not have": {outdated: []plan.Omission{{ID: "account/99", Reason: moved}}},
	} {
		t.Run(name, func(t *testing.T) {
			p, directory := evening(t)
			options := fileOptions(t)
			options.Outdated = test.outdated
			result := mustRun(t, p, directory, options)
			got := make(map[string]string)
			for _, outcome := range result.Outcomes {
				switch outcome.Status {
				case HeldBack:
					got[outcome.ID] = outcome.Message
				case Done:
				default:
					t.Errorf("%s is %s: %s", outcome.ID, outcome.Status, outcome.Message)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" && len(test.want)+len(got) > 0 {
				t.Errorf("left out (-want +got):\n%s", diff)
			}
			if result.Outdated != test.count || result.Incomplete() != (test.count > 0) {
				t.Errorf("%d outdated, incomplete: %t; want %d", result.Outdated, result.Incomplete(), test.count)
			}

			// When it is right after all, the same plan does the rest.
			options.Outdated = nil
			if result := mustRun(t, p, directory, options); result.Incomplete() || result.Outdated != 0 {
				t.Errorf("without it: %+v", result.Counts)
			}
		})
	}
}

func TestAllowNamesWhatThePlanHoldsAndLimitsAreJudgedOnWhatIsNotOutdated(t *testing.T) {
	for name, test := range map[string]struct {
		most   int
		allow  int // 0 for none
		within bool
		want   string // why it is refused, empty where it runs
		held   int
	}{
		"the limit is kept by what remains": {most: 1, held: 1},
		"it is not":                         {most: 0, want: "over the limit suspend: 1, but at most 0; if that is right, say --allow suspend=2"},
		"the plan's count is allowed":       {most: 0, allow: 2, held: 1},
		"the count of what remains is":      {most: 0, allow: 1, want: "--allow suspend=1: the plan holds 2; look at the plan again, and if that is right say --allow suspend=2"},
		"the rest is held back":             {most: 0, within: true, held: 2},
	} {
		t.Run(name, func(t *testing.T) {
			p, directory := evening(t)
			options := fileOptions(t)
			options.Outdated = []plan.Omission{{ID: "account/1", Reason: cameBack}}
			options.Limits[plan.LimitSuspend], options.WithinLimits = plan.AtMost(test.most), test.within
			if test.allow > 0 {
				options.Allow = map[plan.LimitName]int{plan.LimitSuspend: test.allow}
			}
			if test.want != "" {
				if reasons := refusalOf(t, p, directory, options); !slices.Contains(reasons, test.want) {
					t.Errorf("refused for %q, want %q", reasons, test.want)
				}
				return
			}
			if result := mustRun(t, p, directory, options); result.Counts[HeldBack] != test.held || result.Outdated != 1 {
				t.Errorf("the result is %+v, %d outdated", result.Counts, result.Outdated)
			}
		})
	}
}

func TestWhatTheJournalHasAsDoneIsDriftAndNotOutdated(t *testing.T) {
	p, directory := evening(t)
	options := fileOptions(t)
	mustRun(t, p, directory, options)
	directory.set("g1", func(a *plan.Account) { a.Suspended, a.OrgUnitPath = false, "/Staff" })
	options.Outdated = []plan.Omission{{ID: "account/1", Reason: cameBack}}
	if got := statuses(mustRun(t, p, directory, options))["account/1"]; got != Drifted {
		t.Errorf("what somebody undid is %s", got)
	}
	options.Again = true
	if got := statuses(mustRun(t, p, directory, options))["account/1"]; got != HeldBack {
		t.Errorf("with --again it is %s", got)
	}
}

// outdated plans again, as apply --recheck does.
func (d district) outdated(t *rapid.T, p plan.Plan) []plan.Omission {
	fresh, actual := d.compare(t)
	omissions, err := diff.Outdated(p.Actions, d.desired, actual, fresh)
	if err != nil {
		t.Fatal(err)
	}
	return omissions
}

// crashes runs the plan and returns some of the moments at which it might have
// been killed, the end among them.
func (d district) crashes(t *rapid.T, p plan.Plan) []moment {
	memory := &journalMemory{}
	var moments []moment
	take := func(string) error {
		moments = append(moments, moment{d.directory.clone(), memory.bytes()})
		return nil
	}
	d.directory.before, d.directory.after = take, take
	runInMemory(context.Background(), t, p, d.directory, testOptions(), memory)
	d.directory.before, d.directory.after = nil, nil
	var some []moment
	for _, i := range someOf(t, moments) {
		some = append(some, moments[i])
	}
	return append(some, moment{d.directory.clone(), memory.bytes()})
}

func TestARunThatWasKilledEndsWithARecheckAsWithoutIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDistrict(t)
		p := d.planFor(t)
		for i, m := range d.crashes(t, p) {
			options := testOptions()
			options.Outdated = district{d.desired, m.directory, m.journal}.outdated(t, p)
			if result := runInMemory(context.Background(), t, p, m.directory, options, &journalMemory{data: m.journal}); result.Incomplete() {
				t.Fatalf("at moment %d, with %v: %+v", i, options.Outdated, result)
			}
			if diff := diffStates(d.directory, m.directory); diff != "" {
				t.Fatalf("at moment %d (-without +with a recheck):\n%s", i, diff)
			}
		}
	})
}

func TestNobodyWhoCameBackIsSuspendedOrTakenOutOfGroupsAfterARecheck(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDistrict(t)
		p := d.planFor(t)
		moments := d.crashes(t, p)
		active := make(map[int64]bool)
		d.desired.Accounts = slices.Clone(d.desired.Accounts)
		for i := range d.desired.Accounts {
			if want := &d.desired.Accounts[i]; rapid.IntRange(0, 2).Draw(t, "turned") == 0 {
				want.Active = !want.Active
			}
			active[d.desired.Accounts[i].DCID] = d.desired.Accounts[i].Active
		}
		for i, m := range moments {
			options := testOptions()
			options.Outdated = district{d.desired, m.directory, m.journal}.outdated(t, p)
			before := m.directory.clone()
			runInMemory(context.Background(), t, p, m.directory, options, &journalMemory{data: m.journal})
			for id, had := range before.accounts {
				if !active[had.DCID] {
					continue
				}
				if m.directory.accounts[id].Suspended && !had.Suspended {
					t.Fatalf("at moment %d %s is suspended", i, had.Address)
				}
				for group := range before.members {
					if before.members[group][id] && !m.directory.members[group][id] {
						t.Fatalf("at moment %d %s is taken out of %s", i, had.Address, group)
					}
				}
			}
		}
	})
}
