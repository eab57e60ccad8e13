package apply

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/staffsync/staffsync/plan"
)

// Edited is what Run goes by where the plan's file may have been edited: whole
// actions may have been deleted from it, and nothing else.
type Edited struct {
	// Fresh is a plan made now. Its limits count, and what they are measured
	// against.
	Fresh plan.Plan
	// Confirmations say of each action, by id, whether Fresh has it too.
	Confirmations map[string]plan.Confirmation
}

var digestForm = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// refuse returns the reasons against the plan as it was edited. What the journal has
// as done is done, unless it is to be done again.
func (e *Edited) refuse(p *plan.Plan, options Options, h history) []string {
	var reasons []string
	if !digestForm.MatchString(p.Digest) {
		reasons = append(reasons, "the plan no longer says which plan it was (its digest was edited), so its journal cannot be found; make a new plan")
	}
	left := make(map[string]bool, len(p.Actions))
	for i := range p.Actions {
		left[p.Actions[i].ID] = true
	}
	for i := range p.Actions {
		action := &p.Actions[i]
		confirmation, known := e.Confirmations[action.ID]
		if !known {
			confirmation.Objection = "was not looked at again"
		}
		if confirmation.Objection != "" && (!h.completed(action.ID) || options.again(h)) {
			reasons = append(reasons, fmt.Sprintf("%s %s; delete it too, or make a new plan", namedAction(action), confirmation.Objection))
		}
		for _, id := range action.After {
			if !left[id] {
				reasons = append(reasons, fmt.Sprintf("%s waits for %s, which was deleted from the plan; put that back, or delete both", namedAction(action), e.named(id)))
			}
		}
	}
	return reasons
}

// named names an action that is not in the file any more.
func (e *Edited) named(id string) string {
	for i := range e.Fresh.Actions {
		if action := &e.Fresh.Actions[i]; action.ID == id {
			return namedAction(action)
		}
	}
	return id
}

func namedAction(action *plan.Action) string {
	if action.Staff.Name == "" {
		return action.ID
	}
	return fmt.Sprintf("%s (%s)", action.ID, action.Staff.Name)
}

// narrowed is the plan as it is to run: measured by what a plan made now is
// measured by, and without the aliases and memberships of what is done, for nobody
// can tell which ones stood there.
func (e *Edited) narrowed(p plan.Plan) plan.Plan {
	p.Actions = slices.Clone(p.Actions)
	for i := range p.Actions {
		action := &p.Actions[i]
		if c := e.Confirmations[action.ID]; c.Done || c.Objection != "" {
			action.Release, action.Groups = nil, nil
		}
	}
	limits := make(plan.LimitChecks)
	for name := range plan.Count(p.Actions) {
		limits[name] = plan.LimitCheck{Base: e.Fresh.Limits[plan.LimitSuspend].Base}
	}
	for name, check := range e.Fresh.Limits {
		limits[name] = check
	}
	p.Limits = limits
	return p
}
