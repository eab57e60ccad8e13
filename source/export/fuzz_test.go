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
		"dcid,name,dcid\n1,2,3\n", "dcid,name\n,\n\n1,\xd1\n", "\"\"\"", "dcid,name\r1,2\r", "t.DCID\tt.NAME\n1\t\"A\n2\tB\"\n", "dcid;name\r\"1\n\";2\r",
	} {
		f.Add([]byte(text))
	}
	spec := source.TableSpec{Name: "t", Columns: []string{"dcid", "name"}, Optional: []string{"abbreviation"}}
	f.Fuzz(func(t *testing.T, data []byte) {
		sheet, err := newSheet("t.csv", strings.NewReader(string(data)), nil)
		var faults source.Faults
		var table source.Table
		if faults.Add(err); err == nil {
			table = sheet.readTable(t.Context(), spec, &faults)
		}
		if faults.Any() && !utf8.ValidString(faults.Err().Error()) {
			t.Fatalf("the error is not UTF-8: %q", faults.Err())
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
