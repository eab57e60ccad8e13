package emulator

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"
)

// searchIndex holds what makes lists fast: for each custom field that was
// searched with =, who has which value, and for each that was searched for a
// range, who has which number. Both are made when first needed. Readers share
// it, hence its own lock; add, remove and forget run under the directory's
// write lock.
type searchIndex struct {
	mu      sync.Mutex
	values  map[string]map[string][]*user // "Schema.Field": value: users by primary address
	numbers map[string]*numberIndex       // by "Schema.Field"
	ranges  map[clause][]*user            // what numbers gave since the last write
}

func newSearchIndex() *searchIndex {
	return &searchIndex{values: map[string]map[string][]*user{}, numbers: map[string]*numberIndex{}, ranges: map[clause][]*user{}}
}

// having lists the users whose custom field has the value, by primary
// address. The caller must not change the list.
func (x *searchIndex) having(d *directory, schema, field, value string) []*user {
	x.mu.Lock()
	defer x.mu.Unlock()
	key := schema + "." + field
	byValue, ok := x.values[key]
	if !ok {
		byValue = map[string][]*user{}
		for _, u := range d.byEmail {
			for _, v := range customTexts(u.customValue(schema, field)) {
				byValue[v] = withUser(byValue[v], u)
			}
		}
		x.values[key] = byValue
	}
	return byValue[value]
}

func byAddress(a, b *user) int { return cmp.Compare(a.email, b.email) }

// withUser puts u in its place in a list by primary address, once.
func withUser(users []*user, u *user) []*user {
	i, found := slices.BinarySearchFunc(users, u, byAddress)
	if found && users[i] == u {
		return users
	}
	return slices.Insert(users, i, u)
}

func (x *searchIndex) add(u *user) {
	x.mu.Lock()
	defer x.mu.Unlock()
	clear(x.ranges)
	for _, n := range x.numbers {
		n.add(u)
	}
	for key, byValue := range x.values {
		schema, field, _ := strings.Cut(key, ".")
		for _, v := range customTexts(u.customValue(schema, field)) {
			byValue[v] = withUser(byValue[v], u)
		}
	}
}

func (x *searchIndex) remove(u *user) {
	x.mu.Lock()
	defer x.mu.Unlock()
	clear(x.ranges)
	for _, n := range x.numbers {
		n.remove(u)
	}
	for key, byValue := range x.values {
		schema, field, _ := strings.Cut(key, ".")
		for _, v := range customTexts(u.customValue(schema, field)) {
			byValue[v] = slices.DeleteFunc(byValue[v], func(o *user) bool { return o == u })
		}
	}
}

// forget drops what was indexed of a schema whose definition changes.
func (x *searchIndex) forget(schema string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	clear(x.ranges)
	ofSchema := func(field string) bool { return strings.HasPrefix(field, schema+".") }
	maps.DeleteFunc(x.values, func(field string, _ map[string][]*user) bool { return ofSchema(field) })
	maps.DeleteFunc(x.numbers, func(field string, _ *numberIndex) bool { return ofSchema(field) })
}
