package main

import (
	"bytes"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"
)

// tokenServer serves one answer to every request for a token until the story
// ends, and sets a variable to its URL: tokenserver NAME status body.
func tokenServer(ts *testscript.TestScript, negated bool, arguments []string) {
	if negated || len(arguments) != 3 {
		ts.Fatalf("usage: tokenserver variable status body")
	}
	status, err := strconv.Atoi(arguments[1])
	ts.Check(err)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(arguments[2]))
	}))
	ts.Defer(server.Close)
	ts.Setenv(arguments[0], server.URL)
}

// nowhere fails when a text is in any file below the current folder but
// those that are named: nowhere text [file...].
func nowhere(ts *testscript.TestScript, negated bool, arguments []string) {
	if negated || len(arguments) == 0 {
		ts.Fatalf("usage: nowhere text [file...]")
	}
	var besides []string
	for _, file := range arguments[1:] {
		besides = append(besides, ts.MkAbs(file))
		if !bytes.Contains([]byte(ts.ReadFile(file)), []byte(arguments[0])) {
			ts.Fatalf("%q is not in %s either", arguments[0], file)
		}
	}
	ts.Check(filepath.WalkDir(ts.MkAbs("."), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || slices.Contains(besides, path) {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte(arguments[0])) {
			ts.Fatalf("%q is in %s", arguments[0], path)
		}
		return err
	}))
}
