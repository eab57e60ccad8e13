package plan_test

import (
	"testing"

	"github.com/staffsync/staffsync/plan"
)

func TestAnOrgUnitIsFoundInTheDirectorysSpelling(t *testing.T) {
	units := plan.NewOrgUnits([]string{"/Staff/École", "/Staff/Cotton  Creek ", "/Staff/P S 1", "/Staff/PS 1", "/Staff/Middle"})
	for _, c := range []struct{ path, want string }{
		{"/", "/"},
		{"/staff/MIDDLE", "/Staff/Middle"},
		{"/Staff/E\u0301cole", "/Staff/École"},
		{"/Staff/Cotton Creek", "/Staff/Cotton  Creek "},
		{"/Staff/PS 1", "/Staff/PS 1"},
		{"/Staff/PS1", ""},
		{"/Staff/PS 2", ""},
		{"/Staff/Ecole", ""},
	} {
		if got, found := units.Find(c.path); got != c.want || found != (c.want != "") {
			t.Errorf("%q: got %q, %v, want %q", c.path, got, found, c.want)
		}
	}
	if alike := units.Alike("/Staff/PS1"); len(alike) != 2 {
		t.Errorf("alike: %q", alike)
	}
}
