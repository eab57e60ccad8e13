package apply

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/staffsync/staffsync/plan"
)

const (
	domain   = "x.org"
	customer = "C0test"
	policy   = "sha256:policy"
	match    = "Sync.DCID"
	leavers  = "/Suspended"
	password = "Correct-Horse-9"
)

// fake is a directory in memory that treats addresses as Google does: an
// address belongs to one account at a time, a rename leaves the old one as an
// alias, and an account's own alias may become its primary address.
type fake struct {
	mu        sync.Mutex
	customer  string
	accounts  map[string]plan.Account
	passwords map[string]string
	members   map[string]map[string]bool // by group, then account id
	// roles are those of members other than MEMBER, by group and account id, and
	// newGroups what CreateGroup was given, by address, and made the custom
	// attributes that there are.
	roles     map[[2]string]string
	newGroups map[string]string
	made      []plan.Attribute
	// newOrgUnits are the paths that CreateOrgUnit made.
	newOrgUnits []string
	writes      []string
	reads       int
	// groupReads counts how often memberships were read.
	groupReads int

	// before is called ahead of every write, under the lock. An error that
	// it returns is the answer, and nothing is written.
	before func(write string) error
	// after is called when a write was carried out. An error that it
	// returns is the answer all the same.
	after func(write string) error
	// read is called ahead of every read of an account, or of its groups.
	read func(id string) error
	// refuse tells which change Google would not take.
	refuse func(plan.Change) error
	// store changes what is stored.
	store func(*plan.Account)
}

func newFake(accounts ...plan.Account) *fake {
	f := &fake{
		customer: customer, accounts: make(map[string]plan.Account),
		passwords: make(map[string]string), members: make(map[string]map[string]bool),
		roles: make(map[[2]string]string), newGroups: make(map[string]string),
	}
	for _, account := range accounts {
		f.accounts[account.GoogleID] = account
	}
	return f
}

// clone returns a directory in the same state, without hooks.
func (f *fake) clone() *fake {
	c := newFake()
	for id, account := range f.accounts {
		c.accounts[id] = cloneAccount(account)
	}
	for group, members := range f.members {
		c.members[group] = maps.Clone(members)
	}
	c.roles, c.newGroups, c.made = maps.Clone(f.roles), maps.Clone(f.newGroups), slices.Clone(f.made)
	c.newOrgUnits = slices.Clone(f.newOrgUnits)
	return c
}

func cloneAccount(account plan.Account) plan.Account {
	account.Aliases = slices.Clone(account.Aliases)
	account.Attributes = maps.Clone(account.Attributes)
	account.ExternalIDs = maps.Clone(account.ExternalIDs)
	return account
}

func (f *fake) join(group string, ids ...string) {
	if f.members[group] == nil {
		f.members[group] = make(map[string]bool)
	}
	for _, id := range ids {
		f.members[group][id] = true
	}
}

func (f *fake) set(id string, change func(*plan.Account)) {
	account := f.accounts[id]
	change(&account)
	f.accounts[id] = account
}

func (f *fake) Customer(context.Context) (string, error) { return f.customer, nil }

func (f *fake) Account(_ context.Context, id string) (plan.Account, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reads++
	if f.read != nil {
		if err := f.read(id); err != nil {
			return plan.Account{}, err
		}
	}
	account, ok := f.accounts[id]
	if !ok {
		return plan.Account{}, fmt.Errorf("Resource Not Found: userKey: %w", plan.ErrNotFound)
	}
	return cloneAccount(account), nil
}

func (f *fake) AccountAt(_ context.Context, address string) (plan.Account, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reads++
	if account, ok := f.holder(address); ok {
		return cloneAccount(account), nil
	}
	return plan.Account{}, fmt.Errorf("Resource Not Found: userKey: %w", plan.ErrNotFound)
}

func (f *fake) holder(address string) (plan.Account, bool) {
	for _, account := range f.accounts {
		if account.HasAddress(address) {
			return account, true
		}
	}
	return plan.Account{}, false
}

// write carries out one write between its hooks.
func (f *fake) write(description string, carryOut func() error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.writes = append(f.writes, description)
	if f.before != nil {
		if err := f.before(description); err != nil {
			return err
		}
	}
	if err := carryOut(); err != nil {
		return err
	}
	if f.after != nil {
		return f.after(description)
	}
	return nil
}

func (f *fake) Create(_ context.Context, changes plan.Changes, password string) (plan.Account, error) {
	address, _ := changes.Get(plan.FieldPrimaryEmail)
	var account plan.Account
	err := f.write("create "+address.To.String(), func() error {
		account = plan.Account{GoogleID: fmt.Sprintf("new-%s", address.To)}
		if err := f.put(&account, changes); err != nil {
			return err
		}
		f.passwords[account.GoogleID] = password
		return nil
	})
	return cloneAccount(account), err
}

func (f *fake) Update(_ context.Context, id string, changes plan.Changes) (plan.Account, error) {
	var fields []string
	for _, change := range changes {
		fields = append(fields, change.Field)
	}
	var account plan.Account
	err := f.write("update "+id+" "+strings.Join(fields, ","), func() error {
		var ok bool
		if account, ok = f.accounts[id]; !ok {
			return plan.ErrNotFound
		}
		account = cloneAccount(account)
		return f.put(&account, changes)
	})
	return cloneAccount(account), err
}

// put stores the account with the changes, all of them or none.
func (f *fake) put(account *plan.Account, changes plan.Changes) error {
	for _, change := range changes {
		if f.refuse != nil {
			if err := f.refuse(change); err != nil {
				return err
			}
		}
		if change.Field == plan.FieldOrgUnitPath && f.noOrgUnit(change.To.String()) {
			return plan.ErrNoOrgUnit
		}
		if change.Field != plan.FieldPrimaryEmail {
			continue
		}
		if holder, taken := f.holder(change.To.String()); taken && holder.GoogleID != account.GoogleID {
			return fmt.Errorf("Entity already exists.: %w", plan.ErrDuplicate)
		}
	}
	for _, change := range changes {
		assign(account, change)
	}
	if f.store != nil {
		f.store(account)
	}
	f.accounts[account.GoogleID] = cloneAccount(*account)
	return nil
}

func assign(account *plan.Account, change plan.Change) {
	to := change.To.String()
	kind, external := strings.CutPrefix(change.Field, plan.ExternalIDPrefix)
	switch {
	case change.Field == plan.FieldSuspended:
		account.Suspended = change.To.Equal(plan.Truth(true))
	case change.Field == plan.FieldPrimaryEmail:
		account.Aliases = slices.DeleteFunc(account.Aliases, func(alias string) bool { return strings.EqualFold(alias, to) })
		if account.Address != "" {
			account.Aliases = append(account.Aliases, account.Address)
		}
		account.Address = to
	case change.Field == plan.FieldGivenName:
		account.GivenName = to
	case change.Field == plan.FieldFamilyName:
		account.FamilyName = to
	case change.Field == plan.FieldOrgUnitPath:
		account.OrgUnitPath = to
	case change.Field == plan.FieldChangePassword:
	case change.Field == match:
		_, _ = fmt.Sscan(to, &account.DCID)
	case external:
		account.ExternalIDs = with(account.ExternalIDs, kind, to)
	default:
		account.Attributes = with(account.Attributes, change.Field, to)
	}
}

func with(values map[string]string, name, value string) map[string]string {
	values = maps.Clone(values)
	if values == nil {
		values = make(map[string]string)
	}
	if values[name] = value; value == "" {
		delete(values, name)
	}
	return values
}

func (f *fake) ReleaseAlias(_ context.Context, id, alias string) error {
	return f.write("release "+id+" "+alias, func() error {
		account := cloneAccount(f.accounts[id])
		if !account.HasAlias(alias) {
			return plan.ErrNotFound
		}
		account.Aliases = slices.DeleteFunc(account.Aliases, func(a string) bool { return strings.EqualFold(a, alias) })
		f.accounts[id] = account
		return nil
	})
}

func (f *fake) LeaveGroup(_ context.Context, group, id string) error {
	return f.write("leave "+group+" "+id, func() error {
		if !f.members[group][id] {
			return plan.ErrNotFound
		}
		delete(f.members[group], id)
		return nil
	})
}

func (f *fake) JoinGroup(_ context.Context, group, id, role string) error {
	return f.write("join "+group+" "+id+" "+role, func() error {
		if f.members[group] == nil || f.accounts[id].GoogleID == "" {
			return plan.ErrNotFound
		}
		if f.members[group][id] && plan.RoleRank(f.role(group, id)) >= plan.RoleRank(role) {
			return nil
		}
		f.members[group][id] = true
		f.roles[[2]string{group, id}] = role
		return nil
	})
}

func (f *fake) SetRole(_ context.Context, group, id, role string) error {
	return f.write("role "+group+" "+id+" "+role, func() error {
		if !f.members[group][id] {
			return plan.ErrNotFound
		}
		f.roles[[2]string{group, id}] = role
		return nil
	})
}

func (f *fake) Role(_ context.Context, group, id string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.groupReads++
	if f.read != nil {
		if err := f.read("role of " + id + " in " + group); err != nil {
			return "", err
		}
	}
	if !f.members[group][id] {
		return "", plan.ErrNotFound
	}
	return f.role(group, id), nil
}

func (f *fake) role(group, id string) string {
	return cmp.Or(f.roles[[2]string{group, id}], plan.RoleMember)
}

func (f *fake) CreateGroup(_ context.Context, address, name, description string) (created bool, err error) {
	err = f.write("create group "+address, func() error {
		if _, taken := f.holder(address); taken {
			return plan.ErrDuplicate
		}
		_, there := f.members[address]
		created = !there
		f.join(address)
		f.newGroups[address] = name + "|" + description
		return nil
	})
	return created, err
}

func (f *fake) CreateOrgUnit(_ context.Context, parent, name string) (created bool, err error) {
	path := plan.JoinOrgUnit(parent, name)
	err = f.write("create org unit "+path, func() error {
		if parent != "/" && f.noOrgUnit(parent) {
			return plan.ErrNoOrgUnit
		}
		if created = f.noOrgUnit(path); created {
			f.newOrgUnits = append(f.newOrgUnits, path)
		}
		return nil
	})
	return created, err
}

// noOrgUnit tells whether the org unit of that path, /Annex or one below it, is not
// there yet. All others are.
func (f *fake) noOrgUnit(path string) bool {
	return plan.Under(path, "/Annex") && !slices.Contains(f.newOrgUnits, path)
}

func (f *fake) Attributes(context.Context) ([]plan.Attribute, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.read != nil {
		if err := f.read("attributes"); err != nil {
			return nil, err
		}
	}
	return slices.Clone(f.made), nil
}

func (f *fake) CreateAttribute(_ context.Context, attribute plan.Attribute) (created bool, err error) {
	err = f.write("create attribute "+attribute.Name, func() error {
		if _, err := plan.FindAttribute(f.made, attribute.Name); err == nil {
			return plan.ErrDuplicate
		}
		f.made, created = append(f.made, attribute), true
		return nil
	})
	return created, err
}

func (f *fake) OtherGroups(_ context.Context, id string, known []string) ([]string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.groupReads++
	if f.read != nil {
		if err := f.read("groups of " + id); err != nil {
			return nil, err
		}
	}
	var others []string
	for _, group := range slices.Sorted(maps.Keys(f.members)) {
		if f.members[group][id] && !slices.Contains(known, group) {
			others = append(others, group)
		}
	}
	return others, nil
}

// failing returns a hook that answers err to the writes that begin so, n
// times.
func failing(prefix string, err error, n int) func(string) error {
	return func(write string) error {
		if strings.HasPrefix(write, prefix) && n > 0 {
			n--
			return err
		}
		return nil
	}
}

var _ Directory = (*fake)(nil)
