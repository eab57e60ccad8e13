package apply

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// lookForAttribute looks whether the custom attribute that is to be created is
// there. It ends the action and returns false where another one has its name, or
// where an earlier run made it and somebody took it away.
func (x *execution) lookForAttribute(ctx context.Context) bool {
	wanted, _ := x.action.NewAttribute()
	existing, err := x.runner.directory.Attributes(ctx)
	if err != nil {
		x.note(Note{Part: PartNew, Name: wanted.Name, Status: Failed, Message: "the custom attributes could not be read: " + x.because(err)})
		x.conclude()
		return false
	}
	at := slices.IndexFunc(existing, func(a plan.Attribute) bool { return a.Name == wanted.Name })
	switch {
	case at >= 0:
		err = existing[at].CheckCreated(wanted)
	case x.runner.history.completed(x.action.ID):
		x.undone = true
		err = errors.New("an earlier apply of this plan made it, and the directory does not have it; if that is so after some minutes too, somebody took it away")
	}
	if err != nil {
		x.note(Note{Part: PartNew, Name: wanted.Name, Status: Drifted, Message: err.Error()})
		x.conclude()
		return false
	}
	x.attributeThere = at >= 0
	return true
}

// checkCreateAttribute refuses a new custom attribute that the config does not
// name, or that is made otherwise than staffsync makes one.
func (c *actionChecks) checkCreateAttribute(action *plan.Action) {
	if action.ID != action.CreationID() {
		c.refuse(action, "creates the attribute %s under another id", action.Account)
	}
	if action.Account != c.options.Match && !slices.Contains(c.options.Managed, action.Account) || strings.HasPrefix(action.Account, plan.ExternalIDPrefix) {
		c.refuse(action, "creates the attribute %q, which the policy does not manage", action.Account)
	}
	if action.GoogleID != "" || action.Staff != (plan.Person{}) || action.Via != "" || len(action.Release)+len(action.Groups)+len(action.After) > 0 {
		c.refuse(action, "does to an attribute what is done to an account")
	}
	if _, ok := action.NewAttribute(); !ok {
		c.refuse(action, "does not create the attribute %s as one with a single value, indexed, and read by administrators and whose it is", action.Account)
	}
}
