package diff

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// fewestSuspicious is how many accounts change alike at least before that looks
// like a wrong export.
const fewestSuspicious = 5

// columnHome is the column of PowerSchool that says where somebody works.
const columnHome = "users.homeschoolid"

// whole is some of the linked accounts that work, of which a part changes alike.
type whole struct {
	// name is how a message goes on after a number, such as "staff of Cotton
	// Creek".
	name string
	// oneIn tells how large a part is suspicious: 4 is a quarter.
	oneIn int
}

// wholes returns what the account is among.
func (c *comparison) wholes(have *plan.Account) []whole {
	wholes := []whole{{"accounts in " + have.OrgUnitPath, 3}, {"linked accounts", 5}}
	if building := c.people[have.DCID].Building; building != "" {
		wholes = append(wholes, whole{"staff of " + building, 4})
	}
	return wholes
}

// bulkWarnings say which of the shared changes look like a wrong export: those
// of at least five people and a quarter of a building's staff, a third of an org
// unit or a fifth of all linked accounts. What fills an empty field or changes
// only in form takes nothing away, and people who begin are moved together. Changes of the same people, or with a wrong
// home school as their cause, are one warning.
func (c *comparison) bulkWarnings(groups []alike) []plan.Warning {
	sizes := make(map[whole]int)
	for _, have := range c.working() {
		for _, of := range c.wholes(have) {
			sizes[of]++
		}
	}
	byPeople := make(map[string][]string) // what changes
	for i := range groups {
		people := groups[i].people()
		byPeople[people] = append(byPeople[people], groups[i].Change().String())
	}
	var warnings []plan.Warning
	said := make(map[string]bool)
	for i := range groups {
		g := &groups[i]
		if change := g.Change(); change.From.Absent() || !change.To.Absent() && !change.Replaces() || c.begins(change) {
			continue
		}
		part := c.suspiciousPart(g, sizes)
		people, cause := g.people(), c.cause(g)
		home := ""
		if strings.HasPrefix(cause, columnHome) {
			home = cause + " instead of " + cmp.Or(g.Building, people)
		}
		if part == "" || said[people] || said[home] {
			continue
		}
		said[people], said[home] = true, home != ""
		message := part + ": " + strings.Join(byPeople[people], "; ")
		if cause != "" {
			message += "; " + cause + "; correct it in PowerSchool if it is wrong"
		}
		warnings = append(warnings, plan.Warning{Kind: plan.WarningBulk, Message: message})
	}
	return warnings
}

// suspiciousPart says of what the group is the largest part that is suspicious,
// such as "14 of the 18 staff of Cotton Creek"; it is empty where none is.
func (c *comparison) suspiciousPart(g *alike, sizes map[whole]int) string {
	parts := make(map[whole]int)
	for _, action := range g.actions {
		for _, of := range c.wholes(c.byID[action.GoogleID]) {
			parts[of]++
		}
	}
	words, count, size := "", 0, 1
	consider := func(n, of int, w whole) {
		if n >= fewestSuspicious && n*w.oneIn >= of && n*size > count*of {
			words, count, size = fmt.Sprintf("%d of the %d %s", n, of, w.name), n, of
		}
	}
	if g.Building != "" {
		consider(g.Count, g.Base, whole{"staff of " + g.Building, 4})
	}
	for _, of := range slices.SortedFunc(maps.Keys(parts), func(a, b whole) int { return -cmp.Compare(a.name, b.name) }) {
		consider(parts[of], sizes[of], of)
	}
	return words
}

// cause names the columns of PowerSchool behind what the group changes, and what
// the home school's says where it is that one. It is empty where no rule of the
// policy gives the value.
func (c *comparison) cause(g *alike) string {
	columns, homes := make(map[string]bool), make(map[int64]bool)
	elsewhere := false // in PowerSchool than the building of those who stay
	for _, action := range g.actions {
		want := c.person(action.Staff.DCID)
		for _, column := range c.columnsBehind(want, g.Field) {
			columns[column] = true
		}
		homes[want.HomeSchool] = true
		elsewhere = elsewhere || want.Staff.Building != g.Building
	}
	if columns[columnHome] && g.Building != "" {
		// Either the building has changed, or it explains nothing.
		maps.DeleteFunc(columns, func(column string, _ bool) bool { return (column == columnHome) != elsewhere })
	}
	names := slices.Sorted(maps.Keys(columns))
	switch {
	case len(names) == 0:
		return ""
	case len(homes) == 1 && columns[columnHome] && len(names) == 1:
		return fmt.Sprintf("%s is %d for all of them", columnHome, slices.Collect(maps.Keys(homes))[0])
	}
	return "the values come from " + strings.Join(names, " and ")
}

// person returns the account that the person with the DCID should have.
func (c *comparison) person(dcid int64) *plan.DesiredAccount {
	at, _ := slices.BinarySearchFunc(c.staff, dcid, func(want *plan.DesiredAccount, dcid int64) int { return cmp.Compare(want.DCID, dcid) })
	return c.staff[at]
}

// columnsBehind returns the columns of PowerSchool behind a field of the person.
func (c *comparison) columnsBehind(want *plan.DesiredAccount, field string) []string {
	origin := want.Origins[field]
	if column, direct := strings.CutPrefix(origin, "PowerSchool "); direct {
		return []string{column}
	}
	return c.rules.Columns[origin]
}
