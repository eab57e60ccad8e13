package diff_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
)

// update plans one person whose attribute S.F of that type has one value in
// Google and another in PowerSchool.
func update(t *testing.T, kind plan.AttributeType, have, want string) plan.Plan {
	t.Helper()
	w := newWorld(google(1, "a", attribute("S.F", have)))
	w.attributes = append(w.attributes, plan.Attribute{Name: "S.F", Type: kind})
	return w.plan(t, rules(desired(staff(1, "a", attribute("S.F", want))), func(r *plan.Rules) { r.Attributes = []string{"S.F"} }))
}

func TestEqualityByTheTypeOfTheAttribute(t *testing.T) {
	for _, c := range []struct {
		name       string
		kind       plan.AttributeType
		have, want string
		same       bool
	}{
		{"INT64 by number", plan.TypeInt64, "131", "131", true},
		{"INT64 with leading zeros", plan.TypeInt64, "0131", "131", true},
		{"INT64 with leading zeros in PowerSchool", plan.TypeInt64, "131", "000131", true},
		{"INT64 of another number", plan.TypeInt64, "131", "1310", false},
		{"INT64 beyond the exact range of a float", plan.TypeInt64, "9007199254740993", "9007199254740992", false},
		{"INT64 that holds no number", plan.TypeInt64, "x", "131", false},
		{"STRING exactly", plan.TypeString, "0131", "0131", true},
		{"STRING whose leading zeros differ", plan.TypeString, "131", "0131", false},
		{"STRING whose letter case differs", plan.TypeString, "abc", "ABC", false},
		{"STRING with a space more", plan.TypeString, "a", "a ", false},
		{"STRING that looks like another number", plan.TypeString, "1e3", "1000", false},
		{"DOUBLE by number", plan.TypeDouble, "1.50", "1.5", true},
		{"DOUBLE of another number", plan.TypeDouble, "1.5", "1.25", false},
		{"BOOL by truth value", plan.TypeBool, "true", "TRUE", true},
		{"BOOL of the other truth value", plan.TypeBool, "true", "false", false},
		{"EMAIL without letter case", plan.TypeEmail, "A@d118.org", "a@D118.org", true},
		{"EMAIL of another address", plan.TypeEmail, "a@d118.org", "b@d118.org", false},
		{"DATE", plan.TypeDate, "2026-08-17", "2026-08-17", true},
		{"PHONE exactly", plan.TypePhone, "847-555-0100", "8475550100", false},
		{"absent and empty", plan.TypeInt64, "", "", true},
		{"INT64 0 is a value", plan.TypeInt64, "", "0", false},
		{"BOOL false is a value", plan.TypeBool, "", "false", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			made := update(t, c.kind, c.have, c.want)
			if same := len(made.Actions) == 0; same != c.same || len(made.Conflicts) > 0 {
				t.Errorf("%q in Google and %q in PowerSchool: got %q, want same %t", c.have, c.want, brief(made), c.same)
			}
		})
	}
}

func TestAChangeHasAValueOfTheAttributesType(t *testing.T) {
	for _, c := range []struct {
		kind       plan.AttributeType
		have, want string
		from, to   plan.Value
	}{
		{plan.TypeInt64, "0130", "0131", plan.Number(130), plan.Number(131)},
		{plan.TypeInt64, "rubbish", "", plan.Text("rubbish"), plan.Value{}},
		{plan.TypeString, "0130", "0131", plan.Text("0130"), plan.Text("0131")},
		{plan.TypeDouble, "", "2.50", plan.Value{}, plan.Decimal(2.5)},
		{plan.TypeBool, "false", "True", plan.Truth(false), plan.Truth(true)},
		{plan.TypeDate, "2026-01-01", "2026-01-02", plan.Text("2026-01-01"), plan.Text("2026-01-02")},
	} {
		change, ok := update(t, c.kind, c.have, c.want).Actions[0].Changes.Get("S.F")
		if !ok || !change.From.Equal(c.from) || !change.To.Equal(c.to) {
			t.Errorf("%s from %q to %q: got %#v", c.kind, c.have, c.want, change)
		}
	}
}

func TestValuesThatDoNotFitAreConflictsThatNamePersonFieldAndValue(t *testing.T) {
	long := strings.Repeat("é", 501)
	for _, c := range []struct {
		kind    plan.AttributeType
		want    string
		problem string
	}{
		{plan.TypeInt64, "12B", `S.F holds a whole number, and "12B" is not one`},
		{plan.TypeInt64, "1.0", `S.F holds a whole number, and "1.0" is not one`},
		{plan.TypeInt64, "9223372036854775808", `S.F holds a whole number, and "9223372036854775808" is not one`},
		{plan.TypeDouble, "1,5", `S.F holds a number, and "1,5" is not one`},
		{plan.TypeDouble, "NaN", `S.F holds a number, and "NaN" is not one`},
		{plan.TypeDouble, "-Inf", `S.F holds a number, and "-Inf" is not one`},
		{plan.TypeBool, "yes", `S.F holds a truth value (true or false), and "yes" is not one`},
		{plan.TypeDate, "17.8.2026", `S.F holds a date such as 2026-08-17, and "17.8.2026" is not one`},
		{plan.TypeDate, "2026-02-30", `S.F holds a date such as 2026-08-17, and "2026-02-30" is not one`},
		{plan.TypeEmail, "nobody", `S.F holds an e-mail address, and "nobody" is not one`},
		{plan.TypeEmail, "Jane <a@d118.org>", `S.F holds an e-mail address, and "Jane <a@d118.org>" is not one`},
		{plan.TypeString, long, `S.F holds at most 500 characters, and this value has 501`},
		{plan.TypePhone, long, `S.F holds at most 500 characters, and this value has 501`},
	} {
		made := update(t, c.kind, "", c.want)
		want := []plan.Conflict{{
			Kind: plan.ConflictValue, ID: "account/1", Account: "a@d118.org", Staff: plan.Person{DCID: 1, Name: "Person 1", Building: "Cotton Creek"}, Field: "S.F",
			Problem: c.problem, Remedy: "correct the value in PowerSchool, or the attribute's type",
		}}
		if len(made.Actions) != 0 || len(made.Conflicts) != 1 || made.Conflicts[0] != want[0] {
			t.Errorf("%s %q: got %s\nwant %+v", c.kind, c.want, brief(made), want)
		}
	}
	if made := update(t, plan.TypeString, "", long[2:]); len(made.Conflicts) != 0 || len(made.Actions) != 1 {
		t.Errorf("500 characters fit, got %s", brief(made))
	}
}

func TestWhatThePolicyCouldNotDecideIsAConflictOnThatFieldOnly(t *testing.T) {
	w := newWorld(google(1, "a", attribute("S.F", "kept"), externalID("organization", "kept")))
	w.attributes = append(w.attributes, plan.Attribute{Name: "S.F", Type: plan.TypeString})
	undecided := func(field string) func(*sketch) {
		return func(a *sketch) { a.Undecided = map[string]string{field: "no such key: cellPhone"} }
	}
	manage := func(r *plan.Rules) { r.Attributes, r.ExternalIDs = []string{"S.F"}, []string{"organization"} }
	for _, field := range []string{"S.F", "externalIds.organization", plan.FieldPrimaryEmail, plan.FieldGivenName, plan.FieldFamilyName, plan.FieldOrgUnitPath} {
		want := staff(1, "a", attribute("S.F", "kept"), externalID("organization", "kept"), undecided(field))
		// Nothing is inferred from the emptiness of what is undecided.
		switch field {
		case "S.F":
			want.Attributes = nil
		case "externalIds.organization":
			want.ExternalIDs = nil
		case plan.FieldPrimaryEmail:
			want.Address = ""
		case plan.FieldGivenName:
			want.GivenName = ""
		case plan.FieldFamilyName:
			want.FamilyName = ""
		case plan.FieldOrgUnitPath:
			want.OrgUnitPath = ""
		}
		scenario{
			name: field, desired: rules(desired(want), manage), world: w,
			want: "conflict account/1 a@d118.org [" + field + "]: no such key: cellPhone; correct the rule or the value in PowerSchool",
		}.run(t)
	}
	for _, field := range []string{plan.FieldGivenName, plan.FieldOrgUnitPath} {
		scenario{
			name: "a new account cannot be without " + field, desired: desired(staff(2, "b", undecided(field))), world: w,
			want: `conflict account/2 b@d118.org []: no such key: cellPhone; correct the rule or the value in PowerSchool
				warning orphan a@d118.org: PowerSchool has nobody with DCID 1; the account is left alone`,
		}.run(t)
	}
}

func TestNamesThatAnAccountCannotHave(t *testing.T) {
	for _, s := range []scenario{
		{
			name: "a missing name is a conflict on that name only", desired: desired(staff(1, "a", named("", "New"))), world: newWorld(google(1, "a")),
			want: `update account/1 a@d118.org: familyName(Family1>New)
				conflict account/1 a@d118.org [givenName]: PowerSchool has no name here, and an account cannot be without; enter it in PowerSchool`,
		}, {
			name: "a name that is too long is a conflict on that name only", desired: desired(staff(1, "a", named("New", strings.Repeat("x", 61)))), world: newWorld(google(1, "a")),
			want: `update account/1 a@d118.org: givenName(Given1>New)
				conflict account/1 a@d118.org [familyName]: Google takes at most 60 characters, and PowerSchool has 61; shorten it in PowerSchool`,
		},
	} {
		s.run(t)
	}
}

func TestWhatThePolicyAsksOfTheSchemaIsCheckedBeforeAnything(t *testing.T) {
	attributes := []plan.Attribute{
		{Name: matchField, Type: plan.TypeInt64},
		{Name: "Synchronization_Data.Homeschool_ID", Type: plan.TypeInt64, DisplayName: "Homeschool"},
		{Name: "CrisisGO.CellPhone", Type: plan.TypePhone, MultiValued: true},
		{Name: "CrisisGO.Score", Type: plan.TypeDouble},
	}
	for _, c := range []struct {
		name   string
		change func(*plan.Rules)
		have   []plan.Attribute
		want   string
	}{
		{
			"an unknown field lists the schema's", func(r *plan.Rules) { r.Attributes = []string{"Synchronization_Data.Nothing"} }, attributes,
			"the directory has no custom attribute Synchronization_Data.Nothing: the fields of Synchronization_Data are DCID, Homeschool_ID",
		}, {
			"a display name is recognised", func(r *plan.Rules) { r.Attributes = []string{"Synchronization_Data.Homeschool"} }, attributes,
			"the directory has no custom attribute Synchronization_Data.Homeschool: the fields of Synchronization_Data are DCID, Homeschool_ID; did you mean Synchronization_Data.Homeschool_ID?",
		}, {
			"other letter case is recognised", func(r *plan.Rules) { r.Match = "synchronization_data.dcid" }, attributes,
			"the directory has no custom attribute synchronization_data.dcid: its schemas are CrisisGO, Synchronization_Data; did you mean Synchronization_Data.DCID?",
		}, {
			"an unknown schema lists the directory's", func(r *plan.Rules) { r.Attributes = []string{"Nothing.X"} }, attributes,
			"the directory has no custom attribute Nothing.X: its schemas are CrisisGO, Synchronization_Data",
		}, {
			"a directory without any says where to make them", func(*plan.Rules) {}, nil,
			"the directory has no custom attribute Synchronization_Data.DCID: it has no custom attributes at all; staffsync init --attributes plans them",
		}, {
			"several values", func(r *plan.Rules) { r.Attributes = []string{"CrisisGO.CellPhone"} }, attributes,
			"the custom attribute CrisisGO.CellPhone holds several values; staffsync manages attributes with a single value only",
		}, {
			"a DCID that is not a number or text", func(r *plan.Rules) { r.Match = "CrisisGO.Score" }, attributes,
			"the custom attribute CrisisGO.Score, which is to hold the DCID, has the type DOUBLE; it must be INT64 (whole number) or STRING (text)",
		}, {
			"the DCID's attribute among the others", func(r *plan.Rules) { r.Attributes = []string{matchField} }, attributes,
			"the custom attribute Synchronization_Data.DCID holds the DCID (match) and cannot be one of the attributes as well",
		}, {
			"an attribute named twice", func(r *plan.Rules) { r.Attributes = []string{"CrisisGO.Score", "CrisisGO.Score"} }, attributes,
			"the rules name the custom attribute CrisisGO.Score twice",
		}, {
			"an external id named twice", func(r *plan.Rules) { r.ExternalIDs = []string{"organization", "organization"} }, attributes,
			"the rules name the external id organization twice",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			w.attributes = c.have
			actual := w.state()
			want := rules(desired(staff(1, "a")), c.change)
			actual.Match = ""
			if _, err := compared(want, actual, nil); err == nil || err.Error() != c.want {
				t.Errorf("got error %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestStatesThatCannotBeComparedAreAnErrorNeverAShorterPlan(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(desired *plan.Desired, actual *plan.Actual)
		want   string
	}{
		{"no rules", func(d *plan.Desired, _ *plan.Actual) { d.Rules = nil }, "the desired state has no rules"},
		{"no suspended org unit", func(d *plan.Desired, _ *plan.Actual) { d.Rules.SuspendedOrgUnit = "" }, "the rules do not say where suspended accounts are (orgUnits.suspended)"},
		{"another domain", func(_ *plan.Desired, a *plan.Actual) { a.Domain = "d119.org" }, "the desired state is of domain d118.org, the actual one of d119.org"},
		{"another match attribute", func(_ *plan.Desired, a *plan.Actual) { a.Match = "Other.DCID" }, "the actual state was matched by Other.DCID, the policy matches by Synchronization_Data.DCID"},
		{"a person without DCID", func(d *plan.Desired, _ *plan.Actual) { d.Accounts[0].DCID = 0 }, "the desired state has an account without DCID: a@d118.org"},
		{"a DCID twice", func(d *plan.Desired, _ *plan.Actual) { d.Accounts = append(d.Accounts, d.Accounts[0]) }, "the desired state has DCID 1 twice"},
		{"an account without id", func(_ *plan.Desired, a *plan.Actual) { a.Accounts[0].GoogleID = "" }, "the actual state does not say which id the account a@d118.org has"},
		{"an account listed twice", func(_ *plan.Desired, a *plan.Actual) { a.Accounts = append(a.Accounts, a.Accounts[0]) }, "the actual state lists the account a@d118.org (id g1) twice; read it again"},
	} {
		t.Run(c.name, func(t *testing.T) {
			want, actual := desired(staff(1, "a")), newWorld(google(1, "a")).state()
			c.change(&want, &actual)
			if _, err := compared(want, actual, nil); err == nil || err.Error() != c.want {
				t.Errorf("got error %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestWhatIsNotAnsweredIsAskedAndThereIsNoPlan(t *testing.T) {
	asks := func(want plan.Desired, actual plan.Actual, questions string) {
		t.Helper()
		made, open, err := diff.Compare(want, actual, nil)
		if err != nil || open.String() != questions {
			t.Errorf("asks %s, %v; want %s", open, err, questions)
		}
		if difference := cmp.Diff(plan.Plan{}, made); difference != "" {
			t.Errorf("there is a plan although a question is open:\n%s", difference)
		}
	}
	swap := desired(staff(1, "b"), staff(2, "a"))
	w := newWorld(google(1, "a"), google(2, "b"))
	asks(swap, w.state(), "who holds the address a@d118.org, who holds the address b@d118.org, who holds the address staffsync-1@d118.org")
	complete := w.complete(t, swap, w.state())
	for _, address := range []string{"a@d118.org", "b@d118.org", "staffsync-1@d118.org"} {
		actual := complete
		actual.Answers.Holders = maps.Clone(complete.Answers.Holders)
		delete(actual.Answers.Holders, address)
		asks(swap, actual, "who holds the address "+address)
	}
	asks(desired(staff(1, "a", inactive)), newWorld(google(1, "a")).state(), "which groups the account with the id g1 is in")
}

// silent answers nothing.
type silent struct{}

func (silent) Answer(context.Context, plan.Questions) (plan.Answers, error) {
	return plan.Answers{}, nil
}

func TestATargetThatDoesNotAnswerIsAnErrorNeverAPlan(t *testing.T) {
	var people []plan.DesiredAccount
	for dcid := range int64(5) {
		people = append(people, staff(dcid+1, fmt.Sprint("new", dcid)))
	}
	actual := newWorld().state()
	_, err := diff.Complete(t.Context(), desired(people...), &actual, nil, silent{})
	want := "the directory was asked and does not say who holds the address new0@d118.org, who holds the address new1@d118.org, who holds the address new2@d118.org, 2 things more"
	if err == nil || err.Error() != want {
		t.Errorf("got error %v\nwant %s", err, want)
	}
}

func TestNothingIsAskedWhenNothingChanges(t *testing.T) {
	unchanged := desired(staff(1, "a"), staff(2, "b", inactive), staff(3, "c", inactive), staff(4, "d", inactive))
	_, open, err := diff.Compare(unchanged, newWorld(google(1, "A"), google(2, "b", suspendedThere), google(3, "c", in("/Temporary Re-Activations"))).state(), nil)
	if err != nil || !open.Empty() {
		t.Errorf("asks %s, %v", open, err)
	}
}

func TestNothingIsAskedAboutWhatIsAConflictAnyway(t *testing.T) {
	w := newWorld(google(1, "a", admin(plan.SuperAdmin)), google(2, "b", named("Other", "Person")), google(3, "c", suspended, in(highSchool)))
	_, open, err := diff.Compare(desired(staff(1, "x", inactive), staff(2, "y"), staff(3, "z"), staff(4, "w"), staff(5, "w")), w.state(), nil)
	if err != nil || !open.Empty() {
		t.Errorf("asks %s, %v", open, err)
	}
}

func TestLinksCountActiveStaffWithAnAccountAndSayWhoseListIsShort(t *testing.T) {
	w := newWorld(google(1, "a"), google(2, "b"), unlinked("c"), google(4, "d"))
	want := desired(staff(1, "a"), staff(2, "b"), staff(3, "c"), staff(4, "d"), staff(5, "e", inactive), staff(6, "f"))
	actual := w.state()
	// The list lacks the account of d, which a look-up of its address finds.
	actual.Accounts = slices.DeleteFunc(actual.Accounts, func(account plan.Account) bool { return account.DCID == 4 })
	made, err := diff.Complete(t.Context(), want, &actual, noLimits(), w)
	if err != nil {
		t.Fatal(err)
	}
	if difference := cmp.Diff(plan.Links{Active: 5, Linked: 3, Unlinked: 1, Unlisted: 1}, made.Links); difference != "" {
		t.Errorf("%s\n%s", difference, brief(made))
	}
}

func TestAnOrgUnitThatDiffersInFormCaseOrBlanksIsTheSameOne(t *testing.T) {
	w := newWorld(
		google(1, "a", in("/Staff/E\u0301cole  Nord")), google(2, "b", suspended, in("/Suspended  accounts")),
		google(3, "c", suspended, in("/Suspended  accounts")), google(4, "d"),
	)
	w.orgUnits = []string{"/Staff/E\u0301cole  Nord", "/Suspended  accounts", cottonCreek}
	made := w.plan(t, desired(staff(1, "a", in("/Staff/École Nord")), staff(2, "b", inactive), staff(3, "c"), staff(4, "d", inactive), staff(5, "e", in("/staff/École Nord"))))
	want := `reactivate account/3 c@d118.org: suspended(true>false) orgUnitPath(/Suspended  accounts>/D118 Staff/Cotton Creek Staff)
suspend account/4 d@d118.org: suspended(false>true) orgUnitPath(/D118 Staff/Cotton Creek Staff>/Suspended  accounts)
`
	var got string
	for line := range strings.Lines(brief(made)) {
		if !strings.HasPrefix(line, "create") {
			got += line
		}
	}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Error(difference)
	}
	if path, _ := made.Actions[len(made.Actions)-1].Changes.Get(plan.FieldOrgUnitPath); path.To.String() != "/Staff/E\u0301cole  Nord" {
		t.Errorf("the new account goes to %q", path.To)
	}
}
