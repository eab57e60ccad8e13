package apply

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

func TestAJournalTellsWhatWasDoneOperationByOperation(t *testing.T) {
	const other = `{"plan":"sha256:other","id":"account/9","operation":"set givenName","outcome":"done"}`
	tests := map[string]struct {
		lines    []string
		fromPlan bool
		want     map[string]plan.Done
		err      string
	}{
		"a run that ended": {lines: []string{
			`{"plan":"sha256:1","id":"account/1","googleID":"g1","outcome":"started"}`,
			`{"plan":"sha256:1","id":"account/1","googleID":"g1","operation":"set suspended","outcome":"done"}`,
			`{"plan":"sha256:1","id":"account/1","googleID":"g1","operation":"leave a@x.org","outcome":"done"}`,
			`{"plan":"sha256:1","id":"account/1","googleID":"g1","operation":"leave b@x.org","outcome":"failed"}`,
			`{"plan":"sha256:1","id":"account/1","outcome":"failed"}`,
			`{"plan":"sha256:1","id":"account/2","operation":"create","googleID":"g2","outcome":"done"}`,
			`{"plan":"sha256:1","id":"account/3","operation":"rename to c@x.org","googleID":"g3","outcome":"done"}`, other,
		}, want: map[string]plan.Done{
			"account/1": {GoogleID: "g1", Fields: []string{"suspended"}, Groups: []string{"a@x.org"}},
			"account/2": {GoogleID: "g2", Created: true},
			"account/3": {GoogleID: "g3", Renamed: true},
		}},
		"what was so already was not done": {lines: []string{
			`{"plan":"sha256:1","id":"account/1","googleID":"g1","outcome":"already"}`,
			`{"plan":"sha256:1","id":"account/1","googleID":"g1","operation":"leave a@x.org","outcome":"already"}`,
		}, want: map[string]plan.Done{}},
		"a run that was killed": {lines: []string{
			`{"plan":"sha256:1","id":"account/1","googleID":"g1","outcome":"started"}`,
			`{"plan":"sha256:1","id":"account/1","googleID":"g1","outcome":"already"}`,
		}, want: map[string]plan.Done{"account/1": {GoogleID: "g1", Whole: true}}},
		"a run that was killed, and another that went on": {lines: []string{
			`{"plan":"sha256:1","id":"account/1","googleID":"g1","outcome":"started"}`,
			`{"plan":"sha256:1","id":"account/1","googleID":"g1","outcome":"started"}`,
			`{"plan":"sha256:1","id":"account/1","googleID":"g1","operation":"set suspended","outcome":"done"}`,
			`{"plan":"sha256:1","id":"account/1","googleID":"g1","outcome":"done"}`,
		}, want: map[string]plan.Done{"account/1": {GoogleID: "g1", Whole: true, Fields: []string{"suspended"}}}},
		"a run that was killed, and none after it": {lines: []string{
			`{"plan":"sha256:1","id":"account/1","googleID":"g1","outcome":"started"}`,
			`{"plan":"sha256:1","id":"account/1","googleID":"g1","operation":"set suspended","outcome":"done"}`,
		}, want: map[string]plan.Done{"account/1": {GoogleID: "g1", Whole: true, Fields: []string{"suspended"}}}},
		"a run that was killed, and others that wrote nothing": {lines: []string{
			`{"plan":"sha256:1","id":"account/1","googleID":"g1","outcome":"started"}`,
			`{"plan":"sha256:1","id":"account/2","googleID":"g2","outcome":"started"}`,
			`{"plan":"sha256:1","id":"account/2","googleID":"g2","operation":"set suspended","outcome":"done"}`,
			`{"plan":"sha256:1","id":"account/3","googleID":"g3","outcome":"started"}`,
			`{"plan":"sha256:1","id":"account/4","googleID":"g4","outcome":"started"}`,
			`{"plan":"sha256:1","id":"account/4","googleID":"g4","operation":"set suspended","outcome":"done"}`,
			`{"plan":"sha256:1","id":"account/1","outcome":"cutShort"}`,
			`{"plan":"sha256:1","id":"account/2","outcome":"cutShort"}`,
			`{"plan":"sha256:1","id":"account/3","outcome":"cutShort"}`,
			`{"plan":"sha256:1","id":"account/4","outcome":"cutShort"}`,
			`{"plan":"sha256:1","id":"account/1","outcome":"drifted"}`,
			`{"plan":"sha256:1","id":"account/2","outcome":"failed"}`,
			`{"plan":"sha256:1","id":"account/3","outcome":"notAttempted"}`,
			`{"plan":"sha256:1","id":"account/4","outcome":"leftOut"}`,
		}, want: map[string]plan.Done{
			"account/1": {GoogleID: "g1", Whole: true},
			"account/2": {GoogleID: "g2", Whole: true, Fields: []string{"suspended"}},
			"account/3": {GoogleID: "g3", Whole: true},
			"account/4": {GoogleID: "g4", Whole: true, Fields: []string{"suspended"}},
		}},
		"a run that was killed, in a journal where the next one did not say so": {lines: []string{
			`{"plan":"sha256:1","id":"account/1","googleID":"g1","outcome":"started"}`,
			`{"plan":"sha256:1","id":"account/2","googleID":"g2","outcome":"started"}`,
			`{"plan":"sha256:1","id":"account/3","googleID":"g3","outcome":"started"}`,
			`{"plan":"sha256:1","id":"account/1","outcome":"drifted"}`,
			`{"plan":"sha256:1","id":"account/2","outcome":"failed"}`,
			`{"plan":"sha256:1","id":"account/3","outcome":"notAttempted"}`,
			`{"plan":"sha256:1","id":"account/1","outcome":"drifted"}`,
		}, want: map[string]plan.Done{
			"account/1": {GoogleID: "g1", Whole: true},
			"account/2": {GoogleID: "g2", Whole: true},
			"account/3": {GoogleID: "g3", Whole: true},
		}},
		"a run that was killed before apply --again": {lines: []string{
			`{"plan":"sha256:1","id":"account/1","googleID":"g1","outcome":"started"}`,
			`{"plan":"sha256:1","id":"","outcome":"madeAgain"}`,
			`{"plan":"sha256:1","id":"account/1","outcome":"cutShort"}`,
			`{"plan":"sha256:1","id":"account/1","outcome":"drifted"}`,
		}, want: map[string]plan.Done{"account/1": {GoogleID: "g1", Whole: true}}},
		"a run that was killed before the plan was made again": {lines: []string{
			`{"plan":"sha256:1","id":"account/1","googleID":"g1","outcome":"started"}`,
			`{"plan":"sha256:1","id":"","outcome":"made"}`,
			`{"plan":"sha256:1","id":"account/1","outcome":"drifted"}`,
		}, want: map[string]plan.Done{}},
		"before the plan was made again": {lines: []string{
			`{"plan":"sha256:1","id":"account/1","googleID":"g1","operation":"set suspended","outcome":"done"}`,
			`{"plan":"sha256:1","id":"","outcome":"made"}`,
		}, want: map[string]plan.Done{}},
		"a journal without operations": {lines: []string{
			`{"plan":"sha256:1","id":"account/1","googleID":"g1","outcome":"done"}`,
		}, err: "does not say which operations of account/1 were done; to take the plan's word for all of them, say --from-plan"},
		"a journal without operations, taken at the plan's word": {fromPlan: true, lines: []string{
			`{"plan":"sha256:1","id":"account/1","googleID":"g1","outcome":"done"}`,
		}, want: map[string]plan.Done{"account/1": {GoogleID: "g1", Whole: true}}},
		"another plan's": {lines: []string{other}, err: "is the journal of another plan: it has nothing of the digest sha256:1"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "plan.yaml.journal")
			if err := os.WriteFile(path, []byte(strings.Join(test.lines, "\n")+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			done, err := ReadDone(path, "sha256:1", test.fromPlan)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("the error is %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if difference := cmp.Diff(test.want, done); difference != "" {
				t.Error(difference)
			}
		})
	}
}
