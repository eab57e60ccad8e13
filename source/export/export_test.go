package export

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/source"
)

// folder is what a folder of exports holds, by file name.
type folder map[string]string

func goodFolder() folder {
	return folder{
		"schools.csv":          "school_number,name\n131,HIGH SCHOOL\n",
		"users.csv":            "dcid,email_addr,first_name,last_name,teachernumber,groupvalue,homeschoolid\n1042,jdoe@d118.org,JANE,DOE,004037,9,131\n",
		"schoolstaff.csv":      "users_dcid,schoolid,status,staffstatus\n1042,131,1,1\n",
		"u_humanresources.csv": "usersdcid,cellphone\n1042,847-555-0100\n",
	}
}

func config() source.Config {
	return source.Config{Extras: map[string]source.Extra{"cellPhone": {Table: "ps.U_HumanResources", Key: "usersdcid", Column: "CellPhone"}}}
}

// write makes the folder, and returns its path.
func (f folder) write(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range f {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func read(t *testing.T, files folder) (source.Tables, string, error) {
	t.Helper()
	dir := files.write(t)
	tables, err := New(dir, config()).ReadTables(t.Context())
	return tables, dir, err
}

var goodUser = []source.Row{{Line: 2, Cells: []string{"1042", "jdoe@d118.org", "JANE", "DOE", "004037", "9", "131"}}}

func TestReadTablesReadsEveryTable(t *testing.T) {
	got, _, err := read(t, goodFolder())
	if err != nil {
		t.Fatal(err)
	}
	want := source.Tables{
		"schools": {Name: "schools.csv", Columns: []string{"school_number", "name"}, Rows: []source.Row{{Line: 2, Cells: []string{"131", "HIGH SCHOOL"}}}},
		"users": {Name: "users.csv", Columns: []string{"dcid", "email_addr", "first_name", "last_name", "teachernumber", "groupvalue", "homeschoolid"},
			Rows: goodUser},
		"schoolstaff":         {Name: "schoolstaff.csv", Columns: []string{"users_dcid", "schoolid", "status", "staffstatus"}, Rows: []source.Row{{Line: 2, Cells: []string{"1042", "131", "1", "1"}}}},
		"ps.u_humanresources": {Name: "u_humanresources.csv", Columns: []string{"usersdcid", "cellphone"}, Rows: []source.Row{{Line: 2, Cells: []string{"1042", "847-555-0100"}}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFileNamesAreInAnyLetterCase(t *testing.T) {
	files := goodFolder()
	files["Users.CSV"] = files["users.csv"]
	delete(files, "users.csv")
	tables, _, err := read(t, files)
	if err != nil {
		t.Fatal(err)
	}
	if got := tables["users"].Name; got != "Users.CSV" {
		t.Errorf("the table is called %q", got)
	}
}

func utf16Text(text string, bigEndian bool) string {
	var b strings.Builder
	for _, unit := range append([]uint16{0xfeff}, utf16.Encode([]rune(text))...) {
		if bigEndian {
			b.WriteByte(byte(unit >> 8))
		}
		b.WriteByte(byte(unit))
		if !bigEndian {
			b.WriteByte(byte(unit >> 8))
		}
	}
	return b.String()
}

func TestUsersFileMayBeWrittenManyWays(t *testing.T) {
	header, row := "dcid,email_addr,first_name,last_name,teachernumber,groupvalue,homeschoolid", "1042,jdoe@d118.org,JANE,DOE,004037,9,131"
	for _, c := range []struct {
		name, text string
		want       []source.Row
	}{
		{"a byte-order mark", "\ufeff" + header + "\n" + row, goodUser},
		{"CRLF", header + "\r\n" + row + "\r\n", goodUser},
		{"any order and letter case of the columns, others between them",
			"HomeSchoolID, GroupValue ,x,TEACHERNUMBER,last_name,First_Name,Email_Addr,x,DCID\n131,9,?,004037,DOE,JANE,jdoe@d118.org,!,1042", goodUser},
		{"quoted cells", `"` + strings.ReplaceAll(header, ",", `","`) + "\"\n\"" + strings.ReplaceAll(row, ",", `","`) + `"`, goodUser},
		{"UTF-16, little endian", utf16Text(header+"\r\n"+row+"\r\n", false), goodUser},
		{"UTF-16, big endian", utf16Text(header+"\n"+row+"\n", true), goodUser},
		{"only a header", header + "\n", nil},
		{"rows of empty cells", header + "\n,,,,,,\n\n,,\n" + row + "\n,\n", []source.Row{{Line: 5, Cells: goodUser[0].Cells}}},
		{"a quoted line break, comma and quotation mark", header + "\n1,a@b.c,\"MARY\nANN, \"\"MA\"\"\",DOE,,,131\n2,,,,,,",
			[]source.Row{{Line: 2, Cells: []string{"1", "a@b.c", "MARY\nANN, \"MA\"", "DOE", "", "", "131"}}, {Line: 4, Cells: []string{"2", "", "", "", "", "", ""}}}},
		{"letters beyond ASCII", header + "\n1,a@b.c,SOFÍA,NUÑEZ,,,131", []source.Row{{Line: 2, Cells: []string{"1", "a@b.c", "SOFÍA", "NUÑEZ", "", "", "131"}}}},
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

func TestAnOptionalColumnIsReadWhereItIs(t *testing.T) {
	files := goodFolder()
	files["schools.csv"] = "Abbreviation,school_number,name\nWHS,131,HIGH SCHOOL\n"
	tables, _, err := read(t, files)
	if err != nil {
		t.Fatal(err)
	}
	want := source.Table{Name: "schools.csv", Columns: []string{"school_number", "name", "abbreviation"},
		Rows: []source.Row{{Line: 2, Cells: []string{"131", "HIGH SCHOOL", "WHS"}}}}
	if diff := cmp.Diff(want, tables["schools"]); diff != "" {
		t.Error(diff)
	}
}

func TestReadTablesRefusesABadExport(t *testing.T) {
	const header = "dcid,email_addr,first_name,last_name,teachernumber,groupvalue,homeschoolid\n"
	users := func(text string) func(folder) { return func(f folder) { f["users.csv"] = text } }
	for _, c := range []struct {
		name   string
		change func(folder)
		want   string // DIR stands for the folder
	}{
		{"a missing file", func(f folder) { delete(f, "schoolstaff.csv") },
			"schoolstaff.csv is missing in DIR: the folder holds schools.csv, u_humanresources.csv, users.csv"},
		{"a misspelt file", func(f folder) { f["user.csv"] = "dcid\n"; delete(f, "users.csv") },
			"users.csv is missing in DIR: the folder holds schools.csv, schoolstaff.csv, u_humanresources.csv, user.csv; did you mean user.csv?"},
		{"a missing file of an extra", func(f folder) { delete(f, "u_humanresources.csv") },
			"u_humanresources.csv is missing in DIR: the folder holds schools.csv, schoolstaff.csv, users.csv"},
		{"an empty folder", func(f folder) { clear(f) }, "schools.csv, users.csv, schoolstaff.csv, u_humanresources.csv are missing in DIR: the folder is empty"},
		{"an empty file", users(""),
			"users.csv is empty; its first line must name the columns: dcid, email_addr, first_name, last_name, teachernumber, groupvalue, homeschoolid"},
		{"a missing column", users(strings.Replace(header, "email_addr", "email", 1)),
			"users.csv, header: the column email_addr is missing; it has dcid, email, first_name, last_name, teachernumber, groupvalue, homeschoolid"},
		{"a misspelt column", users(strings.Replace(header, "email_addr", "Email Addr", 1)),
			"users.csv, header: the column email_addr is missing; it has dcid, email addr, first_name, last_name, teachernumber, groupvalue, homeschoolid; did you mean email addr?"},
		{"several missing columns", users("dcid,first_name,last_name\n"),
			"users.csv, header: the columns email_addr, teachernumber, groupvalue, homeschoolid are missing; it has dcid, first_name, last_name"},
		{"a header without names", users(",,\n"),
			"users.csv, header: the columns dcid, email_addr, first_name, last_name, teachernumber, groupvalue, homeschoolid are missing; the first line names no columns at all"},
		{"vertical bars for commas", users(strings.ReplaceAll(header, ",", "|")),
			"users.csv, header: the columns are separated by vertical bars; export with commas, tabs or semicolons"},
		{"escape sequences in the header", users("dcid,\x1b[2J\n"),
			`users.csv, header: the columns email_addr, first_name, last_name, teachernumber, groupvalue, homeschoolid are missing; it has dcid, \x1b[2j`},
		{"a repeated column", users("DCID," + header), "users.csv, header: the column dcid is there twice, as columns 1 and 2; export it once"},
		{"a row that is too short", users(header + "1,a,b,c,d,e,131\n\n1042,jdoe@d118.org,JANE\n"),
			"users.csv, line 4: the row has 3 cells where the header has 7; a comma, quotation mark or line break inside a value needs the value in quotation marks"},
		{"a row that is too long", users(header + "1042,jdoe@d118.org,JANE,DOE,JR,004037,9,131\n"),
			"users.csv, line 2: the row has 8 cells where the header has 7; a comma, quotation mark or line break inside a value needs the value in quotation marks"},
		{"a quotation mark inside a cell", users(header + `1042,jdoe@d118.org,JANE "JJ",DOE,004037,9,131`),
			`users.csv, line 2, character 25: a quotation mark out of place; a value that holds one must be in quotation marks, with the mark itself doubled ("")`},
		{"a quotation mark that is never closed", users(header + "1042,jdoe@d118.org,\"JANE,DOE,004037,9,131\n12,a,b,c,d,e,f\n"),
			`users.csv, line 2: a value in quotation marks goes on to line 3 without the closing mark where it belongs; a mark inside such a value must be doubled ("")`},
		{"Windows-1252 for UTF-8", users(header + "1,a,b,c,d,e,131\n1042,jdoe@d118.org,JANE,NU\xd1EZ,004037,9,131\n"),
			"users.csv, line 3, column last_name: the text is not UTF-8; export as UTF-8 (in Excel: CSV UTF-8), or name its code page, such as source.export.encoding: windows-1252"},
		{"Windows-1252 in the header", users("N\xd1," + header),
			"users.csv, header, column 1: the text is not UTF-8; export as UTF-8 (in Excel: CSV UTF-8), or name its code page, such as source.export.encoding: windows-1252"},
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

func TestTwoTablesOfOneFileAreRefused(t *testing.T) {
	dir := t.TempDir()
	for name, text := range goodFolder() {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	twice := config()
	twice.Extras["room"] = source.Extra{Table: "hr.u_humanresources", Key: "usersdcid", Column: "cellphone"}
	_, err := New(dir, twice).ReadTables(t.Context())
	want := "u_humanresources.csv would be both the table ps.u_humanresources and the table hr.u_humanresources; a folder of exports can hold one of them only"
	if err == nil || err.Error() != want {
		t.Errorf("error %v", err)
	}
}

func TestAFolderThatIsNotThereIsAnError(t *testing.T) {
	_, err := New(filepath.Join(t.TempDir(), "missing"), config()).ReadTables(t.Context())
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}

func TestReadTablesStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	for name, text := range goodFolder() {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if tables, err := New(dir, config()).ReadTables(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("tables %v, error %v", tables, err)
	}
}
