package diff_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

func TestWhoeverPowerSchoolHasNoAddressOfIsComparedByTheAccounts(t *testing.T) {
	unaddressed := func(a *sketch) { a.Address = "" }
	other := func(a *sketch) { a.google.GoogleID = "other" }
	for _, s := range []scenario{
		{
			name:    "nothing is renamed",
			desired: desired(staff(1, "a", unaddressed)), world: newWorld(google(1, "anything")),
		}, {
			name:    "everything else is kept in line",
			desired: desired(staff(1, "a", unaddressed, in(highSchool))), world: newWorld(google(1, "anything")),
			want: "move account/1 anything@d118.org: orgUnitPath(/D118 Staff/Cotton Creek Staff>/D118 Staff/Wauconda High School Staff)",
		}, {
			name:    "without an account there is none to be made",
			desired: desired(staff(1, "a", unaddressed)), world: newWorld(),
			want: "skipped 1: no e-mail address in PowerSchool",
		}, {
			name:    "two accounts are a conflict",
			desired: desired(staff(1, "a", unaddressed)), world: newWorld(google(1, "a"), google(1, "b", other)),
			want: "conflict account/1 a@d118.org []: 2 accounts carry DCID 1: a@d118.org, b@d118.org; clear Synchronization_Data.DCID on all but the right one",
		}, {
			name:    "an account of other names is not known by its own address",
			desired: desired(staff(1, "a", unaddressed)), world: newWorld(google(1, "a", named("Someone", "Else"))),
			want: "conflict account/1 a@d118.org []: a different person? The account is a@d118.org, Someone Else; PowerSchool has no address, Given1 Family1; correct the DCID on the account, or the name or the address on one side",
		}, {
			name:    "a colleague who is to get the address does not",
			desired: desired(staff(1, "x", unaddressed), staff(2, "a")), world: newWorld(google(1, "a"), google(2, "b")),
			want: "conflict account/2 b@d118.org [primaryEmail]: not renamed to a@d118.org: the address a@d118.org is taken by the account of Person 1 (DCID 1); give one of them another address",
		},
	} {
		s.run(t)
	}
}

func TestAHoldOfTheAccountsAddressHoldsWhoeverHasNoOther(t *testing.T) {
	state := desired(staff(1, "a", func(a *sketch) { a.Address = "" }, in(highSchool)))
	state.AsOf = "2026-08-31"
	state.Holds = []plan.Hold{{Where: "holds[0]", Address: "a@d118.org", From: []plan.HoldFrom{plan.HoldMove}, Until: "2026-12-31", Reason: "on leave"}}
	made := newWorld(google(1, "a")).plan(t, state)
	if len(made.Actions) != 0 {
		t.Error(brief(made))
	}
	if diff := cmp.Diff(0, len(state.Holds[0].People)); diff != "" {
		t.Errorf("the desired state itself was changed: %s", diff)
	}
}
