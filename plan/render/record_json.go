package render

import (
	"io"
	"time"

	"github.com/staffsync/staffsync/plan"
)

// recordDocument is what became of a plan as JSON. Its keys are documented in the
// README and do not change.
type recordDocument struct {
	Record recordedDocument `yaml:"record"`
}

type recordedDocument struct {
	Verdict string `yaml:"verdict"`
	// Done tells that nothing is left undone.
	Done   bool   `yaml:"done"`
	Plan   string `yaml:"plan"`
	Domain string `yaml:"domain"`
	// Planned tells that the plan was read too: without it what no run came to is
	// not there.
	Planned bool `yaml:"planned"`
	// CutShort tells that the last line is incomplete.
	CutShort bool `yaml:"cutShort"`
	// From and To are in UTC (RFC 3339), empty where nothing was applied.
	From    string                   `yaml:"from"`
	To      string                   `yaml:"to"`
	Counts  map[string]int           `yaml:"counts"`
	Actions []recordedActionDocument `yaml:"actions"`
}

type recordedActionDocument struct {
	ID         string                      `yaml:"id"`
	Action     string                      `yaml:"action"`
	Account    string                      `yaml:"account"`
	Staff      plan.Person                 `yaml:"staff"`
	Outcome    string                      `yaml:"outcome"`
	Message    string                      `yaml:"message"`
	Operations []recordedOperationDocument `yaml:"operations"`
	StillIn    []string                    `yaml:"stillIn"`
	NotIn      []string                    `yaml:"notIn"`
	OtherRole  []string                    `yaml:"otherRole"`
}

type recordedOperationDocument struct {
	Operation string `yaml:"operation"`
	Outcome   string `yaml:"outcome"`
	Message   string `yaml:"message"`
}

// RecordJSON writes what became of a plan for a program. It returns an error only
// where writing does.
func RecordJSON(w io.Writer, record plan.Record) error {
	d := recordedDocument{
		Verdict: string(recordVerdict(&record)), Done: record.Whole(), Plan: record.Plan, Domain: record.Domain,
		Planned: record.Planned, CutShort: record.Cut, Counts: make(map[string]int),
	}
	if !record.From.IsZero() {
		d.From, d.To = record.From.UTC().Format(time.RFC3339), record.To.UTC().Format(time.RFC3339)
	}
	counts := record.Count()
	for _, ending := range plan.Endings() {
		d.Counts[string(ending)] = counts[ending]
	}
	for i := range record.Actions {
		action := &record.Actions[i]
		one := recordedActionDocument{
			ID: action.ID, Action: string(action.Kind), Account: action.Account, Staff: action.Staff, Outcome: string(action.Ending), Message: action.Message,
			StillIn: action.StillIn, NotIn: action.NotIn, OtherRole: action.OtherRole,
		}
		for _, o := range action.Operations {
			one.Operations = append(one.Operations, recordedOperationDocument{o.Name, string(o.Ending), o.Message})
		}
		d.Actions = append(d.Actions, one)
	}
	return plan.WriteJSON(w, recordDocument{d})
}
