package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Empty tells whether nothing more must be known.
func (n Needed) Empty() bool { return len(n.Addresses) == 0 && len(n.Memberships) == 0 }

// ViaAddress returns the temporary address of the person with that DCID in a
// swap of addresses.
func ViaAddress(dcid int64, domain string) string {
	return fmt.Sprintf("%s%d@%s", viaPrefix, dcid, strings.ToLower(domain))
}

// viaPrefix begins every temporary address.
const viaPrefix = "staffsync-"

// Needs returns what must be known besides the two states, and has not been
// answered yet in actual.Answers, before Diff can compare them: who holds
// each address that somebody would get, and the memberships of each account
// that would be suspended. An answer may raise a further question, so ask
// until it is Empty.
func Needs(desired, actual State) (Needed, error) {
	c, err := compare(desired, actual)
	if err != nil {
		return Needed{}, err
	}
	addresses, memberships := make(map[string]bool), make(map[string]bool)
	waits := make(map[string]string) // by Google id
	for _, want := range c.staff {
		have, single := c.account(want.DCID)
		switch {
		case !single:
		case want.Active && c.inDomain(want.Address) && (have == nil || !strings.EqualFold(have.Address, want.Address)):
			addresses[strings.ToLower(want.Address)] = true
			if holder := c.holder(want.Address); have != nil && holder != nil {
				waits[have.GoogleID] = holder.GoogleID
			}
		case !want.Active && have != nil && c.rules.LeaveGroups && !c.settled(have):
			memberships[have.GoogleID] = true
		}
	}
	for _, ring := range rings(waits) {
		have := c.byID[slices.MinFunc(ring, func(a, b string) int {
			return cmp.Compare(c.byID[a].DCID, c.byID[b].DCID)
		})]
		if via := ViaAddress(have.DCID, actual.Domain); !have.HasAddress(via) {
			addresses[via] = true
		}
	}
	maps.DeleteFunc(addresses, func(address string, _ bool) bool {
		_, known := actual.Answers.Holders[address]
		return known
	})
	maps.DeleteFunc(memberships, func(id string, _ bool) bool {
		_, known := actual.Answers.Memberships[id]
		return known
	})
	return Needed{
		Addresses:   slices.Sorted(maps.Keys(addresses)),
		Memberships: slices.Sorted(maps.Keys(memberships)),
	}, nil
}

// Add takes over further answers.
func (a *Answers) Add(more Answers) {
	a.Holders = merged(a.Holders, more.Holders)
	a.Memberships = merged(a.Memberships, more.Memberships)
	a.Owners = merged(a.Owners, more.Owners)
}

// merged returns a new map, because the state that the answers belong to may
// have been copied.
func merged[V any](known, more map[string]V) map[string]V {
	all := make(map[string]V, len(known)+len(more))
	maps.Copy(all, known)
	maps.Copy(all, more)
	return all
}

// rings returns the closed rings in a mapping in which each key points to at
// most one other, each ring once and in the order of its walk.
func rings(next map[string]string) [][]string {
	var found [][]string
	done := make(map[string]bool)
	for _, start := range slices.Sorted(maps.Keys(next)) {
		var walk []string
		onWalk := make(map[string]int)
		for at := start; ; {
			if i, again := onWalk[at]; again {
				found = append(found, walk[i:])
				break
			}
			following, ok := next[at]
			if !ok || done[at] {
				break
			}
			onWalk[at] = len(walk)
			walk = append(walk, at)
			at = following
		}
		for _, at := range walk {
			done[at] = true
		}
	}
	return found
}

// holder returns the account that has the address, as far as that is known.
func (c *comparison) holder(address string) *Account {
	address = strings.ToLower(address)
	if holder, known := c.actual.Answers.Holders[address]; known {
		return holder.Account
	}
	return c.byPrimary[address]
}

func (c *comparison) inDomain(address string) bool {
	_, domain, ok := strings.Cut(address, "@")
	return ok && strings.EqualFold(domain, c.actual.Domain)
}

// settled tells whether an inactive person's account needs nothing: it is
// suspended and stands in the suspended org unit, or it stands where
// accounts are re-activated for a time.
func (c *comparison) settled(have *Account) bool {
	return c.spared(have) || have.Suspended && strings.EqualFold(have.OrgUnitPath, c.rules.SuspendedOrgUnit)
}

func (c *comparison) spared(have *Account) bool {
	return withinAny(have.OrgUnitPath, c.rules.TemporaryReactivation)
}
