package export

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/staffsync/staffsync/source"
)

func FuzzReadTable(f *testing.F) {
	for _, text := range []string{
		"", "dcid,name\n1,A\n", "\ufeffname,DCID\r\n\"A\nB\",1\r\n", "\xff\xfed\x00", "\xfe\xff\x00d", "dcid,name\n1", "dcid,name\n\"", "dcid\tname\n",
		"dcid,name,dcid\n1,2,3\n", "dcid,name\n,\n\n1,\xd1\n", "\"\"\"", "dcid,name\r1,2\r",
	} {
		f.Add([]byte(text))
	}
	spec := source.TableSpec{Name: "t", Columns: []string{"dcid", "name"}, Optional: []string{"abbreviation"}}
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := readTable(t.Context(), strings.NewReader(string(data)), "t.csv", spec)
		if err != nil {
			if len(table.Rows) > 0 {
				t.Fatalf("an error beside %d rows: %v", len(table.Rows), err)
			}
			if !utf8.ValidString(err.Error()) {
				t.Fatalf("the error is not UTF-8: %q", err)
			}
			return
		}
		last := 1
		for _, row := range table.Rows {
			if len(row.Cells) != len(table.Columns) {
				t.Fatalf("%d cells of %d columns", len(row.Cells), len(table.Columns))
			}
			if row.Line <= last {
				t.Fatalf("line %d after line %d", row.Line, last)
			}
			last = row.Line
			for _, cell := range row.Cells {
				if !utf8.ValidString(cell) {
					t.Fatalf("%q is not UTF-8", cell)
				}
			}
		}
	})
}
