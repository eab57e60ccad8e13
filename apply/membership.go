package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// cannotLeave says what to do about a membership that the directory does not
// let us end.
const cannotLeave = "; may the account that staffsync signs in as edit groups? If nobody can leave this group (a dynamic group, a group of another domain), list it under suspension.cannotLeave"

// leave takes the account out of one group.
func (x *execution) leave(ctx context.Context, i int) {
	switch err := x.runner.directory.LeaveGroup(ctx, x.operations[i].name, x.id); {
	case err == nil:
		x.finish(i, Done, "")
	case errors.Is(err, plan.ErrNotFound):
		x.finish(i, Already, "")
	case refused(err):
		x.finish(i, Failed, x.because(err)+cannotLeave)
	default:
		x.finish(i, Failed, x.because(err))
	}
}

// readMemberships looks whether the account is in groups that the plan does
// not know, before the move after which no plan looks at them again.
func (x *execution) readMemberships(ctx context.Context, i int) {
	known := slices.Clone(x.runner.options.CannotLeave)
	for _, membership := range x.action.Groups {
		known = append(known, membership.Group)
	}
	others, err := x.runner.directory.OtherGroups(ctx, x.id, known)
	switch {
	case err != nil:
		x.finish(i, Failed, "they could not be read again: "+x.because(err))
	case len(others) > 0:
		x.finish(i, Drifted, fmt.Sprintf("the account is also in %s, which the plan does not know; it is not moved, so that the next plan takes it out", strings.Join(others, ", ")))
	default:
		x.status[i] = Already
	}
}
