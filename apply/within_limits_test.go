package apply

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

// evening is a plan with one action of each kind, and its directory.
func evening(t *testing.T) (plan.Plan, *fake) {
	back := account(3, "c@x.org")
	back.Suspended, back.OrgUnitPath = true, leavers
	directory := newFake(account(1, "a@x.org"), account(2, "b@x.org"), back, account(4, "d@x.org"), account(5, "e@x.org"))
	directory.join("one@x.org", "g1")
	directory.join("one@x.org", "g2")
	rename := renaming(4, "d@x.org", "f@x.org")
	rename.Release = []string{"d@x.org"}
	return sealed(t,
		suspension(1, "a@x.org", "one@x.org"), suspension(2, "b@x.org", "one@x.org"),
		plan.Action{ID: "account/3", Kind: plan.Reactivate, Account: "c@x.org", GoogleID: "g3", Changes: plan.Changes{
			change("suspended", true, false), change("orgUnitPath", leavers, "/Staff"),
		}},
		rename, creation(6, "d@x.org", "account/4"),
		plan.Action{ID: "account/5", Kind: plan.Move, Account: "e@x.org", GoogleID: "g5", Changes: plan.Changes{
			change("orgUnitPath", "/Staff", "/New"), change("Sync.Building", nil, "South"),
		}},
	), directory
}

func TestWithinLimitsHoldsBackWhatIsOverAndDoesTheRest(t *testing.T) {
	const (
		waits = "waits for account/4 (over the limit rename)"
		moves = "left out: orgUnitPath (over the limit move); the rest is done"
	)
	for name, test := range map[string]struct {
		limits plan.Limits
		allow  map[plan.LimitName]int
		// held are those held back, and what is said of each.
		held map[string]string
		says []string
	}{
		"nothing is over": {limits: plan.Limits{plan.LimitSuspend: plan.AtMost(2)}},
		"suspensions": {
			limits: plan.Limits{plan.LimitSuspend: plan.AtMost(1)},
			held:   map[string]string{"account/1": "over the limit suspend", "account/2": "over the limit suspend"},
			says:   []string{"over the limit suspend: 2, but at most 1; if that is right, say --allow suspend=2"},
		},
		"renames, and who waits": {
			limits: plan.Limits{plan.LimitRename: plan.AtMost(0)},
			held:   map[string]string{"account/4": "over the limit rename", "account/6": waits},
			says:   []string{"over the limit rename: 1, but at most 0; if that is right, say --allow rename=1"},
		},
		"moves": {
			limits: plan.Limits{plan.LimitMove: plan.AtMost(3)},
			held:   map[string]string{"account/1": moves, "account/2": moves, "account/3": moves, "account/5": moves},
			says:   []string{"over the limit move: 4, but at most 3; if that is right, say --allow move=4"},
		},
		"groups, and the move after them": {
			limits: plan.Limits{plan.LimitLeaveGroups: plan.AtMost(1)},
			held: map[string]string{
				"account/1": "left out: groups (over the limit leaveGroups); the rest is done",
				"account/2": "left out: groups (over the limit leaveGroups); the rest is done",
			},
			says: []string{"over the limit leaveGroups: 2, but at most 1; if that is right, say --allow leaveGroups=2"},
		},
		"two, of which one is allowed": {
			limits: plan.Limits{plan.LimitSuspend: plan.AtMost(0), plan.LimitCreate: plan.AtMost(0)},
			allow:  map[plan.LimitName]int{plan.LimitSuspend: 2},
			held:   map[string]string{"account/6": "over the limit create"},
			says:   []string{"over the limit create: 1, but at most 0; if that is right, say --allow create=1"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, directory := evening(t)
			whole := directory.clone()
			options := fileOptions(t)
			options.WithinLimits, options.Allow, options.Workers = true, test.allow, 4
			for limit, most := range test.limits {
				options.Limits[limit] = most
			}
			dry := options
			dry.DryRun = true
			dryRun := mustRun(t, p, directory, dry)
			if len(directory.writes) > 0 {
				t.Errorf("the dry run wrote %q", directory.writes)
			}
			result := mustRun(t, p, directory, options)
			for i, outcome := range result.Outcomes {
				message, held := test.held[outcome.ID]
				if (outcome.Status == HeldBack) != held || !held && outcome.Status != Done || outcome.Message != message {
					t.Errorf("%s is %s: %q, want %q", outcome.ID, outcome.Status, outcome.Message, message)
				}
				would := strings.Replace(message, "the rest is done", "the rest is to do", 1)
				if got := dryRun.Outcomes[i]; (got.Status == HeldBack) != held || got.Message != would {
					t.Errorf("in the dry run %s is %s: %q, want %q", got.ID, got.Status, got.Message, would)
				}
			}
			if diff := cmp.Diff(test.says, result.HeldBack); diff != "" {
				t.Errorf("it says (-want +got):\n%s", diff)
			}
			if held := len(test.held) > 0; result.Incomplete() != held || dryRun.Incomplete() != held {
				t.Errorf("incomplete: %t, and the dry run %t", result.Incomplete(), dryRun.Incomplete())
			}

			// The same plan, when its counts are allowed, does what is left.
			options.WithinLimits, options.Limits = false, generous()
			options.Allow = nil
			if result := mustRun(t, p, directory, options); result.Incomplete() || result.Counts[Done] != len(test.held) {
				t.Errorf("the whole plan afterwards: %+v", result.Counts)
			}
			plain := fileOptions(t)
			mustRun(t, p, whole, plain)
			if diff := diffStates(whole, directory); diff != "" {
				t.Errorf("the directory (-at once +in two runs):\n%s", diff)
			}
		})
	}
}

// TestWhatEarlierRunsDidIsNotHeldBack: it counts under the limit, and is said to be
// done.
func TestWhatEarlierRunsDidIsNotHeldBack(t *testing.T) {
	p, directory := evening(t)
	options := fileOptions(t)
	options.Limits[plan.LimitSuspend] = plan.AtMost(1)
	options.WithinLimits, options.Only = true, &plan.Selection{Actions: p.Actions[:1]}
	if result := mustRun(t, p, directory, options); result.Counts[Done] != 1 || result.Incomplete() {
		t.Fatalf("the first: %+v", result.Counts)
	}
	options.Only = nil
	result := mustRun(t, p, directory, options)
	for id, want := range map[string]Status{"account/1": Already, "account/2": HeldBack, "account/3": Done} {
		if got := statuses(result)[id]; got != want {
			t.Errorf("%s is %s, want %s", id, got, want)
		}
	}
	if len(result.HeldBack) != 1 || !strings.HasPrefix(result.HeldBack[0], "over the limit suspend: 2, but at most 1") {
		t.Errorf("it says %q", result.HeldBack)
	}
}

func TestWithinLimitsRefusesAPlanOfWhichNothingIsLeftOrWhoseSourceIsInDoubt(t *testing.T) {
	over := func(limits plan.Limits) plan.Limits {
		all := generous()
		for name, limit := range limits {
			all[name] = limit
		}
		return all
	}
	for name, test := range map[string]struct {
		plan   func(*plan.Plan)
		limits plan.Limits
		allow  map[plan.LimitName]int
		want   []string
	}{
		"nothing is left": {
			func(p *plan.Plan) { p.Actions = p.Actions[:2] }, plan.Limits{plan.LimitSuspend: plan.AtMost(1)}, nil,
			[]string{"over the limit suspend: 2, but at most 1; if that is right, say --allow suspend=2"},
		},
		"people are missing": {
			func(p *plan.Plan) { p.Limits = plan.LimitChecks{plan.LimitMissing: {Count: 7, Base: 9}} },
			plan.Limits{plan.LimitMissing: plan.AtMost(5), plan.LimitSuspend: plan.AtMost(1)}, nil,
			[]string{"over the limit missing: 7, but at most 5; if that is right, say --allow missing=7"},
		},
		"schools are missing": {
			func(p *plan.Plan) { p.Limits = plan.LimitChecks{plan.LimitStraySchools: {Count: 7, Base: 9}} },
			plan.Limits{plan.LimitStrayRows: plan.AtMost(5)}, nil,
			[]string{"over the limit strayRows.schools: 7, but at most 5; if that is right, say --allow strayRows.schools=7"},
		},
		"another number is allowed": {
			func(*plan.Plan) {}, plan.Limits{plan.LimitSuspend: plan.AtMost(1)}, map[plan.LimitName]int{plan.LimitSuspend: 3},
			[]string{"--allow suspend=3: the plan holds 2; look at the plan again, and if that is right say --allow suspend=2"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, directory := evening(t)
			test.plan(&p)
			options := fileOptions(t)
			options.WithinLimits, options.Limits, options.Allow = true, over(test.limits), test.allow
			_, err := Run(t.Context(), seal(t, p), directory, options)
			var refusal *Refusal
			if !errors.As(err, &refusal) {
				t.Fatalf("Run: %v", err)
			}
			if diff := cmp.Diff(test.want, refusal.Reasons); diff != "" {
				t.Errorf("reasons (-want +got):\n%s", diff)
			}
			if _, err := os.Stat(options.JournalPath); len(directory.writes) > 0 || !errors.Is(err, os.ErrNotExist) {
				t.Errorf("it wrote %q, and the journal: %v", directory.writes, err)
			}
		})
	}
}

func TestAccountsThatAreHeldBackNeedNoPassword(t *testing.T) {
	p, directory := evening(t)
	options := fileOptions(t)
	options.WithinLimits, options.Password = true, Password{}
	options.Limits[plan.LimitCreate] = plan.AtMost(0)
	if result := mustRun(t, p, directory, options); result.Counts[HeldBack] != 1 || result.Counts[Done] != 5 {
		t.Errorf("the result is %+v", result.Counts)
	}
}

func TestWhatIsHeldBackWhereTheRestFailsIsSaidToo(t *testing.T) {
	p, directory := evening(t)
	directory.before = failing("update g5", errors.New("503"), 9)
	options := fileOptions(t)
	options.WithinLimits = true
	options.Limits[plan.LimitMove] = plan.AtMost(0)
	result := mustRun(t, p, directory, options)
	i := slices.IndexFunc(result.Outcomes, func(o Outcome) bool { return o.ID == "account/5" })
	if got := result.Outcomes[i]; got.Status != Failed || got.Message != "Sync.Building: 503; left out: orgUnitPath (over the limit move)" {
		t.Errorf("the outcome is %s: %s", got.Status, got.Message)
	}
}
