package apply

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
)

func textLogger(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

func readEntries(t *testing.T, path string) []entry {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var entries []entry
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		var e entry
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatalf("%q: %v", lines.Text(), err)
		}
		entries = append(entries, e)
	}
	return entries
}

func TestJournalSaysWhatIsBegunAndHowEachOperationEnded(t *testing.T) {
	options := fileOptions(t)
	now := time.Date(2026, 8, 17, 6, 0, 0, 0, time.FixedZone("", 3600))
	options.Now = func() time.Time { return now }
	drifted := account(2, "b@x.org")
	drifted.OrgUnitPath = "/Elsewhere"
	p := sealed(t, suspension(1, "a@x.org", "one@x.org", "two@x.org"), suspension(2, "b@x.org"), renaming(3, "c@x.org", "d@x.org"), creation(4, "n@x.org"))
	directory := newFake(account(1, "a@x.org"), drifted, account(3, "c@x.org"))
	directory.join("one@x.org", "g1")
	directory.before = failing("update g3", errors.New("503"), 1)
	mustRun(t, p, directory, options)
	want := []entry{
		{ID: "account/1", Account: "a@x.org", GoogleID: "g1", Leave: []string{"one@x.org", "two@x.org"}, Outcome: "started"},
		{ID: "account/1", Account: "a@x.org", GoogleID: "g1", Operation: "set suspended", Outcome: "done"},
		{ID: "account/1", Account: "a@x.org", GoogleID: "g1", Operation: "leave one@x.org", Outcome: "done"},
		{ID: "account/1", Account: "a@x.org", GoogleID: "g1", Operation: "leave two@x.org", Outcome: "already"},
		{ID: "account/1", Account: "a@x.org", GoogleID: "g1", Operation: "set orgUnitPath", Outcome: "done"},
		{ID: "account/1", Account: "a@x.org", GoogleID: "g1", Outcome: "done"},
		{ID: "account/2", Account: "b@x.org", Outcome: "drifted",
			Message: "left alone: orgUnitPath is /Elsewhere, and the plan expects /Staff or /Suspended"},
		{ID: "account/3", Account: "c@x.org", GoogleID: "g3", Outcome: "started"},
		{ID: "account/3", Account: "c@x.org", GoogleID: "g3", Operation: "rename to d@x.org", Outcome: "failed", Message: "503"},
		{ID: "account/3", Account: "c@x.org", GoogleID: "g3", Outcome: "failed", Message: "primaryEmail: 503"},
		{ID: "account/4", Account: "n@x.org", Outcome: "started"},
		{ID: "account/4", Account: "n@x.org", GoogleID: "new-n@x.org", Operation: "create", Outcome: "done"},
		{ID: "account/4", Account: "n@x.org", GoogleID: "new-n@x.org", Operation: "set Sync.Building", Outcome: "done"},
		{ID: "account/4", Account: "n@x.org", GoogleID: "new-n@x.org", Outcome: "done"},
	}
	for i := range want {
		want[i].Time, want[i].Plan = now.UTC(), p.Digest
	}
	if diff := cmp.Diff(want, readEntries(t, options.JournalPath)); diff != "" {
		t.Errorf("journal (-want +got):\n%s", diff)
	}
	info, err := os.Stat(options.JournalPath)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode != 0o600 {
		t.Errorf("its mode is %o", mode)
	}
}

func TestJournalIsReadBack(t *testing.T) {
	line := func(digest, id, outcome string) string {
		return fmt.Sprintf(`{"time":"2026-08-17T06:00:00Z","plan":%q,"id":%q,"outcome":%q}`+"\n", digest, id, outcome)
	}
	done := line("d", "account/1", "done")
	operation := `{"time":"2026-08-17T06:00:00Z","plan":"d","id":"account/2","operation":"leave a@x.org","outcome":"already"}` + "\n"
	tests := []struct {
		name  string
		data  string
		want  []string
		whole int
		err   string
	}{
		{name: "empty"},
		{name: "done, already and not", data: done + line("d", "account/2", "already") + line("d", "account/3", "failed") + line("d", "account/4", "started"),
			want: []string{"account/1", "account/2"}, whole: -1},
		{name: "operations", data: operation + strings.Replace(operation, "already", "failed", 1), want: []string{"account/2 leave a@x.org"}, whole: -1},
		{name: "made again", data: done + operation + line("d", "", "madeAgain") + line("d", "account/3", "done"), want: []string{"account/3"}, whole: -1},
		{name: "once done and then drifted", data: done + line("d", "account/1", "drifted"), want: []string{"account/1"}, whole: -1},
		{name: "another plan's", data: line("e", "account/1", "done"), whole: -1},
		{name: "line ends of Windows", data: strings.ReplaceAll(done, "\n", "\r\n"), want: []string{"account/1"}, whole: -1},
		{name: "torn last line", data: done + `{"time":"2026-08-1`, want: []string{"account/1"}, whole: len(done)},
		{name: "last line without its end", data: done + strings.TrimSuffix(line("d", "account/2", "done"), "\n"), want: []string{"account/1"}, whole: len(done)},
		{name: "zeros where the last line was to be", data: done + strings.Repeat("\x00", 64), want: []string{"account/1"}, whole: len(done)},
		{name: "corrupt earlier line", data: done + "{\"time\n" + done, err: "j:2: this is not a line of a journal; restore the file, or move it away and make a new plan"},
		{name: "something else", data: "version: 1\ndomain: x.org\n", err: "j:1: this is not a line of a journal; restore the file, or move it away and make a new plan"},
		{name: "an outcome of another version", data: line("d", "account/1", "skipped") + done, err: "j:1: this is not a line of a journal; restore the file, or move it away and make a new plan"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			found, whole, err := readJournal("j", []byte(test.data), "d")
			if test.err != "" {
				if err == nil || err.Error() != test.err {
					t.Errorf("%v, want %s", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			want := make(map[record]bool)
			for _, name := range test.want {
				id, operation, _ := strings.Cut(name, " ")
				want[record{id, operation}] = true
			}
			if diff := cmp.Diff(want, found.done, cmp.AllowUnexported(record{})); diff != "" {
				t.Errorf("done (-want +got):\n%s", diff)
			}
			if test.whole < 0 {
				test.whole = len(test.data)
			}
			if whole != test.whole {
				t.Errorf("%d bytes are whole, want %d", whole, test.whole)
			}
		})
	}
}

func TestJournalOfAnEarlierVersionIsReadAndGoneOnWith(t *testing.T) {
	p, options := sealed(t, suspension(1, "a@x.org", "one@x.org"), suspension(2, "b@x.org"), suspension(3, "c@x.org", "one@x.org")), fileOptions(t)
	var earlier strings.Builder
	for _, line := range []string{
		`{"time":"2026-08-17T06:00:00Z","plan":"sha256:other","id":"account/2","account":"b@x.org","outcome":"done"}`,
		`{"time":"2026-08-17T06:00:00Z","plan":"PLAN","id":"account/2","account":"b@x.org","outcome":"done"}`,
		`{"time":"2026-08-17T06:00:00Z","plan":"PLAN","id":"","outcome":"madeAgain"}`,
		`{"time":"2026-08-17T06:00:00Z","plan":"PLAN","id":"account/1","account":"a@x.org","outcome":"started"}`,
		`{"time":"2026-08-17T06:00:01Z","plan":"PLAN","id":"account/1","account":"a@x.org","outcome":"done"}`,
		`{"time":"2026-08-17T06:00:02Z","plan":"PLAN","id":"account/3","account":"c@x.org","outcome":"started"}`,
		`{"time":"2026-08-17T06:00:03Z","plan":"PLAN","id":"account/3","account":"c@x.org","outcome":"failed","message":"leaving one@x.org: 503"}`,
	} {
		earlier.WriteString(strings.ReplaceAll(line, "PLAN", p.Digest) + "\n")
	}
	if err := os.WriteFile(options.JournalPath, []byte(earlier.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	left := account(1, "a@x.org")
	left.Suspended, left.OrgUnitPath = true, leavers
	halfway := account(3, "c@x.org")
	halfway.Suspended = true
	directory := newFake(left, account(2, "b@x.org"), halfway)
	directory.join("one@x.org", "g3")
	want := map[string]Status{"account/1": Already, "account/2": Done, "account/3": Done}
	if diff := cmp.Diff(want, statuses(mustRun(t, p, directory, options))); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
	writes := []string{"update g2 suspended", "update g2 orgUnitPath", "leave one@x.org g3", "update g3 orgUnitPath"}
	if diff := cmp.Diff(writes, directory.writes); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
}

func TestRunAfterACrashCutsTheTornLineOffAndGoesOn(t *testing.T) {
	options := fileOptions(t)
	p := sealed(t, suspension(1, "a@x.org"))
	torn := fmt.Sprintf(`{"time":"2026-08-17T06:00:00Z","plan":%q,"id":"account/1","outcome":"started"}`+"\n"+`{"time":"20`, p.Digest)
	if err := os.WriteFile(options.JournalPath, []byte(torn), 0o600); err != nil {
		t.Fatal(err)
	}
	mustRun(t, p, newFake(account(1, "a@x.org")), options)
	var outcomes []string
	for _, e := range readEntries(t, options.JournalPath) {
		outcomes = append(outcomes, e.Outcome)
	}
	if diff := cmp.Diff([]string{"started", "cutShort", "started", "done", "done", "done"}, outcomes); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
}

func TestJournalThatCannotBeUsedStopsTheRunBeforeItsFirstWrite(t *testing.T) {
	tests := []struct {
		name string
		path func(t *testing.T) string
		want string
	}{
		{"no path", func(*testing.T) string { return "" }, "open the journal: no path is given"},
		{"a folder", func(t *testing.T) string { return t.TempDir() }, "read the journal: open PATH: it is not a regular file"},
		{"damaged", func(t *testing.T) string {
			path := filepath.Join(t.TempDir(), "j")
			if err := os.WriteFile(path, []byte("x\ny\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			return path
		}, "PATH:1: this is not a line of a journal; restore the file, or move it away and make a new plan"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			options := testOptions()
			options.JournalPath = test.path(t)
			directory := newFake(account(1, "a@x.org"))
			_, err := Run(t.Context(), sealed(t, suspension(1, "a@x.org")), directory, options)
			want := strings.ReplaceAll(test.want, "PATH", options.JournalPath)
			if err == nil || err.Error() != want {
				t.Errorf("Run: %v, want %s", err, want)
			}
			if len(directory.writes) > 0 {
				t.Errorf("it wrote %q", directory.writes)
			}
		})
	}
}

func TestTwoAppliesOfOnePlanCannotRunAtOnce(t *testing.T) {
	options := fileOptions(t)
	p := sealed(t, suspension(1, "a@x.org"))
	directory := newFake(account(1, "a@x.org"))
	var second error
	directory.before = func(string) error {
		_, second = Run(t.Context(), p, newFake(account(1, "a@x.org")), options)
		return nil
	}
	mustRun(t, p, directory, options)
	want := fmt.Sprintf("open the journal %s: another apply of this plan is running; wait until it has ended", options.JournalPath)
	if second == nil || second.Error() != want {
		t.Errorf("the second run: %v, want %s", second, want)
	}
	if result := mustRun(t, p, directory, options); result.Counts[Already] != 1 {
		t.Errorf("the lock outlived its run: %+v", result)
	}
}

func TestJournalThatCannotBeWrittenStopsTheRun(t *testing.T) {
	p := sealed(t, suspension(1, "a@x.org"), suspension(2, "b@x.org"), suspension(3, "c@x.org"))
	tests := []struct {
		name   string
		fails  int
		reads  int
		writes []string
		want   []Status
	}{
		{"before the first write", 1, 1, nil, []Status{NotAttempted, NotAttempted, NotAttempted}},
		{"when the first operation is to be written", 2, 1, []string{"update g1 suspended", "update g1 orgUnitPath"}, []Status{Done, NotAttempted, NotAttempted}},
		{"when the first outcome is to be written", 4, 1, []string{"update g1 suspended", "update g1 orgUnitPath"}, []Status{Done, NotAttempted, NotAttempted}},
		{"before the second action's first write", 5, 2, []string{"update g1 suspended", "update g1 orgUnitPath"}, []Status{Done, NotAttempted, NotAttempted}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			directory := newFake(account(1, "a@x.org"), account(2, "b@x.org"), account(3, "c@x.org"))
			memory := &journalMemory{fails: test.fails}
			result := runInMemory(t.Context(), t, p, directory, testOptions(), memory)
			var got []Status
			for _, outcome := range result.Outcomes {
				got = append(got, outcome.Status)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("statuses (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.writes, directory.writes); diff != "" {
				t.Errorf("writes (-want +got):\n%s", diff)
			}
			if directory.reads != test.reads {
				t.Errorf("accounts were read %d times, want %d", directory.reads, test.reads)
			}
			if result.Stopped != "write the journal: no space left on device" || !result.Incomplete() {
				t.Errorf("the result is %+v", result)
			}
			// What is on the disk can be read by the run that completes it.
			memory.fails = 0
			if result := runInMemory(t.Context(), t, p, directory, testOptions(), memory); result.Incomplete() {
				t.Errorf("the rerun: %+v", result)
			}
		})
	}
}

func TestJournalThatCannotBeWrittenCreatesNobody(t *testing.T) {
	directory := newFake()
	result := runInMemory(t.Context(), t, sealed(t, creation(5, "n@x.org")), directory, testOptions(), &journalMemory{fails: 1})
	if got := result.Outcomes[0]; got.Status != NotAttempted || got.Message != "the run stopped before its first write: write the journal: no space left on device" {
		t.Errorf("the outcome is %s: %s", got.Status, got.Message)
	}
	if len(directory.writes) > 0 {
		t.Errorf("it wrote %q", directory.writes)
	}
}

func FuzzReadJournal(f *testing.F) {
	f.Add([]byte(`{"plan":"d","id":"account/1","outcome":"done"}` + "\n" + `{"pl`))
	f.Add([]byte(`{"plan":"d","id":"","outcome":"made"}` + "\n"))
	f.Add([]byte("\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		completed, whole, err := readJournal("j", data, "d")
		if err != nil {
			return
		}
		if whole > len(data) || whole > 0 && data[whole-1] != '\n' {
			t.Fatalf("%d of %d bytes are whole", whole, len(data))
		}
		again, all, err := readJournal("j", data[:whole], "d")
		if err != nil || all != whole || !cmp.Equal(again, completed, cmp.AllowUnexported(history{}, record{}, footprint{})) {
			t.Fatalf("what is whole reads as %v, %d, %v", again, all, err)
		}
	})
}

func TestWhatTheJournalWritesItReads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		memory := &journalMemory{}
		j := &journal{file: memory.file(), now: time.Now, digest: "d"}
		want := make(map[record]bool)
		for range rapid.IntRange(0, 8).Draw(t, "lines") {
			id := rapid.StringN(1, 20, -1).Draw(t, "id")
			outcome := rapid.SampledFrom([]string{started, string(Done), string(Already), string(Failed), string(Drifted)}).Draw(t, "outcome")
			operation := rapid.SampledFrom([]string{"", "set suspended"}).Draw(t, "operation")
			if err := j.append(entry{ID: id, Account: rapid.String().Draw(t, "account"), Operation: operation, Outcome: outcome, Message: rapid.String().Draw(t, "message")}); err != nil {
				t.Fatal(err)
			}
			if outcome == string(Done) || outcome == string(Already) {
				want[record{strings.ToValidUTF8(id, "\uFFFD"), operation}] = true
			}
		}
		// However it is torn, what came before is not lost.
		cut := rapid.IntRange(0, len(memory.data)).Draw(t, "cut")
		if _, _, err := readJournal("j", memory.data[:cut], "d"); err != nil {
			t.Fatalf("torn at %d: %v", cut, err)
		}
		completed, whole, err := readJournal("j", memory.data, "d")
		if err != nil || whole != len(memory.data) {
			t.Fatalf("%d of %d bytes, %v", whole, len(memory.data), err)
		}
		if diff := cmp.Diff(want, completed.done, cmp.AllowUnexported(record{})); diff != "" {
			t.Fatalf("completed (-want +got):\n%s", diff)
		}
	})
}

func TestNothingIsWrittenAfterHalfALine(t *testing.T) {
	directory := newFake(account(1, "a@x.org"), account(2, "b@x.org"))
	memory := &journalMemory{fails: 1, once: true}
	p := sealed(t, suspension(1, "a@x.org"), suspension(2, "b@x.org"))
	if result := runInMemory(t.Context(), t, p, directory, testOptions(), memory); result.Stopped == "" || len(directory.writes) > 0 {
		t.Errorf("%+v, and it wrote %q", result, directory.writes)
	}
	if memory.writes != 1 {
		t.Errorf("the journal was written %d times: %q", memory.writes, memory.data)
	}
}

func TestPlanThatWasMadeAgainIsDoneAgain(t *testing.T) {
	tests := []struct {
		name string
		// before prepares the journal before the first run, and again tells
		// the run after somebody undid it that the plan was made again.
		before, again func(t *testing.T, p plan.Plan, options *Options)
		want          Status
	}{
		{"nobody says so", nil, nil, Drifted},
		{"apply --again", nil, func(_ *testing.T, _ plan.Plan, o *Options) { o.Again = true }, Done},
		{"plan > FILE", nil, func(_ *testing.T, _ plan.Plan, o *Options) { o.Newer = true }, Done},
		{"plan -o FILE", noteMade, noteMade, Done},
		{"plan -o FILE for the first time", nil, noteMade, Done},
		{"plan -o FILE of another plan", noteMade, func(t *testing.T, _ plan.Plan, o *Options) { noteMade(t, sealed(t), o) }, Drifted},
		{"a copy of the file that plan -o wrote", noteMade, func(_ *testing.T, _ plan.Plan, o *Options) { o.Newer = true }, Drifted},
		{"apply --again of that", noteMade, func(_ *testing.T, _ plan.Plan, o *Options) { o.Newer, o.Again = true, true }, Done},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			directory := newFake(account(1, "a@x.org"))
			p, options := sealed(t, suspension(1, "a@x.org")), fileOptions(t)
			if test.before != nil {
				test.before(t, p, &options)
			}
			mustRun(t, p, directory, options)
			undo := func() {
				directory.set("g1", func(a *plan.Account) { a.Suspended, a.OrgUnitPath = false, account(1, "a@x.org").OrgUnitPath })
			}
			undo()
			plain := options
			if test.again != nil {
				test.again(t, p, &options)
			}
			dry := options
			dry.DryRun = true
			if got := mustRun(t, p, directory, dry).Outcomes[0].Status; (got == Pending) != (test.want == Done) {
				t.Errorf("the dry run: %s", got)
			}
			if got := mustRun(t, p, directory, options).Outcomes[0].Status; got != test.want {
				t.Errorf("the run: %s, want %s", got, test.want)
			}
			// What that run did counts again.
			undo()
			if got := mustRun(t, p, directory, plain).Outcomes[0].Status; got != Drifted {
				t.Errorf("the run after somebody undid it once more: %s", got)
			}
		})
	}
}

func noteMade(t *testing.T, p plan.Plan, options *Options) {
	t.Helper()
	if err := NoteMade(options.JournalPath, p.Digest, nil); err != nil {
		t.Fatal(err)
	}
}
