package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// send makes one request of the operations: that which creates the account,
// or an update of its fields.
func (x *execution) send(ctx context.Context, request []int) {
	switch {
	case len(request) == 0:
	case x.operations[request[0]].part == PartAccount:
		x.create(ctx, request)
	default:
		x.update(ctx, request)
	}
}

// update writes the fields in one request, or one by one when they are
// refused together.
func (x *execution) update(ctx context.Context, request []int) {
	stored, err := x.runner.directory.Update(ctx, x.id, x.changes(request))
	address := slices.IndexFunc(request, func(i int) bool { return x.operations[i].name == plan.FieldPrimaryEmail })
	switch {
	case err == nil:
		x.confirm(stored, request)
	case errors.Is(err, plan.ErrDuplicate) && address >= 0:
		i := request[address]
		x.finish(i, Failed, x.takenBy(ctx, x.operations[i].changes[0].To.String(), err))
		x.send(ctx, slices.Delete(slices.Clone(request), address, address+1))
	case refused(err) && len(request) > 1:
		for _, i := range request {
			if x.permitted(i) {
				x.update(ctx, []int{i})
			}
		}
	default:
		x.unliftable = errors.Is(err, plan.ErrCannotUnsuspend)
		x.finishAll(request, func(operation) (Status, string) { return Failed, x.because(err) })
	}
}

func (x *execution) changes(request []int) plan.Changes {
	var changes plan.Changes
	for _, i := range request {
		changes = append(changes, x.operations[i].changes...)
	}
	return changes
}

// confirm compares what the directory stored with what it was asked to.
func (x *execution) confirm(stored plan.Account, request []int) {
	x.wrote, x.account = true, stored
	x.finishAll(request, func(o operation) (Status, string) {
		var wrong []string
		for _, change := range x.unlike(stored, o.changes) {
			text := fmt.Sprintf("Google answered %s instead of %s", words(x.stored(stored, change.Field)), words(change.To))
			if o.part == PartAccount {
				text = change.Field + ": " + text
			}
			wrong = append(wrong, text)
		}
		if len(wrong) > 0 {
			x.mayPass = true
			return Failed, strings.Join(wrong, "; ")
		}
		return Done, ""
	})
}

// unlike returns the changes whose field is not as it is to be.
func (x *execution) unlike(account plan.Account, changes plan.Changes) plan.Changes {
	var unlike plan.Changes
	for _, change := range changes {
		// An account does not tell whether its password is to be changed.
		if change.Field != plan.FieldChangePassword && !plan.Same(change.Field, x.stored(account, change.Field), change.To) {
			unlike = append(unlike, change)
		}
	}
	return unlike
}

// release takes one alias from the account.
func (x *execution) release(ctx context.Context, i int) {
	switch err := x.runner.directory.ReleaseAlias(ctx, x.id, x.operations[i].name); {
	case err == nil:
		x.finish(i, Done, "")
	case errors.Is(err, plan.ErrNotFound):
		x.finish(i, Already, "")
	default:
		x.finish(i, Failed, x.because(err))
	}
}
