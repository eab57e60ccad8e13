package plan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
)

// FileKind is what a file is by its content, as messages call it.
type FileKind string

// The kinds of files that staffsync writes and reads.
const (
	PlanFile           FileKind = "a plan"
	ConfigFile         FileKind = "a config"
	SourceSnapshotFile FileKind = "a snapshot of the source"
	TargetSnapshotFile FileKind = "a snapshot of the target"
	ExportFile         FileKind = "the description of a folder that snapshot export wrote"
	JournalFile        FileKind = "a journal"
	CSVFile            FileKind = "a CSV file"

	workbook FileKind = "an Excel workbook"
)

// signatures are the first bytes of files that are not text.
var signatures = []struct {
	kind  FileKind
	bytes string
}{
	{workbook, "\xd0\xcf\x11\xe0"},
	{"a PDF", "%PDF-"},
	{"a compressed file (gzip)", "\x1f\x8b"},
	{"a picture", "\x89PNG"},
	{"a picture", "\xff\xd8\xff"},
}

// beginnings are what files begin with, of which the first that fits counts.
// Where (?m) says so, it may be any of the first lines.
var beginnings = []struct {
	kind FileKind
	sign *regexp.Regexp
}{
	{workbook, regexp.MustCompile(`(?s)^PK\x03\x04.*(\[Content_Types\]|xl/|spreadsheet)`)},
	{"a zip archive", regexp.MustCompile(`^PK\x03\x04`)},
	{"a Word document (RTF)", regexp.MustCompile(`^\{\\rtf`)},
	{"what staffsync show prints of a plan", regexp.MustCompile(`^<!-- staffsync plan -->`)},
	{"what staffsync show prints of a journal", regexp.MustCompile(`^<!-- staffsync journal -->`)},
	{"what staffsync check or diff prints", regexp.MustCompile(`^<!-- staffsync difference -->`)},
	{"a web page (HTML)", regexp.MustCompile(`(?i)^\s*<(!doctype html|html|head|body|meta|script|style|div|table|!--)`)},
	{"an XML file", regexp.MustCompile(`^\s*<[?a-zA-Z]`)},
	{JournalFile, regexp.MustCompile(`^\{"time":"[^"]*","plan":"`)},
	{"a log", regexp.MustCompile(`^\{"time":"[^"]*","level":"`)},
	{"a hand-off file with passwords", regexp.MustCompile(`^address,name,password,created\r?\n`)},
	{"what staffsync show prints of a plan", regexp.MustCompile(`^(\*\*)?(Plan: [0-9]|No changes[.;]|No account in \S+ would change|(BLOCKED: )?[0-9]+ .*would (change|be new))`)},
	{"what staffsync show prints of a journal", regexp.MustCompile(`^(\*\*)?(NOT ALL DONE|CUT SHORT): |^\{\s*"record": `)},
	// A value of several lines may hold anything, so a header comes first.
	{CSVFile, regexp.MustCompile(`^"?[\w.$#]+"?([,;\t]"?[\w.$# ]+"?)+\s*[\r\n]`)},
	{"what staffsync show prints of a plan", regexp.MustCompile(`^\{\s*"review": `)},
	{"what staffsync check or diff prints", regexp.MustCompile(`^(\*\*)?The (actions|plans) (are|differ|say)\b|^\{\s*"same": `)},
	{SourceSnapshotFile, regexp.MustCompile(`(?m)^snapshot: source\b`)},
	{TargetSnapshotFile, regexp.MustCompile(`(?m)^snapshot: target\b`)},
	{ExportFile, regexp.MustCompile(`(?m)^snapshot: export\b`)},
	{PlanFile, regexp.MustCompile(`(?m)^digest: sha256:`)},
	{ConfigFile, regexp.MustCompile(`(?m)^(source|target|newAccounts|suspension):`)},
}

// beginning is how much of a file is looked at, in bytes.
const beginning = 64 << 10

// KindOfFile tells by its content what a file is, empty where that is not plain.
func KindOfFile(data []byte) FileKind {
	start := data[:min(len(data), beginning)]
	text, _ := io.ReadAll(UTF8Reader(bytes.NewReader(start))) // memory can be read
	for _, known := range signatures {
		if bytes.HasPrefix(data, []byte(known.bytes)) {
			return known.kind
		}
	}
	for _, known := range beginnings {
		if known.sign.Match(text) {
			return known.kind
		}
	}
	// A plan or a config may be JSON, which is YAML too; each has a version.
	if object := bytes.TrimSpace(text); len(object) > 1 && (object[0] == '{' || object[0] == '[') &&
		json.Valid(data) && !bytes.Contains(text, []byte(`"version"`)) {
		return "a JSON file"
	}
	return ""
}

// CheckKind returns an error, which says what the file is and how to come by the
// right one, when it is plainly of another kind than the wanted one.
func CheckKind(data []byte, wanted FileKind) error {
	kind := KindOfFile(data)
	if kind == "" || kind == wanted {
		return nil
	}
	return fmt.Errorf("this is %s, not %s%s", kind, wanted, wanted.Remedy())
}

// Remedy says how to come by a file of the kind, as the end of a sentence about one
// that is missing or wrong; it is empty where nothing in general can be said.
func (kind FileKind) Remedy() string {
	return map[FileKind]string{
		PlanFile:           "; make a plan with: staffsync plan -o FILE",
		ConfigFile:         "; write a config with: staffsync init",
		SourceSnapshotFile: "; take one with: staffsync snapshot source -o FILE",
		TargetSnapshotFile: "; take one with: staffsync snapshot target --for SOURCE_SNAPSHOT -o FILE",
		ExportFile:         "; write the folder again with: staffsync snapshot export DIR",
		CSVFile:            "; export the table as CSV",
	}[kind]
}
