package main

import (
	"context"
	"encoding/json"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/staffsync/staffsync/target/emulator"
)

// refusal is an answer that Google gives in place of the directory's: to
// requests of that method whose path and query match. Lags answers as the directory
// was to begin with, as Google's lists lag behind its writes.
type refusal struct {
	Method  string
	Path    string
	Status  int
	Reason  string
	Message string
	Lags    bool
}

// serveDirectory serves directory.json of the current folder until the story
// ends, and sets a variable to its URL: directory NAME [refusals.json].
func serveDirectory(ts *testscript.TestScript, negated bool, arguments []string) {
	if negated || len(arguments) < 1 || len(arguments) > 2 {
		ts.Fatalf("usage: directory variable [refusals.json]")
	}
	var refusals []refusal
	if len(arguments) == 2 {
		ts.Check(json.Unmarshal([]byte(ts.ReadFile(arguments[1])), &refusals))
	}
	paths := make([]*regexp.Regexp, len(refusals))
	for i := range refusals {
		paths[i] = regexp.MustCompile(refusals[i].Path)
	}
	var before *emulator.Snapshot
	directory, err := emulator.Open(context.Background(), emulator.Options{
		Seed: ts.MkAbs("directory.json"), State: filepath.Join(ts.MkAbs("."), "served", "directory.json"),
		Fault: func(r *http.Request) *emulator.Fault {
			for i, refusal := range refusals {
				if r.Method == refusal.Method && paths[i].MatchString(strings.TrimPrefix(r.URL.RequestURI(), "/admin/directory/v1")) {
					if refusal.Lags {
						return &emulator.Fault{AsOf: before}
					}
					return &emulator.Fault{Status: refusal.Status, Reason: refusal.Reason, Message: refusal.Message}
				}
			}
			return nil
		},
	})
	ts.Check(err)
	before = directory.Snapshot()
	server, err := directory.Listen("127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() {
		_ = server.Close()
		_ = directory.Close()
	})
	ts.Setenv(arguments[0], server.URL())
}
