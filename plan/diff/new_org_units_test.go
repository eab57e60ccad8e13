package diff_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
)

// creating returns the state with org units that may be created: the listed ones,
// or all of them.
func creating(state plan.Desired, only ...string) plan.Desired {
	return rules(state, func(r *plan.Rules) { r.CreateOrgUnits, r.CreateOnly = true, only })
}

// by is the rule that gives the org unit.
func by(rule string) func(*sketch) {
	return func(a *sketch) { a.Origins = map[string]string{plan.FieldOrgUnitPath: rule} }
}

// at is the building.
func at(building string) func(*sketch) { return func(a *sketch) { a.Staff.Building = building } }

func newAccount(dcid int64, name, orgUnit string) string {
	return fmt.Sprintf("create account/%[1]d %[2]s@d118.org: primaryEmail(>%[2]s@d118.org) givenName(>Given%[1]d) familyName(>Family%[1]d) orgUnitPath(>%[3]s) Synchronization_Data.DCID(>%[1]d) after(orgUnit%[3]s)\n",
		dcid, name, orgUnit)
}

func TestNewOrgUnits(t *testing.T) {
	const annex = "/D118 Staff/Annex Staff"
	const createAnnex = "createOrgUnit orgUnit" + annex + " " + annex + ": name(>Annex Staff) parentOrgUnitPath(>/D118 Staff)\n"
	alone := func(orgUnit string, changes ...func(*sketch)) plan.Desired {
		return creating(desired(staff(1, "a", append(changes, in(orgUnit))...)))
	}
	conflict := func(problem, remedy string) string {
		return "conflict account/1 a@d118.org []: " + problem + "; " + remedy
	}
	for _, s := range []scenario{
		{
			"a move and a new account wait for their org unit",
			creating(desired(staff(1, "a", in(annex)), staff(2, "b", in(annex)), staff(3, "c"))),
			newWorld(google(1, "a"), google(3, "c")),
			createAnnex + "move account/1 a@d118.org: orgUnitPath(" + cottonCreek + ">" + annex + ") after(orgUnit" + annex + ")\n" + newAccount(2, "b", annex),
		},
		{
			"which waits for the one above it, in the directory's spelling",
			alone("/d118staff/North/Annex"), newWorld(),
			"createOrgUnit orgUnit/D118 Staff/North /D118 Staff/North: name(>North) parentOrgUnitPath(>/D118 Staff)\n" +
				"createOrgUnit orgUnit/D118 Staff/North/Annex /D118 Staff/North/Annex: name(>Annex) parentOrgUnitPath(>/D118 Staff/North) after(orgUnit/D118 Staff/North)\n" +
				newAccount(1, "a", "/D118 Staff/North/Annex"),
		},
		{
			"two spellings are one org unit",
			creating(desired(staff(1, "a", in("/West Wing")), staff(2, "b", in("/WEST  WING")))), newWorld(),
			"createOrgUnit orgUnit/WEST  WING /WEST  WING: name(>WEST  WING) parentOrgUnitPath(>/)\n" + newAccount(1, "a", "/WEST  WING") + newAccount(2, "b", "/WEST  WING"),
		},
		{
			"one spelling apart from letter case and blanks is there already",
			alone("/d118 STAFF/cottoncreek  staff"), newWorld(),
			strings.Replace(newAccount(1, "a", cottonCreek), " after(orgUnit"+cottonCreek+")", "", 1),
		},
		{
			"almost the name of another",
			alone("/D118 Staff/Coton Creek Staff"), newWorld(),
			conflict("the directory has no org unit /D118 Staff/Coton Creek Staff; is it /D118 Staff/Cotton Creek Staff?",
				"correct the rule or the building's name if it is; else create the org unit in the Admin console"),
		},
		{
			"almost the name of another, above",
			alone("/D118 Staf/Annex"), newWorld(),
			conflict("the directory has no org unit /D118 Staf; is it /D118 Staff?",
				"correct the rule or the building's name if it is; else create the org unit in the Admin console"),
		},
		{
			"not on the list", creating(desired(staff(1, "a", in(annex))), "/D118 Staff/Other"), newWorld(),
			conflict("the directory has no org unit "+annex+", and orgUnits.create does not list it", "create the org unit, list it, or correct the rule or the building's name"),
		},
		{
			"on the list, and the one above not", creating(desired(staff(1, "a", in("/North/Annex"))), "/North/Annex"), newWorld(),
			conflict("the directory has no org unit /North, and orgUnits.create does not list it", "create the org unit, list it, or correct the rule or the building's name"),
		},
		{
			"on the list", creating(desired(staff(1, "a", in(annex))), strings.ToUpper(annex)), newWorld(),
			createAnnex + newAccount(1, "a", annex),
		},
		{
			"too deep", alone(strings.Repeat("/x", 36)), newWorld(),
			conflict("the directory has no org unit "+strings.Repeat("/x", 36)+", and Google takes at most 35 levels, not 36", "correct the rule or the building's name"),
		},
		{
			"a building's name with a slash", alone("/D118 Staff/Pre-K/Kindergarten Staff", at("Pre-K/Kindergarten")), newWorld(),
			conflict("the directory has no org unit /D118 Staff/Pre-K/Kindergarten Staff, and the name of the building Pre-K/Kindergarten has a /, which no org unit's name can have",
				"have the rule give another name for the building, or create the org units in the Admin console"),
		},
		{
			"renamed", creating(desired(staff(1, "a", in(annex)), staff(2, "b", in(annex)), staff(3, "c", in(annex)), staff(4, "d", in(annex)), staff(5, "e"))),
			newWorld(google(1, "a"), google(2, "b"), google(3, "c"), google(5, "e")),
			renamedConflicts(annex, cottonCreek, "3 of the 4 people who would be in it come", 1, 2, 3) +
				"conflict account/4 d@d118.org []: the directory has no org unit " + annex + ", and 3 of the 4 people who would be in it come from " + cottonCreek + ": renamed? Its policies would not come along; rename the org unit " + cottonCreek + " in the Admin console; if it was not renamed, create the new one there",
		},
		{
			"most of those who would be there come from one that keeps most", creating(desired(staff(1, "a", in(annex)), staff(2, "b"), staff(3, "c"))),
			newWorld(google(1, "a"), google(2, "b"), google(3, "c")),
			createAnnex + "move account/1 a@d118.org: orgUnitPath(" + cottonCreek + ">" + annex + ") after(orgUnit" + annex + ")\n",
		},
		{
			"an org unit below the one where all are is no new name of it", creating(desired(staff(1, "a", in(annex)))),
			newWorld(google(1, "a", in("/D118 Staff"))),
			createAnnex + "move account/1 a@d118.org: orgUnitPath(/D118 Staff>" + annex + ") after(orgUnit" + annex + ")\n",
		},
		{
			"who begins comes from the waiting org unit, which is not the new one's old name",
			rules(creating(desired(staff(1, "a", in(annex)))), func(r *plan.Rules) { r.WaitingOrgUnit = highSchool }),
			newWorld(google(1, "a", in(highSchool))),
			createAnnex + "move account/1 a@d118.org: orgUnitPath(" + highSchool + ">" + annex + ") after(orgUnit" + annex + ")\n",
		},
		{
			"the waiting org unit",
			rules(creating(desired(staff(1, "a", func(a *sketch) { a.Joining = &plan.Joining{WaitsUntil: "2026-08-20"} }))), func(r *plan.Rules) { r.WaitingOrgUnit = "/waiting" }), newWorld(),
			"createOrgUnit orgUnit/waiting /waiting: name(>waiting) parentOrgUnitPath(>/)\n" + newAccount(1, "a", "/waiting"),
		},
		{
			"the org unit of suspended accounts",
			rules(creating(desired(staff(1, "a", inactive), staff(2, "b"), staff(3, "c"))), func(r *plan.Rules) { r.SuspendedOrgUnit = "/Left" }),
			newWorld(google(1, "a"), google(2, "b"), google(3, "c")),
			"createOrgUnit orgUnit/Left /Left: name(>Left) parentOrgUnitPath(>/)\n" +
				"suspend account/1 a@d118.org: suspended(false>true) orgUnitPath(" + cottonCreek + ">/Left) after(orgUnit/Left)",
		},
		{
			"it was renamed", rules(creating(desired(staff(1, "a", inactive))), func(r *plan.Rules) { r.SuspendedOrgUnit = "/Left" }),
			newWorld(google(1, "a", suspendedThere)),
			renamedConflicts("/Left", suspendedOU, "the one person who would be in it comes", 1),
		},
		{
			"nobody is in it, because the address is taken", alone(annex), withMembers(nil, map[string]string{"a@d118.org": ""}),
			"conflict account/1 a@d118.org []: the address a@d118.org belongs to the group a@d118.org; give one of them another address",
		},
	} {
		s.run(t)
	}
}

func renamedConflicts(path, old, come string, dcids ...int64) string {
	var all strings.Builder
	for _, dcid := range dcids {
		fmt.Fprintf(&all, "conflict account/%d %c@d118.org [orgUnitPath]: the directory has no org unit %s, and %s from %s: renamed? Its policies would not come along; rename the org unit %s in the Admin console; if it was not renamed, create the new one there\n",
			dcid, 'a'+rune(dcid)-1, path, come, old, old)
	}
	return all.String()
}

func TestNewOrgUnitsCountUnderTheirLimit(t *testing.T) {
	want := creating(desired(staff(1, "a", in("/X/Y"), by("orgUnits.active[1]")), staff(2, "b", in("/X"), by("orgUnits.active[0]"))))
	limits := plan.Limits{plan.LimitCreateOrgUnits: plan.AtMost(1)}
	made, err := diff.Complete(t.Context(), want, new(newWorld().state()), limits, newWorld())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := made.Limits[plan.LimitCreateOrgUnits], (plan.LimitCheck{Limit: plan.AtMost(1), Count: 2, Base: 7, Allowed: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if len(made.Blocked) != 1 || made.Summary.CreateOrgUnits != 2 || made.Summary.Create != 2 || made.Summary.Update != 0 {
		t.Errorf("%v %+v", made.Blocked, made.Summary)
	}
	if got, want := made.Actions[0].Reason, "the directory has no such org unit, in or below which 2 people would be by orgUnits.active[0] and orgUnits.active[1]"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	left := plan.LeaveOut(made.Actions, plan.HeldBack(made.Actions, []plan.LimitName{plan.LimitCreateOrgUnits}))
	for i := range left {
		if !left[i].Empty() {
			t.Errorf("left of %s: %+v", left[i].Planned.ID, left[i].Action)
		}
	}
	part, err := diff.Complete(t.Context(), want, new(newWorld().state()), nil, newWorld(), "a@d118.org")
	if err != nil || len(part.Actions) != 3 || len(part.Actions[2].After) != 1 {
		t.Errorf("%v\n%s", err, brief(part))
	}
}

func TestNewOrgUnitsLaterOn(t *testing.T) {
	const annex = "/D118 Staff/Annex"
	then := creating(desired(staff(1, "a", in(annex)), staff(2, "b"), staff(3, "c"), staff(4, "d", in(annex))))
	begun := func() *world { return newWorld(google(1, "a"), google(2, "b"), google(3, "c")) }
	made := begun().plan(t, then).Actions
	if len(made) != 3 {
		t.Fatalf("planned %+v", made)
	}
	for name, test := range map[string]struct {
		now      plan.Desired
		there    bool // the org unit
		outdated []plan.Omission
		says     string // what is objected to a file with these actions
	}{
		"as it was": {now: then},
		"half done": {now: then, there: true},
		"one is not": {creating(desired(staff(1, "a"), staff(2, "b"), staff(3, "c"), staff(4, "d", in(annex)))), false,
			[]plan.Omission{{ID: "account/1", Reason: "a plan made now would not do this"}},
			"account/1 is not in a plan made now\n"},
		"nobody is to be there": {creating(desired(staff(1, "a"), staff(2, "b"), staff(3, "c"), staff(4, "d"))), false,
			[]plan.Omission{
				{ID: "orgUnit/D118 Staff/Annex", Reason: "a plan made now would not do this"},
				{ID: "account/1", Reason: "a plan made now would not do this"},
				{ID: "account/4", Reason: `a plan made now gives it "/D118 Staff/Cotton Creek Staff"`},
			},
			"orgUnit/D118 Staff/Annex is not in a plan made now\naccount/1 is not in a plan made now\n" +
				`account/4 is not what a plan made now does: orgUnitPath "" → "/D118 Staff/Annex" in the file, "" → "/D118 Staff/Cotton Creek Staff" now; after "orgUnit/D118 Staff/Annex" in the file, "" now` + "\n"},
		"they may not be created": {rules(then, func(r *plan.Rules) { r.CreateOrgUnits = false }), false,
			[]plan.Omission{
				{ID: "orgUnit/D118 Staff/Annex", Reason: "a plan made now would not do this"},
				{ID: "account/1", Reason: "a plan made now has the conflict no-org-unit: the directory has no org unit /D118 Staff/Annex"},
				{ID: "account/4", Reason: "a plan made now has the conflict no-org-unit: the directory has no org unit /D118 Staff/Annex"},
			},
			"orgUnit/D118 Staff/Annex is not in a plan made now\n" +
				"account/1 is not in a plan made now, which has the conflict: the directory has no org unit /D118 Staff/Annex\n" +
				"account/4 is not in a plan made now, which has the conflict: the directory has no org unit /D118 Staff/Annex\n"},
	} {
		w := begun()
		if test.there {
			w.orgUnits = append(w.orgUnits, annex)
		}
		omissions, _ := w.outdated(t, made, test.now)
		if difference := cmp.Diff(test.outdated, omissions); difference != "" {
			t.Errorf("%s: outdated (-want +got):\n%s", name, difference)
		}
		if got := w.confirm(t, test.now, made); got != test.says {
			t.Errorf("%s: got\n%swant\n%s", name, got, test.says)
		}
	}
}

func TestNewOrgUnitsConvergeInOneApply(t *testing.T) {
	seen := make(seen)
	rapid.Check(t, func(t *rapid.T) {
		want, w := district(t)
		places := []string{"/New/East", "/New/West", "/new/WEST", "/D118Staff/Annex", "/D118 Staff/Coton Creek Staff", "/D118 Staff/Wauconda/High"}
		for i := range want.Accounts {
			if rapid.Bool().Draw(t, "new place") && want.Accounts[i].Active {
				want.Accounts[i].OrgUnitPath = rapid.SampledFrom(places).Draw(t, "place")
			}
		}
		want = creating(want)
		made := w.plan(t, want)
		for i := range made.Actions {
			seen[string(made.Actions[i].Kind)]++
		}
		for _, conflict := range made.Conflicts {
			seen[string(conflict.Kind)]++
		}
		if _, err := w.apply(made, 1000, rapid.Bool().Draw(t, "backwards")); err != nil {
			t.Fatalf("%v\n%s", err, brief(made))
		}
		if again := w.plan(t, want); len(again.Actions) > 0 {
			t.Fatalf("applied\n%sleaves\n%s", brief(made), brief(again))
		}
	})
	seen.check(t, "createOrgUnit", "create", "move", "similar-org-unit", "renamed-org-unit")
}
