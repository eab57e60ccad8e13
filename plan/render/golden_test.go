package render

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/staffsync/staffsync/plan"
)

var update = flag.Bool("update", false, "write what the renderers give to testdata")

func TestPlansLookAsInTheGoldenFiles(t *testing.T) {
	eighty, full := Options{Width: 80}, Options{Detail: Full}
	named := Options{Width: 80, Names: Names{Plan: "plan.yaml"}}
	for _, test := range []struct {
		file    string
		plan    plan.Plan
		render  func(io.Writer, plan.Plan, Options) error
		options Options
	}{
		{"everything.txt", everything(), Text, eighty},
		{"everything-full.txt", everything(), Text, full},
		{"everything-color.txt", everything(), Text, Options{Color: true, Width: 110, VerdictLast: true}},
		{"everything.md", everything(), Markdown, Options{}},
		{"everything-full.md", everything(), Markdown, full},
		{"everything.html", everything(), HTML, Options{}},
		{"nothing.txt", nothing(), Text, Options{}},
		{"nothing.md", nothing(), Markdown, Options{}},
		{"nothing.html", nothing(), HTML, Options{}},
		{"nothing.json", nothing(), JSON, Options{}},
		{"hostile.txt", hostilePlan(), Text, Options{}},
		{"hostile.md", hostilePlan(), Markdown, Options{}},
		{"hostile.html", hostilePlan(), HTML, Options{}},
		{"hostile.json", hostilePlan(), JSON, Options{}},
		{"demo.txt", demo(t), Text, named},
		{"demo.md", demo(t), Markdown, named},
		{"demo.html", demo(t), HTML, named},
		{"demo.json", demo(t), JSON, named},
		{"hundred.txt", suspicious(100), Text, named},
		{"hundred.md", suspicious(100), Markdown, named},
		{"hundred.html", suspicious(100), HTML, named},
		{"demo-mail.html", demo(t), mailHTML, named},
		{"demo-mail.txt", demo(t), mailText, named},
		{"hostile-mail.html", hostilePlan(), mailHTML, Options{}},
		{"nothing-mail.html", nothing(), mailHTML, named},
		{"hundred.json", suspicious(100), JSON, named},
	} {
		t.Run(test.file, func(t *testing.T) {
			var got bytes.Buffer
			if err := test.render(&got, test.plan, test.options); err != nil {
				t.Fatal(err)
			}
			want := golden(t, test.file, got.Bytes())
			// A checkout on Windows may have turned the line ends, the
			// template's among them.
			lines := strings.NewReplacer("\r\n", "\n")
			if diff := cmp.Diff(lines.Replace(want), lines.Replace(got.String())); diff != "" {
				t.Errorf("%s differs from what is rendered (-file +rendered):\n%s", test.file, diff)
			}
		})
	}
}

// golden returns what the file under testdata holds, which -update makes what was
// rendered.
func golden(t *testing.T, file string, rendered []byte) string {
	t.Helper()
	path := filepath.Join("testdata", file)
	if *update {
		if err := os.WriteFile(path, rendered, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	held, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; run go test ./plan/render -update", err)
	}
	return string(held)
}
