package emulator

import (
	"cmp"
	"maps"
	"math/big"
	"slices"
	"sync"
)

// numberIndex makes searches for numbers and dates fast. For each custom field
// that was searched it has the numbers with the users they belong to, sorted by
// number, so that a range lies between two binary searches; and it keeps what
// was found, so that the pages of one range don't sort it again each. All of it
// lasts until the next write. Readers share it, hence its own lock.
type numberIndex struct {
	mu     sync.Mutex
	fields map[string][]numberEntry // by "Schema.Field"
	ranges map[clause][]*user
}

type numberEntry struct {
	number *big.Rat
	user   *user
}

// maxKeptRanges bounds how many ranges are kept at a time.
const maxKeptRanges = 100

// forget is for a write: what was indexed is no longer so.
func (x *numberIndex) forget() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.fields, x.ranges = map[string][]numberEntry{}, map[clause][]*user{}
}

// within lists the users with a number in the range, by primary address. The
// caller must not change the list.
func (x *numberIndex) within(d *directory, r *numberRange) []*user {
	x.mu.Lock()
	defer x.mu.Unlock()
	if users, ok := x.ranges[r.clause]; ok {
		return users
	}
	entries, ok := x.fields[r.clause.field]
	if !ok {
		for _, u := range d.byEmail {
			for _, number := range r.numbersOf(u) {
				entries = append(entries, numberEntry{number, u})
			}
		}
		slices.SortFunc(entries, func(a, b numberEntry) int { return a.number.Cmp(b.number) })
		x.fields[r.clause.field] = entries
	}
	bySide := func(e numberEntry, side int) int { return r.side(e.number) - side }
	from, _ := slices.BinarySearchFunc(entries, 0, bySide)
	to, _ := slices.BinarySearchFunc(entries, 1, bySide)
	found := map[*user]bool{} // a field can have several values
	for _, e := range entries[from:to] {
		found[e.user] = true
	}
	if len(x.ranges) == maxKeptRanges {
		clear(x.ranges)
	}
	x.ranges[r.clause] = slices.SortedFunc(maps.Keys(found), func(a, b *user) int { return cmp.Compare(a.email, b.email) })
	return x.ranges[r.clause]
}

// numberRange is what a clause asks of a custom field of numbers or dates.
type numberRange struct {
	clause    clause
	low, high *big.Rat
	numbersOf func(*user) []*big.Rat
}

// side is below 0 for numbers before the range, 0 in it, above 0 after it.
func (r *numberRange) side(n *big.Rat) int {
	toLow, toHigh := n.Cmp(r.low), n.Cmp(r.high)
	switch op := r.clause.op; {
	case op == ">" && toLow <= 0, (op == ">=" || op == "=" || op == "[)") && toLow < 0:
		return -1
	case (op == "<=" || op == "=") && toHigh > 0, (op == "<" || op == "[)") && toHigh >= 0:
		return 1
	}
	return 0
}

func (r *numberRange) match(u *user) bool {
	return slices.ContainsFunc(r.numbersOf(u), func(n *big.Rat) bool { return r.side(n) == 0 })
}
