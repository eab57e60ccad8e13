package apply

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
)

// selecting has the options select what the words name.
func selecting(t failer, p plan.Plan, options Options, words ...string) Options {
	t.Helper()
	selection, err := plan.Select(p.Actions, words)
	if err != nil {
		t.Fatalf("select: %v", err)
	}
	options.Only = &selection
	return options
}

// refusalOf returns the reasons for which the plan is refused.
func refusalOf(t *testing.T, p plan.Plan, directory Directory, options Options) []string {
	t.Helper()
	_, err := Run(t.Context(), p, directory, options)
	var refusal *Refusal
	if !errors.As(err, &refusal) {
		t.Fatalf("Run: %v, want a refusal", err)
	}
	return refusal.Reasons
}

func endings(result Result) (ids []string) {
	for _, outcome := range result.Outcomes {
		ids = append(ids, string(outcome.Status)+" "+outcome.ID)
	}
	return ids
}

func TestOnlyDoesWhatIsSelectedAndWhatThatWaitsForAndNothingElse(t *testing.T) {
	p, directory := evening(t)
	options := fileOptions(t)
	steps := []struct {
		only, done []string
		writes     string
	}{
		{[]string{"2"}, []string{"done account/2"}, "g2"},
		{[]string{"create"}, []string{"done account/4", "done account/6"}, "g4"},
		{[]string{"2", "move"}, []string{"already account/2", "done account/5"}, "g5"},
	}
	for _, step := range steps {
		before := directory.clone()
		directory.writes = nil
		dry := selecting(t, p, options, step.only...)
		dry.DryRun = true
		if result := mustRun(t, p, directory, dry); len(directory.writes) > 0 || len(result.Outcomes) != len(step.done) {
			t.Errorf("%q: the dry run has %q and wrote %q", step.only, endings(result), directory.writes)
		}
		result := mustRun(t, p, directory, selecting(t, p, options, step.only...))
		if diff := cmp.Diff(step.done, endings(result)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", step.only, diff)
		}
		if result.Incomplete() {
			t.Errorf("%q is incomplete", step.only)
		}
		for id, account := range before.accounts {
			if changed := !cmp.Equal(account, directory.accounts[id]); changed != (id == step.writes) {
				t.Errorf("%q: %s changed: %t", step.only, id, changed)
			}
		}
	}
	// What was left is what the whole plan does.
	if result := mustRun(t, p, directory, options); result.Counts[Done] != 2 || result.Counts[Already] != 4 {
		t.Errorf("the whole plan afterwards: %q", endings(result))
	}
}

func TestPartsDoNotAddUpPastALimit(t *testing.T) {
	const (
		over = "over the limit suspend: 2, but at most 1; with the 1 that earlier runs of this plan did; if that is right, say --allow suspend=2"
		less = "--allow suspend=1: what is selected and what earlier runs of this plan did hold 2; look at the plan again, and if that is right say --allow suspend=2"
	)
	p, directory := evening(t)
	options := fileOptions(t)
	options.Limits[plan.LimitSuspend] = plan.AtMost(1)
	if reasons := refusalOf(t, p, directory, selecting(t, p, options, "suspend")); len(reasons) != 1 || strings.Contains(reasons[0], "earlier") {
		t.Errorf("both are refused for %q", reasons)
	}
	mustRun(t, p, directory, selecting(t, p, options, "1"))

	second := selecting(t, p, options, "2")
	check := func(name string, options Options, want ...string) {
		t.Helper()
		directory.writes = nil
		if diff := cmp.Diff(want, refusalOf(t, p, directory, options)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if len(directory.writes) > 0 {
			t.Errorf("%s: it wrote %q", name, directory.writes)
		}
	}
	check("the second part", second, over)
	dry, within, again, few := second, second, second, second
	dry.DryRun, within.WithinLimits, again.Again = true, true, true
	few.Allow = map[plan.LimitName]int{plan.LimitSuspend: 1}
	check("a dry run of it", dry, over)
	check("it within limits", within, over)
	check("it once more", again, over)
	check("it with its own number allowed", few, less)

	// The first part can be done over and over, for it counts once.
	if result := mustRun(t, p, directory, selecting(t, p, options, "1")); result.Counts[Already] != 1 {
		t.Errorf("the first part again: %q", endings(result))
	}
	// Who says that it is one plan's number does it.
	few.Allow[plan.LimitSuspend] = 2
	if result := mustRun(t, p, directory, few); result.Counts[Done] != 1 {
		t.Errorf("the second part when it is allowed: %q", endings(result))
	}
}

func TestWhatEarlierRunsDidCountsUnderALimitOperationByOperation(t *testing.T) {
	for name, test := range map[string]struct {
		// journal is what is written into the journal before the second part,
		// after the plan was made.
		journal []entry
		limit   plan.LimitName
		refused bool
	}{
		"nothing":                          {nil, plan.LimitSuspend, false},
		"done":                             {[]entry{{ID: "account/1", Outcome: "done"}}, plan.LimitSuspend, true},
		"found done":                       {[]entry{{ID: "account/1", Outcome: "already"}}, plan.LimitSuspend, true},
		"failed":                           {[]entry{{ID: "account/1", Outcome: started}, {ID: "account/1", Operation: "set suspended", Outcome: "failed"}, {ID: "account/1", Outcome: "failed"}}, plan.LimitSuspend, false},
		"failed after the suspension":      {[]entry{{ID: "account/1", Operation: "set suspended", Outcome: "done"}, {ID: "account/1", Outcome: "failed"}}, plan.LimitSuspend, true},
		"failed before it left the groups": {[]entry{{ID: "account/1", Operation: "set suspended", Outcome: "done"}, {ID: "account/1", Outcome: "failed"}}, plan.LimitLeaveGroups, false},
		"left a group":                     {[]entry{{ID: "account/1", Operation: "leave one@x.org", Outcome: "done"}, {ID: "account/1", Outcome: "failed"}}, plan.LimitLeaveGroups, true},
		"cut short":                        {[]entry{{ID: "account/1", Outcome: started}}, plan.LimitSuspend, true},
		"of another plan":                  {[]entry{{Plan: "sha256:other", ID: "account/1", Outcome: "done"}}, plan.LimitSuspend, false},
		"of what the plan lacks":           {[]entry{{ID: "account/99", Outcome: "done"}}, plan.LimitSuspend, false},
		"done once more":                   {[]entry{{ID: "account/1", Outcome: "done"}, {Outcome: madeAgain}}, plan.LimitSuspend, true},
		"before the plan was made again":   {[]entry{{ID: "account/1", Outcome: "done"}, {Outcome: made}}, plan.LimitSuspend, false},
	} {
		t.Run(name, func(t *testing.T) {
			p, directory := evening(t)
			options := fileOptions(t)
			options.Limits[test.limit] = plan.AtMost(1)
			for _, e := range test.journal {
				digest := p.Digest
				if e.Plan != "" {
					digest = e.Plan
				}
				j, err := openJournal(options.JournalPath, digest, options.withDefaults().Now)
				if err == nil {
					err = errors.Join(j.append(e), j.close())
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			_, err := Run(t.Context(), p, directory, selecting(t, p, options, "2"))
			if refused := err != nil; refused != test.refused {
				t.Errorf("the run ends with %v", err)
			}
		})
	}
}

func TestASelectionOfNothingDoesNothing(t *testing.T) {
	p, directory := evening(t)
	p.Actions = p.Actions[:2]
	p = seal(t, p)
	options := fileOptions(t)
	result := mustRun(t, p, directory, selecting(t, p, options, "rename"))
	if _, err := os.Stat(options.JournalPath); len(result.Outcomes)+len(directory.writes) > 0 || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%q, it wrote %q, and the journal: %v", endings(result), directory.writes, err)
	}
}

func TestAnotherApplyThatRanMeanwhileStopsAPart(t *testing.T) {
	p, directory := evening(t)
	options := fileOptions(t)
	// The other one runs after this one has counted, and before it has the journal.
	other := asking{directory, func() { mustRun(t, p, directory, selecting(t, p, options, "1")) }}
	_, err := Run(t.Context(), p, other, selecting(t, p, options, "2"))
	if err == nil || err.Error() != "another apply of this plan ran at the same time; run the same command again" {
		t.Errorf("Run: %v", err)
	}
	if directory.accounts["g2"].Suspended {
		t.Error("it was done all the same")
	}
}

// Any order of any parts ends as the whole plan does, and no part touches anything
// that is not in it.
func TestPartsAddUpToThePlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDistrict(t)
		p := d.planFor(t)
		if len(p.Actions) == 0 {
			t.Skip("nothing to do")
		}
		whole := d.directory.clone()
		options := testOptions()
		options.Workers = rapid.IntRange(1, 3).Draw(t, "workers")
		runInMemory(t.Context(), t, p, whole, options, &journalMemory{})
		memory := &journalMemory{}
		var ids []string
		for _, action := range p.Actions {
			if action.Kind.OnAccount() { // what else is made comes along with those who need it
				ids = append(ids, action.ID)
			}
		}
		done := make(map[string]bool)
		for _, id := range rapid.Permutation(ids).Draw(t, "parts") {
			part := selecting(t, p, options, id)
			before := d.directory.clone()
			result := runInMemory(t.Context(), t, p, d.directory, part, memory)
			if result.Incomplete() {
				t.Fatalf("%s: %+v", id, result)
			}
			selected := make(map[string]bool)
			for _, action := range part.Only.Actions {
				selected[action.GoogleID], done[action.ID] = true, true
			}
			for google, account := range before.accounts {
				now := d.directory.accounts[google]
				slices.Sort(now.Aliases)
				slices.Sort(account.Aliases)
				if !selected[google] && !cmp.Equal(account, now) {
					t.Fatalf("%s changes %s: %s", id, google, cmp.Diff(account, now))
				}
			}
			count := 0
			for _, n := range result.Counts {
				count += n
			}
			if count != len(part.Only.Actions) {
				t.Fatalf("%s: %d outcomes of %d actions", id, count, len(part.Only.Actions))
			}
		}
		if diff := diffStates(whole, d.directory); diff != "" {
			t.Fatalf("the directory (-at once +in parts):\n%s", diff)
		}
	})
}

// asking runs something when it is asked for the customer.
type asking struct {
	*fake
	then func()
}

func (a asking) Customer(ctx context.Context) (string, error) {
	a.then()
	return a.fake.Customer(ctx)
}
