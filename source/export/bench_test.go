package export

import (
	"fmt"
	"strings"
	"testing"

	"github.com/staffsync/staffsync/source"
)

// BenchmarkReadUsers reads the users of the largest district there is.
func BenchmarkReadUsers(b *testing.B) {
	const people = 100_000
	var text strings.Builder
	text.WriteString("dcid,email_addr,title,first_name,last_name,teachernumber,groupvalue,homeschoolid\n")
	for i := range people {
		fmt.Fprintf(&text, "%d,user%d@d118.org,\"Teacher, Art\",JANE,MCDONALD-%d,%06d,9,131\n", i+1, i, i, i)
	}
	spec := source.Config{}.TableSpecs()[1]
	b.ReportAllocs()
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		sheet, err := newSheet("users.csv", strings.NewReader(text.String()), nil)
		if err != nil {
			b.Fatal(err)
		}
		var faults source.Faults
		table := sheet.readTable(b.Context(), spec, &faults)
		if faults.Any() || len(table.Rows) != people {
			b.Fatal(len(table.Rows), faults.Err())
		}
	}
}
