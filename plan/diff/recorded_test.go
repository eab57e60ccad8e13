package diff_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
)

// wideState is a wide snapshot of a teacher, of somebody who has left, of a new
// colleague's namesake and of a student.
func wideState() plan.Actual {
	account := func(id, address, given, family, orgUnit string, dcid int64) plan.Account {
		return plan.Account{GoogleID: id, Fields: plan.Fields{DCID: dcid, Address: address, GivenName: given, FamilyName: family, OrgUnitPath: orgUnit}}
	}
	return plan.Actual{
		Domain: "d118.org", Match: "S.DCID", Whole: true, OrgUnits: []string{"/Staff", "/Gone"},
		Attributes: []plan.Attribute{{Name: "S.DCID", Type: plan.TypeInt64}, {Name: "S.Phone", Type: plan.TypeString}},
		Accounts: []plan.Account{
			account("g1", "teacher@d118.org", "Tea", "Cher", "/Staff", 1),
			account("g2", "leaver@d118.org", "Lea", "Ver", "/Staff", 2),
		},
		Wide: &plan.Wide{
			Attributes: []string{"S.DCID", "S.Phone"}, Names: []string{"newcomer"}, Members: true,
			Users:   []plan.WideUser{{ID: "g3", Address: "student@d118.org", Aliases: []string{"new@d118.org"}}, {ID: "g1", Address: "teacher@d118.org", Aliases: []string{"teacher@d118.net"}}},
			Deleted: []string{"deleted@d118.org"},
			Groups: []plan.WideGroup{
				{Address: "art@d118.org", Members: []plan.WideMember{{ID: "g1", Role: "MEMBER"}, {ID: "g2", Role: "OWNER"}}},
				{Address: "staff@d118.org", Aliases: []string{"all@d118.org"}, Members: []plan.WideMember{{ID: "g2", Role: "MEMBER"}}},
			},
		},
	}
}

// wantedState is what a config wants of the teacher, the leaver and a newcomer at
// the address.
func wantedState(address string) plan.Desired {
	want := func(dcid int64, address, given, family string, active bool) plan.DesiredAccount {
		account := plan.DesiredAccount{
			Staff: plan.Person{DCID: dcid, Name: given + " " + family}, Active: active,
			Fields: plan.Fields{DCID: dcid, Address: address, GivenName: given, FamilyName: family, OrgUnitPath: "/Staff"},
		}
		if !active {
			account.OrgUnitPath, account.Suspended = "/Gone", true
		}
		return account
	}
	return plan.Desired{
		Domain: "d118.org",
		Rules:  &plan.Rules{Match: "S.DCID", SuspendedOrgUnit: "/Gone", LeaveGroups: true, Reactivate: plan.ReactivateSuspendedOrgUnit},
		Accounts: []plan.DesiredAccount{
			want(1, "teacher@d118.org", "Tea", "Cher", true), want(2, "leaver@d118.org", "Lea", "Ver", false), want(3, address, "New", "Comer", true),
		},
	}
}

func recordedPlan(t *testing.T, desired plan.Desired, actual plan.Actual) plan.Plan {
	t.Helper()
	made, err := diff.Complete(t.Context(), desired, &actual, nil, diff.NewRecorded(actual))
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// kinds are the kinds of the actions and conflicts, by person.
func kinds(made plan.Plan) map[string]string {
	found := make(map[string]string)
	for _, action := range made.Actions {
		found[action.ID] = string(action.Kind)
	}
	for _, conflict := range made.Conflicts {
		found[conflict.ID] = strings.TrimSpace(found[conflict.ID] + " " + string(conflict.Kind) + " " + conflict.Field)
	}
	return found
}

func TestAWideSnapshotSaysWhoHasAnAddress(t *testing.T) {
	for address, want := range map[string]string{
		"free@d118.org":    "create",
		"new@d118.org":     "address-taken",
		"student@d118.org": "unlinked-account",
		"teacher@d118.net": "address-outside-domain",
		"deleted@d118.org": "deleted-account",
		"all@d118.org":     "address-taken",
		"leaver@d118.org":  "shared-address",
	} {
		made := recordedPlan(t, wantedState(address), wideState())
		if got := kinds(made)["account/3"]; got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
		for _, conflict := range made.Conflicts {
			if strings.HasSuffix(conflict.Problem, " ") || strings.HasSuffix(conflict.Problem, ",") {
				t.Errorf("%s: %q", address, conflict.Problem)
			}
		}
	}
}

func TestAWideSnapshotSaysWhichGroupsALeaverIsIn(t *testing.T) {
	desired := wantedState("free@d118.org")
	made := recordedPlan(t, desired, wideState())
	want := []plan.MembershipChange{{Group: "art@d118.org", From: "OWNER"}, {Group: "staff@d118.org", From: "MEMBER"}}
	if diff := cmp.Diff(want, made.Actions[0].Groups); diff != "" {
		t.Error(diff)
	}
	if len(made.Warnings) != 1 || made.Warnings[0].Kind != plan.WarningOwner {
		t.Errorf("warnings %v, want that art@ loses its last owner", made.Warnings)
	}
	// A config that takes nobody out of a group learns no role in it.
	desired.Rules.CannotLeave = []string{"Art@d118.org"}
	made = recordedPlan(t, desired, wideState())
	if got := made.Actions[0].Groups[0]; got != (plan.MembershipChange{Group: "art@d118.org", From: plan.RoleUnknown, To: plan.RoleUnknown}) {
		t.Errorf("got %v", got)
	}
}

// What the snapshot does not say is that person's, and the rest of the plan stands.
func TestWhatAWideSnapshotDoesNotSayIsNotKnown(t *testing.T) {
	whole := map[string]string{"account/2": "suspend", "account/3": "create"}
	for _, c := range []struct {
		name   string
		change func(*plan.Desired, *plan.Wide)
		differ map[string]string
	}{
		{"nothing is missing", func(*plan.Desired, *plan.Wide) {}, nil},
		{"no members were read", func(_ *plan.Desired, w *plan.Wide) { w.Members = false }, map[string]string{"account/2": "suspend not-known groups"}},
		{"a name was not looked for", func(_ *plan.Desired, w *plan.Wide) { w.Names = nil }, map[string]string{"account/3": "not-known"}},
		{"an attribute was not read", func(d *plan.Desired, w *plan.Wide) {
			d.Rules.Attributes, w.Attributes = []string{"S.Phone"}, []string{"S.DCID"}
			d.Accounts[0].Attributes = map[string]string{"S.Phone": "1"}
		}, map[string]string{"account/1": "not-known S.Phone"}},
	} {
		desired, actual := wantedState("free@d118.org"), wideState()
		c.change(&desired, actual.Wide)
		want := map[string]string{}
		for _, part := range []map[string]string{whole, c.differ} {
			for id, kinds := range part {
				want[id] = kinds
			}
		}
		made := recordedPlan(t, desired, actual)
		if diff := cmp.Diff(want, kinds(made), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
		for _, action := range made.Actions {
			if _, moves := action.Changes.Get(plan.FieldOrgUnitPath); action.ID == "account/2" && moves != actual.Wide.Members {
				t.Errorf("%s: moved is %t; the move says that the groups are left", c.name, moves)
			}
		}
	}
}

// An id that was not looked for does not hold a new account up, as it does not
// where accounts are read by ranges.
func TestAnExternalIDThatWasNotLookedForIsAWarning(t *testing.T) {
	desired, actual := wantedState("free@d118.org"), wideState()
	desired.Rules.ExternalIDs = []string{"organization"}
	desired.Accounts[2].ExternalIDs = map[string]string{"organization": "42"}
	made := recordedPlan(t, desired, actual)
	asked := func(w plan.Warning) bool {
		return w.Kind == plan.WarningTarget && strings.Contains(w.Message, "has the id 42 ")
	}
	if len(made.Warnings) != 2 || !slices.ContainsFunc(made.Warnings, asked) || kinds(made)["account/3"] != "create" {
		t.Errorf("%v\n%v", kinds(made), made.Warnings)
	}
	actual.Wide.ExternalIDs = map[string][]string{"organization": {"42"}}
	if made = recordedPlan(t, desired, actual); len(made.Warnings) != 1 {
		t.Errorf("warnings %v", made.Warnings)
	}
}

// The answers of a plan that was made when the snapshot was taken are kept where
// the snapshot has them not itself.
func TestAWideSnapshotKeepsTheAnswersThatItHasNot(t *testing.T) {
	actual := wideState()
	answers := plan.Answers{
		Holders: map[string]plan.Holder{"x@d118.org": {}},
		Memberships: map[string][]plan.Membership{
			"g1": {{Group: "art@d118.org", Role: plan.RoleUnknown}},
			"g2": {{Group: "art@d118.org", Role: "OWNER"}, {Group: "elsewhere@x.org", Role: "MEMBER"}, {Group: "staff@d118.org", Role: "MEMBER"}},
			"g9": {},
		},
		Owners:            map[string][]string{"art@d118.org": {"g2"}, "elsewhere@x.org": {"g8"}},
		UnreadMemberships: map[string]plan.Unread{"g9": {Problem: "403"}},
	}
	want := answers
	want.Memberships = map[string][]plan.Membership{"g2": answers.Memberships["g2"], "g9": {}}
	want.Owners = map[string][]string{"elsewhere@x.org": {"g8"}}
	if diff := cmp.Diff(want, diff.NewRecorded(actual).Without(answers)); diff != "" {
		t.Error(diff)
	}
}

// wide is what a wide snapshot of the world keeps for the desired state.
func (w *world) wide(desired plan.Desired) plan.Actual {
	state := w.state()
	state.Whole, state.Unlinked = true, nil
	wide := &plan.Wide{Members: true, ExternalIDs: make(map[string][]string)}
	for _, attribute := range w.attributes {
		wide.Attributes = append(wide.Attributes, attribute.Name)
	}
	addresses := make(map[string]bool)
	for _, want := range desired.Accounts {
		addresses[want.Address] = true
		wide.Names = append(wide.Names, want.Name().Key())
		for kind, value := range want.ExternalIDs {
			wide.ExternalIDs[kind] = append(wide.ExternalIDs[kind], value)
		}
	}
	for _, account := range w.unlinked("") {
		wide.Users = append(wide.Users, plan.WideUser{ID: account.GoogleID, Address: account.Address, Aliases: account.Aliases})
		byID := func(kind string) bool { return slices.Contains(wide.ExternalIDs[kind], account.ExternalIDs[kind]) }
		if addresses[account.Address] || slices.ContainsFunc(account.Aliases, func(alias string) bool { return addresses[alias] }) ||
			slices.Contains(wide.Names, account.Name().Key()) || slices.ContainsFunc(slices.Collect(maps.Keys(account.ExternalIDs)), byID) {
			state.Unlinked = append(state.Unlinked, account)
		}
	}
	for _, group := range slices.Sorted(maps.Keys(w.groups)) {
		listed := plan.WideGroup{Address: group}
		for _, id := range slices.Sorted(maps.Keys(w.groups[group])) {
			listed.Members = append(listed.Members, plan.WideMember{ID: id, Role: w.groups[group][id]})
		}
		wide.Groups = append(wide.Groups, listed)
	}
	state.Wide = wide
	return state
}

// Without asking anybody, a wide snapshot makes the plan that asking makes.
func TestAWideSnapshotMakesThePlanThatAskingMakes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		desired, w := district(t)
		w.whole = true
		asked := w.plan(t, desired)
		actual := w.wide(desired)
		recorded, err := diff.Complete(t.Context(), desired, &actual, noLimits(), diff.NewRecorded(actual))
		if err != nil {
			t.Fatal(err)
		}
		want, err := plan.Encode(asked)
		if err != nil {
			t.Fatal(err)
		}
		got, err := plan.Encode(recorded)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Fatal(diff)
		}
	})
}

// Whatever a wide snapshot lacks, everybody whose plan is another than the whole
// snapshot's is not known, and no one else's is shorter.
func TestWhateverAWideSnapshotLacksOnlyWhoIsNotKnownDiffers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		desired, w := district(t)
		whole, partial := w.wide(desired), w.wide(desired)
		if rapid.Bool().Draw(t, "no members") {
			partial.Wide.Members, partial.Wide.Groups = false, nil
			for _, group := range whole.Wide.Groups {
				group.Members = nil
				partial.Wide.Groups = append(partial.Wide.Groups, group)
			}
		}
		if rapid.Bool().Draw(t, "no attribute") {
			partial.Wide.Attributes = []string{matchField}
		}
		made := func(actual plan.Actual) plan.Plan {
			p, err := diff.Complete(t.Context(), desired, &actual, noLimits(), diff.NewRecorded(actual))
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		before, after := made(whole), made(partial)
		if d := diff.Plans(&before, &after); len(d.New)+len(d.Gone)+len(d.Changed) > 0 {
			t.Fatalf("new %v\ngone %v\nchanged %v", d.New, d.Gone, d.Changed)
		}
	})
}
