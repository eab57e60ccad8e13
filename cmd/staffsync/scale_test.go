package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
	"github.com/staffsync/staffsync/source/export"
	"github.com/staffsync/staffsync/source/policy"
	"github.com/staffsync/staffsync/target/emulator"
	"github.com/staffsync/staffsync/target/google"
)

// A large district: ten thousand staff, six times as many other accounts.
const (
	largeStaff    = 10_000
	largeAccounts = 70_000
	largeNew      = 2 // staff without an account
	largeRenamed  = 1 // staff with another address in PowerSchool
)

// TestLargePlanNeedsFewRequests holds the cost of a plan: the domain's pages
// and little else, because Google's quota is what a run costs.
func TestLargePlanNeedsFewRequests(t *testing.T) {
	directory, path := largeDistrict(t)
	var summary, file bytes.Buffer
	term := terminal{in: strings.NewReader(""), out: &file, err: &summary}
	if code := execute(t.Context(), term, []string{"plan", "--config", path}); code != exitDone {
		t.Fatalf("plan: exit code %d\n%s", code, summary.String())
	}
	made, err := plan.Decode(file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	want := plan.Summary{Create: largeNew, Rename: largeRenamed, Unchanged: largeStaff - largeNew - largeRenamed}
	if made.Summary != want {
		t.Errorf("summary: got %+v, want %+v", made.Summary, want)
	}
	counts := directory.Requests()
	if pages := counts.ByMethod["users.list"]; pages != largeAccounts/500 {
		t.Errorf("%d pages of users, want %d", pages, largeAccounts/500)
	}
	if total := counts.Total(); total > 150 {
		t.Errorf("the plan took %d requests, want at most 150: %v", total, counts.ByMethod)
	}
	if writes := counts.Writes(); writes != 0 {
		t.Errorf("the plan made %d write requests", writes)
	}
}

// BenchmarkLargePlan plans the large district, from the CSV export and the
// directory's pages to the plan file's bytes.
func BenchmarkLargePlan(b *testing.B) {
	directory, path := largeDistrict(b)
	cfg, err := config.Load(path)
	if err != nil {
		b.Fatal(err)
	}
	target, err := google.New(b.Context(), cfg.Target.Google.Config, google.Options{
		Domain: cfg.Domain, Match: cfg.Match, Attributes: cfg.Policy.Rules().Attributes, RequestsPerMinute: -1,
	})
	if err != nil {
		b.Fatal(err)
	}
	reader := policy.Reader{Tables: export.New(cfg.Source.Export.Dir, cfg.Source), Policy: cfg.Policy}
	before := directory.Requests().Total()
	b.ReportAllocs()
	for b.Loop() {
		desired, err := reader.ReadState(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		actual, err := target.ReadState(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		made, err := diff.Complete(b.Context(), desired, &actual, cfg.Limits, target)
		if err != nil {
			b.Fatal(err)
		}
		data, err := plan.Encode(made)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Discard.Write(data); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(directory.Requests().Total()-before)/float64(b.N), "requests/op")
}

// largeDistrict serves a large directory and writes the config and the export
// that belong to it. It returns the directory, which counts the requests, and
// the config's path.
func largeDistrict(tb testing.TB) (*emulator.Emulator, string) {
	tb.Helper()
	directory, err := emulator.Open(tb.Context(), emulator.Options{Data: largeDirectory(tb)})
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

	folder := tb.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	users, assignments := new(strings.Builder), new(strings.Builder)
	users.WriteString("dcid,email_addr,first_name,last_name,teachernumber,groupvalue,homeschoolid\n")
	assignments.WriteString("users_dcid,schoolid,status,staffstatus\n")
	for i := range largeStaff {
		address := fmt.Sprintf("staff%d@large.example", i)
		if i >= largeStaff-largeNew-largeRenamed {
			address = fmt.Sprintf("new%d@large.example", i)
		}
		fmt.Fprintf(users, "%d,%s,PAT,STAFF%d,T%d,9,1\n", i+1, address, i, i)
		fmt.Fprintf(assignments, "%d,1,1,1\n", i+1)
	}
	write("users.csv", users.String())
	write("schoolstaff.csv", assignments.String())
	write("schools.csv", "name,school_number\nNORTH HIGH SCHOOL,1\n")
	write("staffsync.yaml", fmt.Sprintf(`version: 1
domain: large.example
source: {export: {dir: .}}
target: {google: {endpoint: %q, anonymous: true}}
match: PowerSchool.DCID
orgUnits:
  active: [{path: /Staff}]
  suspended: /Suspended
attributes:
  PowerSchool.Number: ${staff.teacherNumber}
newAccounts: {password: {env: NEW_USER_PASSWORD}}
`, server.URL()))
	return directory, filepath.Join(folder, "staffsync.yaml")
}

// largeDirectory returns the directory's seed: the linked accounts, and the
// students' among which they are found.
func largeDirectory(tb testing.TB) []byte {
	tb.Helper()
	type object = map[string]any
	users := make([]object, 0, largeAccounts)
	linked := largeStaff - largeNew
	for i := range linked {
		users = append(users, object{
			"primaryEmail":  fmt.Sprintf("staff%d@large.example", i),
			"name":          object{"givenName": "Pat", "familyName": fmt.Sprintf("Staff%d", i)},
			"orgUnitPath":   "/Staff",
			"customSchemas": object{"PowerSchool": object{"DCID": fmt.Sprint(i + 1), "Number": fmt.Sprintf("T%d", i)}},
		})
	}
	for i := range largeAccounts - linked {
		users = append(users, object{
			"primaryEmail": fmt.Sprintf("student%d@large.example", i),
			"name":         object{"givenName": "Sam", "familyName": "Student"},
			"orgUnitPath":  "/Students",
		})
	}
	unit := func(name string) object {
		return object{"name": name, "orgUnitPath": "/" + name, "parentOrgUnitPath": "/"}
	}
	data, err := json.Marshal(object{
		"users":    users,
		"orgUnits": []object{unit("Staff"), unit("Students"), unit("Suspended")},
		"schemas": []object{{"schemaName": "PowerSchool", "fields": []object{
			{"fieldName": "DCID", "fieldType": "INT64"}, {"fieldName": "Number", "fieldType": "STRING"},
		}}},
	})
	if err != nil {
		tb.Fatal(err)
	}
	return data
}
