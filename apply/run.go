package apply

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/staffsync/staffsync/plan"
)

// Run executes the plan. It returns a *Refusal when the plan must not run and
// another error when the run could not start; in both cases nothing was
// written to the directory. What happened afterwards stands in the Result,
// with no error: one action's failure does not stop the others.
//
// When ctx is cancelled no further action begins, and what is in flight is
// finished. Running the same plan again completes it.
func Run(ctx context.Context, p plan.Plan, directory Directory, options Options) (result Result, err error) {
	options = options.withDefaults()
	if reasons := refuse(&p, options); len(reasons) > 0 {
		return Result{}, &Refusal{Reasons: reasons}
	}
	if !options.DryRun {
		if err := checkPassword(&p, options.Password); err != nil {
			return Result{}, err
		}
	}
	customer, err := directory.Customer(ctx)
	if err != nil {
		return Result{}, fmt.Errorf("ask the directory which customer it is: %w", err)
	}
	if customer != p.Customer {
		return Result{}, &Refusal{Reasons: []string{fmt.Sprintf(
			"the plan was made from the accounts of the customer %s, and this directory is of %s; make a new plan here", p.Customer, customer)}}
	}
	r := newRunner(&p, directory, options)
	if options.DryRun {
		if r.completed, err = peekJournal(options.JournalPath, p.Digest); err != nil {
			return Result{}, err
		}
		if options.MadeAgain {
			r.completed = nil
		}
		return r.dryRun(ctx), nil
	}
	if len(p.Actions) == 0 {
		return newResult(nil), nil
	}

	if r.journal, err = openJournal(options.JournalPath, p.Digest, options.Now); err != nil {
		return Result{}, err
	}
	defer r.close("journal", r.journal.close)
	r.completed = r.journal.completed
	if options.MadeAgain && len(r.completed) > 0 {
		if err := r.journal.append("", "", madeAgain, ""); err != nil {
			return Result{}, err
		}
		r.completed = nil
	}
	if options.Password.Random && hasCreate(&p) {
		if r.handoff, err = openHandoff(options.Password.HandoffPath, options.Now); err != nil {
			return Result{}, err
		}
		defer r.close("hand-off file", r.handoff.close)
	}
	return r.run(ctx), nil
}

func hasCreate(p *plan.Plan) bool {
	for i := range p.Actions {
		if p.Actions[i].Kind == plan.Create {
			return true
		}
	}
	return false
}

// close closes a file of the run. What it holds was synced line by line, so
// an error costs nothing.
func (r *runner) close(what string, closeFile func() error) {
	if err := closeFile(); err != nil {
		r.options.Logger.Warn("close the "+what, "error", err)
	}
}

// run executes the actions.
func (r *runner) run(ctx context.Context) Result {
	inFlight, release := r.inFlight(ctx)
	defer release()
	defer context.AfterFunc(ctx, r.schedule.finish)()

	var workers errgroup.Group
	for range min(r.options.Workers, len(r.steps)) {
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
	r.endUnclaimed(interrupted)
	result := newResult(r.outcomes())
	result.Interrupted = interrupted
	result.Stopped = r.stopReason()
	return result
}

// inFlight returns the context of the requests: it outlives ctx, by the grace
// that the options set, until they say abort.
func (r *runner) inFlight(ctx context.Context) (context.Context, func()) {
	requests, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	go func() {
		defer cancel(nil)
		select {
		case <-ended:
			return
		case <-r.options.Abort:
			cancel(errAborted)
			return
		case <-ctx.Done():
		}
		deadline, stop := r.grace()
		defer stop()
		select {
		case <-ended:
		case <-r.options.Abort:
			cancel(errAborted)
		case <-deadline:
			cancel(errAborted)
		}
	}()
	return requests, func() { close(ended) }
}
