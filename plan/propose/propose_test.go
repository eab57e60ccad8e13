package propose

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

// staff has members of one building and type, with their accounts in one org unit.
func staff(building, staffType, orgUnit string, people int) []Member {
	var members []Member
	for i := range people {
		m := Member{Person: plan.Person{DCID: int64(1000*len(building) + 10*len(orgUnit) + i), Name: fmt.Sprint("Person ", i), Building: building}, Type: staffType}
		if orgUnit != "" {
			m.OrgUnit, m.Account = orgUnit, fmt.Sprintf("p%d@x.org", m.DCID)
		}
		members = append(members, m)
	}
	return members
}

// counted are the org units with these accounts.
func counted(paths []string, accounts []plan.Account, members []Member) []OrgUnit {
	census := NewCensus(paths)
	for i := range accounts {
		census.Count(&accounts[i])
	}
	census.CountStaff(members)
	return census.OrgUnits()
}

// unitsOf are the org units that the members are in, and others with so many
// accounts of nobody's.
func unitsOf(members []Member, others map[string]int) []OrgUnit {
	var paths []string
	var accounts []plan.Account
	for _, m := range members {
		if m.OrgUnit != "" {
			paths = append(paths, m.OrgUnit)
			accounts = append(accounts, plan.Account{Fields: plan.Fields{Address: m.Account, OrgUnitPath: m.OrgUnit}})
		}
	}
	for path, n := range others {
		paths = append(paths, path)
		for range n {
			accounts = append(accounts, plan.Account{Fields: plan.Fields{OrgUnitPath: path}})
		}
	}
	return counted(paths, accounts, members)
}

// inWords are the rules as a config has them.
func inWords(rules []Rule) []string {
	var words []string
	for _, rule := range rules {
		line := rule.Path.Template()
		if when := rule.When(); when != "" {
			line += " when " + when
		}
		words = append(words, line)
	}
	return words
}

func TestTheRulesThatFitMostAccounts(t *testing.T) {
	const everywhere = ""
	tests := map[string]struct {
		staff  []Member
		others map[string]int
		within string
		want   []string
		placed int
	}{
		"the building": {
			staff: slices.Concat(staff("Oak", "TEACHER", "/Staff/Oak", 20), staff("Elm", "TEACHER", "/Staff/Elm", 32), staff("Elm", "STAFF", "/Old", 5)),
			want:  []string{"/Staff/${staff.building}"}, placed: 52},
		"a suffix, in other letters and blanks": {
			staff: slices.Concat(staff("Oak", "TEACHER", "/D118 Staff/OAK Staff", 3), staff("Cotton Creek", "TEACHER", "/D118 Staff/CottonCreek Staff", 3), staff("Elm", "TEACHER", "/D118 Staff/Elm Staff", 3)),
			want:  []string{"/D118 Staff/${staff.building} Staff"}, placed: 9},
		"an org unit in the building's": {
			staff: slices.Concat(staff("Oak", "TEACHER", "/Oak/Teachers", 3), staff("Elm", "TEACHER", "/Elm/Teachers", 3)),
			want:  []string{"/${staff.building}/Teachers"}, placed: 6},
		"the building twice": {
			staff: slices.Concat(staff("Oak", "TEACHER", "/Oak/Oak Staff", 3), staff("Elm", "TEACHER", "/Elm/Elm Staff", 3)),
			want:  []string{"/${staff.building}/${staff.building} Staff"}, placed: 6},
		"abbreviations": {
			staff: slices.Concat(staff("Oak", "TEACHER", "/Staff/OES", 3), staff("Elm", "TEACHER", "/Staff/EMS", 3)),
			want:  []string{`/Staff/EMS when staff.building == "Elm"`, `/Staff/OES when staff.building == "Oak"`, "/Staff/${staff.building}"}, placed: 6},
		"a building in another's": {
			staff: slices.Concat(staff("Oak", "TEACHER", "/Staff/Oak", 3), staff("Elm", "TEACHER", "/Staff/Elm", 3), staff("Annex", "TEACHER", "/Staff/Elm", 2), staff("Annex B", "STAFF", "/Staff/Elm", 1)),
			want:  []string{`/Staff/Elm when staff.building in ["Annex", "Annex B"]`, "/Staff/${staff.building}"}, placed: 9},
		"one for all": {
			staff: slices.Concat(staff("Oak", "TEACHER", "/Staff", 3), staff("Elm", "TEACHER", "/Staff", 4), staff("Ash", "TEACHER", "/Staff", 4)),
			want:  []string{"/Staff"}, placed: 11},
		"a staff type": {
			staff: slices.Concat(staff("Oak", "TEACHER", "/Staff/Oak", 9), staff("Elm", "TEACHER", "/Staff/Elm", 9), staff("Oak", "LUNCH", "/Kitchen", 3), staff("Elm", "LUNCH", "/Kitchen", 2)),
			want:  []string{"/Kitchen when staff.type == LUNCH", "/Staff/${staff.building}"}, placed: 23},
		"a staff type with org units of its own": {
			staff: slices.Concat(staff("Oak", "TEACHER", "/Oak/Teachers", 9), staff("Elm", "TEACHER", "/Elm/Teachers", 9), staff("Oak", "STAFF", "/Oak/Support", 3), staff("Elm", "STAFF", "/Elm/Support", 2)),
			want:  []string{"/${staff.building}/Support when staff.type == STAFF", "/${staff.building}/Teachers"}, placed: 23},
		"a building is not a staff type": {
			staff: slices.Concat(staff("Oak", "TEACHER", "/Staff/Oak", 9), staff("Elm", "TEACHER", "/Staff/Elm", 9), staff("Kitchen", "LUNCH", "/Cooks", 5)),
			want:  []string{`/Cooks when staff.building == "Kitchen"`, "/Staff/${staff.building}"}, placed: 23},
		"an org unit that is named after substitutes": {
			staff:  slices.Concat(staff("Oak", "TEACHER", "/Staff/Oak", 9), staff("Elm", "TEACHER", "/Staff/Elm", 9), staff("Elm", "SUBSTITUTE", everywhere, 1)),
			others: map[string]int{"/Substitute Teachers": 4},
			want:   []string{"/Substitute Teachers when staff.type == SUBSTITUTE", "/Staff/${staff.building}"}, placed: 18},
		"substitutes who are elsewhere": {
			staff:  slices.Concat(staff("Oak", "TEACHER", "/Staff/Oak", 9), staff("Elm", "TEACHER", "/Staff/Elm", 9), staff("Elm", "SUBSTITUTE", "/Staff/Elm", 3)),
			others: map[string]int{"/Substitute Teachers": 4},
			want:   []string{"/Staff/${staff.building}"}, placed: 21},
		"a few among many students show nothing": {
			staff:  slices.Concat(staff("Oak", "TEACHER", "/Students/Oak", 3), staff("Elm", "TEACHER", "/Staff/Elm", 3), staff("Ash", "TEACHER", "/Staff/Ash", 3)),
			others: map[string]int{"/Students/Oak": 200},
			want:   []string{"/Staff/${staff.building}"}, placed: 6},
		"one person does not make a rule": {
			staff: slices.Concat(staff("Oak", "TEACHER", "/Staff/Oak", 3), staff("Elm", "TEACHER", "/Staff/Elm", 3), staff("Ash", "TEACHER", "/Staff/Elm", 1)), others: map[string]int{"/Staff/Ash": 0},
			want: []string{"/Staff/${staff.building}"}, placed: 6},
		"but where there is no org unit for the building": {
			staff: slices.Concat(staff("Oak", "TEACHER", "/Staff/Oak", 3), staff("Elm", "TEACHER", "/Staff/Elm", 3), staff("Ash", "TEACHER", "/Staff/Elm", 1)),
			want:  []string{`/Staff/Elm when staff.building == "Ash"`, "/Staff/${staff.building}"}, placed: 7},
		"within what a person said": {
			staff: slices.Concat(staff("Oak", "TEACHER", "/Staff/Oak", 3), staff("Elm", "TEACHER", "/Staff/Elm", 3)), within: "/Employees",
			want: []string{`/Staff/Elm when staff.building == "Elm"`, `/Staff/Oak when staff.building == "Oak"`, "/Employees/${staff.building}"}, placed: 6},
		"nobody's account is known": {
			staff: staff("Oak", "TEACHER", everywhere, 3), others: map[string]int{"/Faculty and Staff": 3, "/Students": 9},
			want: []string{"/Faculty and Staff/${staff.building}"}},
		"nothing is known": {want: []string{"/Staff/${staff.building}"}},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			got := OrgUnits(c.staff, unitsOf(c.staff, c.others), c.within)
			if diff := cmp.Diff(c.want, inWords(got.Rules)); diff != "" {
				t.Error(diff)
			}
			if got.Placed != c.placed {
				t.Errorf("%d are placed, want %d; elsewhere: %v", got.Placed, c.placed, got.Elsewhere)
			}
		})
	}
}

func TestThoseWhoAreElsewhereAndTheOrgUnitsThatAreMissingAreNamed(t *testing.T) {
	members := slices.Concat(staff("Oak", "TEACHER", "/Staff/Oak", 3), staff("Elm", "TEACHER", "/Staff/Elm", 3), staff("Elm", "TEACHER", "/Old", 1), staff("Ash", "STAFF", "", 2))
	got := OrgUnits(members, unitsOf(members, nil), "")
	if len(got.Elsewhere) != 1 || got.Elsewhere[0].OrgUnit != "/Old" || got.Known() != 7 {
		t.Errorf("elsewhere: %v of %d", got.Elsewhere, got.Known())
	}
	want := []Building{
		{Name: "Ash", People: 2, Path: "/Staff/Ash"},
		{Name: "Elm", People: 4, Path: "/Staff/Elm", Exists: true},
		{Name: "Oak", People: 3, Path: "/Staff/Oak", Exists: true},
	}
	if diff := cmp.Diff(want, got.Buildings); diff != "" {
		t.Error(diff)
	}
	rules := WithBuilding(got.Rules, "Ash", "/Staff/Elm")
	if diff := cmp.Diff([]string{`/Staff/Elm when staff.building == "Ash"`, "/Staff/${staff.building}"}, inWords(rules)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"/Staff/${staff.building}"}, inWords(WithBuilding(rules, "Ash", "/staff/ash"))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{`/Staff/Oak when staff.building == "Ash"`, "/Staff/${staff.building}"}, inWords(WithBuilding(rules, "Ash", "/Staff/Oak"))); diff != "" {
		t.Error(diff)
	}
}

func TestTheOrgUnitThatTheStaffsAreIn(t *testing.T) {
	for _, c := range []struct {
		base Path
		want string
	}{
		{Path{"/Staff/", ""}, "/Staff"},
		{Path{"/D118 Staff/", " Staff"}, "/D118 Staff"},
		{Path{"/Staff/The ", " School"}, "/Staff"},
		{Path{"/", "/Teachers"}, "/"},
		{Path{"/Staff"}, "/Staff"},
	} {
		if got := (Proposal{Rules: []Rule{{Path: c.base}}}).StaffOrgUnit(); got != c.want {
			t.Errorf("%q: %s, want %s", c.base, got, c.want)
		}
	}
}

func TestTheOrgUnitOfSuspendedAccounts(t *testing.T) {
	for name, c := range map[string]struct {
		units []OrgUnit
		want  string
	}{
		"named so": {[]OrgUnit{{Path: "/Old", Accounts: 90, Suspended: 90}, {Path: "/Staff/Suspended Staff"}, {Path: "/suspended"}}, "/suspended"},
		"by most of the suspended accounts": {
			[]OrgUnit{{Path: "/", Accounts: 50, Suspended: 50}, {Path: "/Gone", Accounts: 20, Suspended: 19}, {Path: "/Staff", Accounts: 80, Suspended: 30}}, "/Gone"},
		"one account shows nothing": {[]OrgUnit{{Path: "/Gone", Accounts: 1, Suspended: 1}}, ""},
		"nothing":                   {nil, ""},
	} {
		if got := Suspended(c.units); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestABuildingsNameIsAWordOfThePath(t *testing.T) {
	for _, c := range []struct {
		path, building string
		want           Path
	}{
		{"/Staff/Oak", "Oak", Path{"/Staff/", ""}},
		{"/Staff/OAK Staff", "oak", Path{"/Staff/", " Staff"}},
		{"/Staff/Oakwood", "Oak", Path{"/Staff/Oakwood"}},
		{"/Staff/PS 101", "PS 10", Path{"/Staff/PS 101"}},
		{"/Oak/Oak-Teachers", "Oak", Path{"/", "/", "-Teachers"}},
		{"/Staff/E\u0301cole", "\u00c9cole", Path{"/Staff/", ""}},
		{"/Staff/\u0130x", "x", Path{"/Staff/\u0130x"}},
		{"/Staff/Oak", "", Path{"/Staff/Oak"}},
	} {
		if diff := cmp.Diff(c.want, pathOf(c.path, c.building)); diff != "" {
			t.Errorf("%s in %s:\n%s", c.building, c.path, diff)
		}
	}
}
