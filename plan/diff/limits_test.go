package diff_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

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
	made, err := compared(want, w.complete(t, want, w.state()), plan.Limits{
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
	if difference := cmp.Diff(map[string]string{
		"suspend":     fmt.Sprintf("0: 1 of %d, at most 0, over true", linked),
		"create":      fmt.Sprintf("20%%: 1 of %d, at most 5, over false", active),
		"reactivate":  fmt.Sprintf("5%%: 1 of %d, at most 5, over false", linked),
		"rename":      fmt.Sprintf("5%%: 1 of %d, at most 5, over false", linked),
		"move":        fmt.Sprintf("20%%: 3 of %d, at most 5, over false", linked), // the leaver's, the returner's, one other
		"clear":       fmt.Sprintf("2: 3 of %d, at most 2, over true", linked),     // fields, not accounts
		"leaveGroups": fmt.Sprintf("3: 3 of %d, at most 3, over false", linked),    // memberships, not accounts
	}, got); difference != "" {
		t.Errorf("(-want +got):\n%s", difference)
	}
	if difference := cmp.Diff([]string{"suspend: 1, but at most 0", "clear: 3, but at most 2"}, made.Blocked); difference != "" {
		t.Errorf("blocked (-want +got):\n%s", difference)
	}
}

func TestTheSummaryCountsChangesNotHeadlines(t *testing.T) {
	if difference := cmp.Diff(plan.Summary{
		Create: 1, Suspend: 1, Reactivate: 1, Rename: 1, Move: 3, Update: 1, Unchanged: 3, Inactive: 1, Open: 1, // the orphan
	}, oneOfEverything(t).Summary); difference != "" {
		t.Errorf("(-want +got):\n%s", difference)
	}
}
