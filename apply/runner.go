package apply

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/staffsync/staffsync/plan"
)

// errAborted is why requests in flight are cancelled.
var errAborted = errors.New("the run was aborted")

// runner is one run of a plan.
type runner struct {
	directory Directory
	options   Options
	stages    []stage
	schedule  *schedule
	// journal is nil in a dry run.
	journal *journal
	handoff *handoff
	// sensitive has the values of which the plan has the fingerprints, nil where
	// it has none.
	sensitive SensitiveValues
	// history is what earlier runs of the plan did.
	history history
	// executions has one for each action, in the plan's order.
	executions []*execution
	// byID has them by the action's id.
	byID map[string]*execution
	// heldBack says which limits held something back, and outdated counts the
	// actions of which something is left out because a plan made now would not do
	// it.
	heldBack []string
	outdated int

	// events has room for all that Progress is told, so that it stalls nobody.
	events chan Event

	mu       sync.Mutex // guards what follows, and the order of the events
	finished int
	stopped  error
}

// newRunner returns the run of what remains of the plan's actions.
func newRunner(remainders []plan.Remainder, directory Directory, options Options) *runner {
	r := &runner{directory: directory, options: options.withDefaults(), byID: make(map[string]*execution)}
	var actions []plan.Action
	var operations [][]operation
	for i := range remainders {
		x := newExecution(r, &remainders[i])
		x.place = i
		r.executions = append(r.executions, x)
		r.byID[x.action.ID] = x
		actions = append(actions, remainders[i].Action)
		operations = append(operations, x.operations)
	}
	r.events = make(chan Event, 2*len(r.executions))
	r.stages = stagesOf(actions, operations)
	r.schedule = newSchedule(r.stages, r.options.Workers)
	return r
}

// run executes the actions.
func (r *runner) run(ctx context.Context) Result {
	inFlight, release := r.inFlight(ctx)
	defer release()
	defer context.AfterFunc(ctx, r.schedule.finish)()
	var progress sync.WaitGroup
	progress.Go(func() {
		for event := range r.events {
			r.options.Progress(event)
		}
	})

	r.noteCutShort()
	r.skipOmitted()
	var workers errgroup.Group
	for range min(r.options.Workers, len(r.stages)) {
		workers.Go(func() error {
			for {
				if ctx.Err() != nil {
					r.schedule.finish()
				}
				i, ok := r.schedule.claim()
				if !ok {
					return nil
				}
				r.execute(inFlight, i)
				r.schedule.end(i)
			}
		})
	}
	_ = workers.Wait() // the workers keep their errors in the outcomes

	interrupted := ctx.Err() != nil && r.schedule.leftOver()
	var outcomes []Outcome
	for _, x := range r.executions {
		if x.outcome == nil {
			x.endUnclaimed(interrupted)
		}
		outcomes = append(outcomes, *x.outcome)
	}
	close(r.events)
	progress.Wait()
	result := newResult(outcomes)
	result.DryRun, result.HeldBack, result.Outdated = r.options.DryRun, r.heldBack, r.outdated
	result.Interrupted = interrupted
	if r.stopped != nil {
		result.Stopped = r.stopped.Error()
	}
	return result
}

// noteCutShort writes into the journal of which actions another run was killed in the
// middle, before what becomes of them now hides that.
func (r *runner) noteCutShort() {
	var entries []entry
	for _, x := range r.executions {
		if record := r.history.ever[x.action.ID]; record != nil && record.begun {
			entries = append(entries, entry{ID: x.action.ID, Account: x.action.Account, Outcome: cutShort})
		}
	}
	_ = r.write(entries...) // the run stops, and nothing has begun
}

// skipOmitted ends the actions of which nothing is left, and writes that into the
// journal, for whoever reads what became of the plan.
func (r *runner) skipOmitted() {
	var entries []entry
	for _, x := range r.executions {
		if x.skipOmitted() {
			entries = append(entries, entry{ID: x.action.ID, Account: x.action.Account, Outcome: leftOut, Message: x.outcome.Message})
		}
	}
	_ = r.write(entries...) // the run stops, and nothing has begun
}

// inFlight returns the context of the requests, and what ends it: it outlives
// ctx by the grace that the options set, unless they say abort.
func (r *runner) inFlight(ctx context.Context) (context.Context, func()) {
	requests, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	abort := func() { cancel(errAborted) }
	stop := context.AfterFunc(ctx, func() {
		if r.options.Grace > 0 {
			time.AfterFunc(r.options.Grace, abort)
		}
	})
	go func() {
		select {
		case <-r.options.Abort:
			abort()
		case <-requests.Done():
		}
	}()
	return requests, func() {
		stop()
		cancel(nil)
	}
}

// execute runs one stage.
func (r *runner) execute(ctx context.Context, i int) {
	s := r.stages[i]
	x := r.executions[s.action]
	if x.outcome != nil {
		return // nothing was left for this stage
	}
	if s.number == 0 {
		r.report(Event{Kind: Claimed, ID: x.action.ID, Account: x.action.Account, Place: x.place})
		r.options.Logger.Debug("claim", "id", x.action.ID, "account", x.action.Account)
	}
	for _, before := range s.waits {
		if b := r.executions[r.stages[before].action]; b != x && !b.freed() {
			x.blocked(b)
			return
		}
	}
	x.run(ctx, s.number)
}

// end writes down how an action ended, and tells.
func (r *runner) end(x *execution) {
	outcome := x.outcome
	_ = r.write(entry{ID: outcome.ID, Account: outcome.Account, GoogleID: x.id, Outcome: string(outcome.Status), Message: outcome.Message})
	r.tell(x)
}

// tell says how an action ended.
func (r *runner) tell(x *execution) {
	outcome := x.outcome
	r.options.Logger.Debug("end", "id", outcome.ID, "account", outcome.Account, "status", string(outcome.Status), "message", outcome.Message)
	r.report(Event{Kind: Finished, ID: outcome.ID, Account: outcome.Account, Place: x.place, Outcome: outcome})
}

// write adds lines to the journal. When that fails, no further action begins,
// because what was done could no longer be written down.
func (r *runner) write(entries ...entry) error {
	if r.journal == nil {
		return nil
	}
	err := r.journal.append(entries...)
	if err != nil {
		r.mu.Lock()
		if r.stopped == nil {
			r.stopped = err
		}
		r.mu.Unlock()
		r.schedule.stop()
	}
	return err
}

// handOff writes into the hand-off file whether the account at the address was
// created. Where that fails, nobody else's password can be written either.
func (r *runner) handOff(address string, created bool) {
	if r.handoff == nil {
		return
	}
	if err := r.handoff.conclude(address, created); err != nil {
		r.options.Logger.Warn("say in the hand-off file what became of an account", "account", address, "error", err)
	}
}

func (r *runner) report(event Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if event.Kind == Finished {
		r.finished++
	}
	event.Finished, event.Total = r.finished, len(r.executions)
	r.events <- event
}
