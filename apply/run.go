package apply

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/staffsync/staffsync/plan"
)

// Run executes the plan. It returns a *Refusal when the plan must not run and
// another error when the run could not start; in both cases nothing was
// written to the directory. What happened afterwards is in the Result,
// with no error: one action's failure does not stop the others.
//
// When ctx is cancelled no further action begins, and what is in flight is
// finished. Running the same plan again completes it.
func Run(ctx context.Context, p plan.Plan, directory Directory, options Options) (result Result, err error) {
	options = options.of(&p)
	journal, err := readJournalFile(options.JournalPath)
	if err != nil {
		return Result{}, err
	}
	before, _, err := readJournal(options.JournalPath, journal, p.Digest)
	if err != nil {
		return Result{}, err
	}
	held, err := judgeHolds(ctx, &p, directory, options)
	if err != nil {
		return Result{}, err
	}
	remainders, heldBack, outdated, reasons := decide(p, options, before, held)
	if len(reasons) > 0 {
		return Result{}, &Refusal{Reasons: reasons}
	}
	creates := countCreates(remainders)
	if creates > 0 && !options.DryRun {
		if err := options.Password.Check(); err != nil {
			return Result{}, fmt.Errorf("the plan creates accounts (%d), and %w", creates, err)
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
	sensitive, err := readSensitive(ctx, remainders, options)
	if err != nil {
		return Result{}, err
	}
	r := newRunner(remainders, directory, options)
	r.sensitive = sensitive
	r.heldBack, r.outdated = heldBack, outdated
	if options.DryRun {
		if r.history = before; options.again(r.history) {
			r.history.done = nil
		}
		return r.run(ctx), nil
	}
	if len(remainders) == 0 {
		return newResult(nil), nil
	}

	if r.journal, err = openJournal(options.JournalPath, p.Digest, options.Now); err != nil {
		return Result{}, err
	}
	defer r.close("journal", r.journal.close)
	r.history = r.journal.history
	if (options.Only != nil || options.Edited != nil || len(options.Outdated) > 0) && !reflect.DeepEqual(r.history.ever, before.ever) {
		return Result{}, errors.New("another apply of this plan ran at the same time; run the same command again")
	}
	if options.again(r.history) && len(r.history.done) > 0 {
		if err := r.journal.append(entry{Outcome: madeAgain}); err != nil {
			return Result{}, err
		}
		r.history.done = nil
	}
	if options.Password.Random && creates > 0 {
		if r.handoff, err = openHandoff(options.Password.HandoffPath, options.Now); err != nil {
			return Result{}, err
		}
		defer r.close("hand-off file", r.handoff.close)
	}
	return r.run(ctx), nil
}

// decide returns what a run is to do of the plan, which limits hold something back
// and of how many actions something is outdated, or the reasons for which the plan
// must not run. Who edited the plan decides first, then who selects a part of it,
// then the holds, then the recheck, then the limits.
func decide(p plan.Plan, options Options, before history, held held) (remainders []plan.Remainder, heldBack []string, outdated int, reasons []string) {
	narrowed := p
	if options.Edited != nil {
		narrowed = options.Edited.narrowed(p)
	}
	part := partOf(&narrowed, options, before)
	outdated = part.outdated()
	part.omitted = slices.Concat(held.omissions, part.omitted)
	exceeded := judgeLimits(&narrowed, part, options)
	if reasons := append(refuse(&p, options, exceeded, before), held.refusals...); len(reasons) > 0 {
		return nil, nil, 0, reasons
	}
	remainders = part.without(exceeded.held)
	if len(exceeded.held) > 0 && nothingLeft(remainders) {
		return nil, nil, 0, exceeded.reasons
	}
	return remainders, exceeded.reasons, outdated, nil
}

// countCreates counts the accounts that are still to be created.
func countCreates(remainders []plan.Remainder) int {
	n := 0
	for i := range remainders {
		if remainders[i].Action.Kind == plan.Create && !remainders[i].Empty() {
			n++
		}
	}
	return n
}

// nothingLeft tells whether everything is left out.
func nothingLeft(remainders []plan.Remainder) bool {
	return !slices.ContainsFunc(remainders, func(r plan.Remainder) bool { return !r.Empty() })
}

// close closes a file of the run. What it holds was synced line by line, so
// an error costs nothing.
func (r *runner) close(what string, closeFile func() error) {
	if err := closeFile(); err != nil {
		r.options.Logger.Warn("close the "+what, "error", err)
	}
}
