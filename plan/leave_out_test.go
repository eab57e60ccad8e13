package plan_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
)

// to returns the change of a field that has a value.
func to(field string, from, to any) plan.Change {
	value := func(v any) plan.Value {
		switch v := v.(type) {
		case bool:
			return plan.Truth(v)
		case string:
			return plan.Text(v)
		}
		return plan.Value{}
	}
	return plan.Change{Field: field, From: value(from), To: value(to)}
}

// night has one action of each sort. The renames of 4, 5 and 6 are a ring, that
// of 7 takes the old address of 3, and 8 is created at that of 7.
func night() []plan.Action {
	leave := plan.Leave(plan.Membership{Group: "staff@x.org", Role: "MEMBER"})
	stay := plan.StayIn(plan.Membership{Group: "all@x.org", Role: "MEMBER"})
	suspended, moved := to("suspended", false, true), to("orgUnitPath", "/Staff", "/Suspended")
	action := func(dcid int64, after []string, changes ...plan.Change) plan.Action {
		return plan.Action{ID: plan.AccountID(dcid), Kind: plan.KindOf(changes), Changes: changes, After: after}
	}
	actions := []plan.Action{
		action(1, nil, suspended, moved),
		action(2, nil, to("suspended", true, false), to("orgUnitPath", "/Suspended", "/Staff"), to("S.Phone", "1", "2")),
		action(3, nil, to("primaryEmail", "c@x.org", "d@x.org"), to("familyName", "C", "D")),
		action(4, []string{"account/6"}, to("primaryEmail", "4@x.org", "6@x.org")),
		action(5, []string{"account/4"}, to("primaryEmail", "5@x.org", "4@x.org"), to("S.Phone", "1", "2")),
		action(6, []string{"account/5"}, to("primaryEmail", "6@x.org", "5@x.org")),
		action(7, []string{"account/3"}, to("primaryEmail", "g@x.org", "c@x.org")),
		action(8, []string{"account/7"}, to("primaryEmail", nil, "g@x.org"), to("givenName", nil, "H"), to("S.Phone", nil, "2")),
		action(9, nil, to("orgUnitPath", "/Staff", "/Other"), to("S.Phone", "1", nil), to("S.Room", "1", "2")),
		action(10, nil, to("suspended", false, true)),
		action(11, nil, to("S.Phone", nil, "3"), to("S.Room", nil, "3")),
	}
	actions[0].Groups = []plan.MembershipChange{stay, leave}
	actions[2].Release = []string{"c@x.org"}
	actions[3].Via, actions[3].Release = "staffsync-4@x.org", []string{"4@x.org", "staffsync-4@x.org"}
	actions[4].Release, actions[5].Release = []string{"5@x.org"}, []string{"6@x.org"}
	actions[6].Release = []string{"g@x.org"}
	actions[7].Kind = plan.Create
	actions[9].Groups = []plan.MembershipChange{leave} // in the suspended org unit already
	return actions
}

// remains says what is left of each action.
func remains(remainders []plan.Remainder) map[string]string {
	left := make(map[string]string)
	for _, r := range remainders {
		var parts []string
		for _, change := range r.Action.Changes {
			parts = append(parts, change.Field)
		}
		for _, membership := range r.Action.Groups {
			if membership.Leaves() {
				parts = append(parts, "leave")
			}
		}
		if len(r.Omitted) > 0 {
			id := strings.TrimPrefix(r.Action.ID, "account/")
			left[id] = strings.Join(parts, " ")
		}
	}
	return left
}

func TestWhatALimitHoldsBackAndWhatWaitsForIt(t *testing.T) {
	for limit, want := range map[plan.LimitName]map[string]string{
		plan.LimitSuspend:    {"1": "", "10": ""},
		plan.LimitReactivate: {"2": ""},
		plan.LimitCreate:     {"8": ""},
		// A ring comes whole or not at all, and so does a chain.
		plan.LimitRename:      {"3": "", "4": "", "5": "", "6": "", "7": "", "8": ""},
		plan.LimitMove:        {"1": "suspended leave", "2": "suspended S.Phone", "9": "S.Phone S.Room"},
		plan.LimitClear:       {"9": "orgUnitPath S.Room"},
		plan.LimitLeaveGroups: {"1": "suspended", "10": "suspended"},
		// The field of everybody, those included who have no value yet, or lose it.
		plan.LimitChangeOf("S.Phone"):    {"2": "suspended orgUnitPath", "5": "primaryEmail", "9": "orgUnitPath S.Room", "11": "S.Room"},
		plan.LimitChangeOf("familyName"): {"3": "primaryEmail"},
		plan.LimitMissing:                {},
	} {
		t.Run(string(limit), func(t *testing.T) {
			actions := night()
			got := plan.LeaveOut(actions, plan.HeldBack(actions, []plan.LimitName{limit}))
			if diff := cmp.Diff(want, remains(got)); diff != "" {
				t.Errorf("what remains (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(night(), actions, cmp.Comparer(plan.Value.Equal)); diff != "" {
				t.Errorf("the plan itself changed:\n%s", diff)
			}
		})
	}
}

func TestWhatIsLeftOutOfOneActionOfARingOrAChainStopsAllThatWait(t *testing.T) {
	actions := night()
	suspension := plan.Action{ID: "account/12", Kind: plan.Suspend, Changes: plan.Changes{to("suspended", false, true), to("primaryEmail", "l@x.org", "d@x.org")}, After: []string{"account/4"}}
	actions = append(actions, suspension)
	for name, c := range map[string]struct {
		omission plan.Omission
		want     map[string]string
		says     string
	}{
		"the one with the temporary address": {plan.Omission{ID: "account/4"}, map[string]string{"4": "", "5": "", "6": "", "12": "suspended"},
			"account/12: waits for account/4 (not today)"},
		"another of the ring": {plan.Omission{ID: "account/5"}, map[string]string{"4": "", "5": "", "6": "", "12": "suspended"},
			"account/4: waits for account/6 (not today)"},
		"only the address": {plan.Omission{ID: "account/3", Part: plan.FieldPrimaryEmail}, map[string]string{"3": "familyName", "7": "", "8": ""},
			"account/3: primaryEmail (not today)"},
		"a value": {plan.Omission{ID: "account/3", Part: plan.FieldFamilyName}, map[string]string{"3": "primaryEmail"},
			"account/3: familyName (not today)"},
		"a suspension":       {plan.Omission{ID: "account/1", Part: plan.FieldSuspended}, map[string]string{"1": ""}, "account/1: suspended (not today)"},
		"one membership":     {plan.Omission{ID: "account/1", Part: "Staff@x.org"}, map[string]string{"1": "suspended"}, "account/1: Staff@x.org (not today)"},
		"a new one's name":   {plan.Omission{ID: "account/8", Part: plan.FieldGivenName}, map[string]string{"8": ""}, "account/8: givenName (not today)"},
		"what is not there":  {plan.Omission{ID: "account/3", Part: "S.Phone"}, map[string]string{}, ""},
		"who is not there":   {plan.Omission{ID: "account/99"}, map[string]string{}, ""},
		"groups where none ": {plan.Omission{ID: "account/2", Part: plan.Leavings}, map[string]string{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c.omission.Reason = "not today"
			got := plan.LeaveOut(actions, []plan.Omission{c.omission, c.omission})
			if diff := cmp.Diff(c.want, remains(got)); diff != "" {
				t.Errorf("what remains (-want +got):\n%s", diff)
			}
			var said []string
			for _, r := range got {
				for _, omission := range r.Omitted {
					said = append(said, fmt.Sprintf("%s: %s", r.Action.ID, omission))
				}
			}
			if c.says != "" && !slices.Contains(said, c.says) {
				t.Errorf("it says %q", said)
			}
		})
	}
}

// Whatever is left out, nobody waits for an address that is not given up, and
// no limit that held something back is exceeded by what remains.
func TestNobodyWaitsForWhatIsLeftOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		actions := night()
		parts := []string{plan.WholeAction, plan.Leavings, plan.FieldPrimaryEmail, plan.FieldSuspended, plan.FieldOrgUnitPath, "S.Phone", "familyName"}
		omissions := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) plan.Omission {
			return plan.Omission{ID: plan.AccountID(int64(rapid.IntRange(1, 11).Draw(t, "dcid"))), Part: rapid.SampledFrom(parts).Draw(t, "part")}
		}), 0, 4).Draw(t, "omissions")
		over := rapid.SliceOfDistinct(rapid.SampledFrom(slices.Sorted(maps.Keys(plan.Count(actions)))), rapid.ID).Draw(t, "over")
		remainders := plan.LeaveOut(actions, append(omissions, plan.HeldBack(actions, over)...))
		byID := make(map[string]plan.Action)
		var left []plan.Action
		for _, r := range remainders {
			byID[r.Action.ID] = r.Action
			left = append(left, r.Action)
		}
		for _, action := range left {
			if _, claims := action.Changes.Get(plan.FieldPrimaryEmail); !claims {
				continue
			}
			for _, id := range action.After {
				owner := byID[id]
				if _, renames := owner.Rename(); !renames {
					t.Fatalf("%s waits for %s, of which %+v is left", action.ID, id, owner)
				}
			}
		}
		counts := plan.Count(slices.DeleteFunc(left, func(a plan.Action) bool { return len(a.Changes) == 0 }))
		for _, name := range over {
			if counts[name] > 0 {
				t.Fatalf("%d of %s are left", counts[name], name)
			}
		}
	})
}
