package policy

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

// exporting is a policy that exports these fields, TeacherNumber and Email_Addr when
// there are none.
func exporting(fields ...ExportField) Config {
	config := d118()
	config.ExportAddresses = ExportAddresses{Dir: "autocomm", Fields: fields}
	return config
}

// unknownTo is somebody whose address PowerSchool lacks, as she is read from there.
func unknownTo(change func(*source.Staff)) source.LeftOut {
	staff := someone(change)
	staff.Email, staff.Building = "", ""
	return source.LeftOut{Staff: staff, Reason: "no e-mail address in PowerSchool", Homeless: "no home school in PowerSchool"}
}

var cottonCreek = []source.School{{Number: 7, Name: "Cotton Creek"}, {Number: 131, Name: "Wauconda High School"}}

func TestTheRowOfAnAddress(t *testing.T) {
	fields := []ExportField{
		{Field: "TeacherNumber"}, {Field: "loginid", Value: `${address.split("@")[0]}`},
		{Field: "Title", Value: "${staff.building}: ${staff.extra.cellPhone}"}, {Field: "Email_Addr"},
	}
	linked := map[int64][]string{1042: {"JDoe@d118.org"}}
	for _, c := range []struct {
		name   string
		change func(*source.Staff)
		linked map[int64][]string
		also   []source.Staff
		want   string // the cells, or why there are none
	}{
		{"whole", nil, linked, nil, "004037|jdoe|Cotton Creek: 847-555-0100|jdoe@d118.org"},
		{"without an account", nil, nil, nil, ""},
		{"a leaver's", func(s *source.Staff) { s.Active, s.Schools = false, nil }, linked, nil, ""},
		{"two accounts", nil, map[int64][]string{1042: {"a@d118.org", "b@d118.org"}}, nil, "2 accounts carry the DCID: a@d118.org, b@d118.org"},
		{"a skip rule", func(s *source.Staff) { s.LastName = "Test" }, linked, nil, "skip.names: last name Test"},
		{"a colleague has the address", nil, linked, []source.Staff{someone(func(s *source.Staff) { s.DCID, s.TeacherNumber = 2, "2" })},
			"PowerSchool has the address jdoe@d118.org for DCID 2"},
		{"a leaver has the number", nil, linked, []source.Staff{someone(func(s *source.Staff) { s.DCID, s.Email, s.Active = 2, "x@d118.org", false })},
			"2 people in PowerSchool have the TeacherNumber 004037"},
		{"a home school away from the assignments", func(s *source.Staff) { s.HomeSchool = 8 }, linked, nil,
			"no active assignment at the home school 8, where the import would make one"},
		{"no number", func(s *source.Staff) { s.TeacherNumber = "" }, linked, nil, "TeacherNumber: it is blank, and a blank cell wipes the field"},
		{"a damaged number", func(s *source.Staff) { s.Damaged = map[string]string{"teacherNumber": "users.csv, line 3: (null)"} }, linked, nil,
			"TeacherNumber: users.csv, line 3: (null)"},
		{"a long number", func(s *source.Staff) { s.TeacherNumber = strings.Repeat("1", 21) }, linked, nil,
			"TeacherNumber: it has 21 characters, and PowerSchool keeps 20"},
		{"a tab", func(s *source.Staff) { s.TeacherNumber = "1\t2" }, linked, nil,
			"TeacherNumber: it holds a tab, a line break or another control character"},
		{"a quotation mark", func(s *source.Staff) { s.Extra = map[string]string{"cellPhone": `"1"`} }, linked, nil,
			"Title: it holds a quotation mark, which the import does not take as text"},
		{"an address of 51 characters", nil, map[int64][]string{1042: {strings.Repeat("j", 42) + "@d118.org"}}, nil,
			"Email_Addr: it has 51 characters, and PowerSchool keeps 50"},
	} {
		t.Run(c.name, func(t *testing.T) {
			district := source.District{Schools: cottonCreek, Staff: c.also, LeftOut: []source.LeftOut{unknownTo(c.change)}}
			rows, leftOut := compiled(t, exporting(fields...)).AddressRows(district, c.linked)
			var got []string
			for _, row := range rows {
				got = append(got, strings.Join(row.Cells, "|"))
			}
			for _, one := range leftOut {
				got = append(got, one.Reason)
			}
			if diff := gocmp.Diff(c.want, strings.Join(got, "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Whatever PowerSchool and Google hold, no row can do harm there.
func TestNoRowHarmsPowerSchool(t *testing.T) {
	p := compiled(t, exporting())
	rapid.Check(t, func(t *rapid.T) {
		district := source.District{Schools: cottonCreek}
		linked := make(map[int64][]string)
		for dcid := int64(1); dcid <= 8; dcid++ {
			staff := someone(func(s *source.Staff) {
				s.DCID = dcid
				s.TeacherNumber = rapid.SampledFrom([]string{"", "1", "2", "A1", "a1", "3\t", "4\r\n5", `"6`, fmt.Sprint("0", dcid), strings.Repeat("7", 21)}).Draw(t, "number")
				s.Email = rapid.SampledFrom([]string{"", "", "a@d118.org"}).Draw(t, "email")
				s.HomeSchool = rapid.SampledFrom([]int64{0, 7, 131}).Draw(t, "home")
				s.Active = rapid.Bool().Draw(t, "active")
			})
			if staff.Email == "" {
				district.LeftOut = append(district.LeftOut, source.LeftOut{Staff: staff})
			} else {
				district.Staff = append(district.Staff, staff)
			}
			for range rapid.IntRange(0, 2).Draw(t, "accounts") {
				linked[dcid] = append(linked[dcid], rapid.SampledFrom([]string{"a@d118.org", fmt.Sprint(dcid, "@d118.org"), strings.Repeat("x", 60) + "@d118.org"}).Draw(t, "address"))
			}
		}
		rows, leftOut := p.AddressRows(district, linked)
		numbers, people := make(map[string]bool), make(map[int64]bool)
		for _, row := range rows {
			number := strings.ToLower(row.Cells[0])
			if numbers[number] || people[row.Staff.DCID] || len(linked[row.Staff.DCID]) != 1 || row.Cells[1] != linked[row.Staff.DCID][0] || row.School == 0 {
				t.Fatalf("%+v of %+v", row, rows)
			}
			numbers[number], people[row.Staff.DCID] = true, true
			for _, cell := range row.Cells {
				if cell == "" || utf8.RuneCountInString(cell) > 50 || strings.ContainsAny(cell, "\t\r\n\"") {
					t.Fatalf("%q in %+v", cell, row)
				}
			}
		}
		// Nobody disappears: who lacks an address has a row or a reason.
		for _, left := range district.LeftOut {
			told := people[left.Staff.DCID]
			for _, one := range leftOut {
				told = told || one.Staff.DCID == left.Staff.DCID
			}
			if lacks := left.Staff.Active && len(linked[left.Staff.DCID]) > 0; lacks != told {
				t.Fatalf("DCID %d: lacks %v, told %v", left.Staff.DCID, lacks, told)
			}
		}
	})
}

func TestTheFieldsOfTheImportAreCheckedWithTheConfig(t *testing.T) {
	number, address := ExportField{Field: "TeacherNumber"}, ExportField{Field: "Email_Addr"}
	for _, c := range []struct {
		config Config
		want   string
	}{
		{exporting(address, number), "exportAddresses.fields[0]: the first field must be TeacherNumber"},
		{exporting(number), "exportAddresses.fields: Email_Addr is not among them"},
		{exporting(number, address, address), "exportAddresses.fields[2].field: Email_Addr is there twice"},
		{exporting(number, address, ExportField{Field: "LoginID"}), "exportAddresses.fields[2]: value is missing"},
		{exporting(number, address, ExportField{Field: "Login ID", Value: "x"}), `exportAddresses.fields[2].field: "Login ID" is not the name of a field`},
		{exporting(number, ExportField{Field: "email_addr", Value: "${staff.email}"}), "exportAddresses.fields[1].value: email_addr is always ${address}"},
		{exporting(number, address, ExportField{Field: "LoginID", Value: "${adress}"}), "exportAddresses.fields[2].value: character 3: there is no adress"},
		{func() Config { c := exporting(number, address); c.ExportAddresses.Dir = ""; return c }(), "exportAddresses: dir is missing"},
		{func() Config { c := exporting(); c.ExportAddresses.Dir = "./PowerSchool/"; return c }(), "exportAddresses.dir: this is the folder that PowerSchool's exports are read from"},
	} {
		_, err := Compile(c.config, "d118.org", someSource())
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%v\nwant %s", err, c.want)
		}
	}
	sensitive := exporting(number, address, ExportField{Field: "Title", Value: "${staff.extra.cellPhone}"})
	sensitive.Sensitive, sensitive.FingerprintKey = []string{"CrisisGO.CellPhone"}, FingerprintKey{Env: "KEY"}
	if _, err := Compile(sensitive, "d118.org", someSource()); err == nil || !strings.Contains(err.Error(), "cellPhone") {
		t.Errorf("a sensitive value may be exported: %v", err)
	}
}

func TestThatAddressesAreExportedIsPartOfThePolicyAndNotHow(t *testing.T) {
	one := compiled(t, exporting()).Rules().Policy
	if one == compiled(t, d118()).Rules().Policy {
		t.Error("who lacks an address is planned for in another way")
	}
	elsewhere := exporting(ExportField{Field: "TeacherNumber"}, ExportField{Field: "Email_Addr"}, ExportField{Field: "LoginID", Value: "x"})
	elsewhere.ExportAddresses.Dir = "/srv/autocomm"
	if one != compiled(t, elsewhere).Rules().Policy {
		t.Error("the folder and the fields decide nothing of a plan")
	}
	if got := compiled(t, d118()).ExportFields(); got != nil {
		t.Errorf("fields %v without a folder", got)
	}
}

func TestWhoeverLacksOnlyTheAddressIsConsideredWhereAddressesAreExported(t *testing.T) {
	left := unknownTo(nil)
	left.Homeless, left.Staff.Building = "", "Cotton Creek"
	decided := func(config Config, change func(*source.LeftOut)) plan.Desired {
		one := left
		if change != nil {
			change(&one)
		}
		return compiled(t, config).Desired(source.District{Schools: cottonCreek, LeftOut: []source.LeftOut{one}})
	}
	got := account(t, decided(exporting(), nil))
	if got.Address != "" || got.OrgUnitPath != "/D118 Staff/Cotton Creek Staff" || got.Attributes["CrisisGO.Building"] != "Cotton Creek" {
		t.Errorf("%+v", got)
	}
	// What a rule makes of the address is not known, and not empty.
	reading := exporting()
	reading.Attributes = map[string]string{"A.Mail": "${staff.email}"}
	if got := account(t, decided(reading, nil)); got.Undecided["A.Mail"] != "PowerSchool does not have the address yet" {
		t.Errorf("%+v", got)
	}
	skipped := plan.Skipped{Staff: plan.Person{DCID: 1042, Name: "Jane Doe"}, Reason: "no e-mail address in PowerSchool"}
	for name, c := range map[string]struct {
		config Config
		change func(*source.LeftOut)
		active bool
	}{
		"without the key":     {d118(), nil, true},
		"a leaver":            {exporting(), func(l *source.LeftOut) { l.Staff.Active = false }, false},
		"without home school": {exporting(), func(l *source.LeftOut) { l.Homeless = "no home school in PowerSchool" }, true},
	} {
		want := skipped
		want.Active = c.active
		state := decided(c.config, c.change)
		for i := range state.Skipped {
			state.Skipped[i].Standing = ""
		}
		if diff := gocmp.Diff([]plan.Skipped{want}, state.Skipped); diff != "" || len(state.Accounts) > 0 {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
