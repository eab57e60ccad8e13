package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/emulator"
)

// scale is a district of any size, as an export and a directory.
type scale struct {
	// linked accounts there are, and others without a DCID.
	linked, others int
	// creates are people without an account. The rest are some of the linked
	// accounts' people each: leavers, people with another address in PowerSchool,
	// people with another value, and people who want an address that another
	// account keeps as an alias.
	creates, leavers, renames, changes, aliases int
	// unlinked are people without an account at whose address one without a DCID
	// is.
	unlinked int
	// memberships are how many of the groups each leaver is in, besides three who
	// stay. The first leaver is the only owner of the first group, and alone in
	// as many groups more as alone says.
	groups, memberships, alone int
	// underWay are leavers besides whom an earlier run suspended and did not move.
	underWay int
	// joins are groups with a rule, each of which one of the last people is to
	// join.
	joins int
	// indexed gives the DCID a numeric index.
	indexed bool
}

func (s scale) accounts() int { return s.linked + s.others + s.unlinked }

// isUnderWay tells whether the linked person is one of underWay, who come after
// all whose accounts are to change in another way.
func (s scale) isUnderWay(i int) bool {
	first := s.leavers + s.renames + s.changes + s.aliases
	return i >= first && i < first+s.underWay
}

// serve serves the directory, which counts the requests, and writes the config
// and the export that belong to it. It returns the config's path too.
func (s scale) serve(tb testing.TB, fault func(*http.Request) *emulator.Fault) (*emulator.Emulator, string) {
	tb.Helper()
	directory, endpoint := s.listen(tb, fault)
	return directory, s.write(tb, endpoint, 0)
}

// serveUnpaced is the same with a quota that nobody reaches.
func (s scale) serveUnpaced(tb testing.TB) (*emulator.Emulator, string) {
	tb.Helper()
	directory, endpoint := s.listen(tb, nil)
	return directory, s.write(tb, endpoint, 1_000_000)
}

// listen serves the directory and returns where.
func (s scale) listen(tb testing.TB, fault func(*http.Request) *emulator.Fault) (*emulator.Emulator, string) {
	tb.Helper()
	directory, err := emulator.Open(tb.Context(), emulator.Options{Data: s.directory(tb), Fault: fault})
	if err != nil {
		tb.Fatal(err)
	}
	server, err := directory.Listen("127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := server.Close(); err != nil {
			tb.Error(err)
		}
		if err := directory.Close(); err != nil {
			tb.Error(err)
		}
	})
	return directory, server.URL()
}

// plan makes the plan by the command.
func (s scale) plan(tb testing.TB, path string) plan.Plan {
	tb.Helper()
	var summary, file bytes.Buffer
	term := terminal{in: strings.NewReader(""), out: &file, err: &summary}
	if code := execute(tb.Context(), term, []string{"plan", "--config", path}); code != exitDone {
		tb.Fatalf("plan: exit code %d\n%s", code, summary.String())
	}
	made, err := plan.Decode(file.Bytes())
	if err != nil {
		tb.Fatal(err)
	}
	return made
}

// write writes the export and the config, and returns the config's path. Without
// a number of requests a minute the quota is Google's.
func (s scale) write(tb testing.TB, endpoint string, requestsPerMinute int) string {
	tb.Helper()
	folder := tb.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	users, assignments := new(strings.Builder), new(strings.Builder)
	users.WriteString("dcid,email_addr,first_name,last_name,teachernumber,groupvalue,homeschoolid\n")
	assignments.WriteString("users_dcid,schoolid,status,staffstatus\n")
	for i := range s.linked + s.creates + s.unlinked {
		address, status := fmt.Sprintf("staff%d", i), 1
		switch first := s.leavers; {
		case i < first, s.isUnderWay(i):
			status = 2
		case i < first+s.renames:
			address = fmt.Sprintf("renamed%d", i)
		case i >= first+s.renames+s.changes && i < first+s.renames+s.changes+s.aliases:
			address = fmt.Sprintf("alias%d", i)
		case i >= s.linked+s.creates:
			address = fmt.Sprintf("unlinked%d", i-s.linked-s.creates)
		}
		fmt.Fprintf(users, "%d,%s@large.example,PAT,STAFF%d,T%d,9,1\n", i+1, address, i, i)
		fmt.Fprintf(assignments, "%d,1,%d,1\n", i+1, status)
	}
	write("users.csv", users.String())
	write("schoolstaff.csv", assignments.String())
	write("schools.csv", "name,school_number\nNORTH HIGH SCHOOL,1\n")
	rules := new(strings.Builder)
	if s.joins > 0 {
		rules.WriteString("groups:\n")
	}
	for k := range s.joins {
		fmt.Fprintf(rules, "  - {address: rule%d@large.example, when: staff.dcid == %d}\n", k, s.linked-k)
	}
	pace := ""
	if requestsPerMinute > 0 {
		pace = fmt.Sprintf(", requestsPerMinute: %d", requestsPerMinute)
	}
	write("staffsync.yaml", fmt.Sprintf(`version: 1
domain: large.example
source: {export: {dir: .}}
target: {google: {endpoint: %q, anonymous: true%s}}
match: PowerSchool.DCID
orgUnits:
  active: [{path: /Staff}]
  suspended: /Suspended
attributes:
  PowerSchool.Number: ${staff.teacherNumber}
newAccounts: {password: {env: NEW_USER_PASSWORD}}
limits: {create: 100%%, suspend: 100%%, rename: 100%%, move: 100%%, leaveGroups: 1000%%, joinGroups: 100%%, change: 100%%}
%s`, endpoint, pace, rules))
	return filepath.Join(folder, "staffsync.yaml")
}

// directory returns the directory's seed.
func (s scale) directory(tb testing.TB) []byte {
	tb.Helper()
	type object = map[string]any
	users := make([]object, 0, s.accounts())
	for i := range s.linked {
		number := fmt.Sprintf("T%d", i)
		if first := s.leavers + s.renames; i >= first && i < first+s.changes {
			number = "old"
		}
		user := object{
			"primaryEmail":  fmt.Sprintf("staff%d@large.example", i),
			"name":          object{"givenName": "Pat", "familyName": fmt.Sprintf("Staff%d", i)},
			"orgUnitPath":   "/Staff",
			"customSchemas": object{"PowerSchool": object{"DCID": fmt.Sprint(i + 1), "Number": number}},
		}
		if s.isUnderWay(i) {
			user["suspended"] = true
		}
		// The last accounts keep what others want.
		if first, k := s.leavers+s.renames+s.changes, s.linked-1-i; k < s.aliases {
			user["aliases"] = []string{fmt.Sprintf("alias%d@large.example", first+k)}
		}
		users = append(users, user)
	}
	for i := range s.others {
		users = append(users, object{
			"primaryEmail": fmt.Sprintf("student%d@large.example", i),
			"name":         object{"givenName": "Sam", "familyName": "Student"},
			"orgUnitPath":  "/Students",
		})
	}
	for i := range s.unlinked {
		users = append(users, object{
			"primaryEmail": fmt.Sprintf("unlinked%d@large.example", i),
			"name":         object{"givenName": "Pat", "familyName": "Elsewhere"},
			"orgUnitPath":  "/Students",
		})
	}
	groups, members := []object{}, object{}
	group := func(name string, of []object) {
		groups = append(groups, object{"email": name})
		members[name] = of
	}
	of := make([][]object, s.groups)
	for i := range s.leavers {
		for j := range s.memberships {
			role := "MEMBER"
			if i == 0 && j == 0 {
				role = "OWNER"
			}
			g := (i + j) % s.groups
			of[g] = append(of[g], object{"email": fmt.Sprintf("staff%d@large.example", i), "role": role})
		}
	}
	for g := range of {
		for k := range 3 {
			of[g] = append(of[g], object{"email": fmt.Sprintf("staff%d@large.example", s.linked-1-k)})
		}
		group(fmt.Sprintf("group%d@large.example", g), of[g])
	}
	for g := range s.alone {
		group(fmt.Sprintf("alone%d@large.example", g), []object{{"email": "staff0@large.example"}})
	}
	for k := range s.joins {
		group(fmt.Sprintf("rule%d@large.example", k), []object{})
	}
	unit := func(name string) object {
		return object{"name": name, "orgUnitPath": "/" + name, "parentOrgUnitPath": "/"}
	}
	dcid := object{"fieldName": "DCID", "fieldType": "INT64"}
	if s.indexed {
		dcid["numericIndexingSpec"] = object{"minValue": 1, "maxValue": 1_000_000}
	}
	data, err := json.Marshal(object{
		"users": users, "groups": groups, "members": members,
		"orgUnits": []object{unit("Staff"), unit("Students"), unit("Suspended")},
		"schemas":  []object{{"schemaName": "PowerSchool", "fields": []object{dcid, {"fieldName": "Number", "fieldType": "STRING"}}}},
	})
	if err != nil {
		tb.Fatal(err)
	}
	return data
}
