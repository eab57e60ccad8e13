package schema_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/cmd/staffsync/schema"
	"github.com/staffsync/staffsync/cmd/staffsync/schema/schematest"
	"github.com/staffsync/staffsync/plan"
)

var update = flag.Bool("update", false, "write the schemas instead of comparing with them")

// TestTheSchemasAreThoseOfTheTypes keeps the schemas what the Go types and their
// comments say.
func TestTheSchemasAreThoseOfTheTypes(t *testing.T) {
	for name, generate := range map[string]func(*testing.T) []byte{"config": generateConfig, "plan": generatePlan} {
		t.Run(name, func(t *testing.T) {
			want := generate(t)
			if *update && !t.Failed() {
				if err := os.WriteFile(name+".json", want, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got, err := schema.Of(name); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s.json is not the schema of the types any more; run go test ./cmd/staffsync/schema -update (-file +types): %v\n%s",
					name, err, cmp.Diff(string(got), string(want)))
			}
		})
	}
}

// TestEveryFixtureIsValid holds the schemas against what is known to be right: the
// districts' configs and the golden plans.
func TestEveryFixtureIsValid(t *testing.T) {
	for pattern, name := range map[string]string{
		"fixtures/*/staffsync.yaml":                      "config",
		"fixtures/demo/groups.yaml":                      "config",
		"cmd/staffsync/testdata/district/staffsync.yaml": "config",
		"fixtures/golden/*.yaml":                         "plan",
		"plan/testdata/plan.yaml":                        "plan",
	} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(files) == 0 {
			t.Errorf("%s: there is no such file: %v", pattern, err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := schematest.Check(name, data); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		}
	}
}

// TestTheLineThatEditorsGoByNamesTheSchema keeps the first line of every config of
// ours the address under which the repository has the schema.
func TestTheLineThatEditorsGoByNamesTheSchema(t *testing.T) {
	_, inRepository, _ := strings.Cut(schema.URL("config"), "/main/")
	if _, err := os.Stat(filepath.Join(root, inRepository)); err != nil || !strings.Contains(schema.URL("config"), "/staffsync/staffsync/main/") {
		t.Errorf("%s is not where the repository has the schema: %v", schema.URL("config"), err)
	}
	line := "# yaml-language-server: $schema=" + schema.URL("config") + "\n"
	files, err := filepath.Glob(filepath.Join(root, "fixtures", "*", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	configs := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if plan.CheckKind(data, plan.ConfigFile) != nil {
			continue
		}
		if configs++; !strings.HasPrefix(string(data), line) {
			t.Errorf("%s does not begin with %s", file, line)
		}
	}
	if configs < 3 {
		t.Errorf("only %d configs were looked at", configs)
	}
}
