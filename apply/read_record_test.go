package apply

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/staffsync/staffsync/plan"
)

// lines are a journal's, a minute apart.
func lines(t *testing.T, entries ...entry) string {
	t.Helper()
	var text strings.Builder
	for i, e := range entries {
		if e.Plan == "" {
			e.Plan = "sha256:a"
		}
		e.Time = time.Date(2026, 8, 17, 6, i, 0, 0, time.UTC)
		line, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		text.Write(append(line, '\n'))
	}
	return text.String()
}

func suspensionBegun(leave ...string) entry {
	return entry{ID: "account/1", Account: "a@x.org", GoogleID: "g1", Leave: leave, Outcome: started}
}

func operated(name, outcome, message string) entry {
	return entry{ID: "account/1", Account: "a@x.org", GoogleID: "g1", Operation: name, Outcome: outcome, Message: message}
}

func endOf(id, outcome, message string) entry {
	return entry{ID: id, Account: "a@x.org", Outcome: outcome, Message: message}
}

func TestAJournalTellsWhatBecameOfEachAction(t *testing.T) {
	suspended := plan.RecordedOperation{Name: "set suspended", Field: "suspended", Ending: plan.EndedDone}
	for name, test := range map[string]struct {
		journal string
		want    []plan.RecordedAction
		cut     bool
		others  int
	}{
		"done, now or before": {
			lines(t, suspensionBegun(), operated("set suspended", "done", ""), endOf("account/1", "done", ""), endOf("account/1", "already", ""), endOf("account/2", "already", "")),
			[]plan.RecordedAction{
				{ID: "account/1", Account: "a@x.org", Ending: plan.EndedDone, Operations: []plan.RecordedOperation{suspended}},
				{ID: "account/2", Account: "a@x.org", Ending: plan.EndedDone},
			}, false, 0,
		},
		"a membership that failed, and one that was not reached": {
			lines(t, suspensionBegun("one@x.org", "two@x.org"), operated("set suspended", "done", ""), operated("leave one@x.org", "failed", "503"), endOf("account/1", "failed", "leaving one@x.org: 503")),
			[]plan.RecordedAction{{
				ID: "account/1", Account: "a@x.org", Ending: plan.EndedFailed, Message: "leaving one@x.org: 503",
				Operations: []plan.RecordedOperation{suspended, {Name: "leave one@x.org", Group: "one@x.org", Ending: plan.EndedFailed, Message: "503"}},
				StillIn:    []string{"one@x.org", "two@x.org"},
			}}, false, 0,
		},
		"failed, then done by the next run": {
			lines(t, suspensionBegun("one@x.org"), operated("leave one@x.org", "failed", "503"), endOf("account/1", "failed", "503"),
				suspensionBegun("one@x.org"), operated("leave one@x.org", "done", ""), endOf("account/1", "done", "")),
			[]plan.RecordedAction{{
				ID: "account/1", Account: "a@x.org", Ending: plan.EndedDone,
				Operations: []plan.RecordedOperation{{Name: "leave one@x.org", Group: "one@x.org", Ending: plan.EndedDone}},
			}}, false, 0,
		},
		"memberships by rules": {
			lines(t, operated("join j@x.org", "failed", "403"), operated("be taken out of p@x.org", "drifted", ""), operated("raise role in r@x.org", "failed", ""), endOf("account/1", "failed", "403")),
			[]plan.RecordedAction{{
				ID: "account/1", Account: "a@x.org", Ending: plan.EndedFailed, Message: "403",
				Operations: []plan.RecordedOperation{
					{Name: "join j@x.org", Group: "j@x.org", Ending: plan.EndedFailed, Message: "403"},
					{Name: "be taken out of p@x.org", Group: "p@x.org", Ending: plan.EndedDrifted},
					{Name: "raise role in r@x.org", Group: "r@x.org", Ending: plan.EndedFailed},
				},
				StillIn: []string{"p@x.org"}, NotIn: []string{"j@x.org"}, OtherRole: []string{"r@x.org"},
			}}, false, 0,
		},
		"killed": {
			lines(t, suspensionBegun("one@x.org"), operated("set suspended", "done", "")) + `{"time":"2026-`,
			[]plan.RecordedAction{{
				ID: "account/1", Account: "a@x.org", Ending: plan.EndedUnfinished, Message: "a run was cut short while it was at it; apply the plan again",
				Operations: []plan.RecordedOperation{suspended}, StillIn: []string{"one@x.org"},
			}}, true, 0,
		},
		"every other ending": {
			lines(t, endOf("account/1", "drifted", "d"), endOf("account/2", "notAttempted", "n"), endOf("account/3", "heldBack", "h"), endOf("account/4", leftOut, "l")),
			[]plan.RecordedAction{
				{ID: "account/1", Account: "a@x.org", Ending: plan.EndedDrifted, Message: "d"},
				{ID: "account/2", Account: "a@x.org", Ending: plan.EndedNotReached, Message: "n"},
				{ID: "account/3", Account: "a@x.org", Ending: plan.EndedLeftOut, Message: "h"},
				{ID: "account/4", Account: "a@x.org", Ending: plan.EndedLeftOut, Message: "l"},
			}, false, 0,
		},
		"made again, and begun again": {
			lines(t, endOf("account/1", "failed", "old"), entry{Outcome: made}, endOf("account/2", "failed", "old"), entry{Outcome: madeAgain}, endOf("account/3", "done", "")),
			[]plan.RecordedAction{{ID: "account/3", Account: "a@x.org", Ending: plan.EndedDone}}, false, 0,
		},
		"another plan before": {
			lines(t, entry{Plan: "sha256:b", ID: "account/9", Outcome: "failed"}, endOf("account/3", "done", "")),
			[]plan.RecordedAction{{ID: "account/3", Account: "a@x.org", Ending: plan.EndedDone}}, false, 1,
		},
		"made and not applied": {lines(t, entry{Outcome: made}), nil, false, 0},
		"not one whole line":   {`{"time":"2026-`, nil, true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ReadRecord("plan.yaml.journal", []byte(test.journal), "")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got.Actions, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("actions (-want +got):\n%s", diff)
			}
			if got.Cut != test.cut || got.OtherPlans != test.others {
				t.Errorf("cut %t, other plans %d; want %t and %d", got.Cut, got.OtherPlans, test.cut, test.others)
			}
		})
	}
}

func TestARecordIsOfThePlanThatIsAskedForOrTheLast(t *testing.T) {
	journal := []byte(lines(t, entry{Plan: "sha256:a", ID: "account/1", Outcome: "done"}, entry{Plan: "sha256:b", ID: "account/2", Outcome: "done"}))
	for digest, want := range map[string]string{"": "sha256:b", "sha256:a": "sha256:a", "sha256:c": "sha256:b"} {
		got, err := ReadRecord("j", journal, digest)
		if err != nil || got.Plan != want || len(got.Actions) != 1 {
			t.Errorf("asked for %q: got %+v, %v, want the plan %s", digest, got, err, want)
		}
	}
}

func TestARecordOfWhatIsNoJournalIsAnError(t *testing.T) {
	for text, want := range map[string]string{
		"":                               "j is empty: no apply has written to it",
		"version: 1\ndigest: sha256:0\n": "j: this is a plan, not a journal",
		"damage\n" + lines(t, entry{ID: "account/1", Outcome: "done"}): "j:1: this is not a line of a journal; restore the file, or move it away and make a new plan",
	} {
		if _, err := ReadRecord("j", []byte(text), ""); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

// What a run leaves out wholly is in the journal, and undoes nothing that the journal
// knows of a run that was killed before.
func TestWhatIsLeftOutWhollyIsInTheJournal(t *testing.T) {
	p, directory := evening(t)
	options := fileOptions(t)
	options.Limits = plan.Limits{plan.LimitSuspend: plan.AtMost(1)}
	options.WithinLimits = true
	mustRun(t, p, directory, options)
	journal, err := os.ReadFile(options.JournalPath)
	if err != nil {
		t.Fatal(err)
	}
	record, err := ReadRecord("j", journal, p.Digest)
	if err != nil {
		t.Fatal(err)
	}
	record.Complete(&p)
	want := map[plan.Ending]int{plan.EndedLeftOut: 2, plan.EndedDone: 4}
	if diff := cmp.Diff(want, record.Count()); diff != "" {
		t.Errorf("endings (-want +got):\n%s", diff)
	}
	if got := record.Actions[0]; got.Message != "over the limit suspend" || !cmp.Equal(got.StillIn, []string{"one@x.org"}) {
		t.Errorf("the first is %+v", got)
	}

	killed := []byte(lines(t, suspensionBegun(), endOf("account/1", leftOut, "over the limit suspend")))
	h, _, err := readJournal("j", killed, "sha256:a")
	if err != nil || !h.ever["account/1"].begun {
		t.Errorf("that a run was killed is forgotten: %+v, %v", h.ever["account/1"], err)
	}
	done, err := readDone("j", append(killed, lines(t, endOf("account/1", "already", ""))...), "sha256:a", false)
	if err != nil || !done["account/1"].Whole {
		t.Errorf("what the killed run did is forgotten: %+v, %v", done, err)
	}
}

// FuzzReadRecord reads whatever a file may hold: each action is told once, and what is
// done whole is in no group any more that it was to leave.
func FuzzReadRecord(f *testing.F) {
	f.Add([]byte(`{"plan":"d","id":"account/1","leave":["a@x"],"outcome":"started"}` + "\n" + `{"plan":"d","id":"account/1","operation":"leave a@x","outcome":"done"}` + "\n" + `{"pl`))
	f.Add([]byte(`{"plan":"d","id":"","outcome":"made"}` + "\n" + `{"plan":"e","id":"account/1","outcome":"leftOut"}` + "\n"))
	f.Add([]byte(`{"plan":"d","id":"account/1","operation":"join a@x","outcome":"failed"}` + "\n" + `{"plan":"d","id":"account/1","outcome":"done"}` + "\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		record, err := ReadRecord("j", data, "d")
		if err != nil {
			return
		}
		told := make(map[string]bool)
		for i := range record.Actions {
			a := &record.Actions[i]
			if a.ID == "" || told[a.ID] || !slices.Contains(plan.Endings(), a.Ending) {
				t.Errorf("%q ended %q, told before: %t", a.ID, a.Ending, told[a.ID])
			}
			told[a.ID] = true
			if left := len(a.StillIn) + len(a.NotIn) + len(a.OtherRole); a.Ending == plan.EndedDone && left > 0 {
				t.Errorf("%s is done and has %d memberships left", a.ID, left)
			}
		}
		before := len(record.Actions)
		record.Complete(&plan.Plan{Actions: []plan.Action{{ID: "account/1"}, {ID: "account/2"}}})
		if added := len(record.Actions) - before; added < 0 || added > 2 {
			t.Errorf("the plan's 2 actions make %d of %d", len(record.Actions), before)
		}
	})
}
