package diff_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
)

func person(dcid int64, name string) plan.Person { return plan.Person{DCID: dcid, Name: name} }

func TestSkippedStaffWithALinkedAccountAreWarnings(t *testing.T) {
	want := desired()
	want.Skipped = []plan.Skipped{
		{Staff: person(5, "Inactive"), Reason: "no e-mail address"},
		{Staff: person(1, "Kim Do"), Address: "do@d118.org", Reason: "last name do", Rule: "skip.names", Active: true},
		{Staff: person(2, "Ann Nurse"), Reason: "last name nurse", Rule: "skip.names"},
		{Staff: person(3, "Suspended Nurse"), Reason: "last name nurse", Rule: "skip.names"},
		{Staff: person(4, "Nobody"), Reason: "last name nurse", Rule: "skip.names"},
		{Staff: person(6, "Active"), Reason: "home school 99 is unknown", Active: true},
		{Staff: person(7, "New"), Reason: "no e-mail address", Active: true},
	}
	w := newWorld(google(1, "do"), google(2, "nurse"), google(3, "old", suspended), google(5, "silent"), google(6, "away"))
	made := w.plan(t, want)
	if difference := cmp.Diff(`warning skipped do@d118.org: left out (skip.names: last name do), so the linked account is not kept in line with PowerSchool
warning skipped nurse@d118.org: has no active school assignment but is left out (skip.names: last name nurse), so the linked account keeps working
warning skipped silent@d118.org: has no active school assignment but is left out (no e-mail address), so the linked account keeps working
warning skipped away@d118.org: left out (home school 99 is unknown), so the linked account is not kept in line with PowerSchool
skipped 1: last name do
skipped 2: last name nurse
skipped 5: no e-mail address
skipped 6: home school 99 is unknown
skipped 7: no e-mail address
`, brief(made)); difference != "" {
		t.Errorf("(-want +got):\n%s", difference)
	}
	if made.Warnings[0].Staff.Name != "Kim Do" {
		t.Errorf("the warning does not name the person: %+v", made.Warnings[0])
	}
	if made.Summary.Skipped != 5 {
		t.Errorf("the summary counts %d skipped, want the 5 that are listed", made.Summary.Skipped)
	}
}

func TestAPersonOnWhomThePolicyCouldNotDecideIsAConflictWithTheirAccount(t *testing.T) {
	want := desired(staff(2, "a"))
	want.Conflicts = []plan.Conflict{{Kind: plan.ConflictUndecided, ID: "account/1", Staff: person(1, "Kim"), Problem: "skip.rules: no such key", Remedy: "correct the rule"}}
	scenario{
		name: "the account is left alone, is not an orphan, and keeps its address", desired: want, world: newWorld(google(1, "a")),
		want: `conflict account/1 a@d118.org []: skip.rules: no such key; correct the rule
			conflict account/2 a@d118.org []: the address a@d118.org is taken by the account of Kim (DCID 1); give one of them another address`,
	}.run(t)
}

func TestTheReadersWarningsStandInThePlan(t *testing.T) {
	want := desired(staff(1, "a"))
	want.Warnings = []plan.Warning{{Kind: plan.WarningSource, Message: "z"}, {Kind: plan.WarningSource, Message: "a schoolstaff row for an unknown user"}}
	w := newWorld(google(1, "a"))
	actual := w.state()
	actual.Warnings = []plan.Warning{{Kind: plan.WarningTarget, Account: "x@d118.org", Message: "its DCID is not a number"}}
	made, err := compared(want, actual, nil)
	if err != nil {
		t.Fatal(err)
	}
	if difference := cmp.Diff(`warning source : a schoolstaff row for an unknown user
warning source : z
warning target x@d118.org: its DCID is not a number
`, brief(made)); difference != "" {
		t.Errorf("(-want +got):\n%s", difference)
	}
}

func TestLosingAGroupsOnlyOwnerIsAWarningThatNamesTheGroup(t *testing.T) {
	const leaves = "suspend account/1 a@d118.org: suspended(false>true) orgUnitPath(/D118 Staff/Cotton Creek Staff>/Suspended Accounts) leave(g@d118.org OWNER)\n"
	const leavesToo = "suspend account/2 b@d118.org: suspended(false>true) orgUnitPath(/D118 Staff/Cotton Creek Staff>/Suspended Accounts) leave(g@d118.org OWNER)\n"
	both := newWorld(google(1, "a"), google(2, "b"))
	both.join("g@d118.org", "g1", "OWNER")
	both.join("g@d118.org", "g2", "OWNER")
	one := newWorld(google(1, "a"), google(2, "b"))
	one.join("g@d118.org", "g1", "OWNER")
	one.join("g@d118.org", "g2", "MANAGER")
	outside := newWorld(google(1, "a"))
	outside.join("g@d118.org", "g1", "OWNER")
	outside.join("g@d118.org", "somebody@elsewhere.org", "OWNER")
	protected := newWorld(google(1, "a"), google(2, "b", admin(plan.SuperAdmin)))
	protected.join("g@d118.org", "g1", "OWNER")
	protected.join("g@d118.org", "g2", "OWNER")
	for _, s := range []scenario{
		{
			name: "the only owner", desired: desired(staff(1, "a", inactive), staff(2, "b")), world: one,
			want: leaves + "warning owner a@d118.org: the group g@d118.org loses its last owner; give it another",
		},
		{
			name: "two owners who both leave", desired: desired(staff(1, "a", inactive), staff(2, "b", inactive)), world: both,
			want: leaves + leavesToo + "warning owner b@d118.org: the group g@d118.org loses its last owner; give it another",
		},
		{name: "another owner stays", desired: desired(staff(1, "a", inactive), staff(2, "b")), world: both, want: leaves},
		{name: "an owner outside the directory stays", desired: desired(staff(1, "a", inactive)), world: outside, want: leaves},
		{
			name: "an owner who should leave but is an administrator stays", desired: desired(staff(1, "a", inactive), staff(2, "b", inactive)), world: protected,
			want: leaves + "conflict account/2 b@d118.org []: no active school assignment in PowerSchool, but the account is a super administrator and is not suspended; do it in the Admin console if it is right",
		},
	} {
		s.run(t)
	}
}

func TestInactiveStaffWithoutAnAccountAreCountedAndListed(t *testing.T) {
	want := desired(staff(4, "d", inactive), staff(3, "c", inactive), staff(2, "b", inactive), staff(1, "a"))
	w := newWorld(google(2, "b", suspendedThere), google(1, "a"))
	made := w.plan(t, want)
	if made.Summary.Inactive != 2 || made.Summary.Unchanged != 2 {
		t.Errorf("summary %+v, want 2 inactive without account and 2 unchanged", made.Summary)
	}
	people, err := diff.WithoutAccount(want, w.state())
	if err != nil || len(people) != 2 || people[0].DCID != 3 || people[1].DCID != 4 {
		t.Errorf("got %+v", people)
	}
}

func TestReasonsAreWordsThatAPersonUnderstands(t *testing.T) {
	fields := func(r *plan.Rules) {
		r.Reactivate, r.Attributes = plan.ReactivateAny, []string{"S.B", "S.A"}
	}
	w := newWorld(
		google(2, "b"), google(3, "c", suspended), google(4, "d", suspended, func(a *sketch) { a.google.SuspensionReason = "ADMIN" }),
		google(5, "e"), google(6, "f"), google(7, "g"), google(8, "h"),
	)
	w.attributes = append(w.attributes, plan.Attribute{Name: "S.A", Type: plan.TypeString}, plan.Attribute{Name: "S.B", Type: plan.TypeString})
	nowhere := func(a *sketch) { a.Staff.Building = "" }
	made := w.plan(t, rules(desired(
		staff(1, "a"), staff(9, "i", nowhere), staff(2, "b", inactive), staff(3, "c", inactive), staff(4, "d"),
		staff(5, "e2", named("Eve", "Family5")), staff(6, "f", in(highSchool)), staff(7, "g", attribute("S.A", "1"), attribute("S.B", "2")),
		staff(8, "h", in(highSchool), nowhere),
	), fields))
	want := map[string]string{
		"account/1": "active at Cotton Creek in PowerSchool, and no account carries DCID 1",
		"account/9": "active in PowerSchool, and no account carries DCID 9",
		"account/2": "no active school assignment in PowerSchool",
		"account/3": "no active school assignment in PowerSchool; the suspension is not complete",
		"account/4": "active in PowerSchool again (Google's reason for the suspension: ADMIN)",
		"account/5": "the address in PowerSchool is e2@d118.org; the name in PowerSchool is Eve Family5",
		"account/6": "staff of Cotton Creek belong in /D118 Staff/Wauconda High School Staff",
		"account/7": "PowerSchool has other values for S.A, S.B",
		"account/8": "the policy puts this person in /D118 Staff/Wauconda High School Staff",
	}
	got := make(map[string]string)
	for i := range made.Actions {
		got[made.Actions[i].ID] = made.Actions[i].Reason
	}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("(-want +got):\n%s", difference)
	}
}

func TestAPersonEnteredTwiceIsNamedWithBothRecords(t *testing.T) {
	jane := func(a *sketch) { a.Staff.Name, a.GivenName, a.FamilyName = "Jane Roe", "Jane", "Roe" }
	skipped := func(dcid int64, reason string, active bool) plan.Skipped {
		return plan.Skipped{Staff: person(dcid, "Jane Roe"), Reason: reason, Active: active}
	}
	without := func(state plan.Desired, skipped plan.Skipped) plan.Desired {
		state.Skipped = append(state.Skipped, skipped)
		return state
	}
	const blank = "no e-mail address in PowerSchool"
	for _, s := range []scenario{
		{
			name:    "the old record's address is blank",
			desired: without(desired(staff(2, "jroe", jane)), skipped(1, blank, false)), world: newWorld(google(1, "jroe", jane)),
			want: `conflict account/2 jroe@d118.org []: the address jroe@d118.org is that of jroe@d118.org, the account of Jane Roe (DCID 1), who is left out (no e-mail address in PowerSchool): the same person? PowerSchool has Jane Roe (DCID 2) as well; if it is one person, link it with staffsync adopt, or write 2 into the Synchronization_Data.DCID of jroe@d118.org; otherwise correct the address in PowerSchool
				warning skipped jroe@d118.org: has no active school assignment but is left out (no e-mail address in PowerSchool), so the linked account keeps working
				skipped 1: no e-mail address in PowerSchool`,
		}, {
			name:    "the old record's assignment has ended",
			desired: desired(staff(1, "jroe", jane, inactive), staff(2, "jroe", jane)), world: newWorld(google(1, "jroe", jane)),
			want: `conflict account/1 jroe@d118.org []: PowerSchool gives the address jroe@d118.org to several staff: Jane Roe (DCID 1) and Jane Roe (DCID 2); the same person?; if it is one person, link it with staffsync adopt, or write 2 into the Synchronization_Data.DCID of jroe@d118.org; otherwise correct the address in PowerSchool
				conflict account/2 jroe@d118.org []: PowerSchool gives the address jroe@d118.org to several staff: Jane Roe (DCID 1) and Jane Roe (DCID 2); the same person?; if it is one person, link it with staffsync adopt, or write 2 into the Synchronization_Data.DCID of jroe@d118.org; otherwise correct the address in PowerSchool`,
		}, {
			name:    "the old record has gone and the new one has another address",
			desired: desired(staff(1, "jroe", jane, inactive), staff(2, "jroe2", jane)), world: newWorld(google(1, "jroe", jane, suspendedThere)),
			want: `create account/2 jroe2@d118.org: primaryEmail(>jroe2@d118.org) givenName(>Jane) familyName(>Roe) orgUnitPath(>/D118 Staff/Cotton Creek Staff) Synchronization_Data.DCID(>2)
				warning twice jroe@d118.org: gets a new account, and there is an account of Jane Roe (DCID 1), who has no active school assignment: the same person? Then link it with staffsync adopt, or write 2 into the Synchronization_Data.DCID of jroe@d118.org`,
		}, {
			name:    "the new record has no address",
			desired: without(desired(staff(1, "jroe", jane)), skipped(2, blank, true)), world: newWorld(google(1, "jroe", jane)),
			want: `warning twice jroe@d118.org: is left out (no e-mail address in PowerSchool), and there is an account of Jane Roe (DCID 1), who is active: the same person? Then link it with staffsync adopt, or write 2 into the Synchronization_Data.DCID of jroe@d118.org
				skipped 2: no e-mail address in PowerSchool`,
		}, {
			name:    "two who are both active and have accounts or addresses of their own are two",
			desired: desired(staff(1, "jroe", jane), staff(2, "jroe2", jane)), world: newWorld(google(1, "jroe", jane)),
			want: "create account/2 jroe2@d118.org: primaryEmail(>jroe2@d118.org) givenName(>Jane) familyName(>Roe) orgUnitPath(>/D118 Staff/Cotton Creek Staff) Synchronization_Data.DCID(>2)",
		},
	} {
		s.run(t)
	}
}
