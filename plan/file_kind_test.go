package plan_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"github.com/staffsync/staffsync/plan"
)

// Whatever somebody names by mistake is named as what it is.
func TestAFileOfAnotherKindIsNamedAsWhatItIs(t *testing.T) {
	config := "version: 1\ndomain: d118.org\nsource: {export: {dir: x}}\n"
	source := "version: 1\nsnapshot: source\ndomain: d118.org\n"
	for _, c := range []struct{ name, data, is string }{
		{"Excel", "PK\x03\x04\x14\x00\x06\x00[Content_Types].xml", "an Excel workbook"},
		{"Excel, old", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel workbook"},
		{"a zip archive", "PK\x03\x04\x14\x00users.csv", "a zip archive"},
		{"a PDF", "%PDF-1.7\n", "a PDF"},
		{"a web page", "<!DOCTYPE html>\n<html>", "a web page (HTML)"},
		{"an error page", "\r\n<html><head><title>403", "a web page (HTML)"},
		{"a saved page", "<!-- saved from url -->\n<html>", "a web page (HTML)"},
		{"XML", "<?xml version=\"1.0\"?>\n<x/>", "an XML file"},
		{"JSON", `{"installed": {"client_id": "x"}}`, "a JSON file"},
		{"an export", "dcid,email_addr,first_name\n1,a@b,c\n", "a CSV file"},
		{"an export with tabs", "USERS.DCID\tUSERS.Email_Addr\tUSERS.First_Name\r\n", "a CSV file"},
		{"a hand-off file", "address,name,password,created\na@b,x,y,z\n", "a hand-off file with passwords"},
		{"a journal", `{"time":"2026-01-01T00:00:00Z","plan":"sha256:0","id":"account/1","outcome":"done"}` + "\n", "a journal"},
		{"a log", `{"time":"2026-01-01T00:00:00Z","level":"INFO","msg":"begin"}` + "\n", "a log"},
		{"what show prints", "Plan: 4 to create; 3 unchanged.\n", "what staffsync show prints of a plan"},
		{"Markdown", "**No changes. Google is in line with PowerSchool; 5 unchanged.**\n", "what staffsync show prints of a plan"},
		{"JSON of show", "{\n  \"review\": {},\n  \"version\": 1\n}\n", "what staffsync show prints of a plan"},
		{"its Markdown with a mark", "<!-- staffsync plan -->\n**1 account would change.**\n", "what staffsync show prints of a plan"},
		{"what show prints of a journal", "NOT ALL DONE: 3 of 4 actions; 1 failed.\n", "what staffsync show prints of a journal"},
		{"its Markdown", "<!-- staffsync journal -->\n**NOT ALL DONE: 3 of 4 actions; 1 failed.**\n", "what staffsync show prints of a journal"},
		{"its JSON", "{\n  \"record\": {}\n}\n", "what staffsync show prints of a journal"},
		{"what check prints", "The actions are the same: 3 actions.\n", "what staffsync check or diff prints"},
		{"Markdown of check", "**The actions differ: 1 new, 0 gone, 0 changed, 2 the same.**\n", "what staffsync check or diff prints"},
		{"its Markdown with a mark", "<!-- staffsync difference -->\n**The actions differ: 1 new.**\n", "what staffsync check or diff prints"},
		{"JSON of diff", "{\n  \"same\": true\n}\n", "what staffsync check or diff prints"},
		{"a config", config, "a config"},
		{"a config in UTF-16", string(inUTF16([]byte(config), binary.LittleEndian)), "a config"},
		{"a source snapshot", source, "a snapshot of the source"},
		{"a target snapshot", "version: 1\nsnapshot: target\norgUnits: [/x]\nmatch: S.DCID\n", "a snapshot of the target"},
		{"a plan", string(encoded(t, everyField())), "a plan"},
		{"a plan that does not parse", "version: 1\ndigest: sha256:0\nactions: [\n", "a plan"},
	} {
		for _, wanted := range []plan.FileKind{plan.PlanFile, plan.ConfigFile, plan.SourceSnapshotFile, plan.TargetSnapshotFile, plan.JournalFile} {
			err := plan.CheckKind([]byte(c.data), wanted)
			if plan.FileKind(c.is) == wanted {
				if err != nil {
					t.Errorf("%s is refused as %s: %v", c.name, wanted, err)
				}
			} else if want := "this is " + c.is + ", not " + string(wanted); err == nil || !bytes.HasPrefix([]byte(err.Error()), []byte(want)) {
				t.Errorf("%s as %s: got %v, want %s", c.name, wanted, err, want)
			}
		}
	}
}

func TestAFileThatMayBeWhatIsWantedIsRead(t *testing.T) {
	for _, text := range []string{"", "version: 1\ndomain: d118.org\n", `{"version": 1, "domain": "d118.org"}`, "# a note\n", "a: b, c, d\n"} {
		if err := plan.CheckKind([]byte(text), plan.PlanFile); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// Code pages 437 and 850 have these letters in common. PowerShell's > takes UTF-8 for the console's code page and writes UTF-16;
// Set-Content writes Windows-1252.
func TestAPlanThatAShellReencodedIsNamed(t *testing.T) {
	p := everyField()
	p.Actions[0].Staff.Name = "Núria O'Brien"
	written := encoded(t, p)
	for page, name := range map[*charmap.Charmap]string{charmap.CodePage437: "IBM Code Page 437", charmap.CodePage850: "IBM Code Page 437", charmap.Windows1252: "Windows 1252"} {
		taken, err := page.NewDecoder().Bytes(written)
		if err != nil {
			t.Fatal(err)
		}
		want := "read plan: the file was re-encoded on its way: its UTF-8 was taken for another character set, such as " + name + ", as PowerShell's > does; make it again with: staffsync plan -o FILE"
		for _, data := range [][]byte{taken, inUTF16(taken, binary.LittleEndian)} {
			if _, err := plan.Decode(data); err == nil || err.Error() != want {
				t.Errorf("got %v\nwant %s", err, want)
			}
		}
		lost, err := page.NewEncoder().Bytes(written)
		if err != nil {
			t.Fatal(err)
		}
		line := 1 + strings.Count(string(written[:strings.Index(string(written), "Núria")]), "\n")
		want = fmt.Sprintf("read plan: line %d: the file is not UTF-8: a shell or an editor wrote it in another character set; make it again with -o FILE, or save it as UTF-8", line)
		if _, err := plan.Decode(lost); err == nil || err.Error() != want {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
	bare := inUTF16(written, binary.LittleEndian)[2:]
	if _, err := plan.Decode(bare); err == nil || err.Error() != "read plan: the file is UTF-16 without a byte-order mark; save it as UTF-8" {
		t.Errorf("got %v", err)
	}
}
