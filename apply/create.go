package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// create makes a new account, unless it is there already.
func (x *execution) create(ctx context.Context) {
	address := x.action.Account
	holder, err := x.runner.directory.AccountAt(ctx, address)
	switch {
	case err == nil:
		x.occupied(holder)
		return
	case !errors.Is(err, plan.ErrNotFound):
		x.note(Note{Part: PartField, Name: plan.FieldPrimaryEmail, Status: Failed, Message: fmt.Sprintf("who has %s could not be read: %v", address, err)})
		x.conclude()
		return
	case x.runner.completed[x.action.ID]:
		x.drifted([]Note{{
			Part: PartField, Name: "account", Status: Drifted,
			Message: "an earlier apply of this plan created it, and somebody deleted or renamed it",
		}})
		return
	}
	if err := x.begin(); err != nil {
		x.end(NotAttempted, "the run stopped before its first write: "+err.Error())
		return
	}
	password, err := x.password()
	if err != nil {
		x.note(Note{Part: PartField, Name: "password", Status: Failed, Message: err.Error()})
		x.conclude()
		return
	}
	x.insert(ctx, password)
	x.freed = x.id != ""
	x.conclude()
}

// occupied ends the action because the address has an account: the person's
// own, which an earlier run created, or somebody else's.
func (x *execution) occupied(holder plan.Account) {
	if holder.DCID != x.dcid {
		x.drifted([]Note{{
			Part: PartField, Name: plan.FieldPrimaryEmail, Status: Drifted, Found: plan.Text(holder.Address),
			Message: fmt.Sprintf("the address %s is taken by %s", x.action.Account, holderWords(holder)),
		}})
		return
	}
	x.account, x.freed = holder, true
	var differing []string
	for _, change := range x.unlike(holder, x.action.Changes) {
		differing = append(differing, change.Field)
		x.note(Note{
			Part: PartField, Name: change.Field, Status: Already, Expected: []plan.Value{change.To}, Found: x.stored(holder, change.Field),
		})
	}
	message := "the account is there already"
	if len(differing) > 0 {
		message += fmt.Sprintf(", with other values in %s; the next plan sees to them", strings.Join(differing, ", "))
	}
	x.end(Already, message)
}

// password returns what the new account gets. A random one is on the disk
// before it is used.
func (x *execution) password() (string, error) {
	options := x.runner.options
	if !options.Password.Random {
		return options.Password.Fixed, nil
	}
	password, err := randomPassword(options.Random)
	if err != nil {
		return "", err
	}
	given, _ := x.action.Changes.Get(plan.FieldGivenName)
	family, _ := x.action.Changes.Get(plan.FieldFamilyName)
	name := given.To.String() + " " + family.To.String()
	return password, x.runner.handoff.append(x.action.Account, name, password)
}

// insert creates the account. Of one that is refused as a whole, what is not
// needed for it to exist is left for a second request.
func (x *execution) insert(ctx context.Context, password string) {
	changes := x.action.Changes
	needed, rest := x.neededFirst(changes)
	refused, err := x.tryInsert(ctx, changes, password)
	if refused && len(rest) > 0 {
		if _, err = x.tryInsert(ctx, needed, password); err == nil {
			x.write(ctx, rest)
			return
		}
	}
	if err != nil {
		message := err.Error()
		if password != "" {
			message = strings.ReplaceAll(message, password, "[password]")
		}
		x.note(Note{Part: PartField, Name: "account", Status: Failed, Message: "not created: " + message})
	}
}

// neededFirst divides the changes into those without which an account would
// not be this person's, in the right place, and the others.
func (x *execution) neededFirst(changes plan.Changes) (needed, rest plan.Changes) {
	always := []string{
		plan.FieldPrimaryEmail, plan.FieldGivenName, plan.FieldFamilyName, plan.FieldOrgUnitPath,
		plan.FieldChangePassword, x.runner.options.Match,
	}
	for _, change := range changes {
		if slices.Contains(always, change.Field) {
			needed = append(needed, change)
		} else {
			rest = append(rest, change)
		}
	}
	return needed, rest
}

// tryInsert creates the account with these changes, twice if need be. It
// tells whether the content was refused.
func (x *execution) tryInsert(ctx context.Context, changes plan.Changes, password string) (refused bool, err error) {
	for again := false; ; again = true {
		account, err := x.runner.directory.Create(ctx, changes, password)
		if err == nil {
			x.account, x.id = account, account.GoogleID
			x.confirm(ctx, account, changes)
			return false, nil
		}
		if !errors.Is(err, plan.ErrUnclear) && !errors.Is(err, plan.ErrDuplicate) {
			return errors.Is(err, plan.ErrRefused) || errors.Is(err, plan.ErrForbidden), err
		}
		// It may have been created all the same.
		holder, readErr := x.runner.directory.AccountAt(ctx, x.action.Account)
		switch {
		case readErr == nil && holder.DCID == x.dcid:
			x.account, x.id = holder, holder.GoogleID
			x.confirm(ctx, holder, changes)
			return false, nil
		case readErr == nil:
			return false, fmt.Errorf("the address %s is taken by %s", x.action.Account, holderWords(holder))
		case !errors.Is(readErr, plan.ErrNotFound):
			return false, fmt.Errorf("%w; and who has the address could not be read: %w", err, readErr)
		case errors.Is(err, plan.ErrDuplicate):
			return false, fmt.Errorf("the address %s is taken, but by no account: by a group, or by an account that was deleted lately (%w)", x.action.Account, err)
		case again:
			return false, err
		}
	}
}
