package diff

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

func TestMissingOrgUnitsCountsTheActiveStaffOfEach(t *testing.T) {
	staff := make([]plan.DesiredAccount, 4)
	for i, path := range []string{"/Staff/WHS", "/staff/whs", "/Staff/CCS", "/Staff/CCS"} {
		staff[i].Active, staff[i].OrgUnitPath = i < 3, path
	}
	rules := plan.Rules{SuspendedOrgUnit: "/Gone"}
	if diff := cmp.Diff(map[string]int{"/Gone": 0, "/Staff/CCS": 1}, MissingOrgUnits(rules, staff, []string{"/Staff/WHS"})); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]int{}, MissingOrgUnits(rules, nil, []string{"/gone"})); diff != "" {
		t.Error(diff)
	}
}

func TestIdleOrgUnitsAreEntriesThatNoPathContains(t *testing.T) {
	rules := plan.Rules{Frozen: []string{"/Administrators", "/Mail"}, TemporaryReactivation: []string{"/Temporary"}}
	if diff := cmp.Diff([]string{"/Mail"}, IdleOrgUnits(rules, []string{"/Staff/Administrators", "/Temporary"})); diff != "" {
		t.Error(diff)
	}
}

func TestMisfitsNameThePerson(t *testing.T) {
	staff := make([]plan.DesiredAccount, 2)
	for i, value := range []string{"131", "n/a"} {
		staff[i].Staff.Name = "Jane Doe"
		staff[i].Attributes = map[string]string{"A.School": value}
	}
	misfits := Misfits(plan.Attribute{Name: "A.School", Type: plan.TypeInt64}, staff)
	if len(misfits) != 1 || misfits[0].Error() != `Jane Doe: A.School holds a whole number, and "n/a" is not one` {
		t.Errorf("got %v", misfits)
	}
}

func TestLikelyMatchesCanHoldTheDCID(t *testing.T) {
	attributes := []plan.Attribute{
		{Name: "DCID.Other", Type: plan.TypeInt64}, {Name: "A.Dcid", Type: plan.TypeInt64, MultiValued: true},
		{Name: "A.DcidDate", Type: plan.TypeDate}, {Name: "A.Number", DisplayName: "Staff DCID", Type: plan.TypeString},
	}
	if got := LikelyMatches(append(attributes, plan.Attribute{Name: "B.dcid", Type: plan.TypeInt64})); !slices.Equal(got, []string{"A.Number", "B.dcid"}) {
		t.Errorf("got %q", got)
	}
}
