package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// held is what the holds that are kept now say against a plan.
type held struct {
	// refusals are the reasons against the whole plan, and omissions what is left
	// out of it.
	refusals  []string
	omissions []plan.Omission
}

// judgeHolds lays the holds that are kept now beside the plan. Those that name a
// person hold at once. Of whom an expression is, only a plan can tell. The
// directory is asked about the addresses that the plan does not know. Links are
// not held, and new attributes are nobody's.
func judgeHolds(ctx context.Context, p *plan.Plan, directory Directory, options Options) (found held, err error) {
	if p.MadeBy() == plan.MadeByAdopt || p.MadeBy() == plan.MadeByAttributes {
		return held{}, nil
	}
	refuse := func(hold *plan.Hold, why string) {
		found.refusals = append(found.refusals, fmt.Sprintf("%s: %s", hold.Where, why))
	}
	for i := range options.Holds {
		hold := &options.Holds[i]
		switch {
		case !hold.InForce(options.Today):
			continue
		case hold.Problem != "":
			refuse(hold, hold.Problem)
			continue
		case hold.When != "":
			if !slices.ContainsFunc(p.Holds, func(planned plan.Hold) bool { return hold.Same(&planned) }) {
				refuse(hold, "this hold was written or changed after the plan was made, and of whom its expression is only a plan can tell; make a new plan")
			}
			continue
		}
		ids, known, err := heldActions(ctx, hold, p, directory)
		if err != nil {
			return held{}, fmt.Errorf("%s: find out who is held: %w", hold.Where, err)
		}
		if !known {
			refuse(hold, fmt.Sprintf("the plan has nobody with %s, nor has any linked account; correct it, or make a new plan", hold.Who()))
		}
		for j := range p.Actions {
			if action := &p.Actions[j]; slices.Contains(ids, action.ID) {
				found.omissions = append(found.omissions, hold.Omissions(action, options.SuspendedOrgUnit)...)
			}
		}
	}
	return found, nil
}

// heldActions returns the ids that actions on the accounts of whom the hold is of
// have, and whether it is known to be of somebody.
func heldActions(ctx context.Context, hold *plan.Hold, p *plan.Plan, directory Directory) (ids []string, known bool, err error) {
	if hold.DCID != 0 {
		ids = append(ids, plan.AccountID(hold.DCID))
	}
	for i := range p.Holds {
		planned := &p.Holds[i]
		if planned.When != "" || planned.DCID != hold.DCID || !strings.EqualFold(planned.Address, hold.Address) {
			continue
		}
		for _, person := range planned.People {
			ids = append(ids, plan.AccountID(person.DCID))
		}
		return ids, len(planned.People) > 0, nil
	}
	if hold.Address == "" {
		return ids, true, nil // whose DCID it is, the next plan tells
	}
	for i := range p.Actions {
		if action := &p.Actions[i]; action.HasAddress(hold.Address) {
			ids = append(ids, action.ID)
		}
	}
	account, err := directory.AccountAt(ctx, hold.Address)
	switch {
	case errors.Is(err, plan.ErrNotFound), errors.Is(err, plan.ErrDeleted):
	case err != nil:
		return nil, false, err
	case account.DCID != 0:
		ids = append(ids, plan.AccountID(account.DCID))
	}
	return ids, len(ids) > 0, nil
}
