package plan

import (
	"cmp"
	"slices"
)

// BulkChange is one change that several accounts share. Only accounts that work
// before and after count, and addresses, of which no two are the same, do not.
type BulkChange struct {
	// Field is the name of the field, such as orgUnitPath.
	Field string `yaml:"field"`
	// From is the value that they have, and To the one that they will have.
	From Value `yaml:"from,omitempty"`
	To   Value `yaml:"to"`
	// Count is how many accounts change so, and Base how many linked accounts
	// that work have that value now, From.
	Count int `yaml:"count"`
	Base  int `yaml:"base"`
	// Building is the one in which the others of the base work, empty where
	// there is no such one.
	Building string `yaml:"building,omitempty"`
}

// Change returns what each of the accounts shares.
func (b *BulkChange) Change() Change { return Change{Field: b.Field, From: b.From, To: b.To} }

// Shareable returns the changes of the action that others may share. Of a
// sensitive value nobody can tell whether others have it too.
func (a *Action) Shareable() Changes {
	switch a.Kind {
	case Rename, Move, Update:
		return slices.DeleteFunc(a.Changes.Without(FieldPrimaryEmail), Change.Sensitive)
	}
	return nil
}

// BulkActions returns the actions that share each of the changes, in the
// actions' order.
func BulkActions(bulk []BulkChange, actions []Action) [][]*Action {
	place := make(map[Change]int, len(bulk))
	for i := range bulk {
		place[bulk[i].Change()] = i
	}
	sharing := make([][]*Action, len(bulk))
	for i := range actions {
		for _, change := range actions[i].Shareable() {
			if at, ok := place[change]; ok {
				sharing[at] = append(sharing[at], &actions[i])
			}
		}
	}
	return sharing
}

// CompareBulk puts the change that most share first.
func CompareBulk(a, b BulkChange) int {
	return cmp.Or(
		-cmp.Compare(a.Count, b.Count), compareFields(a.Field, b.Field),
		cmp.Compare(a.From.String(), b.From.String()), cmp.Compare(a.To.String(), b.To.String()),
	)
}
