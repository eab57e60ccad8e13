package policy

import (
	"fmt"
	"testing"

	"github.com/staffsync/staffsync/source"
)

// BenchmarkDesired decides on the staff of the largest district there is by
// the rules of the original one.
func BenchmarkDesired(b *testing.B) {
	const people = 100_000
	var district source.District
	for i := range people {
		district.Staff = append(district.Staff, source.Staff{
			DCID: int64(i + 1), Email: fmt.Sprintf("user%d@d118.org", i), FirstName: "Jane", LastName: "McDonald",
			HomeSchool: 131, Building: "Wauconda High School", Schools: []int64{7, 131}, Active: i%4 != 0, Type: 1,
			SecurityGroup: "9", TeacherNumber: fmt.Sprintf("%06d", i), Extra: map[string]string{"cellPhone": "847-555-0100"},
		})
	}
	policy, err := Compile(d118(), "d118.org", someSource())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if state := policy.Desired(district); len(state.Accounts) != people {
			b.Fatal(len(state.Accounts))
		}
	}
}
