package diff_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
)

// confirm lays a file's actions beside a plan of the world as it is now, and says
// what that objects to, and what is done.
func (w *world) confirm(t fataler, want plan.Desired, actions []plan.Action) string {
	actual := w.complete(t, want, w.state())
	fresh, err := compared(want, actual, nil)
	if err != nil {
		t.Fatalf("%v", err)
	}
	confirmations, err := diff.Confirm(actions, want, actual, fresh)
	if err != nil {
		t.Fatalf("%v", err)
	}
	var out strings.Builder
	for _, action := range actions {
		switch c := confirmations[action.ID]; {
		case c.Objection != "":
			fmt.Fprintf(&out, "%s %s\n", action.ID, c.Objection)
		case c.Done:
			fmt.Fprintf(&out, "%s is done\n", action.ID)
		}
	}
	return out.String()
}

func TestOnlyWholeActionsMayBeDeletedFromAFile(t *testing.T) {
	// Person 1 leaves two groups, 2 moves, 3 gets the address of 4, and 5 is new at
	// that of 3.
	district := func() (plan.Desired, *world) {
		w := newWorld(google(1, "a"), google(2, "b", in(highSchool)), google(3, "c"), google(4, "d"))
		w.join("team@d118.org", "g1", "OWNER")
		w.join("board@d118.org", "g1", "MEMBER")
		return desired(staff(1, "a", inactive), staff(2, "b"), staff(3, "d"), staff(4, "e"), staff(5, "c")), w
	}
	address := func(to string) func(*plan.Action) {
		return func(a *plan.Action) {
			a.Changes = slices.Clone(a.Changes)
			for i := range a.Changes {
				if a.Changes[i].Field == plan.FieldPrimaryEmail {
					a.Changes[i].To = plan.Text(to)
				}
			}
		}
	}
	for name, test := range map[string]struct {
		dcid int64
		edit func(*plan.Action)
		want string
	}{
		"nothing is edited":     {1, func(*plan.Action) {}, ""},
		"a reason is another":   {1, func(a *plan.Action) { a.Reason = "because" }, ""},
		"a group is struck out": {1, func(a *plan.Action) { a.Groups = a.Groups[:1] }, "is not what a plan made now does: team@d118.org is not in the file"},
		"a group is added": {1, func(a *plan.Action) {
			a.Groups = append(a.Groups, plan.Leave(plan.Membership{Group: "x@d118.org", Role: "OWNER"}))
		}, "is not what a plan made now does: x@d118.org is only in the file"},
		"a group has another role": {1, func(a *plan.Action) {
			a.Groups = []plan.MembershipChange{a.Groups[0], plan.Leave(plan.Membership{Group: "team@d118.org", Role: "MEMBER"})}
		},
			"is not what a plan made now does: the role in team@d118.org"},
		"a field is struck out": {1, func(a *plan.Action) { a.Changes = a.Changes.Without(plan.FieldOrgUnitPath) },
			`is not what a plan made now does: orgUnitPath not at all in the file, "/D118 Staff/Cotton Creek Staff" → "/Suspended Accounts" now`},
		"a field is added": {2, func(a *plan.Action) {
			a.Changes = append(slices.Clone(a.Changes), plan.Change{Field: "S.F", To: plan.Text("x")})
		},
			`is not what a plan made now does: S.F "" → "x" in the file, not at all now`},
		"a value is another": {3, address("ceo@d118.org"),
			`is not what a plan made now does: primaryEmail "c@d118.org" → "ceo@d118.org" in the file, "c@d118.org" → "d@d118.org" now`},
		"a new account's address is another": {5, address("ceo@d118.org"),
			`is not what a plan made now does: primaryEmail "" → "ceo@d118.org" in the file, "" → "c@d118.org" now`},
		"the account is another": {2, func(a *plan.Action) { a.GoogleID = "g4" },
			`is not what a plan made now does: googleID "g4" in the file, "g2" now`},
		"its address is another": {2, func(a *plan.Action) { a.Account = "d@d118.org" },
			`is not what a plan made now does: account "d@d118.org" in the file, "b@d118.org" now`},
		"an alias is kept":    {3, func(a *plan.Action) { a.Release = nil }, `is not what a plan made now does: release "" in the file, "c@d118.org" now`},
		"it waits for nobody": {5, func(a *plan.Action) { a.After = nil }, `is not what a plan made now does: after "" in the file, "account/3" now`},
		"it waits for another one": {2, func(a *plan.Action) { a.After = []string{"account/1"} },
			`is not what a plan made now does: after "account/1" in the file, "" now`},
		"it is the action of nobody":         {2, func(a *plan.Action) { a.ID = "account/9" }, "is not in a plan made now"},
		"it has no id that is one":           {2, func(a *plan.Action) { a.ID = "x" }, "is not in a plan made now"},
		"somebody else is meant by the same": {2, func(a *plan.Action) { a.ID = "account/4" }, `is not what a plan made now does: `},
	} {
		t.Run(name, func(t *testing.T) {
			want, w := district()
			made := w.plan(t, want)
			i := slices.IndexFunc(made.Actions, func(a plan.Action) bool { return a.ID == plan.AccountID(test.dcid) })
			test.edit(&made.Actions[i])
			got := w.confirm(t, want, made.Actions[i:i+1])
			if test.want != "" {
				test.want = made.Actions[i].ID + " " + test.want
			}
			if got = strings.TrimSuffix(got, "\n"); got != test.want && (!strings.HasSuffix(test.want, ": ") || !strings.HasPrefix(got, test.want)) {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestWhatIsDoneOrOnItsWayIsConfirmed(t *testing.T) {
	leaving := func() *world {
		w := newWorld(google(1, "a"))
		w.join("team@d118.org", "g1", "OWNER")
		return w
	}
	swap := func() *world { return newWorld(google(1, "a"), google(2, "b")) }
	two := desired(staff(1, "b"), staff(2, "a"))
	for name, test := range map[string]struct {
		want  plan.Desired
		world *world
		// then is what happens between the two plans, now what is wanted after it.
		then func(*world)
		now  *plan.Desired
		says string
	}{
		"all is done": {desired(staff(1, "a", inactive)), leaving(), func(w *world) {
			w.accounts["g1"].Suspended, w.accounts["g1"].OrgUnitPath = true, suspendedOU
			delete(w.groups["team@d118.org"], "g1")
		}, nil, "account/1 is done\n"},
		"all but the groups, which nobody looks at any more": {desired(staff(1, "a", inactive)), leaving(), func(w *world) {
			w.accounts["g1"].Suspended, w.accounts["g1"].OrgUnitPath = true, suspendedOU
		}, nil, "account/1 is done\n"},
		"suspended only": {desired(staff(1, "a", inactive)), leaving(), func(w *world) {
			w.accounts["g1"].Suspended = true
		}, nil, ""},
		"suspended and out of the groups": {desired(staff(1, "a", inactive)), leaving(), func(w *world) {
			w.accounts["g1"].Suspended = true
			delete(w.groups["team@d118.org"], "g1")
		}, nil, ""},
		"moved by somebody to elsewhere": {desired(staff(1, "a", inactive)), leaving(), func(w *world) {
			w.accounts["g1"].OrgUnitPath = highSchool
		}, nil, `account/1 is not what a plan made now does: orgUnitPath "/D118 Staff/Cotton Creek Staff" → "/Suspended Accounts" in the file, "/D118 Staff/Wauconda High School Staff" → "/Suspended Accounts" now` + "\n"},
		"active again": {desired(staff(1, "a", inactive)), leaving(), func(*world) {}, ptr(desired(staff(1, "a"))), "account/1 is not in a plan made now\n"},
		"in conflict":  {desired(staff(1, "a", inactive)), leaving(), func(w *world) { w.accounts["g1"].Admin = plan.SuperAdmin }, nil, "account/1 is not in a plan made now, which has the conflict: no active school assignment in PowerSchool, but the account is a super administrator and is not suspended\n"},
		"gone":         {desired(staff(1, "a", inactive)), leaving(), func(w *world) { delete(w.accounts, "g1") }, nil, "account/1 is not in a plan made now\n"},
		"at the temporary address": {two, swap(), func(w *world) {
			w.accounts["g1"].Address, w.accounts["g1"].Aliases = "staffsync-1@d118.org", []string{"a@d118.org"}
		}, nil, ""},
		"at the temporary address, and the old one is free": {two, swap(), func(w *world) {
			w.accounts["g1"].Address = "staffsync-1@d118.org"
		}, nil, ""},
		"at the temporary address, on the way to another one": {two, swap(), func(w *world) {
			w.accounts["g1"].Address = "staffsync-1@d118.org"
		}, ptr(desired(staff(1, "c"), staff(2, "a"))), "account/1 is not what a plan made now does: "},
		"the other one of a swap is through": {two, swap(), func(w *world) {
			w.accounts["g1"].Address = "staffsync-1@d118.org"
			w.accounts["g2"].Address = "a@d118.org"
		}, nil, ""},
		"both are": {two, swap(), func(w *world) {
			w.accounts["g1"].Address, w.accounts["g1"].Aliases = "b@d118.org", []string{"staffsync-1@d118.org"}
			w.accounts["g2"].Address = "a@d118.org"
		}, nil, ""},
		"created": {desired(staff(3, "c")), newWorld(), func(w *world) {
			created := google(3, "c")
			w.accounts["g3"] = &created
		}, nil, ""},
		"created at another address": {desired(staff(3, "c")), newWorld(), func(w *world) {
			created := google(3, "x")
			w.accounts["g3"] = &created
		}, nil, "account/3 is not what a plan made now does: "},
	} {
		t.Run(name, func(t *testing.T) {
			made := test.world.plan(t, test.want)
			test.then(test.world)
			now := test.want
			if test.now != nil {
				now = *test.now
			}
			got := test.world.confirm(t, now, made.Actions)
			if difference := cmp.Diff(test.says, got); difference != "" && (!strings.HasSuffix(test.says, ": ") || !strings.HasPrefix(got, test.says)) {
				t.Errorf("(-want +got):\n%s", difference)
			}
		})
	}
}

func ptr[T any](v T) *T { return &v }

func TestAPlanIsConfirmedByItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want, w := district(t)
		if got := w.confirm(t, want, w.plan(t, want).Actions); got != "" {
			t.Fatal(got)
		}
	})
}
