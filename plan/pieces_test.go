package plan

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.yaml.in/yaml/v4"
	"pgregory.net/rapid"
)

// writtenWhole writes v through the tree of the whole file, of which write makes
// the same bytes.
func writtenWhole(t rapid.TB, v any, such func(rune) bool) []byte {
	t.Helper()
	node, err := nodeOf(reflect.ValueOf(v))
	if err != nil {
		t.Fatal(err)
	}
	quote(node, such)
	data, err := yaml.Dump(node, yaml.WithV3Defaults(), yaml.WithIndent(2), yaml.WithLineWidth(-1))
	if err != nil {
		t.Fatal(err)
	}
	return escape(data, such)
}

// fileOf is a kind of file, and what it is read into.
type fileOf struct {
	kind FileKind
	into func() any
}

var filesOfOurs = []fileOf{
	{PlanFile, func() any { return new(Plan) }},
	{SourceSnapshotFile, func() any { return new(snapshot[Desired]) }},
	{TargetSnapshotFile, func() any { return new(snapshot[Actual]) }},
}

// checkBothReadings fails when what is read piece by piece is not what is read
// whole, and tells whether the text can be read piece by piece.
func checkBothReadings(t rapid.TB, text []byte, file fileOf) bool {
	t.Helper()
	inPieces, whole := file.into(), file.into()
	ours := read(text, file.kind, inPieces)
	err := decodeWhole(text, file.kind, whole)
	if ours && err != nil {
		t.Fatalf("it is read piece by piece, and whole it is refused: %v\n%s", err, text)
	}
	if ours && !reflect.DeepEqual(inPieces, whole) {
		t.Fatalf("it is read piece by piece as something else (-whole +in pieces):\n%s\n%s", cmp.Diff(whole, inPieces, cmpopts.EquateEmpty(), cmp.Comparer(Value.Equal), cmp.AllowUnexported(Limit{})), text)
	}
	if !ours && !reflect.DeepEqual(inPieces, file.into()) {
		t.Fatalf("something is left of what could not be read:\n%s", text)
	}
	return ours
}

// checkBothWritings fails when v is not written piece by piece to the same bytes
// as whole, or when these are not read piece by piece.
func checkBothWritings(t rapid.TB, v any, file fileOf) {
	t.Helper()
	for name, such := range map[string]func(rune) bool{"UTF-8": escaped, "ASCII": beyondASCII} {
		var inPieces bytes.Buffer
		if err := write(&inPieces, v, such); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(writtenWhole(t, v, such)), inPieces.String()); diff != "" {
			t.Fatalf("%s (-whole +in pieces):\n%s", name, diff)
		}
		if !checkBothReadings(t, inPieces.Bytes(), file) {
			t.Fatalf("%s: what we write is not read piece by piece:\n%s", name, inPieces.Bytes())
		}
		if crlf := bytes.ReplaceAll(inPieces.Bytes(), []byte("\n"), []byte("\r\n")); !read(crlf, file.kind, file.into()) {
			t.Fatalf("%s: with CRLF, what we write is not read piece by piece", name)
		}
	}
}

// anyText is a text as PowerSchool's or Google's data may have it.
var anyText = rapid.OneOf(
	rapid.StringMatching(`[a-z]{1,9}@d118\.org`), rapid.StringMatching(`[A-Z][a-zéñ]{1,9}( [A-Z][a-z]{1,9})?`),
	rapid.SampledFrom([]string{"", "yes", "0131", "131", "~", "null", "1e3", "a: b", "a #b", "#b", "- x", "-", "?", "? x", ": x", "!tag", "&a", "*a", "|", ">", "{x}", "[x]", "'", `"`, `\`, "---", "...", "%x", "two\nlines", "\n", " leading", "trailing ", "\ttab", "evil\u202egpj.exe", "nul\x00", "\xff not UTF-8", "\U0001f600", "<<", "=", "2026-01-01"}),
	rapid.StringOfN(rapid.SampledFrom([]rune(" \n\t\r:#-'\"\\{}[],&*!|>%@`0159.yen~=<é\u2028\u0085")), 0, 12, -1),
	rapid.StringMatching(`[a-z :]{120,140}`),
)

// fill gives every field that can be given one a value, or leaves it out.
func fill(t *rapid.T, v reflect.Value, depth int) {
	switch value := v.Addr().Interface().(type) {
	case *Value:
		*value = rapid.OneOf(
			rapid.Map(anyText, Text), rapid.Map(rapid.Int64(), Number), rapid.Map(rapid.Bool(), Truth),
			rapid.Map(rapid.Float64Range(-1e30, 1e30), Decimal), rapid.Just(Fingerprinted(Fingerprint(strings.Repeat("0f", 32)))),
		).Draw(t, "value")
		return
	case *Limit:
		*value = rapid.OneOf(rapid.Map(rapid.IntRange(0, 9), AtMost), rapid.Map(rapid.SampledFrom([]float64{0.5, 5, 100}), Percent)).Draw(t, "limit")
		return
	case *MembershipChange:
		group := rapid.StringMatching(`[a-z]{1,9}@d118\.org`).Draw(t, "group")
		*value = rapid.SampledFrom([]MembershipChange{
			{Group: group, From: "MEMBER"}, {Group: group, From: "MEMBER", Rule: "groups[0]"}, {Group: group, To: "OWNER", Rule: "groups[0]"},
			{Group: group, From: "MEMBER", To: "MANAGER", Rule: "groups[1]"}, {Group: group, From: "MANAGER", To: "MANAGER"},
		}).Draw(t, "membership")
		return
	case *Changes:
		for _, field := range rapid.SliceOfNDistinct(anyText, 0, 4, rapid.ID).Draw(t, "fields") {
			change := Change{Field: strings.ToValidUTF8(field, "?")}
			fill(t, reflect.ValueOf(&change.From).Elem(), depth)
			fill(t, reflect.ValueOf(&change.To).Elem(), depth)
			*value = append(*value, change)
		}
		value.Sort()
		return
	case *LimitChecks:
		*value = make(LimitChecks)
		for _, name := range rapid.SliceOfDistinct(rapid.SampledFrom([]LimitName{LimitSuspend, LimitCreate, LimitMissing}), rapid.ID).Draw(t, "limits") {
			var check LimitCheck
			fill(t, reflect.ValueOf(&check).Elem(), depth)
			(*value)[name] = check
		}
		return
	}
	length := func() int {
		if depth <= 2 && rapid.IntRange(0, 15).Draw(t, "several pieces") == 0 {
			return 2*piece + 1
		}
		return rapid.IntRange(0, 3).Draw(t, "length")
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(anyText.Draw(t, "text"))
	case reflect.Int, reflect.Int64:
		v.SetInt(rapid.Int64Range(-9, 1<<40).Draw(t, "number"))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "truth"))
	case reflect.Pointer:
		if rapid.Bool().Draw(t, "there") {
			v.Set(reflect.New(v.Type().Elem()))
			fill(t, v.Elem(), depth)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), depth+1)
		}
	case reflect.Slice:
		// One item many times over, so that a case is drawn quickly.
		n := length()
		items := reflect.MakeSlice(v.Type(), n, n)
		for i := range items.Len() {
			if i < 3 {
				fill(t, items.Index(i), depth+2)
			} else {
				items.Index(i).Set(items.Index(i % 3))
			}
		}
		v.Set(items)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		value := reflect.New(v.Type().Elem()).Elem()
		fill(t, value, depth+2)
		for i := range length() {
			key := fmt.Sprint("key", i)
			if i < 3 {
				key = anyText.Draw(t, "key")
			}
			v.SetMapIndex(reflect.ValueOf(key).Convert(v.Type().Key()), value)
		}
	}
}

func TestWritingAndReadingInPiecesIsWritingAndReadingWhole(t *testing.T) {
	for _, file := range filesOfOurs {
		t.Run(string(file.kind), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				content := reflect.ValueOf(file.into()).Elem()
				fill(t, content, 0)
				content.FieldByName("Version").SetInt(FileVersion)
				checkBothWritings(t, content.Interface(), file)
			})
		})
	}
}

// edits are what people and programs do to a line of a file.
var edits = []func(line string) string{
	func(string) string { return "" },
	func(line string) string { return line + line },
	func(line string) string { return line + " # reviewed" },
	func(line string) string { return "# reviewed\n" + line },
	func(line string) string { return line + "\n" },
	func(line string) string { return " " + line },
	func(line string) string { return "  " + line },
	func(line string) string { return strings.TrimPrefix(line, "  ") },
	func(line string) string { return "\t" + line },
	func(line string) string { return line + " " },
	func(line string) string { return strings.Replace(line, ": ", ": &a ", 1) },
	func(line string) string { return strings.Replace(line, ": ", ": !x ", 1) },
	func(line string) string { return strings.Replace(line, ": ", ": |\n", 1) },
	func(line string) string { return strings.Replace(line, ": ", ": \"", 1) },
	func(line string) string { return strings.Replace(line, ": ", ":", 1) },
	func(line string) string { return strings.Replace(line, ": ", ":\n  ", 1) },
	func(line string) string { return strings.Replace(line, ":", ": {}", 1) },
	func(line string) string { return strings.Replace(line, "- ", "-   ", 1) },
	func(line string) string { return strings.Replace(line, "d", "*a", 1) },
	func(line string) string { return strings.Replace(line, "}", "", 1) },
	func(line string) string { return strings.Replace(line, "}", ", x: 1}", 1) },
	func(line string) string { return "---\n" + line },
	func(line string) string { return line + "more\n" },
	func(line string) string { return strings.ReplaceAll(line, "e", "\u00e9") },
	func(line string) string { return strings.ToUpper(line) },
}

func TestAnEditedFileIsReadInPiecesAsItIsWhole(t *testing.T) {
	for name, file := range map[string]fileOf{
		"plan.yaml": filesOfOurs[0], "empty.yaml": filesOfOurs[0], "source.yaml": filesOfOurs[1], "target.yaml": filesOfOurs[2], "wide.yaml": filesOfOurs[2],
	} {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join("testdata", name))
			if err != nil {
				t.Fatal(err)
			}
			text := strings.ReplaceAll(string(data), "\r\n", "\n")
			if !checkBothReadings(t, []byte(text), file) {
				t.Error("the file as it was written is not read piece by piece")
			}
			lines := strings.SplitAfter(text, "\n")
			inPieces := 0
			for i, line := range lines {
				for j := i % 3; j < len(edits); j += 3 {
					edited := slices.Concat(lines[:i], []string{edits[j](line)}, lines[i+1:])
					if checkBothReadings(t, []byte(strings.Join(edited, "")), file) {
						inPieces++
					}
				}
				if i > 0 {
					swapped := slices.Clone(lines)
					swapped[i-1], swapped[i] = swapped[i], swapped[i-1]
					checkBothReadings(t, []byte(strings.Join(swapped, "")), file)
				}
			}
			if all := len(lines) * len(edits) / 3; inPieces == 0 || inPieces > all/2 {
				t.Errorf("of %d edits, %d left a file that is read piece by piece", all, inPieces)
			}
		})
	}
}

func TestWhatWeDoNotWriteIsLeftToBeReadWhole(t *testing.T) {
	source := "version: 1\nsnapshot: source\ndomain: d118.org\naccounts: []\n"
	target := "version: 1\nsnapshot: target\ndomain: d118.org\naccounts: []\n"
	const entry = "  g%07d: problem\n"
	entries := new(strings.Builder)
	for i := 0; entries.Len() < pieceSize; i++ {
		fmt.Fprintf(entries, entry, i)
	}
	first, last := fmt.Sprintf(entry, 0), fmt.Sprintf(entry, pieceSize)
	for name, c := range map[string]struct {
		text string
		file fileOf
	}{
		"a mapping without a key":            {source + "rules:\n", filesOfOurs[1]},
		"a list without an item":             {source + "warnings:\n", filesOfOurs[1]},
		"a map without an entry":             {target + "unlifted:\n", filesOfOurs[2]},
		"a key that is there twice":          {source + "domain: d119.org\n", filesOfOurs[1]},
		"a list that is there twice":         {source + "warnings:\n  - kind: a\n    message: a\nwarnings:\n  - kind: b\n    message: b\n", filesOfOurs[1]},
		"an entry that is there twice, afar": {target + "unlifted:\n" + entries.String() + first + last, filesOfOurs[2]},
		"a comment at the end":               {source + "# reviewed\n", filesOfOurs[1]},
		"another version":                    {strings.Replace(source, "1", "2", 1), filesOfOurs[1]},
		"a plan that has no version":         {"domain: d118.org\n", filesOfOurs[0]},
		"a snapshot as a plan":               {source, filesOfOurs[0]},
	} {
		if checkBothReadings(t, []byte(c.text), c.file) {
			t.Errorf("%s is read piece by piece", name)
		}
	}
	for _, text := range []string{source, target + "unlifted:\n" + entries.String() + last} {
		if file := filesOfOurs[1+strings.Count(text, "snapshot: target")]; !checkBothReadings(t, []byte(text), file) {
			t.Errorf("it is not read piece by piece:\n%.200s", text)
		}
	}
}

// A text is read piece by piece as it is whole, or left to be read whole.
func FuzzBothReadings(f *testing.F) {
	for _, name := range []string{"plan.yaml", "source.yaml", "target.yaml", "wide.yaml"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("version: 1\nactions:\n  - id: a\n    changes:\n      ? {x: 1}\n      : {to: 2}\n"))
	f.Add([]byte("version: 1\nsnapshot: source\nrules:\n  policy: a\naccounts:\n  - {}\n  - {}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, file := range filesOfOurs {
			checkBothReadings(t, text, file)
		}
	})
}
