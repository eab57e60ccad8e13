package apply

import (
	"context"
	"errors"

	"github.com/staffsync/staffsync/plan"
)

// cannotLeave says what to do about a membership that the directory does not
// let us end.
const cannotLeave = "; may the account that staffsync signs in as edit groups? If nobody can leave this group (a dynamic group, a group of another domain), list it under suspension.cannotLeave"

// leaveGroups takes a suspended account out of its groups and tells whether
// nothing is left to do.
func (x *execution) leaveGroups(ctx context.Context, found finding) bool {
	if !found.groups {
		return true
	}
	all := true
	for _, membership := range x.action.Groups {
		switch {
		case !membership.Leaves():
		case !x.account.Suspended:
			x.note(Note{Part: PartGroup, Name: membership.Group, Status: NotAttempted, Message: "the account is not suspended"})
			all = false
		default:
			all = x.leave(ctx, membership.Group) && all
		}
	}
	return all
}

// leave takes the account out of one group and tells whether it is out.
func (x *execution) leave(ctx context.Context, group string) bool {
	err := x.runner.directory.LeaveGroup(ctx, group, x.id)
	if errors.Is(err, plan.ErrUnclear) {
		err = x.runner.directory.LeaveGroup(ctx, group, x.id)
	}
	switch {
	case err == nil:
		x.wrote = true
		x.note(Note{Part: PartGroup, Name: group, Status: Done})
		return true
	case errors.Is(err, plan.ErrNotFound):
		x.note(Note{Part: PartGroup, Name: group, Status: Already})
		return true
	}
	message := err.Error()
	if errors.Is(err, plan.ErrForbidden) || errors.Is(err, plan.ErrRefused) {
		message += cannotLeave
	}
	x.note(Note{Part: PartGroup, Name: group, Status: Failed, Message: message})
	return false
}
