package diff_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
)

// outdated plans again and returns what of the actions that plan would no longer
// do.
func (w *world) outdated(t fataler, actions []plan.Action, want plan.Desired) ([]plan.Omission, plan.Plan) {
	w.journal = true
	actual := w.complete(t, want, w.state())
	fresh, err := compared(want, actual, nil)
	if err != nil {
		t.Fatalf("%v", err)
	}
	omissions, err := diff.Outdated(actions, want, actual, fresh)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return omissions, fresh
}

func TestWhatAPlanMadeNowWouldNoLongerDoIsOutdated(t *testing.T) {
	moved := func(a *sketch) { a.OrgUnitPath = highSchool }
	married := func(a *sketch) { a.FamilyName = "Married" }
	at := func(name string) func(*sketch) { return func(a *sketch) { a.Address = name + "@" + testDomain } }
	people := func(list ...plan.DesiredAccount) plan.Desired { return desired(list...) }
	for name, test := range map[string]struct {
		accounts  []plan.Account
		then, now plan.Desired
		since     func(*world) // what became of the directory in the meantime
		want      []plan.Omission
	}{
		"a leaver who came back": {
			accounts: []plan.Account{google(1, "a"), google(2, "b")},
			then:     people(staff(1, "a", inactive), staff(2, "b", inactive)), now: people(staff(1, "a"), staff(2, "b", inactive)),
			want: []plan.Omission{{ID: "account/1", Reason: "active in PowerSchool again since the plan"}},
		},
		"a leaver who came back, of whom a part was done": {
			accounts: []plan.Account{google(1, "a")},
			then:     people(staff(1, "a", inactive)), now: people(staff(1, "a")),
			since: func(w *world) { w.accounts["g1"].Suspended = true },
			want:  []plan.Omission{{ID: "account/1", Reason: "active in PowerSchool again since the plan"}},
		},
		"a leaver who is done, and came back": {
			accounts: []plan.Account{google(1, "a")},
			then:     people(staff(1, "a", inactive)), now: people(staff(1, "a")),
			since: func(w *world) { w.accounts["g1"].Suspended, w.accounts["g1"].OrgUnitPath = true, suspendedOU },
			want:  []plan.Omission{{ID: "account/1", Part: "team@d118.org", Reason: "active in PowerSchool again since the plan"}},
		},
		"a leaver of whom somebody else saw to everything": {
			accounts: []plan.Account{google(1, "a")},
			then:     people(staff(1, "a", inactive)), now: people(staff(1, "a", inactive)),
			since: func(w *world) { w.accounts["g1"].Suspended, w.accounts["g1"].OrgUnitPath = true, suspendedOU },
		},
		"somebody left instead": {
			accounts: []plan.Account{google(1, "a")},
			then:     people(staff(1, "a", moved, married)), now: people(staff(1, "a", inactive)),
			want: []plan.Omission{{ID: "account/1", Reason: "no longer active in PowerSchool"}},
		},
		"a new one left before the account was there": {
			then: people(staff(1, "a")), now: people(staff(1, "a", inactive)),
			want: []plan.Omission{{ID: "account/1", Reason: "no longer active in PowerSchool"}},
		},
		"a new one whose account is there": {
			then: people(staff(1, "a")), now: people(staff(1, "a", moved)),
			since: func(w *world) { have := google(1, "a"); w.accounts["g1"] = &have },
		},
		"a new one who belongs elsewhere": {
			then: people(staff(1, "a")), now: people(staff(1, "a", moved)),
			want: []plan.Omission{{ID: "account/1", Reason: `a plan made now gives it "` + highSchool + `"`}},
		},
		"one field of two": {
			accounts: []plan.Account{google(1, "a")},
			then:     people(staff(1, "a", moved, married)), now: people(staff(1, "a", married)),
			want: []plan.Omission{{ID: "account/1", Part: plan.FieldOrgUnitPath, Reason: "a plan made now would not do this"}},
		},
		"another value": {
			accounts: []plan.Account{google(1, "a")},
			then:     people(staff(1, "a", married)), now: people(staff(1, "a", func(a *sketch) { a.FamilyName = "Again" })),
			want: []plan.Omission{{ID: "account/1", Reason: `a plan made now gives it "Again"`}},
		},
		"what is done, or neither, is not judged": {
			accounts: []plan.Account{google(1, "a"), google(2, "b")},
			then:     people(staff(1, "a", married), staff(2, "b", married)), now: people(staff(1, "a"), staff(2, "b")),
			since: func(w *world) { w.accounts["g1"].FamilyName, w.accounts["g2"].FamilyName = "married", "Third" },
		},
		"an account that is gone, or another person's, is not judged": {
			accounts: []plan.Account{google(1, "a"), google(2, "b")},
			then:     people(staff(1, "a", inactive), staff(2, "b", inactive)), now: people(staff(1, "a"), staff(2, "b")),
			since: func(w *world) { delete(w.accounts, "g1"); w.accounts["g2"].DCID = 3 },
		},
		"PowerSchool forgot somebody": {
			accounts: []plan.Account{google(1, "a")},
			then:     people(staff(1, "a", married)), now: people(),
			want: []plan.Omission{{ID: "account/1", Reason: "PowerSchool no longer knows DCID 1"}},
		},
		"a rule leaves somebody out": {
			accounts: []plan.Account{google(1, "a")},
			then:     people(staff(1, "a", married)),
			now:      plan.Desired{Domain: testDomain, Rules: people().Rules, Skipped: []plan.Skipped{{Staff: person(1, "A"), Reason: "test", Rule: "skip.names"}}},
			want:     []plan.Omission{{ID: "account/1", Reason: "left out since the plan (skip.names: test)"}},
		},
		"a conflict": {
			accounts: []plan.Account{google(1, "a")},
			then:     people(staff(1, "a", moved, married)), now: people(staff(1, "a", married, func(a *sketch) { a.OrgUnitPath = "/Nowhere" })),
			want: []plan.Omission{{ID: "account/1", Part: plan.FieldOrgUnitPath, Reason: "a plan made now has the conflict no-org-unit: the directory has no org unit /Nowhere"}},
		},
		"an address that is no longer to pass on, and its alias": {
			accounts: []plan.Account{google(1, "a"), google(2, "b")},
			then:     people(staff(1, "a", at("x")), staff(2, "b", at("a"))), now: people(staff(1, "a", at("x")), staff(2, "b")),
			want: []plan.Omission{
				{ID: "account/1", Part: "a@d118.org", Reason: "a plan made now would not do this"},
				{ID: "account/2", Reason: "a plan made now would not do this"},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(test.accounts...)
			for _, account := range test.accounts {
				w.join("team@d118.org", account.GoogleID, "MEMBER")
			}
			then := rules(test.then, func(r *plan.Rules) { r.LeaveGroups = true })
			made := w.plan(t, then)
			if test.since != nil {
				test.since(w)
			}
			got, _ := w.outdated(t, made.Actions, rules(test.now, func(r *plan.Rules) { r.LeaveGroups = true }))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("outdated (-want +got):\n%s", diff)
			}
		})
	}
}

// A plan that was finished or cut short, and of which nothing changed since, ends
// as if nobody had looked whether it is outdated.
func TestNothingOfAPlanIsOutdatedByItsOwnRuns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want, w := district(t)
		made := w.plan(t, want)
		budget := rapid.IntRange(0, 40).Draw(t, "writes")
		if _, err := w.apply(made, budget, rapid.Bool().Draw(t, "backwards")); err != nil {
			t.Fatalf("%v\n%s", err, brief(made))
		}
		if omissions, fresh := w.outdated(t, made.Actions, want); len(omissions) > 0 {
			t.Fatalf("after %d writes of\n%sof which a plan made now does\n%soutdated is %v", budget, brief(made), brief(fresh), omissions)
		}
	})
}

// turned is the state after people came, left, moved, changed their address or
// were forgotten.
func turned(t *rapid.T, want plan.Desired) plan.Desired {
	now := want
	now.Accounts = nil
	for _, a := range want.Accounts {
		switch rapid.IntRange(0, 9).Draw(t, "what became of the person") {
		case 0, 1, 2:
			a.Active = !a.Active
		case 3:
			a.OrgUnitPath = rapid.SampledFrom([]string{cottonCreek, highSchool, "/Nowhere"}).Draw(t, "other org unit")
		case 4:
			a.Address = rapid.SampledFrom(want.Accounts).Draw(t, "whose address").Address
		case 5:
			a.FamilyName = "Other"
		case 6:
			if rapid.Bool().Draw(t, "left out") {
				now.Skipped = append(now.Skipped[:len(now.Skipped):len(now.Skipped)], plan.Skipped{Staff: a.Staff, Reason: "on the list", Rule: "skip.names"})
			}
			continue
		}
		now.Accounts = append(now.Accounts, a)
	}
	return now
}

func TestWhatRemainsOfAnOldPlanIsWhatAPlanMadeNowDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want, w := district(t)
		made := w.plan(t, want)
		if _, err := w.apply(made, rapid.IntRange(0, 20).Draw(t, "writes"), rapid.Bool().Draw(t, "backwards")); err != nil {
			t.Fatalf("%v\n%s", err, brief(made))
		}
		now := turned(t, want)
		omissions, fresh := w.outdated(t, made.Actions, now)
		active, does := make(map[string]bool), make(map[string]*plan.Action)
		for _, a := range now.Accounts {
			active[plan.AccountID(a.DCID)] = a.Active
		}
		for i := range fresh.Actions {
			does[fresh.Actions[i].ID] = &fresh.Actions[i]
		}
		for _, r := range plan.LeaveOut(made.Actions, omissions) {
			account := w.accounts[r.Action.GoogleID]
			if account == nil && (r.Action.Kind != plan.Create || r.Empty()) {
				continue
			}
			for _, change := range r.Action.Changes {
				if account != nil && (!plan.Same(change.Field, account.Field(change.Field), change.From) || r.Action.Via != "" && account.Address == r.Action.Via) {
					continue // done, on its way, or drifted
				}
				if account == nil && w.createdFor(r.Action.ID) {
					continue
				}
				if change.Suspends() && active[r.Action.ID] {
					t.Fatalf("%s is active again and is suspended all the same", r.Action.ID)
				}
				does, ok := does[r.Action.ID]
				if !ok {
					t.Fatalf("%s remains, and a plan made now does nothing of it:\n%s%s", r.Action.ID, brief(made), brief(fresh))
				}
				if same, ok := does.Changes.Get(change.Field); !ok || !plan.Same(change.Field, same.To, change.To) {
					t.Fatalf("%s: %s remains, and a plan made now does not do that:\n%s%s", r.Action.ID, change.Field, brief(made), brief(fresh))
				}
			}
			for _, group := range r.Action.Leaves() {
				if active[r.Action.ID] && account.Suspended && w.groups[group][account.GoogleID] != "" {
					t.Fatalf("%s is active again and is taken out of %s all the same:\n%s%s", r.Action.ID, group, brief(made), brief(fresh))
				}
			}
		}
	})
}

// createdFor tells whether the person has an account.
func (w *world) createdFor(id string) bool {
	for _, account := range w.accounts {
		if plan.AccountID(account.DCID) == id {
			return true
		}
	}
	return false
}
