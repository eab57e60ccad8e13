package plan_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/staffsync/staffsync/plan"
)

var updateGolden = flag.Bool("update", false, "write the golden files anew")

// compared compares what was decoded with what was encoded: values by what
// they are, and an empty list like none.
var compared = cmp.Options{
	cmp.Comparer(plan.Value.Equal), cmp.Comparer(func(a, b plan.Limit) bool { return a == b }), cmpopts.EquateEmpty(),
}

// hostileTexts are what PowerSchool's or Google's data may hold.
var hostileTexts = []string{
	"\x1b[31mred\x1b[0m", "evil\u202egpj.exe", "zero\u200bwidth\u200d\ufeff", "no\u00a0break", "line\u2028para\u2029next\u0085", "del\x7f", "nul\x00",
	"two\nlines", "\n", "\n\n", "\n x", "a\n \n b\n", " leading", "trailing ", "\ttab\t", "car\rriage\r\n", "soft\u00adhyphen", "tag\U000e0041", "private\ue000",
	"filler\u3164\u115f", "joiner\u034f", "selector\ufe0f\U000e0100", "isolate\u2066x\u2069", "ideographic\u3000space", "emoji \U0001f600", "not a rune \ufffe\uffff",
	"", "yes", "No", "ON", "y", "null", "Null", "~", "true", "0131", "131", "-5", "0x1F", "0o17", "1e3", "1_000", ".5", ".inf", ".nan", "190:20:30", "2026-01-01", "2026-01-01T00:00:00Z",
	"=", "<<", "-", "- x", "?", ":", "a: b", "a #b", "#b", "!tag", "&anchor", "*alias", "%x", "@x", "`x", "|", ">", "{x}", "[x]", ",", "'", "\"", "\\", "\\x41", "---", "...", "--- x",
	"Jane O'Brien", "NUÑEZ", "李小龙", "שלום", "e\u0301", "\xff\xfe not UTF-8 \xc3",
}

// invisible are the characters that must never be raw in a file.
const invisible = "\x00\x1b\x7f\r\t\u0085\u00a0\u00ad\u034f\u115f\u200b\u200d\u2028\u2029\u202e\u2066\u2069\u3000\u3164\ue000\ufe0f\ufeff\U000e0041\U000e0100"

func everyField() plan.Plan {
	return plan.Plan{
		Version: plan.FileVersion, Domain: "d118.org", Customer: "C0123abcd", Policy: "sha256:" + strings.Repeat("0", 64),
		Summary: plan.Summary{Create: 1, Suspend: 1, Rename: 1, Move: 1, Update: 1, Unchanged: 512, Inactive: 3, Skipped: 1, Conflicts: 1},
		Limits: plan.LimitChecks{
			plan.LimitSuspend: {Limit: plan.Percent(5), Count: 1, Base: 514, Allowed: 25},
			plan.LimitCreate:  {Limit: plan.AtMost(0), Count: 1, Base: 514},
		},
		Blocked: []string{"create: 1, but at most 0"},
		Bulk:    []plan.BulkChange{{Field: "S.A", From: plan.Text("a"), To: plan.Text("b"), Count: 3, Base: 12, Building: "Cotton Creek"}, {Field: "S.B", To: plan.Number(7), Count: 3, Base: 3}},
		Actions: []plan.Action{
			{
				ID: "account/7", Kind: plan.Create, Account: "new@d118.org", Staff: plan.Person{DCID: 7, Name: "Núria O'Brien", Building: "Cotton Creek"}, Reason: "active at Cotton Creek in PowerSchool, and no account carries DCID 7",
				Changes: plan.Changes{
					{Field: plan.FieldPrimaryEmail, To: plan.Text("new@d118.org")}, {Field: plan.FieldChangePassword, To: plan.Truth(true)},
					{Field: "S.Decimal", To: plan.Decimal(1.5)}, {Field: "S.Large", To: plan.Decimal(1e21)}, {Field: "S.Text", To: plan.Text("0131")}, {Field: "S.Whole", To: plan.Decimal(131)},
					{Field: "Synchronization_Data.DCID", To: plan.Number(7)}, {Field: "externalIds.organization", To: plan.Text("007")},
				},
				After:      []string{"account/8"},
				PassedOver: []plan.PassedOver{{Address: "nobrien@d118.org", By: "the account of Ned O\u202eBrien (DCID 9)"}},
			},
			{
				ID: "account/8", Kind: plan.Rename, Account: "a@d118.org", GoogleID: "108", Staff: plan.Person{DCID: 8, Name: "Jo\u202eEvil\nName", Building: "yes"}, Reason: "the address in PowerSchool is b@d118.org",
				Changes: plan.Changes{{Field: plan.FieldPrimaryEmail, From: plan.Text("a@d118.org"), To: plan.Text("b@d118.org")}, {Field: "S.Cleared", From: plan.Number(131)}},
				Via:     "staffsync-8@d118.org", Release: []string{"a@d118.org", "staffsync-8@d118.org"}, After: []string{"account/9"},
			},
			{
				ID: "account/1042", Kind: plan.Suspend, Account: "jdoe@d118.org", GoogleID: "108000000000000000001", Staff: plan.Person{DCID: 1042, Name: "Jane Doe", Building: "Cotton Creek"}, Reason: "no active school assignment in PowerSchool",
				Changes: plan.Changes{{Field: plan.FieldSuspended, From: plan.Truth(false), To: plan.Truth(true)}, {Field: plan.FieldOrgUnitPath, From: plan.Text("/D118 Staff/Cotton Creek Staff"), To: plan.Text("/Suspended Accounts")}},
				Groups:  []plan.MembershipChange{{Group: "ccs-staff@d118.org", From: "MEMBER"}, {Group: "owners@d118.org", From: "OWNER"}, {Group: "everybody@d118.org", From: "MEMBER", To: "MEMBER"}, {Group: "leavers@d118.org", To: "MEMBER"}},
			},
		},
		Skipped:   []plan.Skipped{{Staff: plan.Person{DCID: 3, Name: "Kim Do"}, Address: "do@d118.org", Reason: "last name do", Rule: "skip.names", Active: true}},
		Conflicts: []plan.Conflict{{ID: "account/4", Account: "x@d118.org", Staff: plan.Person{DCID: 4, Name: "Max"}, Field: "S.Text", Problem: `"12B" is not a whole number`, Remedy: "correct the value"}},
		Warnings:  []plan.Warning{{Kind: plan.WarningOrphan, Account: "z@d118.org", Staff: plan.Person{DCID: 9}, Message: "PowerSchool has nobody with DCID 9; the account is left alone"}},
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *updateGolden {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// A checkout on Windows may have turned the line ends.
	if diff := cmp.Diff(strings.ReplaceAll(string(want), "\r\n", "\n"), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got); run with -update if that is right:\n%s", path, diff)
	}
}

func encoded(t *testing.T, p plan.Plan) []byte {
	t.Helper()
	data, err := plan.Encode(p)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestThePlanFileIsWrittenAsItWasReviewedAndReadBackWhole(t *testing.T) {
	written := encoded(t, everyField())
	golden(t, "plan.yaml", written)
	read, err := plan.Decode(written)
	if err != nil {
		t.Fatal(err)
	}
	want := everyField()
	want.Digest = read.Digest
	if diff := cmp.Diff(want, read, compared); diff != "" {
		t.Errorf("read back (-want +got):\n%s", diff)
	}
	if !bytes.Equal(encoded(t, read), written) {
		t.Error("a plan that was read is not written as the same bytes")
	}
}

func TestAnEmptyPlanSaysThatThereIsNothing(t *testing.T) {
	golden(t, "empty.yaml", encoded(t, plan.Plan{Version: plan.FileVersion, Domain: "d118.org"}))
}

func TestHostileTextSurvivesAndNeverStandsRawInAFile(t *testing.T) {
	for _, text := range hostileTexts {
		p := everyField()
		p.Domain, p.Blocked = text, []string{text}
		for i := range p.Actions {
			a := &p.Actions[i]
			a.Account, a.Reason, a.Staff.Name, a.Staff.Building, a.Release = text, text, text, text, []string{text}
			for j := range a.Changes {
				a.Changes[j].From, a.Changes[j].To = plan.Text(text), plan.Text("x"+text)
			}
			for j := range a.Groups {
				a.Groups[j].Group = text
			}
		}
		p.Skipped[0].Reason, p.Conflicts[0].Problem, p.Warnings[0].Message = text, text, text
		written := encoded(t, p)
		checkNothingInvisible(t, text, written)
		read, err := plan.Decode(written)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if err := read.VerifyDigest(); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		p.Digest = read.Digest
		if diff := cmp.Diff(p, read, compared); diff != "" {
			t.Errorf("%q read back (-want +got):\n%s", text, diff)
		}
	}
}

func checkNothingInvisible(t *testing.T, text string, data []byte) {
	t.Helper()
	if i := bytes.IndexAny(data, invisible); i >= 0 {
		t.Errorf("%q is in the file as\n%q", text, data[max(0, i-20):min(len(data), i+20)])
	}
}

// inUTF16 is what PowerShell's > makes of a file.
func inUTF16(data []byte, order binary.AppendByteOrder) []byte {
	out := order.AppendUint16(nil, 0xFEFF)
	for _, unit := range utf16.Encode([]rune(strings.ReplaceAll(string(data), "\n", "\r\n"))) {
		out = order.AppendUint16(out, unit)
	}
	return out
}

func TestLineEndsAndEncodingDoNotMatter(t *testing.T) {
	p := everyField()
	p.Actions[1].Staff.Name = strings.Join(hostileTexts[:len(hostileTexts)-1], "|") + "\U0001f600"
	written := encoded(t, p)
	want, err := plan.Decode(written)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"UTF-8 with a byte-order mark": append([]byte("\xef\xbb\xbf"), written...),
		"CRLF":                         bytes.ReplaceAll(written, []byte("\n"), []byte("\r\n")),
		"UTF-16 LE with CRLF":          inUTF16(written, binary.LittleEndian),
		"UTF-16 BE with CRLF":          inUTF16(written, binary.BigEndian),
		"a comment and blank lines":    append([]byte("# reviewed by Kim\n\n---\n"), written...),
		"no last line end":             bytes.TrimRight(written, "\n"),
	} {
		got, err := plan.Decode(data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(want, got, compared); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if err := got.VerifyDigest(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !bytes.Equal(encoded(t, got), written) {
			t.Errorf("%s is not written as the same bytes again", name)
		}
	}
}

func TestTheDigestNoticesAnyEdit(t *testing.T) {
	lines := strings.Split(string(encoded(t, everyField())), "\n")
	edited := 0
	for i := range lines {
		if strings.TrimSpace(lines[i]) == "" {
			continue
		}
		// Leave the line out, and change every fourth letter or digit of it.
		edits := []string{strings.Join(append(append([]string{}, lines[:i]...), lines[i+1:]...), "\n")}
		for j := i % 4; j < len(lines[i]); j += 4 {
			c := lines[i][j]
			if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' {
				line := lines[i][:j] + string(rune(c^1)) + lines[i][j+1:]
				edits = append(edits, strings.Join(append(append(append([]string{}, lines[:i]...), line), lines[i+1:]...), "\n"))
			}
		}
		for _, edit := range edits {
			read, err := plan.Decode([]byte(edit))
			if err != nil {
				continue // noticed earlier
			}
			edited++
			if err := read.VerifyDigest(); !errors.Is(err, plan.ErrEdited) {
				t.Errorf("the edit of line %d goes unnoticed (%v):\n%s", i+1, err, edit)
			}
		}
	}
	if edited < 200 {
		t.Errorf("only %d edits could be read", edited)
	}
}

func TestVerifyDigestNamesBothDigests(t *testing.T) {
	read, err := plan.Decode(encoded(t, plan.Plan{Version: plan.FileVersion, Domain: "d118.org"}))
	if err != nil {
		t.Fatal(err)
	}
	good := read.Digest
	read.Digest = "sha256:other"
	want := "the plan was edited after it was made: its digest is sha256:other, its content's is " + good
	if err := read.VerifyDigest(); err == nil || err.Error() != want || !errors.Is(err, plan.ErrEdited) {
		t.Errorf("got error %v\nwant %s", err, want)
	}
}

func TestDecodeRefusesWithWhatAndWhere(t *testing.T) {
	head := "version: 1\ndomain: d118.org\n"
	action := head + "actions:\n  - id: account/1\n"
	for _, c := range []struct{ name, text, want string }{
		{"an empty file", "", "read plan: the file is empty; make a plan with: staffsync plan -o FILE"},
		{"a byte-order mark and nothing else", "\xef\xbb\xbf\r\n", "read plan: the file is empty; make a plan with: staffsync plan -o FILE"},
		{"no version", "domain: d118.org\n", `read plan: this is not a plan: it has no version`},
		{"another version", "version: 2\ndomain: d118.org\nholds: []\n", `read plan: this is not a plan of version 1, the one that this staffsync reads (its version is "2")`},
		{"a version that is not a number", "version: one\n", `read plan: this is not a plan of version 1, the one that this staffsync reads (its version is "one")`},
		{"a snapshot", "version: 1\nsnapshot: source\ndomain: d118.org\n", `read plan: this is a snapshot of the source, not a plan; make a plan with: staffsync plan -o FILE`},
		{"an unknown key", head + "acti0ns: []\n", `read plan: line 3: unknown key "acti0ns"; did you mean actions?`},
		{"an unknown key of an action", action + "    acount: a@d118.org\n", `read plan: line 5: unknown key "acount" under actions[0]; did you mean account?`},
		{"two mistakes", head + "one: 1\ntwo: 2\n", `read plan: line 3: unknown key "one"; line 4: unknown key "two"`},
		{"a key that is there twice", head + "domain: d119.org\n", `read plan: line 3: key "domain" is there twice, first in line 2`},
		{"a list that is none", head + "actions: many\n", `read plan: line 3: actions is a list: write [a, b], or a line for each entry that begins with a dash`},
		{"a number that is none", head + "summary: {create: many}\n", `read plan: line 3: summary.create is a whole number, not "many"`},
		{"a mapping where a text belongs", head + "customer: {a: b}\n", `read plan: line 3: customer is a text, not keys and values`},
		{"a list where a text belongs", head + "customer: [a]\n", `read plan: line 3: customer is a text, not a list`},
		{"an unknown key of several words", head + "my own key: 1\n", `read plan: line 3: unknown key "my own key"`},
		{"an unknown key that a terminal would obey", head + "\"\\e[31mred\\n\": 1\n", `read plan: line 3: unknown key "\x1b[31mred\n"`},
		{"a text that a terminal would obey", head + "actions: \"\\e[31m\"\n", `read plan: line 3: actions is a list: write [a, b], or a line for each entry that begins with a dash`},
		{"a second document", head + "---\n" + head, `read plan: line 3: a second YAML document begins here; the file must be one`},
		{"a limit that does not exist", head + "limits: {delete: {limit: 5%}}\n", `read plan: there is no limit "delete"`},
		{"a limit that is none", head + "limits: {suspend: {limit: lots}}\n", `read plan: line 3: limits.suspend.limit: "lots" is neither a whole number nor a percentage such as 5%`},
		{"an unknown key of a limit", head + "limits: {suspend: {limit: 5, allow: 9}}\n", `read plan: line 3: unknown key "allow" under limits.suspend; did you mean allowed?`},
		{"changes that are a list", action + "    changes: [a]\n", `read plan: line 5: actions[0].changes: changes are a mapping from field to {from, to}`},
		{"a change that is a text", action + "    changes: {suspended: true}\n", `read plan: line 5: actions[0].changes: a change is a field and {from, to}`},
		{"a field that is there twice", action + "    changes:\n      S.A: {to: 1}\n      S.A: {to: 2}\n", `read plan: line 7: actions[0].changes: field "S.A" is there twice`},
		{"a side that is there twice", action + "    changes:\n      S.A: {to: 1, to: 2}\n", `read plan: line 6: actions[0].changes: field "S.A" has "to" twice`},
		{"an unknown side", action + "    changes:\n      S.A: {to: 1, form: 2}\n", `read plan: line 6: actions[0].changes: field "S.A" has the unknown key "form"`},
		{"a membership without a role", action + "    groups:\n      - {leave: a@d118.org, rolle: MEMBER}\n", `read plan: line 6: actions[0].groups[0]: a membership needs a role: MEMBER, MANAGER or OWNER`},
		{"a membership that does nothing", action + "    groups:\n      - {quit: a@d118.org, role: MEMBER}\n", `read plan: line 6: actions[0].groups[0]: a membership says leave, join, setRole or staysIn and its role`},
		{"a membership that is a text", action + "    groups: [a@d118.org]\n", `read plan: line 5: actions[0].groups[0]: a membership is {leave: GROUP, role: ROLE}, or join, setRole or staysIn`},
		{"a value that is a list", action + "    changes: {S.A: {to: [1]}}\n", `read plan: line 5: actions[0].changes: a value is a single text, number or truth value, or {fingerprint: DIGITS}`},
		{"a value that is a date", action + "    changes: {S.A: {to: 2026-01-01}}\n", `read plan: line 5: actions[0].changes: a value is a text, number or truth value, not !!timestamp`},
		{"a value beyond 64 bits", action + "    changes: {S.A: {to: 9223372036854775808}}\n", `read plan: line 5: actions[0].changes: "9223372036854775808" is not a whole number of 64 bits`},
		{"a value that is not a number", action + "    changes: {S.A: {to: .nan}}\n", `read plan: line 5: actions[0].changes: ".nan" is not a number`},
		{"a value that is infinite", action + "    changes: {S.A: {to: -.inf}}\n", `read plan: line 5: actions[0].changes: "-.inf" is not a number`},
		{"no mapping at all", "just words\n", `read plan: line 1: the file holds keys and values, not "just words"`},
		{"broken YAML", head + "actions: [\n", `read plan: line 3: the file ends here, and a bracket is not closed`},
		{"binary garbage", "\x89PNG\r\n\x1a\n", `read plan: this is a picture, not a plan; make a plan with: staffsync plan -o FILE`},
		{"half a UTF-16 character", "\xff\xfev\x00e", "read plan: the file is cut short in the middle of a UTF-16 character"},
	} {
		if _, err := plan.Decode([]byte(c.text)); err == nil || err.Error() != c.want {
			t.Errorf("%s: got error %v\nwant %s", c.name, err, c.want)
		}
	}
}

func TestASCIIPlanIsTheSamePlan(t *testing.T) {
	p := plan.Plan{Version: plan.FileVersion, Domain: "d118.org", Actions: []plan.Action{{
		ID: "account/1", Kind: plan.Update, Account: "a@d118.org", Staff: plan.Person{DCID: 1, Name: "Sofía Nuñez 😀"}, Reason: "größer: yes",
	}}}
	utf8Data, err := plan.Encode(p)
	if err != nil {
		t.Fatal(err)
	}
	data, err := plan.EncodeASCII(p)
	if err != nil {
		t.Fatal(err)
	}
	if i := bytes.IndexFunc(data, func(r rune) bool { return r > 0x7e || r < ' ' && r != '\n' }); i >= 0 {
		t.Errorf("it holds other characters than ASCII's: %q", data[i:])
	}
	decoded, err := plan.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	if err := decoded.VerifyDigest(); err != nil {
		t.Error(err)
	}
	again, err := plan.Encode(decoded)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(again, utf8Data) {
		t.Errorf("it is another plan:\n%s", again)
	}
}
