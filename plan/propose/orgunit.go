package propose

import (
	"cmp"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// OrgUnit is one of the directory's, with the accounts directly in it.
type OrgUnit struct {
	Path string
	// Accounts are all, Suspended those that are suspended or archived, and Staff
	// those that are certainly a member of staff's.
	Accounts, Suspended, Staff int
}

// Census counts the accounts of each org unit, one after the other: a domain may have
// a million.
type Census struct {
	known plan.OrgUnits
	units map[string]*OrgUnit
}

// NewCensus returns one of a directory with these org units.
func NewCensus(paths []string) *Census {
	c := &Census{known: plan.NewOrgUnits(paths), units: make(map[string]*OrgUnit)}
	for _, path := range append([]string{"/"}, paths...) {
		c.at(path)
	}
	return c
}

func (c *Census) at(path string) *OrgUnit {
	if found, ok := c.known.Find(path); ok {
		path = found
	}
	if c.units[path] == nil {
		c.units[path] = &OrgUnit{Path: path}
	}
	return c.units[path]
}

// Count counts an account.
func (c *Census) Count(account *plan.Account) {
	unit := c.at(account.OrgUnitPath)
	unit.Accounts++
	if !account.Enabled() {
		unit.Suspended++
	}
}

// CountStaff counts the accounts of the staff, which were counted before, as theirs.
func (c *Census) CountStaff(staff []Member) {
	for _, member := range staff {
		if member.OrgUnit != "" {
			c.at(member.OrgUnit).Staff++
		}
	}
}

// OrgUnits returns what was counted, sorted by path.
func (c *Census) OrgUnits() []OrgUnit {
	units := make([]OrgUnit, 0, len(c.units))
	for _, unit := range c.units {
		units = append(units, *unit)
	}
	slices.SortFunc(units, func(a, b OrgUnit) int { return strings.Compare(a.Path, b.Path) })
	return units
}

// ofStaff tells whether enough of the accounts in the org unit are staff's that a
// rule may place people there. One member of staff among a class of students
// shows nothing.
func (o OrgUnit) ofStaff() bool { return o.Staff > 0 && 4*o.Staff >= o.Accounts-o.Suspended }

// Suspended returns the org unit of suspended accounts: the shortest path that is
// named so or, without one, the one that has most of the suspended accounts and few
// others; "" without either.
func Suspended(units []OrgUnit) string {
	if named := Named(units, "suspended"); named != "" {
		return named
	}
	best := OrgUnit{Suspended: 1} // a single one shows nothing
	for _, unit := range units {
		if unit.Path != "/" && unit.Suspended > best.Suspended && 10*unit.Suspended >= 9*unit.Accounts {
			best = unit
		}
	}
	return best.Path
}

// Named returns the shortest path whose last part contains the word in lower case,
// "" without one.
func Named(units []OrgUnit, word string) string {
	var found []string
	for _, unit := range units {
		if strings.Contains(strings.ToLower(lastPart(unit.Path)), word) {
			found = append(found, unit.Path)
		}
	}
	if len(found) == 0 {
		return ""
	}
	return slices.MinFunc(found, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b)) })
}
