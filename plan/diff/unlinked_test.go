package diff_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
)

// whole is the directory as a reader of all accounts sees it.
func whole(w *world) *world {
	w.whole = true
	return w
}

func TestNobodyGetsASecondAccountForWantOfALink(t *testing.T) {
	diego := named("Diego", "Martínez")
	person := staff(1, "dmartinez", diego)
	const conflict = "conflict account/1 dmartinez@d118.org []: no new account dmartinez@d118.org: the account diego@d118.org in %s has no DCID and the name Diego MARTÍNEZ;" +
		" if it is this person's, link it with staffsync adopt, or write 1 into the Synchronization_Data.DCID of diego@d118.org; if they are two people, add to the config: distinct: [{dcid: 1, account: diego@d118.org}]"
	created := "create account/1 dmartinez@d118.org"
	for _, c := range []struct {
		name    string
		account plan.Account
		rules   func(*plan.Rules)
		creates bool
	}{
		{name: "in an org unit of active staff", account: unlinked("diego", named("Diego", "MARTÍNEZ"))},
		{name: "below one", account: unlinked("diego", named("Diego", "MARTÍNEZ"), in(cottonCreek+"/Teachers"))},
		{name: "suspended there", account: unlinked("diego", named("Diego", "MARTÍNEZ"), suspended)},
		{name: "a student's", account: unlinked("diego", named("Diego", "MARTÍNEZ"), in("/Students")), creates: true},
		{name: "a guest's", account: unlinked("diego", named("Diego", "MARTÍNEZ"), guest), creates: true},
		{name: "of another name", account: unlinked("diego", named("Diego", "MARTÍN")), creates: true},
		{
			name: "of somebody else, as the config says", account: unlinked("diego", named("Diego", "MARTÍNEZ")), creates: true,
			rules: func(r *plan.Rules) {
				r.Distinct = []plan.Distinct{{DCID: 2, Account: "diego@d118.org"}, {DCID: 1, Account: "Diego@d118.org"}}
			},
		},
		{
			name: "of somebody else than another person", account: unlinked("diego", named("Diego", "MARTÍNEZ")),
			rules: func(r *plan.Rules) { r.Distinct = []plan.Distinct{{DCID: 2, Account: "diego@d118.org"}} },
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := desired(person)
			if c.rules != nil {
				want = rules(want, c.rules)
			}
			for _, w := range []*world{newWorld(c.account), whole(newWorld(c.account))} {
				made := w.plan(t, want)
				switch {
				case c.creates && (len(made.Actions) != 1 || made.Actions[0].Kind != plan.Create):
					t.Errorf("want %s, got %s", created, brief(made))
				case !c.creates && (len(made.Actions) != 0 || len(made.Conflicts) != 1 || made.Conflicts[0].Kind != plan.ConflictLikelyAccount):
					t.Errorf("want %s, got %s", conflict, brief(made))
				}
			}
		})
	}
}

func TestWhereAllAccountsAreReadNoNameIsSearchedFor(t *testing.T) {
	want := desired(staff(1, "a"))
	_, open, err := diff.Compare(want, whole(newWorld()).state(), nil)
	if err != nil || open.String() != "who holds the address a@d118.org" {
		t.Errorf("asks %s, %v", open, err)
	}
	// Where they are not, only who can get the address is searched for.
	w := newWorld(unlinked("a"), unlinked("b"))
	actual := w.state()
	answers, err := w.Answer(t.Context(), plan.Questions{Addresses: []string{"a@d118.org", "c@d118.org"}})
	if err != nil {
		t.Fatal(err)
	}
	actual.Answers = answers
	_, open, err = diff.Compare(desired(staff(1, "a"), staff(3, "c")), actual, nil)
	if err != nil || open.String() != "which accounts have the name Given3 Family3" {
		t.Errorf("asks %s, %v", open, err)
	}
}

func TestALeaverWithoutALinkWhoseAddressAnAccountHasIsAWarning(t *testing.T) {
	w := whole(newWorld(unlinked("gone"), unlinked("locked", suspended), google(3, "linked", suspendedThere), unlinked("shelf", archived), unlinked("x", aliases("left"))))
	want := desired(staff(1, "gone", inactive), staff(2, "locked", inactive), staff(3, "linked", inactive), staff(4, "shelf", inactive), staff(5, "nobody", inactive))
	want.Skipped = []plan.Skipped{{Staff: plan.Person{DCID: 6, Name: "Lee"}, Address: "left@d118.org", Reason: "no home school"}}
	expect := `warning unlinked gone@d118.org: has no active school assignment, and the account at the address carries no DCID, so it keeps working; link it with staffsync adopt, or write 1 into the Synchronization_Data.DCID of gone@d118.org, or suspend it in the Admin console
warning unlinked x@d118.org: has no active school assignment, and the account at the address carries no DCID, so it keeps working; link it with staffsync adopt, or write 6 into the Synchronization_Data.DCID of x@d118.org, or suspend it in the Admin console
`
	if difference := cmp.Diff(expect, brief(w.plan(t, want))); difference != "" {
		t.Error(difference)
	}
	if made := newWorld(unlinked("gone")).plan(t, desired(staff(1, "gone", inactive))); len(made.Warnings) != 0 {
		t.Errorf("without a look-up nothing is known, got %s", brief(made))
	}
}

func TestAFullCheckAsksWhatAPlanLeavesUnaskedAndNamesWhatThatShows(t *testing.T) {
	w := newWorld(unlinked("gone"), google(2, "still", suspendedThere), google(3, "done", suspendedThere), google(4, "works"))
	w.join("art@d118.org", "g2", "MEMBER")
	w.join("everybody@d118.org", "g3", "MEMBER")
	want := rules(desired(staff(1, "gone", inactive), staff(2, "still", inactive), staff(3, "done", inactive), staff(4, "works"), staff(5, "free", inactive)),
		func(r *plan.Rules) { r.CannotLeave = []string{"everybody@d118.org"} })
	questions, err := diff.LeftUnasked(want, w.state())
	if err != nil {
		t.Fatal(err)
	}
	if difference := cmp.Diff(plan.Questions{
		Addresses: []string{"free@d118.org", "gone@d118.org"}, Memberships: []string{"g2", "g3"}, CannotLeave: []string{"everybody@d118.org"},
	}, questions); difference != "" {
		t.Error(difference)
	}
	answers, err := w.Answer(t.Context(), questions)
	if err != nil {
		t.Fatal(err)
	}
	found, err := diff.Overlooked(want, w.state(), answers)
	if err != nil {
		t.Fatal(err)
	}
	var accounts []string
	for _, warning := range found {
		accounts = append(accounts, warning.Account)
	}
	if difference := cmp.Diff([]string{"gone@d118.org", "still@d118.org"}, accounts); difference != "" {
		t.Error(difference)
	}
	if questions, err = diff.LeftUnasked(want, whole(w).state()); err != nil || len(questions.Addresses) != 0 {
		t.Errorf("where all accounts are read no address is left: %v, %v", questions.Addresses, err)
	}
}
