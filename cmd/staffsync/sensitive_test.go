package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/staffsync/staffsync/target/emulator"
)

// hushed is a district of random sensitive values, each of which is nowhere else,
// and all that staffsync has said and written about it.
type hushed struct {
	testing.TB
	*rand.Rand
	folder  string
	markers []string
	said    bytes.Buffer
}

// The sensitive columns, by the type of the attribute that each is made into.
var hushedColumns = []struct{ name, fieldType string }{
	{"phone", "PHONE"}, {"note", "STRING"}, {"pin", "INT64"}, {"level", "DOUBLE"}, {"birthday", "DATE"}, {"mail", "EMAIL"}, {"fails", "STRING"},
}

const hushedStaff = 30

// TestSensitiveValuesAreNowhere runs every command that sees sensitive values, with
// values that fit, do not fit, are damaged, fail their rule, change under way and
// are quoted by the directory's refusals, and looks for them in all that is said
// and written.
func TestSensitiveValuesAreNowhere(t *testing.T) {
	const key = "9a1d7c5be0f34826b7d2c8e19f40a356"
	t.Setenv("FINGERPRINT_KEY", key)
	t.Setenv("NEW_USER_PASSWORD", "Correct-Horse-9")
	for seed := range uint64(2) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			h := &hushed{TB: t, Rand: rand.New(rand.NewPCG(seed, 118)), folder: t.TempDir()}
			h.begin()
			t.Chdir(h.folder)

			h.run("doctor", "-v")
			h.run("plan", "-v", "--log-file", "log.jsonl", "-o", "plan.yaml")
			for _, format := range []string{"text", "markdown", "html", "mail", "json"} {
				h.run("show", "--format", format, "plan.yaml")
			}
			h.run("show", "--full", "plan.yaml")
			for dcid := range 5 {
				h.run("explain", fmt.Sprint(dcid+1))
			}
			h.run("snapshot", "source", "-o", "source.yaml")
			h.run("snapshot", "target", "--for", "source.yaml", "-o", "target.yaml")
			h.run("snapshot", "target", "--wide", "-o", "wide.yaml")
			h.run("snapshot", "export", "tables")
			h.run("plan", "--source-snapshot", "source.yaml", "--target-snapshot", "target.yaml", "-o", "snapshots.yaml")
			h.run("plan", "--source-export", "tables", "-o", "export.yaml")
			h.run("explain", "--source-export", "tables", "1")
			h.run("diff", "plan.yaml", "export.yaml")
			h.run("apply", "-v", "--dry-run", "--log-file", "log.jsonl", "plan.yaml")
			h.writeTables() // other values
			h.run("check", "plan.yaml")
			h.run("apply", "-v", "--log-file", "log.jsonl", "plan.yaml")
			h.run("plan", "-v", "--log-file", "log.jsonl", "-o", "next.yaml")
			h.run("diff", "plan.yaml", "next.yaml")
			h.run("diff", "--format", "json", "plan.yaml", "next.yaml")
			h.run("apply", "-v", "--log-file", "log.jsonl", "next.yaml")
			h.run("apply", "-v", "--log-file", "log.jsonl", "next.yaml")

			said := h.said.String() + h.files()
			for _, marker := range h.markers {
				if at := strings.Index(strings.ToLower(said), strings.ToLower(marker)); at >= 0 {
					t.Fatalf("%q is in: …%s…", marker, said[max(0, at-300):min(len(said), at+100)])
				}
			}
			if strings.Contains(said, key) {
				t.Error("the key is in what was said or written")
			}
			// All of this happened, or the test shows nothing.
			for _, evidence := range []string{
				"what it says is left out, because the request holds sensitive values", "the directory answered 400", "the directory answered 403",
				"PowerSchool has another value now than when the plan was made", "the value, which is sensitive, is not one",
				"the value holds a sign that cannot be seen", "that disagree on note", "the rule fails for this person's value, which is sensitive",
				"to: {fingerprint: ", "[sensitive ", "notKnown: [Secret.birthday", "leftOut:",
			} {
				if !strings.Contains(said, evidence) {
					t.Errorf("nothing says %q", evidence)
				}
			}
		})
	}
}

// run runs a command, whatever comes of it, and keeps what it says.
func (h *hushed) run(arguments ...string) {
	term := terminal{in: strings.NewReader(""), out: &h.said, err: &h.said}
	fmt.Fprintf(&h.said, "$ staffsync %s\n", strings.Join(arguments, " "))
	code := execute(h.Context(), term, arguments)
	fmt.Fprintln(&h.said, "exit code", code)
}

// files are all that is in the folder but PowerSchool's own tables.
func (h *hushed) files() string {
	var all strings.Builder
	err := fs.WalkDir(os.DirFS(h.folder), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(path, "powerschool/") {
			return err
		}
		data, err := os.ReadFile(filepath.Join(h.folder, path))
		fmt.Fprintf(&all, "== %s\n%s", path, data)
		return err
	})
	if err != nil {
		h.Fatal(err)
	}
	return all.String()
}

// value is a new value for an attribute of the type, or one that does not fit it. In
// what somebody says of it, its marker would be as it is, whatever is escaped.
func (h *hushed) value(fieldType string, fits bool) string {
	n := h.Int64N(9e9) + 1e9
	marker := fmt.Sprintf("Xq%x", n)
	value := `"` + marker + `" <b> ñ`
	switch {
	case !fits:
	case fieldType == "INT64":
		marker = fmt.Sprint(n)
		value = "0" + marker
	case fieldType == "DOUBLE":
		marker = fmt.Sprint(n)
		value = marker + ".250"
	case fieldType == "DATE":
		marker = fmt.Sprintf("%d-%02d-%02d", 3000+h.IntN(6000), 1+h.IntN(12), 1+h.IntN(28))
		value = marker
	case fieldType == "EMAIL":
		value = marker + "@hush.example"
	}
	h.markers = append(h.markers, marker)
	return value
}

// begin writes the config and the tables, and serves the directory.
func (h *hushed) begin() {
	type object = map[string]any
	var users []object
	fields := []object{}
	config := `version: 1
domain: hush.example
sensitive: [%s]
fingerprintKey: {env: FINGERPRINT_KEY}
source:
  export: {dir: powerschool}
  extras:
%starget: {google: {endpoint: %q, anonymous: true, requestsPerMinute: 60000, createsPerSecond: 1000}}
match: Sync.DCID
orgUnits:
  active: [{path: /Staff}]
  suspended: /Suspended
attributes:
%snewAccounts: {password: {env: NEW_USER_PASSWORD}}
limits: {change: 100%%, clear: 100%%, create: 100%%}
`
	var names []string
	extras, attributes := "", ""
	for _, column := range hushedColumns {
		names = append(names, "Secret."+column.name)
		fields = append(fields, object{"fieldName": column.name, "fieldType": column.fieldType})
		extras += fmt.Sprintf("    %s: {table: u_secrets, key: usersdcid, column: %[1]s}\n", column.name)
		rule := "${staff.extra." + column.name + "}"
		if column.name == "fails" {
			rule = "${string(timestamp(staff.extra.fails))}"
		}
		attributes += fmt.Sprintf("  Secret.%s: %s\n", column.name, rule)
	}
	for i := range hushedStaff - 3 {
		secrets := object{}
		for _, column := range hushedColumns {
			if h.IntN(3) > 0 {
				secrets[column.name] = h.value(column.fieldType, true)
			}
		}
		users = append(users, object{
			"primaryEmail": fmt.Sprintf("staff%d@hush.example", i+1), "orgUnitPath": "/Staff",
			"name":          object{"givenName": "Pat", "familyName": fmt.Sprintf("Staff%d", i+1)},
			"customSchemas": object{"Sync": object{"DCID": fmt.Sprint(i + 1)}, "Secret": secrets},
		})
	}
	unit := func(name string) object {
		return object{"name": name, "orgUnitPath": "/" + name, "parentOrgUnitPath": "/"}
	}
	data, err := json.Marshal(object{
		"users": users, "orgUnits": []object{unit("Staff"), unit("Suspended")},
		"schemas": []object{
			{"schemaName": "Sync", "fields": []object{{"fieldName": "DCID", "fieldType": "INT64"}}},
			{"schemaName": "Secret", "fields": fields},
		},
	})
	if err != nil {
		h.Fatal(err)
	}
	directory, err := emulator.Open(h.Context(), emulator.Options{Data: data, Fault: h.refusal})
	if err != nil {
		h.Fatal(err)
	}
	server, err := directory.Listen("127.0.0.1:0")
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(func() {
		_ = server.Close()
		_ = directory.Close()
	})
	h.write("staffsync.yaml", fmt.Sprintf(config, strings.Join(names, ", "), extras, server.URL(), attributes))
	h.writeTables()
}

// refusal quotes the request in a refusal of every third write.
func (h *hushed) refusal(r *http.Request) *emulator.Fault {
	if r.Method == http.MethodGet {
		return nil
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		h.Error(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	quoted := "Invalid Input: " + string(body)
	switch len(body) % 6 {
	case 0:
		return &emulator.Fault{Status: http.StatusBadRequest, Reason: "invalid", Message: quoted}
	case 1:
		return &emulator.Fault{Status: http.StatusForbidden, Reason: "notAuthorized", Message: quoted}
	case 2:
		return &emulator.Fault{Status: http.StatusBadRequest, Body: "<html><title>Bad request</title>" + quoted + "</html>"}
	}
	return nil
}

// writeTables writes PowerSchool's tables with new values.
func (h *hushed) writeTables() {
	users, assignments := "dcid,email_addr,first_name,last_name,teachernumber,groupvalue,homeschoolid\n", "users_dcid,schoolid,status,staffstatus\n"
	header := []string{"usersdcid"}
	for _, column := range hushedColumns {
		header = append(header, column.name)
	}
	secrets := [][]string{header}
	for i := range hushedStaff {
		users += fmt.Sprintf("%d,staff%[1]d@hush.example,PAT,STAFF%[1]d,T%[1]d,9,1\n", i+1)
		assignments += fmt.Sprintf("%d,1,1,1\n", i+1)
		row := []string{fmt.Sprint(i + 1)}
		for _, column := range hushedColumns {
			value := ""
			switch h.IntN(6) {
			case 0:
			case 1:
				value = h.value(column.fieldType, false)
			case 2:
				value = h.value(column.fieldType, true) + "\u200b"
			default:
				value = h.value(column.fieldType, true)
			}
			row = append(row, value)
		}
		secrets = append(secrets, row)
		if i%7 == 0 {
			other := slices.Clone(row)
			other[2] = h.value("STRING", true)
			secrets = append(secrets, other)
		}
	}
	h.write("powerschool/schools.csv", "name,school_number\nNORTH HIGH SCHOOL,1\n")
	h.write("powerschool/users.csv", users)
	h.write("powerschool/schoolstaff.csv", assignments)
	var table strings.Builder
	for _, row := range secrets {
		for i, cell := range row {
			if i > 0 {
				table.WriteByte(',')
			}
			table.WriteString(`"` + strings.ReplaceAll(cell, `"`, `""`) + `"`)
		}
		table.WriteByte('\n')
	}
	h.write("powerschool/u_secrets.csv", table.String())
}

func (h *hushed) write(name, text string) {
	path := filepath.Join(h.folder, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		h.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		h.Fatal(err)
	}
}
