package policy

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

// withGroups is the district's policy with rules for groups.
func withGroups(rules ...GroupRule) Config {
	config := d118()
	config.Groups = rules
	return config
}

// ofSchools is a rule with a group for each school.
func ofSchools(when string) GroupRule {
	return GroupRule{ForEach: ForEachSchool, Address: "${lower(school.abbreviation)}-staff@d118.org", When: when}
}

// groupsOf decides on the groups of two schools and a few people.
func groupsOf(t *testing.T, config Config, schools []source.School, staff ...source.Staff) plan.Desired {
	t.Helper()
	return compiled(t, config).Desired(source.District{Schools: schools, Staff: staff})
}

func person2(dcid int64, change func(*source.Staff)) source.Staff {
	return someone(func(s *source.Staff) {
		s.DCID, s.Email = dcid, fmt.Sprintf("p%d@d118.org", dcid)
		if change != nil {
			change(s)
		}
	})
}

var twoSchools = []source.School{{Number: 7, Name: "Cotton Creek", Abbreviation: "CCS"}, {Number: 131, Name: "Wauconda High School", Abbreviation: "WHS"}}

func TestRulesForGroupsSayWhoBelongs(t *testing.T) {
	staff := []source.Staff{
		person2(1, nil),
		person2(2, func(s *source.Staff) { s.Schools, s.Type = []int64{131}, 2 }),
		person2(3, func(s *source.Staff) { s.Active = false }),
		person2(4, func(s *source.Staff) { s.LastName = "Nurse" }), // left out
	}
	got := groupsOf(t, withGroups(
		ofSchools("school.number in staff.schools"),
		GroupRule{Address: "Teachers@d118.org", When: "staff.type == TEACHER", Role: "manager", Prune: PruneMembers, Create: true, Name: "Teachers"},
		GroupRule{Address: "all@d118.org"},
		GroupRule{Address: "teachers@d118.org", When: "false", Role: "owner"},
	), twoSchools, staff...)
	want := []plan.DesiredGroup{
		{Address: "all@d118.org", Rules: []plan.GroupRule{{Rule: "groups[2]", Role: "MEMBER", Cases: []plan.GroupCase{{People: []int64{1, 2}}}}}},
		{Address: "ccs-staff@d118.org", Rules: []plan.GroupRule{{Rule: "groups[0]", Role: "MEMBER", Cases: []plan.GroupCase{{People: []int64{1}}}}}},
		{Address: "teachers@d118.org", Rules: []plan.GroupRule{
			{Rule: "groups[1]", Role: "MANAGER", Prune: true, Create: true, Name: "Teachers", Cases: []plan.GroupCase{{People: []int64{1}}}},
			{Rule: "groups[3]", Role: "OWNER"},
		}},
		{Address: "whs-staff@d118.org", Rules: []plan.GroupRule{{Rule: "groups[0]", Role: "MEMBER", Cases: []plan.GroupCase{{People: []int64{1, 2}}}}}},
	}
	if diff := cmp.Diff(want, got.Groups); diff != "" {
		t.Error(diff)
	}
	if len(got.GroupConflicts) != 0 {
		t.Errorf("conflicts %+v", got.GroupConflicts)
	}
	if rules := got.Rules; !rules.ManageGroups || !rules.PruneGroups || !rules.CreateGroups {
		t.Errorf("rules %+v", rules)
	}
}

func TestTheOrgUnitIsLeftToTheComparison(t *testing.T) {
	for when, want := range map[string]plan.GroupRule{
		`account.orgUnit.startsWith("/D118 Staff/")`: {
			Tests:   []plan.OrgUnitTest{{By: plan.OrgUnitStartsWith, Texts: []string{"/D118 Staff/"}}},
			Cases:   []plan.GroupCase{{Outcome: "y", People: []int64{1, 2}}},
			Outside: []string{"n"},
		},
		`staff.type == TEACHER && account.orgUnit != "/Substitute Teachers"`: {
			Tests:   []plan.OrgUnitTest{{By: plan.OrgUnitIs, Texts: []string{"/Substitute Teachers"}}},
			Cases:   []plan.GroupCase{{Outcome: "n", People: []int64{1}}},
			Outside: []string{"y"},
		},
		`"/A" == lower(account.orgUnit) || account.orgUnit in ["/B", "/C"] && staff.type == 2`: {
			Tests:   []plan.OrgUnitTest{{By: plan.OrgUnitIs, Texts: []string{"/A"}}, {By: plan.OrgUnitIs, Texts: []string{"/B", "/C"}}},
			Outside: []string{"nn"},
			Cases:   []plan.GroupCase{{Outcome: "ny", People: []int64{2}}, {Outcome: "yn", People: []int64{1, 2}}, {Outcome: "yy", People: []int64{1, 2}}},
		},
		`account.orgUnit.matches("^/D") || account.orgUnit.endsWith("x") || account.orgUnit.contains("y") || matches(account.orgUnit, "^/D")`: {
			Outside: []string{"nnn"},
			Tests:   []plan.OrgUnitTest{{By: plan.OrgUnitMatches, Texts: []string{"^/D"}}, {By: plan.OrgUnitEndsWith, Texts: []string{"x"}}, {By: plan.OrgUnitContains, Texts: []string{"y"}}},
			Cases: []plan.GroupCase{
				{Outcome: "nny", People: []int64{1, 2}}, {Outcome: "nyn", People: []int64{1, 2}}, {Outcome: "nyy", People: []int64{1, 2}},
				{Outcome: "ynn", People: []int64{1, 2}}, {Outcome: "yny", People: []int64{1, 2}}, {Outcome: "yyn", People: []int64{1, 2}}, {Outcome: "yyy", People: []int64{1, 2}},
			},
		},
	} {
		got := groupsOf(t, withGroups(GroupRule{Address: "all@d118.org", When: when}), nil,
			person2(1, nil), person2(2, func(s *source.Staff) { s.Type = 2 }))
		want.Rule, want.Role = "groups[0]", "MEMBER"
		if diff := cmp.Diff([]plan.DesiredGroup{{Address: "all@d118.org", Rules: []plan.GroupRule{want}}}, got.Groups); diff != "" {
			t.Errorf("%s: %s", when, diff)
		}
	}
}

func TestASchoolOfWhichNobodyCanBeIsLeftAlone(t *testing.T) {
	schools := []source.School{
		{Number: 7, Name: "Cotton Creek", Abbreviation: "CCS"},
		{Number: 8, Name: "Closed", Abbreviation: "OLD"},
		{Number: 131, Name: "Excluded", Abbreviation: "", Excluded: true},
		{Number: 999999, Name: "Graduated", Abbreviation: "CCS"},
	}
	got := groupsOf(t, withGroups(ofSchools("!school.excludedFromStateReporting && school.number in staff.schools")), schools, person2(1, nil))
	// A school where nobody works any more still has a group that may be emptied.
	want := []plan.DesiredGroup{
		{Address: "ccs-staff@d118.org", Rules: []plan.GroupRule{{Rule: "groups[0]", Role: "MEMBER", Cases: []plan.GroupCase{{People: []int64{1}}}}}},
		{Address: "old-staff@d118.org", Rules: []plan.GroupRule{{Rule: "groups[0]", Role: "MEMBER"}}},
	}
	if diff := cmp.Diff(want, got.Groups); diff != "" {
		t.Error(diff)
	}
	if len(got.GroupConflicts) != 0 {
		t.Errorf("conflicts %+v", got.GroupConflicts)
	}
}

func TestGroupsThatCannotBeToldAreConflictsAndTheOthersStand(t *testing.T) {
	named := func(first, second string) []source.School {
		return append([]source.School{{Number: 1, Name: "Other", Abbreviation: "OTH"}},
			source.School{Number: 7, Name: "Cotton Creek", Abbreviation: first}, source.School{Number: 131, Name: "High School", Abbreviation: second})
	}
	everywhere := ofSchools("school.number in staff.schools || school.number == 1")
	for name, test := range map[string]struct {
		rules   []GroupRule
		schools []source.School
		kind    plan.ConflictKind
		id      string
		problem string
	}{
		"two with one abbreviation": {[]GroupRule{everywhere}, named("CCS", "ccs"), plan.ConflictGroupAddress, "group/ccs-staff@d118.org",
			"groups[0] gives the address ccs-staff@d118.org to the groups of two schools, Cotton Creek (school 7) and High School (school 131)"},
		"a blank one": {[]GroupRule{everywhere}, named("", "WHS"), plan.ConflictGroupAddress, "group/groups[0]",
			"groups[0] gives no address for the group of Cotton Creek (school 7): lower(school.abbreviation) is empty"},
		"one that cannot be": {[]GroupRule{everywhere}, named("C & S", "WHS"), plan.ConflictGroupAddress, "group/groups[0]",
			`groups[0] gives no address for the group of Cotton Creek (school 7): the group's address "c & s-staff@d118.org" holds a space`},
		"rules that fight": {[]GroupRule{everywhere, {Address: "ccs-staff@d118.org", Prune: PruneMembers, When: "false"},
			{ForEach: ForEachSchool, Address: "${lower(school.abbreviation)}-STAFF@d118.org", When: "school.number in staff.schools", Prune: PruneNobody}},
			named("CCS", "WHS"), plan.ConflictGroupRules, "group/ccs-staff@d118.org",
			"groups[2] and groups[1] are about the group ccs-staff@d118.org, and one of them takes members out (prune: members) and the other does not (prune: false); let one of them say it"},
	} {
		t.Run(name, func(t *testing.T) {
			got := groupsOf(t, withGroups(test.rules...), test.schools, person2(1, nil))
			var problems []string
			for _, c := range got.GroupConflicts {
				problems = append(problems, fmt.Sprint(c.Kind, " ", c.ID, ": ", c.Problem))
				if c.Remedy == "" {
					t.Error("there is no remedy")
				}
			}
			want := fmt.Sprint(test.kind, " ", test.id, ": ", test.problem)
			if name == "rules that fight" {
				// Their order is that of the schools.
				want = fmt.Sprint(test.kind, " ", test.id, ": ", "groups[1] and groups[2] are about the group ccs-staff@d118.org, and one of them takes members out (prune: members) and the other does not (prune: false); let one of them say it")
			}
			if diff := cmp.Diff([]string{want}, problems); diff != "" {
				t.Error(diff)
			}
			if len(got.Groups) == 0 || got.Groups[0].Address != "oth-staff@d118.org" {
				t.Errorf("the other groups are %+v", got.Groups)
			}
		})
	}
}

func TestARuleForGroupsThatFailsForSomebodyIsThatPersonsConflict(t *testing.T) {
	config := withGroups(ofSchools(`school.number in staff.schools && int(staff.securityGroup) > 3 && account.orgUnit.startsWith("/D118")`))
	got := groupsOf(t, config, twoSchools, person2(1, nil), person2(2, func(s *source.Staff) { s.SecurityGroup = "9A" }))
	for _, group := range got.Groups {
		problem := "school.number in staff.schools && int(staff.securityGroup) > 3 && account.orgUnit.startsWith(\"/D118\"): type conversion error from 'string' to 'int'"
		if diff := cmp.Diff([]plan.GroupCase{
			{Outcome: "y", People: []int64{1}, Undecided: []plan.UndecidedMember{{DCID: 2, Problem: problem}}},
		}, group.Rules[0].Cases); diff != "" {
			t.Error(diff)
		}
	}
	if len(got.Failures) != 1 || got.Failures[0].Rule != "groups[0].when" || len(got.Failures[0].People) != 1 {
		t.Errorf("failures %+v", got.Failures)
	}
}

func TestARuleThatAsksForAColumnThatIsNotThereIsAnError(t *testing.T) {
	p := compiled(t, withGroups(GroupRule{Address: "all@d118.org"}, ofSchools("!school.excludedFromStateReporting && school.number in staff.schools")))
	if !p.Source().StateReporting {
		t.Error("the column is not read")
	}
	err := p.CheckColumns(source.District{Lacking: []string{"schools.state_excludefromreporting", "schools.abbreviation"}})
	var got []string
	for _, problem := range plan.KeyErrors(err) {
		got = append(got, problem.Error())
	}
	if diff := cmp.Diff([]string{
		"groups[1]: the rule asks for schools.abbreviation, and PowerSchool's data has no such column; add it to the export, or do without it",
		"groups[1]: the rule asks for schools.state_excludefromreporting, and PowerSchool's data has no such column; add it to the export, or do without it",
	}, got); diff != "" {
		t.Error(diff)
	}
	if compiled(t, d118()).Source().StateReporting {
		t.Error("the column is read although no rule asks")
	}
}

func TestCompileRefusesBadRulesForGroups(t *testing.T) {
	ofStaff := GroupRule{Address: "all@d118.org"}
	changed := func(change func(*GroupRule)) []GroupRule {
		rule := ofStaff
		change(&rule)
		return []GroupRule{rule}
	}
	when := func(text string) []GroupRule { return changed(func(r *GroupRule) { r.When = text }) }
	for _, test := range []struct {
		name  string
		rules []GroupRule
		want  string
	}{
		{"no address", changed(func(r *GroupRule) { r.Address = "" }), "groups[0]: address is missing"},
		{"an address without a domain", changed(func(r *GroupRule) { r.Address = "all-staff" }), `groups[0].address: the group's address "all-staff" has no @`},
		{"a template without a domain", changed(func(r *GroupRule) {
			*r = ofSchools("school.number in staff.schools")
			r.Address = "${school.abbreviation}-staff"
		}), "groups[0].address: the address must end in @ and one of the district's domains (d118.org)"},
		{"another domain", changed(func(r *GroupRule) { r.Address = "all@x.org" }), `groups[0].address: the group's address "all@x.org" is outside the district's domains (d118.org)`},
		{"an unknown role", changed(func(r *GroupRule) { r.Role = "maneger" }), `groups[0].role: "maneger" is not a role; the roles are member, manager, owner; did you mean manager?`},
		{"an unknown prune", changed(func(r *GroupRule) { r.Prune = "member" }), `groups[0].prune: "member" is neither members nor false; did you mean members?`},
		{"an unknown forEach", changed(func(r *GroupRule) { r.ForEach = "building" }), `groups[0].forEach: "building" is not what a rule can have a group for each of; write forEach: school, or leave it out`},
		{"a name without create", changed(func(r *GroupRule) { r.Name = "All" }), "groups[0]: name and description are those of a group that the rule creates; add create: true, or leave them out"},
		{"a school that there is not", when("school.number in staff.schools"), "groups[0].when: character 1: there is no school; a rule with forEach: school has one"},
		{"one group for all schools", changed(func(r *GroupRule) { r.ForEach, r.When = ForEachSchool, "school.number in staff.schools" }),
			"groups[0].address: every school would have the same group; put what tells them apart into it, such as ${lower(school.abbreviation)}"},
		{"the same members for all schools", changed(func(r *GroupRule) { *r = ofSchools("true") }),
			"groups[0]: when does not ask for the school, so every school's group would have the same members; ask for it, as in school.number in staff.schools, or leave out forEach"},
		{"a person in the address", changed(func(r *GroupRule) {
			*r = ofSchools("school.number in staff.schools")
			r.Address = "${staff.lastName}@d118.org"
		}), "groups[0].address: staff has no meaning here, since the group is the same for everybody in it; with forEach: school there is school.abbreviation"},
		{"a field of schools that there is not", changed(func(r *GroupRule) { *r = ofSchools("school.nmae in staff.schools") }),
			"groups[0].when: character 8: school has no field nmae; did you mean name?"},
		{"no condition", when("staff.type"), "groups[0].when: character 1: this must give true or false (bool), and gives int"},
		{"an org unit by itself", when("size(account.orgUnit) > 3"), "groups[0].when: character 6: account has orgUnit alone, which a rule compares with texts"},
		{"an org unit and a field", when("account.orgUnit == staff.building"), "groups[0].when: character 1: account has orgUnit alone, which a rule compares with texts"},
		{"another field of accounts", when(`account.name == "x"`), "groups[0].when: character 1: account has orgUnit alone, which a rule compares with texts"},
		{"a bad pattern", when(`account.orgUnit.matches("(")`), "groups[0].when: character 24: the regular expression is malformed: error parsing regexp: missing closing ): `(`"},
		{"too many texts", when(strings.Repeat(`account.orgUnit == "/a" || `, 1) + `account.orgUnit == "/b" || account.orgUnit == "/c" || account.orgUnit == "/d" || account.orgUnit == "/e" || account.orgUnit == "/f" || account.orgUnit == "/g"`),
			"a rule compares account.orgUnit with at most 6 texts"},
		{"rules that fight", []GroupRule{{Address: "all@d118.org", Prune: PruneMembers}, {Address: "ALL@d118.org", Prune: PruneNobody}},
			"groups[1]: groups[0] is about the same group ALL@d118.org, and one of them takes members out (prune: members) and the other does not (prune: false); let one of them say it"},
		{"two names", []GroupRule{{Address: "all@d118.org", Create: true, Name: "A"}, {Address: "all@d118.org", Create: true, Name: "B"}},
			"groups[1]: groups[0] is about the same group all@d118.org, and both create it, with other names or descriptions; let one of them say it"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Compile(withGroups(test.rules...), "d118.org", someSource())
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Count(err.Error(), "\n") > 0 {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
	if _, err := Compile(withGroups(GroupRule{Address: "all@d118.org", Role: "owner"}, GroupRule{Address: "all@d118.org", Prune: PruneMembers}), "d118.org", someSource()); err != nil {
		t.Errorf("two rules for one group: %v", err)
	}
}
