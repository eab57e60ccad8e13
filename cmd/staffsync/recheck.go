package main

import (
	"context"
	"fmt"

	"github.com/staffsync/staffsync/apply"
	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
)

// planBeforeApply plans again, as of today, and gives the options what that plan
// says of the one that is to run.
func (p *program) planBeforeApply(ctx context.Context, cfg *config.Config, path string, reviewed plan.Plan, flags applyFlags, options *apply.Options) error {
	if !flags.allowEdited {
		if err := apply.Check(reviewed, *options); err != nil {
			return refused(err)
		}
	}
	fresh, err := p.planAgain(ctx, cfg, path, &reviewed, asOfToday)
	if err != nil {
		return fmt.Errorf("plan again: %w", err)
	}
	if flags.allowEdited {
		confirmations, err := diff.Confirm(reviewed.Actions, fresh.desired, fresh.actual, fresh.made)
		if err != nil {
			return err
		}
		options.Edited = &apply.Edited{Fresh: fresh.made, Confirmations: confirmations}
	}
	if flags.recheck {
		options.Outdated, err = recheck(reviewed, fresh)
	}
	return err
}

// recheck returns what of the plan a fresh one no longer does. Where PowerSchool's
// data is in doubt now and was not then, it cannot say who is to be spared, and the
// plan is refused.
func recheck(reviewed plan.Plan, fresh comparison) ([]plan.Omission, error) {
	var doubts []string
	for _, name := range fresh.made.Limits.Names() {
		check := fresh.made.Limits[name]
		if name.Standing() && check.Over() && !reviewed.Limits[name].Over() {
			doubts = append(doubts, fmt.Sprintf("a plan made now is over the limit %s: %s; so nothing can be rechecked", name, check.Excess(name)))
		}
	}
	if len(doubts) > 0 {
		return nil, refused(&apply.Refusal{Reasons: doubts})
	}
	return diff.Outdated(reviewed.Actions, fresh.desired, fresh.actual, fresh.made)
}
