package apply

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// lookForNew looks whether the address of a new account is free. It ends the
// action and returns false when it is not, or when the account is there
// already.
func (x *execution) lookForNew(ctx context.Context) bool {
	holder, err := x.runner.directory.AccountAt(ctx, x.action.Account)
	switch {
	case (errors.Is(err, plan.ErrNotFound) || err == nil && x.gaveUp(holder)) && x.runner.history.completed(x.action.ID):
		x.undone = true
		x.note(noteOn("account", Drifted, "an earlier apply of this plan created it, and somebody deleted or renamed it"))
		x.conclude()
	case errors.Is(err, plan.ErrNotFound), err == nil && x.gaveUp(holder):
		return true
	case err != nil:
		x.note(x.unread(x.action.Account, err))
		x.conclude()
	case holder.DCID != x.dcid:
		x.note(noteOn(plan.FieldPrimaryEmail, Drifted, "%s", taken(x.action.Account, holder)))
		x.conclude()
	default:
		return x.found(holder)
	}
	return false
}

// found notes that the person's account is there already. It ends the action
// and returns false, unless the account has still to join groups.
func (x *execution) found(account plan.Account) bool {
	x.id, x.before, x.account = account.GoogleID, account, account
	x.runner.handOff(x.action.Account, true)
	var differing []string
	joins := false
	for i, o := range x.operations {
		if o.part == PartGroup {
			joins = true
			continue
		}
		x.status[i] = Already
		for _, change := range x.unlike(account, o.changes) {
			differing = append(differing, change.Field)
		}
	}
	x.there = "the account is there already"
	if len(differing) > 0 {
		x.there += fmt.Sprintf(", with other values in %s; the next plan sees to them", strings.Join(differing, ", "))
	}
	if joins && !account.Enabled() {
		x.note(unexpected(plan.FieldSuspended, plan.Truth(true), plan.Truth(false)))
		joins = false
	}
	if !joins {
		x.conclude()
	}
	return joins
}

// create makes the account. When it is refused as a whole, what is not needed
// for it to exist is left for a second request.
func (x *execution) create(ctx context.Context, request []int) {
	password, err := x.password()
	if err != nil {
		failed := noteOn("password", Failed, "%s", x.because(err))
		x.note(failed)
		_ = x.runner.write(x.entry(x.operations[request[0]], Failed, failed.Message))
		return
	}
	sent, rest := request, request[:0]
	stored, err := x.runner.directory.Create(ctx, x.changes(sent), password)
	if refused(err) && len(request) > 1 {
		sent, rest = request[:1], request[1:]
		stored, err = x.runner.directory.Create(ctx, x.changes(sent), password)
	}
	if !errors.Is(err, plan.ErrUnclear) {
		x.runner.handOff(x.action.Account, err == nil)
	}
	if err == nil {
		x.id = stored.GoogleID
		x.confirm(stored, sent)
		x.send(ctx, rest)
		return
	}
	status, message := Failed, x.because(err)
	if errors.Is(err, plan.ErrDuplicate) { // somebody took it since the plan
		status, message = Drifted, x.takenBy(ctx, x.action.Account, err)
	}
	if password != "" {
		message = strings.ReplaceAll(message, password, "[password]")
	}
	x.finish(request[0], status, "not created: "+message)
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
