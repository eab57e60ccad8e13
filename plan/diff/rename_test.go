package diff_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
)

func TestChainsAndRingsOfRenames(t *testing.T) {
	taken := newWorld(google(1, "a"), google(2, "b"), google(3, "c"))
	taken.join("d@d118.org", "g9", "MEMBER")
	viaTaken := newWorld(google(1, "a"), google(2, "b"), google(3, "c"), unlinked("staffsync-1"))
	for _, s := range []scenario{
		{
			name:    "a chain begins at its free end, and each releases the alias that the next one takes",
			desired: desired(staff(1, "b"), staff(2, "c"), staff(3, "d")), world: newWorld(google(1, "a"), google(2, "b"), google(3, "c")),
			want: `rename account/1 a@d118.org: primaryEmail(a@d118.org>b@d118.org) after(account/2)
				rename account/2 b@d118.org: primaryEmail(b@d118.org>c@d118.org) release(b@d118.org) after(account/3)
				rename account/3 c@d118.org: primaryEmail(c@d118.org>d@d118.org) release(c@d118.org)`,
		}, {
			name: "an alias that nobody else is given stays", desired: desired(staff(1, "b")), world: newWorld(google(1, "a", aliases("old"))),
			want: "rename account/1 a@d118.org: primaryEmail(a@d118.org>b@d118.org)",
		}, {
			name: "a new account waits for the address that a rename gives up", desired: desired(staff(1, "b"), staff(2, "c")), world: newWorld(google(2, "b")),
			want: `create account/1 b@d118.org: primaryEmail(>b@d118.org) givenName(>Given1) familyName(>Family1) orgUnitPath(>/D118 Staff/Cotton Creek Staff) Synchronization_Data.DCID(>1) after(account/2)
				rename account/2 b@d118.org: primaryEmail(b@d118.org>c@d118.org) release(b@d118.org)`,
		}, {
			name:    "when the head of a chain is refused the rest falls, the create at its end included",
			desired: desired(staff(1, "b", in(highSchool)), staff(2, "c"), staff(3, "d"), staff(4, "a")), world: taken,
			want: `move account/1 a@d118.org: orgUnitPath(/D118 Staff/Cotton Creek Staff>/D118 Staff/Wauconda High School Staff)
				conflict account/1 a@d118.org [primaryEmail]: not renamed to b@d118.org: the address b@d118.org is taken by the account of Person 2 (DCID 2); give one of them another address
				conflict account/2 b@d118.org [primaryEmail]: not renamed to c@d118.org: the address c@d118.org is taken by the account of Person 3 (DCID 3); give one of them another address
				conflict account/3 c@d118.org [primaryEmail]: not renamed to d@d118.org: the address d@d118.org belongs to the group d@d118.org; give one of them another address
				conflict account/4 a@d118.org []: the address a@d118.org is taken by the account of Person 1 (DCID 1); give one of them another address`,
		}, {
			name:    "an administrator at the head of a chain keeps the address, and the rest falls",
			desired: desired(staff(1, "b"), staff(2, "c")), world: newWorld(google(1, "a"), google(2, "b", admin(plan.SuperAdmin))),
			want: `conflict account/2 b@d118.org [primaryEmail]: the account is a super administrator and is not renamed to c@d118.org; do it in the Admin console if it is right
				conflict account/1 a@d118.org [primaryEmail]: not renamed to b@d118.org: the address b@d118.org is taken by the account of Person 2 (DCID 2); give one of them another address`,
		}, {
			name: "two people swap through the temporary address of the lower DCID", desired: desired(staff(1, "b"), staff(2, "a")), world: newWorld(google(1, "a"), google(2, "b")),
			want: `rename account/1 a@d118.org: primaryEmail(a@d118.org>b@d118.org) via(staffsync-1@d118.org) release(a@d118.org) release(staffsync-1@d118.org) after(account/2)
				rename account/2 b@d118.org: primaryEmail(b@d118.org>a@d118.org) release(b@d118.org) after(account/1)`,
		}, {
			name: "three people", desired: desired(staff(1, "b"), staff(2, "c"), staff(3, "a")), world: newWorld(google(1, "a"), google(2, "b"), google(3, "c")),
			want: `rename account/1 a@d118.org: primaryEmail(a@d118.org>b@d118.org) via(staffsync-1@d118.org) release(a@d118.org) release(staffsync-1@d118.org) after(account/2)
				rename account/2 b@d118.org: primaryEmail(b@d118.org>c@d118.org) release(b@d118.org) after(account/3)
				rename account/3 c@d118.org: primaryEmail(c@d118.org>a@d118.org) release(c@d118.org) after(account/1)`,
		}, {
			name: "two rings at once each have their own temporary address", desired: desired(staff(1, "b"), staff(2, "a"), staff(3, "d"), staff(4, "c")),
			world: newWorld(google(1, "a"), google(2, "b"), google(3, "c"), google(4, "d")),
			want: `rename account/1 a@d118.org: primaryEmail(a@d118.org>b@d118.org) via(staffsync-1@d118.org) release(a@d118.org) release(staffsync-1@d118.org) after(account/2)
				rename account/2 b@d118.org: primaryEmail(b@d118.org>a@d118.org) release(b@d118.org) after(account/1)
				rename account/3 c@d118.org: primaryEmail(c@d118.org>d@d118.org) via(staffsync-3@d118.org) release(c@d118.org) release(staffsync-3@d118.org) after(account/4)
				rename account/4 d@d118.org: primaryEmail(d@d118.org>c@d118.org) release(d@d118.org) after(account/3)`,
		}, {
			name:    "somebody new who wants an address of a ring shares it, and the ring falls",
			desired: desired(staff(1, "b"), staff(2, "a"), staff(3, "a")), world: newWorld(google(1, "a"), google(2, "b")),
			want: `conflict account/2 b@d118.org []: PowerSchool gives the address a@d118.org to several staff: Person 2 (DCID 2) and Person 3 (DCID 3); correct the address in PowerSchool; if it is one person, correct the DCID on the account
				conflict account/3 a@d118.org []: PowerSchool gives the address a@d118.org to several staff: Person 2 (DCID 2) and Person 3 (DCID 3); correct the address in PowerSchool; if it is one person, correct the DCID on the account
				conflict account/1 a@d118.org [primaryEmail]: not renamed to b@d118.org: the address b@d118.org is taken by the account of Person 2 (DCID 2); give one of them another address`,
		}, {
			name:    "a ring whose temporary address is taken is a conflict that says so, and falls whole",
			desired: desired(staff(1, "b"), staff(2, "c"), staff(3, "a")), world: viaTaken,
			want: `conflict account/1 a@d118.org [primaryEmail]: not renamed to b@d118.org: the accounts of 3 staff exchange their addresses, and the temporary address staffsync-1@d118.org that this takes is taken; free that address, or exchange the addresses by hand
				conflict account/2 b@d118.org [primaryEmail]: not renamed to c@d118.org: the address c@d118.org is taken by the account of Person 3 (DCID 3); give one of them another address
				conflict account/3 c@d118.org [primaryEmail]: not renamed to a@d118.org: the address a@d118.org is taken by the account of Person 1 (DCID 1); give one of them another address`,
		}, {
			name: "a ring with an administrator in it falls whole", desired: desired(staff(1, "b"), staff(2, "a")), world: newWorld(google(1, "a"), google(2, "b", admin(plan.DelegatedAdmin))),
			want: `conflict account/2 b@d118.org [primaryEmail]: the account is a delegated administrator and is not renamed to a@d118.org; do it in the Admin console if it is right
				conflict account/1 a@d118.org [primaryEmail]: not renamed to b@d118.org: the address b@d118.org is taken by the account of Person 2 (DCID 2); give one of them another address`,
		}, {
			name: "an own alias becomes the primary address without anybody else", desired: desired(staff(1, "b")), world: newWorld(google(1, "a", aliases("b"))),
			want: "rename account/1 a@d118.org: primaryEmail(a@d118.org>b@d118.org)",
		}, {
			name: "the alias of a colleague is a conflict even when the colleague is renamed", desired: desired(staff(1, "b"), staff(2, "d")), world: newWorld(google(1, "a"), google(2, "c", aliases("b"))),
			want: `rename account/2 c@d118.org: primaryEmail(c@d118.org>d@d118.org)
				conflict account/1 a@d118.org [primaryEmail]: not renamed to b@d118.org: the address b@d118.org is an alias of c@d118.org, the account of Person 2 (DCID 2); remove the alias in the Admin console, or give one of them another address`,
		}, {
			name: "a temporary address left behind as an alias is given back", desired: desired(staff(1, "b"), staff(2, "c", inactive)), world: newWorld(google(1, "b", aliases("staffsync-1", "old", "staffsync-9")), google(2, "c", suspendedThere, aliases("staffsync-2"))),
			want: "update account/1 b@d118.org: release(staffsync-1@d118.org)",
		}, {
			name: "an account at its temporary address is renamed to the one it is to have", desired: desired(staff(1, "b")), world: newWorld(google(1, "staffsync-1")),
			want: "rename account/1 staffsync-1@d118.org: primaryEmail(staffsync-1@d118.org>b@d118.org) release(staffsync-1@d118.org)",
		}, {
			name:    "a ring that was interrupted goes on through the temporary address that one of them has, whatever the DCIDs",
			desired: desired(staff(5, "b"), staff(2, "a")), world: newWorld(google(5, "staffsync-5", aliases("a")), google(2, "b")),
			want: `rename account/2 b@d118.org: primaryEmail(b@d118.org>a@d118.org) release(b@d118.org) after(account/5)
				rename account/5 staffsync-5@d118.org: primaryEmail(staffsync-5@d118.org>b@d118.org) via(staffsync-5@d118.org) release(a@d118.org) release(staffsync-5@d118.org) after(account/2)`,
		}, {
			name: "a rename in progress takes back its own old address when PowerSchool has it again", desired: desired(staff(1, "a")), world: newWorld(google(1, "staffsync-1", aliases("a"))),
			want: "rename account/1 staffsync-1@d118.org: primaryEmail(staffsync-1@d118.org>a@d118.org) release(staffsync-1@d118.org)",
		}, {
			name:    "a rename in progress takes the alias that its ring left on a colleague, who has another new address since",
			desired: desired(staff(1, "b"), staff(2, "d")), world: newWorld(google(1, "staffsync-1"), google(2, "c", aliases("b"))),
			want: `rename account/1 staffsync-1@d118.org: primaryEmail(staffsync-1@d118.org>b@d118.org) release(staffsync-1@d118.org) after(account/2)
				rename account/2 c@d118.org: primaryEmail(c@d118.org>d@d118.org) release(b@d118.org)`,
		}, {
			name:    "a rename in progress of somebody who has left since gives up the old address to the colleague who waits for it",
			desired: desired(staff(1, "b", inactive), staff(2, "a")), world: newWorld(google(1, "staffsync-1", aliases("a"), suspendedThere), google(2, "b")),
			want: `update account/1 staffsync-1@d118.org: release(a@d118.org)
				rename account/2 b@d118.org: primaryEmail(b@d118.org>a@d118.org) after(account/1)
				warning target staffsync-1@d118.org: left while exchanging addresses, and the account still has its temporary one; rename it in the Admin console`,
		},
	} {
		s.run(t)
	}
}

func TestARenameThatWouldGiveA31stAliasIsAConflict(t *testing.T) {
	numbered := func(n int) []string {
		var names []string
		for i := range n {
			names = append(names, fmt.Sprintf("alias%d", i+1))
		}
		return names
	}
	const renamed = "rename account/1 a@d118.org: primaryEmail(a@d118.org>b@d118.org)"
	for _, s := range []scenario{
		{name: "the old address becomes the 30th", desired: desired(staff(1, "b")), world: newWorld(google(1, "a", aliases(numbered(29)...))), want: renamed},
		{
			name: "the old address would be the 31st", desired: desired(staff(1, "b")), world: newWorld(google(1, "a", aliases(numbered(30)...))),
			want: "conflict account/1 a@d118.org [primaryEmail]: not renamed to b@d118.org: the old address would become an alias, and the account has 30 of them, the most that Google allows; remove an alias in the Admin console",
		},
		{
			name: "the new address is one of the 30, and makes room", desired: desired(staff(1, "b")),
			world: newWorld(google(1, "a", aliases(append(numbered(29), "b")...))), want: renamed,
		},
	} {
		s.run(t)
	}
}

func TestAnActionThatOnlyReleasesAnAliasSaysSo(t *testing.T) {
	made := newWorld(google(1, "staffsync-1", aliases("a"), suspendedThere), google(2, "b")).
		plan(t, desired(staff(1, "b", inactive), staff(2, "a")))
	if got, want := made.Actions[0].Reason, "an alias is released"; got != want {
		t.Errorf("reason is %q, want %q", got, want)
	}
	if made.Summary.Update != 1 || made.Summary.Rename != 1 {
		t.Errorf("summary is %+v, want one update and one rename", made.Summary)
	}
}

// A ring that was cut short after any write is finished by the next plan, and
// leaves nothing behind.
func TestAnInterruptedRingIsFinishedByTheNextPlan(t *testing.T) {
	for size := 2; size <= 5; size++ {
		for _, backwards := range []bool{false, true} {
			for shift := range size { // which of them has the lowest DCID
				var accounts []plan.Account
				var people []plan.DesiredAccount
				for i := range size {
					dcid := int64((i+shift)%size + 1)
					accounts = append(accounts, google(dcid, fmt.Sprintf("p%d", i), aliases(fmt.Sprintf("kept%d", i))))
					people = append(people, staff(dcid, fmt.Sprintf("p%d", (i+1)%size)))
				}
				t.Run(fmt.Sprintf("%d people, %d shifted, backwards %t", size, shift, backwards), func(t *testing.T) {
					crashEverywhere(t, newWorld(accounts...), desired(people...), backwards, func(t *testing.T, budget int, between, after plan.Plan, w *world) {
						if len(between.Conflicts) > 0 {
							t.Errorf("after %d writes the next plan has conflicts:\n%s", budget, brief(between))
						}
						for i := range people {
							account := w.accounts[fmt.Sprintf("g%d", people[i].DCID)]
							want := []string{fmt.Sprintf("kept%d@d118.org", i)}
							if account.Address != people[i].Address || !slices.Equal(account.Aliases, want) {
								t.Errorf("after %d writes and the next plan DCID %d has %s and aliases %s, want %s and %s",
									budget, account.DCID, account.Address, account.Aliases, people[i].Address, want)
							}
						}
					})
				})
			}
		}
	}
}

// chain returns a directory and staff each of whom gets the address of the
// next; the last one's is free, and the first may be without an account.
func chain(size int, create bool) (*world, plan.Desired) {
	var accounts []plan.Account
	var people []plan.DesiredAccount
	for i := range size {
		dcid := int64(i + 1)
		people = append(people, staff(dcid, fmt.Sprintf("p%d", i+1)))
		if i > 0 || !create {
			accounts = append(accounts, google(dcid, fmt.Sprintf("p%d", i)))
		}
	}
	return newWorld(accounts...), desired(people...)
}

// eachChain runs the test on chains of several sizes.
func eachChain(t *testing.T, test func(t *testing.T, size int, create, backwards bool)) {
	for size := 2; size <= 4; size++ {
		for _, create := range []bool{false, true} {
			for _, backwards := range []bool{false, true} {
				t.Run(fmt.Sprintf("%d people, create %t, backwards %t", size, create, backwards), func(t *testing.T) {
					test(t, size, create, backwards)
				})
			}
		}
	}
}

// everybodyHasTheirAddress tells whether each wanted address is the primary one
// of its person.
func everybodyHasTheirAddress(t *testing.T, budget int, want plan.Desired, w *world) {
	t.Helper()
	for i := range want.Accounts {
		person := &want.Accounts[i]
		if holder := w.holder(person.Address).Account; holder == nil || holder.DCID != person.DCID || holder.Address != person.Address {
			t.Errorf("after %d writes %s ends with %+v, want DCID %d", budget, person.Address, holder, person.DCID)
		}
	}
}

func TestAnInterruptedChainIsFinishedByTheNextPlanThatKnowsTheJournal(t *testing.T) {
	eachChain(t, func(t *testing.T, size int, create, backwards bool) {
		start, want := chain(size, create)
		start.journal = true
		crashEverywhere(t, start, want, backwards, func(t *testing.T, budget int, between, _ plan.Plan, w *world) {
			if len(between.Conflicts) > 0 {
				t.Errorf("after %d writes the next plan has conflicts:\n%s", budget, brief(between))
			}
			everybodyHasTheirAddress(t, budget, want, w)
		})
	})
}

func TestAnAliasIsNotTakenBecauseOfAJournalWhenItsOwnerWantsIt(t *testing.T) {
	w := newWorld(google(1, "b", aliases("a")), google(2, "c"))
	w.journal, w.unreleased["g1"] = true, []string{"a@d118.org"}
	// PowerSchool gives the first person the old address again.
	got := brief(w.plan(t, desired(staff(1, "a"), staff(2, "a"))))
	if strings.Contains(got, "release(") {
		t.Errorf("the alias of its own wanted address is released:\n%s", got)
	}
	if got := brief(w.plan(t, desired(staff(1, "b"), staff(2, "c")))); got != "" {
		t.Errorf("an alias that nobody wants is touched:\n%s", got)
	}
}

// Without the journal nothing tells that alias from one that its owner has for
// good: it is a conflict that names it, and nothing is lost.
func TestAnInterruptedChainWithoutItsJournalIsFinishedOrAConflictThatNamesTheAlias(t *testing.T) {
	eachChain(t, func(t *testing.T, size int, create, backwards bool) {
		start, want := chain(size, create)
		crashEverywhere(t, start, want, backwards, func(t *testing.T, budget int, between, _ plan.Plan, w *world) {
			for _, conflict := range between.Conflicts {
				if !strings.Contains(conflict.Problem, "the address") || conflict.Remedy == "" {
					t.Errorf("after %d writes a conflict does not say what to do: %+v", budget, conflict)
				}
			}
			// What the conflicts ask for is done by hand; the next plan
			// then finishes it.
			for range size {
				for i := range want.Accounts {
					for _, account := range w.accounts {
						if account.DCID != want.Accounts[i].DCID {
							_ = w.release(account, want.Accounts[i].Address)
						}
					}
				}
				if _, err := w.apply(w.plan(t, want), 1000, backwards); err != nil {
					t.Fatal(err)
				}
			}
			everybodyHasTheirAddress(t, budget, want, w)
		})
	})
}

// crashEverywhere applies the plan of the world up to each number of writes,
// plans again and applies that whole; judge sees the plan in between, the one
// afterwards, and the world.
func crashEverywhere(t *testing.T, start *world, want plan.Desired, backwards bool, judge func(t *testing.T, budget int, between, after plan.Plan, w *world)) {
	t.Helper()
	first := start.plan(t, want)
	writes, err := start.clone().apply(first, 1000, backwards)
	if err != nil {
		t.Fatalf("apply the whole plan: %v\n%s", err, brief(first))
	}
	if writes < len(first.Actions) || writes == 0 {
		t.Fatalf("the plan of %d actions took %d writes", len(first.Actions), writes)
	}
	for budget := 0; budget <= writes; budget++ {
		w := start.clone()
		if _, err := w.apply(first, budget, backwards); err != nil {
			t.Fatalf("apply %d writes: %v", budget, err)
		}
		before := addressesOf(w)
		between := w.plan(t, want)
		if _, err := w.apply(between, 1000, backwards); err != nil {
			t.Fatalf("after %d writes the next plan cannot be applied: %v\n%s", budget, err, brief(between))
		}
		after := w.plan(t, want)
		if len(after.Actions) > 0 {
			t.Errorf("after %d writes and the next plan there is something left to do:\n%s", budget, brief(after))
		}
		if len(between.Actions) == 0 {
			if difference := cmp.Diff(before, addressesOf(w)); difference != "" {
				t.Errorf("an empty plan changed addresses:\n%s", difference)
			}
		}
		judge(t, budget, between, after, w)
	}
}

func addressesOf(w *world) map[string][]string {
	all := make(map[string][]string)
	for id, account := range w.accounts {
		all[id] = slices.Concat([]string{account.Address}, account.Aliases)
	}
	return maps.Clone(all)
}

func TestALookUpFindsAccountsThatTheListLacks(t *testing.T) {
	hidden := func(w *world, ids ...string) plan.Actual {
		state := w.state()
		state.Accounts = slices.DeleteFunc(state.Accounts, func(a plan.Account) bool { return slices.Contains(ids, a.GoogleID) })
		return state
	}
	made := func(t *testing.T, w *world, want plan.Desired, actual plan.Actual) plan.Plan {
		p, err := diff.Complete(t.Context(), want, &actual, noLimits(), w)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	t.Run("the person's own account is updated, not created a second time", func(t *testing.T) {
		w := newWorld(google(1, "a"))
		got := brief(made(t, w, desired(staff(1, "a", in(highSchool))), hidden(w, "g1")))
		if want := "move account/1 a@d118.org: orgUnitPath(/D118 Staff/Cotton Creek Staff>/D118 Staff/Wauconda High School Staff)\n"; got != want {
			t.Errorf("got\n%swant\n%s", got, want)
		}
	})
	t.Run("a leaver's account that holds a wanted address is suspended, and its memberships are asked for", func(t *testing.T) {
		w := newWorld(google(1, "a"), google(2, "b"))
		w.join("g@d118.org", "g2", "MEMBER")
		want := desired(staff(1, "b"), staff(2, "x", inactive))
		p := made(t, w, want, hidden(w, "g2"))
		got := brief(p)
		if want := `suspend account/2 b@d118.org: suspended(false>true) orgUnitPath(/D118 Staff/Cotton Creek Staff>/Suspended Accounts) leave(g@d118.org MEMBER)
conflict account/1 a@d118.org [primaryEmail]: not renamed to b@d118.org: the address b@d118.org is taken by the account of Person 2 (DCID 2); give one of them another address
`; got != want {
			t.Errorf("got\n%swant\n%s", got, want)
		}
		if p.Summary.Inactive != 0 {
			t.Errorf("the summary counts %d inactive staff without an account, want none", p.Summary.Inactive)
		}
	})
	t.Run("a second account with the DCID is a conflict", func(t *testing.T) {
		w := newWorld(google(1, "a"), google(1, "b", func(a *sketch) { a.google.GoogleID = "second" }))
		got := brief(made(t, w, desired(staff(1, "b")), hidden(w, "second")))
		if want := "conflict account/1 a@d118.org []: 2 accounts carry DCID 1: a@d118.org, b@d118.org; clear Synchronization_Data.DCID on all but the right one\n"; got != want {
			t.Errorf("got\n%swant\n%s", got, want)
		}
	})
	t.Run("the look-up is fresher than the list", func(t *testing.T) {
		w := newWorld(google(1, "a"))
		stale := w.state()
		w.accounts["g1"].Address, w.accounts["g1"].Aliases = "b@d118.org", []string{"a@d118.org"}
		if got := brief(made(t, w, desired(staff(1, "b")), stale)); got != "" {
			t.Errorf("an account renamed since it was listed needs nothing, got\n%s", got)
		}
	})
	t.Run("an account whose DCID was cleared since it was listed is no longer linked", func(t *testing.T) {
		w := newWorld(google(1, "a"))
		stale := w.state()
		w.accounts["g1"].DCID, w.accounts["g1"].Address = 0, "b@d118.org"
		p := made(t, w, desired(staff(1, "b")), stale)
		if len(p.Actions) != 0 || len(p.Conflicts) != 1 || !strings.Contains(p.Conflicts[0].Remedy, "link it with staffsync adopt, or write the person's DCID into its Synchronization_Data.DCID") {
			t.Errorf("want the offer to adopt it, got\n%s", brief(p))
		}
	})
}

func TestATemporaryAddressThatItsOwnerHasIsNotAskedFor(t *testing.T) {
	for _, w := range []*world{
		newWorld(google(1, "staffsync-1", aliases("a")), google(2, "b")),
		newWorld(google(1, "a", aliases("staffsync-1")), google(2, "b")),
	} {
		want := desired(staff(1, "b"), staff(2, "a"))
		holders := w.complete(t, want, w.state()).Answers.Holders
		if _, asked := holders["staffsync-1@d118.org"]; asked {
			t.Errorf("asked who holds %v", slices.Sorted(maps.Keys(holders)))
		}
	}
}

// An alias that is in the way of an interrupted ring can close a ring of its
// own, of which the list alone shows nothing.
func TestEveryTemporaryAddressThatAPlanTakesIsAskedFor(t *testing.T) {
	w := newWorld(google(5, "staffsync-5"), google(3, "c", aliases("x")), google(2, "z", aliases("y")))
	for _, names := range [][3]string{{"x", "y", "c"}, {"x", "y", "x"}, {"c", "z", "c"}, {"x", "z", "x"}, {"y", "y", "c"}} {
		w.plan(t, desired(staff(5, names[0]), staff(3, names[1]), staff(2, names[2])))
	}
}
