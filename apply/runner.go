package apply

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/staffsync/staffsync/plan"
)

// errAborted is why requests in flight are cancelled.
var errAborted = errors.New("the run was aborted")

// runner is one run of a plan.
type runner struct {
	plan      *plan.Plan
	directory Directory
	options   Options
	steps     []step
	schedule  *schedule
	journal   *journal
	handoff   *handoff
	// completed has the ids of the actions that an earlier run recorded as
	// done.
	completed map[string]bool
	// executions has one for each action, in the plan's order.
	executions []*execution
	// byID finds them by the action's id.
	byID map[string]*execution

	mu       sync.Mutex // guards what follows, and calls of Progress
	finished int
	stopped  error
}

func newRunner(p *plan.Plan, directory Directory, options Options) *runner {
	r := &runner{
		plan: p, directory: directory, options: options.withDefaults(),
		steps: stepsOf(p.Actions),
		byID:  make(map[string]*execution),
	}
	r.schedule = newSchedule(r.steps)
	for i := range p.Actions {
		action := &p.Actions[i]
		dcid, _ := action.DCID()
		x := &execution{runner: r, action: action, dcid: dcid}
		r.executions = append(r.executions, x)
		r.byID[action.ID] = x
	}
	return r
}

func (r *runner) grace() (<-chan time.Time, func()) {
	if r.options.Grace <= 0 {
		return nil, func() {}
	}
	timer := time.NewTimer(r.options.Grace)
	return timer.C, func() { timer.Stop() }
}

// execute runs one step.
func (r *runner) execute(ctx context.Context, i int) {
	s := r.steps[i]
	x := r.executions[s.action]
	if x.outcome != nil {
		return // its early portion was all there was
	}
	if s.portion != late {
		r.report(Event{Kind: Claimed, ID: x.action.ID, Account: x.action.Account})
		r.options.Logger.Debug("claim", "id", x.action.ID, "account", x.action.Account)
	}
	for _, before := range s.waits {
		if b := r.executions[r.steps[before].action]; b != x && !b.freed {
			x.blocked(b)
			return
		}
	}
	if x.action.Kind == plan.Create {
		x.create(ctx)
		return
	}
	x.change(ctx, s.portion)
}

// end gives the action its outcome and writes it down.
func (r *runner) end(x *execution, outcome Outcome) {
	x.outcome = &outcome
	err := r.journal.append(outcome.ID, outcome.Account, string(outcome.Status), outcome.Message)
	if err != nil {
		r.stop(err)
	}
	r.options.Logger.Debug("end", "id", outcome.ID, "account", outcome.Account, "status", string(outcome.Status), "message", outcome.Message)
	r.report(Event{Kind: Finished, ID: outcome.ID, Account: outcome.Account, Outcome: &outcome})
}

// stop has no further action begin, because what was done could no longer be
// written down.
func (r *runner) stop(err error) {
	r.mu.Lock()
	if r.stopped == nil {
		r.stopped = err
	}
	r.mu.Unlock()
	r.schedule.stop()
}

func (r *runner) stopReason() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopped == nil {
		return ""
	}
	return r.stopped.Error()
}

func (r *runner) report(event Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if event.Kind == Finished {
		r.finished++
	}
	event.Finished, event.Total = r.finished, len(r.executions)
	r.options.Progress(event)
}

// endUnclaimed gives an outcome to the actions whose turn did not come.
func (r *runner) endUnclaimed(interrupted bool) {
	why := "the run stopped before its turn"
	if interrupted {
		why = "the run was interrupted before its turn"
	}
	for _, x := range r.executions {
		switch {
		case x.outcome != nil:
		case x.at != "":
			r.end(x, x.newOutcome(Failed, fmt.Sprintf("%s; %s", why, x.halfway())))
		default:
			outcome := x.newOutcome(NotAttempted, why+"; run apply again")
			x.outcome = &outcome
		}
	}
}

func (r *runner) outcomes() []Outcome {
	outcomes := make([]Outcome, 0, len(r.executions))
	for _, x := range r.executions {
		outcomes = append(outcomes, *x.outcome)
	}
	return outcomes
}

// execution is one action in the making. Its steps run one after the other.
type execution struct {
	runner *runner
	action *plan.Action
	dcid   int64

	// id is the account's immutable id, empty until it is known.
	id string
	// account is the account as it was last seen.
	account plan.Account
	// begun tells that the journal has the action as started.
	begun bool
	// wrote tells that the directory changed something.
	wrote bool
	notes []Note
	// at is the address at which the early portion left the account.
	at string
	// freed tells that the addresses which the action gives up are free.
	freed   bool
	outcome *Outcome
}

// begin writes down that the action's first write follows.
func (x *execution) begin() error {
	if x.begun {
		return nil
	}
	if err := x.runner.journal.append(x.action.ID, x.action.Account, started, ""); err != nil {
		x.runner.stop(err)
		return err
	}
	x.begun = true
	return nil
}

func (x *execution) note(n Note) { x.notes = append(x.notes, n) }

// hasFailed tells whether a part was left undone.
func (x *execution) hasFailed() bool {
	for _, n := range x.notes {
		if n.Status == Failed || n.Status == NotAttempted {
			return true
		}
	}
	return false
}

func (x *execution) newOutcome(status Status, message string) Outcome {
	return Outcome{
		ID: x.action.ID, Account: x.action.Account, Kind: x.action.Kind, Staff: x.action.Staff,
		Status: status, Message: message, Notes: x.notes,
	}
}

func (x *execution) end(status Status, message string) {
	x.runner.end(x, x.newOutcome(status, message))
}

// conclude ends the action by what its notes say.
func (x *execution) conclude() {
	switch {
	case x.hasFailed():
		message := sentences(x.notes, Failed)
		if x.halfwayNow() {
			message += "; " + x.halfway()
		}
		x.end(Failed, message)
	case x.wrote:
		x.end(Done, "")
	default:
		x.end(Already, "")
	}
}

// drifted ends the action because the account is not as the plan saw it.
func (x *execution) drifted(notes []Note) {
	x.notes = append(x.notes, notes...)
	message := "left alone: " + sentences(notes, Drifted)
	if x.wrote {
		message = "left as it is now: " + sentences(notes, Drifted)
	}
	x.end(Drifted, message)
}

// blocked ends the action because what it waits for was not done.
func (x *execution) blocked(before *execution) {
	why := fmt.Sprintf("waits for %s, which %s", before.action.ID, ended(before.outcome.Status))
	if x.at == "" {
		x.end(NotAttempted, why)
		return
	}
	message := why
	if failed := sentences(x.notes, Failed); failed != "" {
		message = failed + "; " + why
	}
	x.end(Failed, message+"; "+x.halfway())
}

func ended(status Status) string {
	switch status {
	case Failed:
		return "failed"
	case Drifted:
		return "has drifted"
	}
	return "was not attempted"
}

// halfwayNow tells whether the account stands at its temporary address and
// was to leave it.
func (x *execution) halfwayNow() bool {
	_, renamed := x.action.Rename()
	return renamed && x.action.Via != "" && strings.EqualFold(x.account.Address, x.action.Via)
}

// halfway says where an interrupted rename left the account.
func (x *execution) halfway() string {
	if x.halfwayNow() {
		change, _ := x.action.Rename()
		return fmt.Sprintf("the account now stands at its temporary address %s on its way to %s; running apply again, or the next plan, completes the rename", x.account.Address, words(change.To))
	}
	return fmt.Sprintf("the account stands at %s and is not renamed yet; run apply again", x.at)
}
