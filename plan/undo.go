package plan

import "fmt"

// CannotUndo says what of the action does not come back when the plan is undone,
// nothing where all of it does.
func (a *Action) CannotUndo() []string {
	var lost []string
	switch {
	case a.Kind == Create:
		return []string{"the account ends suspended"}
	case !a.Kind.OnAccount():
		return []string{"the " + a.Kind.Thing() + " stays"}
	}
	for _, change := range a.Changes {
		switch {
		case change.Field == FieldPrimaryEmail:
			lost = append(lost, fmt.Sprintf("the alias %s stays, unless somebody gets it back", change.To))
		case change.Sensitive():
			lost = append(lost, "the value of "+change.Field)
		}
	}
	for _, m := range a.Groups {
		if m.Leaves() && m.From == RoleUnknown {
			lost = append(lost, "the role in "+m.Group)
		}
	}
	return lost
}
