package apply

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/staffsync/staffsync/plan"
)

// dryRun reads every account and says what a run would find. It writes
// nothing.
func (r *runner) dryRun(ctx context.Context) Result {
	freed := r.addressesFreed()
	var workers errgroup.Group
	workers.SetLimit(r.options.Workers)
	for _, x := range r.executions {
		workers.Go(func() error {
			if ctx.Err() == nil {
				outcome := x.preview(ctx, freed)
				r.report(Event{Kind: Finished, ID: outcome.ID, Account: outcome.Account, Outcome: &outcome})
				x.outcome = &outcome
			}
			return nil
		})
	}
	_ = workers.Wait() // the workers keep their errors in the outcomes

	interrupted := false
	for _, x := range r.executions {
		if x.outcome == nil {
			interrupted = true
			outcome := x.newOutcome(NotAttempted, "the run was interrupted before its turn")
			x.outcome = &outcome
		}
	}
	result := newResult(r.outcomes())
	result.DryRun = true
	result.Interrupted = interrupted
	return result
}

// addressesFreed maps each address that the plan takes from an account to
// that account's id.
func (r *runner) addressesFreed() map[string]string {
	freed := make(map[string]string)
	for i := range r.plan.Actions {
		for _, alias := range r.plan.Actions[i].Release {
			freed[strings.ToLower(alias)] = r.plan.Actions[i].GoogleID
		}
	}
	return freed
}

// preview is the outcome that the action would begin with.
func (x *execution) preview(ctx context.Context, freed map[string]string) Outcome {
	if x.action.Kind == plan.Create {
		return x.previewCreate(ctx, freed)
	}
	account, err := x.runner.directory.Account(ctx, x.action.GoogleID)
	switch {
	case errors.Is(err, plan.ErrNotFound):
		return x.newOutcome(Drifted, fmt.Sprintf("the account with the id %s is gone", x.action.GoogleID))
	case err != nil:
		return x.newOutcome(Failed, fmt.Sprintf("it could not be read: %v", err))
	}
	found := x.judge(account)
	switch {
	case len(found.drift) > 0:
		x.notes = found.drift
		return x.newOutcome(Drifted, "would be left alone: "+sentences(found.drift, Drifted))
	case found.settled():
		return x.newOutcome(Already, "")
	}
	if change, renames := x.action.Rename(); renames && !found.renamed && !account.HasAddress(change.To.String()) {
		return x.previewRename(ctx, change.To.String(), freed)
	}
	return x.newOutcome(Pending, "")
}

// previewRename looks who has the address that the account is to get.
func (x *execution) previewRename(ctx context.Context, address string, freed map[string]string) Outcome {
	holder, err := x.runner.directory.AccountAt(ctx, address)
	switch {
	case errors.Is(err, plan.ErrNotFound), err == nil && freed[strings.ToLower(address)] == holder.GoogleID:
		return x.newOutcome(Pending, "")
	case err != nil:
		return x.newOutcome(Failed, fmt.Sprintf("who has %s could not be read: %v", address, err))
	}
	return x.newOutcome(Drifted, fmt.Sprintf("the address %s is taken by %s", address, holderWords(holder)))
}

func (x *execution) previewCreate(ctx context.Context, freed map[string]string) Outcome {
	holder, err := x.runner.directory.AccountAt(ctx, x.action.Account)
	switch {
	case errors.Is(err, plan.ErrNotFound) && x.runner.completed[x.action.ID]:
		return x.newOutcome(Drifted, "an earlier apply of this plan created it, and somebody deleted or renamed it")
	case errors.Is(err, plan.ErrNotFound):
		return x.newOutcome(Pending, "")
	case err != nil:
		return x.newOutcome(Failed, fmt.Sprintf("who has %s could not be read: %v", x.action.Account, err))
	case holder.DCID == x.dcid:
		return x.newOutcome(Already, "the account is there already")
	case freed[strings.ToLower(x.action.Account)] == holder.GoogleID:
		return x.newOutcome(Pending, "")
	}
	return x.newOutcome(Drifted, fmt.Sprintf("the address %s is taken by %s", x.action.Account, holderWords(holder)))
}
