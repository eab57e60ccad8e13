package google

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// finds tells whether the range query finds the number. Closed takes a
// range's end in.
func finds(t interface{ Fatalf(string, ...any) }, query string, dcid int64, closed bool) bool {
	text, ok := strings.CutPrefix(query, "S.DCID")
	var low, high int64
	switch {
	case !ok:
	case strings.HasPrefix(text, ":"):
		if n, _ := fmt.Sscanf(text, ":[%d,%d]", &low, &high); n == 2 && low < high {
			return low <= dcid && (dcid < high || closed && dcid == high)
		}
	case strings.HasPrefix(text, "<"):
		if n, _ := fmt.Sscanf(text, "<%d", &high); n == 1 {
			return dcid < high
		}
	default:
		if n, _ := fmt.Sscanf(text, ">=%d", &low); n == 1 {
			return dcid >= low
		}
	}
	t.Fatalf("%q is not a range of numbers", query)
	return false
}

func TestRangesLeaveNoNumberOut(t *testing.T) {
	d := testDirectory(t)
	dcids := rapid.OneOf(rapid.Int64Range(-2, 50), rapid.Int64(), rapid.SampledFrom([]int64{math.MinInt64, math.MaxInt64, 0, 1}))
	rapid.Check(t, func(t *rapid.T) {
		expected := rapid.SliceOfN(dcids, 1, 200).Draw(t, "expected")
		cuts := quantiles(positive(expected), rapid.IntRange(0, 40).Draw(t, "parts"))
		queries := d.rangesBetween(cuts)
		for _, dcid := range append(expected, append(cuts, dcids.Draw(t, "other"), math.MinInt64, -1, 0, 1, math.MaxInt64)...) {
			open, closed := 0, 0
			for _, query := range queries {
				if finds(t, query, dcid, false) {
					open++
				}
				if finds(t, query, dcid, true) {
					closed++
				}
			}
			if open != 1 || closed < 1 || closed > 2 {
				t.Fatalf("%d is found %d times by %v, and %d times with the end taken in", dcid, open, queries, closed)
			}
		}
	})
}

func TestRangesShareTheExpectedPeopleOutEvenly(t *testing.T) {
	d := testDirectory(t)
	rapid.Check(t, func(t *rapid.T) {
		// Years of people, with gaps of all sizes between them.
		people := rapid.IntRange(1, 1500).Draw(t, "people")
		gap := rapid.Int64Range(1, 1<<40)
		expected, next := make([]int64, people), int64(1)
		for i := range expected {
			if i%100 == 0 {
				next += gap.Draw(t, "gap")
			}
			next++
			expected[i] = next
		}
		var staff []Expected
		for _, dcid := range expected {
			staff = append(staff, Expected{DCID: dcid})
		}
		cuts, err := d.cuts(t.Context(), staff)
		if err != nil {
			t.Fatal(err)
		}
		if most := max(2, (people+peoplePerRange-1)/peoplePerRange); len(cuts)+1 > most {
			t.Fatalf("%d ranges for %d people, want at most %d", len(cuts)+1, people, most)
		}
		for _, query := range d.rangesBetween(cuts) {
			held := 0
			for _, dcid := range expected {
				if finds(t, query, dcid, false) {
					held++
				}
			}
			if held > peoplePerRange {
				t.Fatalf("%s holds %d people", query, held)
			}
		}
	})
}

func TestRangesAreWordedAsGoogleDocumentsThem(t *testing.T) {
	want := []string{"S.DCID<10", "S.DCID:[10,20]", "S.DCID>=20"}
	if diff := cmp.Diff(want, testDirectory(t).rangesBetween([]int64{10, 20})); diff != "" {
		t.Error(diff)
	}
}
