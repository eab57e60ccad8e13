package emulator

import (
	"math/big"
	"slices"
)

// numberIndex has the numbers of one custom field with the users they belong
// to, sorted by number, so that a range lies between two binary searches.
type numberIndex struct {
	numbersOf func(*user) []*big.Rat
	entries   []numberEntry
}

type numberEntry struct {
	number *big.Rat
	user   *user
}

func byNumber(a, b numberEntry) int { return a.number.Cmp(b.number) }

func newNumberIndex(d *directory, numbersOf func(*user) []*big.Rat) *numberIndex {
	n := &numberIndex{numbersOf: numbersOf}
	for _, u := range d.byEmail {
		for _, number := range numbersOf(u) {
			n.entries = append(n.entries, numberEntry{number, u})
		}
	}
	slices.SortFunc(n.entries, byNumber)
	return n
}

// numberRange is what a query asks of a number: side is below 0 for numbers
// before the range, 0 in it, above 0 after it.
type numberRange struct {
	clause    clause
	numbersOf func(*user) []*big.Rat
	side      func(*big.Rat) int
}

func (r *numberRange) match(u *user) bool {
	return slices.ContainsFunc(r.numbersOf(u), func(n *big.Rat) bool { return r.side(n) == 0 })
}

// maxKeptRanges bounds how many ranges are kept at a time.
const maxKeptRanges = 100

// within lists the users with a number in the range, by primary address. The
// list is kept until the next write, so that the pages of one range don't sort
// it again each. The caller must not change it.
func (x *searchIndex) within(d *directory, r *numberRange) []*user {
	x.mu.Lock()
	defer x.mu.Unlock()
	if users, ok := x.ranges[r.clause]; ok {
		return users
	}
	index := x.numbers[r.clause.field]
	if index == nil {
		index = newNumberIndex(d, r.numbersOf)
		x.numbers[r.clause.field] = index
	}
	if len(x.ranges) == maxKeptRanges {
		clear(x.ranges)
	}
	x.ranges[r.clause] = index.within(r.side)
	return x.ranges[r.clause]
}

func (n *numberIndex) within(side func(*big.Rat) int) []*user {
	compare := func(e numberEntry, want int) int { return side(e.number) - want }
	from, _ := slices.BinarySearchFunc(n.entries, 0, compare)
	to, _ := slices.BinarySearchFunc(n.entries, 1, compare)
	var users []*user
	for _, e := range n.entries[from:to] {
		users = append(users, e.user)
	}
	slices.SortFunc(users, byAddress)
	return slices.Compact(users) // a field can have several values
}

func (n *numberIndex) add(u *user) {
	for _, number := range n.numbersOf(u) {
		added := numberEntry{number, u}
		i, _ := slices.BinarySearchFunc(n.entries, added, byNumber)
		n.entries = slices.Insert(n.entries, i, added)
	}
}

func (n *numberIndex) remove(u *user) {
	n.entries = slices.DeleteFunc(n.entries, func(e numberEntry) bool { return e.user == u })
}
