package render

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

// recorded is what became of a plan of which something ended each way.
func recorded() plan.Record {
	r := plan.Record{
		Plan: "sha256:0123", Domain: "d118.org", Planned: true, Cut: true, OtherPlans: 2,
		From: time.Date(2026, 8, 17, 6, 0, 0, 0, time.UTC), To: time.Date(2026, 8, 17, 6, 4, 30, 0, time.UTC),
	}
	person := func(dcid int64, name string) plan.Person {
		return plan.Person{DCID: dcid, Name: name, Building: "Cotton Creek"}
	}
	set := func(field string, ending plan.Ending, message string) plan.RecordedOperation {
		return plan.RecordedOperation{Name: "set " + field, Field: field, Ending: ending, Message: message}
	}
	r.Actions = []plan.RecordedAction{
		{ID: "account/1", Account: "ann@d118.org", Kind: plan.Suspend, Staff: person(1, "Ann One"), Ending: plan.EndedFailed,
			Message: "leaving whs@d118.org: 403 forbidden", Operations: []plan.RecordedOperation{
				set(plan.FieldSuspended, plan.EndedDone, ""),
				{Name: "leave ccs@d118.org", Group: "ccs@d118.org", Ending: plan.EndedDone},
				{Name: "leave whs@d118.org", Group: "whs@d118.org", Ending: plan.EndedFailed, Message: "403 forbidden"},
			}, StillIn: []string{"whs@d118.org", "b@d118.org", "c@d118.org", "d@other.org"}},
		{ID: "account/2", Account: "ben@d118.org", Kind: plan.Move, Staff: person(2, "Ben Two"), Ending: plan.EndedDrifted, Message: "left alone: orgUnitPath is /X, and the plan expects /A or /B"},
		{ID: "account/3", Account: "cat@d118.org", Kind: plan.Update, Staff: person(3, "Cat Three"), Ending: plan.EndedUnfinished, Message: "a run was cut short while it was at it; apply the plan again"},
		{ID: "account/4", Account: "dan@d118.org", Kind: plan.Suspend, Staff: person(4, "Dan Four"), Ending: plan.EndedLeftOut, Message: "over the limit suspend", StillIn: []string{"whs@d118.org"}},
		{ID: "account/5", Account: "eve@d118.org", Kind: plan.Update, Staff: person(5, "Eve Five"), Ending: plan.EndedNotReached, Message: "no run has come to it yet", NotIn: []string{"new@d118.org"}, OtherRole: []string{"lead@d118.org"}},
		{ID: "account/6", Account: "fay@d118.org", Kind: plan.Create, Staff: person(6, "Fay Six"), Ending: plan.EndedDone, Operations: []plan.RecordedOperation{
			{Name: "create", Ending: plan.EndedDone}, set("A.B", plan.EndedDone, ""), set("A.C", plan.EndedDone, ""), set("A.D", plan.EndedDone, ""), set("A.E", plan.EndedDone, ""), set("A.F", plan.EndedDone, ""),
		}},
		{ID: "account/7", Account: "old@d118.org", Ending: plan.EndedDone},
		{ID: "group/new@d118.org", Account: "new@d118.org", Kind: plan.CreateGroup, Ending: plan.EndedDone, Operations: []plan.RecordedOperation{{Name: "create group", Ending: plan.EndedDone}}},
	}
	return r
}

// hostileRecord has hostile text wherever a record has text.
func hostileRecord() plan.Record {
	r := plan.Record{Planned: true, From: time.Date(2026, 8, 17, 6, 0, 0, 0, time.UTC)}
	for i, text := range hostileTexts() {
		r.Actions = append(r.Actions, recordedWith(text, int64(i+1)))
		r.Plan, r.Domain = text, text
	}
	return r
}

func recordedWith(text string, dcid int64) plan.RecordedAction {
	return plan.RecordedAction{
		ID: text, Account: text, Kind: plan.Kind("un" + text), Staff: plan.Person{DCID: dcid, Name: text, Building: text},
		Ending: plan.EndedFailed, Message: text, Operations: []plan.RecordedOperation{
			{Name: text, Ending: plan.EndedDone, Message: text}, {Name: "set " + text, Field: text, Ending: plan.EndedDone},
			{Name: text + " 2", Ending: plan.EndedFailed, Message: text},
		},
		StillIn: []string{text}, NotIn: []string{text}, OtherRole: []string{text},
	}
}

func recordMail(w io.Writer, r plan.Record, options Options) error {
	mail, err := RecordForMail(r, options)
	if err == nil {
		_, err = w.Write(mail.HTML)
	}
	return err
}

func recordJSON(w io.Writer, r plan.Record, _ Options) error { return RecordJSON(w, r) }

func TestRecordsLookAsInTheGoldenFiles(t *testing.T) {
	named := Options{Width: 80, Names: Names{Plan: "plan.yaml.journal"}}
	for _, test := range []struct {
		file    string
		record  plan.Record
		render  func(io.Writer, plan.Record, Options) error
		options Options
	}{
		{"record.txt", recorded(), RecordText, named},
		{"record-full.txt", recorded(), RecordText, Options{Detail: Full}},
		{"record.md", recorded(), RecordMarkdown, named},
		{"record.html", recorded(), RecordHTML, named},
		{"record-mail.html", recorded(), recordMail, named},
		{"record.json", recorded(), recordJSON, named},
		{"record-hostile.txt", hostileRecord(), RecordText, Options{}},
		{"record-hostile.md", hostileRecord(), RecordMarkdown, Options{}},
		{"record-hostile.html", hostileRecord(), RecordHTML, Options{Detail: Full}},
		{"record-hostile.json", hostileRecord(), recordJSON, Options{}},
	} {
		t.Run(test.file, func(t *testing.T) {
			var got bytes.Buffer
			if err := test.render(&got, test.record, test.options); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(golden(t, test.file, got.Bytes()), got.String()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.file, diff)
			}
		})
	}
}

func TestTheVerdictOfARecord(t *testing.T) {
	at := time.Date(2026, 8, 17, 6, 0, 0, 0, time.UTC)
	done, failed := plan.RecordedAction{Ending: plan.EndedDone}, plan.RecordedAction{Ending: plan.EndedFailed}
	for want, record := range map[string]plan.Record{
		"Nothing of the plan has been applied in d118.org":                 {Domain: "d118.org", Actions: []plan.RecordedAction{{Ending: plan.EndedNotReached}}},
		"All 2 actions in d118.org are done":                               {Domain: "d118.org", From: at, Actions: []plan.RecordedAction{done, done}},
		"1 action is done":                                                 {From: at, Actions: []plan.RecordedAction{done}},
		"NOT ALL DONE: 1 of 2 actions; 1 failed":                           {From: at, Actions: []plan.RecordedAction{done, failed}},
		"CUT SHORT: the runs that the journal tells of did 1 action of it": {From: at, Cut: true, Actions: []plan.RecordedAction{done}},
	} {
		if got := string(recordVerdict(&record)); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// FuzzNoTextChangesTheShapeOfARecord shows what became of an action with the text
// everywhere and with a harmless word: lines, cells and tags are the same.
func FuzzNoTextChangesTheShapeOfARecord(f *testing.F) {
	for _, text := range hostileTexts() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if text == "" || strings.HasSuffix(text, "@word") {
			t.Skip("an absent text leaves lines out")
		}
		shape := func(text string, render func(io.Writer, plan.Record, Options) error, detail Detail, count string) int {
			record := plan.Record{Plan: text, Domain: text, Planned: true, Actions: []plan.RecordedAction{recordedWith(text, 1)}, From: time.Unix(0, 0)}
			shown := rendered(t, func(w io.Writer) error { return render(w, record, Options{Detail: detail}) })
			return strings.Count(strings.ReplaceAll(shown, "@<wbr>", "@"), count)
		}
		for name, format := range map[string]struct {
			render func(io.Writer, plan.Record, Options) error
			count  string
		}{"text": {RecordText, "\n"}, "markdown": {RecordMarkdown, "\n"}, "html": {RecordHTML, "<"}, "mail": {recordMail, "<"}, "json": {recordJSON, "\n"}} {
			for _, detail := range []Detail{Folded, Full} {
				if got, want := shape(text, format.render, detail, format.count), shape("word", format.render, detail, format.count); got != want {
					t.Errorf("%s of %q: %d times %q, want %d", name, text, got, format.count, want)
				}
			}
		}
	})
}
