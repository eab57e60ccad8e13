package google

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
	admin "google.golang.org/api/admin/directory/v1"
	"google.golang.org/api/googleapi"

	"github.com/staffsync/staffsync/plan"
)

const (
	// usersPerPage is the most that users.list answers at once
	// (https://developers.google.com/admin-sdk/directory/reference/rest/v1/users/list).
	usersPerPage = 500
	// usersListFields must name nextPageToken: without it every list would
	// end after its first page, and the rest would look like people who left.
	usersListFields = "nextPageToken,users(" + accountFields + ")"
)

// ReadState reads the domain's accounts that carry a value in the match
// attribute, the org units and the custom attributes. Anything that cannot be
// read whole is an error, and so is a domain without any account: nothing of
// that says that people have left.
func (d *Directory) ReadState(ctx context.Context) (plan.State, error) {
	// The attributes come first: with an unknown one Google would refuse
	// each page of accounts, in words that nobody understands.
	attributes, err := d.readAttributes(ctx)
	if err != nil {
		return plan.State{}, err
	}
	if err := d.checkAttributes(attributes); err != nil {
		return plan.State{}, err
	}

	var (
		orgUnits []string
		users    listing
	)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		orgUnits, err = d.readOrgUnits(ctx)
		return err
	})
	group.Go(func() (err error) {
		users, err = d.readUsers(ctx)
		return err
	})
	if err := group.Wait(); err != nil {
		return plan.State{}, err
	}
	d.log.LogAttrs(context.WithoutCancel(ctx), slog.LevelInfo, "directory read",
		slog.Int("accounts", users.total), slog.Int("linked", len(users.accounts)), slog.Int64("requests", d.Requests()))
	return plan.State{
		Domain:     d.domain,
		Accounts:   users.accounts,
		Warnings:   users.warnings,
		Customer:   users.customer,
		Subject:    d.subject,
		Match:      d.match,
		OrgUnits:   orgUnits,
		Attributes: attributes,
	}, nil
}

// listing is what the pages of users.list add up to.
type listing struct {
	// accounts are those that carry a DCID, total is how many there are at
	// all: only the former are kept.
	accounts []plan.Account
	warnings []plan.Warning
	total    int
	// customer is the customer of all accounts, first the address of the
	// account that told it.
	customer, first string
	// seen are the ids of the accounts that carry a match value.
	seen map[string]bool
}

// readUsers pages through the domain's accounts.
func (d *Directory) readUsers(ctx context.Context) (listing, error) {
	users := listing{seen: map[string]bool{}}
	request := d.service.Users.List().Domain(d.domain).MaxResults(usersPerPage).
		Projection("custom").CustomFieldMask(d.schemaMask).Fields(usersListFields)
	tokens := map[string]bool{}
	for page := 1; ; page++ {
		doing := fmt.Sprintf("read the accounts of %s, page %d", d.domain, page)
		var answer *admin.Users
		err := d.do(ctx, call{doing: doing, send: func(ctx context.Context) (err error) {
			answer, err = request.Context(ctx).Do()
			return err
		}})
		if err != nil {
			return listing{}, err
		}
		for _, user := range answer.Users {
			if err := d.addUser(&users, user); err != nil {
				return listing{}, fmt.Errorf("%s: %w", doing, err)
			}
		}
		if answer.NextPageToken == "" {
			break
		}
		if tokens[answer.NextPageToken] {
			return listing{}, fmt.Errorf("%s: the directory names a next page that it named before, so the list has no end", doing)
		}
		tokens[answer.NextPageToken] = true
		request.PageToken(answer.NextPageToken)
	}

	if users.total == 0 {
		return listing{}, fmt.Errorf("read the accounts of %s: the directory lists no account at all; is the domain right, and may the account that staffsync acts as read it?", d.domain)
	}
	if users.customer == "" {
		return listing{}, fmt.Errorf("read the accounts of %s: none of them names its customer", d.domain)
	}
	slices.SortFunc(users.accounts, func(a, b plan.Account) int {
		return cmp.Or(cmp.Compare(a.DCID, b.DCID), strings.Compare(a.GoogleID, b.GoogleID))
	})
	slices.SortFunc(users.warnings, func(a, b plan.Warning) int {
		return cmp.Or(strings.Compare(a.Account, b.Account), strings.Compare(a.Message, b.Message))
	})
	return users, nil
}

// addUser takes one listed user in. A user may stand on two pages when the
// list changes in between: it counts once.
func (d *Directory) addUser(users *listing, user *admin.User) error {
	if user == nil || user.Id == "" || user.PrimaryEmail == "" {
		return errors.New("the directory lists an account without an id or an address")
	}
	users.total++
	if users.customer == "" {
		users.customer, users.first = user.CustomerId, user.PrimaryEmail
	}
	if user.CustomerId != "" && user.CustomerId != users.customer {
		return fmt.Errorf("%s belongs to customer %s, but %s to customer %s", users.first, users.customer, user.PrimaryEmail, user.CustomerId)
	}

	value := d.matchText(user)
	if value == "" || users.seen[user.Id] {
		return nil
	}
	users.seen[user.Id] = true
	account := d.account(user)
	if account.DCID == 0 {
		users.warnings = append(users.warnings, plan.Warning{
			Kind:    plan.WarningTarget,
			Account: account.Address,
			Message: fmt.Sprintf("%s of this account is %q, which is no positive whole number; the account is ignored until that is corrected in the Admin console", d.match, shorten(value)),
		})
		return nil
	}
	users.accounts = append(users.accounts, account)
	return nil
}

// Customer returns Google's immutable id of the customer, in one request.
func (d *Directory) Customer(ctx context.Context) (string, error) {
	doing := "read the customer id of " + d.domain
	var answer *admin.Users
	err := d.do(ctx, call{doing: doing, send: func(ctx context.Context) (err error) {
		answer, err = d.service.Users.List().Domain(d.domain).MaxResults(1).
			Fields("nextPageToken,users(customerId)").Context(ctx).Do()
		return err
	}})
	if err != nil {
		return "", err
	}
	for _, user := range answer.Users {
		if user != nil && user.CustomerId != "" {
			return user.CustomerId, nil
		}
	}
	return "", fmt.Errorf("%s: no account of the domain names its customer", doing)
}

// Account reads the account with that immutable id. Without one the error is
// plan.ErrNotFound.
func (d *Directory) Account(ctx context.Context, googleID string) (plan.Account, error) {
	doing := "read account " + googleID
	user, err := d.user(ctx, doing, googleID, accountFields)
	if err != nil {
		return plan.Account{}, err
	}
	if user.Id != googleID {
		return plan.Account{}, fmt.Errorf("%s: the directory answered with account %q instead", doing, shorten(user.Id))
	}
	return d.account(user), nil
}

// AccountAt reads the account that has the address as its primary address or
// as an alias. Without one the error is plan.ErrNotFound.
func (d *Directory) AccountAt(ctx context.Context, address string) (plan.Account, error) {
	doing := "read the account at " + address
	user, err := d.user(ctx, doing, address, accountFields)
	if err != nil {
		return plan.Account{}, err
	}
	if user.Id == "" || user.PrimaryEmail == "" {
		return plan.Account{}, fmt.Errorf("%s: the directory answered without an id or an address", doing)
	}
	return d.account(user), nil
}

// user reads the fields of the user with that key: an id or an address.
func (d *Directory) user(ctx context.Context, doing, key string, fields googleapi.Field) (user *admin.User, err error) {
	if key == "" {
		return nil, fmt.Errorf("%s: no account is named", doing)
	}
	err = d.do(ctx, call{doing: doing, send: func(ctx context.Context) (err error) {
		user, err = d.service.Users.Get(key).Projection("custom").CustomFieldMask(d.schemaMask).
			Fields(fields).Context(ctx).Do()
		return err
	}})
	return user, err
}
