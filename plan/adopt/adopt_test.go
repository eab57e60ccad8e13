package adopt

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

const (
	match  = "Staff.DCID"
	school = "/Staff/High School"
)

// person is somebody in PowerSchool with an employee number of their own.
func person(dcid int64, given, family, local string) plan.DesiredAccount {
	return plan.DesiredAccount{
		Fields: plan.Fields{
			DCID: dcid, Address: local + "@x.org", GivenName: given, FamilyName: family, OrgUnitPath: school,
			ExternalIDs: map[string]string{"organization": fmt.Sprintf("00%d", dcid)},
		},
		Staff: plan.Person{DCID: dcid, Name: given + " " + family, Building: "High School"}, Active: true,
	}
}

func leaver(dcid int64, given, family, local string) plan.DesiredAccount {
	p := person(dcid, given, family, local)
	p.Active, p.OrgUnitPath, p.ExternalIDs = false, "", nil
	return p
}

// account is one without a DCID.
func account(given, family, local string, edits ...func(*plan.Account)) plan.Account {
	a := plan.Account{GoogleID: "id-" + local, Fields: plan.Fields{Address: local + "@x.org", GivenName: given, FamilyName: family, OrgUnitPath: school}}
	for _, edit := range edits {
		edit(&a)
	}
	return a
}

func at(path string) func(*plan.Account) { return func(a *plan.Account) { a.OrgUnitPath = path } }

func number(value string) func(*plan.Account) {
	return func(a *plan.Account) { a.ExternalIDs = map[string]string{"organization": value} }
}

func carrying(dcid int64) func(*plan.Account) { return func(a *plan.Account) { a.DCID = dcid } }

func district(people []plan.DesiredAccount, accounts []plan.Account) (plan.Desired, plan.Actual) {
	actual := plan.Actual{Domain: "x.org", Customer: "C1", Match: match, Whole: true, OrgUnits: []string{"/Staff", school, "/Students"}}
	for _, a := range accounts {
		if a.DCID == 0 {
			actual.Unlinked = append(actual.Unlinked, a)
		} else {
			actual.Accounts = append(actual.Accounts, a)
		}
	}
	return plan.Desired{
		Domain: "x.org", Accounts: people,
		Rules: &plan.Rules{Policy: "sha256:0", Match: match, SuspendedOrgUnit: "/Suspended", ExternalIDs: []string{"organization"}},
	}, actual
}

// links says who gets which account, and whose is open with which candidates.
func links(a Adoption) []string {
	var words []string
	for _, action := range a.Plan.Actions {
		words = append(words, fmt.Sprintf("link %s %d", action.Account, action.Staff.DCID))
	}
	for _, open := range a.Open {
		var accounts []string
		for _, c := range open.Candidates {
			accounts = append(accounts, c.Account.Address)
		}
		words = append(words, fmt.Sprintf("open %d %s", open.DCID, strings.Join(accounts, " ")))
	}
	slices.Sort(words)
	return words
}

func TestOnlyWhatIsCertainIsLinked(t *testing.T) {
	anna := person(1, "Anna", "Lee", "alee")
	tests := map[string]struct {
		people   []plan.DesiredAccount
		accounts []plan.Account
		want     []string
	}{
		"address, last name and org unit agree": {
			[]plan.DesiredAccount{anna}, []plan.Account{account("Ann", "Lee", "alee")}, []string{"link alee@x.org 1"}},
		"in other letters": {
			[]plan.DesiredAccount{anna}, []plan.Account{account("ANNA", "LEE", "ALee")}, []string{"link ALee@x.org 1"}},
		"the address is an alias": {
			[]plan.DesiredAccount{anna},
			[]plan.Account{account("Anna", "Lee", "anna.lee", func(a *plan.Account) { a.Aliases = []string{"alee@x.org"} })},
			[]string{"link anna.lee@x.org 1"}},
		"one of two last names, with an accent": {
			[]plan.DesiredAccount{person(1, "Sofía", "Núñez de la Cruz", "snunez")},
			[]plan.Account{account("Sofia", "Nunez", "snunez")}, []string{"link snunez@x.org 1"}},
		"a hyphen more": {
			[]plan.DesiredAccount{person(1, "Maria", "Garcia-Ruiz", "mgarcia")},
			[]plan.Account{account("Maria", "Ruiz", "mgarcia")}, []string{"link mgarcia@x.org 1"}},
		"particles are not a last name": {
			[]plan.DesiredAccount{person(1, "Ana", "de la Cruz", "acruz")},
			[]plan.Account{account("Ana", "de la Vega", "acruz")}, []string{"open 1 acruz@x.org"}},
		"an address alone, given again": {
			[]plan.DesiredAccount{anna}, []plan.Account{account("Arthur", "Levi", "alee")}, []string{"open 1 alee@x.org"}},
		"a student's account": {
			[]plan.DesiredAccount{anna}, []plan.Account{account("Anna", "Lee", "alee", at("/Students/2031"))}, []string{"open 1 alee@x.org"}},
		"a number alone among students": {
			[]plan.DesiredAccount{anna}, []plan.Account{account("Tim", "Student", "tim", at("/Students"), number("001"))}, nil},
		"a number alone among staff": {
			[]plan.DesiredAccount{anna}, []plan.Account{account("Tim", "Teacher", "tim", number("1"))}, []string{"open 1 tim@x.org"}},
		"a number without its zeros agrees": {
			[]plan.DesiredAccount{anna}, []plan.Account{account("Anna", "Lee", "alee", number("1"))}, []string{"link alee@x.org 1"}},
		"the number is another one": {
			[]plan.DesiredAccount{anna}, []plan.Account{account("Anna", "Lee", "alee", number("777"))}, []string{"open 1 alee@x.org"}},
		"the name alone": {
			[]plan.DesiredAccount{anna}, []plan.Account{account("Anna", "Lee", "lee.anna")}, []string{"open 1 lee.anna@x.org"}},
		"the name alone among students is nobody's": {
			[]plan.DesiredAccount{anna}, []plan.Account{account("Anna", "Lee", "lee.anna", at("/Students"))}, nil},
		"the address in another domain of the customer": {
			[]plan.DesiredAccount{anna},
			[]plan.Account{account("Anna", "Lee", "alee", func(a *plan.Account) { a.Address = "alee@staff.x.org" })},
			[]string{"open 1 alee@staff.x.org"}},
		"a second account of the name": {
			[]plan.DesiredAccount{anna},
			[]plan.Account{account("Anna", "Lee", "alee"), account("Anna", "Lee", "alee.old")},
			[]string{"open 1 alee@x.org alee.old@x.org"}},
		"two of one name, each with the own address": {
			[]plan.DesiredAccount{anna, person(2, "Anna", "Lee", "alee2")},
			[]plan.Account{account("Anna", "Lee", "alee"), account("Anna", "Lee", "alee2")},
			[]string{"link alee2@x.org 2", "link alee@x.org 1"}},
		"two of one address": {
			[]plan.DesiredAccount{anna, person(2, "Arthur", "Lee", "alee")},
			[]plan.Account{account("Anna", "Lee", "alee")},
			[]string{"open 1 alee@x.org", "open 2 alee@x.org"}},
		"the account of a namesake who has left": {
			[]plan.DesiredAccount{person(1, "Jane", "Smith", "jsmith"), leaver(2, "John", "Smith", "")},
			[]plan.Account{account("John", "Smith", "jsmith")},
			[]string{"open 1 jsmith@x.org"}},
		"the account of a namesake whose own address is somebody else's account": {
			[]plan.DesiredAccount{person(1, "Jane", "Smith", "jsmith"), person(2, "Jack", "Smith", "jsmith2"), leaver(3, "John", "Smith", "")},
			[]plan.Account{account("John", "Smith", "jsmith"), account("Jane", "Smith", "jsmith2")},
			[]string{"open 1 jsmith@x.org jsmith2@x.org", "open 2 jsmith2@x.org"}},
		"an administrator's account": {
			[]plan.DesiredAccount{anna},
			[]plan.Account{account("Anna", "Lee", "alee", func(a *plan.Account) { a.Admin = plan.DelegatedAdmin })},
			[]string{"open 1 alee@x.org"}},
		"an archived account": {
			[]plan.DesiredAccount{anna},
			[]plan.Account{account("Anna", "Lee", "alee", func(a *plan.Account) { a.Archived = true })},
			[]string{"open 1 alee@x.org"}},
		"a guest's account": {
			[]plan.DesiredAccount{anna},
			[]plan.Account{account("Anna", "Lee", "alee", func(a *plan.Account) { a.Guest = true })}, nil},
		"an account that carries a DCID": {
			[]plan.DesiredAccount{anna}, []plan.Account{account("Anna", "Lee", "alee", carrying(9))}, nil},
		"somebody who is linked": {
			[]plan.DesiredAccount{anna},
			[]plan.Account{account("Anna", "Lee", "other", carrying(1)), account("Anna", "Lee", "alee")}, nil},
		"a leaver, without being asked": {
			[]plan.DesiredAccount{anna, leaver(2, "Bo", "Gone", "bgone")}, []plan.Account{account("Bo", "Gone", "bgone")}, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			desired, actual := district(test.people, test.accounts)
			adopted, err := Adopt(desired, actual, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if difference := cmp.Diff(test.want, links(adopted)); difference != "" {
				t.Error(difference)
			}
			if len(adopted.Plan.Conflicts) != len(adopted.Open) {
				t.Errorf("%d conflicts for %d open people", len(adopted.Plan.Conflicts), len(adopted.Open))
			}
		})
	}
}

// Of most former staff PowerSchool keeps no address, so that the policy leaves them
// out: the account may be theirs all the same.
func TestSomebodyWhoIsLeftOutMayHaveTheAccountToo(t *testing.T) {
	desired, actual := district([]plan.DesiredAccount{person(1, "Jane", "Smith", "jsmith")}, []plan.Account{account("John", "Smith", "jsmith")})
	desired.Skipped = []plan.Skipped{{Staff: plan.Person{DCID: 2, Name: "John Smith"}, Reason: "no e-mail address in PowerSchool"}}
	adopted, err := Adopt(desired, actual, Options{Leavers: true})
	if err != nil {
		t.Fatal(err)
	}
	if difference := cmp.Diff([]string{"open 1 jsmith@x.org"}, links(adopted)); difference != "" {
		t.Error(difference)
	}
}

func TestALinkSaysWhyFactByFact(t *testing.T) {
	desired, actual := district([]plan.DesiredAccount{person(1, "Anna", "Lee", "alee")}, []plan.Account{account("Anna", "Lee", "alee", number("001"))})
	adopted, err := Adopt(desired, actual, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []plan.Action{{
		ID: "account/1", Kind: plan.Link, Account: "alee@x.org", GoogleID: "id-alee", Staff: plan.Person{DCID: 1, Name: "Anna Lee", Building: "High School"},
		Reason:  "certain: the address, the name, the number 001, among staff; nobody else fits",
		Changes: plan.Changes{{Field: match, To: plan.Number(1)}},
	}}
	if difference := cmp.Diff(want, adopted.Plan.Actions); difference != "" {
		t.Error(difference)
	}
	if check := adopted.Plan.Limits[plan.LimitLink]; check.Count != 1 || check.Base != 1 {
		t.Errorf("the limit link is %+v", check)
	}
}

func TestALinkSaysWhatSpeaksAgainstItToo(t *testing.T) {
	desired, actual := district([]plan.DesiredAccount{person(1, "Anna", "Lee", "alee")},
		[]plan.Account{account("Ann", "Lee", "alee", func(a *plan.Account) { a.Suspended = true })})
	adopted, err := Adopt(desired, actual, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := "certain: the address, the last name, among staff; nobody else fits; against: another first name: Ann, suspended"
	if got := adopted.Plan.Actions[0].Reason; got != want {
		t.Errorf("the reason is %q", got)
	}
	warnings := []plan.Warning{{
		Kind: plan.WarningFirstName, Account: "alee@x.org", Staff: adopted.Plan.Actions[0].Staff,
		Message: "the name on the account is Ann Lee; if that is somebody else than Anna Lee, say so in a file of --links: alee@x.org,1, marked no",
	}}
	if difference := cmp.Diff(warnings, adopted.Plan.Warnings); difference != "" {
		t.Error(difference)
	}
}

func TestLeaversAreLinkedOnlyOnRequestAndShownBefore(t *testing.T) {
	desired, actual := district([]plan.DesiredAccount{person(1, "Anna", "Lee", "alee"), leaver(2, "Bo", "Gone", "bgone"), leaver(3, "Cy", "Idle", "cidle")},
		[]plan.Account{account("Bo", "Gone", "bgone"), account("Cy", "Idle", "cidle", func(a *plan.Account) { a.Suspended = true })})
	adopted, err := Adopt(desired, actual, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := adopted.Plan.Warnings; len(adopted.Plan.Actions) != 0 || len(got) != 1 || got[0].Account != "bgone@x.org" {
		t.Errorf("without --leavers: %d links, warnings %+v", len(adopted.Plan.Actions), got)
	}
	if adopted, err = Adopt(desired, actual, Options{Leavers: true}); err != nil {
		t.Fatal(err)
	}
	if difference := cmp.Diff([]string{"link bgone@x.org 2"}, links(adopted)); difference != "" {
		t.Error(difference)
	}
	if reason := adopted.Plan.Actions[0].Reason; !strings.Contains(reason, "the next plan suspends it") {
		t.Errorf("the reason is %q", reason)
	}
}

func TestWhatAPersonSettledIsLinkedAndEverybodyElseMatchedWithoutIt(t *testing.T) {
	people := []plan.DesiredAccount{person(1, "Anna", "Lee", "alee"), person(2, "Arthur", "Lee", "alee"), leaver(3, "Cy", "Gone", "")}
	accounts := []plan.Account{
		account("Anna", "Lee", "alee"), account("Art", "Leigh", "art", func(a *plan.Account) { a.Admin = plan.SuperAdmin }), account("Old", "Owner", "old", carrying(99)),
	}
	tests := map[string]struct {
		rows    []Settled
		leavers bool
		want    []string
		err     string
	}{
		"one of two": {rows: []Settled{{Address: "ALEE@x.org", DCID: 1}}, want: []string{"link alee@x.org 1"}},
		"both": {rows: []Settled{{Address: "alee@x.org", DCID: 1}, {Address: "art@x.org", DCID: 2}},
			want: []string{"link alee@x.org 1", "link art@x.org 2"}},
		"somebody else's": {rows: []Settled{{Address: "alee@x.org", DCID: 2, SomebodyElse: true}}, want: []string{"link alee@x.org 1"}},
		"a DCID that PowerSchool does not know any more": {rows: []Settled{{Address: "old@x.org", DCID: 2, OldDCID: 99}},
			want: []string{"link alee@x.org 1", "link old@x.org 2"}},
		"an unknown address":     {rows: []Settled{{Address: "nobody@x.org", DCID: 1}}, err: "row 1: no account has the address nobody@x.org"},
		"an unknown DCID":        {rows: []Settled{{Address: "alee@x.org", DCID: 77}}, err: "row 1: PowerSchool has nobody with DCID 77"},
		"an address twice":       {rows: []Settled{{Address: "alee@x.org", DCID: 1}, {Address: "alee@x.org", DCID: 2}}, err: "row 2: the account alee@x.org is there twice, in row 1 as well; keep one of the two rows"},
		"a DCID twice":           {rows: []Settled{{Address: "alee@x.org", DCID: 1}, {Address: "art@x.org", DCID: 1}}, err: "row 2: DCID 1 is there twice, in row 1 as well; keep one of the two rows"},
		"the same twice":         {rows: []Settled{{Address: "alee@x.org", DCID: 1}, {Address: "ALEE@x.org", DCID: 1}}, err: "row 2: the account alee@x.org is there twice, in row 1 as well; keep one of the two rows"},
		"somebody else's twice":  {rows: []Settled{{Address: "alee@x.org", DCID: 2, SomebodyElse: true}, {Address: "alee@x.org", DCID: 2, SomebodyElse: true}}, want: []string{"link alee@x.org 1"}},
		"theirs and not theirs":  {rows: []Settled{{Address: "alee@x.org", DCID: 1}, {Address: "alee@x.org", DCID: 1, SomebodyElse: true}}, err: "row 2: alee@x.org is marked as Anna Lee's (DCID 1) and as somebody else's, in row 1 as well; keep one of the two rows"},
		"what the config denies": {rows: []Settled{{Address: "alee@x.org", DCID: 3}}, err: "row 1: the config says under distinct that alee@x.org is not Cy Gone's (DCID 3); take that out first"},
		"an account with a DCID": {rows: []Settled{{Address: "old@x.org", DCID: 2}}, err: "row 1: old@x.org carries DCID 99; to link it to another person, name that one in the column old_dcid"},
		"another old DCID":       {rows: []Settled{{Address: "alee@x.org", DCID: 1, OldDCID: 5}}, err: "row 1: alee@x.org does not carry DCID 5, nor any other"},
		"a leaver":               {rows: []Settled{{Address: "art@x.org", DCID: 3}}, err: "row 1: Cy Gone has left (no active school assignment): the next plan would suspend art@x.org; if that is right, say --leavers"},
		"a leaver, as asked":     {rows: []Settled{{Address: "art@x.org", DCID: 3}}, leavers: true, want: []string{"link art@x.org 3", "open 1 alee@x.org", "open 2 alee@x.org"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for i := range test.rows {
				test.rows[i].Row = fmt.Sprintf("row %d", i+1)
			}
			desired, actual := district(people, accounts)
			desired.Rules.Distinct = []plan.Distinct{{DCID: 3, Account: "alee@x.org"}}
			adopted, err := Adopt(desired, actual, Options{Settled: test.rows, Leavers: test.leavers})
			if test.err != "" {
				if err == nil || err.Error() != test.err {
					t.Errorf("the error is %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if difference := cmp.Diff(test.want, links(adopted)); difference != "" {
				t.Error(difference)
			}
		})
	}
}

func TestADCIDIsTakenFromNobodyWhoIsActive(t *testing.T) {
	desired, actual := district([]plan.DesiredAccount{person(1, "Anna", "Lee", "alee"), person(2, "Bo", "Berg", "bberg")},
		[]plan.Account{account("Bo", "Berg", "bberg", carrying(2))})
	_, err := Adopt(desired, actual, Options{Settled: []Settled{{Row: "row 1", Address: "bberg@x.org", DCID: 1, OldDCID: 2}}})
	if err == nil || !strings.Contains(err.Error(), "PowerSchool has that person as active") {
		t.Errorf("the error is %v", err)
	}
}

func TestPartOfTheAccountsIsNotEnough(t *testing.T) {
	desired, actual := district(nil, nil)
	actual.Whole = false
	if _, err := Adopt(desired, actual, Options{}); err == nil {
		t.Error("a partial reading was matched")
	}
}
