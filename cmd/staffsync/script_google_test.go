package main

import (
	"bytes"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

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

// browse is a browser with a person who allows everything: it notes in the file
// asked.txt what the page asks for, and goes where that leads to.
func browse(arguments []string) (code int) {
	page, err := url.Parse(strings.Join(arguments, ""))
	if err != nil {
		return 1
	}
	asked := page.Query()
	if err := os.WriteFile("asked.txt", []byte(strings.ReplaceAll(asked.Get("scope"), " ", "\n")+"\n"), 0o600); err != nil {
		return 1
	}
	answer, err := http.Get(asked.Get("redirect_uri") + "/?" + url.Values{"state": {asked.Get("state")}, "code": {"a-code"}}.Encode())
	if err != nil || answer.Body.Close() != nil {
		return 1
	}
	return 0
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
