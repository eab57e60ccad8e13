package diff_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
)

// candidates are the ones that the person may be given, in the domain: by the rules
// newAccounts.address[0] and so on.
func candidates(names ...string) func(*sketch) {
	return func(a *sketch) {
		a.Address, a.Candidates = "", nil
		for i, name := range names {
			a.Candidates = append(a.Candidates, plan.Candidate{Rule: fmt.Sprintf("newAccounts.address[%d]", i), Address: name + "@" + testDomain})
		}
	}
}

func unaddressed(a *sketch) { a.Address = "" }

// giving has the policy give addresses.
func giving(state plan.Desired) plan.Desired {
	return rules(state, func(r *plan.Rules) { r.GivesAddresses, r.ReservedNames = true, []string{"admin", "root"} })
}

func following(state plan.Desired) plan.Desired {
	return rules(giving(state), func(r *plan.Rules) { r.FollowName = true })
}

// passedOver writes who has the addresses that the plan passes over.
func passedOver(p plan.Plan) []string {
	var words []string
	for i := range p.Actions {
		for _, passed := range p.Actions[i].PassedOver {
			words = append(words, fmt.Sprintf("%s: %s by %s", p.Actions[i].ID, passed.Address, passed.By))
		}
	}
	return words
}

// telling answers as the world does, apart from what it is told of some addresses.
type telling struct {
	*world
	holders map[string]plan.Holder
}

func (t telling) Answer(ctx context.Context, questions plan.Questions) (plan.Answers, error) {
	answers, err := t.world.Answer(ctx, questions)
	for _, address := range questions.Addresses {
		if holder, told := t.holders[address]; told {
			answers.Holders[address] = holder
		}
	}
	return answers, err
}

// created is the beginning of the creation of the person's account at the address of
// that name, in brief.
func created(dcid int64, name string) string {
	return fmt.Sprintf("create account/%d %s@d118.org: primaryEmail(>%s@d118.org) givenName(>Given%d) familyName(>Family%d) orgUnitPath(>%s) Synchronization_Data.DCID(>%d)",
		dcid, name, name, dcid, dcid, cottonCreek, dcid)
}

func TestNewAccountsAreGivenTheFirstAddressThatIsFree(t *testing.T) {
	student := unlinked("js", named("Jo", "Student"))
	student.OrgUnitPath = "/Students"
	gone := staff(5, "js", inactive)
	for _, s := range []struct {
		scenario
		passed []string
	}{
		{scenario{
			name:    "the best one",
			desired: giving(desired(staff(1, "", candidates("js", "jo.s")))), world: newWorld(), want: created(1, "js"),
		}, nil}, {scenario{
			name:    "a student has it",
			desired: giving(desired(staff(1, "", candidates("js", "jo.s")))), world: newWorld(student), want: created(1, "jo.s"),
		}, []string{"account/1: js@d118.org by an account without DCID, Jo Student"}}, {scenario{
			name:    "a colleague has it",
			desired: giving(desired(staff(1, "", candidates("js", "jo.s")), staff(2, "js"))), world: newWorld(google(2, "js")), want: created(1, "jo.s"),
		}, []string{"account/1: js@d118.org by that of Person 2 (DCID 2) in PowerSchool"}}, {scenario{
			name:    "a colleague of whom PowerSchool has none has it",
			desired: giving(desired(staff(1, "", candidates("js", "jo.s")), staff(2, "", unaddressed))), world: newWorld(google(2, "js")), want: created(1, "jo.s"),
		}, []string{"account/1: js@d118.org by the account of Person 2 (DCID 2)"}}, {scenario{
			name:    "a colleague is about to give it up, and keeps it as an alias",
			desired: giving(desired(staff(1, "", candidates("js", "jo.s")), staff(2, "new"))), world: newWorld(google(2, "js")),
			want: created(1, "jo.s") + "\nrename account/2 js@d118.org: primaryEmail(js@d118.org>new@d118.org)",
		}, []string{"account/1: js@d118.org by the account of Person 2 (DCID 2)"}}, {scenario{
			name:    "a colleague has it as an alias",
			desired: giving(desired(staff(1, "", candidates("js", "jo.s")), staff(2, "b"))), world: newWorld(google(2, "b", aliases("js"))), want: created(1, "jo.s"),
		}, []string{"account/1: js@d118.org by an alias of b@d118.org, the account of Person 2 (DCID 2)"}}, {scenario{
			name:    "former staff have it in PowerSchool, without an account",
			desired: giving(desired(staff(1, "", candidates("js", "jo.s")), gone)), world: newWorld(), want: created(1, "jo.s"),
		}, []string{"account/1: js@d118.org by that of Person 5 (DCID 5) in PowerSchool"}}, {scenario{
			name:    "a name that is reserved",
			desired: giving(desired(staff(1, "", candidates("root", "Admin", "js")))), world: newWorld(), want: created(1, "js"),
		}, []string{"account/1: root@d118.org by reserved", "account/1: Admin@d118.org by reserved"}}, {scenario{
			name:    "two of one name",
			desired: giving(desired(staff(2, "", candidates("js", "js"+plan.NumberMark)), staff(1, "", candidates("js", "js"+plan.NumberMark)))), world: newWorld(),
			want: created(1, "js") + "\n" + created(2, "js2"),
		}, []string{"account/2: js@d118.org by this plan gives it to Person 1 (DCID 1)"}}, {scenario{
			name:    "the number goes on",
			desired: giving(desired(staff(1, "", candidates("js"+plan.NumberMark)))), world: newWorld(google(7, "js2"), google(8, "js3")),
			want: created(1, "js4") + "\nwarning orphan js2@d118.org: PowerSchool has nobody with DCID 7; the account is left alone\nwarning orphan js3@d118.org: PowerSchool has nobody with DCID 8; the account is left alone",
		}, []string{"account/1: js2@d118.org by the account of DCID 7", "account/1: js3@d118.org by the account of DCID 8"}}, {scenario{
			name:    "nobody is asked for whoever lacks a name, and the next takes the address",
			desired: giving(desired(staff(1, "", candidates("js", "jo.s"), named("", "Smith")), staff(2, "", candidates("js", "jo.s")))), world: newWorld(),
			want: created(2, "js") + "\nconflict account/1  []: PowerSchool has no first or no last name, and an account needs both; enter the name in PowerSchool",
		}, nil}, {scenario{
			name:    "an account without DCID, among staff and of the last name, may be the person's",
			desired: giving(desired(staff(1, "", candidates("js", "jo.s")))), world: newWorld(unlinked("js", named("Jim", "Family1"))),
			want: "conflict account/1  []: no new account: the address js@d118.org, which this person would get, is one of the account js@d118.org of Jim Family1 in /D118 Staff/Cotton Creek Staff, which carries no DCID; " +
				"if it is this person's, link it with staffsync adopt, or write 1 into the Synchronization_Data.DCID of js@d118.org; if they are two people, add to the config: distinct: [{dcid: 1, account: js@d118.org}]",
		}, nil}, {scenario{
			name: "unless the config says that it is not",
			desired: rules(giving(desired(staff(1, "", candidates("js", "jo.s")))), func(r *plan.Rules) {
				r.Distinct = []plan.Distinct{{DCID: 1, Account: "js@d118.org"}}
			}), world: newWorld(unlinked("js", named("Jim", "Family1"))), want: created(1, "jo.s"),
		}, []string{"account/1: js@d118.org by an account without DCID, Jim Family1"}}, {scenario{
			name:    "one of the whole name at another address, too",
			desired: giving(desired(staff(1, "", candidates("js", "jo.s")))), world: newWorld(unlinked("x", named("Given1", "Family1"))),
			want: "conflict account/1 js@d118.org []: no new account js@d118.org: the account x@d118.org in /D118 Staff/Cotton Creek Staff has no DCID and the name Given1 Family1; " +
				"if it is this person's, link it with staffsync adopt, or write 1 into the Synchronization_Data.DCID of x@d118.org; if they are two people, add to the config: distinct: [{dcid: 1, account: x@d118.org}]",
		}, nil}, {scenario{
			name:    "so may one with a DCID that PowerSchool no longer knows",
			desired: giving(desired(staff(1, "", candidates("js", "jo.s")))), world: newWorld(google(77, "js", named("Given1 Ann", "Family1"))),
			want: "conflict account/1  []: no new account: the address js@d118.org, which this person would get, is one of the account js@d118.org of Given1 Ann Family1 in /D118 Staff/Cotton Creek Staff, which carries DCID 77, which PowerSchool does not know; " +
				"if it is this person's, link it with staffsync adopt, or write 1 into the Synchronization_Data.DCID of js@d118.org; if they are two people, add to the config: distinct: [{dcid: 1, account: js@d118.org}]\n" +
				"warning orphan js@d118.org: PowerSchool has nobody with DCID 77; the account is left alone",
		}, nil}, {scenario{
			name:    "not where the first name is another",
			desired: giving(desired(staff(1, "", candidates("js", "jo.s")))), world: newWorld(google(77, "js", named("Jim", "Family1"))),
			want: created(1, "jo.s") + "\nwarning orphan js@d118.org: PowerSchool has nobody with DCID 77; the account is left alone",
		}, []string{"account/1: js@d118.org by the account of DCID 77"}}, {scenario{
			name:    "a colleague of that name is another person",
			desired: giving(desired(staff(1, "", candidates("js", "jo.s")), staff(2, "js", named("Given1", "Family1")))), world: newWorld(google(2, "js", named("Given1", "Family1"))),
			want: created(1, "jo.s"),
		}, []string{"account/1: js@d118.org by that of Person 2 (DCID 2) in PowerSchool"}}, {scenario{
			name:    "whoever has an account is not looked for",
			desired: following(desired(staff(1, "", candidates("js", "jo.s")))), world: newWorld(google(1, "old"), unlinked("js", named("Given1", "Family1"))),
			want: "rename account/1 old@d118.org: primaryEmail(old@d118.org>jo.s@d118.org)",
		}, []string{"account/1: js@d118.org by an account without DCID, Given1 Family1"}}, {scenario{
			name:    "nothing is free",
			desired: giving(desired(staff(1, "", candidates("js")), staff(2, "js"))), world: newWorld(google(2, "js")),
			want: "conflict account/1  []: every address that the person could get is held: js@d118.org (that of Person 2 (DCID 2) in PowerSchool); add a template to newAccounts.address, such as one with ${number}, or enter an address for the person in PowerSchool",
		}, nil}, {scenario{
			name: "a template gives none",
			desired: giving(desired(staff(1, "", candidates("js", "jo.s"), func(a *sketch) {
				a.Candidates[0].Problem = "it gives no address, but an empty text"
			}))), world: newWorld(),
			want: "conflict account/1  []: newAccounts.address[0]: it gives no address, but an empty text; correct the rule or what PowerSchool has of the person, or enter the person's address in PowerSchool",
		}, nil}, {scenario{
			name: "a template that gives none is of no interest where a better one does",
			desired: giving(desired(staff(1, "", candidates("js", "jo.s"), func(a *sketch) {
				a.Candidates[1].Problem = "it gives no address, but an empty text"
			}))), world: newWorld(), want: created(1, "js"),
		}, nil}, {scenario{
			name:    "no rule gives one",
			desired: giving(desired(staff(1, "", unaddressed))), world: newWorld(),
			want: "skipped 1: no e-mail address in PowerSchool, and the rule gives none",
		}, nil}, {scenario{
			name:    "before the day none is given, and whoever begins earlier takes it",
			desired: giving(desired(staff(1, "", candidates("js", "jo.s"), joining(plan.Joining{From: "2026-08-26"})), staff(2, "", candidates("js", "jo.s")))), world: newWorld(),
			want: created(2, "js") + "\nskipped 1: the account is made from 2026-08-26 on",
		}, nil},
	} {
		s.run(t)
		if diff := cmp.Diff(s.passed, passedOver(s.world.plan(t, s.desired))); diff != "" {
			t.Errorf("%s: passed over: %s", s.name, diff)
		}
	}
}

func TestAddressesThatOnlyTheTargetKnowsOf(t *testing.T) {
	state := giving(desired(staff(1, "", candidates("js", "jo.s", "s"))))
	planned := func(holders map[string]plan.Holder) plan.Plan {
		actual := newWorld().state()
		made, err := diff.Complete(context.Background(), state, &actual, noLimits(), telling{newWorld(), holders})
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	made := planned(map[string]plan.Holder{"js@d118.org": {Deleted: true}, "jo.s@d118.org": {Group: "team@other.org"}})
	want := []string{"account/1: js@d118.org by an account that was deleted in the last 20 days", "account/1: jo.s@d118.org by the group team@other.org"}
	if diff := cmp.Diff(want, passedOver(made)); diff != "" {
		t.Error(diff)
	}
	made = planned(map[string]plan.Holder{"js@d118.org": {Problem: "403: not authorized"}})
	if len(made.Actions) != 0 || len(made.Conflicts) != 1 || made.Conflicts[0].Kind != plan.ConflictAddressUnread {
		t.Errorf("whether an address is free that cannot be read is not known: %s", brief(made))
	}
	if got := made.Conflicts[0].Problem; got != "who has the address js@d118.org cannot be read (403: not authorized)" {
		t.Error(got)
	}
}

// A wide snapshot knows only the address of most accounts, and not whose they are.
func TestWhoseAnAccountIsThatAWideSnapshotNamesIsNotKnown(t *testing.T) {
	state := giving(desired(staff(1, "", candidates("js", "jo.s"))))
	actual := newWorld().state()
	actual.Wide = &plan.Wide{
		Names: []string{state.Accounts[0].Name().Key()}, Users: []plan.WideUser{{ID: "u1", Address: "js@d118.org"}},
		Groups: []plan.WideGroup{{Address: "jo.s@d118.org"}},
	}
	made, err := diff.Complete(context.Background(), state, &actual, noLimits(), diff.NewRecorded(actual))
	want := "conflict account/1  []: no new account: whose account js@d118.org is, which has the address js@d118.org, is not known: the snapshot of the target does not say; " +
		"take the snapshot again with this config: staffsync snapshot target --wide --also CONFIG\n"
	if err != nil || brief(made) != want {
		t.Errorf("%s, %v", brief(made), err)
	}
}

// What the lists say need not be asked, nor what comes after an address that is free.
func TestOnlyWhatMustBeKnownOfCandidatesIsAsked(t *testing.T) {
	state := giving(desired(staff(1, "", candidates("root", "a", "b", "c", "d")), staff(2, "", candidates("c", "d", "e")), staff(3, "a"), staff(4, "", unaddressed)))
	actual := newWorld(google(3, "a"), google(4, "z", aliases("b"))).state()
	_, open, err := diff.Compare(state, actual, noLimits())
	if err != nil {
		t.Fatal(err)
	}
	// Who has c decides who gets it, and in any case the second person does not.
	if diff := cmp.Diff([]string{"c@d118.org", "d@d118.org"}, open.Addresses); diff != "" {
		t.Error(diff)
	}
	actual.Answers.Holders = map[string]plan.Holder{"c@d118.org": {}, "d@d118.org": {Group: "d@d118.org"}}
	if _, open, err = diff.Compare(state, actual, noLimits()); err != nil || !slices.Equal(open.Addresses, []string{"e@d118.org"}) {
		t.Errorf("open %v, %v", open.Addresses, err)
	}
}

func TestWhatIsTakenByPeopleInConflictIsNotGiven(t *testing.T) {
	state := giving(desired(staff(1, "", candidates("js", "jo.s"))))
	state.Taken = []plan.TakenAddress{{Address: "old@x.org; JS@d118.org", Staff: person(9, "Damaged")}, {Address: "Jo", Staff: person(9, "Damaged")}}
	state.Conflicts = []plan.Conflict{{ID: "account/9", Staff: person(9, "Damaged"), Problem: "damaged"}}
	state.Skipped = []plan.Skipped{{Staff: person(8, "Test"), Address: "jo.s@d118.org", Rule: "skip.names"}}
	state.Accounts[0].Candidates = append(state.Accounts[0].Candidates,
		plan.Candidate{Rule: "newAccounts.address[2]", Address: "jo@d118.org"}, plan.Candidate{Rule: "newAccounts.address[3]", Address: "s@d118.org"})
	want := []string{
		"account/1: js@d118.org by that of Damaged (DCID 9) in PowerSchool", "account/1: jo.s@d118.org by that of Test (DCID 8) in PowerSchool",
		"account/1: jo@d118.org by that of Damaged (DCID 9) in PowerSchool",
	}
	if diff := cmp.Diff(want, passedOver(newWorld().plan(t, state))); diff != "" {
		t.Error(diff)
	}
}

func TestWhoeverHasAnAccountKeepsItsAddress(t *testing.T) {
	bare := func(a *sketch) { a.Address, a.Suspended = "", a.Suspended || !a.Active }
	for _, s := range []scenario{
		{
			name:    "whatever a new one would get",
			desired: giving(desired(staff(1, "", candidates("js")))), world: newWorld(google(1, "anything")),
		}, {
			name:    "a leaver is suspended",
			desired: giving(desired(staff(1, "", inactive, bare))), world: newWorld(google(1, "a")),
			want: "suspend account/1 a@d118.org: suspended(false>true) orgUnitPath(/D118 Staff/Cotton Creek Staff>/Suspended Accounts)",
		}, {
			name:    "a leaver of other names is not known by the account's own address",
			desired: giving(desired(staff(1, "", inactive, bare))), world: newWorld(google(1, "a", named("Someone", "Else"))),
			want: "conflict account/1 a@d118.org []: a different person? The account is a@d118.org, Someone Else; PowerSchool has no address, Given1 Family1; correct the DCID on the account, or the name or the address on one side",
		}, {
			name:    "a leaver without an account is of no interest",
			desired: giving(desired(staff(1, "", inactive, bare))), world: newWorld(),
		}, {
			name:    "a name that changes changes no address",
			desired: giving(desired(staff(1, "", candidates("jm"), named("Given1", "Married")))), world: newWorld(google(1, "js")),
			want: "update account/1 js@d118.org: familyName(Family1>Married)",
		}, {
			name:    "but where addresses follow names",
			desired: following(desired(staff(1, "", candidates("jm", "jo.m"), named("Given1", "Married")), staff(2, "jm"))), world: newWorld(google(1, "js"), google(2, "jm")),
			want: "rename account/1 js@d118.org: primaryEmail(js@d118.org>jo.m@d118.org) familyName(Family1>Married)",
		}, {
			name:    "not where the address is one of the present name",
			desired: following(desired(staff(1, "", candidates("js", "js"+plan.NumberMark)))), world: newWorld(google(1, "js17")),
		}, {
			name:    "back to an address that is its alias",
			desired: following(desired(staff(1, "", candidates("js")))), world: newWorld(google(1, "jm", aliases("js"))),
			want: "rename account/1 jm@d118.org: primaryEmail(jm@d118.org>js@d118.org)",
		}, {
			name:    "not for whom no rule gives one",
			desired: following(desired(staff(1, "", unaddressed))), world: newWorld(google(1, "old")),
		}, {
			name:    "not for a leaver",
			desired: following(desired(staff(1, "", inactive, bare))), world: newWorld(google(1, "a", suspendedThere)),
		}, {
			name:    "not where nothing is free",
			desired: following(desired(staff(1, "", candidates("root")))), world: newWorld(google(1, "old")),
			want: "conflict account/1 old@d118.org [primaryEmail]: the address no longer follows the name, and stays: every address that the person could get is held: root@d118.org (reserved); add a template to newAccounts.address, such as one with ${number}, or enter an address for the person in PowerSchool",
		}, {
			name:    "an administrator is not renamed",
			desired: following(desired(staff(1, "", candidates("js")))), world: newWorld(google(1, "old", admin(plan.SuperAdmin))),
			want: "conflict account/1 old@d118.org [primaryEmail]: the account is a super administrator and is not renamed to js@d118.org; do it in the Admin console if it is right",
		}, {
			name:    "two who get one name",
			desired: following(desired(staff(1, "", candidates("x", "x"+plan.NumberMark)), staff(2, "", candidates("x", "x"+plan.NumberMark)))), world: newWorld(google(1, "a"), google(2, "b")),
			want: "rename account/1 a@d118.org: primaryEmail(a@d118.org>x@d118.org)\nrename account/2 b@d118.org: primaryEmail(b@d118.org>x2@d118.org)",
		}, {
			name:    "an address that somebody leaves is not given to the next",
			desired: following(desired(staff(1, "", candidates("b", "bb")), staff(2, "", candidates("c")))), world: newWorld(google(1, "a"), google(2, "b")),
			want: "rename account/1 a@d118.org: primaryEmail(a@d118.org>bb@d118.org)\nrename account/2 b@d118.org: primaryEmail(b@d118.org>c@d118.org)",
		},
	} {
		s.run(t)
	}
	made := newWorld(google(1, "a")).plan(t, giving(desired(staff(1, "", unaddressed))))
	if check := made.Limits[plan.LimitMissing]; check.Count != 0 || len(made.Skipped) != 0 {
		t.Errorf("missing %+v, skipped %+v", check, made.Skipped)
	}
}

func TestReasonsOfGivenAddresses(t *testing.T) {
	made := newWorld(google(2, "old")).plan(t, following(desired(staff(1, "", candidates("js")), staff(2, "", candidates("x")))))
	var reasons []string
	for _, action := range made.Actions {
		reasons = append(reasons, action.Reason)
	}
	want := []string{
		"active at Cotton Creek in PowerSchool, and no account carries DCID 1; PowerSchool has no address, and this one is by newAccounts.address[0]",
		"the address follows the name, by newAccounts.address[0]",
	}
	if diff := cmp.Diff(want, reasons); diff != "" {
		t.Error(diff)
	}
}

func TestAHoldOfEverythingKeepsTheAddressForTheHeld(t *testing.T) {
	state := giving(desired(staff(1, "", candidates("js", "jo.s")), staff(2, "", candidates("js", "jo.s"))))
	state.AsOf = "2026-08-31"
	state.Holds = []plan.Hold{{Where: "holds[0]", DCID: 1, People: []plan.Person{person(1, "Person 1")}, From: []plan.HoldFrom{plan.HoldEverything}, Until: "2026-12-31"}}
	made := newWorld().plan(t, state)
	if len(made.Held) != 1 || len(made.Actions) != 1 || made.Actions[0].Account != "jo.s@d118.org" {
		t.Errorf("%s, held %+v", brief(made), made.Held)
	}
}

func TestSomebodyNewIsNamedByTheAddressGiven(t *testing.T) {
	state := giving(desired(staff(1, "", candidates("js")), staff(2, "", candidates("js", "jo.s"))))
	w := newWorld()
	actual := w.complete(t, state, w.state())
	if err := diff.CheckOnly([]string{"jo.s@d118.org"}, state, actual); err != nil {
		t.Error(err)
	}
	made, err := compared(state, actual, noLimits())
	if err != nil {
		t.Fatal(err)
	}
	explained, err := diff.Explain("jo.s@d118.org", state, actual, made)
	if err != nil || explained.DCID != 2 || explained.Want.Address != "jo.s@d118.org" || explained.Want.Origins[plan.FieldPrimaryEmail] != "newAccounts.address[1]" {
		t.Errorf("%+v, %v", explained, err)
	}
	if state.Accounts[1].Address != "" {
		t.Error("the desired state itself was changed")
	}
}

// Somebody who took an address since the plan makes its creation outdated.
func TestARecheckFindsAnAddressThatWasTaken(t *testing.T) {
	state := giving(desired(staff(1, "", candidates("js", "jo.s"))))
	w := newWorld()
	made := w.plan(t, state)
	w.groups["js@d118.org"] = map[string]string{}
	actual := w.complete(t, state, w.state())
	fresh, err := compared(state, actual, noLimits())
	if err != nil {
		t.Fatal(err)
	}
	outdated, err := diff.Outdated(made.Actions, state, actual, fresh)
	if err != nil || len(outdated) != 1 || outdated[0].Reason != `a plan made now gives it "jo.s@d118.org"` {
		t.Errorf("%+v, %v", outdated, err)
	}
}

// Google's lists lag behind: an account that was made or renamed a moment ago is found
// at the address that its person would be given, and nobody gets a second one.
func TestAnAccountThatIsNotListedYetIsFoundByItsAddress(t *testing.T) {
	smith := candidates("js", "js"+plan.NumberMark)
	state := following(desired(staff(1, "", smith), staff(2, "", smith), staff(3, "", candidates("jm", "jo.m"))))
	w := newWorld(google(1, "js2"), google(2, "js"), google(3, "jm", aliases("jx")))
	stale := w.state()
	stale.Accounts = []plan.Account{google(3, "jx")}
	made, err := diff.Complete(context.Background(), state, &stale, noLimits(), w)
	if err != nil || len(made.Actions)+len(made.Conflicts) > 0 {
		t.Errorf("%s, %v", brief(made), err)
	}
	state.Accounts = append(state.Accounts, staff(4, "", candidates("js", "jo.s")))
	stale = w.state()
	stale.Accounts = stale.Accounts[2:]
	made, err = diff.Complete(context.Background(), state, &stale, noLimits(), w)
	if err != nil || brief(made) != created(4, "jo.s")+"\n" {
		t.Errorf("%s, %v", brief(made), err)
	}
}

// newcomers draws a district in which many lack an address and share names, in a
// directory in which some of the addresses are held.
func newcomers(t *rapid.T) (plan.Desired, *world) {
	one := func(label string, in int) bool { return rapid.IntRange(1, in).Draw(t, label) == 1 }
	w := newWorld()
	pool := []string{"a", "b", "a.x", "b.x", "a2", "a3", "b2", "root", "c"}
	held := rapid.SliceOfNDistinct(rapid.SampledFrom(pool), 0, 5, rapid.ID[string]).Draw(t, "held")
	state := giving(desired())
	state.Rules.FollowName = one("follow", 2)
	for i, name := range held {
		switch rapid.IntRange(1, 4).Draw(t, "holder") {
		case 1:
			w.groups[name+"@"+testDomain] = map[string]string{}
		case 2:
			student := unlinked(name, named("Student", fmt.Sprint(i)))
			w.accounts[student.GoogleID] = &student
		case 3:
			holder := google(int64(100+i), fmt.Sprint("holder", i), aliases(name))
			w.accounts[holder.GoogleID] = &holder
		default:
			holder := google(int64(100+i), name)
			w.accounts[holder.GoogleID] = &holder
			if one("known", 2) {
				known := staff(holder.DCID, name)
				known.Active = one("works", 2)
				if one("address known", 2) {
					known.Address = ""
				}
				state.Accounts = append(state.Accounts, known)
			}
		}
	}
	for dcid := int64(1); dcid <= rapid.Int64Range(1, 6).Draw(t, "people"); dcid++ {
		name := rapid.SampledFrom([]string{"a", "b", "root"}).Draw(t, "name")
		templates := []string{name, name + ".x", name + plan.NumberMark}
		given := rapid.IntRange(0, len(templates)).Draw(t, "templates")
		person := staff(dcid, "", candidates(templates[:given]...))
		if address := name + "@" + testDomain; one("in PowerSchool", 4) && !slices.ContainsFunc(state.Accounts, func(a plan.DesiredAccount) bool { return a.Address == address }) {
			person.Address, person.Candidates = address, nil
		}
		if one("left", 6) {
			person.Active, person.Candidates = false, nil
		}
		if one("bad template", 6) && given > 0 && len(person.Candidates) > 0 {
			person.Candidates[given-1].Problem = "bad"
		}
		if account := google(dcid, fmt.Sprint("old", dcid)); one("account", 4) {
			w.accounts[account.GoogleID] = &account
		}
		state.Accounts = append(state.Accounts, person)
	}
	return state, w
}

// No two people are ever given one address, nor anybody one that is held or reserved;
// whoever got one keeps it: once the plan is applied there is nothing left to do; and
// the order of the input does not show.
func TestAddressesGivenAreUniqueAndStay(t *testing.T) {
	given := 0
	rapid.Check(t, func(t *rapid.T) {
		state, w := newcomers(t)
		actual := w.complete(t, state, w.state())
		made, err := compared(state, actual, noLimits())
		if err != nil {
			t.Fatal(err)
		}
		other, err := compared(shuffledDesired(t, state), shuffledActual(t, actual), noLimits())
		if err != nil {
			t.Fatal(err)
		}
		if a, b := mustEncode(t, made), mustEncode(t, other); !bytes.Equal(a, b) {
			t.Fatalf("the order of the input shows:\n%s\n%s", a, b)
		}
		seen := make(map[string]bool)
		for i := range made.Actions {
			action := &made.Actions[i]
			change, gets := action.Changes.Get(plan.FieldPrimaryEmail)
			want := state.Accounts[slices.IndexFunc(state.Accounts, func(a plan.DesiredAccount) bool { return plan.AccountID(a.DCID) == action.ID })]
			if !gets || want.Address != "" {
				continue
			}
			given++
			address := change.To.String()
			if seen[address] || plan.LocalPart(address) == "root" {
				t.Fatalf("%s is given %s", action.ID, address)
			}
			seen[address] = true
			if holder := w.holder(address); !holder.Nobody() && (holder.Account == nil || holder.Account.DCID != want.DCID) {
				t.Fatalf("%s is given %s, which is held: %+v", action.ID, address, holder)
			}
			if slices.ContainsFunc(state.Accounts, func(a plan.DesiredAccount) bool { return a.Address == address }) {
				t.Fatalf("%s is given %s, which PowerSchool has of somebody", action.ID, address)
			}
			for _, passed := range action.PassedOver {
				if seen[passed.Address] || plan.LocalPart(passed.Address) == "root" || !w.holder(passed.Address).Nobody() ||
					slices.ContainsFunc(state.Accounts, func(a plan.DesiredAccount) bool { return a.Address == passed.Address }) {
					continue
				}
				if !strings.HasPrefix(passed.By, "this plan gives it") {
					t.Fatalf("%s passes over %s, which is free: %s", action.ID, passed.Address, passed.By)
				}
			}
		}
		if _, err := w.apply(made, 1000, rapid.Bool().Draw(t, "backwards")); err != nil {
			t.Fatal(err)
		}
		if again := w.plan(t, state); len(again.Actions) > 0 {
			t.Fatalf("a second plan is not empty:\n%s\nafter\n%s", brief(again), brief(made))
		}
	})
	if given < 10 {
		t.Errorf("only %d addresses were given, which shows nothing", given)
	}
}
