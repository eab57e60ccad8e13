package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/staffsync/staffsync/fixtures"
	"github.com/staffsync/staffsync/target/emulator"
)

// TestInterruptedApplyIsFinishedByTheNext interrupts apply in the middle, as
// Ctrl-C does: what is in flight is finished, the run says that it stopped,
// and the same command again does the rest.
func TestInterruptedApplyIsFinishedByTheNext(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("STAFFSYNC_CONFIG", "")
	if err := writeFiles(".", fixtures.Demo()); err != nil {
		t.Fatal(err)
	}
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	var writes atomic.Int64
	serveDemo(t, func(r *http.Request) *emulator.Fault {
		if r.Method != http.MethodGet && writes.Add(1) == 5 {
			interrupt()
		}
		return nil
	})

	if code, screen := runIn(t.Context(), "plan", "-o", "plan.yaml"); code != exitDone {
		t.Fatalf("plan: exit code %d\n%s", code, screen)
	}
	code, screen := runIn(ctx, "apply", "plan.yaml")
	if code != exitIncomplete {
		t.Errorf("interrupted apply: exit code %d, want %d\n%s", code, exitIncomplete, screen)
	}
	for _, want := range []string{"not attempted", "Interrupted. What was begun is finished; run the same command again for the rest."} {
		if !strings.Contains(screen, want) {
			t.Errorf("the interrupted apply does not say %q:\n%s", want, screen)
		}
	}
	if strings.Contains(screen, "failed") {
		t.Errorf("an action in flight failed:\n%s", screen)
	}

	code, screen = runIn(t.Context(), "apply", "plan.yaml")
	if code != exitDone || !strings.Contains(screen, "already done") {
		t.Errorf("second apply: exit code %d\n%s", code, screen)
	}
	before := writes.Load()
	code, screen = runIn(t.Context(), "apply", "plan.yaml")
	if code != exitDone || !strings.Contains(screen, "29 already done.") {
		t.Errorf("third apply: exit code %d\n%s", code, screen)
	}
	if more := writes.Load() - before; more != 0 {
		t.Errorf("a finished plan made %d write requests", more)
	}
	code, screen = runIn(t.Context(), "plan", "--detailed-exitcode", "-o", "next.yaml")
	if code != exitDone {
		t.Errorf("the next plan is not empty: exit code %d\n%s", code, screen)
	}
}

// TestAKilledApplyIsFinishedWithRecheck kills apply --recheck in the middle of a
// write, as a power cut does: the same command again does the rest and suspends
// nobody who has come back meanwhile, and once more there is nothing left to do.
func TestAKilledApplyIsFinishedWithRecheck(t *testing.T) {
	for _, test := range []struct {
		write    int64
		comeBack bool
	}{{30, false}, {1, true}} {
		t.Run(fmt.Sprintf("at write %d, come back %t", test.write, test.comeBack), func(t *testing.T) {
			t.Chdir(t.TempDir())
			t.Setenv("STAFFSYNC_CONFIG", "")
			if err := writeFiles(".", fixtures.Demo()); err != nil {
				t.Fatal(err)
			}
			killed := exec.Command("staffsync", "apply", "--recheck", "plan.yaml")
			var writes atomic.Int64
			serveDemo(t, func(r *http.Request) *emulator.Fault {
				if r.Method != http.MethodGet && writes.Add(1) == test.write {
					_ = killed.Process.Kill() // its error is that of Run below
				}
				return nil
			})
			if code, screen := runIn(t.Context(), "plan", "-o", "plan.yaml"); code != exitDone {
				t.Fatalf("plan: exit code %d\n%s", code, screen)
			}
			if output, err := killed.CombinedOutput(); err == nil || bytes.Contains(output, []byte("Apply: ")) {
				t.Fatalf("apply was not killed: %v\n%s", err, output)
			}
			if test.comeBack {
				raymondComesBack(t)
			}
			before := raymond(t)

			code, screen := runIn(t.Context(), "apply", "--recheck", "plan.yaml")
			want := exitDone
			if strings.Contains(screen, "held back") {
				want = exitIncomplete
			}
			if left := test.comeBack && !strings.Contains(before, "suspended"); left && want == exitDone {
				t.Errorf("somebody who came back is not held back:\n%s", screen)
			}
			if code != want || strings.Contains(screen, "drifted") || strings.Contains(screen, "failed") {
				t.Errorf("apply after the kill: exit code %d, want %d\n%s", code, want, screen)
			}
			if test.comeBack && raymond(t) != before {
				t.Errorf("the account of somebody who came back is %q, and was %q\n%s", raymond(t), before, screen)
			}
			finished := writes.Load()
			code, screen = runIn(t.Context(), "apply", "--recheck", "plan.yaml")
			if code != want || !test.comeBack && !strings.Contains(screen, "29 already done.") {
				t.Errorf("apply of the finished plan: exit code %d, want %d\n%s", code, want, screen)
			}
			if more := writes.Load() - finished; more != 0 {
				t.Errorf("a finished plan made %d write requests", more)
			}
		})
	}
}

// raymondComesBack makes somebody active whom the demo's plan suspends.
func raymondComesBack(t *testing.T) {
	t.Helper()
	path := filepath.Join("powerschool", "schoolstaff.csv")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	again := bytes.Replace(data, []byte("3150,1201,1,101,2"), []byte("3150,1201,1,101,1"), 1)
	if bytes.Equal(again, data) {
		t.Fatal("the demo has no ended assignment of his")
	}
	if err := os.WriteFile(path, again, 0o600); err != nil {
		t.Fatal(err)
	}
}

// raymond is what Google has of him, in a line.
func raymond(t *testing.T) string {
	t.Helper()
	code, screen := runIn(t.Context(), "explain", "1201")
	for line := range strings.SplitSeq(screen, "\n") {
		if strings.HasPrefix(line, "Google: ") {
			return line
		}
	}
	t.Fatalf("explain: exit code %d\n%s", code, screen)
	return ""
}

// serveDemo serves the demo's directory, and points the demo's config in the
// current folder to it as to another server.
func serveDemo(t *testing.T, fault func(*http.Request) *emulator.Fault) *emulator.Emulator {
	t.Helper()
	directory, err := emulator.Open(t.Context(), emulator.Options{
		Seed: "directory.json", State: filepath.Join("state", "directory.json"), Fault: fault,
	})
	if err != nil {
		t.Fatal(err)
	}
	server, err := directory.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if err := directory.Close(); err != nil {
			t.Error(err)
		}
	})
	data, err := os.ReadFile("staffsync.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer(
		"  emulator:\n", "  google:\n    anonymous: true\n",
		"seed: directory.json", "endpoint: "+server.URL(),
		"    state: .staffsync/directory.json\n", "",
	).Replace(string(data))
	if err := os.WriteFile("staffsync.yaml", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return directory
}

// runIn runs staffsync in the current folder and returns its exit code and
// what a terminal would show.
func runIn(ctx context.Context, arguments ...string) (int, string) {
	var screen bytes.Buffer
	code := execute(ctx, terminal{in: strings.NewReader(""), out: &screen, err: &screen}, arguments)
	return code, screen.String()
}

// copyDemo writes the demo district to a folder of its own.
func copyDemo(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := writeFiles(folder, fixtures.Demo()); err != nil {
		t.Fatal(err)
	}
	return folder
}
