package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"staffsync": func() { os.Exit(runMeasured()) },
		"xdg-open":  func() { os.Exit(browse(os.Args[1:])) },
		"gh":        func() { os.Exit(forgeProgram(os.Args[1:], gh)) },
		"curl":      func() { os.Exit(forgeProgram(os.Args[1:], curl)) },
	})
}

// setUpStory tells a story where the workflows are, and has the files that it leaves
// checked by their schemas.
func setUpStory(env *testscript.Env) error {
	folder, err := filepath.Abs(workflows)
	if err != nil {
		return err
	}
	env.Setenv("WORKFLOWS", folder)
	return checkWritten(env)
}

// TestScripts runs the stories in testdata/script: each is the promise of a
// command, told as a user would meet it.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               setUpStory,
		Cmds: map[string]func(ts *testscript.TestScript, negated bool, arguments []string){
			"exits":    exits,
			"replace":  replace,
			"district": copyDistrict("district"),
			"firstday": copyDistrict("first_day"),
			"unlink":   unlink,
			"utf16":    utf16File,
			"mode":     mode,
			"samebut":  sameButForMade,
			"strike":   strike,

			"freeport": freePort,
			"fetch":    fetch,
			"secrets":  secrets,

			"githubjob":   githubJobCommand,
			"gitlabjob":   gitlabJobCommand,
			"pullrequest": pullRequest,
			"remark":      remark,
			"mergepull":   mergePull,

			"oracle":     oracle,
			"closedport": closedPort,

			"mailserver": serveMail,
			"unpack":     unpack,

			"tokenserver": tokenServer,
			"directory":   serveDirectory,
			"nowhere":     nowhere,
		},
	})
}
