package source

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
)

// table makes a table of lines of cells between vertical bars; the first
// names the columns and NULL is an empty cell.
func table(name, lines string) Table {
	t := Table{Name: name}
	for i, line := range strings.Split(strings.TrimSpace(lines), "\n") {
		var cells []string
		for _, cell := range strings.Split(line, "|") {
			if cell = strings.TrimSpace(cell); cell == "NULL" {
				cell = ""
			}
			cells = append(cells, cell)
		}
		if i == 0 {
			t.Columns = cells
			continue
		}
		t.Rows = append(t.Rows, Row{Line: i + 1, Cells: cells})
	}
	return t
}

const (
	someSchools = `
		school_number | name                | abbreviation
		131           | WAUCONDA HIGH SCHOOL | WHS
		0             | DISTRICT OFFICE      | NULL
		7             | Cotton Creek         | CCS`
	someUsers = `
		dcid | email_addr       | first_name | last_name | teachernumber | groupvalue | homeschoolid
		1042 | JDoe@D118.org    | JANE       | MCDONALD  | 004037        | 9          | 131
		12   | asmith@d118.org  | AL         | SMITH     | T-17          | NULL       | 7`
	someStaff = `
		users_dcid | schoolid | status | staffstatus
		1042       | 131      | 1      | 1
		12         | 7        | 2      | 2`
	somePhones = `
		usersdcid | cellphone
		1042      | 847-555-0100`
)

func someTables() Tables {
	return Tables{
		"schools":          table("schools.csv", someSchools),
		"users":            table("users.csv", someUsers),
		"schoolstaff":      table("schoolstaff.csv", someStaff),
		"u_humanresources": table("u_humanresources.csv", somePhones),
	}
}

func someConfig() Config {
	return Config{
		Export: &Export{Dir: "powerschool"},
		Extras: map[string]Extra{"cellPhone": {Table: "U_HumanResources", Key: "UsersDCID", Column: "CellPhone"}},
	}
}

// with replaces a table's rows by lines of cells.
func (t Tables) with(name string, rows ...string) Tables {
	changed := t[name]
	changed.Rows = table("", strings.Join(changed.Columns, "|")+"\n"+strings.Join(rows, "\n")).Rows
	t[name] = changed
	return t
}

func assemble(t *testing.T, tables Tables, config Config) District {
	t.Helper()
	d, err := Assemble(tables, config)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestAssembleReadsTheWholeDistrict(t *testing.T) {
	got := assemble(t, someTables(), someConfig())
	want := District{
		Schools: []School{
			{Number: 0, Name: "District Office"},
			{Number: 7, Name: "Cotton Creek", Abbreviation: "CCS"},
			{Number: 131, Name: "Wauconda High School", Abbreviation: "WHS"},
		},
		Staff: []Staff{
			{
				DCID: 12, Email: "asmith@d118.org", FirstName: "Al", LastName: "Smith", HomeSchool: 7, Building: "Cotton Creek",
				Schools: []int64{}, Assigned: true, Type: 2, TeacherNumber: "T-17",
			},
			{
				DCID: 1042, Email: "jdoe@d118.org", FirstName: "Jane", LastName: "McDonald", HomeSchool: 131, Building: "Wauconda High School",
				Schools: []int64{131}, Active: true, Type: 1, SecurityGroup: "9", TeacherNumber: "004037",
				Extra: map[string]string{"cellPhone": "847-555-0100"},
			},
		},
		StrayRows: plan.StrayRows{Assignments: plan.Stray{Base: 1}, Schools: plan.Stray{Base: 1}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRow1BuildingIsTheSchoolsNameCasedForPeople(t *testing.T) {
	d := assemble(t, someTables().with("schools", "131|3RD AVENUE SCHOOL|NULL", "7|ST. JOHN'S|NULL"), someConfig())
	if got, want := []string{d.Staff[0].Building, d.Staff[1].Building}, []string{"St. John's", "3rd Avenue School"}; !slices.Equal(got, want) {
		t.Errorf("buildings %q, want %q", got, want)
	}
}

func TestTheDistrictOfficeAndThePseudoSchoolAreNoSchoolsOfTheirOwn(t *testing.T) {
	const (
		noOffice = "home school 0, the district office, is not in schools; name it in the config: source.districtOffice: District Office"
		pseudo   = "home school 999999 is PowerSchool's school of graduated students, which is not a building; give the person another home school"
	)
	for _, c := range []struct {
		name, office string
		schools      []string
		status       string // of the person at 999999
		building     string // of the person at 0
		reasons      []string
	}{
		{"the config names none", "", []string{"131|HIGH|NULL", "999999|GRADUATED STUDENTS|NULL"}, "1", "", []string{noOffice, pseudo}},
		{"the config names it", "Central Office", []string{"131|HIGH|NULL"}, "1", "Central Office", []string{pseudo}},
		{"a row of schools decides", "Central Office", []string{"0|MAIN OFFICE|NULL"}, "1", "Main Office", []string{pseudo}},
		{"people who have left need no building", "Central Office", []string{"131|HIGH|NULL", "999999|GRAD|NULL"}, "2", "Central Office", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := someConfig()
			config.DistrictOffice = c.office
			d := assemble(t, someTables().with("schools", c.schools...).
				with("users", "1|a@d118.org|AL|SMITH|1|9|0", "2|b@d118.org|BO|BELL|1|9|999999").
				with("schoolstaff", "1|131|1|1", "2|131|"+c.status+"|1"), config)
			buildings := make(map[int64]string)
			for _, staff := range d.Staff {
				buildings[staff.DCID] = staff.Building
			}
			var reasons []string
			for _, left := range d.LeftOut {
				reasons = append(reasons, left.Reason)
			}
			if buildings[1] != c.building || buildings[2] != "" || d.StrayRows.Schools.Count != 0 {
				t.Errorf("buildings %v, stray %d", buildings, d.StrayRows.Schools.Count)
			}
			if diff := cmp.Diff(c.reasons, reasons); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRow2UnknownHomeSchoolIsLeftOutByName(t *testing.T) {
	d := assemble(t, someTables().with("users",
		"1042|jdoe@d118.org|JANE|DOE|1|9|999", "12|a@d118.org|AL|SMITH|1|9|NULL", "13|b@d118.org|BO|BELL|1|9|7"), someConfig())
	checkLeftOut(t, d,
		`12 "Al Smith" a@d118.org active false: no home school in PowerSchool`,
		`1042 "Jane Doe" jdoe@d118.org active true: home school 999 is not a school in PowerSchool`)
	if len(d.Staff) != 1 || d.Staff[0].DCID != 13 {
		t.Errorf("staff: %+v", d.Staff)
	}
}

func TestRow3AddressesAreInLowerCaseAndTrimmed(t *testing.T) {
	tables := someTables()
	tables["users"].Rows[0].Cells[1] = "  JDoe@D118.ORG\t"
	if got := assemble(t, tables, someConfig()).Staff[1].Email; got != "jdoe@d118.org" {
		t.Errorf("address %q", got)
	}
}

func TestRow3NoOtherLetterTurnsIntoAPlainOne(t *testing.T) {
	tables := someTables()
	tables["users"].Rows[0].Cells[1] = "\u212Aim@d118.org" // the Kelvin sign, whose small letter is k
	if got := assemble(t, tables, someConfig()).Staff[1].Email; got != "\u212Aim@d118.org" {
		t.Errorf("address %q", got)
	}
}

func TestRow5OneAssignmentWithStatus1IsActive(t *testing.T) {
	for _, c := range []struct {
		name     string
		rule     ActiveRule
		rows     []string
		active   bool
		schools  []int64
		category int64
	}{
		{"status 1 at the home school", AnySchool, []string{"1042|131|1|1"}, true, []int64{131}, 1},
		{"status 1 elsewhere", AnySchool, []string{"1042|7|1|1"}, true, []int64{7}, 2},
		{"status 1 elsewhere, by the home school's row", HomeSchool, []string{"1042|7|1|1", "1042|131|2|1"}, false, []int64{7}, 2},
		{"status 1 at the home school, by its row", HomeSchool, []string{"1042|131|1|1"}, true, []int64{131}, 1},
		{"status true", AnySchool, []string{"1042|131|True|1"}, true, []int64{131}, 1},
		{"status false", AnySchool, []string{"1042|131|false|1"}, false, []int64{}, 2},
		{"status 2", AnySchool, []string{"1042|131|2|1"}, false, []int64{}, 2},
		{"status NULL", AnySchool, []string{"1042|131|NULL|1"}, false, []int64{}, 2},
		{"no row", AnySchool, nil, false, []int64{}, 2},
		{"one of two rows at one school", AnySchool, []string{"1042|131|2|1", "1042|131|1|3"}, true, []int64{131}, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := someConfig()
			config.Active = c.rule
			staff := assemble(t, someTables().with("schoolstaff", append(c.rows, "12|7|1|2")...), config).Staff[1]
			got := Staff{Active: staff.Active, Schools: staff.Schools, Type: staff.Type}
			if diff := cmp.Diff(Staff{Active: c.active, Schools: c.schools, Type: c.category}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRow6SchoolsAreTheActiveOnesAscendingAndOnce(t *testing.T) {
	d := assemble(t, someTables().with("schoolstaff", "1042|131|1|1", "1042|7|1|1", "1042|0|2|1", "1042|131|1|2", "1042|555|1|2"), someConfig())
	if got, want := d.Staff[1].Schools, []int64{7, 131, 555}; !slices.Equal(got, want) {
		t.Errorf("schools %v, want %v", got, want)
	}
}

func TestRow7StaffTypeIsTheHomeSchoolsElse2(t *testing.T) {
	for _, c := range []struct {
		name string
		rows []string
		want int64
	}{
		{"of the home school, not another", []string{"1042|7|1|3", "1042|131|1|4"}, 4},
		{"unassigned is a type", []string{"1042|131|1|0"}, 0},
		{"inactive at the home school", []string{"1042|131|2|1", "1042|7|1|4"}, 2},
		{"NULL", []string{"1042|131|1|NULL"}, 2},
		{"NULL beside another", []string{"1042|131|1|NULL", "1042|131|1|3"}, 3},
		{"the lowest where rows differ", []string{"1042|131|1|4", "1042|131|1|1", "1042|131|1|3"}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := assemble(t, someTables().with("schoolstaff", append(c.rows, "12|7|1|2")...), someConfig()).Staff[1].Type; got != c.want {
				t.Errorf("type %d, want %d", got, c.want)
			}
		})
	}
}

// checkLeftOut compares the people who are left out, each in a line of its own.
func checkLeftOut(t *testing.T, d District, want ...string) {
	t.Helper()
	var got []string
	for _, left := range d.LeftOut {
		s := left.Staff
		got = append(got, fmt.Sprintf("%d %q %s active %t: %s", s.DCID, s.FirstName+" "+s.LastName, s.Email, s.Active, left.Reason))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRow24NoAddressIsLeftOut(t *testing.T) {
	d := assemble(t, someTables().with("users", "1042|NULL|JANE|DOE|1|9|131", "12|a@d118.org|AL|SMITH|1|9|7"), someConfig())
	checkLeftOut(t, d, `1042 "Jane Doe"  active true: no e-mail address in PowerSchool`)
}

// Whoever lacks nothing but the address has a building.
func TestWhatSomebodyWithoutAnAddressLacksBesidesIsTold(t *testing.T) {
	d := assemble(t, someTables().with("users", "1042|NULL|JANE|DOE|1|9|131", "2|NULL|AL|SMITH|1|9|NULL", "3|c@d118.org|BO|LEE|1|9|4711", "12|a@d118.org|ED|KAY|1|9|7"), someConfig())
	var got []string
	for _, left := range d.LeftOut {
		got = append(got, fmt.Sprintf("%d %q %s", left.Staff.DCID, left.Staff.Building, left.Homeless))
	}
	want := []string{`2 "" no home school in PowerSchool`, `3 "" home school 4711 is not a school in PowerSchool`, `1042 "Wauconda High School" `}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDistrictOfficeIsAHomeSchool(t *testing.T) {
	d := assemble(t, someTables().with("users", "1042|jdoe@d118.org|JANE|DOE|1|9|0"), someConfig())
	if len(d.Staff) != 1 || d.Staff[0].Building != "District Office" {
		t.Errorf("staff: %+v", d.Staff)
	}
}

func TestRowsOfNobodyAreOneWarning(t *testing.T) {
	rows := []string{"1042|131|1|1"}
	for id := 2000; id < 2010; id++ {
		rows = append(rows, fmt.Sprintf("%d|7|1|1", id), fmt.Sprintf("%d|7|2|1", id))
	}
	for _, c := range []struct {
		rows []string
		want string
	}{
		{rows[:2], "schoolstaff.csv: 1 row belongs to nobody in users.csv: DCID 2000"},
		{rows[:5], "schoolstaff.csv: 4 rows belong to nobody in users.csv: DCID 2000, 2001"},
		{rows, "schoolstaff.csv: 20 rows belong to nobody in users.csv: DCID 2000, 2001, 2002, 2003, 2004 and 5 more"},
	} {
		d := assemble(t, someTables().with("schoolstaff", c.rows...), someConfig())
		if diff := cmp.Diff([]plan.Warning{{Kind: plan.WarningSource, Message: c.want}}, d.Warnings); diff != "" {
			t.Error(diff)
		}
	}
}

func TestExtras(t *testing.T) {
	for _, c := range []struct {
		name      string
		rows      []string
		extra     map[string]string
		undecided map[string]string
	}{
		{"no row", nil, nil, nil},
		{"NULL", []string{"1042|NULL"}, nil, nil},
		{"a row of an unknown user", []string{"1042|1", "5|2"}, map[string]string{"cellPhone": "1"}, nil},
		{"a row of nobody", []string{"1042|1", "NULL|2"}, map[string]string{"cellPhone": "1"}, nil},
		{"two rows that agree", []string{"1042|1", "1042|1"}, map[string]string{"cellPhone": "1"}, nil},
		{"two rows that disagree", []string{"1042|9", "1042|1"}, nil, map[string]string{
			"cellPhone": `u_humanresources.csv has 2 rows for DCID 1042 that disagree on cellphone: "1" and "9"`,
		}},
		{"a value and none", []string{"1042|9", "1042|NULL", "1042|9"}, nil, map[string]string{
			"cellPhone": `u_humanresources.csv has 3 rows for DCID 1042 that disagree on cellphone: no value and "9"`,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			tables := someTables()
			tables["u_humanresources"] = table("u_humanresources.csv", "usersdcid|cellphone\n"+strings.Join(c.rows, "\n"))
			if c.rows == nil {
				tables["u_humanresources"] = table("u_humanresources.csv", "usersdcid|cellphone")
			}
			staff := assemble(t, tables, someConfig()).Staff[1]
			got := Staff{Extra: staff.Extra, Undecided: staff.Undecided}
			if diff := cmp.Diff(Staff{Extra: c.extra, Undecided: c.undecided}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAnExtraThatIsNotOfItsTypeIsUndecidedWithItsRow(t *testing.T) {
	config := Config{Extras: map[string]Extra{"lastDay": {Table: "u_hr", Key: "usersdcid", Column: "lastday", Type: DateExtra}}}
	tables := someTables()
	tables["u_hr"] = table("u_hr.csv", "usersdcid|lastday\n12|8/31/2026\n1042|soon")
	for _, staff := range assemble(t, tables, config).Staff {
		got := Staff{DCID: staff.DCID, Extra: staff.Extra, Undecided: staff.Undecided}
		want := map[int64]Staff{
			12:   {DCID: 12, Extra: map[string]string{"lastDay": "2026-08-31"}},
			1042: {DCID: 1042, Undecided: map[string]string{"lastDay": `u_hr.csv, line 3, column lastday: it must be a date such as 8/31/2026 or 2026-08-31, not "soon"`}},
		}[staff.DCID]
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestAnExtraMayBeAColumnOfACoreTable(t *testing.T) {
	config := Config{Extras: map[string]Extra{"title": {Table: "Users", Key: "DCID", Column: "Title"}}}
	tables := someTables()
	users := tables["users"]
	users.Columns = append(users.Columns, "title")
	for i := range users.Rows {
		users.Rows[i].Cells = append(users.Rows[i].Cells, fmt.Sprint("Title ", i))
	}
	tables["users"] = users
	if got := assemble(t, tables, config).Staff[1].Extra["title"]; got != "Title 0" {
		t.Errorf("title %q", got)
	}
}

func TestAssembleRefusesBadTables(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(Tables)
		want   string
	}{
		{"no users", func(t Tables) { t.with("users") },
			"users.csv has no rows, so everybody would count as having left; check what PowerSchool exported"},
		{"no schools", func(t Tables) { t.with("schools") },
			"schools.csv has no rows, so nobody would have a home school; check what PowerSchool exported"},
		{"no schoolstaff", func(t Tables) { t.with("schoolstaff") },
			"schoolstaff.csv has no rows, so everybody would count as having left; check what PowerSchool exported"},
		{"nobody active", func(t Tables) { t.with("schoolstaff", "1042|131|2|1", "12|7|NULL|1") },
			"no row of schoolstaff.csv that belongs to somebody in users.csv has status 1, so everybody would count as having left; check what PowerSchool exported"},
		{"only unknown people active", func(t Tables) { t.with("schoolstaff", "1042|131|2|1", "99999|131|1|1") },
			"no row of schoolstaff.csv that belongs to somebody in users.csv has status 1, so everybody would count as having left; check what PowerSchool exported"},
		{"a table that was not read", func(t Tables) { delete(t, "u_humanresources") },
			"the table u_humanresources was not read"},
		{"a table without a column", func(t Tables) { t["u_humanresources"] = table("u_humanresources.csv", "usersdcid|phone") },
			"u_humanresources.csv has no column cellphone"},
		{"a DCID that is not a number", func(t Tables) { t["users"].Rows[1].Cells[0] = "12a" },
			`users.csv, line 3, column dcid: the DCID must be a whole number, not "12a"`},
		{"a DCID that is missing", func(t Tables) { t["users"].Rows[1].Cells[0] = " " },
			"users.csv, line 3, column dcid: the DCID is missing"},
		{"a DCID below 1", func(t Tables) { t["users"].Rows[1].Cells[0] = "0" },
			"users.csv, line 3, column dcid: the DCID must be above 0, not 0"},
		{"a DCID beyond 64 bits", func(t Tables) { t["users"].Rows[1].Cells[0] = "99999999999999999999" },
			`users.csv, line 3, column dcid: the DCID must be a whole number, not "99999999999999999999"`},
		{"a repeated DCID", func(t Tables) { t["users"].Rows[1].Cells[0] = "1042" },
			"users.csv, line 3, column dcid: DCID 1042 is there twice, first on line 2"},
		{"a repeated school number", func(t Tables) { t["schools"].Rows[2].Cells[0] = "131" },
			"schools.csv, line 4, column school_number: school number 131 is there twice, first on line 2"},
		{"a school number that is not a number", func(t Tables) { t["schools"].Rows[2].Cells[0] = "A" },
			`schools.csv, line 4, column school_number: the school number must be a whole number, not "A"`},
		{"a home school that is not a number", func(t Tables) { t["users"].Rows[0].Cells[6] = "WHS" },
			`users.csv, line 2, column homeschoolid: the home school must be a whole number, not "WHS"`},
		{"an assignment of a DCID that is not a number", func(t Tables) { t["schoolstaff"].Rows[0].Cells[0] = "x" },
			`schoolstaff.csv, line 2, column users_dcid: the DCID must be a whole number, not "x"`},
		{"an assignment at no school", func(t Tables) { t["schoolstaff"].Rows[0].Cells[1] = "" },
			"schoolstaff.csv, line 2, column schoolid: the school number is missing"},
		{"a status that is not a number", func(t Tables) { t["schoolstaff"].Rows[0].Cells[2] = "Current" },
			`schoolstaff.csv, line 2, column status: the status must be a whole number, not "Current"`},
		{"a staff status that is not a number", func(t Tables) { t["schoolstaff"].Rows[0].Cells[3] = "1.5" },
			`schoolstaff.csv, line 2, column staffstatus: the staff status must be a whole number, not "1.5"`},
		{"an extension row of a DCID that is not a number", func(t Tables) { t["u_humanresources"].Rows[0].Cells[0] = "?" },
			`u_humanresources.csv, line 2, column usersdcid: the DCID must be a whole number, not "?"`},
		{"text that is not UTF-8", func(t Tables) { t["users"].Rows[0].Cells[3] = "NU\xd1EZ" },
			"users.csv, line 2, column last_name: the text is not valid UTF-8"},
		{"rows that come from no file", func(t Tables) {
			users := t["users"]
			users.Name = "users"
			users.Rows[0].Line, users.Rows[1].Line = 0, 0
			users.Rows[1].Cells[0] = "1042"
			t["users"] = users
		}, "users, column dcid: DCID 1042 is there twice"},
		{"several problems", func(t Tables) { t["users"].Rows[0].Cells[0], t["users"].Rows[1].Cells[0] = "a", "b" },
			"users.csv, line 2, column dcid: the DCID must be a whole number, not \"a\"\n" +
				"users.csv, line 3, column dcid: the DCID must be a whole number, not \"b\""},
		{"too many problems to tell", func(t Tables) {
			var rows []string
			for range maxFaults + 3 {
				rows = append(rows, "-1|7|1|1")
			}
			t.with("schoolstaff", rows...)
		}, func() string {
			var lines strings.Builder
			for i := range maxFaults {
				fmt.Fprintf(&lines, "schoolstaff.csv, line %d, column users_dcid: the DCID must be above 0, not -1\n", i+2)
			}
			return lines.String() + "and 3 more problems like these"
		}()},
	} {
		t.Run(c.name, func(t *testing.T) {
			tables := someTables()
			c.change(tables)
			d, err := Assemble(tables, someConfig())
			if err == nil {
				t.Fatalf("no error, but %+v", d)
			}
			if diff := cmp.Diff(c.want, err.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestABadRowIsToldOnceAndInOrderHoweverManyExtrasReadIt(t *testing.T) {
	config := someConfig()
	config.Extras = map[string]Extra{"title": {Table: "users", Key: "dcid", Column: "teachernumber"}}
	for _, name := range []string{"d", "b", "c", "a"} {
		config.Extras[name] = Extra{Table: "u_" + name, Key: "usersdcid", Column: "one"}
		config.Extras[name+"2"] = Extra{Table: "u_" + name, Key: "usersdcid", Column: "two"}
	}
	tables := someTables()
	tables["users"].Rows[1].Cells[0] = "x"
	want := "users.csv, line 3, column dcid: the DCID must be a whole number, not \"x\""
	for _, name := range []string{"a", "b", "c", "d"} {
		tables["u_"+name] = table("u_"+name+".csv", "usersdcid|one|two\n1042|1|2\n?|1|2")
		want += "\nu_" + name + ".csv, line 3, column usersdcid: the DCID must be a whole number, not \"?\""
	}
	_, err := Assemble(tables, config)
	if err == nil {
		t.Fatal("no error")
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Error(diff)
	}
}

// drawTables draws small tables with every kind of row in them.
func drawTables(t *rapid.T) Tables {
	tables := someTables()
	cell := func(label string, texts ...string) string { return rapid.SampledFrom(texts).Draw(t, label) }
	var users, staff, phones []string
	for id := range rapid.IntRange(1, 6).Draw(t, "users") {
		users = append(users, fmt.Sprintf("%d|%s|JO|BELL|1|9|%s", id+1, cell("email", "a@d118.org", "NULL"), cell("home", "7", "131", "999", "NULL")))
	}
	for range rapid.IntRange(1, 12).Draw(t, "rows") {
		staff = append(staff, strings.Join([]string{cell("dcid", "1", "2", "3", "7"), cell("school", "7", "131", "5"), cell("status", "1", "2", "NULL"), cell("type", "1", "2", "4", "NULL")}, "|"))
		phones = append(phones, cell("dcid", "1", "2", "3", "7", "NULL")+"|"+cell("phone", "1", "2", "NULL"))
	}
	tables.with("users", users...).with("schoolstaff", append(staff, "1|7|1|1")...).with("u_humanresources", phones...)
	return tables
}

func TestTheOrderOfRowsMeansNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tables := drawTables(t)
		config := someConfig()
		config.Active = rapid.SampledFrom([]ActiveRule{AnySchool, HomeSchool}).Draw(t, "active")
		want, err := Assemble(tables, config)
		if err != nil {
			t.Fatal(err)
		}
		for name, table := range tables {
			table.Rows = rapid.Permutation(table.Rows).Draw(t, name)
			tables[name] = table
		}
		got, err := Assemble(tables, config)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestEverybodyInUsersIsConsideredOrLeftOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tables := drawTables(t)
		d, err := Assemble(tables, someConfig())
		if err != nil {
			t.Fatal(err)
		}
		seen := make(map[int64]bool)
		for _, staff := range d.Staff {
			seen[staff.DCID] = true
		}
		for _, left := range d.LeftOut {
			seen[left.Staff.DCID] = true
		}
		if users := len(tables["users"].Rows); len(seen) != users || len(d.Staff)+len(d.LeftOut) != users {
			t.Fatalf("%d users became %d staff and %d left out", users, len(d.Staff), len(d.LeftOut))
		}
	})
}

func TestWhoHasAnAssignmentIsKnownOfEverybodyWhereARuleDecides(t *testing.T) {
	for active, want := range map[ActiveRule]bool{AnySchool: false, HomeSchool: false, "staff.dcid > 0": true} {
		config := someConfig()
		config.Active = active
		if jane := assemble(t, someTables(), config).Staff[1]; jane.Assigned != want || !jane.Active {
			t.Errorf("%s: %+v", active, jane)
		}
	}
}
