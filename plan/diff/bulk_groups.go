package diff

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// first tells whether nobody who belongs to the group is in it yet.
func (g *managedGroup) first() bool { return g.belong > 0 && g.present == 0 }

// firstWords names the groups that rules manage for the first time.
func (m *managedGroups) firstWords() string {
	var addresses []string
	for _, g := range m.groups {
		if g.first() {
			addresses = append(addresses, g.address)
		}
	}
	if len(addresses) == 0 {
		return ""
	}
	return "nobody who belongs to them is yet in " + fewOf(addresses)
}

// bulk says of each group what several people share, with their number and of how
// many.
func (m *managedGroups) bulk() []plan.BulkMembership {
	sharing := make(map[plan.MembershipChange][]*draft)
	staff := make(map[string]int) // active people, by building
	for _, d := range m.drafts {
		staff[d.want.Staff.Building]++
		for _, change := range d.groups {
			if change.ByRule() && !d.aside {
				sharing[change] = append(sharing[change], d)
			}
		}
	}
	var all []plan.BulkMembership
	for _, change := range slices.SortedFunc(maps.Keys(sharing), compareMemberships) {
		at, _ := slices.BinarySearchFunc(m.groups, change.Group, func(g *managedGroup, address string) int { return strings.Compare(g.address, address) })
		g := m.groups[at]
		shared := plan.BulkMembership{Change: change, Count: len(sharing[change]), Base: g.belong, First: change.Joins() && g.first()}
		switch building := commonBuilding(sharing[change]); {
		case change.Leaves():
			shared.Base = g.plainMembers()
		case building != "":
			shared.Building, shared.Base = building, staff[building]
		}
		all = append(all, shared)
	}
	slices.SortStableFunc(all, plan.CompareBulkMemberships)
	return all
}

func compareMemberships(a, b plan.MembershipChange) int {
	return cmp.Or(strings.Compare(a.Group, b.Group), strings.Compare(fmt.Sprint(a), fmt.Sprint(b)))
}

// commonBuilding returns the building of all of them, empty where they are of
// several.
func commonBuilding(drafts []*draft) string {
	building := drafts[0].want.Staff.Building
	for _, d := range drafts {
		if d.want.Staff.Building != building {
			return ""
		}
	}
	return building
}

func (g *managedGroup) plainMembers() int {
	n := 0
	for _, role := range g.direct {
		if role == plan.RoleMember {
			n++
		}
	}
	return n
}
