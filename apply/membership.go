package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/staffsync/staffsync/plan"
)

// cannotLeave says what to do about a membership that the directory does not
// let us end.
const cannotLeave = "; may the account that staffsync signs in as edit groups? If nobody can leave this group (a dynamic group, a group of another domain), list it under suspension.cannotLeave"

// cannotEdit says what to do about a group that the directory does not let us
// edit.
const cannotEdit = "; may the account that staffsync signs in as edit groups? If nobody can edit this one (a dynamic group), take it out of the rules"

// changeMemberships changes those of the groups, side by side as far as the run
// has room for it. Each is in the journal as soon as it is done; the notes follow
// in the order of the operations.
func (x *execution) changeMemberships(ctx context.Context, groups []int) {
	ends := make([]ending, len(groups))
	var begun atomic.Int64
	changeNext := func() bool {
		n := int(begun.Add(1)) - 1
		if n < len(groups) {
			ends[n] = x.changeMembership(ctx, x.operations[groups[n]])
		}
		return n < len(groups)
	}
	var helpers sync.WaitGroup
	for more := len(groups) > 0; more; more = changeNext() {
		for range len(groups) - int(begun.Load()) - 1 {
			if !x.runner.schedule.help() {
				break
			}
			helpers.Go(func() {
				defer x.runner.schedule.helped()
				for changeNext() {
				}
			})
		}
	}
	helpers.Wait()
	for n, i := range groups {
		end := ends[n]
		if end.err != nil {
			x.because(end.err)
		}
		// Of a member who is to join Google says at random that there is none.
		x.mayPass = x.mayPass || errors.Is(end.err, plan.ErrNotFound)
		x.settle(i, end.status, end.message)
	}
}

// ending is how an operation ended that ran beside others.
type ending struct {
	status  Status
	message string
	// err is why it failed.
	err error
}

// changeMembership carries out what happens to one membership, and writes into the
// journal how that ended.
func (x *execution) changeMembership(ctx context.Context, o operation) ending {
	var end ending
	switch m := o.membership; {
	case m.Joins():
		end = x.ending(x.runner.directory.JoinGroup(ctx, m.Group, x.id, m.To), cannotEdit)
	case m.SetsRole():
		end = x.setRole(ctx, m)
	case m.Prunes():
		end = x.prune(ctx, m)
	default:
		end = x.leave(ctx, m)
	}
	_ = x.runner.write(x.entry(o, end.status, end.message)) // the run stops, and what has begun is finished
	return end
}

// ending is that of a request which this error ends, with what to do where the
// directory refuses it.
func (x *execution) ending(err error, ifRefused string) ending {
	switch {
	case err == nil:
		return ending{status: Done}
	case refused(err):
		return ending{Failed, x.inWords(err) + ifRefused, err}
	}
	return ending{Failed, x.inWords(err), err}
}

// leave takes the account out of a group.
func (x *execution) leave(ctx context.Context, m plan.MembershipChange) ending {
	err := x.runner.directory.LeaveGroup(ctx, m.Group, x.id)
	if errors.Is(err, plan.ErrNotFound) {
		return ending{status: Already}
	}
	return x.ending(err, cannotLeave)
}

// setRole raises the account's role in a group, unless it is not what the plan
// saw.
func (x *execution) setRole(ctx context.Context, m plan.MembershipChange) ending {
	role, err := x.runner.directory.Role(ctx, m.Group, x.id)
	switch {
	case errors.Is(err, plan.ErrNotFound):
		return ending{status: Drifted, message: "the account is not a member any more"}
	case err != nil:
		return ending{Failed, "it could not be read: " + x.inWords(err), err}
	case role == m.To, !m.Undoes() && plan.RoleRank(role) >= plan.RoleRank(m.To):
		return ending{status: Already}
	case role != m.From:
		return ending{status: Drifted, message: fmt.Sprintf("it is %s, and the plan expects %s", role, m.From)}
	}
	return x.ending(x.runner.directory.SetRole(ctx, m.Group, x.id, m.To), cannotEdit)
}

// prune takes the account out of a group, unless it is not a plain member any more.
func (x *execution) prune(ctx context.Context, m plan.MembershipChange) ending {
	role, err := x.runner.directory.Role(ctx, m.Group, x.id)
	switch {
	case errors.Is(err, plan.ErrNotFound):
		return ending{status: Already}
	case err != nil:
		return ending{Failed, "the role could not be read: " + x.inWords(err), err}
	case role != m.From:
		return ending{status: Drifted, message: fmt.Sprintf("the role is %s, and the plan expects %s", role, m.From)}
	}
	return x.leave(ctx, m)
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
