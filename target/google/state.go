package google

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"golang.org/x/sync/errgroup"
	admin "google.golang.org/api/admin/directory/v1"
	"google.golang.org/api/googleapi"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/google/signin"
)

// ReadState is ReadStateFor without anybody to expect.
func (d *Directory) ReadState(ctx context.Context) (plan.Actual, error) {
	return d.ReadStateFor(ctx, nil)
}

// ReadStateFor reads the domain's accounts that carry a value in the match
// attribute, the org units and the custom attributes. Anything that cannot be
// read whole is an error, and so is a domain without any account: nothing of
// that says that people have left.
//
// Expected are the people who may have an account, as far as they are known.
// They tell how to share the reading out, and whom to look up to make sure
// that no account was overlooked: every linked account is read, whoever is
// expected.
func (d *Directory) ReadStateFor(ctx context.Context, expected []Expected) (plan.Actual, error) {
	return d.readState(ctx, func(ctx context.Context, attributes []plan.Attribute) (*listing, error) {
		return d.readAccounts(ctx, attributes, expected)
	})
}

// ReadEverybody reads what ReadStateFor does, and every account without a DCID
// besides: all pages of the customer's accounts, whatever ranges could save.
func (d *Directory) ReadEverybody(ctx context.Context) (plan.Actual, error) {
	return d.readState(ctx, func(ctx context.Context, _ []plan.Attribute) (*listing, error) { return d.readEverybody(ctx) })
}

// EachAccount shows every account of the customer to visit, as far as a district needs
// it that has no rules yet. Where no match attribute is configured, none carries a
// DCID. An account comes twice where the list changes in between.
func (d *Directory) EachAccount(ctx context.Context, visit func(plan.Account)) error {
	defer d.reading.begin()()
	return d.eachUser(ctx, "read the accounts of "+d.domain, "", func(user *admin.User) error {
		if user == nil || user.Id == "" || user.PrimaryEmail == "" {
			return errors.New("the directory lists an account without an id or an address")
		}
		visit(d.account(user))
		return nil
	})
}

func (d *Directory) readState(ctx context.Context, read func(context.Context, []plan.Attribute) (*listing, error)) (plan.Actual, error) {
	defer d.reading.begin()()
	if d.match == "" {
		return plan.Actual{}, errors.New("read the accounts: no custom attribute that holds the DCID is configured (match)")
	}
	attributes, err := d.knownAttributes(ctx)
	if err != nil {
		return plan.Actual{}, err
	}

	var (
		orgUnits []string
		users    *listing
	)
	group, groupContext := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		orgUnits, err = d.OrgUnits(groupContext)
		return err
	})
	group.Go(func() (err error) {
		users, err = read(groupContext, attributes)
		return err
	})
	if err := group.Wait(); err != nil {
		return plan.Actual{}, err
	}
	return d.state(ctx, users, orgUnits, attributes)
}

// knownAttributes reads the custom attributes, and checks that those which are
// managed are among them. They come first: with an unknown one Google would
// refuse each page of accounts, in words that nobody understands.
func (d *Directory) knownAttributes(ctx context.Context) ([]plan.Attribute, error) {
	attributes, err := d.Attributes(ctx)
	if err != nil {
		return nil, err
	}
	return attributes, d.checkAttributes(attributes)
}

// state makes the actual state of what was read.
func (d *Directory) state(ctx context.Context, users *listing, orgUnits []string, attributes []plan.Attribute) (plan.Actual, error) {
	d.log.LogAttrs(ctx, slog.LevelInfo, "directory read",
		slog.Int("accounts", users.total), slog.Int("linked", len(users.accounts)), slog.Int64("requests", d.Requests()))
	if !users.inDomain {
		// Nobody in the domain is linked, or the domain is not the
		// customer's.
		if _, err := d.Customer(ctx); err != nil {
			return plan.Actual{}, err
		}
	}
	return plan.Actual{
		Domain:     d.domain,
		Accounts:   users.accounts,
		Warnings:   users.warnings,
		Customer:   users.customer,
		Whole:      users.whole,
		Unlinked:   users.unlinked,
		Subject:    d.subject,
		Match:      d.match,
		OrgUnits:   orgUnits,
		Attributes: attributes,
		Sensitive:  d.sensitive,

		FingerprintKey: d.fingerprintKey(),
	}, nil
}

// fingerprintKey is the id of the key of the fingerprints, empty where nothing is
// sensitive.
func (d *Directory) fingerprintKey() string {
	if len(d.sensitive) == 0 {
		return ""
	}
	return d.key.ID()
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
	user, err := d.userWithID(ctx, googleID)
	if err != nil {
		return plan.Account{}, err
	}
	return d.account(user), nil
}

// userWithID reads what Account makes an account of.
func (d *Directory) userWithID(ctx context.Context, googleID string) (*admin.User, error) {
	doing := "read account " + googleID
	user, err := d.user(ctx, doing, googleID, accountFields)
	if err == nil && user.Id != googleID {
		return nil, fmt.Errorf("%s: the directory answered with account %q instead", doing, signin.Shown(user.Id))
	}
	return user, err
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
	err = d.do(ctx, call{doing: doing, account: key, send: func(ctx context.Context) (err error) {
		user, err = d.service.Users.Get(key).Projection("custom").CustomFieldMask(d.schemaMask).
			Fields(fields).Context(ctx).Do()
		return err
	}})
	return user, err
}
