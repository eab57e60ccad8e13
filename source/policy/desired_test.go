package policy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

// conflict returns the one conflict of a state in which there is nothing else.
func conflict(t *testing.T, state plan.Desired) plan.Conflict {
	t.Helper()
	if len(state.Conflicts) != 1 || len(state.Accounts)+len(state.Skipped) != 0 {
		t.Fatalf("accounts %+v, skipped %+v, conflicts %+v", state.Accounts, state.Skipped, state.Conflicts)
	}
	return state.Conflicts[0]
}

func TestAnAddressThatNoAccountCanHaveIsAConflict(t *testing.T) {
	for _, c := range []struct{ address, want string }{
		{"jdoe", `the e-mail address "jdoe" in PowerSchool has no @`},
		{"@d118.org", `the e-mail address "@d118.org" in PowerSchool has nothing before the @`},
		{"jdoe@", `the e-mail address "jdoe@" in PowerSchool has no domain such as example.org after the @`},
		{"jdoe@d118", `the e-mail address "jdoe@d118" in PowerSchool has no domain such as example.org after the @`},
		{"jdoe@d118..org", `the e-mail address "jdoe@d118..org" in PowerSchool has no domain such as example.org after the @`},
		{"j doe@d118.org", `the e-mail address "j doe@d118.org" in PowerSchool holds a space`},
		{"jdoe@d118.org, jane@x.org", `the e-mail address "jdoe@d118.org, jane@x.org" in PowerSchool is more than one address`},
		{"jdoe@d118.org;jane@x.org", `the e-mail address "jdoe@d118.org;jane@x.org" in PowerSchool is more than one address`},
		{"jdoe@d118.org jane@x.org", `the e-mail address "jdoe@d118.org jane@x.org" in PowerSchool is more than one address`},
		{"jdoe\n@d118.org", `the e-mail address "jdoe\n@d118.org" in PowerSchool holds a line break or another control character`},
		{"jdoe\x1b[2J@d118.org", `the e-mail address "jdoe\x1b[2J@d118.org" in PowerSchool holds a line break or another control character`},
		{"nuñez@d118.org", `the e-mail address "nuñez@d118.org" in PowerSchool holds the character 'ñ' (U+00F1), which no account's address can`},
		{"\u212Aim@d118.org", "the e-mail address \"\u212Aim@d118.org\" in PowerSchool holds the character '\u212A' (U+212A), which no account's address can"},
		{"j\u202edoe@d118.org", `the e-mail address "j\u202edoe@d118.org" in PowerSchool holds the character '\u202e' (U+202E), which no account's address can`},
		{"<jdoe>@d118.org", `the e-mail address "<jdoe>@d118.org" in PowerSchool holds the character '<', which no account's address can`},
		{".jdoe@d118.org", `the e-mail address ".jdoe@d118.org" in PowerSchool has a period too many before the @`},
		{"j..doe@d118.org", `the e-mail address "j..doe@d118.org" in PowerSchool has a period too many before the @`},
		{strings.Repeat("j", 65) + "@d118.org", `the e-mail address "` + strings.Repeat("j", 65) + `@d118.org" in PowerSchool has 65 characters before the @, and an account has 64 at most`},
	} {
		t.Run(c.address, func(t *testing.T) {
			got := conflict(t, desired(t, d118(), someone(func(s *source.Staff) { s.Email = c.address })))
			want := plan.Conflict{
				Kind: plan.ConflictUndecided, ID: "account/1042", Staff: plan.Person{DCID: 1042, Name: "Jane Doe", Building: "Cotton Creek"},
				Problem: c.want, Remedy: "correct the address in PowerSchool",
			}
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOrdinaryAddressesAreTaken(t *testing.T) {
	for _, address := range []string{"j@d118.org", "j.doe@d118.org", "shannon.o'brien@d118.org", "j-doe_2@staff.d118.org", "someone@elsewhere.example"} {
		got := account(t, desired(t, d118(), someone(func(s *source.Staff) { s.Email = address })))
		if got.Address != address {
			t.Errorf("address %q became %q", address, got.Address)
		}
	}
}

func TestALeaverWithAMalformedAddressIsStillSuspended(t *testing.T) {
	got := account(t, desired(t, d118(), someone(func(s *source.Staff) { s.Active, s.Email = false, "jdoe (left)" })))
	if !got.Suspended || got.Active || got.Address != "jdoe (left)" {
		t.Errorf("account %+v", got)
	}
}

func TestADamagedValueIsAConflictOfWhatNeedsIt(t *testing.T) {
	const damage = "users.csv, line 2, column x: the text (null) stands for no value"
	damaged := func(field string) func(*source.Staff) {
		return func(s *source.Staff) { s.Damaged = map[string]string{field: damage} }
	}
	for field, want := range map[string]map[string]string{
		"lastName":      {plan.FieldFamilyName: damage},
		"firstName":     {plan.FieldGivenName: damage},
		"securityGroup": {"Synchronization_Data.Staff_Group": damage},
		"teacherNumber": {"Synchronization_Data.Teacher-Number": damage, "externalIds.organization": damage},
	} {
		if got := account(t, desired(t, d118(), someone(damaged(field)))).Undecided; !maps.Equal(got, want) {
			t.Errorf("%s: %v, want %v", field, got, want)
		}
	}
	if got := conflict(t, desired(t, d118(), someone(damaged("email")))).Problem; got != damage {
		t.Errorf("a damaged address: %q", got)
	}
	if got := conflict(t, desired(t, d118(), someone(damaged("building")))).Problem; !strings.HasSuffix(got, ": "+damage) {
		t.Errorf("a damaged building: %q", got)
	}
}

// Rules that leave people out see what was typed, and whoever has left is
// suspended whatever the address looks like.
func TestALeaverWithADamagedValueIsStillSuspended(t *testing.T) {
	got := account(t, desired(t, d118(), someone(func(s *source.Staff) {
		s.Active, s.Email = false, "(null)"
		s.Damaged = map[string]string{"email": "users.csv, line 2, column email_addr: the text (null) stands for no value"}
	})))
	if !got.Suspended {
		t.Errorf("account %+v", got)
	}
}

func TestAnExpressionThatFailsIsAConflict(t *testing.T) {
	disagree := `u_humanresources.csv has 2 rows for DCID 1042 that disagree on cellphone: "1" (line 2) and "2" (line 3)`
	undecided := func(s *source.Staff) { s.Extra, s.Undecided = nil, map[string]string{"cellPhone": disagree} }
	for _, c := range []struct {
		name   string
		config func(*Config)
		staff  func(*source.Staff)
		want   string
	}{
		{"in a skip rule", func(c *Config) { c.Skip.Rules[0].When = "1 / (staff.type - 1) == 0" }, nil,
			"skip.rules[0]: 1 / (staff.type - 1) == 0: division by zero"},
		{"an undecided extra in a skip rule", func(c *Config) { c.Skip.Rules[0].When = `staff.extra.cellPhone == "0"` }, undecided,
			"skip.rules[0]: " + disagree},
		{"in the condition of an org unit", func(c *Config) { c.OrgUnits.Active[0].When = "staff.schools[5] == 7" }, nil,
			"orgUnits.active[0]: staff.schools[5] == 7: index out of bounds: 5"},
		{"in the path of an org unit", func(c *Config) { c.OrgUnits.Active[1].Path = "/${int(staff.building)}" }, nil,
			"orgUnits.active[1]: int(staff.building): type conversion error from 'string' to 'int'"},
		{"an org unit without its building", nil, func(s *source.Staff) { s.Building = "" }, "orgUnits.active[1]: staff.building is empty"},
		{"an org unit with an empty name", func(c *Config) { c.OrgUnits.Active[1].Path = `/Staff/${"/" + staff.building}` }, nil,
			`orgUnits.active[1]: the org unit "/Staff//Cotton Creek" has an empty name between two /`},
		{"an org unit without its slash", func(c *Config) { c.OrgUnits.Active[1].Path = "${staff.building}" }, nil,
			`orgUnits.active[1]: the org unit "Cotton Creek" must begin with /`},
		{"too much work", func(c *Config) {
			ten := "[1,2,3,4,5,6,7,8,9,10]"
			c.Skip.Rules[0].When = strings.Repeat(ten+".all(x, ", 7) + "true" + strings.Repeat(")", 7)
		}, nil, "skip.rules[0]: " + strings.Repeat("[1,2,3,4,5,6,7,8,9,10].all(x, ", 7) + "true))))))) takes too much work for one person"},
		{"no org unit rule that holds", func(c *Config) { c.OrgUnits.Active[1].When = "staff.type == LUNCH" }, nil,
			"no rule of orgUnits.active holds"},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := d118()
			if c.config != nil {
				c.config(&config)
			}
			got := conflict(t, desired(t, config, someone(c.staff)))
			if diff := gocmp.Diff(c.want, got.Problem); diff != "" {
				t.Error(diff)
			}
			if got.ID != "account/1042" || got.Staff.DCID != 1042 || got.Field != "" || got.Remedy == "" {
				t.Errorf("conflict %+v", got)
			}
		})
	}
}

func TestAnExpressionThatFailsLeavesItsFieldUndecided(t *testing.T) {
	config := d118()
	config.Attributes = map[string]string{
		"A.Quotient":         "${1 / (staff.type - 1)}",
		"A.NotANumber":       "${0.0 / 0.0}",
		"A.Fine":             "${staff.building}",
		"CrisisGO.CellPhone": "${staff.extra.cellPhone}",
	}
	config.ExternalIDs = map[string]string{"organization": `${staff.email.split("@")[2]}`}
	got := account(t, desired(t, config, someone(func(s *source.Staff) {
		s.Extra, s.Undecided = nil, map[string]string{"cellPhone": "rows disagree"}
	})))
	want := map[string]string{
		"A.Quotient":               "1 / (staff.type - 1): division by zero",
		"A.NotANumber":             "0.0 / 0.0 gives NaN, which is not a number",
		"CrisisGO.CellPhone":       "rows disagree",
		"externalIds.organization": `staff.email.split("@")[2]: index out of bounds: 2`,
	}
	if diff := gocmp.Diff(want, got.Undecided); diff != "" {
		t.Error(diff)
	}
	if diff := gocmp.Diff(map[string]string{"A.Fine": "Cotton Creek"}, got.Attributes); diff != "" {
		t.Error(diff)
	}
	if got.ExternalIDs != nil {
		t.Errorf("external ids %v", got.ExternalIDs)
	}
}

func TestValuesOfEveryType(t *testing.T) {
	for _, c := range []struct{ template, want string }{
		{"fixed", "fixed"},
		{"${staff.dcid}", "1042"},
		{"${-5}", "-5"},
		{"${7u}", "7"},
		{"${0.5}", "0.5"},
		{"${1.0}", "1"},
		{"${staff.active}", "true"},
		{"${staff.firstName} ${staff.lastName}", "Jane Doe"},
		{"${lower(staff.building)}", "cotton creek"},
		{`${lower("NUÑEZ")}`, "nuñez"},
		{"${staff.building.lowerAscii()}", "cotton creek"},
		{`${staff.email.replace("@", " at ")}`, "jdoe at d118.org"},
		{"${staff.type == TEACHER ? 'T' : 'S'}", "T"},
		{"${staff.type in [UNASSIGNED, STAFF, LUNCH, SUBSTITUTE]}", "false"},
		{"${has(staff.securityGroup)} ${has(staff.extra.cellPhone)}", "true true"},
		{"${staff.schools.size()}", "2"},
		{"${131 in staff.schools}", "true"},
		{"  ${staff.lastName}  ", "Doe"},
		{`${""}`, ""},
		{"$${literal} and $5", "${literal} and $5"},
		{"${{'a}': 'b'}['a}']}", "b"},
		{`${r"\}"}`, `\}`},
		{"${[staff].map(s, s.email)[0]}", "jdoe@d118.org"},
	} {
		config := d118()
		config.Attributes = map[string]string{"A.Value": c.template}
		p, err := Compile(config, "d118.org", someSource())
		if err != nil {
			t.Errorf("%s: %v", c.template, err)
			continue
		}
		state := p.Desired(source.District{Staff: []source.Staff{someone(nil)}})
		if got := account(t, state); got.Attributes["A.Value"] != c.want || got.Undecided != nil {
			t.Errorf("%s gives %q (%v), want %q", c.template, got.Attributes["A.Value"], got.Undecided, c.want)
		}
	}
}

func TestHasIsFalseOfWhatPowerSchoolLacks(t *testing.T) {
	config := d118()
	config.Attributes = map[string]string{"A.Value": "${has(staff.extra.cellPhone)} ${has(staff.teacherNumber)} ${has(staff.type)}"}
	got := account(t, desired(t, config, someone(func(s *source.Staff) { s.Extra, s.TeacherNumber = nil, "" })))
	if got.Attributes["A.Value"] != "false false true" {
		t.Errorf("value %q", got.Attributes["A.Value"])
	}
}

// drawStaff draws people of every sort, each DCID once.
func drawStaff(t *rapid.T) []source.Staff {
	text := func(label string, texts ...string) string { return rapid.SampledFrom(texts).Draw(t, label) }
	var all []source.Staff
	for id := range rapid.IntRange(0, 12).Draw(t, "people") {
		all = append(all, someone(func(s *source.Staff) {
			s.DCID = int64(id + 1)
			s.Email = text("email", "jdoe@d118.org", "123@d118.org", "broken", "a@b@c", "x@y.example")
			s.FirstName = text("first", "Jane", "Test", "", "\x00")
			s.Building = text("building", "Cotton Creek", "", "/", "Substitute")
			s.Active = rapid.Bool().Draw(t, "active")
			s.Type = rapid.Int64Range(0, 4).Draw(t, "type")
			if rapid.Bool().Draw(t, "undecided") {
				s.Undecided = map[string]string{"cellPhone": "rows disagree"}
			}
		}))
	}
	return all
}

func TestEverybodyIsInExactlyOneList(t *testing.T) {
	p := compiled(t, d118())
	rapid.Check(t, func(t *rapid.T) {
		staff := drawStaff(t)
		state := p.Desired(source.District{Staff: staff})
		var ids []int64
		for _, account := range state.Accounts {
			ids = append(ids, account.DCID)
		}
		for _, skipped := range state.Skipped {
			ids = append(ids, skipped.Staff.DCID)
		}
		for _, conflict := range state.Conflicts {
			ids = append(ids, conflict.Staff.DCID)
		}
		slices.Sort(ids)
		for i, id := range ids {
			if id != int64(i+1) {
				t.Fatalf("DCIDs %v", ids)
			}
		}
		if len(ids) != len(staff) {
			t.Fatalf("%d of %d people", len(ids), len(staff))
		}
	})
}

func TestTheOrderOfStaffMeansNothing(t *testing.T) {
	p := compiled(t, d118())
	rapid.Check(t, func(t *rapid.T) {
		staff := drawStaff(t)
		want := p.Desired(source.District{Staff: staff})
		got := p.Desired(source.District{Staff: rapid.Permutation(staff).Draw(t, "order")})
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		if !slices.IsSortedFunc(got.Accounts, func(a, b plan.DesiredAccount) int { return cmp.Compare(a.DCID, b.DCID) }) {
			t.Fatal("the accounts are not sorted")
		}
	})
}

// fixedTables answers with tables or an error.
type fixedTables struct {
	tables source.Tables
	err    error
}

func (f fixedTables) ReadTables(context.Context) (source.Tables, error) { return f.tables, f.err }

func TestReaderIsAPlanReader(t *testing.T) {
	table := func(columns string, rows ...string) source.Table {
		t := source.Table{Name: "t.csv", Columns: strings.Split(columns, ",")}
		for i, row := range rows {
			t.Rows = append(t.Rows, source.Row{Line: i + 2, Cells: strings.Split(row, ",")})
		}
		return t
	}
	tables := source.Tables{
		"schools":          table("school_number,name", "7,COTTON CREEK"),
		"users":            table("dcid,email_addr,first_name,last_name,teachernumber,groupvalue,homeschoolid", "1042,jdoe@d118.org,JANE,MCDONALD,004037,9,7"),
		"schoolstaff":      table("users_dcid,schoolid,status,staffstatus", "1042,7,1,1"),
		"u_humanresources": table("usersdcid,cellphone"),
	}
	reader := Reader{Tables: fixedTables{tables: tables}, Policy: compiled(t, d118())}
	state, err := reader.ReadState(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := account(t, state); got.FamilyName != "McDonald" || got.OrgUnitPath != "/D118 Staff/Cotton Creek Staff" {
		t.Errorf("account %+v", got)
	}
}

func TestAFailedReadIsAnErrorAndNoState(t *testing.T) {
	broken := errors.New("disk on fire")
	for _, tables := range []fixedTables{{err: broken}, {tables: source.Tables{}}} {
		state, err := Reader{Tables: tables, Policy: compiled(t, d118())}.ReadState(t.Context())
		if err == nil || len(state.Accounts) != 0 || state.Rules != nil {
			t.Errorf("state %+v, error %v", state, err)
		}
		if tables.err != nil && !errors.Is(err, broken) {
			t.Errorf("error %v", err)
		}
	}
}

func ExamplePolicy_Desired() {
	config := Config{
		Match:       "Sync.DCID",
		OrgUnits:    OrgUnits{Active: []OrgUnitRule{{Path: "/Staff/${staff.building}"}}, Suspended: "/Suspended"},
		NewAccounts: NewAccounts{Password: Password{Env: "NEW_USER_PASSWORD"}},
	}
	p, err := Compile(config, "d118.org", source.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	state := p.Desired(source.District{Staff: []source.Staff{
		{DCID: 1, Email: "jdoe@d118.org", Building: "Cotton Creek", Active: true},
		{DCID: 2, Email: "bcole@d118.org", Building: "Cotton Creek"},
	}})
	for _, account := range state.Accounts {
		fmt.Println(account.Address, account.OrgUnitPath, account.Suspended)
	}
	// Output:
	// jdoe@d118.org /Staff/Cotton Creek false
	// bcole@d118.org /Suspended true
}
