package google

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	admin "google.golang.org/api/admin/directory/v1"
	"google.golang.org/api/googleapi"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/google/signin"
)

const (
	// usersPerPage is the most that users.list answers at once
	// (https://developers.google.com/admin-sdk/directory/reference/rest/v1/users/list).
	usersPerPage = 500
	// usersListFields must name nextPageToken: without it every list would
	// end after its first page, and the rest would look like people who left.
	usersListFields = "nextPageToken,users(" + accountFields + ")"
	// wideListFields take in the aliases that only Google makes, such as those
	// in an alias domain.
	wideListFields = "nextPageToken,users(" + accountFields + ",nonEditableAliases)"
)

// listing is what the pages of users.list add up to, in whatever order they
// come.
type listing struct {
	lock sync.Mutex
	// accounts are those that carry a DCID, total is how many were listed at
	// all: only the former are kept.
	accounts []plan.Account
	warnings []plan.Warning
	total    int
	// whole tells that all accounts were listed, and looked at for those that
	// may be an expected person's.
	whole bool
	// inDomain tells that one of those that were listed is in the domain.
	inDomain bool
	// customer is the customer of all accounts, first the address of the
	// account that told it.
	customer, first string
	// unlinked are the accounts without a match value that may be an expected
	// person's.
	unlinked []plan.Account
	wanted   wanted
	// others are, where wide is set, the accounts without a DCID, and those with
	// aliases that only Google makes.
	others []plan.WideUser
	wide   bool
	// seen are the ids of the accounts that carry a match value.
	seen map[string]bool
}

// eachUser reads page after page of the customer's accounts, all of them or
// those that the query selects. It does not stop at the domain: an account that
// carries a DCID is a member of staff's, whatever domain its address is in, and
// one that nobody saw would be created again, or never suspended.
func (d *Directory) eachUser(ctx context.Context, doing, query string, visit func(*admin.User) error) error {
	request := d.listOfUsers(usersListFields)
	if query != "" {
		request.Query(query)
	}
	return d.eachUserOf(ctx, doing, request, visit)
}

// listOfUsers requests all of the customer's accounts.
func (d *Directory) listOfUsers(fields googleapi.Field) *admin.UsersListCall {
	request := d.service.Users.List().Customer(ownCustomer).MaxResults(usersPerPage).Fields(fields)
	if d.schemaMask == "" {
		return request.Projection("basic")
	}
	return request.Projection("custom").CustomFieldMask(d.schemaMask)
}

// eachUserOf reads page after page of the accounts that are requested.
func (d *Directory) eachUserOf(ctx context.Context, doing string, request *admin.UsersListCall, visit func(*admin.User) error) error {
	page := 0
	return eachPage(doing, func(token string) (next string, err error) {
		page++
		doing := fmt.Sprintf("%s, page %d", doing, page)
		if token != "" {
			request.PageToken(token)
		}
		var answer *admin.Users
		err = d.do(ctx, call{doing: doing, send: func(ctx context.Context) (err error) {
			answer, err = request.Context(ctx).Do()
			return err
		}})
		if err != nil {
			return "", err
		}
		d.reading.listed(len(answer.Users))
		for _, user := range answer.Users {
			if err := visit(user); err != nil {
				return "", fmt.Errorf("%s: %w", doing, err)
			}
		}
		return answer.NextPageToken, nil
	})
}

// readDomain pages through all of the domain's accounts, and keeps those without
// a match value that may be an expected person's.
func (d *Directory) readDomain(ctx context.Context, expected []Expected) (*listing, error) {
	users, err := d.pageThrough(ctx, &listing{seen: map[string]bool{}, whole: len(expected) > 0, wanted: wantedOf(expected)})
	if err != nil {
		return nil, err
	}
	users.keepUnlinked(expected)
	users.sort()
	return users, nil
}

// readEverybody pages through all of the domain's accounts and keeps them all.
func (d *Directory) readEverybody(ctx context.Context) (*listing, error) {
	users, err := d.pageThrough(ctx, &listing{seen: map[string]bool{}, whole: true, wanted: wanted{anybody: true}})
	if err != nil {
		return nil, err
	}
	users.sort()
	return users, nil
}

// pageThrough pages through all of the domain's accounts, into a listing that says
// what to keep.
func (d *Directory) pageThrough(ctx context.Context, users *listing) (*listing, error) {
	doing := "read the accounts of " + d.domain
	fields := googleapi.Field(usersListFields)
	if users.wide {
		fields = wideListFields
	}
	err := d.eachUserOf(ctx, doing, d.listOfUsers(fields), func(user *admin.User) error { return d.addUser(users, user) })
	switch {
	case err != nil:
		return nil, err
	case users.total == 0:
		return nil, fmt.Errorf("%s: the directory lists no account at all; is the domain right, and may the account that staffsync acts as read it?", doing)
	case users.customer == "":
		return nil, fmt.Errorf("%s: none of them names its customer", doing)
	}
	return users, nil
}

// addUser takes one listed user in. A user may stand on two pages when the
// list changes in between, or in two ranges: it counts once.
func (d *Directory) addUser(users *listing, user *admin.User) error {
	if user == nil || user.Id == "" || user.PrimaryEmail == "" {
		return errors.New("the directory lists an account without an id or an address")
	}
	users.lock.Lock()
	defer users.lock.Unlock()
	users.total++
	users.inDomain = users.inDomain || strings.HasSuffix(strings.ToLower(user.PrimaryEmail), "@"+d.domain)
	if users.customer == "" {
		users.customer, users.first = user.CustomerId, user.PrimaryEmail
	}
	if user.CustomerId != "" && user.CustomerId != users.customer {
		return fmt.Errorf("%s belongs to customer %s, but %s to customer %s", users.first, users.customer, user.PrimaryEmail, user.CustomerId)
	}

	value := d.matchText(user)
	if users.seen[user.Id] {
		return nil
	}
	if _, linked := parseDCID(value); users.wide && (!linked || len(user.NonEditableAliases) > 0) {
		users.others = append(users.others, wideUser(user))
	}
	if value == "" {
		if account := d.account(user); users.wanted.has(&account) {
			users.seen[user.Id] = true
			users.unlinked = append(users.unlinked, account)
		}
		return nil
	}
	users.seen[user.Id] = true
	account := d.account(user)
	if account.DCID == 0 {
		users.warnings = append(users.warnings, plan.Warning{
			Kind:    plan.WarningTarget,
			Account: account.Address,
			Message: fmt.Sprintf("%s of this account is %q, which is not a positive whole number; the account is ignored until that is corrected in the Admin console", d.match, signin.Shown(value)),
		})
		return nil
	}
	users.accounts = append(users.accounts, account)
	return nil
}

// sort makes the listing the same whatever order its pages came in.
func (l *listing) sort() {
	slices.SortFunc(l.accounts, func(a, b plan.Account) int {
		return cmp.Or(cmp.Compare(a.DCID, b.DCID), strings.Compare(a.GoogleID, b.GoogleID))
	})
	slices.SortFunc(l.unlinked, func(a, b plan.Account) int { return strings.Compare(a.GoogleID, b.GoogleID) })
	slices.SortFunc(l.warnings, func(a, b plan.Warning) int {
		return cmp.Or(strings.Compare(a.Account, b.Account), strings.Compare(a.Message, b.Message))
	})
}
