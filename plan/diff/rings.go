package diff

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/staffsync/staffsync/plan"
)

// breakRings gives one member of each closed ring a temporary address, so
// that the others have a place to begin. A ring that cannot be broken falls.
func (a *addresses) breakRings() {
	for {
		broken := true
		for _, d := range a.claimants {
			d.via = "" // of an earlier pass, in which its ring was another
		}
		for _, ring := range a.rings() {
			broken = a.breakRing(ring) && broken
		}
		if broken {
			return
		}
		a.refuseTaken()
	}
}

// rings returns the closed rings of drafts that wait for each other, each once
// and in the order of its walk.
func (a *addresses) rings() [][]*draft {
	var found [][]*draft
	done := make(map[*draft]bool)
	for _, start := range a.claimants {
		var walk []*draft
		place := make(map[*draft]int)
		for d := start; d != nil && !done[d]; d = a.waits[d] {
			if i, again := place[d]; again {
				found = append(found, walk[i:])
				break
			}
			place[d] = len(walk)
			walk = append(walk, d)
		}
		for _, d := range walk {
			done[d] = true
		}
	}
	return found
}

// breakRing sends the ring's member that is at its temporary address already,
// else the one with the lowest DCID, through the temporary address, and tells
// whether that can be had.
func (a *addresses) breakRing(ring []*draft) bool {
	rank := func(d *draft) int {
		if d.atVia(a.actual.Domain) {
			return 0
		}
		return 1
	}
	first := slices.MinFunc(ring, func(x, y *draft) int {
		return cmp.Or(cmp.Compare(rank(x), rank(y)), cmp.Compare(x.want.DCID, y.want.DCID))
	})
	via := plan.ViaAddress(first.want.DCID, a.actual.Domain)
	if !first.have.HasAddress(via) && !a.holderOf(via).Nobody() {
		address, _ := first.claims()
		a.refuse(first, address, obstacle{
			plan.ConflictNoTemporary,
			fmt.Sprintf("the accounts of %d staff exchange their addresses, and the temporary address %s that this takes is taken", len(ring), via),
			"free that address, or exchange the addresses by hand",
		})
		return false
	}
	first.via = via
	return true
}
