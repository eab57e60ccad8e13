package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/staffsync/staffsync/plan"
)

// SensitiveValues are the values that a plan has only the fingerprints of.
type SensitiveValues interface {
	// Value returns the planned value of the field of the person with that DCID
	// with what it is, for the directory alone to see. It returns an error, which
	// does not repeat the value, where the field is to have another one by now, or
	// none.
	Value(dcid int64, field string, planned plan.Value) (plan.Value, error)
}

// readSensitive reads the values behind the fingerprints of what remains of the
// plan, where there are any.
func readSensitive(ctx context.Context, remainders []plan.Remainder, options Options) (SensitiveValues, error) {
	if !slices.ContainsFunc(remainders, func(r plan.Remainder) bool { return r.Action.Changes.Sensitive() }) {
		return nil, nil
	}
	const doing = "read the sensitive values that the plan changes"
	if options.ReadSensitive == nil {
		return nil, errors.New(doing + ": it is not said from where")
	}
	values, err := options.ReadSensitive(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	return values, nil
}

// knows finds out what the operation is to write where the plan has only a
// fingerprint. Where that is no longer so, it notes that this change was refused.
func (x *execution) knows(i int) bool {
	for j, change := range x.operations[i].changes {
		if !change.Sensitive() {
			continue
		}
		known, err := x.runner.sensitive.Value(x.dcid, change.Field, change.To)
		if err != nil {
			x.finish(i, Failed, "not written: "+err.Error())
			return false
		}
		x.operations[i].changes[j].To = known
	}
	return true
}

// refuseKey returns the reason against a plan whose fingerprints are of another
// key, empty when there is none.
func refuseKey(p *plan.Plan, options Options) string {
	actions := p.Actions
	if options.Only != nil {
		actions = options.Only.Actions
	}
	if p.FingerprintKey == options.FingerprintKey || !plan.AnySensitive(actions) {
		return ""
	}
	return "the fingerprints of sensitive values in the plan were made with another key than the one here; use that key, or make a new plan"
}

// checkSensitive refuses a plain value of a sensitive attribute, which the message
// does not repeat, and a fingerprint in any other field, of which nobody knows
// what to write.
func (c *actionChecks) checkSensitive(action *plan.Action, change plan.Change) {
	sensitive := slices.Contains(c.options.Sensitive, change.Field)
	for _, value := range []plan.Value{change.From, change.To} {
		switch {
		case sensitive && !value.Absent() && !value.Sensitive():
			c.refuse(action, "has a plain value of %s, which is sensitive", change.Field)
			return
		case !sensitive && value.Sensitive():
			c.refuse(action, "has a fingerprint in %s, which is not sensitive", change.Field)
			return
		}
	}
}
