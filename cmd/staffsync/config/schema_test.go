package config

import (
	"slices"
	"strings"
	"testing"

	"github.com/staffsync/staffsync/cmd/staffsync/schema/schematest"
)

// notInTheSchema are the mistakes that an editor does not mark, with the reason.
var notInTheSchema = map[string]string{
	"a field that staff does not have": "a rule is a text to the schema, which does not know its language",
	"an extra that is not declared":    "a rule is a text to the schema, which does not know its language",
	"a Windows path in double quotation marks": "to the schema a text is the same in any quotation marks, " +
		"and a text may hold a line break",
}

// checkAnEditorMarksIt holds the schema against a config that Load refuses.
func checkAnEditorMarksIt(t *testing.T, name, text string) {
	t.Helper()
	marked := schematest.Check("config", []byte(text))
	switch reason, known := notInTheSchema[name]; {
	case known && marked != nil:
		t.Errorf("the schema can tell (%v), although %s; take it out of notInTheSchema", marked, reason)
	case !known && marked == nil:
		t.Error("the schema lets it pass; add a rule to it, or to notInTheSchema why none can tell")
	}
}

// checkNotInTheSchema holds the list to mistakes that are tested.
func checkNotInTheSchema(t *testing.T, tested []string) {
	t.Helper()
	for name := range notInTheSchema {
		if !slices.Contains(tested, name) {
			t.Errorf("notInTheSchema names %q, which no test makes", name)
		}
	}
}

// TestAnEditorMarksNothingThatLoads holds the schema against ways to write what is
// right.
func TestAnEditorMarksNothingThatLoads(t *testing.T) {
	for name, change := range map[string][2]string{
		"the good config":               {"", ""},
		"keys without a value":          {"match:", "skip:\nholds:\ndomains:\nsensitive:\nmatch:"},
		"what is switched off":          {"{random: true, handoff: new.csv}", "{env: NEW_USER_PASSWORD, random: false, handoff: ''}"},
		"the other end, left out":       {"source: {", "source: {powerschool: , "},
		"numbers where a text belongs":  {"match:", "skip: {names: [test, 1, true]}\nmatch:"},
		"holds":                         {"match:", "holds:\n  - {person: 1201, until: 2027-06-30}\n  - {when: 'staff.dcid == 1', until: 6/30/2027, what: [move, groups]}\nmatch:"},
		"holds in a file":               {"match:", "holds: {file: holds.csv}\nmatch:"},
		"an expression for active":      {"{export: {dir: powerschool}}", "\n  export: {dir: powerschool, maxAge: 1h30m, encoding: windows-1252}\n  active: 'size(staff.schools) > 0'"},
		"groups that take nobody out":   {"match:", "groups:\n  - {address: a@d118.org, prune: false}\n  - {address: b@d118.org, role: owner, prune: members}\nmatch:"},
		"limits in every form":          {"limits: {suspend: 12, create: 50%}", "limits: {suspend: 0, create: '7', move: 100%, clear: 0.5%, leaveGroups: 250%, change: 5 %}"},
		"a rule of several lines":       {"  Sync.Type: ${staff.type}", "  Sync.Type: |\n    ${staff.type\n      == 1 ? 1 : 2}"},
		"only further domains":          {"domain: d118.org", "domains: [d118.org, students.d118.org]"},
		"a way to sign in, another not": {"emulator: {seed: seed.json, state: state/directory.json, subject: admin@d118.org}", "google: {oauth: {credentials: c.json, token: t.json}, anonymous: false, requestsPerMinute: 1200}"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(good, change[0], change[1], 1)
			if text == good && change[0] != "" {
				t.Fatalf("%q is not in the config", change[0])
			}
			if _, _, err := load(t, text); err != nil {
				t.Fatal(err)
			}
			if err := schematest.Check("config", []byte(text)); err != nil {
				t.Error(err)
			}
		})
	}
}
