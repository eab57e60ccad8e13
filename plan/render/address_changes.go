package render

import (
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// addressChange is one account's new address, or two accounts' that exchange
// theirs.
type addressChange struct {
	action *plan.Action
	// from is whose the address was, nil where it was nobody's of this plan.
	from *plan.Action
	// exchanged is set where from gets the address of action in turn.
	exchanged bool
}

// addressChanges says who gets a new address, each account once: first those that
// are exchanged, then those that pass on, then those that nobody had.
func addressChanges(actions []plan.Action) []addressChange {
	holder := make(map[string]*plan.Action) // of what is given up, in lower case
	for i := range actions {
		if change, renamed := actions[i].Rename(); renamed {
			holder[strings.ToLower(change.From.String())] = &actions[i]
		}
		for _, alias := range actions[i].Release {
			holder[strings.ToLower(alias)] = &actions[i]
		}
	}
	from := func(action *plan.Action) *plan.Action {
		change, changes := action.Changes.Get(plan.FieldPrimaryEmail)
		if had := holder[strings.ToLower(change.To.String())]; changes && had != action {
			return had
		}
		return nil
	}
	var exchanged, passing, unused []addressChange
	for i := range actions {
		action := &actions[i]
		if _, changes := action.Changes.Get(plan.FieldPrimaryEmail); !changes {
			continue
		}
		switch had := from(action); {
		case had != nil && from(had) == action:
			if !slices.ContainsFunc(exchanged, func(c addressChange) bool { return c.from == action }) {
				exchanged = append(exchanged, addressChange{action, had, true})
			}
		case had != nil:
			passing = append(passing, addressChange{action: action, from: had})
		case action.Kind != plan.Create:
			unused = append(unused, addressChange{action: action})
		}
	}
	// Who hands an address on is named there with the new one.
	named := make(map[*plan.Action]bool)
	for _, change := range passing {
		named[change.from] = true
	}
	unused = slices.DeleteFunc(unused, func(c addressChange) bool { return named[c.action] })
	return slices.Concat(exchanged, passing, unused)
}
