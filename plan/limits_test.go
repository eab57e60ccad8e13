package plan_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

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
		"101%":  `"101%" is no percentage from 0% to 100%`,
		"-1%":   `"-1%" is no percentage from 0% to 100%`,
		"NaN%":  `"NaN%" is no percentage from 0% to 100%`,
		"%":     `"%" is no percentage from 0% to 100%`,
		"five%": `"five%" is no percentage from 0% to 100%`,
	} {
		if _, err := plan.ParseLimit(text); err == nil || err.Error() != want {
			t.Errorf("got error %v, want %s", err, want)
		}
	}
	var limits map[string]plan.Limit
	if err := yaml.Unmarshal([]byte("suspend: 5%\ncreate: [1]\n"), &limits); err == nil || err.Error() != "line 2: a limit is a whole number or a percentage such as 5%" {
		t.Errorf("got error %v", err)
	}
}

// The plan of a district in which one of everything happens.
func oneOfEverything(t *testing.T) plan.Plan {
	w := newWorld(
		google(2, "leaver"), google(3, "back", suspendedThere), google(4, "old"), google(5, "moves"),
		google(6, "cleared", attribute("S.A", "1"), attribute("S.B", "2"), externalID("organization", "3")),
		google(7, "same"), google(8, "gone", suspendedThere), google(9, "gone2", suspendedThere), google(10, "orphan"), unlinked("nobody"),
	)
	w.attributes = append(w.attributes, plan.Attribute{Name: "S.A", Type: plan.TypeString}, plan.Attribute{Name: "S.B", Type: plan.TypeInt64})
	for _, group := range []string{"x@d118.org", "y@d118.org", "z@d118.org"} {
		w.join(group, "g2", "MEMBER")
	}
	want := rules(desired(
		staff(1, "new"), staff(2, "leaver", inactive), staff(3, "back"), staff(4, "renamed"), staff(5, "moves", in(highSchool)),
		staff(6, "cleared"), staff(7, "same"), staff(8, "gone", inactive), staff(9, "gone2", inactive), staff(11, "none", inactive),
	), func(r *plan.Rules) { r.Attributes, r.ExternalIDs = []string{"S.A", "S.B"}, []string{"organization"} })
	made, err := plan.Diff(want, w.complete(t, want, w.state()), plan.Limits{
		plan.LimitSuspend: plan.AtMost(0), plan.LimitCreate: plan.Percent(20), plan.LimitClear: plan.AtMost(2), plan.LimitLeaveGroups: plan.AtMost(3),
	})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestEachLimitCountsItsChangesAgainstItsBase(t *testing.T) {
	// Six of the nine linked accounts are not suspended: not the leavers of
	// years. Six of the staff are active.
	const linked, active = 6, 6
	got := make(map[string]string)
	made := oneOfEverything(t)
	for name, check := range made.Limits {
		got[string(name)] = fmt.Sprintf("%s: %d of %d, at most %d, over %t", check.Limit, check.Count, check.Base, check.Allowed, check.Over())
	}
	if diff := cmp.Diff(map[string]string{
		"suspend":     fmt.Sprintf("0: 1 of %d, at most 0, over true", linked),
		"create":      fmt.Sprintf("20%%: 1 of %d, at most 5, over false", active),
		"reactivate":  fmt.Sprintf("5%%: 1 of %d, at most 5, over false", linked),
		"rename":      fmt.Sprintf("5%%: 1 of %d, at most 5, over false", linked),
		"move":        fmt.Sprintf("20%%: 3 of %d, at most 5, over false", linked), // the leaver's, the returner's, one other
		"clear":       fmt.Sprintf("2: 3 of %d, at most 2, over true", linked),     // fields, not accounts
		"leaveGroups": fmt.Sprintf("3: 3 of %d, at most 3, over false", linked),    // memberships, not accounts
	}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"suspend: 1, but at most 0", "clear: 3, but at most 2"}, made.Blocked); diff != "" {
		t.Errorf("blocked (-want +got):\n%s", diff)
	}
}

func TestTheSummaryCountsChangesNotHeadlines(t *testing.T) {
	if diff := cmp.Diff(plan.Summary{
		Create: 1, Suspend: 1, Reactivate: 1, Rename: 1, Move: 3, Update: 1, Unchanged: 3, Inactive: 1,
	}, oneOfEverything(t).Summary); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
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
	checks := plan.Limits{plan.LimitCreate: plan.Percent(2.5)}.Check(actions, func(name plan.LimitName) int {
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
	if blocked := (plan.Limits{plan.LimitCreate: plan.AtMost(37), plan.LimitSuspend: plan.AtMost(37)}).Check(actions, func(plan.LimitName) int { return 0 }).Blocked(); len(blocked) != 0 {
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
	if diff := cmp.Diff(map[plan.LimitName]int{plan.LimitCreate: 1, plan.LimitClear: 1, plan.LimitLeaveGroups: 0}, counts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
