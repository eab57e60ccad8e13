package google

import (
	"context"
	"fmt"
	"slices"
	"strings"

	admin "google.golang.org/api/admin/directory/v1"

	"github.com/staffsync/staffsync/plan"
)

// wanted are the addresses, in lower case, their part before the @ for active
// people, the keys of the names, and the external ids by which an account without
// a DCID may be an expected person's.
type wanted struct {
	addresses, locals, names map[string]bool
	ids                      map[externalID]bool
	// anybody tells that every account is wanted.
	anybody bool
}

type externalID struct{ kind, value string }

func wantedOf(expected []Expected) wanted {
	w := wanted{
		addresses: make(map[string]bool, len(expected)), locals: make(map[string]bool, len(expected)),
		names: make(map[string]bool, len(expected)), ids: make(map[externalID]bool),
	}
	for _, person := range expected {
		if person.Address != "" {
			w.addresses[strings.ToLower(person.Address)] = true
		}
		for _, key := range person.Name.LikeKeys() {
			w.names[key] = true
		}
		if !person.Active {
			continue
		}
		if local := plan.LocalPart(person.Address); local != "" {
			w.locals[local] = true
		}
		for kind, value := range person.ExternalIDs {
			if value != "" {
				w.ids[externalID{kind, value}] = true
			}
		}
	}
	return w
}

// has tells whether the account has one of the addresses, names or ids.
func (w wanted) has(account *plan.Account) bool {
	hasAddress := func(address string) bool { return w.addresses[address] || w.locals[plan.LocalPart(address)] }
	hasName := func(key string) bool { return w.names[key] }
	if w.anybody || hasAddress(account.Address) || slices.ContainsFunc(account.Aliases, hasAddress) ||
		slices.ContainsFunc(account.Name().LikeKeys(), hasName) {
		return true
	}
	for kind, value := range account.ExternalIDs {
		if w.ids[externalID{kind, value}] {
			return true
		}
	}
	return false
}

// keepUnlinked drops the accounts without a match value that may be the account
// of people with a linked account only.
func (l *listing) keepUnlinked(expected []Expected) {
	still := wantedOf(l.unlinkedOf(expected))
	l.unlinked = slices.DeleteFunc(l.unlinked, func(account plan.Account) bool { return !still.has(&account) })
}

// unlinkedOf are the expected people without a linked account.
func (l *listing) unlinkedOf(expected []Expected) []Expected {
	linked := make(map[int64]bool, len(l.accounts))
	for i := range l.accounts {
		linked[l.accounts[i].DCID] = true
	}
	return slices.DeleteFunc(slices.Clone(expected), func(person Expected) bool { return linked[person.DCID] })
}

// unlinkedNamed searches for the accounts without a match value that have the
// name, in the order in which Google lists them. A search may lag behind by minutes.
func (d *Directory) unlinkedNamed(ctx context.Context, name plan.Name) ([]plan.Account, error) {
	query := fmt.Sprintf("givenName='%s' familyName='%s'", quoted.Replace(name.Given), quoted.Replace(name.Family))
	accounts := []plan.Account{}
	err := d.eachUser(ctx, "search for the accounts of "+plan.Visible(name.String()), query, func(user *admin.User) error {
		if user == nil || d.matchText(user) != "" {
			return nil
		}
		if account := d.account(user); account.Name().Key() == name.Key() {
			accounts = append(accounts, account)
		}
		return nil
	})
	return accounts, err
}

// quoted makes a text fit between the quotes of a search
// (https://developers.google.com/admin-sdk/directory/v1/guides/search-users).
var quoted = strings.NewReplacer(`\`, `\\`, `'`, `\'`)
