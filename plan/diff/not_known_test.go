package diff_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
)

func TestWhatOnePlanDoesNotKnowIsNeitherNewNorGone(t *testing.T) {
	const why = "the snapshot of the target does not say"
	type sets struct{ New, Gone, Changed, NotKnown []string }
	idsOf := func(d plan.Difference) (s sets) {
		for _, action := range d.New {
			s.New = append(s.New, action.ID)
		}
		for _, action := range d.Gone {
			s.Gone = append(s.Gone, action.ID)
		}
		for _, change := range d.Changed {
			for _, field := range change.Fields {
				s.Changed = append(s.Changed, field.Field)
			}
			for _, membership := range change.Memberships {
				s.Changed = append(s.Changed, membership.Group)
			}
			for _, value := range change.Values {
				s.Changed = append(s.Changed, value.Key)
			}
		}
		for _, unknown := range d.NotKnown {
			if unknown.Problem != why || unknown.Before.ID != "account/1" || unknown.After.ID != "account/1" {
				t.Errorf("not known: %v", unknown)
			}
			for _, field := range unknown.Fields {
				s.NotKnown = append(s.NotKnown, field.Field)
			}
			for _, membership := range unknown.Memberships {
				s.NotKnown = append(s.NotKnown, membership.Group)
			}
			for _, value := range unknown.Values {
				s.NotKnown = append(s.NotKnown, value.Key)
			}
		}
		return s
	}
	unmoved := func(a *plan.Action) { a.Changes, a.Groups = a.Changes[:1], nil }
	phone := plan.Change{Field: "S.Phone", From: plan.Text("1"), To: plan.Text("2")}
	for name, test := range map[string]struct {
		field string
		// before and after edit the leaver's action; nil leaves it out.
		before, after func(*plan.Action)
		want          sets
	}{
		"a whole action": {"", func(*plan.Action) {}, nil, sets{NotKnown: []string{"suspended", "orgUnitPath", "g@d118.org", "release", "after"}}},
		"the groups":     {plan.Leavings, func(*plan.Action) {}, unmoved, sets{NotKnown: []string{"orgUnitPath", "g@d118.org"}}},
		"the groups, and another change": {
			plan.Leavings, func(a *plan.Action) { a.Changes = append(a.Changes, phone) }, unmoved, sets{Changed: []string{"S.Phone"}, NotKnown: []string{"orgUnitPath", "g@d118.org"}},
		},
		"the only field":     {"S.Phone", func(a *plan.Action) { *a = plan.Action{ID: a.ID, Kind: plan.Update, Changes: plan.Changes{phone}} }, nil, sets{NotKnown: []string{"S.Phone"}}},
		"a field of several": {"S.Phone", func(a *plan.Action) { a.Changes = append(a.Changes, phone) }, nil, sets{Gone: []string{"account/1"}}},
		"a field that makes the kind": {"primaryEmail",
			func(a *plan.Action) {
				*a = plan.Action{ID: a.ID, Kind: plan.Rename, Changes: plan.Changes{{Field: "primaryEmail", To: plan.Text("x")}, phone}}
			},
			func(a *plan.Action) { *a = plan.Action{ID: a.ID, Kind: plan.Update, Changes: plan.Changes{phone}} },
			sets{NotKnown: []string{"primaryEmail", "action"}}},
		"another field": {"S.Other", func(*plan.Action) {}, nil, sets{Gone: []string{"account/1"}}},
	} {
		with := func(edit func(*plan.Action)) (p plan.Plan) {
			if edit != nil {
				action := suspending()
				edit(&action)
				p.Actions = []plan.Action{action}
			}
			return p
		}
		before, after := with(test.before), with(test.after)
		after.Conflicts = []plan.Conflict{{Kind: plan.ConflictNotKnown, ID: "account/1", Field: test.field, Problem: why}}
		d := diff.Plans(&before, &after)
		if diff := cmp.Diff(test.want, idsOf(d)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if d.SameActions() {
			t.Errorf("%s: what is not known counts as the same", name)
		}
		d = diff.Plans(&after, &before)
		test.want.New, test.want.Gone = test.want.Gone, nil
		if diff := cmp.Diff(test.want, idsOf(d)); diff != "" {
			t.Errorf("%s, the other way: %s", name, diff)
		}
	}
}

func TestWhatNeitherPlanKnowsIsTheSame(t *testing.T) {
	p := plan.Plan{
		Actions:   []plan.Action{suspending()},
		Conflicts: []plan.Conflict{{Kind: plan.ConflictNotKnown, ID: "account/1", Field: plan.Leavings}, {Kind: plan.ConflictNotKnown, ID: "account/2"}},
	}
	if d := diff.Plans(&p, &p); !d.Empty() {
		t.Errorf("got %v", d)
	}
}
