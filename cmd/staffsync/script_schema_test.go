package main

import (
	"crypto/sha256"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/cmd/staffsync/schema/schematest"
	"github.com/staffsync/staffsync/plan"
)

var (
	// placed is a mistake in a config, with the file's name.
	placed = regexp.MustCompile(`(?m)^(?:staffsync: | {11})(\S+\.yaml):\d+:\d+: (.*)$`)
	// beyondSchemas are the mistakes that no schema can tell, by their messages.
	beyondSchemas = []struct{ message, reason string }{
		{`: character \d+: |line \d+, character \d+: `, "a rule is a text to the schema, which does not know its language"},
		{`^groups\[\d+\]: groups\[\d+\] is about the same group`, "it takes two rules to contradict each other"},
		{`PowerSchool's data has no such column`, "the export is another file"},
		{`the address must end in @ and one of the district's domains`, "the domains are other keys"},
	}
)

// checkMistakes fails where the schema lets a config pass that the command, whose
// standard error it is given, refused, and could have told.
func checkMistakes(ts *testscript.TestScript, stderr string) {
	told := make(map[string]bool) // by file, whether the schema can tell one of its mistakes
	for _, found := range placed.FindAllStringSubmatch(stderr, -1) {
		beyond := false
		for _, one := range beyondSchemas {
			beyond = beyond || regexp.MustCompile(one.message).MatchString(found[2])
		}
		told[found[1]] = told[found[1]] || !beyond
	}
	for file, can := range told {
		data, err := os.ReadFile(ts.MkAbs(file))
		if err != nil || !can || plan.CheckKind(data, plan.ConfigFile) != nil {
			continue
		}
		if schematest.Check("config", data) == nil {
			ts.Fatalf("the schema of the config lets %s pass; add a rule to it, or to beyondSchemas why none can tell:\n%s", file, stderr)
		}
	}
}

var checkedFiles sync.Map // by content

// checkWritten fails where a config that loads, or a plan as it was written, does not
// fit its schema: an editor must mark nothing that is right.
func checkWritten(env *testscript.Env) error {
	env.Defer(func() {
		err := filepath.WalkDir(env.WorkDir, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".yaml") {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return nil // one that the story has locked away
			}
			if _, again := checkedFiles.LoadOrStore(sha256.Sum256(data), true); again {
				return nil
			}
			if _, err := config.Load(path); err == nil {
				if err := schematest.Check("config", data); err != nil {
					env.T().Log(entry.Name()+" loads, and its schema does not let it pass: ", err)
					env.T().FailNow()
				}
			}
			if read, err := plan.Decode(data); err == nil && read.VerifyDigest() == nil {
				if err := schematest.Check("plan", data); err != nil {
					env.T().Log(entry.Name()+" is a plan, and its schema does not let it pass: ", err)
					env.T().FailNow()
				}
			}
			return nil
		})
		if err != nil {
			env.T().Fatal(err)
		}
	})
	return nil
}
