package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/rogpeppe/go-internal/testscript"
)

// exits runs a command and fails unless it ends with the exit code that is
// named first: exits 3 staffsync plan. What it wrote is in the files stdout
// and stderr.
func exits(ts *testscript.TestScript, negated bool, arguments []string) {
	if negated || len(arguments) < 2 {
		ts.Fatalf("usage: exits code command [argument...]")
	}
	want, err := strconv.Atoi(arguments[0])
	ts.Check(err)
	err = ts.Exec(arguments[1], arguments[2:]...)
	got := 0
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		got = failed.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
	if got == exitError {
		checkMistakes(ts, ts.ReadFile("stderr"))
	}
}

// unlink takes the DCID from every account of a directory's seed: unlink
// directory.json. So every district begins.
func unlink(ts *testscript.TestScript, negated bool, arguments []string) {
	if negated || len(arguments) != 1 {
		ts.Fatalf("usage: unlink seed")
	}
	ts.Check(removeLinks(ts.MkAbs(arguments[0])))
}

// replace replaces every occurrence of one text in a file by another, in both of
// which \n is a line break and \r a carriage return: replace old new file. It
// fails where there is none.
func replace(ts *testscript.TestScript, negated bool, arguments []string) {
	if negated || len(arguments) != 3 {
		ts.Fatalf("usage: replace old new file")
	}
	path := ts.MkAbs(arguments[2])
	before := ts.ReadFile(path)
	lineEnds := strings.NewReplacer(`\n`, "\n", `\r`, "\r")
	after := strings.ReplaceAll(before, lineEnds.Replace(arguments[0]), lineEnds.Replace(arguments[1]))
	if after == before {
		ts.Fatalf("%s does not contain %q", arguments[2], arguments[0])
	}
	ts.Check(os.WriteFile(path, []byte(after), 0o600))
}

// strike deletes whole actions from a plan file, as a reviewer does in an editor:
// strike file id...
func strike(ts *testscript.TestScript, negated bool, arguments []string) {
	if negated || len(arguments) < 2 {
		ts.Fatalf("usage: strike file id...")
	}
	text := ts.ReadFile(arguments[0])
	for _, id := range arguments[1:] {
		action := regexp.MustCompile(`(?m)^  - id: ` + regexp.QuoteMeta(id) + `\n(    .*\n)*`)
		if !action.MatchString(text) {
			ts.Fatalf("%s has no action %s", arguments[0], id)
		}
		text = action.ReplaceAllString(text, "")
	}
	ts.Check(os.WriteFile(ts.MkAbs(arguments[0]), []byte(text), 0o600))
}

// copyDistrict copies one of testdata's districts into a new folder: the small one
// in which Google is in line with PowerSchool, district folder, or the one whose
// accounts carry no DCID, firstday folder.
func copyDistrict(of string) func(ts *testscript.TestScript, negated bool, arguments []string) {
	return func(ts *testscript.TestScript, negated bool, arguments []string) {
		if negated || len(arguments) != 1 {
			ts.Fatalf("usage: district folder, or firstday folder")
		}
		ts.Check(os.CopyFS(ts.MkAbs(arguments[0]), os.DirFS(filepath.Join("testdata", of))))
	}
}

// utf16File rewrites a file as PowerShell's > would have written it: UTF-16
// with a byte-order mark and CRLF.
func utf16File(ts *testscript.TestScript, negated bool, arguments []string) {
	if negated || len(arguments) != 1 {
		ts.Fatalf("usage: utf16 file")
	}
	path := ts.MkAbs(arguments[0])
	text := strings.ReplaceAll(strings.TrimPrefix(ts.ReadFile(path), "\ufeff"), "\n", "\r\n")
	data := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(text)) {
		data = append(data, byte(unit), byte(unit>>8))
	}
	ts.Check(os.WriteFile(path, data, 0o600))
}

// mode fails unless a file or a folder has the mode, where the system knows modes:
// mode 0600 file.
func mode(ts *testscript.TestScript, negated bool, arguments []string) {
	if negated || len(arguments) != 2 {
		ts.Fatalf("usage: mode octal file")
	}
	want, err := strconv.ParseUint(arguments[0], 8, 32)
	ts.Check(err)
	info, err := os.Stat(ts.MkAbs(arguments[1]))
	ts.Check(err)
	if got := info.Mode().Perm(); got != fs.FileMode(want) && runtime.GOOS != "windows" {
		ts.Fatalf("%s has the mode %o, want %o", arguments[1], got, want)
	}
}

// sameButForMade fails unless two plans are the same to the byte but for what they
// say of the files that they were made with: samebut plan plan.
func sameButForMade(ts *testscript.TestScript, negated bool, arguments []string) {
	if negated || len(arguments) != 2 {
		ts.Fatalf("usage: samebut plan plan")
	}
	made := regexp.MustCompile(`(?m)^(made|madeWith|digest): .*\n`)
	if a, b := ts.ReadFile(arguments[0]), ts.ReadFile(arguments[1]); made.ReplaceAllString(a, "") != made.ReplaceAllString(b, "") {
		ts.Fatalf("%s and %s differ", arguments[0], arguments[1])
	}
}

// freePort sets a variable to a loopback port that is free: freeport NAME.
func freePort(ts *testscript.TestScript, negated bool, arguments []string) {
	if negated || len(arguments) != 1 {
		ts.Fatalf("usage: freeport variable")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	_, port, err := net.SplitHostPort(listener.Addr().String())
	ts.Check(err)
	ts.Check(listener.Close())
	ts.Setenv(arguments[0], port)
}

// fetch gets a URL, as curl would, waiting for up to ten seconds until
// somebody answers, and writes the answer to a file: fetch url file.
func fetch(ts *testscript.TestScript, negated bool, arguments []string) {
	if negated || len(arguments) != 2 {
		ts.Fatalf("usage: fetch url file")
	}
	for attempt := 0; ; attempt++ {
		response, err := http.Get(arguments[0])
		if err != nil && attempt < 100 {
			time.Sleep(100 * time.Millisecond)
			continue
		}
		ts.Check(err)
		body, err := io.ReadAll(response.Body)
		ts.Check(err)
		ts.Check(response.Body.Close())
		ts.Check(os.WriteFile(ts.MkAbs(arguments[1]), body, 0o600))
		return
	}
}

// secrets fails when a password in a hand-off file is in any other file
// below the current folder: secrets file.
func secrets(ts *testscript.TestScript, negated bool, arguments []string) {
	if negated || len(arguments) != 1 {
		ts.Fatalf("usage: secrets file")
	}
	handoff := ts.MkAbs(arguments[0])
	rows, err := csv.NewReader(strings.NewReader(ts.ReadFile(handoff))).ReadAll()
	ts.Check(err)
	if len(rows) < 2 {
		ts.Fatalf("%s has no passwords", arguments[0])
	}
	searched := 0
	ts.Check(filepath.WalkDir(ts.MkAbs("."), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path == handoff {
			return err
		}
		data, err := os.ReadFile(path)
		searched++
		for _, row := range rows[1:] {
			if bytes.Contains(data, []byte(row[2])) {
				ts.Fatalf("the password of %s is in %s", row[0], path)
			}
		}
		return err
	}))
	if searched < 5 {
		ts.Fatalf("only %d files were searched", searched)
	}
}
