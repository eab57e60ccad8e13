package main

import (
	"context"
	"fmt"

	"github.com/staffsync/staffsync/apply"
	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
)

// recheck plans again, as of today, and returns what of the plan that no longer
// does. Where PowerSchool's data is in doubt now and was not then, it cannot say
// who is to be spared, and the plan is refused.
func (p *program) recheck(ctx context.Context, cfg *config.Config, path string, reviewed plan.Plan) ([]plan.Omission, error) {
	fresh, err := p.planAgain(ctx, cfg, path, &reviewed, asOfToday)
	if err != nil {
		return nil, fmt.Errorf("plan again: %w", err)
	}
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
