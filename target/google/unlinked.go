package google

import (
	"context"
	"fmt"
	"slices"
	"strings"

	admin "google.golang.org/api/admin/directory/v1"

	"github.com/staffsync/staffsync/plan"
)

// wanted are the addresses, in lower case, and the keys of the names by which
// an account without a DCID may be an expected person's.
type wanted struct{ addresses, names map[string]bool }

func wantedOf(expected []Expected) wanted {
	w := wanted{addresses: make(map[string]bool, len(expected)), names: make(map[string]bool, len(expected))}
	for _, person := range expected {
		if person.Address != "" {
			w.addresses[strings.ToLower(person.Address)] = true
		}
		if key := person.Name.Key(); key != "" && person.Active {
			w.names[key] = true
		}
	}
	return w
}

// user tells whether Google's user has one of the addresses or names.
func (w wanted) user(user *admin.User) bool {
	name := plan.Name{}
	if user.Name != nil {
		name = plan.Name{Given: user.Name.GivenName, Family: user.Name.FamilyName}
	}
	return w.has(user.PrimaryEmail, user.Aliases, name)
}

func (w wanted) has(primary string, aliases []string, name plan.Name) bool {
	return w.addresses[strings.ToLower(primary)] || w.names[name.Key()] ||
		slices.ContainsFunc(aliases, func(alias string) bool { return w.addresses[strings.ToLower(alias)] })
}

// keepUnlinked drops the accounts without a match value that have the address
// or the name of people with a linked account only.
func (l *listing) keepUnlinked(expected []Expected) {
	linked := make(map[int64]bool, len(l.accounts))
	for i := range l.accounts {
		linked[l.accounts[i].DCID] = true
	}
	still := wantedOf(slices.DeleteFunc(slices.Clone(expected), func(person Expected) bool { return linked[person.DCID] }))
	l.unlinked = slices.DeleteFunc(l.unlinked, func(account plan.Account) bool {
		return !still.has(account.Address, account.Aliases, account.Name())
	})
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
