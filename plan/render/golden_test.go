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
	text := func(options Options) func(io.Writer, plan.Plan) error {
		return func(w io.Writer, p plan.Plan) error { return Text(w, p, options) }
	}
	for _, test := range []struct {
		file   string
		plan   plan.Plan
		render func(io.Writer, plan.Plan) error
	}{
		{"everything.txt", everything(), text(Options{})},
		{"everything-80.txt", everything(), text(Options{Width: 80})},
		{"everything-color.txt", everything(), text(Options{Color: true, Width: 110})},
		{"everything.md", everything(), Markdown},
		{"everything.html", everything(), HTML},
		{"nothing.txt", nothing(), text(Options{})},
		{"nothing.md", nothing(), Markdown},
		{"nothing.html", nothing(), HTML},
		{"hostile.txt", hostilePlan(), text(Options{})},
		{"hostile.md", hostilePlan(), Markdown},
		{"hostile.html", hostilePlan(), HTML},
	} {
		t.Run(test.file, func(t *testing.T) {
			var got bytes.Buffer
			if err := test.render(&got, test.plan); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", test.file)
			if *update {
				if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatalf("%v; run go test ./plan/render -update", err)
			}
			// A checkout on Windows may have turned the line ends, the
			// template's among them.
			lines := strings.NewReplacer("\r\n", "\n")
			if diff := cmp.Diff(lines.Replace(string(want)), lines.Replace(got.String())); diff != "" {
				t.Errorf("%s differs from what is rendered (-file +rendered):\n%s", path, diff)
			}
		})
	}
}
