package config

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/google/signin"
)

const good = `version: 1
domain: d118.org
source: {export: {dir: powerschool}}
target:
  emulator: {seed: seed.json, state: state/directory.json, subject: admin@d118.org}
match: Sync.DCID
orgUnits:
  active:
    - {path: "/Staff/${staff.building}"}
  suspended: /Suspended
attributes:
  Sync.Type: ${staff.type}
externalIds:
  organization: ${staff.teacherNumber}
newAccounts:
  password: {random: true, handoff: new.csv}
limits: {suspend: 12, create: 50%}
`

func load(t *testing.T, text string) (*Config, string, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "staffsync.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := Load(path)
	return cfg, path, err
}

func TestPathsAreRelativeToTheConfig(t *testing.T) {
	cfg, path, err := load(t, good)
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Dir(path)
	got := []string{cfg.Source.Export.Dir, cfg.Target.Emulator.Seed, cfg.Target.Emulator.State, cfg.NewAccounts.Password.Handoff}
	want := []string{
		filepath.Join(folder, "powerschool"), filepath.Join(folder, "seed.json"),
		filepath.Join(folder, "state", "directory.json"), filepath.Join(folder, "new.csv"),
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestApplyKnowsWhatThePlanMayChange(t *testing.T) {
	cfg, _, err := load(t, good)
	if err != nil {
		t.Fatal(err)
	}
	options := cfg.ApplyOptions()
	if diff := gocmp.Diff([]string{"Sync.Type", "externalIds.organization"}, options.Managed); diff != "" {
		t.Error(diff)
	}
	if options.Domain != "d118.org" || options.Match != "Sync.DCID" || options.Subject != "admin@d118.org" {
		t.Errorf("apply is told %+v", options)
	}
	if got := options.Limits[plan.LimitSuspend]; got != plan.AtMost(12) {
		t.Errorf("limits.suspend is %v", got)
	}
}

func TestMistakesHaveTheirPlace(t *testing.T) {
	var made []string
	for _, test := range []struct {
		name     string
		old, new string
		want     string
	}{
		{"unknown key", "domain: d118.org", "domain: d118.org\ndomian: x",
			`FILE:3:1: unknown key "domian"; did you mean domain?`},
		{"unknown key of a list's entry", `{path: "/Staff`, `{paht: "/Staff`,
			`FILE:9:8: unknown key "paht" under orgUnits.active[0]; did you mean path?`},
		{"unknown key that is like no other", "domain: d118.org", "domain: d118.org\nqqqqqqqq: x",
			`FILE:3:1: unknown key "qqqqqqqq"`},
		{"a key that is there twice", "match: Sync.DCID", "match: Sync.DCID\nmatch: Sync.DCID",
			`FILE:7:1: key "match" is there twice, first in line 6`},
		{"a list where a text belongs", "match: Sync.DCID", "match: [a]",
			"FILE:6:8: match is a text, not a list"},
		{"a text where a list belongs", `{path: "/Staff/${staff.building}"}`, "x\n  frozen: /Administrators",
			"FILE:9:7: orgUnits.active[0] holds keys and values, not \"x\"\n" +
				"FILE:10:11: orgUnits.frozen is a list: write [a, b], or a line for each entry that begins with a dash"},
		{"no truth value", "version: 1", "version: 1\nsuspension: {leaveGroups: maybe}",
			`FILE:2:27: suspension.leaveGroups is true or false, not "maybe"`},
		{"no whole number", "version: 1", "version: one",
			`FILE:1:10: version is a whole number, not "one"`},
		{"another version", "version: 1", "version: 3",
			"FILE:1:10: version: this staffsync reads version 1; write version: 1"},
		{"a limit that is none", "suspend: 12", "suspend: 120%",
			`FILE:17:19: limits.suspend: "120%" is not a percentage from 0% to 100%`},
		{"an unknown limit", "suspend: 12", "delete: 12",
			`FILE:17:18: unknown limit "delete"; the keys are suspend, create, reactivate, rename, move, clear, leaveGroups, joinGroups, pruneGroups, createGroups, createOrgUnits, createAttributes, change, missing, strayRows, link`},
		{"all that is wrong with a mail server", "match: Sync.DCID", "match: Sync.DCID\nmail: {host: \"https://x\", port: 70000, tls: ssl, from: staffsync, to: [it@d118.org, it]}",
			"FILE:7:14: mail.host: \"https://x\" is not the name of a server; write the name alone, and its port under mail.port\n" +
				"FILE:7:33: mail.port: 70000 is not a port; leave it out for 587, or 465 with tls: tls\n" +
				"FILE:7:45: mail.tls: \"ssl\" is neither starttls nor tls; without TLS nothing is sent\n" +
				"FILE:7:56: mail.from: \"staffsync\" is not an e-mail address such as it@example.org\n" +
				"FILE:7:85: mail.to[1]: \"it\" is not an e-mail address such as it@example.org"},
		{"two targets", "  emulator:", "  google: {endpoint: \"http://127.0.0.1:1\", anonymous: true}\n  emulator:",
			"FILE:5:3: target: name one directory, emulator or google, not both"},
		{"no sign-in", "emulator: {seed: seed.json, state: state/directory.json, subject: admin@d118.org}", "google: {}",
			"FILE:5:11: target.google: name a way to sign in: oauth, serviceAccount or applicationDefault; for a server on this machine set endpoint and anonymous: true"},
		{"anonymous on another machine", "emulator: {seed: seed.json, state: state/directory.json, subject: admin@d118.org}", "google: {endpoint: \"http://admin.example\", anonymous: true}",
			`FILE:5:57: target.google.anonymous: "http://admin.example" is not on this machine; requests without signing in go only to 127.0.0.0/8, ::1 or localhost`},
		{"all that is wrong with a sign-in", "emulator: {seed: seed.json, state: state/directory.json, subject: admin@d118.org}",
			"google:\n    oauth: {credentials: '', token: ''}\n    subject: admin\n    endpoint: ftp://127.0.0.1",
			"FILE:6:26: target.google.oauth.credentials: name the OAuth client's file, such as credentials.json\n" +
				"FILE:6:37: target.google.oauth.token: name the file that staffsync login writes, such as token.json\n" +
				"FILE:7:14: target.google.subject: \"admin\" is not an address\n" +
				"FILE:8:15: target.google.endpoint: \"ftp://127.0.0.1\" is not an http or https URL; write it as http://127.0.0.1:8118"},
		{"a pace at which nothing is ever sent", "emulator: {seed: seed.json, state: state/directory.json, subject: admin@d118.org}",
			"google: {endpoint: \"http://127.0.0.1:1\", anonymous: true, requestsPerMinute: 0, createsPerSecond: -1}",
			"FILE:5:80: target.google.requestsPerMinute: write a whole number from 1, or leave it out for Google's own limit, 2400\n" +
				"FILE:5:101: target.google.createsPerSecond: write a whole number from 1, or leave it out for Google's own limit, 10"},
		{"an emulator without a state", "emulator: {seed: seed.json, state: state/directory.json, subject: admin@d118.org}", "emulator: {seed: seed.json, state: ''}",
			"FILE:5:38: target.emulator.state: name the file in which the emulator keeps its directory, such as .staffsync/directory.json"},
		{"a field that staff does not have", "${staff.type}", "${staff.tipe}",
			"FILE:12:14: attributes.Sync.Type: character 9: staff has no field tipe; did you mean type?"},
		{"an extra that is not declared", "${staff.type}", "${staff.extra.phone}",
			"FILE:12:14: attributes.Sync.Type: character 15: there is no staff.extra.phone: source.extras declares none"},
		{"a Windows path in double quotation marks", "{dir: powerschool}", `{dir: "C:\exports"}`,
			"FILE:3:24: source.export.dir holds a control character; double each backslash, or write the text in single quotation marks"},
		{"no blank after a colon", "{export: {dir: powerschool}}", "{export: {dir:powerschool}}",
			`FILE:3:19: unknown key "dir:powerschool" under source.export; a blank is missing after dir:`},
		{"no blank after a colon on a line of its own", "{export: {dir: powerschool}}", "\n  export:powerschool",
			`FILE:4:3: source holds keys and values, not "export:powerschool"; a blank is missing after export:`},
		{"a rule that begins with !", "${staff.type}", "!has(staff.extra.x)",
			"FILE:12:14: attributes.Sync.Type begins with !, which has a meaning in YAML; put the whole text in quotation marks"},
		{"a tab", "  suspended:", "\tsuspended:", "FILE:10:1: a tab; indent with blanks"},
		{"a second document", "limits: {suspend: 12, create: 50%}", "---\na: b",
			"FILE:17:1: a second YAML document begins here; the file must be one"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := strings.Replace(good, test.old, test.new, 1)
			if text == good {
				t.Fatalf("%q is not in the config", test.old)
			}
			_, path, err := load(t, text)
			if err == nil {
				t.Fatal("no error")
			}
			if diff := gocmp.Diff(test.want, strings.ReplaceAll(err.Error(), path, "FILE")); diff != "" {
				t.Error(diff)
			}
			checkAnEditorMarksIt(t, test.name, text)
		})
		made = append(made, test.name)
	}
	checkNotInTheSchema(t, made)
}

func TestManyMistakesAreCutShort(t *testing.T) {
	var text strings.Builder
	text.WriteString(good)
	for i := range 30 {
		fmt.Fprintf(&text, "unknown%d: x\n", i)
	}
	_, _, err := load(t, text.String())
	if err == nil || !strings.HasSuffix(err.Error(), "\nand 10 more") {
		t.Errorf("got %v", err)
	}
}

func TestTheDistrictConfigsLoad(t *testing.T) {
	for _, name := range []string{"d118", "demo"} {
		cfg, err := Load(filepath.Join("..", "..", "..", "fixtures", name, "staffsync.yaml"))
		if err != nil {
			t.Error(err)
			continue
		}
		if further := cfg.FurtherScopes(); len(further) > 0 {
			t.Errorf("%s: what it does today needs the further scopes %v", name, further)
		}
	}
}

func TestWhatCreatesSomethingTakesAFurtherScope(t *testing.T) {
	for change, want := range map[string][]signin.Further{
		"":                                   nil,
		"orgUnits:\n  create: true":          {signin.CreateOrgUnits()},
		"orgUnits:\n  create: [/Staff/West]": {signin.CreateOrgUnits()},
		"orgUnits:\n  create: false":         nil,
		"groups: [{address: all@d118.org, create: true}]\norgUnits:\n  create: true": {signin.CreateGroups(), signin.CreateOrgUnits()},
	} {
		cfg, _, err := load(t, strings.Replace(good, "orgUnits:", cmp.Or(change, "orgUnits:"), 1))
		if err != nil {
			t.Errorf("%s: %v", change, err)
			continue
		}
		if diff := gocmp.Diff(want, cfg.FurtherScopes()); diff != "" {
			t.Errorf("%s: (-want +got):\n%s", change, diff)
		}
	}
}

// TestReadmeNamesEveryKey keeps the README's config reference complete.
func TestReadmeNamesEveryKey(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, reference, found := strings.Cut(string(readme), "\n## Config\n")
	if !found {
		t.Fatal("the README has no section Config")
	}
	fields := make(map[string]reflect.Type)
	plan.CollectKeys(reflect.TypeFor[Config](), fields)
	for name, field := range fields {
		if !strings.Contains(reference, "`"+name) {
			t.Errorf("the README's config reference does not name %s", name)
		}
		if field.Kind() == reflect.Struct {
			inner := make(map[string]reflect.Type)
			plan.CollectKeys(field, inner)
			for key := range inner {
				if !strings.Contains(reference, name+"."+key) {
					t.Errorf("the README's config reference does not name %s.%s", name, key)
				}
			}
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("version: &a [*a]"))
	f.Add([]byte("<<: {version: 1}"))
	f.Add([]byte("orgUnits: {active: [{when: 'staff.type == ', path: /x}]}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "staffsync.yaml")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if cfg, err := Load(path); err == nil && cfg.Policy == nil {
			t.Error("a config without a policy loaded without an error")
		}
	})
}
