package google

import (
	"context"
	"errors"
	"fmt"

	admin "google.golang.org/api/admin/directory/v1"

	"github.com/staffsync/staffsync/plan"
)

// Create makes an account with every change's To, the DCID among them, and
// answers what Google stored.
//
// An account at the address with this DCID is taken to be the one that was
// created, so an insert is never sent again before the address has been read.
// plan.ErrDuplicate means that the address is taken: by another person's
// account, or, when no account has it, by a group or by an account that was
// deleted lately; the caller may look who holds it. A refusal
// (plan.ErrRefused, plan.ErrForbidden) means that there is no account.
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
	user, err := userOf(present, nil)
	if err != nil {
		return plan.Account{}, fmt.Errorf("%s: %w", doing, err)
	}
	user.Password = password

	var stored *admin.User
	var found *plan.Account
	err = d.do(ctx, call{
		doing: doing, write: true, create: true, orgUnit: orgUnitOf(present), secret: password, sensitive: present.Sensitive(),
		send: func(ctx context.Context) (err error) {
			stored, err = d.service.Users.Insert(user).Fields(accountFields).Context(ctx).Do()
			return checkStored(stored, err)
		},
		readBack: func(ctx context.Context, last *failure) (bool, error) {
			duplicate := errors.Is(last, plan.ErrDuplicate)
			if duplicate && last.unclear {
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
				return false, cannotTell(last, err)
			case duplicate && last.unclear:
				return false, cannotTell(last, errors.New("no account can be read at the address yet"))
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
	}
	d.created.add(d.now(), stored.Id, address.To.String())
	return d.stored(ctx, stored, changes), nil
}

// Update writes each change's To to the account with that immutable id and
// answers what Google stored. An absent To clears the field; a name, an
// address or an org unit cannot be cleared and is plan.ErrRefused. Everything
// else of the account stays as it is, other external ids included.
//
// After a doubtful answer only the fields that still hold their change's From
// are written again, so From must be what the account held before. A field
// that holds something else again was changed by somebody else in the
// meantime: it is left alone, and the account that is returned shows it.
// plan.ErrDuplicate means that somebody else has the new address, never this
// account itself, which Google also says of a rename that it carried out; the
// caller may look who. With an error the account is what was read back, as far
// as it was: it tells which fields were stored before the error.
func (d *Directory) Update(ctx context.Context, googleID string, changes plan.Changes) (plan.Account, error) {
	doing := "update account " + googleID
	if googleID == "" {
		return plan.Account{}, fmt.Errorf("%s: no account is named", doing)
	}
	if len(changes) == 0 {
		return d.Account(ctx, googleID)
	}
	var externalIDs any
	if changesExternalIDs(changes) {
		current, err := d.user(ctx, "read the external ids of account "+googleID, googleID, "id,externalIds")
		if err != nil {
			return plan.Account{}, err
		}
		externalIDs = current.ExternalIds
	}
	user, err := userOf(changes, externalIDs)
	if err != nil {
		return plan.Account{}, fmt.Errorf("%s: %w", doing, err)
	}

	_, renames := changes.Get(plan.FieldPrimaryEmail)
	pending, known := changes, false
	var stored *admin.User
	var found plan.Account
	err = d.do(ctx, call{
		doing: doing, account: googleID, write: true, orgUnit: orgUnitOf(changes), sensitive: changes.Sensitive(),
		send: func(ctx context.Context) (err error) {
			stored, err = d.service.Users.Update(googleID, user).Fields(accountFields).Context(ctx).Do()
			return checkStored(stored, err)
		},
		readBack: func(ctx context.Context, last *failure) (bool, error) {
			duplicate := errors.Is(last, plan.ErrDuplicate)
			if duplicate && !renames {
				return false, last
			}
			current, err := d.userWithID(ctx, googleID)
			if err != nil {
				return false, cannotTell(last, err)
			}
			found = d.account(current)
			if rename, ok := pending.Get(plan.FieldPrimaryEmail); ok && duplicate && !holds(&found, plan.FieldPrimaryEmail, rename.To) {
				return false, last
			}
			pending = notWritten(&found, pending)
			if len(pending) == 0 || duplicate {
				known = true
				return true, nil
			}
			user, err = userOf(pending, current.ExternalIds)
			return false, err
		},
	})
	switch {
	case err != nil:
		return found, err
	case !known:
		return d.stored(ctx, stored, changes), nil
	case len(pending) > 0:
		// Only the rename was carried out before.
		return d.Update(ctx, googleID, pending)
	}
	return found, nil
}

// notWritten returns the changes whose field is still as it was before, or
// does not tell.
func notWritten(account *plan.Account, changes plan.Changes) plan.Changes {
	var pending plan.Changes
	for _, change := range changes {
		if change.Field == plan.FieldChangePassword ||
			!holds(account, change.Field, change.To) && holds(account, change.Field, change.From) {
			pending = append(pending, change)
		}
	}
	return pending
}

// errNoAccount is an answer to a write that lacks the account.
var errNoAccount = errors.New("the directory answered without an account")

func checkStored(user *admin.User, err error) error {
	if err == nil && (user == nil || user.Id == "") {
		return errNoAccount
	}
	return err
}

// cannotTell is the error of a write that was doubtful and could not be read
// back.
func cannotTell(last *failure, err error) error {
	return fmt.Errorf("%v; %w: %v", last, plan.ErrUnclear, err)
}

// stored is what Google has after a write that succeeded. The answer to a
// write says it, unless it leaves something out, such as custom attributes:
// then the account is read. If that fails the answer has to do, because the
// write itself is certain.
func (d *Directory) stored(ctx context.Context, user *admin.User, changes plan.Changes) plan.Account {
	account := d.account(user)
	if account.DCID != 0 && shows(&account, changes) {
		return account
	}
	read, err := d.Account(ctx, user.Id)
	if err != nil {
		d.log.WarnContext(ctx, "the account could not be read after it was written", "account", user.Id, "error", err)
		return account
	}
	return read
}

// ReleaseAlias removes an alias from the account with that immutable id. It
// is plan.ErrNotFound when the account, read after that answer, has no such
// alias: one that a rename left behind may take a moment to be found.
func (d *Directory) ReleaseAlias(ctx context.Context, googleID, alias string) error {
	doing := fmt.Sprintf("remove alias %s from account %s", alias, googleID)
	if googleID == "" || alias == "" {
		return fmt.Errorf("%s: no account or no alias is named", doing)
	}
	return d.do(ctx, call{
		doing: doing, account: googleID, write: true, late: true,
		send: func(ctx context.Context) error {
			return d.service.Users.Aliases.Delete(googleID, alias).Context(ctx).Do()
		},
		readBack: func(ctx context.Context, last *failure) (bool, error) {
			account, err := d.Account(ctx, googleID)
			switch {
			case err != nil && !errors.Is(err, plan.ErrNotFound):
				return false, cannotTell(last, err)
			case err == nil && account.HasAlias(alias):
				if errors.Is(last, plan.ErrNotFound) {
					last.kind, last.unclear = nil, true
					last.message += "; but the account has the alias"
				}
				return false, nil
			case last.unclear:
				return true, nil
			}
			return false, last
		},
	})
}

// LeaveGroup removes the account with that immutable id from the group. It is
// plan.ErrNotFound when the account is not a direct member of it, and
// plan.ErrForbidden or plan.ErrRefused when we, or nobody, may edit the group.
func (d *Directory) LeaveGroup(ctx context.Context, group, googleID string) error {
	doing := fmt.Sprintf("remove account %s from group %s", googleID, group)
	if googleID == "" || group == "" {
		return fmt.Errorf("%s: no account or no group is named", doing)
	}
	return d.do(ctx, call{
		doing: doing, account: googleID, write: true,
		send: func(ctx context.Context) error {
			return d.service.Members.Delete(group, googleID).Context(ctx).Do()
		},
		readBack: func(ctx context.Context, last *failure) (bool, error) {
			_, err := d.member(ctx, membershipKey{group, googleID})
			switch {
			case errors.Is(err, plan.ErrNotFound):
				return true, nil
			case err != nil:
				return false, cannotTell(last, err)
			}
			return false, nil
		},
	})
}
