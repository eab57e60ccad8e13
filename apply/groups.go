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
			x.note(Note{Part: PartGroup, Name: group.Group, Status: NotAttempted, Message: "the account is not suspended"})
		}
		return false
	}
	all, forbidden := true, 0
	first := len(x.notes)
	for _, group := range x.action.Groups {
		if group.Stays() {
			continue
		}
		err := x.leave(ctx, group.Group)
		if errors.Is(err, plan.ErrForbidden) {
			forbidden++
		}
		all = all && (err == nil || ungovernable(err))
	}
	if forbidden == len(x.action.Groups) && !x.runner.leftGroup.Load() {
		x.lacksPrivilege(x.notes[first:])
		return false
	}
	return all
}

// ungovernable tells whether the answer means that nobody edits the group.
func ungovernable(err error) bool {
	return errors.Is(err, plan.ErrForbidden) || errors.Is(err, plan.ErrRefused)
}

// lacksPrivilege fails the groups that were forbidden, each and every one,
// in a run that could take nobody out of any group: that is no group that
// cannot be edited, but an account of ours that may edit none.
func (x *execution) lacksPrivilege(notes []Note) {
	for i := range notes {
		notes[i].Status = Failed
		notes[i].Message += "; may the account that staffsync signs in as edit groups?"
	}
}

// leave takes the account out of one group.
func (x *execution) leave(ctx context.Context, group string) error {
	err := x.runner.directory.LeaveGroup(ctx, group, x.id)
	if errors.Is(err, plan.ErrUnclear) {
		err = x.runner.directory.LeaveGroup(ctx, group, x.id)
	}
	switch {
	case err == nil:
		x.wrote = true
		x.runner.leftGroup.Store(true)
		x.note(Note{Part: PartGroup, Name: group, Status: Done})
	case errors.Is(err, plan.ErrNotFound):
		x.note(Note{Part: PartGroup, Name: group, Status: Already})
		return nil
	case ungovernable(err):
		x.note(Note{Part: PartGroup, Name: group, Status: Refused, Message: err.Error()})
	default:
		x.note(Note{Part: PartGroup, Name: group, Status: Failed, Message: err.Error()})
	}
	return err
}
