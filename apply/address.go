package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/staffsync/staffsync/plan"
)

// takenBy says who has an address that the directory calls taken.
func (x *execution) takenBy(ctx context.Context, address string, cause error) string {
	holder, err := x.runner.directory.AccountAt(ctx, address)
	switch {
	case errors.Is(err, plan.ErrNotFound):
		return fmt.Sprintf("the address %s is taken, but by no account: by a group, or by an account that was deleted lately (%v)", address, cause)
	case errors.Is(err, plan.ErrDeleted):
		return fmt.Sprintf("the address %s is taken by an account that was deleted lately, and can be restored for 20 days; make a new plan", address)
	case err != nil:
		return fmt.Sprintf("the address %s is taken; by whom could not be read: %s", address, x.because(err))
	}
	return taken(address, holder)
}

func taken(address string, holder plan.Account) string {
	whose := "no DCID"
	if holder.DCID != 0 {
		whose = fmt.Sprintf("DCID %d", holder.DCID)
	}
	return fmt.Sprintf("the address %s is taken by the account %s, which carries %s", address, holder.Address, whose)
}

// preview looks in a dry run whether a rename would find its address free.
func (x *execution) preview(ctx context.Context, o operation) {
	if o.name != plan.FieldPrimaryEmail || !o.waits || x.account.HasAddress(o.changes[0].To.String()) {
		return
	}
	address := o.changes[0].To.String()
	holder, err := x.runner.directory.AccountAt(ctx, address)
	switch {
	case errors.Is(err, plan.ErrNotFound), err == nil && x.gaveUp(holder):
	case err != nil:
		x.note(x.unread(address, err))
	default:
		x.note(noteOn(plan.FieldPrimaryEmail, Drifted, "%s", taken(address, holder)))
	}
}

// unread says why it is not known who has an address.
func (x *execution) unread(address string, err error) Note {
	if errors.Is(err, plan.ErrDeleted) {
		return noteOn(plan.FieldPrimaryEmail, Drifted, "%s is the address of an account that was deleted lately, and can be restored for 20 days; make a new plan", address)
	}
	return noteOn(plan.FieldPrimaryEmail, Failed, "who has %s could not be read: %s", address, x.because(err))
}

// gaveUp tells whether the account is of an action that this one waits for,
// and that has given up its address, or would have in a dry run.
func (x *execution) gaveUp(holder plan.Account) bool {
	return slices.ContainsFunc(x.action.After, func(id string) bool {
		return x.runner.byID[id].action.GoogleID == holder.GoogleID
	})
}
