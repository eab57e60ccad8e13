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

// leave takes the account out of the groups, side by side as far as the run has
// room for it. Each is in the journal as soon as it is done; the notes follow in
// the order of the operations.
func (x *execution) leave(ctx context.Context, groups []int) {
	ends := make([]ending, len(groups))
	var begun atomic.Int64
	leaveNext := func() bool {
		n := int(begun.Add(1)) - 1
		if n < len(groups) {
			ends[n] = x.leaveGroup(ctx, x.operations[groups[n]])
		}
		return n < len(groups)
	}
	var helpers sync.WaitGroup
	for more := len(groups) > 0; more; more = leaveNext() {
		for range len(groups) - int(begun.Load()) - 1 {
			if !x.runner.schedule.help() {
				break
			}
			helpers.Go(func() {
				defer x.runner.schedule.helped()
				for leaveNext() {
				}
			})
		}
	}
	helpers.Wait()
	for n, i := range groups {
		if ends[n].err != nil {
			x.because(ends[n].err)
		}
		x.settle(i, ends[n].status, ends[n].message)
	}
}

// ending is how an operation ended that ran beside others.
type ending struct {
	status  Status
	message string
	// err is why it failed.
	err error
}

// leaveGroup takes the account out of one group and writes into the journal how
// that ended.
func (x *execution) leaveGroup(ctx context.Context, o operation) ending {
	end := ending{status: Done}
	switch err := x.runner.directory.LeaveGroup(ctx, o.name, x.id); {
	case err == nil:
	case errors.Is(err, plan.ErrNotFound):
		end.status = Already
	default:
		end = ending{Failed, x.inWords(err), err}
		if refused(err) {
			end.message += cannotLeave
		}
	}
	_ = x.runner.write(x.entry(o, end.status, end.message)) // the run stops, and what has begun is finished
	return end
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
