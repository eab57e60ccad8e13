package emulator

import (
	"cmp"
	"maps"
	"math/big"
	"net/http"
	"slices"
	"strings"
)

// directory is the whole domain in memory with the indexes that requests
// need. Its maps change only in apply; the resources in them never do.
type directory struct {
	customer string
	domains  map[string]bool

	users   map[string]*user  // by id
	byEmail []*user           // by primary address
	deleted []*user           // deleted lately, by primary address
	holders map[string]string // who has an address: the id of a user or a group

	groups       map[string]*group // by id
	groupsByMail []*group
	memberships  memberships

	orgUnits map[string]object // by lower-case path; the root is always there
	schemas  []object          // in the order of their creation

	roles, roleAssignments []object // never changed

	numbers userIndex[*big.Rat] // custom fields of numbers and dates
	texts   userIndex[string]   // everything else
}

// change is one step of a write: exactly one of its parts is set. It is what
// the log keeps, and applying it twice is the same as once.
type change struct {
	User     object `json:"user,omitempty"`
	OrgUnit  object `json:"orgUnit,omitempty"`
	Schema   object `json:"schema,omitempty"`
	NewGroup object `json:"newGroup,omitempty"`
	Group    string `json:"group,omitempty"` // address, for Member and RemoveMember
	Member   object `json:"member,omitempty"`
	RemoveID string `json:"removeMember,omitempty"`
}

func newDirectory(customer string) *directory {
	d := &directory{
		customer: customer,
		domains:  map[string]bool{},
		users:    map[string]*user{},
		holders:  map[string]string{},
		groups:   map[string]*group{},
		orgUnits: map[string]object{},

		memberships: newMemberships(),
	}
	d.numbers.compare, d.texts.compare = (*big.Rat).Cmp, cmp.Compare[string]
	d.forgetIndexes()
	return d
}

// apply makes the changes, which a handler has already checked.
func (d *directory) apply(changes []change) {
	if len(changes) > fewUsers || slices.ContainsFunc(changes, func(c change) bool { return c.Schema != nil }) {
		d.forgetIndexes() // fields may have another type, or many users another value
	}
	for _, c := range changes {
		switch {
		case c.User != nil:
			d.putUser(newUser(c.User))
		case c.OrgUnit != nil:
			d.orgUnits[strings.ToLower(text(c.OrgUnit, "orgUnitPath"))] = c.OrgUnit
		case c.Schema != nil:
			d.putSchema(c.Schema)
		case c.NewGroup != nil:
			d.putGroup(c.NewGroup)
		case c.Member != nil:
			if g := d.groupByKey(c.Group); g != nil {
				d.putMember(g, c.Member)
			}
		case c.RemoveID != "":
			if g := d.groupByKey(c.Group); g != nil {
				d.removeMember(g, c.RemoveID)
			}
		}
	}
}

// putGroup adds a group that is not there yet.
func (d *directory) putGroup(doc object) {
	g := newGroup(doc)
	if d.groups[g.id] != nil {
		return
	}
	d.groups[g.id] = g
	d.holders[g.email] = g.id
	at, _ := slices.BinarySearchFunc(d.groupsByMail, g, compareGroups)
	d.groupsByMail = slices.Insert(d.groupsByMail, at, g)
}

func (d *directory) forgetIndexes() {
	d.numbers.forget()
	d.texts.forget()
}

func (d *directory) putUser(u *user) {
	old := d.users[u.id]
	if old != nil {
		for _, a := range old.addresses {
			delete(d.holders, a)
		}
	}
	// While a log is replayed over a newer state, two users can have one
	// address for a moment: the one that gives it away, and the one that gets it.
	d.byEmail = replaceByEmail(d.byEmail, old, u)
	d.numbers.replace(old, u)
	d.texts.replace(old, u)
	for _, a := range u.addresses {
		d.holders[a] = u.id
	}
	d.users[u.id] = u
}

// userByKey finds a user by id, primary address or alias.
func (d *directory) userByKey(key string) *user {
	if u := d.users[key]; u != nil {
		return u
	}
	return d.users[d.holders[addressKey(key)]]
}

// groupByKey finds a group by id, address or alias.
func (d *directory) groupByKey(key string) *group {
	if g := d.groups[key]; g != nil {
		return g
	}
	return d.groups[d.holders[addressKey(key)]]
}

// needUser is userByKey with Google's answer when there is none: 404, or 403
// for an address in a domain that isn't this customer's.
func (d *directory) needUser(key string) (*user, *apiError) {
	if u := d.userByKey(key); u != nil {
		return u, nil
	}
	return nil, cmp.Or(d.deletedKey(key), d.unknownKey(key, "userKey"))
}

// deletedUser finds an account that was deleted lately, by id or address.
func (d *directory) deletedUser(key string) *user {
	for _, u := range d.deleted {
		if u.id == key || slices.Contains(u.addresses, addressKey(key)) {
			return u
		}
	}
	return nil
}

// deletedKey is Google's answer about such an account.
func (d *directory) deletedKey(key string) *apiError {
	if d.deletedUser(key) == nil {
		return nil
	}
	return refuse(http.StatusPreconditionFailed, "conditionNotMet", "User is deleted.")
}

func (d *directory) needGroup(key string) (*group, *apiError) {
	if g := d.groupByKey(key); g != nil {
		return g, nil
	}
	return nil, d.unknownKey(key, "groupKey")
}

func (d *directory) unknownKey(key, what string) *apiError {
	if domain := domainOf(key); domain != "" && !d.domains[domain] {
		return forbidden()
	}
	return notFound(what)
}

func (d *directory) putSchema(s object) {
	for i, old := range d.schemas {
		if text(old, "schemaId") == text(s, "schemaId") {
			d.schemas[i] = s
			return
		}
	}
	d.schemas = append(d.schemas, s)
}

// orgUnit gives an org unit by its path, compared without letter case.
func (d *directory) orgUnit(path string) (object, bool) {
	o, ok := d.orgUnits[strings.ToLower(path)]
	return o, ok
}

// clone copies the indexes; the resources are shared, as they never change.
func (d *directory) clone() *directory {
	c := newDirectory(d.customer)
	c.domains = maps.Clone(d.domains)
	c.users = maps.Clone(d.users)
	c.byEmail = slices.Clone(d.byEmail)
	c.deleted = d.deleted
	c.holders = maps.Clone(d.holders)
	for _, g := range d.groupsByMail {
		c.groups[g.id] = g.withoutMembers()
		c.groupsByMail = append(c.groupsByMail, c.groups[g.id])
	}
	for _, g := range d.groupsByMail {
		for _, id := range g.memberIDs {
			c.putMember(c.groups[g.id], g.members[id])
		}
	}
	c.orgUnits = maps.Clone(d.orgUnits)
	c.schemas = slices.Clone(d.schemas)
	c.roles, c.roleAssignments = d.roles, d.roleAssignments
	return c
}

// checkCustomer accepts my_customer and the customer's own id.
func (d *directory) checkCustomer(id string) *apiError {
	switch {
	case id == "my_customer" || id == d.customer:
		return nil
	case strings.HasPrefix(id, "C"):
		return forbidden()
	}
	return badRequest()
}
