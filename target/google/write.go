package google

import (
	"context"
	"errors"
	"fmt"

	admin "google.golang.org/api/admin/directory/v1"

	"github.com/staffsync/staffsync/plan"
)

// Create makes an account with every change's To, the DCID among them, and
// answers what Google stored. An address that is taken is
// plan.ErrDuplicate, by whomever: the caller reads who holds it.
//
// An insert that may have gone through (a timeout, a lost connection, a 5xx)
// is never sent again blindly: the address is read first, and an account
// there with this DCID is the one that was created. It is plan.ErrUnclear
// when that cannot be told in the end.
func (d *Directory) Create(ctx context.Context, changes plan.Changes, password string) (plan.Account, error) {
	address, _ := changes.Get(plan.FieldPrimaryEmail)
	doing := "create account " + address.To.String()
	if address.To.Absent() {
		return plan.Account{}, fmt.Errorf("create an account: %w: it has no address", plan.ErrRefused)
	}
	match, _ := changes.Get(d.match)
	dcid, ok := parseDCID(match.To.String())
	if !ok {
		return plan.Account{}, fmt.Errorf("%s: %w: it has no DCID in %s", doing, plan.ErrRefused, d.match)
	}
	present := make(plan.Changes, 0, len(changes))
	for _, change := range changes {
		if !change.To.Absent() {
			present = append(present, change)
		}
	}
	user, err := userOf(present)
	if err != nil {
		return plan.Account{}, fmt.Errorf("%s: %w", doing, err)
	}
	if ids := externalIDChanges(present); len(ids) > 0 {
		if err := setExternalIDs(user, nil, ids); err != nil {
			return plan.Account{}, fmt.Errorf("%s: %w", doing, err)
		}
	}
	user.Password = password

	var stored *admin.User
	var found *plan.Account
	err = d.do(ctx, call{
		doing: doing, write: true, create: true, secret: password,
		send: func(ctx context.Context) (err error) {
			stored, err = d.service.Users.Insert(user).Fields(accountFields).Context(ctx).Do()
			return err
		},
		settle: func(ctx context.Context, last error) (bool, error) {
			if errors.Is(last, plan.ErrDuplicate) {
				// Most likely an earlier attempt created it. An account
				// may not be readable for some seconds after that.
				d.created.add(d.now(), address.To.String())
			}
			account, err := d.AccountAt(ctx, address.To.String())
			switch {
			case err == nil && account.DCID == dcid:
				found = &account
				return true, nil
			case err == nil:
				return false, fmt.Errorf("%s: %w: account %s has the address", doing, plan.ErrDuplicate, account.GoogleID)
			case !errors.Is(err, plan.ErrNotFound):
				return false, fmt.Errorf("%v; %w: %w", last, plan.ErrUnclear, err)
			case errors.Is(last, plan.ErrDuplicate):
				return false, fmt.Errorf("%v; %w: no account can be read at the address yet", last, plan.ErrUnclear)
			}
			return false, nil
		},
	})
	switch {
	case err != nil:
		return plan.Account{}, err
	case found != nil:
		d.created.add(d.now(), found.GoogleID, address.To.String())
		return *found, nil
	case stored != nil && stored.Id != "":
		d.created.add(d.now(), stored.Id, address.To.String())
	}
	return d.stored(ctx, doing, stored, changes)
}

// Update writes each change's To to the account with that immutable id and
// answers what Google stored. An absent To clears the field; a name, an
// address or an org unit cannot be cleared and is plan.ErrRefused. Everything
// else of the account stays as it is, other external ids included.
func (d *Directory) Update(ctx context.Context, googleID string, changes plan.Changes) (plan.Account, error) {
	doing := "update account " + googleID
	if googleID == "" {
		return plan.Account{}, fmt.Errorf("%s: no account is named", doing)
	}
	user, err := userOf(changes)
	if err != nil {
		return plan.Account{}, fmt.Errorf("%s: %w", doing, err)
	}
	if ids := externalIDChanges(changes); len(ids) > 0 {
		current, err := d.user(ctx, "read the external ids of account "+googleID, googleID, "id,externalIds")
		if err != nil {
			return plan.Account{}, err
		}
		if err := setExternalIDs(user, current.ExternalIds, ids); err != nil {
			return plan.Account{}, fmt.Errorf("%s: %w", doing, err)
		}
	}
	if len(changes) == 0 {
		return d.Account(ctx, googleID)
	}

	var stored *admin.User
	err = d.do(ctx, call{doing: doing, account: googleID, write: true, send: func(ctx context.Context) (err error) {
		stored, err = d.service.Users.Update(googleID, user).Fields(accountFields).Context(ctx).Do()
		return err
	}})
	if errors.Is(err, plan.ErrDuplicate) {
		return d.afterDuplicate(ctx, googleID, changes, err)
	}
	if err != nil {
		return plan.Account{}, err
	}
	return d.stored(ctx, doing, stored, changes)
}

// afterDuplicate judges an update that was refused because the new address is
// taken. Google also says so of a rename that it has carried out, so the
// account itself may be what holds the address; what else it lacks is then
// written without the rename.
func (d *Directory) afterDuplicate(ctx context.Context, googleID string, changes plan.Changes, refused error) (plan.Account, error) {
	rename, renames := changes.Get(plan.FieldPrimaryEmail)
	if !renames {
		return plan.Account{}, refused
	}
	account, err := d.Account(ctx, googleID)
	if err != nil {
		return plan.Account{}, fmt.Errorf("%v; %w: %w", refused, plan.ErrUnclear, err)
	}
	if !plan.Same(plan.FieldPrimaryEmail, account.Field(plan.FieldPrimaryEmail), rename.To) {
		return plan.Account{}, refused
	}
	if shows(&account, changes) {
		return account, nil
	}
	return d.Update(ctx, googleID, changes.Without(plan.FieldPrimaryEmail))
}

// stored is what Google has after a write that succeeded. The answer to a
// write says it, unless it leaves something out, such as custom attributes:
// then the account is read. If that fails the answer has to do, because the
// write itself is certain.
func (d *Directory) stored(ctx context.Context, doing string, user *admin.User, changes plan.Changes) (plan.Account, error) {
	if user == nil || user.Id == "" {
		return plan.Account{}, fmt.Errorf("%s: %w: the directory answered without an account", doing, plan.ErrUnclear)
	}
	account := d.account(user)
	if account.DCID != 0 && shows(&account, changes) {
		return account, nil
	}
	read, err := d.Account(ctx, user.Id)
	if err != nil {
		d.log.WarnContext(ctx, "the account could not be read after it was written", "account", user.Id, "error", err)
		return account, nil
	}
	return read, nil
}

// ReleaseAlias removes an alias from the account with that immutable id. It
// is plan.ErrNotFound when the account has no such alias.
func (d *Directory) ReleaseAlias(ctx context.Context, googleID, alias string) error {
	doing := fmt.Sprintf("remove alias %s from account %s", alias, googleID)
	if googleID == "" || alias == "" {
		return fmt.Errorf("%s: no account or no alias is named", doing)
	}
	return d.do(ctx, call{doing: doing, account: googleID, write: true, settle: goneIsDone, send: func(ctx context.Context) error {
		return d.service.Users.Aliases.Delete(googleID, alias).Context(ctx).Do()
	}})
}

// LeaveGroup removes the account with that immutable id from the group. It is
// plan.ErrNotFound when the account is no member of it.
func (d *Directory) LeaveGroup(ctx context.Context, group, googleID string) error {
	doing := fmt.Sprintf("remove account %s from group %s", googleID, group)
	if googleID == "" || group == "" {
		return fmt.Errorf("%s: no account or no group is named", doing)
	}
	return d.do(ctx, call{doing: doing, account: googleID, write: true, settle: goneIsDone, send: func(ctx context.Context) error {
		return d.service.Members.Delete(group, googleID).Context(ctx).Do()
	}})
}

// goneIsDone settles a removal that an earlier attempt may have carried out:
// what is no longer there has been removed.
func goneIsDone(_ context.Context, last error) (bool, error) {
	return errors.Is(last, plan.ErrNotFound), nil
}
