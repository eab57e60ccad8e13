package apply

import (
	"context"
	"errors"
	"fmt"

	"github.com/staffsync/staffsync/plan"
)

// write makes the changes in one request, or one by one when they are refused
// together. It notes what happened to each and tells whether all stand.
func (x *execution) write(ctx context.Context, changes plan.Changes) bool {
	if len(changes) == 0 {
		return true
	}
	return x.attempt(ctx, changes, false)
}

// attempt sends one request. again tells that it is the second one after an
// unclear outcome.
func (x *execution) attempt(ctx context.Context, changes plan.Changes, again bool) bool {
	account, err := x.runner.directory.Update(ctx, x.id, changes)
	switch {
	case err == nil:
		return x.confirm(ctx, account, changes)
	case errors.Is(err, plan.ErrUnclear), errors.Is(err, plan.ErrDuplicate):
		return x.readBack(ctx, changes, err, again)
	case (errors.Is(err, plan.ErrRefused) || errors.Is(err, plan.ErrForbidden)) && len(changes) > 1:
		all := true
		for _, change := range changes {
			all = x.attempt(ctx, plan.Changes{change}, again) && all
		}
		return all
	}
	x.fail(changes, err.Error())
	return false
}

func (x *execution) fail(changes plan.Changes, message string) {
	for _, change := range changes {
		x.note(Note{Part: PartField, Name: change.Field, Status: Failed, Message: message})
	}
}

// confirm compares what the directory stored with what it was asked to.
func (x *execution) confirm(ctx context.Context, stored plan.Account, changes plan.Changes) bool {
	x.wrote = true
	if len(x.unlike(stored, changes)) > 0 {
		// An answer may leave out what a read has.
		if fresh, err := x.runner.directory.Account(ctx, x.id); err == nil {
			stored = fresh
		}
	}
	x.account = stored
	unlike := x.unlike(stored, changes)
	for _, change := range changes {
		if _, differs := unlike.Get(change.Field); !differs {
			x.note(Note{Part: PartField, Name: change.Field, Status: Done})
			continue
		}
		found := x.stored(stored, change.Field)
		x.note(Note{
			Part: PartField, Name: change.Field, Status: Failed, Expected: []plan.Value{change.To}, Found: found,
			Message: fmt.Sprintf("Google answered %s instead of %s", words(found), words(change.To)),
		})
	}
	return len(unlike) == 0
}

// unlike returns the changes whose field is not as it is to be.
func (x *execution) unlike(account plan.Account, changes plan.Changes) plan.Changes {
	var unlike plan.Changes
	for _, change := range changes {
		if change.Field == plan.FieldChangePassword {
			continue // an account does not tell
		}
		if !plan.Same(change.Field, x.stored(account, change.Field), change.To) {
			unlike = append(unlike, change)
		}
	}
	return unlike
}

// stored returns the value of a field, the match attribute's included.
func (x *execution) stored(account plan.Account, field string) plan.Value {
	if field == x.runner.options.Match {
		return numberOrAbsent(account.DCID)
	}
	return account.Field(field)
}

// readBack looks what became of a request whose answer does not tell: one
// that was cut off, or a rename that is called a duplicate, which may have
// been carried out the first time it was sent.
func (x *execution) readBack(ctx context.Context, changes plan.Changes, cause error, again bool) bool {
	account, err := x.runner.directory.Account(ctx, x.id)
	if err != nil {
		x.fail(changes, fmt.Sprintf("%v; and the account could not be read back: %v", cause, err))
		return false
	}
	x.account = account
	var rest plan.Changes
	all := true
	for _, change := range changes {
		switch found := account.Field(change.Field); {
		case plan.Same(change.Field, found, change.To):
			x.wrote = true
			x.note(Note{Part: PartField, Name: change.Field, Status: Done})
		case plan.Same(change.Field, found, change.From):
			rest = append(rest, change)
		default:
			all = false
			x.note(Note{
				Part: PartField, Name: change.Field, Status: Failed, Expected: []plan.Value{change.To}, Found: found,
				Message: fmt.Sprintf("somebody made it %s in the meantime", words(found)),
			})
		}
	}
	if address, taken := rest.Get(plan.FieldPrimaryEmail); taken && errors.Is(cause, plan.ErrDuplicate) {
		all = false
		x.fail(plan.Changes{address}, x.takenBy(ctx, address.To.String(), cause))
		rest = rest.Without(plan.FieldPrimaryEmail)
	}
	switch {
	case len(rest) == 0:
		return all
	case again:
		x.fail(rest, cause.Error())
		return false
	}
	return x.attempt(ctx, rest, true) && all
}

// takenBy says who has an address that is called taken.
func (x *execution) takenBy(ctx context.Context, address string, cause error) string {
	holder, err := x.runner.directory.AccountAt(ctx, address)
	switch {
	case errors.Is(err, plan.ErrNotFound):
		return fmt.Sprintf("the address %s is taken, but by no account: by a group, or by an account that was deleted lately (%v)", address, cause)
	case err != nil:
		return fmt.Sprintf("the address %s is taken; by whom could not be read: %v", address, err)
	}
	return fmt.Sprintf("the address %s is taken by %s", address, holderWords(holder))
}
