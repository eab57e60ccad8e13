package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

// member is somebody of a district in which each fact about the second script
// appears: who is where, and in which groups with which role.
type member struct {
	dcid     int
	home     int
	schools  []int // with a current assignment, the home school's first
	staff    int   // the staff type
	orgUnit  string
	groups   map[string]string
	inactive bool
	// changes are what the script would do, and leave alone what it would not.
	changes []string
}

// The addresses of the script's groups.
const (
	whsStaff, whsTeachers = "whs-staff", "whs-teachers"
	ccsStaff, ccsTeachers = "ccs-staff", "ccs-teachers"
	allStaff, substitutes = "d118-staff", "d118-substitutes"
)

// TestTheRulesOfD118DoWhatItsSecondScriptDoes holds the district's rules against
// the facts of the script: two groups for each school that counts in state
// reporting, one for all staff and one for substitutes, nobody in both; plain
// members who do not belong are taken out, owners and managers are not; accounts
// elsewhere are never touched; a member through a group within counts as one.
func TestTheRulesOfD118DoWhatItsSecondScriptDoes(t *testing.T) {
	const whs, ccs, office, subs = 131, 132, 0, 500
	whsUnit, ccsUnit := "/D118 Staff/Wauconda High School Staff", "/D118 Staff/Cotton Creek Staff"
	in := func(groups ...string) map[string]string {
		roles := make(map[string]string)
		for _, group := range groups {
			name, role, _ := strings.Cut(group, " ")
			if role == "" {
				role = "MEMBER"
			}
			roles[name] = role
		}
		return roles
	}
	people := []member{
		{dcid: 1, home: whs, schools: []int{whs}, staff: 1, orgUnit: whsUnit, changes: []string{"join whs-staff", "join whs-teachers", "join d118-staff"}},
		{dcid: 2, home: whs, schools: []int{whs, ccs}, staff: 2, orgUnit: whsUnit, changes: []string{"join whs-staff", "join ccs-staff", "join d118-staff"}},
		{dcid: 3, home: whs, schools: []int{whs}, staff: 1, orgUnit: whsUnit, groups: in(whsStaff, whsTeachers, allStaff)},
		// Was at the other school: taken out of its groups.
		{dcid: 4, home: whs, schools: []int{whs}, staff: 1, orgUnit: whsUnit, groups: in(whsStaff, whsTeachers, allStaff, ccsStaff, ccsTeachers),
			changes: []string{"leave ccs-staff", "leave ccs-teachers"}},
		// A manager and an owner there stay.
		{dcid: 5, home: whs, schools: []int{whs}, staff: 2, orgUnit: whsUnit, groups: in(whsStaff, allStaff, ccsStaff+" MANAGER", ccsTeachers+" OWNER")},
		// Substitutes, by staff type and by home school: never in both groups.
		{dcid: 6, home: whs, schools: []int{whs}, staff: 4, orgUnit: "/Substitute Teachers", groups: in(whsStaff, allStaff), changes: []string{"leave d118-staff", "join d118-substitutes"}},
		{dcid: 7, home: subs, schools: []int{subs}, staff: 2, orgUnit: "/Substitute Teachers", groups: in(allStaff), changes: []string{"leave d118-staff", "join d118-substitutes"}},
		{dcid: 8, home: whs, schools: []int{whs}, staff: 2, orgUnit: whsUnit, groups: in(whsStaff, substitutes), changes: []string{"leave d118-substitutes", "join d118-staff"}},
		// The district office is left out of state reporting: no groups of its own.
		{dcid: 9, home: office, schools: []int{office}, staff: 2, orgUnit: "/D118 Staff/District Office Staff", changes: []string{"join d118-staff"}},
		// In a frozen org unit below the staff's, and in one elsewhere.
		{dcid: 10, home: ccs, schools: []int{ccs}, staff: 2, orgUnit: ccsUnit + "/Administrators", groups: in(whsStaff), changes: []string{"leave whs-staff", "join ccs-staff", "join d118-staff"}},
		{dcid: 11, home: ccs, schools: []int{ccs}, staff: 2, orgUnit: "/Utility Accounts", groups: in(whsStaff, substitutes)},
		// Through a group within.
		{dcid: 12, home: ccs, schools: []int{ccs}, staff: 1, orgUnit: ccsUnit, groups: in("inner", allStaff), changes: []string{"join ccs-staff"}},
		// Has left, long suspended: not the rules' affair.
		{dcid: 13, home: whs, schools: []int{whs}, staff: 1, orgUnit: "/Suspended Accounts", groups: in(whsStaff), inactive: true},
	}
	made := planOfD118(t, people)
	got := make(map[int][]string)
	for _, action := range made.Actions {
		dcid, _ := action.DCID()
		for _, m := range action.Groups {
			name, _, _ := strings.Cut(m.Group, "@")
			verb := map[bool]string{true: "leave ", false: "join "}[m.Leaves()]
			if !m.ByRule() || !m.Leaves() && m.To != plan.RoleMember || m.Leaves() && m.From != plan.RoleMember {
				t.Errorf("%d: %+v", dcid, m)
			}
			got[int(dcid)] = append(got[int(dcid)], verb+name)
		}
		if action.Kind != plan.Update || len(action.Changes) > 0 {
			t.Errorf("%s has other changes: %v", action.ID, action.Changes)
		}
	}
	for _, person := range people {
		slices.Sort(person.changes)
		slices.Sort(got[person.dcid])
		if diff := cmp.Diff(person.changes, got[person.dcid]); diff != "" {
			t.Errorf("DCID %d: %s", person.dcid, diff)
		}
	}
	// Owners and managers are warned of; a group that is not there is told, once.
	var told []string
	for _, warning := range made.Warnings {
		if warning.Kind == plan.WarningGroupRole {
			told = append(told, warning.Message)
		}
	}
	for _, conflict := range made.Conflicts {
		told = append(told, conflict.Problem)
	}
	if diff := cmp.Diff([]string{
		"1 person is in ccs-staff@d118.org whom no rule puts there, as owners, managers or administrators, and are not taken out: p5@d118.org",
		"1 person is in ccs-teachers@d118.org whom no rule puts there, as owners, managers or administrators, and are not taken out: p5@d118.org",
	}, told); diff != "" {
		t.Error(diff)
	}
}

// planOfD118 plans with the district's config for these people.
func planOfD118(t *testing.T, people []member) plan.Plan {
	t.Helper()
	data, err := os.ReadFile("../../fixtures/d118/staffsync.yaml")
	if err != nil {
		t.Fatal(err)
	}
	config := strings.NewReplacer(
		"  powerschool: {}", "  export: {dir: powerschool}",
		"  google: {oauth: {credentials: credentials.json, token: token.json}}", "  emulator: {seed: directory.json, state: state.json}",
		"  joinGroups: 200%", "  joinGroups: 1000",
		"  pruneGroups: 10%", "  pruneGroups: 1000",
	).Replace(string(data))
	type object = map[string]any
	text := func(v any) string { return fmt.Sprint(v) }
	units := []object{{"orgUnitPath": "/D118 Staff"}, {"orgUnitPath": "/Substitute Teachers"}, {"orgUnitPath": "/Suspended Accounts"}, {"orgUnitPath": "/Utility Accounts"}}
	for _, unit := range []string{"/D118 Staff/Wauconda High School Staff", "/D118 Staff/Cotton Creek Staff", "/D118 Staff/District Office Staff", "/D118 Staff/Cotton Creek Staff/Administrators"} {
		units = append(units, object{"orgUnitPath": unit})
	}
	names := map[int]string{0: "District Office", 131: "Wauconda High School", 132: "Cotton Creek", 500: "Substitute"}
	field := func(name, kind string) object { return object{"fieldName": name, "fieldType": kind} }
	members := map[string][]object{"ccs-teachers@d118.org": {{"email": "inner@d118.org"}, {"email": "consultant@elsewhere.example"}}}
	var accounts []object
	users := "DCID,Email_Addr,First_Name,Last_Name,TeacherNumber,GroupValue,HomeSchoolID\n"
	staff, phones := "Users_DCID,SchoolID,Status,StaffStatus\n", "USERSDCID,CellPhone\n"
	for _, p := range people {
		address, family := fmt.Sprintf("p%d@d118.org", p.dcid), fmt.Sprintf("Person%c", 'A'+p.dcid)
		var access []string
		status := 1
		if p.inactive {
			status = 2
		}
		for i, school := range p.schools {
			kind := p.staff
			if i > 0 {
				kind = 2
			}
			staff += fmt.Sprintf("%d,%d,%d,%d\n", p.dcid, school, status, kind)
			access = append(access, text(school))
		}
		slices.Sort(access)
		users += fmt.Sprintf("%d,%s,Pat,%s,T%d,9,%d\n", p.dcid, address, family, p.dcid, p.home)
		building := names[p.home]
		if p.home == 0 || p.home == 131 {
			building = "Wauconda High School"
		}
		accounts = append(accounts, object{
			"primaryEmail": address, "name": object{"givenName": "Pat", "familyName": family}, "orgUnitPath": p.orgUnit, "suspended": p.inactive,
			"externalIds": []object{{"type": "organization", "value": fmt.Sprintf("T%d", p.dcid)}},
			"customSchemas": object{
				"Synchronization_Data": object{"DCID": text(p.dcid), "Homeschool_ID": text(p.home), "School_Access_List": strings.Join(access, ";"), "Staff_Type": text(p.staff), "Staff_Group": "9", "Teacher-Number": fmt.Sprintf("T%d", p.dcid)},
				"CrisisGO":             object{"Building": building},
			},
		})
		for group, role := range p.groups {
			members[group+"@d118.org"] = append(members[group+"@d118.org"], object{"email": address, "role": role})
		}
	}
	var groups []object
	for _, group := range []string{whsStaff, whsTeachers, ccsStaff, ccsTeachers, allStaff, substitutes, "inner"} {
		groups = append(groups, object{"email": group + "@d118.org"})
	}
	directory, err := json.Marshal(object{
		"domains": []string{"d118.org"}, "users": accounts, "groups": groups, "members": members, "orgUnits": units,
		"schemas": []object{
			{"schemaName": "Synchronization_Data", "fields": []object{field("DCID", "INT64"), field("Homeschool_ID", "INT64"), field("School_Access_List", "STRING"), field("Staff_Type", "INT64"), field("Staff_Group", "INT64"), field("Teacher-Number", "STRING")}},
			{"schemaName": "CrisisGO", "fields": []object{field("CellPhone", "STRING"), field("Building", "STRING")}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for name, content := range map[string]string{
		"staffsync.yaml": config, "directory.json": string(directory),
		"powerschool/users.csv": users, "powerschool/schoolstaff.csv": staff, "powerschool/u_humanresources.csv": phones,
		"powerschool/schools.csv": "School_Number,Name,Abbreviation,State_ExcludeFromReporting\n0,District Office,DO,1\n131,Wauconda High School,WHS,0\n132,Cotton Creek,CCS,0\n500,Substitute,,1\n",
	} {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var summary, file bytes.Buffer
	term := terminal{in: strings.NewReader(""), out: &file, err: &summary}
	if code := execute(t.Context(), term, []string{"plan", "--config", filepath.Join(folder, "staffsync.yaml")}); code != exitDone {
		t.Fatalf("plan: exit code %d\n%s", code, summary.String())
	}
	made, err := plan.Decode(file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return made
}
