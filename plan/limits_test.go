package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"github.com/staffsync/staffsync/plan"
)

func TestLimitAllowed(t *testing.T) {
	for _, c := range []struct {
		limit string
		base  int
		want  int
	}{
		{"12", 0, 12},
		{"12", 100000, 12},
		{"0", 1000, 0},
		{"3", 1000, 3}, // a number may be fewer than 5
		{"5%", 0, 5},   // a percentage never means fewer than 5
		{"5%", 99, 5},
		{"5%", 100, 5},
		{"5%", 119, 5},
		{"5%", 120, 6},
		{"5%", 1500, 75},
		{"0.001%", 100000, 5},
		{"100%", 7, 7},
		{"2.5%", 1000, 25},
		{"0.29%", 100000, 290},
		{"1.1%", 1000, 11},
	} {
		limit, err := plan.ParseLimit(c.limit)
		if err != nil {
			t.Fatal(err)
		}
		if got := limit.Allowed(c.base); got != c.want {
			t.Errorf("%s of %d allows %d, want %d", c.limit, c.base, got, c.want)
		}
		if limit.String() != c.limit {
			t.Errorf("%s is written as %s", c.limit, limit)
		}
		data, err := yaml.Marshal(limit)
		if err != nil {
			t.Fatal(err)
		}
		var back plan.Limit
		if err := yaml.Unmarshal(data, &back); err != nil || back != limit {
			t.Errorf("%s comes back from YAML as %s, %v", c.limit, back, err)
		}
	}
}

func TestParseLimitRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"-1":    `"-1" is neither a whole number nor a percentage such as 5%`,
		"5.5":   `"5.5" is neither a whole number nor a percentage such as 5%`,
		"":      `"" is neither a whole number nor a percentage such as 5%`,
		"many":  `"many" is neither a whole number nor a percentage such as 5%`,
		"-1%":   `"-1%" is not a percentage from 0% to 100%`,
		"NaN%":  `"NaN%" is not a percentage from 0% to 100%`,
		"%":     `"%" is not a percentage from 0% to 100%`,
		"five%": `"five%" is not a percentage from 0% to 100%`,
	} {
		if _, err := plan.ParseLimit(text); err == nil || err.Error() != want {
			t.Errorf("got error %v, want %s", err, want)
		}
	}
	var limits map[string]plan.Limit
	if err := yaml.Unmarshal([]byte("suspend: 5%\ncreate: [1]\n"), &limits); err == nil || !strings.HasSuffix(err.Error(), "line 2: a limit is a whole number or a percentage such as 5%") {
		t.Errorf("got error %v", err)
	}
}

func TestBlockedSaysWhichLimitByHowMuchAndOfWhat(t *testing.T) {
	var actions []plan.Action
	for range 37 {
		actions = append(actions,
			plan.Action{Kind: plan.Suspend, Changes: plan.Changes{{Field: plan.FieldSuspended, From: plan.Truth(false), To: plan.Truth(true)}}},
			plan.Action{Kind: plan.Create},
		)
	}
	checks := plan.Limits{plan.LimitCreate: plan.Percent(2.5)}.Check(plan.Count(actions), func(name plan.LimitName) int {
		if name == plan.LimitCreate {
			return 1000
		}
		return 500
	})
	if diff := cmp.Diff([]string{
		"suspend: 37, but at most 25 (5% of 500 linked accounts that are not suspended, never fewer than 5)",
		"create: 37, but at most 25 (2.5% of 1000 active staff, never fewer than 5)",
	}, checks.Blocked()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if blocked := (plan.Limits{plan.LimitCreate: plan.AtMost(37), plan.LimitSuspend: plan.AtMost(37)}).Check(plan.Count(actions), func(plan.LimitName) int { return 0 }).Blocked(); len(blocked) != 0 {
		t.Errorf("exactly as many as allowed is not over the limit, got %q", blocked)
	}
}

func TestDefaultLimitsNameEveryLimit(t *testing.T) {
	defaults := plan.DefaultLimits()
	if len(defaults) != len(plan.LimitNames()) {
		t.Errorf("%d defaults for %d limits", len(defaults), len(plan.LimitNames()))
	}
	for _, name := range plan.LimitNames() {
		if defaults[name].Allowed(1000) == 0 {
			t.Errorf("%s has no default", name)
		}
	}
}

func TestCountTakesOnlyWhatAnExistingAccountLosesForACleared(t *testing.T) {
	// An attribute that a new account does not get is not cleared.
	counts := plan.Count([]plan.Action{
		{Kind: plan.Create, Changes: plan.Changes{{Field: plan.FieldPrimaryEmail, To: plan.Text("a@d118.org")}, {Field: plan.FieldOrgUnitPath, To: plan.Text("/X")}}},
		{Kind: plan.Update, Changes: plan.Changes{{Field: "S.A", From: plan.Text("x")}, {Field: "S.B", From: plan.Number(0), To: plan.Number(1)}}},
	})
	if counts[plan.LimitCreate] != 1 || counts[plan.LimitClear] != 1 || counts[plan.LimitMove] != 0 {
		t.Errorf("got %v, want 1 created, 1 cleared and nobody moved", counts)
	}
}

func TestOnlyMembershipsMayBeOverAHundredPercent(t *testing.T) {
	over, err := plan.ParseLimit("300%")
	if err != nil {
		t.Fatal(err)
	}
	if err := over.CheckFor(plan.LimitLeaveGroups); err != nil {
		t.Error(err)
	}
	if err := over.CheckFor(plan.LimitClear); err == nil || err.Error() != `"300%" is not a percentage from 0% to 100%` {
		t.Errorf("got error %v", err)
	}
}

func TestAHundredPercentIsNoLimitWhereAccountsOrRowsAreCounted(t *testing.T) {
	all := plan.Limits{}
	for _, name := range plan.LimitNames() {
		all[name] = plan.Percent(100)
	}
	counts := plan.Count(nil)
	counts[plan.LimitChangeOf("S.A")], counts[plan.LimitMissing], counts[plan.LimitStraySchools] = 0, 0, 0
	for name := range counts {
		counts[name] = 101
	}
	want := []string{
		"clear: 101, but at most 100 (100% of 100 linked accounts that are not suspended, never fewer than 5)",
		"leaveGroups: 101, but at most 100 (100% of 100 linked accounts that are not suspended, never fewer than 5)",
	}
	if diff := cmp.Diff(want, all.Check(counts, func(plan.LimitName) int { return 100 }).Blocked()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
