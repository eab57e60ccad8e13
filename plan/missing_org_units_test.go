package plan

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSimilarOrgUnits(t *testing.T) {
	for _, test := range []struct {
		path, existing string
		similar        bool
	}{
		{"/Staff/Lincon", "/Staff/Lincoln", true},   // a letter too few
		{"/Staff/Lincolnn", "/Staff/Lincoln", true}, // and too many
		{"/Staff/Linkoln", "/Staff/Lincoln", true},  // another letter
		{"/Staff/Linclon", "/Staff/Lincoln", true},  // two that changed places
		{"/Staff/Lézard", "/Staff/Lezard", true},    // an accent
		{"/Staff/St. Mary", "/Staff/St Mary", true}, // a full stop
		{"/Staff/Cotton  Creek", "/Staff/COTTONCREEK", true},
		{"/Staff/Of\ufb01ce", "/Staff/Office", true},     // a ligature is a Unicode form
		{"/Staff/Lin\u200bcoln", "/Staff/Lincoln", true}, // what nobody sees
		{"/staff/Lincon", "/STAFF/Lincoln", true},        // in the same place
		{"/Staff/PS 102", "/Staff/PS 101", false},        // digits tell names apart
		{"/Staff/Public School 10", "/Staff/Public School 101", false},
		{"/Staff/Public School 1A", "/Staff/Public School 12", false},
		{"/Staff/WMS", "/Staff/WHS", false}, // codes
		{"/Staff/Lin", "/Staff/Lincoln", false},
		{"/Staff/Lincoln", "/Students/Lincoln", false}, // elsewhere
		{"/Staff/Linco", "/Staff/Lincoln", false},      // two letters
		{"/Staff/Lnicoln School", "/Staff/Licnoln School", false},
		{"/Staff/Oak", "/", false},
	} {
		got := NewOrgUnits([]string{test.existing}).Similar(test.path)
		if want := map[bool]string{true: test.existing}[test.similar]; got != want {
			t.Errorf("%q beside %q: got %q, want %q", test.path, test.existing, got, want)
		}
	}
}

func TestMissingOrgUnits(t *testing.T) {
	directory := NewOrgUnits([]string{"/D118 Staff", "/D118 Staff/Old"})
	missing := directory.Lacking([]string{"/d118staff/New/West  Wing", "/D118 Staff/NEW/West Wing", "/D118 Staff/old", "/Other", ""})
	for _, test := range []struct {
		path string
		want []string
	}{
		{"/D118 Staff/new/west wing", []string{"/D118 Staff/NEW", "/D118 Staff/NEW/West  Wing"}},
		{"/D118 STAFF/New/WestWing", []string{"/D118 Staff/NEW", "/D118 Staff/NEW/West  Wing"}},
		{"/other", []string{"/Other"}},
		{"/D118Staff/OLD", nil},
		{"/", nil},
	} {
		if diff := cmp.Diff(test.want, missing.Creations(test.path)); diff != "" {
			t.Errorf("%s: %s", test.path, diff)
		}
	}
	if got, want := missing.Path("/d118 staff/OLD"), "/D118 Staff/Old"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
