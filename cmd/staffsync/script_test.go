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
	})
}

// TestScripts runs the stories in testdata/script: each is the promise of a
// command, told as a user would meet it.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               checkWritten,
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
