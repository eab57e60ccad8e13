package apply

import (
	"context"
	"errors"

	"github.com/staffsync/staffsync/plan"
)

// leaveGroups takes a suspended account out of its groups and tells whether
// nothing is left to do. A group that Google lets nobody edit, as a dynamic
// one, does not count: its members come and go by its own query.
func (x *execution) leaveGroups(ctx context.Context, found finding) bool {
	if !found.groups {
		return true
	}
	if !x.account.Suspended {
		for _, group := range x.action.Groups {
			x.note(Note{Part: PartGroup, Name: group.Leave, Status: NotAttempted, Message: "the account is not suspended"})
		}
		return false
	}
	all := true
	for _, group := range x.action.Groups {
		all = x.leave(ctx, group.Leave) && all
	}
	return all
}

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
	case errors.Is(err, plan.ErrForbidden), errors.Is(err, plan.ErrRefused):
		x.note(Note{Part: PartGroup, Name: group, Status: Refused, Message: err.Error()})
		return true
	}
	x.note(Note{Part: PartGroup, Name: group, Status: Failed, Message: err.Error()})
	return false
}
