package diff_test

import (
	"strings"
	"testing"

	"github.com/staffsync/staffsync/plan"
)

// The rows of the behaviours that the plan decides on, by their numbers in
// the table of what the original script does.
func TestDiffOfLinkedAccounts(t *testing.T) {
	any := func(r *plan.Rules) { r.Reactivate = plan.ReactivateAny }
	fields := func(r *plan.Rules) {
		r.Attributes = []string{"S.Number", "S.Text"}
		r.ExternalIDs = []string{"organization"}
	}
	typed := func(w *world) *world {
		w.attributes = append(w.attributes,
			plan.Attribute{Name: "S.Number", Type: plan.TypeInt64}, plan.Attribute{Name: "S.Text", Type: plan.TypeString})
		return w
	}
	refused := func(w *world, unlifted map[string]string) *world {
		w.unlifted = unlifted
		return w
	}
	grouped := func(w *world) *world {
		w.join("b@d118.org", "g1", "MEMBER")
		w.join("a@d118.org", "g1", "MANAGER")
		w.join("b@d118.org", "g2", "MEMBER")
		return w
	}
	for _, s := range []scenario{
		{
			name:    "an account that is as it should be needs nothing",
			desired: desired(staff(1, "a")), world: newWorld(google(1, "a")),
		}, {
			name:    "row 1: an org unit in other letter case is not a difference",
			desired: desired(staff(1, "a", in(strings.ToUpper(cottonCreek)))), world: newWorld(google(1, "a")),
		}, {
			name:    "row 1: a move takes the directory's own spelling of the org unit",
			desired: desired(staff(1, "a", in(strings.ToUpper(highSchool)))), world: newWorld(google(1, "a")),
			want: "move account/1 a@d118.org: orgUnitPath(/D118 Staff/Cotton Creek Staff>/D118 Staff/Wauconda High School Staff)",
		}, {
			name:    "row 3: names and addresses in other letter case are not a difference",
			desired: desired(staff(1, "A.Mc", named("MARY", "MCDONALD"))), world: newWorld(google(1, "a.mc", named("Mary", "McDonald"))),
		}, {
			name:    "row 9: two accounts with one DCID are a conflict and neither is touched",
			desired: desired(staff(1, "b", in(highSchool))), world: newWorld(google(1, "b"), google(1, "a", func(a *sketch) { a.google.GoogleID = "other" })),
			want: "conflict account/1 a@d118.org []: 2 accounts carry DCID 1: a@d118.org, b@d118.org; clear Synchronization_Data.DCID on all but the right one",
		}, {
			name:    "row 9: two accounts of an inactive person are a conflict too",
			desired: desired(staff(1, "b", inactive)), world: newWorld(google(1, "b"), google(1, "a", func(a *sketch) { a.google.GoogleID = "other" })),
			want: "conflict account/1 a@d118.org []: 2 accounts carry DCID 1: a@d118.org, b@d118.org; clear Synchronization_Data.DCID on all but the right one",
		}, {
			name:    "row 10: an account suspended in the suspended org unit is re-enabled and moved back",
			desired: desired(staff(1, "a")), world: newWorld(google(1, "a", suspendedThere)),
			want: "reactivate account/1 a@d118.org: suspended(true>false) orgUnitPath(/Suspended Accounts>/D118 Staff/Cotton Creek Staff)",
		}, {
			name:    "row 10: an account suspended elsewhere is a conflict that shows Google's reason",
			desired: desired(staff(1, "b", in(highSchool))),
			world:   newWorld(google(1, "a", suspended, reason("OTHER"))),
			want: "conflict account/1 a@d118.org []: active in PowerSchool, but the account is suspended in /D118 Staff/Cotton Creek Staff (Google's reason: OTHER), not in /Suspended Accounts;" +
				" re-enable it in the Admin console, or set reactivate: any",
		}, {
			name:    "row 10: what Google suspended for abuse is not tried, wherever the account is and whatever the policy",
			desired: rules(desired(staff(1, "a"), staff(2, "b")), any), world: newWorld(google(1, "a", suspended, reason("ABUSE")), google(2, "b", suspendedThere, reason("UNDER13"))),
			want: `conflict account/1 a@d118.org []: active in PowerSchool, but Google suspended the account (reason: ABUSE), which no administrator can lift; ask Google's support
				conflict account/2 b@d118.org []: active in PowerSchool, but Google suspended the account (reason: UNDER13), which no administrator can lift; ask Google's support`,
		}, {
			name:    "row 10: a suspension without a known reason is not an administrator's, even in the suspended org unit",
			desired: desired(staff(1, "a"), staff(2, "b")), world: newWorld(google(1, "a", suspendedThere, reason("")), google(2, "b", suspendedThere, reason("WEB_LOGIN_REQUIRED"))),
			want: `conflict account/1 a@d118.org []: active in PowerSchool, but the account was not suspended by an administrator (Google's reason: none); see in the Admin console why, and re-enable it there if it is right; reactivate: any tries it
				conflict account/2 b@d118.org []: active in PowerSchool, but the account was not suspended by an administrator (Google's reason: WEB_LOGIN_REQUIRED); see in the Admin console why, and re-enable it there if it is right; reactivate: any tries it`,
		}, {
			name:    "row 10: reactivate any tries a suspension without a known reason",
			desired: rules(desired(staff(1, "a")), any), world: newWorld(google(1, "a", suspended, reason(""))),
			want: "reactivate account/1 a@d118.org: suspended(true>false)",
		}, {
			name:    "row 10: what Google refused to lift before is a conflict, whatever the policy and the reason",
			desired: rules(desired(staff(1, "a"), staff(2, "b")), any),
			world:   refused(newWorld(google(1, "a", suspended, reason("")), google(2, "b", suspendedThere)), map[string]string{"g1": "", "g2": "ADMIN"}),
			want: `conflict account/1 a@d118.org []: active in PowerSchool, but the account is suspended (Google's reason: none), and when an earlier apply tried, Google let nobody lift that; ask Google's support; staffsync tries again when Google's reason is another one, or where it has no journal of that apply
				conflict account/2 b@d118.org []: active in PowerSchool, but the account is suspended (Google's reason: ADMIN), and when an earlier apply tried, Google let nobody lift that; ask Google's support; staffsync tries again when Google's reason is another one, or where it has no journal of that apply`,
		}, {
			name:    "row 10: another suspension than the one that Google refused to lift is tried, and one that was lifted is forgotten",
			desired: rules(desired(staff(1, "a"), staff(2, "b")), any),
			world:   refused(newWorld(google(1, "a", suspended), google(2, "b")), map[string]string{"g1": "", "g2": ""}),
			want:    "reactivate account/1 a@d118.org: suspended(true>false)",
		}, {
			name:    "an archived account of an active person is a conflict, suspended or not",
			desired: rules(desired(staff(1, "a"), staff(2, "b")), any), world: newWorld(google(1, "a", archived), google(2, "b", suspendedThere, archived)),
			want: `conflict account/1 a@d118.org []: active in PowerSchool, but the account is archived; unarchive it in the Admin console, which takes a licence
				conflict account/2 b@d118.org []: active in PowerSchool, but the account is archived; unarchive it in the Admin console, which takes a licence`,
		}, {
			name:    "a leaver's archived account has no access and is left alone, which is said once",
			desired: desired(staff(1, "a", inactive), staff(2, "b", inactive), staff(3, "c", inactive)),
			world:   newWorld(google(1, "a", archived), google(2, "b", archived), google(3, "c", archived, suspended)),
			want:    "warning spared : people have left whose accounts are archived, which gives nobody access; they are left alone: a@d118.org, b@d118.org",
		}, {
			name:    "a guest's account is left alone",
			desired: desired(staff(1, "a"), staff(2, "b", inactive)), world: newWorld(google(1, "a", guest), google(2, "b", guest)),
			want: `conflict account/1 a@d118.org []: active in PowerSchool, but the account that carries the DCID is a guest's; write the DCID into the person's own account, and clear it here
				warning spared b@d118.org: has no active school assignment, but the account is a guest's and is left alone`,
		}, {
			name:    "row 10: an org unit whose name only begins like the suspended one is another",
			desired: desired(staff(1, "a")), world: newWorld(google(1, "a", suspended, in("/Suspended Accounts Review"))),
			want: "conflict account/1 a@d118.org []: active in PowerSchool, but the account is suspended in /Suspended Accounts Review (Google's reason: ADMIN), not in /Suspended Accounts;" +
				" re-enable it in the Admin console, or set reactivate: any",
		}, {
			name:    "row 10: reactivate any re-enables whoever suspended it",
			desired: rules(desired(staff(1, "a")), any), world: newWorld(google(1, "a", suspended)),
			want: "reactivate account/1 a@d118.org: suspended(true>false)",
		}, {
			name:    "row 11: another address is a rename, and a changed name is updated on its own as well",
			desired: desired(staff(1, "b", named("New", "Family1")), staff(2, "c", named("Given2", "Married"))),
			world:   newWorld(google(1, "a"), google(2, "c")),
			want: `rename account/1 a@d118.org: primaryEmail(a@d118.org>b@d118.org) givenName(Given1>New)
				update account/2 c@d118.org: familyName(Family2>Married)`,
		}, {
			name:    "row 11: a rename that cannot be leaves the other changes in the plan",
			desired: desired(staff(1, "b", in(highSchool), named("New", "Name"))),
			world:   newWorld(google(1, "a", named("New", "Other")), unlinked("b")),
			want: `move account/1 a@d118.org: familyName(Other>Name) orgUnitPath(/D118 Staff/Cotton Creek Staff>/D118 Staff/Wauconda High School Staff)
				conflict account/1 a@d118.org [primaryEmail]: not renamed to b@d118.org: the address b@d118.org is taken by an account without DCID; give one of them another address`,
		}, {
			name: "row 12: frozen org units are whole segments anywhere in the path, in any letter case",
			desired: desired(
				staff(1, "a", in(highSchool)), staff(2, "b", in(highSchool)), staff(3, "c", in(highSchool)),
				staff(4, "d", in(highSchool)), staff(5, "e", in(highSchool)),
			),
			world: newWorld(
				google(1, "a", in("/Administrators")), google(2, "b", in("/D118 Staff/ADMINISTRATORS")), google(3, "c", in("/D118 Staff/Administrators/Principals")),
				google(4, "d", in("/Administrators Emeritus")), google(5, "e", in("/Former Administrators")),
			),
			want: `move account/4 d@d118.org: orgUnitPath(/Administrators Emeritus>/D118 Staff/Wauconda High School Staff)
				move account/5 e@d118.org: orgUnitPath(/Former Administrators>/D118 Staff/Wauconda High School Staff)`,
		}, {
			name:    "row 12: a frozen account is renamed, re-enabled and kept up to date all the same",
			desired: rules(desired(staff(1, "b", in(highSchool), named("New", "Family1"))), any), world: newWorld(google(1, "a", suspended, in("/Administrators"))),
			want: "reactivate account/1 a@d118.org: suspended(true>false) primaryEmail(a@d118.org>b@d118.org) givenName(Given1>New)",
		}, {
			name:    "row 12: an org unit that does not exist is a conflict on the move only",
			desired: desired(staff(1, "a", in("/Nowhere"), named("New", "Family1"))), world: newWorld(google(1, "a")),
			want: `update account/1 a@d118.org: givenName(Given1>New)
				conflict account/1 a@d118.org [orgUnitPath]: the directory has no org unit /Nowhere; create the org unit, or correct the rule or the building's name`,
		}, {
			name: "row 13: only what differs changes, and absent equals empty",
			desired: rules(desired(
				staff(1, "a", attribute("S.Number", "131"), attribute("S.Text", ""), externalID("organization", "77")),
				staff(2, "b", attribute("S.Number", "131"), attribute("S.Text", "x"), externalID("organization", "77")),
			), fields),
			world: typed(newWorld(
				google(1, "a", attribute("S.Number", "131"), externalID("organization", "77")),
				google(2, "b", attribute("S.Number", "134"), attribute("S.Text", "x"), attribute("Other.Field", "kept"), externalID("organization", "78")),
			)),
			want: "update account/2 b@d118.org: S.Number(134>131) externalIds.organization(78>77)",
		}, {
			name: "row 14: no value clears the field, and only where there is one",
			desired: rules(desired(
				staff(1, "a", attribute("S.Number", ""), attribute("S.Text", "")),
				staff(2, "b"),
			), fields),
			world: typed(newWorld(
				google(1, "a", attribute("S.Number", "131"), attribute("S.Text", "x"), externalID("organization", "77")), google(2, "b", attribute("S.Text", "")),
			)),
			want: "update account/1 a@d118.org: S.Number(131>) S.Text(x>) externalIds.organization(77>)",
		}, {
			name:    "row 14: a value that does not fit is a conflict on that field only",
			desired: rules(desired(staff(1, "a", attribute("S.Number", "12B"), attribute("S.Text", "x"))), fields),
			world:   typed(newWorld(google(1, "a", attribute("S.Number", "12")))),
			want: `update account/1 a@d118.org: S.Text(>x)
				conflict account/1 a@d118.org [S.Number]: S.Number holds a whole number, and "12B" is not one; correct the value in PowerSchool, or the attribute's type`,
		}, {
			name:    "row 16 and 17: an inactive person's account is suspended, leaves all its groups and is moved",
			desired: desired(staff(1, "elsewhere", inactive), staff(2, "x")), world: grouped(newWorld(google(1, "a"), google(2, "x"))),
			want: "suspend account/1 a@d118.org: suspended(false>true) orgUnitPath(/D118 Staff/Cotton Creek Staff>/Suspended Accounts) leave(a@d118.org MANAGER) leave(b@d118.org MEMBER)",
		}, {
			name:    "row 17: no group is left when the config says so, nor asked about",
			desired: rules(desired(staff(1, "a", inactive)), func(r *plan.Rules) { r.LeaveGroups = false }), world: grouped(newWorld(google(1, "a"))),
			want: "suspend account/1 a@d118.org: suspended(false>true) orgUnitPath(/D118 Staff/Cotton Creek Staff>/Suspended Accounts)",
		}, {
			name:    "row 17: a group that cannot be left is named, and the suspension goes on without it",
			desired: rules(desired(staff(1, "a", inactive)), func(r *plan.Rules) { r.CannotLeave = []string{"B@d118.org"} }), world: grouped(newWorld(google(1, "a"))),
			want: "suspend account/1 a@d118.org: suspended(false>true) orgUnitPath(/D118 Staff/Cotton Creek Staff>/Suspended Accounts) leave(a@d118.org MANAGER) stay(b@d118.org MEMBER)",
		}, {
			name:    "row 16: an inactive person's account is moved out of a frozen org unit",
			desired: desired(staff(1, "a", inactive)), world: newWorld(google(1, "a", in("/Administrators"))),
			want: "suspend account/1 a@d118.org: suspended(false>true) orgUnitPath(/Administrators>/Suspended Accounts)",
		}, {
			name:    "row 16: an inactive person's account that is suspended and in place needs nothing, memberships included",
			desired: desired(staff(1, "a", inactive)), world: grouped(newWorld(google(1, "a", suspendedThere, in("/SUSPENDED accounts")))),
		}, {
			name:    "row 17: a suspension that stopped before the groups is looked at again",
			desired: desired(staff(1, "a", inactive)), world: grouped(newWorld(google(1, "a", suspended))),
			want: "move account/1 a@d118.org: orgUnitPath(/D118 Staff/Cotton Creek Staff>/Suspended Accounts) leave(a@d118.org MANAGER) leave(b@d118.org MEMBER)",
		}, {
			name:    "row 17: an account moved by hand but not suspended is suspended",
			desired: desired(staff(1, "a", inactive)), world: newWorld(google(1, "a", in(suspendedOU))),
			want: "suspend account/1 a@d118.org: suspended(false>true)",
		}, {
			name: "row 16: temporary re-activation spares the account, with a warning while it works",
			desired: desired(
				staff(1, "a", inactive), staff(2, "b", inactive), staff(3, "c", inactive),
			),
			world: newWorld(
				google(1, "a", in("/Temporary Re-Activations")), google(2, "b", in("/X/temporary re-activations/Y")),
				google(3, "c", suspended, in("/Temporary Re-Activations")),
			),
			want: `warning spared a@d118.org: has no active school assignment, but the account is left alone in /Temporary Re-Activations
				warning spared b@d118.org: has no active school assignment, but the account is left alone in /X/temporary re-activations/Y`,
		}, {
			name:    "row 16: without its org unit the suspension still takes place",
			desired: rules(desired(staff(1, "a", inactive)), func(r *plan.Rules) { r.SuspendedOrgUnit = "/Gone" }), world: newWorld(google(1, "a")),
			want: `suspend account/1 a@d118.org: suspended(false>true)
				conflict account/1 a@d118.org [orgUnitPath]: the directory has no org unit /Gone; create the org unit, or correct orgUnits.suspended`,
		}, {
			name:    "row 16: of an inactive person nothing else is changed",
			desired: rules(desired(staff(1, "b", inactive, named("New", "Family1"), attribute("S.Text", "x"))), fields), world: typed(newWorld(google(1, "a"))),
			want: "suspend account/1 a@d118.org: suspended(false>true) orgUnitPath(/D118 Staff/Cotton Creek Staff>/Suspended Accounts)",
		}, {
			name:    "row 18: inactive and no account is no action, conflict or warning",
			desired: desired(staff(1, "a", inactive)), world: newWorld(unlinked("a")),
		}, {
			name:    "row 22: accounts whose DCID PowerSchool does not know are warnings",
			desired: desired(staff(1, "a")), world: newWorld(google(1, "a"), google(9, "z"), google(8, "y", suspended)),
			want: `warning orphan y@d118.org: PowerSchool has nobody with DCID 8; the account is left alone
				warning orphan z@d118.org: PowerSchool has nobody with DCID 9; the account is left alone`,
		}, {
			name:    "row 23: an inactive administrator is a conflict on the account",
			desired: desired(staff(1, "a", inactive), staff(2, "b", inactive), staff(3, "c", inactive)),
			world: newWorld(
				google(1, "a", admin(plan.SuperAdmin)), google(2, "b", admin(plan.DelegatedAdmin)), google(3, "c", admin(plan.SuperAdmin), suspended),
			),
			want: `conflict account/1 a@d118.org []: no active school assignment in PowerSchool, but the account is a super administrator and is not suspended; do it in the Admin console if it is right
				conflict account/2 b@d118.org []: no active school assignment in PowerSchool, but the account is a delegated administrator and is not suspended; do it in the Admin console if it is right
				conflict account/3 c@d118.org []: no active school assignment in PowerSchool, but the account is a super administrator and is not moved to /Suspended Accounts; do it in the Admin console if it is right`,
		}, {
			name:    "row 23: of an active administrator only the move and the rename are conflicts",
			desired: desired(staff(1, "b", in(highSchool), named("New", "Family1"))), world: newWorld(google(1, "a", admin(plan.DelegatedAdmin))),
			want: `update account/1 a@d118.org: givenName(Given1>New)
				conflict account/1 a@d118.org [primaryEmail]: the account is a delegated administrator and is not renamed to b@d118.org; do it in the Admin console if it is right
				conflict account/1 a@d118.org [orgUnitPath]: the account is a delegated administrator and is not moved to /D118 Staff/Wauconda High School Staff; do it in the Admin console if it is right`,
		},
	} {
		s.run(t)
	}
}

func TestTheAccountStaffsyncSignsInAsIsNeverSuspendedMovedOrRenamed(t *testing.T) {
	for _, s := range []struct {
		name    string
		subject string
	}{
		{"by its primary address in any letter case", "A@D118.org"},
		{"by an alias", "robot@d118.org"},
	} {
		w := newWorld(google(1, "a", aliases("robot")))
		w.subject = s.subject
		scenario{
			name: "inactive, " + s.name, world: w, desired: desired(staff(1, "a", inactive)),
			want: "conflict account/1 a@d118.org []: no active school assignment in PowerSchool, but the account is the account that staffsync signs in as and is not suspended; do it in the Admin console if it is right",
		}.run(t)
		scenario{
			name: "active, " + s.name, world: w, desired: desired(staff(1, "b", in(highSchool))),
			want: `conflict account/1 a@d118.org [primaryEmail]: the account is the account that staffsync signs in as and is not renamed to b@d118.org; do it in the Admin console if it is right
				conflict account/1 a@d118.org [orgUnitPath]: the account is the account that staffsync signs in as and is not moved to /D118 Staff/Wauconda High School Staff; do it in the Admin console if it is right`,
		}.run(t)
	}
}

func TestDifferentPerson(t *testing.T) {
	other := named("Other", "Person")
	for _, s := range []scenario{
		{
			name: "address and both names differ: the whole account is left alone", desired: desired(staff(1, "b", in(highSchool))), world: newWorld(google(1, "a", other)),
			want: "conflict account/1 a@d118.org []: a different person? The account is a@d118.org, Other Person; PowerSchool has b@d118.org, Given1 Family1; correct the DCID on the account, or the name or the address on one side",
		}, {
			name: "an inactive person's is not suspended either", desired: desired(staff(1, "b", inactive)), world: newWorld(google(1, "a", other)),
			want: "conflict account/1 a@d118.org []: a different person? The account is a@d118.org, Other Person; PowerSchool has b@d118.org, Given1 Family1; correct the DCID on the account, or the name or the address on one side",
		}, {
			name: "one name in common is enough", desired: desired(staff(1, "b")), world: newWorld(google(1, "a", named("GIVEN1", "Maiden"))),
			want: "rename account/1 a@d118.org: primaryEmail(a@d118.org>b@d118.org) familyName(Maiden>Family1)",
		}, {
			name: "the address among the aliases is enough", desired: desired(staff(1, "b")), world: newWorld(google(1, "a", other, aliases("b"))),
			want: "rename account/1 a@d118.org: primaryEmail(a@d118.org>b@d118.org) givenName(Other>Given1) familyName(Person>Family1)",
		}, {
			name: "an account at its temporary address is a rename in progress, not a different person", desired: desired(staff(1, "b")), world: newWorld(google(1, "staffsync-1", other)),
			want: "rename account/1 staffsync-1@d118.org: primaryEmail(staffsync-1@d118.org>b@d118.org) givenName(Other>Given1) familyName(Person>Family1) release(staffsync-1@d118.org)",
		}, {
			name: "at somebody else's temporary address it is a different person", desired: desired(staff(1, "b", inactive)), world: newWorld(google(1, "staffsync-2", other)),
			want: "conflict account/1 staffsync-2@d118.org []: a different person? The account is staffsync-2@d118.org, Other Person; PowerSchool has b@d118.org, Given1 Family1; correct the DCID on the account, or the name or the address on one side",
		},
	} {
		s.run(t)
	}
}

func TestCreate(t *testing.T) {
	grouped := newWorld()
	grouped.join("a@d118.org", "g9", "MEMBER")
	attributes := newWorld()
	attributes.attributes = append(attributes.attributes, plan.Attribute{Name: "S.Number", Type: plan.TypeInt64}, plan.Attribute{Name: "S.Text", Type: plan.TypeString})
	for _, s := range []scenario{
		{
			name: "row 15: with name, address, org unit in the directory's spelling, DCID, attributes, external id and change at next login",
			desired: rules(desired(staff(1, "a", in("/d118 staff/cotton creek staff"), attribute("S.Number", "7"), attribute("S.Text", ""), externalID("organization", "007"))), func(r *plan.Rules) {
				r.ChangePasswordAtNextLogin, r.Attributes, r.ExternalIDs = true, []string{"S.Text", "S.Number"}, []string{"organization"}
			}),
			world: attributes,
			want: "create account/1 a@d118.org: primaryEmail(>a@d118.org) givenName(>Given1) familyName(>Family1) orgUnitPath(>/D118 Staff/Cotton Creek Staff)" +
				" changePasswordAtNextLogin(>true) S.Number(>7) Synchronization_Data.DCID(>1) externalIds.organization(>007)",
		}, {
			name:    "row 14: a value that does not fit leaves the account to be created without it",
			desired: rules(desired(staff(1, "a", attribute("S.Number", "x"))), func(r *plan.Rules) { r.Attributes = []string{"S.Number"} }), world: attributes,
			want: `create account/1 a@d118.org: primaryEmail(>a@d118.org) givenName(>Given1) familyName(>Family1) orgUnitPath(>/D118 Staff/Cotton Creek Staff) Synchronization_Data.DCID(>1)
				conflict account/1 a@d118.org [S.Number]: S.Number holds a whole number, and "x" is not one; correct the value in PowerSchool, or the attribute's type`,
		}, {
			name: "row 15: without a first or last name it is a conflict", desired: desired(staff(1, "a", named("", "X")), staff(2, "b", named("X", ""))), world: newWorld(),
			want: `conflict account/1 a@d118.org []: PowerSchool has no first or no last name, and an account needs both; enter the name in PowerSchool
				conflict account/2 b@d118.org []: PowerSchool has no first or no last name, and an account needs both; enter the name in PowerSchool`,
		}, {
			name: "a name longer than Google takes is a conflict", desired: desired(staff(1, "a", named(strings.Repeat("é", 61), "X")), staff(2, "b", named("X", strings.Repeat("é", 60)))), world: newWorld(),
			want: "create account/2 b@d118.org: primaryEmail(>b@d118.org) givenName(>X) familyName(>" + strings.Repeat("é", 60) + ") orgUnitPath(>/D118 Staff/Cotton Creek Staff) Synchronization_Data.DCID(>2)\n" +
				"conflict account/1 a@d118.org []: Google takes at most 60 characters for a first or last name; shorten the name in PowerSchool",
		}, {
			name: "an org unit that does not exist is a conflict on the person", desired: desired(staff(1, "a", in("/Nowhere"))), world: newWorld(),
			want: "conflict account/1 a@d118.org []: the directory has no org unit /Nowhere; create the org unit, or correct the rule or the building's name",
		}, {
			name: "row 15: the address of an account without DCID offers to adopt it", desired: desired(staff(1, "a")), world: newWorld(unlinked("a", named("Jane", "Doe"))),
			want: "conflict account/1 a@d118.org []: the address a@d118.org is taken by an account without DCID, Jane Doe; if it is this person's, link it with staffsync adopt, or write the person's DCID into its Synchronization_Data.DCID; otherwise give one of them another address",
		}, {
			name: "row 15: the address of an alias names the account", desired: desired(staff(1, "a"), staff(2, "b"), staff(3, "x")),
			world: newWorld(unlinked("z", aliases("a")), google(2, "c", aliases("b", "x"))),
			want: `rename account/2 c@d118.org: primaryEmail(c@d118.org>b@d118.org)
				conflict account/1 a@d118.org []: the address a@d118.org is an alias of z@d118.org, an account without DCID; remove the alias in the Admin console, or give one of them another address
				conflict account/3 x@d118.org []: the address x@d118.org is an alias of c@d118.org, the account of Person 2 (DCID 2); remove the alias in the Admin console, or give one of them another address`,
		}, {
			name: "row 15: the address of a group names the group", desired: desired(staff(1, "a")), world: grouped,
			want: "conflict account/1 a@d118.org []: the address a@d118.org belongs to the group a@d118.org; give one of them another address",
		}, {
			name:    "the address of a leaver is a conflict that names them, and they are suspended",
			desired: desired(staff(1, "a"), staff(2, "elsewhere", inactive)), world: newWorld(google(2, "a")),
			want: `suspend account/2 a@d118.org: suspended(false>true) orgUnitPath(/D118 Staff/Cotton Creek Staff>/Suspended Accounts)
				conflict account/1 a@d118.org []: the address a@d118.org is taken by the account of Person 2 (DCID 2); give one of them another address`,
		}, {
			name:    "the address of an orphan is a conflict that names its DCID",
			desired: desired(staff(1, "a")), world: newWorld(google(9, "a")),
			want: `conflict account/1 a@d118.org []: the address a@d118.org is taken by the account of DCID 9; give one of them another address
				warning orphan a@d118.org: PowerSchool has nobody with DCID 9; the account is left alone`,
		}, {
			name: "an address outside the domain is a conflict, for a new account and for a rename",
			desired: desired(
				staff(1, "a", func(a *sketch) { a.Address = "a@gmail.com" }),
				staff(2, "b", func(a *sketch) { a.Address = "b@sub.d118.org" }),
				staff(3, "c", func(a *sketch) { a.Address = "nonsense" }),
			), world: newWorld(google(2, "b")),
			want: `conflict account/1 a@gmail.com []: the address a@gmail.com is outside the domain d118.org; if it is right, add its domain to domains in the config; otherwise correct it in PowerSchool
				conflict account/2 b@d118.org [primaryEmail]: not renamed to b@sub.d118.org: the address b@sub.d118.org is outside the domain d118.org; if it is right, add its domain to domains in the config; otherwise correct it in PowerSchool
				conflict account/3 nonsense []: the address nonsense is outside the domain d118.org; if it is right, add its domain to domains in the config; otherwise correct it in PowerSchool`,
		},
	} {
		s.run(t)
	}
}

func TestStaffWhoShareAnAddress(t *testing.T) {
	shared := "PowerSchool gives the address a@d118.org to several staff: Person 1 (DCID 1) and Person 2 (DCID 2); correct the address in PowerSchool; if it is one person, correct the DCID on the account"
	for _, s := range []scenario{
		{
			name: "two active staff: neither is touched", desired: desired(staff(1, "a", in(highSchool)), staff(2, "A")), world: newWorld(google(1, "a")),
			want: "conflict account/1 a@d118.org []: " + shared + "\nconflict account/2 A@d118.org []: " + shared,
		}, {
			name:    "an inactive one whose account the active one would need: likely one person, neither is touched",
			desired: desired(staff(1, "a"), staff(2, "a", inactive)), world: newWorld(google(2, "a")),
			want: "conflict account/1 a@d118.org []: " + shared + "\nconflict account/2 a@d118.org []: " + shared,
		}, {
			name:    "an inactive one whose account is suspended already: a conflict on the active one only",
			desired: desired(staff(1, "a"), staff(2, "a", inactive)), world: newWorld(google(2, "a", suspendedThere)),
			want: "conflict account/1 a@d118.org []: " + shared,
		}, {
			name:    "an inactive one with an account of another address is in nobody's way",
			desired: desired(staff(1, "a"), staff(2, "a", inactive)), world: newWorld(google(2, "b")),
			want: `create account/1 a@d118.org: primaryEmail(>a@d118.org) givenName(>Given1) familyName(>Family1) orgUnitPath(>/D118 Staff/Cotton Creek Staff) Synchronization_Data.DCID(>1)
				suspend account/2 b@d118.org: suspended(false>true) orgUnitPath(/D118 Staff/Cotton Creek Staff>/Suspended Accounts)`,
		}, {
			name:    "the active one has the account already: the inactive row of the same address is in nobody's way",
			desired: desired(staff(1, "a", in(highSchool)), staff(2, "a", inactive)), world: newWorld(google(1, "a"), google(2, "b", suspendedThere)),
			want: "move account/1 a@d118.org: orgUnitPath(/D118 Staff/Cotton Creek Staff>/D118 Staff/Wauconda High School Staff)",
		}, {
			name: "two inactive staff are both suspended", desired: desired(staff(1, "a", inactive), staff(2, "a", inactive)), world: newWorld(google(1, "a"), google(2, "b")),
			want: `suspend account/1 a@d118.org: suspended(false>true) orgUnitPath(/D118 Staff/Cotton Creek Staff>/Suspended Accounts)
				suspend account/2 b@d118.org: suspended(false>true) orgUnitPath(/D118 Staff/Cotton Creek Staff>/Suspended Accounts)`,
		},
	} {
		s.run(t)
	}
}
