package google_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/emulator"
)

// largeStaff is the staff of a domain of 70,000 accounts: 10,000 of them
// linked, of whom one is to be renamed, and one has no account yet.
func largeStaff() (staff plan.Desired, expected []int64) {
	var people []plan.DesiredAccount
	for i := range 10_001 {
		person := plan.DesiredAccount{
			Fields: plan.Fields{
				DCID: int64(i + 1), Address: fmt.Sprintf("person%d@d118.org", 7*i), GivenName: "First", FamilyName: fmt.Sprintf("Last%d", 7*i),
				OrgUnitPath: "/D118 Staff", Attributes: map[string]string{"Synchronization_Data.Staff_Type": "1"},
			},
			Active: true,
		}
		if i == 0 {
			person.Address = "renamed@d118.org"
		}
		people, expected = append(people, person), append(expected, person.DCID)
	}
	return desired(people...), expected
}

func TestPlanningByRangesTakesLessThanAFifthOfTheRequests(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 70,000 accounts")
	}
	staff, expected := largeStaff()
	ranges := serve(t, crowd(t, indexed(district), 70_000), nil)
	pages := ranges.hidden(t)
	pagesState, pagesPlan := pages.planned(t, staff, expected)
	rangesState, rangesPlan := ranges.planned(t, staff, expected)
	if len(pagesState.Accounts) != 10_000 {
		t.Errorf("%d accounts, want 10,000", len(pagesState.Accounts))
	}
	if diff := cmp.Diff(withoutIndex(pagesState), withoutIndex(rangesState)); diff != "" {
		t.Errorf("the states differ:\n%s", diff)
	}
	if diff := cmp.Diff(pagesPlan, rangesPlan); diff != "" {
		t.Errorf("the plans differ:\n%s", diff)
	}
	byPages, byRanges := pages.Requests(), ranges.Requests()
	// The attributes, the org units, 140 pages; and for each of two new
	// addresses, whether an account or a group has it.
	if byPages != 2+140+4 {
		t.Errorf("%d requests by pages, want 146", byPages)
	}
	if 5*byRanges >= byPages {
		t.Errorf("%d requests by ranges, %d by pages", byRanges, byPages)
	}
}

// BenchmarkPlanning plans for 10,000 linked staff in a domain of 70,000
// accounts, each request of which takes 100 ms, in both ways.
func BenchmarkPlanning(b *testing.B) {
	staff, expected := largeStaff()
	ranges := serve(b, crowd(b, indexed(district), 70_000), func(*http.Request) *emulator.Fault {
		return &emulator.Fault{Delay: 100 * time.Millisecond}
	})
	for _, way := range []struct {
		name     string
		emulated emulated
	}{{"pages", ranges.hidden(b)}, {"ranges", ranges}} {
		b.Run(way.name, func(b *testing.B) {
			before := way.emulated.Requests()
			b.ReportAllocs()
			for b.Loop() {
				way.emulated.planned(b, staff, expected)
			}
			b.ReportMetric(float64(way.emulated.Requests()-before)/float64(b.N), "requests/op")
		})
	}
}
