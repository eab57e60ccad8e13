package diff_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
)

// planOnly is the plan of a world whose answers are complete.
func (w *world) planOnly(t fataler, want plan.Desired, only ...string) plan.Plan {
	made, open, err := diff.Compare(want, w.complete(t, want, w.state()), nil, only...)
	if err != nil || !open.Empty() {
		t.Fatalf("compare: %v, %s is open", err, open)
	}
	return made
}

func TestAPlanOfAPartHasItsActionsAndEverythingElseOfTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want, w := district(t)
		whole := w.planOnly(t, want)
		words := []string{"suspend", "rename", "create", "update", "Cotton Creek", "1", "2", "3"}
		only := rapid.SliceOfNDistinct(rapid.SampledFrom(words), 1, 3, rapid.ID).Draw(t, "only")
		part := w.planOnly(t, want, only...)

		selected := append([]plan.Action{}, plan.Part(whole.Actions, only).Actions...)
		if difference := cmp.Diff(selected, part.Actions, cmp.AllowUnexported(plan.Value{})); difference != "" {
			t.Fatalf("the actions (-selected +got):\n%s", difference)
		}
		rest := len(whole.Actions) - len(part.Actions)
		people, accounts := part.People, part.Accounts
		if people.NotSelected != rest || people.New+people.Changed != len(part.Actions) ||
			people.Total != people.New+people.Changed+people.Unchanged+people.NotSelected+people.Conflict+people.LeftOut+people.Inactive ||
			accounts.Total != accounts.Changed+accounts.Unchanged+accounts.NotSelected+accounts.Conflict+accounts.LeftOut+accounts.Unknown {
			t.Fatalf("of %d actions %d are selected: %+v %+v", len(whole.Actions), len(part.Actions), people, accounts)
		}
		counts := plan.Count(part.Actions)
		for name, check := range part.Limits {
			if standing := name.Standing(); standing && check.Count != whole.Limits[name].Count || !standing && check.Count != counts[name] || check.Base != whole.Limits[name].Base && !strings.HasPrefix(string(name), "change.") {
				t.Fatalf("limit %s: %+v, of the whole %+v", name, check, whole.Limits[name])
			}
		}
		for _, warning := range part.Warnings {
			if !slices.Contains(whole.Warnings, warning) && warning.Kind != plan.WarningOwner {
				t.Fatalf("the part warns: %+v", warning)
			}
		}
		if difference := cmp.Diff(whole.Conflicts, part.Conflicts) + cmp.Diff(whole.Skipped, part.Skipped); difference != "" {
			t.Fatalf("(-whole +part):\n%s", difference)
		}
		if part.Summary.Suspend != counts[plan.LimitSuspend] || part.Summary.Open != whole.Summary.Open {
			t.Fatalf("%+v, of the whole %+v", part.Summary, whole.Summary)
		}
	})
}

func TestAPartDoesNotWarnOfWhatTheRestDoes(t *testing.T) {
	w := newWorld(google(1, "a"), google(2, "b"), google(3, "c", suspendedThere))
	w.join("team@d118.org", "g1", "OWNER")
	w.join("team@d118.org", "g2", "OWNER")
	want := desired(staff(1, "a", inactive), staff(2, "b", inactive), staff(3, "c"))
	warnings := func(only ...string) (kinds []plan.WarningKind) {
		for _, warning := range w.planOnly(t, want, only...).Warnings {
			kinds = append(kinds, warning.Kind)
		}
		return kinds
	}
	if got := warnings(); !slices.Equal(got, []plan.WarningKind{plan.WarningOwner}) {
		t.Errorf("the whole plan warns of %q", got)
	}
	if got := warnings("suspend"); !slices.Equal(got, []plan.WarningKind{plan.WarningOwner}) {
		t.Errorf("both suspensions warn of %q", got)
	}
	for _, only := range []string{"1", "2", "reactivate"} {
		if got := warnings(only); len(got) > 0 {
			t.Errorf("--only %s warns of %q", only, got)
		}
	}
}

// Whoever looks at one of 14 people sees what the 14 have in common, or a part at a
// time would hide a wrong export.
func TestAPartOfAWrongExportLooksLikeOne(t *testing.T) {
	w, state := bulkWorld()
	want := state(append(staffOf(w, 1, 18, 14, mistyped), staffOf(w, 1000, 100, 100, func(i int, want *plan.DesiredAccount) {
		have := w.accounts[google(want.DCID, "").GoogleID]
		mistyped(i, want)
		have.OrgUnitPath, have.Attributes = cottonCreek, want.Attributes
	})...)...)
	const warning = "warning: 14 of the 18 staff of Wauconda High School: org unit /D118 Staff/Wauconda High School Staff → /D118 Staff/Cotton Creek Staff; Synchronization_Data.Homeschool_ID 131 → 302; users.homeschoolid is 302 for all of them; correct it in PowerSchool if it is wrong\n"
	if got := bulkOf(w.planOnly(t, want, "1")); got != warning {
		t.Errorf("one of them:\n%s", got)
	}
	const three = `3 of 18 [Wauconda High School] orgUnitPath: /D118 Staff/Wauconda High School Staff > /D118 Staff/Cotton Creek Staff
3 of 18 [Wauconda High School] Synchronization_Data.Homeschool_ID: 131 > 302
`
	if got := bulkOf(w.planOnly(t, want, "1", "2", "3")); got != three+warning {
		t.Errorf("three of them:\n%s", got)
	}
	if got := bulkOf(w.planOnly(t, want, "create")); got != "" {
		t.Errorf("none of them:\n%s", got)
	}
}

func TestOnlyMayNameAnybodyWhomEitherEndKnows(t *testing.T) {
	want := desired(staff(1, "a"))
	want.Skipped = []plan.Skipped{{Staff: person(2, "Linh Do"), Address: "ldo@d118.org"}, {Staff: person(0, "X"), Address: "x@d118.org"}, {Staff: person(0, "Y")}}
	want.Conflicts = []plan.Conflict{{ID: "account/3", Staff: person(3, "Kim")}}
	actual := newWorld(google(1, "old"), google(9, "orphan"), unlinked("stranger")).state()
	for _, word := range []string{"1", "a@d118.org", "old@d118.org", "Cotton Creek", "linh do", "ldo@d118.org", "kim", "9", "orphan@d118.org", "x", "y", "x@d118.org", "reactivate"} {
		if err := diff.CheckOnly([]string{word}, want, actual); err != nil {
			t.Error(err)
		}
	}
	for word, meant := range map[string]string{"4": "; name a kind", "stranger@d118.org": "; name a kind", "kin": "; did you mean Kim?", "cotton": "; did you mean Cotton Creek?"} {
		if err := diff.CheckOnly([]string{word}, want, actual); err == nil || !strings.Contains(err.Error(), meant) {
			t.Errorf("%s: %v", word, err)
		}
	}
}
