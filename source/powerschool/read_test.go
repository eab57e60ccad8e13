package powerschool

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/source"
	"github.com/staffsync/staffsync/source/export"
	"github.com/staffsync/staffsync/source/powerschool/oracletest"
)

// exported is the demo district as its CSV export gives it.
func exported(t *testing.T) source.District {
	t.Helper()
	config := liveConfig()
	tables, err := export.New("../../fixtures/demo/powerschool", config).ReadTables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return assembled(t, tables, config)
}

// assembled makes a district of tables, without the warnings and the places of
// damaged values: these name the files.
func assembled(t *testing.T, tables source.Tables, config source.Config) source.District {
	t.Helper()
	district, err := source.Assemble(tables, config)
	if err != nil {
		t.Fatal(err)
	}
	district.Warnings = nil
	for i := range district.Staff {
		for name := range district.Staff[i].Damaged {
			district.Staff[i].Damaged[name] = "damaged"
		}
		// The reasons name the file's lines, which a database does not have.
		for name, reason := range district.Staff[i].Undecided {
			for line := range 200 {
				reason = strings.ReplaceAll(reason, fmt.Sprintf(" (line %d)", line), "")
			}
			district.Staff[i].Undecided[name] = strings.ReplaceAll(reason, ".csv", "")
		}
	}
	return district
}

func TestTheDatabaseAndTheExportGiveTheSameDistrict(t *testing.T) {
	want := exported(t)
	for name, protocol := range map[string]oracletest.Protocol{
		"as Oracle 19c":                  {},
		"without negotiation":            {NoNegotiation: true},
		"without markers":                {NoMarkers: true},
		"packet lengths of two bytes":    {Version: 314},
		"packets of 600 bytes":           {PacketSize: 600},
		"as little as a client can take": {Version: 314, PacketSize: 600, NoNegotiation: true, NoMarkers: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := listen(t, oracletest.Database{Protocol: protocol})
			tables, err := readTables(t.Context(), t, server, liveConfig())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, assembled(t, tables, liveConfig())); diff != "" {
				t.Error(diff)
			}
			if server.Seen().SignOffs != 1 {
				t.Errorf("the session ended in order %d times", server.Seen().SignOffs)
			}
		})
	}
}

func TestTheTablesAreReadInOneTransactionAndNobodyIsAskedForAlone(t *testing.T) {
	server := listen(t, oracletest.Database{})
	if _, err := readTables(t.Context(), t, server, liveConfig()); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"SET TRANSACTION READ ONLY",
		"SELECT school_number, name, abbreviation FROM schools",
		"SELECT COUNT(*) FROM schools",
		"SELECT dcid, email_addr, first_name, last_name, teachernumber, groupvalue, homeschoolid FROM users",
		"SELECT COUNT(*) FROM users",
		"SELECT users_dcid, schoolid, status, staffstatus FROM schoolstaff",
		"SELECT COUNT(*) FROM schoolstaff",
		"SELECT usersdcid, cellphone FROM u_humanresources",
		"SELECT COUNT(*) FROM u_humanresources",
	}
	if diff := cmp.Diff(want, server.Seen().Statements); diff != "" {
		t.Error(diff)
	}
	if server.Seen().Connections != 1 {
		t.Errorf("%d connections", server.Seen().Connections)
	}
}

func TestASchemaStandsBeforeEveryTableWithoutOne(t *testing.T) {
	tables := demo(t)
	tables["hr.cells"] = tables["u_humanresources"]
	for _, name := range []string{"schools", "users", "schoolstaff"} {
		tables["ps."+name] = tables[name]
		delete(tables, name)
	}
	config := liveConfig()
	config.PowerSchool.Schema = "PS"
	config.Extras["cellPhone"] = source.Extra{Table: "HR.Cells", Key: "UsersDCID", Column: "CellPhone"}
	server := listen(t, oracletest.Database{Tables: tables})
	read, err := readTables(t.Context(), t, server, config)
	if err != nil {
		t.Fatal(err)
	}
	if got := read["users"].Name; got != "ps.users" {
		t.Errorf("messages will call users %q", got)
	}
	if !slices.Contains(server.Seen().Statements, "SELECT usersdcid, cellphone FROM hr.cells") {
		t.Errorf("statements %q", server.Seen().Statements)
	}
	if got, want := len(assembled(t, read, config).Staff), len(exported(t).Staff); got != want {
		t.Errorf("%d staff, want %d", got, want)
	}
}

func TestAMissingOptionalColumnIsDoneWithout(t *testing.T) {
	tables := demo(t)
	schools := tables["schools"]
	place := slices.IndexFunc(schools.Columns, func(c oracletest.Column) bool { return c.Name == "ABBREVIATION" })
	schools.Columns = slices.Clone(schools.Columns)
	schools.Columns[place].Name = "SOMETHING_ELSE"
	tables["schools"] = schools
	server := listen(t, oracletest.Database{Tables: tables})
	read, err := readTables(t.Context(), t, server, liveConfig())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"school_number", "name"}, read["schools"].Columns); diff != "" {
		t.Error(diff)
	}
	if server.Seen().Connections != 2 {
		t.Errorf("%d connections: one is not used again after an error", server.Seen().Connections)
	}
}

// values reads one column of one table with the given values.
func values(t *testing.T, column oracletest.Column, given ...any) []string {
	t.Helper()
	rows := make([][]any, len(given))
	for i, value := range given {
		rows[i] = []any{fmt.Sprint(i + 1), value}
	}
	column.Name = "CELLPHONE"
	tables := demo(t)
	tables["u_humanresources"] = oracletest.Table{
		Columns: []oracletest.Column{{Name: "USERSDCID", Type: oracletest.Number}, column}, Rows: rows,
	}
	read, err := readTables(t.Context(), t, listen(t, oracletest.Database{Tables: tables}), liveConfig())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i, row := range read["u_humanresources"].Rows {
		if row.Cells[0] != fmt.Sprint(i+1) || row.Line != 0 {
			t.Fatalf("row %d is %v", i, row)
		}
		got = append(got, row.Cells[1])
	}
	return got
}

func TestValuesAreReadWithoutLoss(t *testing.T) {
	long := strings.Repeat("131;", 20_000)
	for _, c := range []struct {
		name   string
		column oracletest.Column
		given  []any
		want   []string
	}{
		{"NUMBER", oracletest.Column{Type: oracletest.Number},
			[]any{"0", "7", "10", "100", "10000", "131", "-12.5", "0.007", "12.50", "999999999999999999", "12345678901234567890123456789012345678", nil},
			[]string{"0", "7", "10", "100", "10000", "131", "-12.5", "0.007", "12.5", "999999999999999999", "12345678901234567890123456789012345678", ""}},
		{"VARCHAR2", oracletest.Column{Type: oracletest.Varchar2, Length: 100},
			[]any{"004037", "NUÑEZ", " two  spaces ", "same", "same", nil, "", "None", "line\nbreak\ttab", "日本語 🎓", strings.Repeat("x", 100)},
			[]string{"004037", "NUÑEZ", " two  spaces ", "same", "same", "", "", "None", "line\nbreak\ttab", "日本語 🎓", strings.Repeat("x", 100)}},
		{"CHAR", oracletest.Column{Type: oracletest.Char, Length: 20},
			[]any{"9", " 9 ", nil, "é"}, []string{"9", " 9", "", "é"}},
		{"CLOB", oracletest.Column{Type: oracletest.Clob},
			[]any{"131;132", nil, long, "", "same", "same", "é"}, []string{"131;132", "", long, "", "same", "same", "é"}},
		{"DATE", oracletest.Column{Type: oracletest.Date},
			[]any{"2020-08-15", "1999-12-31 23:59:58", nil}, []string{"2020-08-15", "1999-12-31 23:59:58", ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, values(t, c.column, c.given...)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestHostileValuesAreOnlyText(t *testing.T) {
	given := []any{
		`'; DROP TABLE users; --`, "\x1b[2J\x1b]0;owned\a", "\u202egpj.exe", "${staff.email}", "=cmd|' /C calc'!A0", "<script>alert(1)</script>",
		"\x00\x01", strings.Repeat("A", 4000), "ORA-01017: invalid username/password", "%s%n%d", "\r\n\r\n",
	}
	want := make([]string, len(given))
	for i, value := range given {
		want[i], _ = value.(string)
	}
	if diff := cmp.Diff(want, values(t, oracletest.Column{Type: oracletest.Varchar2, Length: 4000}, given...)); diff != "" {
		t.Error(diff)
	}
}

// manyUsers is the demo with more rows of users than a fetch brings.
func manyUsers(t testing.TB, people int) map[string]oracletest.Table {
	tables := demo(t)
	users := oracletest.Table{}
	for _, name := range []string{"DCID", "EMAIL_ADDR", "FIRST_NAME", "LAST_NAME", "TEACHERNUMBER", "GROUPVALUE", "HOMESCHOOLID"} {
		users.Columns = append(users.Columns, oracletest.Column{Name: name, Type: oracletest.Varchar2, Length: 100})
	}
	users.Columns[0].Type, users.Columns[6].Type = oracletest.Number, oracletest.Number
	for i := range people {
		var email any = fmt.Sprintf("user%d@maplegrove.example", i)
		if i%3 == 1 {
			email = nil
		}
		users.Rows = append(users.Rows, []any{fmt.Sprint(i + 1), email, "JANE", fmt.Sprintf("DOE-%d", i/4), fmt.Sprintf("%06d", i), "9", "101"})
	}
	tables["users"] = users
	return tables
}

func TestALargeTableArrivesWholeOverSeveralFetches(t *testing.T) {
	const people = 5 * fetchedRows
	tables := manyUsers(t, people)
	server := listen(t, oracletest.Database{Tables: tables})
	read, err := readTables(t.Context(), t, server, liveConfig())
	if err != nil {
		t.Fatal(err)
	}
	if got := len(read["users"].Rows); got != people {
		t.Fatalf("%d rows of %d", got, people)
	}
	for i, row := range read["users"].Rows {
		for j, cell := range row.Cells {
			if want, _ := tables["users"].Rows[i][j].(string); cell != want {
				t.Fatalf("row %d, column %d: %q, want %q", i, j, cell, want)
			}
		}
	}
	if server.Seen().Fetches != 4 {
		t.Errorf("%d fetches", server.Seen().Fetches)
	}
}

// BenchmarkRead reads a large district over loopback.
func BenchmarkRead(b *testing.B) {
	const people = 10_000
	server := listen(b, oracletest.Database{Tables: manyUsers(b, people)})
	reader := open(b, server, liveConfig())
	b.ReportAllocs()
	for b.Loop() {
		tables, err := reader.ReadTables(b.Context())
		if err != nil || len(tables["users"].Rows) != people {
			b.Fatal(len(tables["users"].Rows), err)
		}
	}
}
