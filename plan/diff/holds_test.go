package diff_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

// holding adds holds, all of them in force but those that end before 2026.
func holding(state plan.Desired, holds ...plan.Hold) plan.Desired {
	state.AsOf = "2026-06-01"
	for i := range holds {
		holds[i].Where = fmt.Sprintf("row %d", i+1)
		if holds[i].Until == "" {
			holds[i].Until = "2026-12-31"
		}
		for _, want := range state.Accounts { // as the policy finds them
			if want.DCID == holds[i].DCID || holds[i].Address != "" && strings.EqualFold(want.Address, holds[i].Address) {
				holds[i].People = append(holds[i].People, want.Staff)
			}
		}
	}
	state.Holds = holds
	return state
}

func from(parts ...plan.HoldFrom) []plan.HoldFrom { return parts }

// heldWords are what is held in a plan, and what blocks it.
func heldWords(p plan.Plan) string {
	var words strings.Builder
	for _, held := range p.Held {
		fmt.Fprintf(&words, "%s %s:", held.Kind, held.Account)
		for _, change := range held.Changes {
			fmt.Fprintf(&words, " %s(%s>%s)", change.Field, change.From, change.To)
		}
		for _, membership := range held.Groups {
			fmt.Fprintf(&words, " leave(%s)", membership.Group)
		}
		fmt.Fprintf(&words, " by %s\n", strings.Join(held.By, ", "))
	}
	for _, blocked := range p.Blocked {
		fmt.Fprintln(&words, "blocked", blocked)
	}
	return words.String()
}

func TestHolds(t *testing.T) {
	everything, suspend, rename, groups, move, attributes := from(plan.HoldEverything), from(plan.HoldSuspend), from(plan.HoldRename), from(plan.HoldGroups), from(plan.HoldMove), from(plan.HoldAttributes)
	grouped := func(w *world) *world {
		w.join("all@d118.org", "g1", "MEMBER")
		return w
	}
	for _, s := range []struct {
		name       string
		desired    plan.Desired
		world      *world
		want, held string
	}{
		{
			name:    "a held suspension holds the groups and the move",
			desired: holding(desired(staff(1, "a", inactive)), plan.Hold{DCID: 1, From: suspend}), world: grouped(newWorld(google(1, "a"))),
			held: "suspend a@d118.org: suspended(false>true) orgUnitPath(/D118 Staff/Cotton Creek Staff>/Suspended Accounts) leave(all@d118.org) by row 1",
		}, {
			name:    "a suspension that somebody began is held as well",
			desired: holding(desired(staff(1, "a", inactive)), plan.Hold{DCID: 1, From: suspend}), world: grouped(newWorld(google(1, "a", suspended))),
			held: "move a@d118.org: orgUnitPath(/D118 Staff/Cotton Creek Staff>/Suspended Accounts) leave(all@d118.org) by row 1",
		}, {
			name:    "held groups of a leaver hold the move",
			desired: holding(desired(staff(1, "a", inactive)), plan.Hold{DCID: 1, From: groups}), world: grouped(newWorld(google(1, "a"))),
			want: "suspend account/1 a@d118.org: suspended(false>true)",
			held: "move a@d118.org: orgUnitPath(/D118 Staff/Cotton Creek Staff>/Suspended Accounts) leave(all@d118.org) by row 1",
		}, {
			name:    "a held move of a leaver leaves the groups all the same",
			desired: holding(desired(staff(1, "a", inactive)), plan.Hold{DCID: 1, From: move}), world: grouped(newWorld(google(1, "a"))),
			want: "suspend account/1 a@d118.org: suspended(false>true) leave(all@d118.org MEMBER)",
			held: "move a@d118.org: orgUnitPath(/D118 Staff/Cotton Creek Staff>/Suspended Accounts) by row 1",
		}, {
			name:    "a held suspension does not hold a re-enabling, a move or a name",
			desired: holding(desired(staff(1, "a", in(highSchool), named("New", "Family1"))), plan.Hold{DCID: 1, From: suspend}), world: newWorld(google(1, "a", suspendedThere)),
			want: "reactivate account/1 a@d118.org: suspended(true>false) givenName(Given1>New) orgUnitPath(/Suspended Accounts>/D118 Staff/Wauconda High School Staff)",
		}, {
			name: "names are attributes, and what is not held goes on",
			desired: holding(desired(staff(1, "b", in(highSchool), named("New", "Family1")), staff(2, "c", named("New", "Family2"))),
				plan.Hold{DCID: 1, From: attributes}, plan.Hold{DCID: 2, From: rename}),
			world: newWorld(google(1, "a"), google(2, "c")),
			want: `rename account/1 a@d118.org: primaryEmail(a@d118.org>b@d118.org) orgUnitPath(/D118 Staff/Cotton Creek Staff>/D118 Staff/Wauconda High School Staff)
				update account/2 c@d118.org: givenName(Given2>New)`,
			held: "update a@d118.org: givenName(Given1>New) by row 1",
		}, {
			name:    "several holds of one person hold together, and are named where they hold something",
			desired: holding(desired(staff(1, "b", in(highSchool))), plan.Hold{DCID: 1, From: move}, plan.Hold{Address: "b@d118.org", From: rename}, plan.Hold{DCID: 1, From: groups}), world: newWorld(google(1, "a")),
			held: "rename a@d118.org: primaryEmail(a@d118.org>b@d118.org) orgUnitPath(/D118 Staff/Cotton Creek Staff>/D118 Staff/Wauconda High School Staff) by row 1, row 2",
		}, {
			name:    "an address counts in PowerSchool, in Google and as an alias",
			desired: holding(desired(staff(1, "b", in(highSchool)), staff(2, "c", in(highSchool))), plan.Hold{Address: "A@d118.org", From: everything}, plan.Hold{Address: "nick@d118.org", From: move}), world: newWorld(google(1, "a"), google(2, "c", aliases("nick"))),
			held: "rename a@d118.org: primaryEmail(a@d118.org>b@d118.org) orgUnitPath(/D118 Staff/Cotton Creek Staff>/D118 Staff/Wauconda High School Staff) by row 1\n" +
				"move c@d118.org: orgUnitPath(/D118 Staff/Cotton Creek Staff>/D118 Staff/Wauconda High School Staff) by row 2",
		}, {
			name:    "a new account comes whole or not at all",
			desired: holding(desired(staff(1, "a"), staff(2, "b")), plan.Hold{DCID: 1, From: everything}, plan.Hold{DCID: 2, From: from(plan.HoldMove, plan.HoldRename, plan.HoldGroups, plan.HoldAttributes, plan.HoldSuspend)}), world: newWorld(),
			want: "create account/2 b@d118.org: primaryEmail(>b@d118.org) givenName(>Given2) familyName(>Family2) orgUnitPath(>/D118 Staff/Cotton Creek Staff) Synchronization_Data.DCID(>2)",
			held: "create a@d118.org: primaryEmail(>a@d118.org) givenName(>Given1) familyName(>Family1) orgUnitPath(>/D118 Staff/Cotton Creek Staff) Synchronization_Data.DCID(>1) by row 1",
		}, {
			name:    "who is to get the address of somebody held is a conflict that names the hold, and so on along the chain",
			desired: holding(desired(staff(1, "b"), staff(2, "c"), staff(3, "d")), plan.Hold{DCID: 3, From: rename, Owner: "HR", Reason: "as agreed"}), world: newWorld(google(1, "a"), google(2, "b"), google(3, "c")),
			want: `conflict account/2 b@d118.org [primaryEmail]: not renamed to c@d118.org: the address c@d118.org is still that of Person 3 (DCID 3), who is held until 2026-12-31 by HR (row 1): as agreed; wait for the end of the hold, or have it taken out
				conflict account/1 a@d118.org [primaryEmail]: not renamed to b@d118.org: the address b@d118.org is taken by the account of Person 2 (DCID 2); give one of them another address`,
			held: "rename c@d118.org: primaryEmail(c@d118.org>d@d118.org) by row 1",
		}, {
			name:    "an exchange of addresses with somebody held does not happen",
			desired: holding(desired(staff(1, "b"), staff(2, "a")), plan.Hold{DCID: 1, From: everything}), world: newWorld(google(1, "a"), google(2, "b")),
			want: "conflict account/2 b@d118.org [primaryEmail]: not renamed to a@d118.org: the address a@d118.org is still that of Person 1 (DCID 1), who is held until 2026-12-31 (row 1); wait for the end of the hold, or have it taken out",
			held: "rename a@d118.org: primaryEmail(a@d118.org>b@d118.org) by row 1",
		}, {
			name:    "the temporary address of a rename that was cut short is kept, too",
			desired: holding(desired(staff(1, "b")), plan.Hold{DCID: 1, From: rename}), world: newWorld(google(1, "staffsync-1", aliases("a"))),
			held: "rename staffsync-1@d118.org: primaryEmail(staffsync-1@d118.org>b@d118.org) by row 1",
		}, {
			name:    "an alias that a chain that was cut short was to release is kept",
			desired: holding(desired(staff(1, "b"), staff(2, "c")), plan.Hold{DCID: 2, From: everything}),
			world: func() *world {
				w := newWorld(google(1, "a"), google(2, "c", aliases("b")))
				w.journal, w.unreleased["g2"] = true, []string{"b@d118.org"}
				return w
			}(),
			want: "conflict account/1 a@d118.org [primaryEmail]: not renamed to b@d118.org: the address b@d118.org is still that of Person 2 (DCID 2), who is held until 2026-12-31 (row 1); wait for the end of the hold, or have it taken out",
		}, {
			name:    "a hold that has ended is a warning, whatever else is wrong with it",
			desired: holding(desired(staff(1, "a", in(highSchool))), plan.Hold{DCID: 1, From: everything, Until: "2026-05-31"}, plan.Hold{DCID: 9, From: everything, Until: "2025-01-01"}), world: newWorld(google(1, "a")),
			want: `move account/1 a@d118.org: orgUnitPath(/D118 Staff/Cotton Creek Staff>/D118 Staff/Wauconda High School Staff)
				warning hold : row 2: the hold of DCID 9 ended on 2025-01-01 and holds nothing any more; take it out
				warning hold : row 1: the hold of DCID 1 ended on 2026-05-31 and holds nothing any more; take it out`,
		}, {
			name:    "one of nobody blocks the plan, one of an account that PowerSchool does not know does not",
			desired: holding(desired(), plan.Hold{DCID: 8}, plan.Hold{Address: "x@d118.org"}, plan.Hold{DCID: 9}, plan.Hold{Address: "b@d118.org"}, plan.Hold{Address: "s@d118.org"}, plan.Hold{When: "false"}), world: whole(newWorld(google(9, "b"), unlinked("s"))),
			want: "warning orphan b@d118.org: PowerSchool has nobody with DCID 9; the account is left alone",
			held: "blocked row 1: DCID 8 is neither in PowerSchool nor a linked account; correct it, or take the hold out\n" +
				"blocked row 2: x@d118.org is neither in PowerSchool nor a linked account; correct it, or take the hold out\n" +
				"blocked row 5: s@d118.org is neither in PowerSchool nor a linked account; correct it, or take the hold out",
		}, {
			name:    "a hold on an administrator, or on an account that is a conflict, changes nothing about that",
			desired: holding(desired(staff(1, "a", inactive), staff(2, "b")), plan.Hold{DCID: 1, From: everything}, plan.Hold{DCID: 2, From: everything}), world: newWorld(google(1, "a", admin(plan.SuperAdmin)), google(2, "b", archived)),
			want: `conflict account/2 b@d118.org []: active in PowerSchool, but the account is archived; unarchive it in the Admin console, which takes a licence
				conflict account/1 a@d118.org []: no active school assignment in PowerSchool, but the account is a super administrator and is not suspended; do it in the Admin console if it is right`,
		},
	} {
		scenario{s.name, s.desired, s.world, s.want}.run(t)
		t.Run(s.name, func(t *testing.T) {
			p := s.world.plan(t, s.desired)
			if diff := cmp.Diff(strings.TrimSpace(s.held), strings.TrimSpace(heldWords(p))); diff != "" {
				t.Errorf("what is held (-want +got):\n%s", diff)
			}
			if p.Summary.Held != len(p.Held) || len(p.Held) > 0 && p.Summary.Open == 0 {
				t.Errorf("the summary is %+v", p.Summary)
			}
			if people := p.People; people.Total != people.New+people.Changed+people.Unchanged+people.Held+people.Conflict+people.LeftOut+people.Inactive {
				t.Errorf("people: %+v", people)
			}
			if accounts := p.Accounts; accounts.Total != accounts.Changed+accounts.Unchanged+accounts.Held+accounts.Conflict+accounts.LeftOut+accounts.Unknown {
				t.Errorf("accounts: %+v", accounts)
			}
			for name, count := range plan.Count(p.Actions) {
				if p.Limits[name].Count != count {
					t.Errorf("limit %s counts %d, the actions hold %d", name, p.Limits[name].Count, count)
				}
			}
		})
	}
}
