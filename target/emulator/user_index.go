package emulator

import (
	"cmp"
	"slices"
	"sync"
)

// userIndex makes searches fast. For each attribute that was searched it has
// the values with the users they belong to, sorted by value, so that what a
// clause asks for lies between two binary searches; and it keeps what was found,
// so that the pages of one search don't sort it again each. Writes keep both up
// to date. Readers share it, hence its own lock.
type userIndex[K any] struct {
	compare func(a, b K) int

	mu         sync.Mutex
	attributes map[string]*indexedAttribute[K]
	ranges     map[clause]*keptRange[K]
}

type indexedAttribute[K any] struct {
	of      func(*user) []K
	entries []indexEntry[K] // by value, then by primary address
}

type indexEntry[K any] struct {
	value K
	user  *user
}

type keptRange[K any] struct {
	span  *span[K]
	users []*user // by primary address
}

// span is a clause as the part of an index where it holds.
type span[K any] struct {
	clause    clause
	attribute string            // the name of the index
	of        func(*user) []K   // the values of a user
	side      func(value K) int // below 0 for values before the span, 0 in it, above 0 after it
}

func (s *span[K]) match(u *user) bool {
	return slices.ContainsFunc(s.of(u), func(v K) bool { return s.side(v) == 0 })
}

const (
	// maxKeptRanges bounds how many ranges are kept at a time.
	maxKeptRanges = 100
	// fewUsers are sorted in no time, and aren't kept.
	fewUsers = 10
)

// forget is for a change of what attributes there are.
func (x *userIndex[K]) forget() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.attributes, x.ranges = map[string]*indexedAttribute[K]{}, map[clause]*keptRange[K]{}
}

// replace is for a write of a user; old is nil for a new one.
func (x *userIndex[K]) replace(old, now *user) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, a := range x.attributes {
		if old != nil {
			for _, v := range x.valuesOf(a.of, old) {
				i, _ := x.find(a.entries, v, old.email)
				for a.entries[i].user != old {
					i++
				}
				a.entries = slices.Delete(a.entries, i, i+1)
			}
		}
		for _, v := range x.valuesOf(a.of, now) {
			i, _ := x.find(a.entries, v, now.email)
			a.entries = slices.Insert(a.entries, i, indexEntry[K]{v, now})
		}
	}
	for _, kept := range x.ranges {
		before, after := old, now
		if before != nil && !kept.span.match(before) {
			before = nil
		}
		if !kept.span.match(after) {
			after = nil
		}
		kept.users = replaceByEmail(kept.users, before, after)
	}
}

// valuesOf gives each value of a user once.
func (x *userIndex[K]) valuesOf(of func(*user) []K, u *user) []K {
	values := of(u)
	if len(values) < 2 {
		return values
	}
	values = slices.SortedFunc(slices.Values(values), x.compare)
	return slices.CompactFunc(values, func(a, b K) bool { return x.compare(a, b) == 0 })
}

func (x *userIndex[K]) find(entries []indexEntry[K], value K, email string) (int, bool) {
	return slices.BinarySearchFunc(entries, email, func(e indexEntry[K], email string) int {
		return cmp.Or(x.compare(e.value, value), cmp.Compare(e.user.email, email))
	})
}

// between gives the entries of a span. The caller holds the lock.
func (x *userIndex[K]) between(d *directory, s *span[K]) []indexEntry[K] {
	a, ok := x.attributes[s.attribute]
	if !ok {
		a = &indexedAttribute[K]{of: s.of}
		for _, u := range d.byEmail {
			for _, v := range x.valuesOf(s.of, u) {
				a.entries = append(a.entries, indexEntry[K]{v, u})
			}
		}
		slices.SortStableFunc(a.entries, func(a, b indexEntry[K]) int { return x.compare(a.value, b.value) })
		x.attributes[s.attribute] = a
	}
	bySide := func(e indexEntry[K], side int) int { return s.side(e.value) - side }
	from, _ := slices.BinarySearchFunc(a.entries, 0, bySide)
	to, _ := slices.BinarySearchFunc(a.entries, 1, bySide)
	return a.entries[from:max(from, to)]
}

// candidates is a span as a way to find those who can match a query.
func (x *userIndex[K]) candidates(d *directory, s *span[K]) *candidates {
	return &candidates{
		count: func() int {
			x.mu.Lock()
			defer x.mu.Unlock()
			return len(x.between(d, s))
		},
		list: func() []*user { return x.within(d, s) },
	}
}

// within lists the users with a value in the span, by primary address. The
// caller must not change the list.
func (x *userIndex[K]) within(d *directory, s *span[K]) []*user {
	x.mu.Lock()
	defer x.mu.Unlock()
	if kept, ok := x.ranges[s.clause]; ok {
		return kept.users
	}
	entries := x.between(d, s)
	users := make([]*user, len(entries))
	for i, e := range entries {
		users[i] = e.user
	}
	if len(entries) > 0 && x.compare(entries[0].value, entries[len(entries)-1].value) != 0 {
		slices.SortFunc(users, byEmail)
		users = slices.Compact(users) // an attribute can have several values
	}
	if len(users) <= fewUsers {
		return users
	}
	if len(x.ranges) == maxKeptRanges {
		clear(x.ranges)
	}
	x.ranges[s.clause] = &keptRange[K]{s, users}
	return users
}

func byEmail(a, b *user) int { return cmp.Compare(a.email, b.email) }

// replaceByEmail puts now in the place of old in a list by primary address;
// either may be nil.
func replaceByEmail(list []*user, old, now *user) []*user {
	if old != nil {
		i := position(list, old.email)
		for list[i] != old { // see putUser
			i++
		}
		if now != nil && now.email == old.email {
			list[i] = now
			return list
		}
		list = slices.Delete(list, i, i+1)
	}
	if now != nil {
		list = slices.Insert(list, position(list, now.email), now)
	}
	return list
}

func position(list []*user, email string) int {
	i, _ := slices.BinarySearchFunc(list, email, func(u *user, e string) int { return cmp.Compare(u.email, e) })
	return i
}
