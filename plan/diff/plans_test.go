package diff_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
)

// suspending is a leaver's action with a part of every sort.
func suspending() plan.Action {
	return plan.Action{
		ID: "account/1", Kind: plan.Suspend, Account: "a@d118.org", GoogleID: "g1",
		Staff: plan.Person{DCID: 1, Name: "A", Building: "South"}, Reason: "left",
		Changes: plan.Changes{
			{Field: plan.FieldSuspended, From: plan.Truth(false), To: plan.Truth(true)},
			{Field: plan.FieldOrgUnitPath, From: plan.Text("/Staff"), To: plan.Text(suspendedOU)},
		},
		Groups:  []plan.MembershipChange{plan.Leave(plan.Membership{Group: "g@d118.org", Role: "MEMBER"})},
		Release: []string{"x@d118.org", "y@d118.org"},
		After:   []string{"account/2", "account/3"},
	}
}

func TestActionsAreComparedPartByPart(t *testing.T) {
	move := plan.Change{Field: plan.FieldOrgUnitPath, From: plan.Text("/Staff"), To: plan.Text(suspendedOU)}
	left := plan.MembershipChange{Group: "g@d118.org", From: "MEMBER"}
	for name, test := range map[string]struct {
		edit func(*plan.Action)
		want plan.ActionDifference // without the actions themselves
	}{
		"nothing": {edit: func(*plan.Action) {}},
		"what apply does not go by": {edit: func(a *plan.Action) {
			a.Reason, a.Staff, a.Account = "another reason", plan.Person{DCID: 1}, "A@d118.org"
			a.Release, a.After = []string{"y@d118.org", "x@d118.org"}, []string{"account/3", "account/2"}
			a.Changes[1].From = plan.Text("/STAFF")
		}},
		"a field gone": {
			edit: func(a *plan.Action) { a.Changes = a.Changes[:1] },
			want: plan.ActionDifference{Fields: []plan.FieldDifference{{Field: plan.FieldOrgUnitPath, Before: &move}}},
		},
		"a field new": {
			edit: func(a *plan.Action) { a.Changes = append(a.Changes, plan.Change{Field: "S.A", To: plan.Number(1)}) },
			want: plan.ActionDifference{Fields: []plan.FieldDifference{{Field: "S.A", After: &plan.Change{Field: "S.A", To: plan.Number(1)}}}},
		},
		"another value, by its letter case": {
			edit: func(a *plan.Action) { a.Changes[1].To = plan.Text("/SUSPENDED") },
			want: plan.ActionDifference{Fields: []plan.FieldDifference{{
				Field: plan.FieldOrgUnitPath, Before: &move, After: &plan.Change{Field: plan.FieldOrgUnitPath, From: move.From, To: plan.Text("/SUSPENDED")},
			}}},
		},
		"another value before": {
			edit: func(a *plan.Action) { a.Changes[1].From = plan.Text("/North") },
			want: plan.ActionDifference{Fields: []plan.FieldDifference{{
				Field: plan.FieldOrgUnitPath, Before: &move, After: &plan.Change{Field: plan.FieldOrgUnitPath, From: plan.Text("/North"), To: move.To},
			}}},
		},
		"a membership gone": {
			edit: func(a *plan.Action) { a.Groups = nil },
			want: plan.ActionDifference{Memberships: []plan.MembershipDifference{{Group: "g@d118.org", Before: &left}}},
		},
		"another role": {
			edit: func(a *plan.Action) { a.Groups[0].From = "OWNER" },
			want: plan.ActionDifference{Memberships: []plan.MembershipDifference{{
				Group: "g@d118.org", Before: &left, After: &plan.MembershipChange{Group: "g@d118.org", From: "OWNER"},
			}}},
		},
		"a membership new": {
			edit: func(a *plan.Action) {
				a.Groups = append(a.Groups, plan.MembershipChange{Group: "h@d118.org", From: "OWNER"})
			},
			want: plan.ActionDifference{Memberships: []plan.MembershipDifference{{
				Group: "h@d118.org", After: &plan.MembershipChange{Group: "h@d118.org", From: "OWNER"},
			}}},
		},
		"everything else": {
			edit: func(a *plan.Action) {
				a.Kind, a.Account, a.GoogleID, a.Via = plan.Update, "b@d118.org", "g2", "staffsync-1@d118.org"
				a.Release, a.After = a.Release[:1], a.After[1:]
			},
			want: plan.ActionDifference{Values: []plan.ValueDifference{
				{Key: "action", Before: "suspend", After: "update"}, {Key: "account", Before: "a@d118.org", After: "b@d118.org"},
				{Key: "googleID", Before: "g1", After: "g2"}, {Key: "via", After: "staffsync-1@d118.org"},
				{Key: "release", Before: "x@d118.org, y@d118.org", After: "x@d118.org"},
				{Key: "after", Before: "account/2, account/3", After: "account/3"},
			}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			before, after := suspending(), suspending()
			test.edit(&after)
			got := diff.Actions(&before, &after)
			test.want.Before, test.want.After = before, after
			if len(got.Values) == 0 {
				got.Values = nil
			}
			if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(plan.Value{})); diff != "" {
				t.Errorf("the difference (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatElseDiffersIsNoOtherAction(t *testing.T) {
	before := plan.Plan{
		Domain: "d118.org", Actions: []plan.Action{suspending()}, Summary: plan.Summary{Unchanged: 7},
		Limits:    plan.LimitChecks{plan.LimitSuspend: {Limit: plan.Percent(5), Count: 1, Base: 100, Allowed: 5}},
		Conflicts: []plan.Conflict{{ID: "account/5"}, {ID: "account/5"}},
		Warnings:  []plan.Warning{{Message: "a"}},
		Skipped:   []plan.Skipped{{Address: "s@d118.org"}},
		Bulk:      []plan.BulkChange{{Field: "S.A", To: plan.Text("x"), Count: 3}},
	}
	after := before
	after.Actions = []plan.Action{suspending()}
	after.Actions[0].Reason = "another reason"
	after.AsOf, after.Summary.Unchanged = "2026-08-31", 8
	after.Limits = plan.LimitChecks{plan.LimitSuspend: {Limit: plan.Percent(5), Count: 1, Base: 101, Allowed: 5}, plan.LimitCreate: {Limit: plan.AtMost(3), Count: 0}}
	after.Conflicts, after.Warnings, after.Skipped, after.Bulk = before.Conflicts[:1], nil, nil, nil
	after.SetMade(plan.MadeByPlan, plan.MadeWith{Only: []string{"South"}, Files: map[string]string{"journal": "j"}})

	d := diff.Plans(&before, &after)
	if !d.SameActions() || d.Same != 1 || len(d.Reasons) != 1 || d.Empty() {
		t.Errorf("the actions differ: %+v", d)
	}
	for what, counts := range map[string][2]int{
		"conflicts": {len(d.Conflicts.New), len(d.Conflicts.Gone)}, "warnings": {len(d.Warnings.New), len(d.Warnings.Gone)},
		"skipped": {len(d.Skipped.New), len(d.Skipped.Gone)}, "bulk": {len(d.Bulk.New), len(d.Bulk.Gone)},
	} {
		if counts != [2]int{0, 1} {
			t.Errorf("%s: %d new and %d gone, want 1 gone", what, counts[0], counts[1])
		}
	}
	want := []plan.ValueDifference{
		{Key: "asOf", After: "2026-08-31"},
		{Key: "madeWith", After: "--only South --journal j"},
		{Key: "summary.unchanged", Before: "7", After: "8"},
		{Key: "limits.suspend.base", Before: "100", After: "101"},
		{Key: "limits.create.limit", After: "3"}, {Key: "limits.create.count", After: "0"},
		{Key: "limits.create.base", After: "0"}, {Key: "limits.create.allowed", After: "0"},
	}
	if diff := cmp.Diff(want, d.Values); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
}

// TestADifferenceMakesOnePlanOfTheOther holds that a difference lacks nothing: the
// actions of one plan and the difference give those of the other.
func TestADifferenceMakesOnePlanOfTheOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var plans [2]plan.Plan
		for i := range plans {
			desired, w := district(t)
			plans[i] = w.plan(t, desired)
		}
		same, forth, back := diff.Plans(&plans[0], &plans[0]), diff.Plans(&plans[0], &plans[1]), diff.Plans(&plans[1], &plans[0])
		if !same.Empty() || same.Same != len(plans[0].Actions) {
			t.Fatalf("a plan differs from itself: %+v", same)
		}
		if len(forth.New) != len(back.Gone) || len(forth.Gone) != len(back.New) || len(forth.Changed) != len(back.Changed) || forth.Same != back.Same {
			t.Fatalf("there and back:\n%+v\n%+v", forth, back)
		}
		actions := make(map[string]plan.Action)
		for _, action := range plans[0].Actions {
			actions[action.ID] = action
		}
		for _, action := range forth.Gone {
			delete(actions, action.ID)
		}
		for _, action := range forth.New {
			actions[action.ID] = action
		}
		for _, changed := range append(forth.Changed, forth.Reasons...) {
			actions[changed.After.ID] = changed.After
		}
		if len(actions) != len(plans[1].Actions) {
			t.Fatalf("%d actions, want %d", len(actions), len(plans[1].Actions))
		}
		for _, action := range plans[1].Actions {
			got := actions[action.ID]
			if d := diff.Actions(&got, &action); !d.Empty() || got.Reason != action.Reason || got.Staff != action.Staff {
				t.Fatalf("%s is\n%+v, want\n%+v", action.ID, got, action)
			}
		}
	})
}
