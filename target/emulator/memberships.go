package emulator

import (
	"slices"
	"strings"
)

// group is one group and who is in it.
type group struct {
	id        string
	email     string // key
	doc       object
	dynamic   bool
	foreign   bool              // of another customer, whose groups nobody here may read
	members   map[string]object // by member id
	memberIDs []string          // sorted
	nested    int               // how many of the members are groups
}

func newGroup(doc object) *group {
	return &group{id: text(doc, "id"), email: addressKey(text(doc, "email")), doc: doc, dynamic: truth(doc, dynamicKey), members: map[string]object{}}
}

func compareGroups(a, b *group) int { return strings.Compare(a.email, b.email) }

// withoutMembers is the group for another directory, where members are put in it.
func (g *group) withoutMembers() *group {
	return &group{id: g.id, email: g.email, doc: g.doc, dynamic: g.dynamic, foreign: g.foreign, members: map[string]object{}}
}

// memberships are the groups of each member. A list of them, or a page of a
// group's members, takes time for what it returns, however many groups there are.
type memberships struct {
	groups map[string][]*group // by member id; each list by address
	// outsiders are the ids of members who are not of this directory, by
	// address.
	outsiders map[string]string
}

func newMemberships() memberships {
	return memberships{groups: map[string][]*group{}, outsiders: map[string]string{}}
}

// putMember adds a member to a group, or puts it in its own place.
func (d *directory) putMember(g *group, m object) {
	id := text(m, "id")
	known := g.members[id] != nil
	g.members[id] = m
	if known {
		return
	}
	at, _ := slices.BinarySearch(g.memberIDs, id)
	g.memberIDs = slices.Insert(g.memberIDs, at, id)
	if d.groups[id] != nil {
		g.nested++
	}
	in := d.memberships.groups[id]
	at, _ = slices.BinarySearchFunc(in, g, compareGroups)
	d.memberships.groups[id] = slices.Insert(in, at, g)
	if address := addressKey(text(m, "email")); address != "" && d.memberships.outsiders[address] == "" {
		d.memberships.outsiders[address] = id
	}
}

// removeMember takes a member out of a group, if it is in it.
func (d *directory) removeMember(g *group, id string) {
	m := g.members[id]
	if m == nil {
		return
	}
	delete(g.members, id)
	at, _ := slices.BinarySearch(g.memberIDs, id)
	g.memberIDs = slices.Delete(g.memberIDs, at, at+1)
	if d.groups[id] != nil {
		g.nested--
	}
	in := d.memberships.groups[id]
	at, _ = slices.BinarySearchFunc(in, g, compareGroups)
	if in = slices.Delete(in, at, at+1); len(in) > 0 {
		d.memberships.groups[id] = in
		return
	}
	delete(d.memberships.groups, id)
	if address := addressKey(text(m, "email")); d.memberships.outsiders[address] == id {
		delete(d.memberships.outsiders, address)
	}
}

// outsider finds a member who is not of this directory, by id or address.
func (d *directory) outsider(key string) object {
	id := key
	if known := d.memberships.outsiders[addressKey(key)]; known != "" {
		id = known
	}
	if in := d.memberships.groups[id]; len(in) > 0 {
		return in[0].members[id]
	}
	return nil
}
