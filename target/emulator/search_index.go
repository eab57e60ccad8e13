package emulator

import (
	"slices"
	"strings"
	"sync"
)

// searchIndex holds what makes lists fast: for each custom field that was
// searched with =, who has which value. It is made when first needed. Readers
// share it, hence its own lock; add, remove and forget run under the
// directory's write lock.
type searchIndex struct {
	mu     sync.Mutex
	values map[string]map[string][]*user // "Schema.Field": value: users
}

func newSearchIndex() *searchIndex {
	return &searchIndex{values: map[string]map[string][]*user{}}
}

// having lists the users whose custom field has the value, in no order.
func (x *searchIndex) having(d *directory, schema, field, value string) []*user {
	x.mu.Lock()
	defer x.mu.Unlock()
	key := schema + "." + field
	byValue, ok := x.values[key]
	if !ok {
		byValue = map[string][]*user{}
		for _, u := range d.byEmail {
			for _, v := range customTexts(u.customValue(schema, field)) {
				byValue[v] = append(byValue[v], u)
			}
		}
		x.values[key] = byValue
	}
	return slices.Clone(byValue[value])
}

func (x *searchIndex) add(u *user) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for key, byValue := range x.values {
		schema, field, _ := strings.Cut(key, ".")
		for _, v := range customTexts(u.customValue(schema, field)) {
			byValue[v] = append(byValue[v], u)
		}
	}
}

func (x *searchIndex) remove(u *user) {
	x.mu.Lock()
	defer x.mu.Unlock()
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
	for key := range x.values {
		if strings.HasPrefix(key, schema+".") {
			delete(x.values, key)
		}
	}
}
