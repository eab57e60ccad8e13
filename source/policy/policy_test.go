package policy

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

func someSource() source.Config {
	return source.Config{
		Export: &source.Export{Dir: "powerschool"},
		Active: source.AnySchool,
		Extras: map[string]source.Extra{"cellPhone": {Table: "u_humanresources", Key: "usersdcid", Column: "cellphone"}},
	}
}

// d118 is the original district's policy, with a short list of names.
func d118() Config {
	return Config{
		Match: "Synchronization_Data.DCID",
		Skip: Skip{
			Names: []string{"test", "Do Not", "substitute", "nurse"},
			Rules: []SkipRule{{When: `staff.email.matches("^[0-9]+@")`, Reason: "all-numeric address"}},
		},
		OrgUnits: OrgUnits{
			Active: []OrgUnitRule{
				{When: `staff.type == SUBSTITUTE || staff.building == "Substitute"`, Path: "/Substitute Teachers"},
				{Path: "/D118 Staff/${staff.building} Staff"},
			},
			Suspended:             "/Suspended Accounts",
			Frozen:                []string{"/Administrators"},
			TemporaryReactivation: []string{"/Temporary Re-Activations"},
		},
		Attributes: map[string]string{
			"Synchronization_Data.Homeschool_ID":      "${string(staff.homeSchool)}",
			"Synchronization_Data.School_Access_List": `${staff.schools.map(s, string(s)).join(";")}`,
			"Synchronization_Data.Staff_Type":         "${staff.type}",
			"Synchronization_Data.Staff_Group":        "${staff.securityGroup}",
			"Synchronization_Data.Teacher-Number":     "${staff.teacherNumber}",
			"CrisisGO.CellPhone":                      "${staff.extra.cellPhone}",
			"CrisisGO.Building":                       `${staff.homeSchool in [0, 131, 133, 134, 135] ? "Wauconda High School" : staff.building}`,
		},
		ExternalIDs: map[string]string{"organization": "${staff.teacherNumber}"},
		NewAccounts: NewAccounts{Password: Password{Env: "NEW_USER_PASSWORD"}},
		Reactivate:  plan.ReactivateAny,
	}
}

func compiled(t *testing.T, config Config) *Policy {
	t.Helper()
	p, err := Compile(config, "d118.org", someSource())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// someone is an active teacher; change makes somebody else of her.
func someone(change func(*source.Staff)) source.Staff {
	staff := source.Staff{
		DCID: 1042, Email: "jdoe@d118.org", FirstName: "Jane", LastName: "Doe", HomeSchool: 7, Building: "Cotton Creek",
		Schools: []int64{7, 131}, Active: true, Type: 1, SecurityGroup: "9", TeacherNumber: "004037",
		Extra: map[string]string{"cellPhone": "847-555-0100"},
	}
	if change != nil {
		change(&staff)
	}
	return staff
}

func desired(t *testing.T, config Config, staff ...source.Staff) plan.Desired {
	t.Helper()
	return compiled(t, config).Desired(source.District{Staff: staff})
}

// account returns the one account of a state in which there is nothing else.
func account(t *testing.T, state plan.Desired) plan.DesiredAccount {
	t.Helper()
	if len(state.Accounts) != 1 || len(state.Skipped)+len(state.Conflicts) != 0 {
		t.Fatalf("accounts %+v, skipped %+v, conflicts %+v", state.Accounts, state.Skipped, state.Conflicts)
	}
	return state.Accounts[0]
}

func TestAnActivePersonGetsTheWholeAccount(t *testing.T) {
	got := account(t, desired(t, d118(), someone(nil)))
	want := plan.DesiredAccount{
		Fields: plan.Fields{
			DCID: 1042, Address: "jdoe@d118.org", GivenName: "Jane", FamilyName: "Doe", OrgUnitPath: "/D118 Staff/Cotton Creek Staff",
			Attributes: map[string]string{
				"Synchronization_Data.Homeschool_ID":      "7",
				"Synchronization_Data.School_Access_List": "7;131",
				"Synchronization_Data.Staff_Type":         "1",
				"Synchronization_Data.Staff_Group":        "9",
				"Synchronization_Data.Teacher-Number":     "004037",
				"CrisisGO.CellPhone":                      "847-555-0100",
				"CrisisGO.Building":                       "Cotton Creek",
			},
			ExternalIDs: map[string]string{"organization": "004037"},
		},
		Staff:      plan.Person{DCID: 1042, Name: "Jane Doe", Building: "Cotton Creek"},
		HomeSchool: 7,
		Active:     true,
		Origins: map[string]string{
			"suspended":                          "source.active: any-school",
			"primaryEmail":                       "PowerSchool users.email_addr",
			"givenName":                          "PowerSchool users.first_name",
			"familyName":                         "PowerSchool users.last_name",
			"orgUnitPath":                        "orgUnits.active[1]",
			"Synchronization_Data.DCID":          "PowerSchool users.dcid",
			"Synchronization_Data.Homeschool_ID": "attributes.Synchronization_Data.Homeschool_ID",
			"Synchronization_Data.School_Access_List": "attributes.Synchronization_Data.School_Access_List",
			"Synchronization_Data.Staff_Type":         "attributes.Synchronization_Data.Staff_Type",
			"Synchronization_Data.Staff_Group":        "attributes.Synchronization_Data.Staff_Group",
			"Synchronization_Data.Teacher-Number":     "attributes.Synchronization_Data.Teacher-Number",
			"CrisisGO.CellPhone":                      "attributes.CrisisGO.CellPhone",
			"CrisisGO.Building":                       "attributes.CrisisGO.Building",
			"externalIds.organization":                "externalIds.organization",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnInactivePersonsAccountIsSuspendedAndMoved(t *testing.T) {
	got := account(t, desired(t, d118(), someone(func(s *source.Staff) { s.Active, s.Schools = false, nil })))
	want := plan.DesiredAccount{
		Fields: plan.Fields{
			DCID: 1042, Address: "jdoe@d118.org", GivenName: "Jane", FamilyName: "Doe", OrgUnitPath: "/Suspended Accounts", Suspended: true,
		},
		Staff: plan.Person{DCID: 1042, Name: "Jane Doe", Building: "Cotton Creek"},
		Origins: map[string]string{
			"suspended":                 "source.active: any-school",
			"primaryEmail":              "PowerSchool users.email_addr",
			"givenName":                 "PowerSchool users.first_name",
			"familyName":                "PowerSchool users.last_name",
			"orgUnitPath":               "orgUnits.suspended",
			"Synchronization_Data.DCID": "PowerSchool users.dcid",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRulesAreCompleteAndSorted(t *testing.T) {
	got := *desired(t, d118()).Rules
	if !strings.HasPrefix(got.Policy, "sha256:") {
		t.Errorf("policy %q", got.Policy)
	}
	got.Policy = ""
	want := plan.Rules{
		Match: "Synchronization_Data.DCID", SuspendedOrgUnit: "/Suspended Accounts",
		Frozen: []string{"/Administrators"}, TemporaryReactivation: []string{"/Temporary Re-Activations"},
		Reactivate: plan.ReactivateAny, LeaveGroups: true, ChangePasswordAtNextLogin: true,
		Attributes: []string{
			"CrisisGO.Building", "CrisisGO.CellPhone", "Synchronization_Data.Homeschool_ID", "Synchronization_Data.School_Access_List",
			"Synchronization_Data.Staff_Group", "Synchronization_Data.Staff_Type", "Synchronization_Data.Teacher-Number",
		},
		ExternalIDs: []string{"organization"},
		Columns: map[string][]string{
			"orgUnits.active[0]":                                 {"schoolstaff.staffstatus", "users.homeschoolid"},
			"orgUnits.active[1]":                                 {"schoolstaff.staffstatus", "users.homeschoolid"},
			"attributes.CrisisGO.Building":                       {"users.homeschoolid"},
			"attributes.CrisisGO.CellPhone":                      {"u_humanresources.cellphone"},
			"attributes.Synchronization_Data.Homeschool_ID":      {"users.homeschoolid"},
			"attributes.Synchronization_Data.School_Access_List": {"schoolstaff.schoolid"},
			"attributes.Synchronization_Data.Staff_Group":        {"users.groupvalue"},
			"attributes.Synchronization_Data.Staff_Type":         {"schoolstaff.staffstatus"},
			"attributes.Synchronization_Data.Teacher-Number":     {"users.teachernumber"},
			"externalIds.organization":                           {"users.teachernumber"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRulesHaveTheirDefaultsAndCanBeTurnedOff(t *testing.T) {
	config := d118()
	config.Reactivate = ""
	if got := compiled(t, config).Rules().Reactivate; got != plan.ReactivateSuspendedOrgUnit {
		t.Errorf("reactivate %q", got)
	}
	no := false
	config.Suspension.LeaveGroups, config.NewAccounts.ChangePasswordAtNextLogin = &no, &no
	if got := compiled(t, config).Rules(); got.LeaveGroups || got.ChangePasswordAtNextLogin {
		t.Errorf("rules %+v", got)
	}
}

func TestRow4NamesAndNumericAddressesAreSkipped(t *testing.T) {
	for _, c := range []struct {
		name         string
		first, last  string
		email        string
		reason, rule string
	}{
		{"first name", "Test", "Doe", "t@d118.org", "first name Test", "skip.names"},
		{"last name", "Joy", "Nurse", "j@d118.org", "last name Nurse", "skip.names"},
		{"several words", "Do Not", "Use", "d@d118.org", "first name Do Not", "skip.names"},
		{"any letter case", "SUBSTITUTE", "doe", "s@d118.org", "first name SUBSTITUTE", "skip.names"},
		{"numeric address", "Jane", "Doe", "4410023@d118.org", "all-numeric address", "skip.rules[0]"},
		{"part of a name", "Testa", "Nursey", "j1@d118.org", "", ""},
		{"an address with a letter", "Jane", "Doe", "4410023a@d118.org", "", ""},
		{"no name at all", "", "", "x@d118.org", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, active := range []bool{true, false} {
				state := desired(t, d118(), someone(func(s *source.Staff) {
					s.FirstName, s.LastName, s.Email, s.Active = c.first, c.last, c.email, active
				}))
				if c.rule == "" {
					account(t, state)
					continue
				}
				want := []plan.Skipped{{
					Staff:   plan.Person{DCID: 1042, Name: strings.TrimSpace(c.first + " " + c.last), Building: "Cotton Creek"},
					Address: c.email, Reason: c.reason, Rule: c.rule, Active: active,
				}}
				if diff := cmp.Diff(want, state.Skipped); diff != "" {
					t.Error(diff)
				}
				if len(state.Accounts)+len(state.Conflicts) != 0 {
					t.Errorf("accounts %+v, conflicts %+v", state.Accounts, state.Conflicts)
				}
			}
		})
	}
}

func TestRow8OrgUnitIsTheFirstRulesThatHolds(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*source.Staff)
		want   string
		origin string
	}{
		{"by building", nil, "/D118 Staff/Cotton Creek Staff", "orgUnits.active[1]"},
		{"substitute by type", func(s *source.Staff) { s.Type = 4 }, "/Substitute Teachers", "orgUnits.active[0]"},
		{"substitute by building", func(s *source.Staff) { s.Building = "Substitute" }, "/Substitute Teachers", "orgUnits.active[0]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := account(t, desired(t, d118(), someone(c.change)))
			if got.OrgUnitPath != c.want || got.Origins["orgUnitPath"] != c.origin {
				t.Errorf("%s by %s, want %s by %s", got.OrgUnitPath, got.Origins["orgUnitPath"], c.want, c.origin)
			}
		})
	}
}

func TestRow14NULLIsNoValueAndLettersPassThrough(t *testing.T) {
	got := account(t, desired(t, d118(), someone(func(s *source.Staff) {
		s.SecurityGroup, s.TeacherNumber, s.Extra, s.Schools = "", "T-17", nil, nil
	})))
	want := map[string]string{
		"Synchronization_Data.Homeschool_ID":  "7",
		"Synchronization_Data.Staff_Type":     "1",
		"Synchronization_Data.Teacher-Number": "T-17",
		"CrisisGO.Building":                   "Cotton Creek",
	}
	if diff := cmp.Diff(want, got.Attributes); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]string{"organization": "T-17"}, got.ExternalIDs); diff != "" {
		t.Error(diff)
	}
}

func TestRow24PeopleWithoutAddressOrHomeSchoolStayKnown(t *testing.T) {
	state := compiled(t, d118()).Desired(source.District{
		LeftOut: []source.LeftOut{
			{Staff: source.Staff{DCID: 3, FirstName: "Ann", LastName: "Bell"}, Reason: "no e-mail address in PowerSchool"},
			{Staff: source.Staff{DCID: 2, FirstName: "Bo", LastName: "Cole", Email: "b@d118.org", Active: true}, Reason: "home school 999 is not a school in PowerSchool"},
		},
		Warnings: []plan.Warning{{Kind: plan.WarningSource, Message: "odd"}},
	})
	want := []plan.Skipped{
		{Staff: plan.Person{DCID: 2, Name: "Bo Cole"}, Address: "b@d118.org", Active: true, Reason: "home school 999 is not a school in PowerSchool"},
		{Staff: plan.Person{DCID: 3, Name: "Ann Bell"}, Reason: "no e-mail address in PowerSchool"},
	}
	if diff := cmp.Diff(want, state.Skipped); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]plan.Warning{{Kind: plan.WarningSource, Message: "odd"}}, state.Warnings); diff != "" {
		t.Error(diff)
	}
}
