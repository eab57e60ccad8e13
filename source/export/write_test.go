package export

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/source"
)

// writtenFolder writes the tables into a new folder.
func writtenFolder(t interface {
	Fatal(...any)
}, dir string, tables source.Tables) {
	files, err := Files(tables, "2026-08-31", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if err := os.WriteFile(filepath.Join(dir, file.Name), file.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// anyCell is text as people and programs put it into a column.
var anyCell = rapid.OneOf(
	rapid.SampledFrom([]string{
		"", "0", "004037", `"`, `""`, `say "hi"`, "a,b", "a;b", "a\tb", " a ", "a\nb", "a\r\nb", "a\r\r\nb", "\r", "\n", "\r\n", "a\r", "\ufeff",
		"Núñez", "ʻOkina", "日本", "\u202e", "'=1+1", `\.`, "#", "(null)", "x\nsnapshot: source", "x\ndigest: sha256:0", "x\ntarget: y",
	}),
	rapid.StringOfN(rapid.RuneFrom([]rune("a\"',;\t\r\n 0é\x00")), 0, 6, -1),
	rapid.String(),
)

// rowsOf draws rows of that many cells, from a database or from a file, in which
// each is on a line of its own below the one before.
func rowsOf(t *rapid.T, cells int, file bool) []source.Row {
	var rows []source.Row
	line := 2
	for range rapid.IntRange(0, 8).Draw(t, "rows") {
		row := source.Row{Cells: rapid.SliceOfN(anyCell, cells, cells).Draw(t, "cells")}
		if !slices.ContainsFunc(row.Cells, func(cell string) bool { return cell != "" }) {
			continue // a row of nothing is no row
		}
		if file {
			row.Line = line + rapid.IntRange(0, 3).Draw(t, "lines left out")
			line = row.Line + 1 + strings.Count(strings.Join(row.Cells, ""), "\n")
		}
		rows = append(rows, row)
	}
	return rows
}

// What is written is what is read: every cell, and every name and line that
// messages give.
func TestATableIsReadAsItWasWritten(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		want := make(source.Tables)
		for _, spec := range config().TableSpecs() {
			columns := slices.Concat(spec.Columns, spec.Optional)
			file := rapid.Bool().Draw(t, "from a file")
			table := source.Table{Name: "ps." + spec.Name, Columns: columns, Rows: rowsOf(t, len(columns), file)}
			if file {
				table.Name = rapid.SampledFrom([]string{"USERS.text", "ä b.csv", `"x": y.csv`, "\u202egnp.csv"}).Draw(t, "file")
			} else {
				slices.SortFunc(table.Rows, func(a, b source.Row) int { return slices.Compare(a.Cells, b.Cells) })
			}
			want[spec.Name] = table
		}
		writtenFolder(t, dir, want)
		got, err := New(dir, config()).ReadTables(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

// Version control gives text other line ends on its way to Windows.
func TestAWrittenFolderMayGetOtherLineEnds(t *testing.T) {
	tables, _, err := read(t, goodFolder())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	writtenFolder(t, dir, tables)
	for _, name := range []string{"users.csv", "schools.csv", "schoolstaff.csv", "u_humanresources.csv", DescriptionFile} {
		rewrite(t, filepath.Join(dir, name), "\n", "\r\n")
	}
	got, err := New(dir, config()).ReadTables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(tables, got); diff != "" {
		t.Error(diff)
	}
}

func rewrite(t *testing.T, path, old, with string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), old) {
		t.Fatalf("%s does not contain %q", path, old)
	}
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(string(data), old, with)), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAWrittenFolderThatIsNotWholeIsRefused(t *testing.T) {
	tables, _, err := read(t, goodFolder())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		damage func(t *testing.T, dir string)
		want   string
	}{
		{"a file of another time", func(t *testing.T, dir string) { rewrite(t, filepath.Join(dir, "users.csv"), "JANE", "JOAN") },
			"users.csv is not the file that export.yaml names: it was edited, or writing the folder was cut short; "},
		{"a file that is missing", func(t *testing.T, dir string) {
			if err := os.Remove(filepath.Join(dir, "users.csv")); err != nil {
				t.Fatal(err)
			}
		}, "users.csv is missing, which export.yaml names; "},
		{"a table that was not written", func(t *testing.T, dir string) {
			rewrite(t, filepath.Join(dir, DescriptionFile), "u_humanresources", "u_other")
		}, "has no table u_humanresources; write the folder again for every config that is to read it: staffsync snapshot export --also OTHER_CONFIG"},
		{"a file elsewhere", func(t *testing.T, dir string) {
			rewrite(t, filepath.Join(dir, DescriptionFile), "users.csv", "../users.csv")
		}, `export.yaml: the table users cannot be in the file "../users.csv"`},
		{"a table elsewhere", func(t *testing.T, dir string) {
			rewrite(t, filepath.Join(dir, DescriptionFile), ": users", ": ../users")
		}, `export.yaml: the table ../users cannot be in the file "../users.csv"`},
		{"another version", func(t *testing.T, dir string) {
			rewrite(t, filepath.Join(dir, DescriptionFile), "version: 1", "version: 2")
		}, "export.yaml: this is not the description of a folder that snapshot export wrote of version 1, the one that this staffsync reads"},
		{"no date", func(t *testing.T, dir string) {
			rewrite(t, filepath.Join(dir, DescriptionFile), "2026-08-31", "today")
		}, `export.yaml: asOf is a date such as 2026-08-31, not "today"`},
		{"another file", func(t *testing.T, dir string) {
			rewrite(t, filepath.Join(dir, DescriptionFile), "snapshot: export", "snapshot: source")
		}, "export.yaml: this is a snapshot of the source, not the description of a folder that snapshot export wrote; write the folder again with: staffsync snapshot export DIR"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			writtenFolder(t, dir, tables)
			c.damage(t, dir)
			if _, err := New(dir, config()).ReadTables(t.Context()); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v\nwant %s", err, c.want)
			}
		})
	}
}

// One folder serves the configs that it was written for, however each names the
// table's schema; a column that it lacks is an error.
func TestAWrittenFolderServesOtherConfigs(t *testing.T) {
	tables, _, err := read(t, goodFolder())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	writtenFolder(t, dir, tables)
	other := source.Config{Extras: map[string]source.Extra{"phone": {Table: "u_humanresources", Key: "usersdcid", Column: "cellphone"}}}
	got, err := New(dir, other).ReadTables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(tables["ps.u_humanresources"], got["u_humanresources"]); diff != "" {
		t.Error(diff)
	}
	other.Extras["badge"] = source.Extra{Table: "u_humanresources", Key: "usersdcid", Column: "badge"}
	want := "u_humanresources.csv, header: the column badge is missing; it has usersdcid, cellphone; write the folder again for every config that is to read it: staffsync snapshot export --also OTHER_CONFIG"
	if _, err := New(dir, other).ReadTables(t.Context()); err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

func TestTwoTablesOfOneNameAreRefused(t *testing.T) {
	table := source.Table{Columns: []string{"usersdcid", "x"}}
	want := "a folder of exports cannot hold two tables of the name u_x; name it the same way wherever the config reads it"
	if _, err := Files(source.Tables{"ps.u_x": table, "u_x": table}, "2026-08-31", nil); err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

func FuzzDescription(f *testing.F) {
	files, err := Files(source.Tables{"ps.users": {Name: "ps.users", Columns: []string{"dcid"}, Rows: []source.Row{{Cells: []string{"1"}}}}}, "2026-08-31", nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(files[0].Data)
	f.Fuzz(func(t *testing.T, data []byte) {
		described, err := decodeDescription(data)
		if err != nil {
			return
		}
		encoded, err := described.encode()
		if err != nil {
			t.Fatal(err)
		}
		again, err := decodeDescription(encoded)
		if err != nil {
			t.Fatalf("%v\n%s", err, encoded)
		}
		if diff := cmp.Diff(described, again, cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	})
}
