package export

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/source"
)

const (
	userHeader = "USERS.DCID,USERS.Email_Addr,USERS.First_Name,USERS.Last_Name,USERS.TeacherNumber,USERS.Group,USERS.HomeSchoolId"
	userRow    = "1042,jdoe@d118.org,JANE,DOE,004037,9,131"
)

// quoted puts every value in quotation marks.
func quoted(line string) string { return `"` + strings.ReplaceAll(line, ",", `","`) + `"` }

func with(sign, line string) string { return strings.ReplaceAll(line, ",", sign) }

func TestUsersAreReadAsPowerSchoolWritesThem(t *testing.T) {
	name := func(first string) []source.Row {
		return []source.Row{{Line: 2, Cells: []string{"1042", "jdoe@d118.org", first, "DOE", "004037", "9", "131"}}}
	}
	tabs := func(first string) string { return with("\t", strings.Replace(userRow, "JANE", first, 1)) }
	for _, c := range []struct {
		name, text string
		want       []source.Row
	}{
		{"the table before each column, GROUP for GROUPVALUE", userHeader + "\n" + userRow + "\n", goodUser},
		{"tabs", with("\t", userHeader) + "\n" + with("\t", userRow) + "\n", goodUser},
		{"semicolons", with(";", userHeader) + "\r\n" + with(";", userRow) + "\r\n", goodUser},
		{"quoted tabs", with("\t", quoted(userHeader)) + "\n" + with("\t", quoted(userRow)), goodUser},
		{"quoted tabs, the header without marks", with("\t", userHeader) + "\n" + with("\t", quoted(userRow)), goodUser},
		{"quoted semicolons", with(";", quoted(userHeader)) + "\r" + with(";", quoted(userRow)) + "\r", goodUser},
		{"carriage returns", userHeader + "\r" + userRow + "\r", goodUser},
		{"carriage returns, an empty line first", "\r" + userHeader + "\r" + userRow, []source.Row{{Line: 3, Cells: goodUser[0].Cells}}},
		{"tabs and a lone quotation mark", with("\t", userHeader) + "\n" + tabs(`JANE "JJ`) + "\n", name(`JANE "JJ`)},
		{"tabs and a quotation mark at the beginning", with("\t", userHeader) + "\n" + tabs(`"JJ" JANE`) + "\n", name(`"JJ" JANE`)},
		{"tabs and a mark at the beginning that nothing closes", with("\t", userHeader) + "\n" + tabs(`"JANE`) + "\n", name(`"JANE`)},
		{"tabs, doubled marks within a value in marks", with("\t", userHeader) + "\n" + tabs(`"JANE ""JJ"""`) + "\n", name(`JANE "JJ"`)},
		{"tabs, and one within quotation marks", with("\t", userHeader) + "\n" + tabs("\"JANE\tJJ\"") + "\n", name("JANE\tJJ")},
		{"carriage returns, and a line feed within quotation marks", quoted(userHeader) + "\r" + strings.Replace(quoted(userRow), "JANE", "JA\nNE", 1), name("JA\rNE")},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := goodFolder()
			files["users.csv"] = c.text
			tables, _, err := read(t, files)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, tables["users"].Rows); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Two marks that nothing closes must not make one value of the rows between
// them, even where the row that comes of it has the right number of cells.
func TestLoneQuotationMarksSwallowNoRows(t *testing.T) {
	files := goodFolder()
	files["users.csv"] = with("\t", userHeader+"\n1,a@b.c,\"JANE,DOE,,,131\n2,b@b.c,ANN,DOE,,,131\n3,c@b.c,ED\",DOE,,,131\n")
	tables, _, err := read(t, files)
	if err != nil {
		t.Fatal(err)
	}
	if got := len(tables["users"].Rows); got != 3 {
		t.Errorf("%d rows of 3", got)
	}
}

func TestACodePageIsReadWhereTheConfigNamesIt(t *testing.T) {
	for _, c := range []struct{ encoding, name, want string }{
		{"windows-1252", "NU\xd1EZ\x92", "NUÑEZ’"},
		{"macintosh", "NU\x84EZ", "NUÑEZ"},
		{"ISO-8859-1", "NU\xd1EZ", "NUÑEZ"},
		{"utf-8", "NUÑEZ", "NUÑEZ"},
		{"", "NUÑEZ", "NUÑEZ"},
	} {
		for _, mark := range []string{"", "\ufeff"} {
			name := c.name
			if mark != "" {
				name = c.want // a byte-order mark says more than the config
			}
			files := goodFolder()
			files["users.csv"] = mark + userHeader + "\n" + strings.Replace(userRow, "DOE", name, 1)
			config := config()
			config.Export = &source.Export{Dir: "powerschool", Encoding: c.encoding}
			if _, err := config.Complete(); err != nil {
				t.Fatal(err)
			}
			tables, err := New(files.write(t), config).ReadTables(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got := tables["users"].Rows[0].Cells[3]; got != c.want {
				t.Errorf("%s, mark %q: %q, want %q", c.encoding, mark, got, c.want)
			}
		}
	}
}

func TestFilesAreToldByNameOrByHeader(t *testing.T) {
	rename := func(from, to string) func(folder) {
		return func(f folder) { f[to] = f[from]; delete(f, from) }
	}
	for _, c := range []struct {
		name   string
		change func(folder)
		table  string
		want   string // the file
	}{
		{"a text file", rename("users.csv", "Users.TXT"), "users", "Users.TXT"},
		{"an ending of PowerSchool's", rename("users.csv", "users.text"), "users", "users.text"},
		{"users by their header", rename("users.csv", "student.export.text"), "users", "student.export.text"},
		{"users with a date", rename("users.csv", "users_2026-11-25.csv"), "users", "users_2026-11-25.csv"},
		{"schools by their header", rename("schools.csv", "student.export.text"), "schools", "student.export.text"},
		{"assignments by their header, beside a DCID and ID of their own", func(f folder) {
			delete(f, "schoolstaff.csv")
			f["student.export.text"] = "DCID\tID\tUsers_DCID\tSchoolID\tStatus\tStaffStatus\n1\t1\t1042\t131\t1\t1\n"
		}, "schoolstaff", "student.export.text"},
		{"an extension by its header", rename("u_humanresources.csv", "student.export.text"), "ps.u_humanresources", "student.export.text"},
		{"another extension is none of it", func(f folder) { f["u_other.csv"] = f["u_humanresources.csv"] }, "ps.u_humanresources", "u_humanresources.csv"},
		{"teachers beside users", func(f folder) {
			f["all.csv"] = "dcid,id,schoolid,email_addr,first_name,last_name,teachernumber,groupvalue,homeschoolid,users_dcid,status,staffstatus\n"
		}, "users", "users.csv"},
		{"other files, folders' ends and locks", func(f folder) { f["~$users.csv"] = "x"; f["users.csv.bak"] = f["users.csv"]; f["notes.txt"] = "x" }, "users", "users.csv"},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := goodFolder()
			c.change(files)
			tables, _, err := read(t, files)
			if err != nil {
				t.Fatal(err)
			}
			if got := tables[c.table].Name; got != c.want || len(tables[c.table].Rows) != 1 {
				t.Errorf("%d rows of %q, want 1 of %q", len(tables[c.table].Rows), got, c.want)
			}
		})
	}
}

func TestExtensionColumnsMayBeInTheFileOfUsers(t *testing.T) {
	files := goodFolder()
	delete(files, "u_humanresources.csv")
	files["users.csv"] = userHeader + ",U_HumanResources.CellPhone\n" + userRow + ",847-555-0100\n1043,a@d118.org,AL,SMITH,,,131,\n"
	tables, _, err := read(t, files)
	if err != nil {
		t.Fatal(err)
	}
	want := source.Table{Name: "users.csv", Columns: []string{"usersdcid", "cellphone"},
		Rows: []source.Row{{Line: 2, Cells: []string{"1042", "847-555-0100"}}, {Line: 3, Cells: []string{"1043", ""}}}}
	if diff := cmp.Diff(want, tables["ps.u_humanresources"]); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsNoExportOfTheTableIsRefusedInItsOwnWords(t *testing.T) {
	const (
		noHeader  = " has no header: its first line is a row of values; export again with the column titles (Include Column Headers)"
		teachers  = "users.csv is an export of TEACHERS: its DCID is that of SCHOOLSTAFF, another number than the person's, so everybody would be matched wrongly; export the table USERS"
		noLeavers = "schoolstaff.csv is a file of Teachers, as AutoSend writes it, which leaves out whoever has left, so nobody's account would be suspended; export the table SCHOOLSTAFF with the Data Export Manager"
	)
	for _, c := range []struct {
		name   string
		change func(folder)
		want   string
	}{
		{"users without a header", func(f folder) { f["users.csv"] = userRow + "\n" }, "users.csv" + noHeader},
		{"schools without a header", func(f folder) { f["schools.csv"] = "131\tHIGH SCHOOL\n" }, "schools.csv" + noHeader},
		{"TEACHERS before each column", func(f folder) {
			f["users.csv"] = with(",", strings.ReplaceAll(userHeader, "USERS.", "TEACHERS.")) + "\n" + userRow
		},
			teachers},
		{"a DCID beside ID and SchoolID", func(f folder) {
			f["users.csv"] = strings.ReplaceAll(userHeader, "USERS.", "") + ",ID,SchoolID\n" + userRow + ",7,131\n"
		}, teachers},
		{"TEACHERS under a name that says nothing", func(f folder) {
			f["student.export.text"] = strings.ReplaceAll(userHeader, "USERS.", "TEACHERS.") + "\n" + userRow
			delete(f, "users.csv")
		}, "users.csv is missing in DIR: the folder holds schools.csv, schoolstaff.csv, student.export.text, u_humanresources.csv; " +
			strings.Replace(teachers, "users.csv", "student.export.text", 1)},
		{"AutoSend's Teachers without the person's DCID", func(f folder) {
			f["schoolstaff.csv"] = "Status\tStaffStatus\tTitle\tTeacherNumber\tFirst_Name\tLast_Name\tSchoolID\tEmail_Addr\n1\t1\tTeacher\t004037\tJANE\tDOE\t131\tjdoe@d118.org\n"
		}, noLeavers},
		{"AutoSend's Teachers with it, and nobody who left", func(f folder) {
			f["schoolstaff.csv"] = "Users_DCID\tStatus\tStaffStatus\tLast_Name\tSchoolID\n1042\t1\t1\tDOE\t131\n"
		}, noLeavers},
		{"AutoSend's Teachers without a header", func(f folder) { f["schoolstaff.csv"] = "1\t1\tTeacher\t004037\tJANE\tDOE\t131\tjdoe@d118.org\n" },
			"schoolstaff.csv" + noHeader},
		{"two files of one table", func(f folder) { f["users.txt"] = f["users.csv"] },
			"the table users is there more than once in DIR: users.csv and users.txt; remove all but one"},
		{"two files of one table, one by its header", func(f folder) { f["student.export.text"] = f["users.csv"] },
			"the table users is there more than once in DIR: student.export.text and users.csv; remove all but one"},
		{"an extension in its own file and among the users", func(f folder) { f["users.csv"] = userHeader + ",U_HUMANRESOURCES.CELLPHONE\n" + userRow + ",1\n" },
			"the table u_humanresources is there twice in DIR: as u_humanresources.csv and as columns of users.csv; keep one of them"},
		{"another table's columns", func(f folder) { f["users.csv"] = strings.ReplaceAll(userHeader, "USERS.", "SCHOOLS.") + "\n" },
			"users.csv, header: the columns dcid, email_addr, first_name, last_name, teachernumber, groupvalue, homeschoolid are missing; " +
				"it has schools.dcid, schools.email_addr, schools.first_name, schools.last_name, schools.teachernumber, schools.group, schools.homeschoolid"},
		{"every fault of every file", func(f folder) {
			f["schools.csv"] = "131\tHIGH SCHOOL\n"
			f["users.csv"] += "12,short\n10O1,a@d118.org,AL,SMITH,,,131\n13,short\n"
			f["schoolstaff.csv"] += "1042,main,1,1\n"
			delete(f, "u_humanresources.csv")
		}, "schools.csv" + noHeader + "\n" +
			"users.csv, line 3: the row has 2 cells where the header has 7; a comma, quotation mark or line break inside a value needs the value in quotation marks\n" +
			"users.csv, line 5: the row has 2 cells where the header has 7; a comma, quotation mark or line break inside a value needs the value in quotation marks\n" +
			"u_humanresources.csv is missing in DIR: the folder holds schools.csv, schoolstaff.csv, users.csv\n" +
			"users.csv, line 4, column dcid: the DCID must be a whole number, not \"10O1\"\n" +
			"schoolstaff.csv, line 3, column schoolid: the school number must be a whole number, not \"main\""},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := goodFolder()
			c.change(files)
			tables, dir, err := read(t, files)
			if err == nil {
				t.Fatalf("no error, but %v", tables)
			}
			if diff := cmp.Diff(c.want, strings.ReplaceAll(err.Error(), dir, "DIR")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A district's own query may put names beside the columns of schoolstaff.
func TestAssignmentsMayHaveNamesBesideThemWhereLeaversAreAmongThem(t *testing.T) {
	files := goodFolder()
	files["schoolstaff.csv"] = "users_dcid,last_name,schoolid,status,staffstatus\n1042,DOE,131,1,1\n12,SMITH,131,2,1\n"
	if tables, _, err := read(t, files); err != nil || len(tables["schoolstaff"].Rows) != 2 {
		t.Error(tables["schoolstaff"], err)
	}
}
