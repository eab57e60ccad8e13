package source

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// assignment is an active row of schoolstaff.
type assignment struct {
	school    int64
	staffType int64
	hasType   bool
}

// work is one person's active assignments, by school.
type work []assignment

// active tells whether the person has the active assignment that the rule
// asks for.
func (w work) active(rule ActiveRule, u *user) bool {
	if rule != HomeSchool {
		return len(w) > 0
	}
	return u.hasHome && slices.ContainsFunc(w, func(a assignment) bool { return a.school == u.HomeSchool })
}

// schools returns the numbers of the schools, ascending and each once.
func (w work) schools() []int64 {
	numbers := make([]int64, 0, len(w))
	for _, a := range w {
		numbers = append(numbers, a.school)
	}
	return slices.Compact(numbers)
}

// staffType returns the staff type at the home school. Where several active
// rows there differ it is the lowest, so that their order does not matter.
func (w work) staffType(u *user) int64 {
	for _, a := range w { // sorted by school, then by type
		if u.hasHome && a.school == u.HomeSchool && a.hasType {
			return a.staffType
		}
	}
	return defaultType
}

// assignments are the active rows of schoolstaff by person.
type assignments struct {
	of []work // in the order of the users
	// placed tells of each user that there is a row of theirs, active or
	// not, at a school that exists.
	placed    []bool
	anyActive bool
	warnings  []plan.Warning
	// stray counts the active rows of nobody among the users.
	stray plan.Stray
}

func (a *assembly) assignments(schools []School) assignments {
	table := a.tables[tableSchoolStaff]
	dcid, school := table.column("users_dcid"), table.column("schoolid")
	status, staffStatus := table.column("status"), table.column("staffstatus")
	assigned := assignments{of: make([]work, len(a.people)), placed: make([]bool, len(a.people))}
	exists := make(map[int64]bool, len(schools))
	for _, school := range schools {
		exists[school.Number] = true
	}
	unknown := make(map[int64]bool)
	unknownRows := 0
	for _, row := range table.Rows {
		id, ok := a.faults.dcid(table, row, dcid)
		if !ok {
			continue
		}
		var one assignment
		if one.school, ok = a.faults.number(table, row, school, "the school number"); !ok {
			continue
		}
		active := a.current(table, row, status)
		if row.cell(staffStatus) != "" {
			one.staffType, one.hasType = a.faults.number(table, row, staffStatus, "the staff status")
		}
		person, known := a.people[id]
		if known && exists[one.school] {
			assigned.placed[person] = true
		}
		if active {
			assigned.stray.Base++
			if !known {
				assigned.stray.Count++
				assigned.stray.Table = a.tables[tableUsers].Name
			}
		}
		assigned.anyActive = assigned.anyActive || active && known
		switch {
		case !known:
			unknown[id] = true
			unknownRows++
		case active:
			assigned.of[person] = append(assigned.of[person], one)
		}
	}
	for _, w := range assigned.of {
		slices.SortFunc(w, func(x, y assignment) int {
			return cmp.Or(cmp.Compare(x.school, y.school), cmp.Compare(x.staffType, y.staffType))
		})
	}
	if unknownRows > 0 {
		assigned.warnings = append(assigned.warnings, unknownWarning(table, a.tables[tableUsers], unknown, unknownRows))
	}
	return assigned
}

// current tells whether the status of a row is 1, which an export may write as
// true.
func (a *assembly) current(table Table, row Row, status int) bool {
	switch text := strings.ToLower(row.cell(status)); text {
	case "true", "false", "":
		return text == "true"
	}
	n, _ := a.faults.number(table, row, status, "the status")
	return n == 1
}

// unknownWarning names a few of the people who have an assignment and are
// not among the users, and counts them all.
func unknownWarning(table, users Table, unknown map[int64]bool, rows int) plan.Warning {
	const named = 5
	ids := make([]int64, 0, len(unknown))
	for id := range unknown {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	var names []string
	for _, id := range ids[:min(named, len(ids))] {
		names = append(names, fmt.Sprint(id))
	}
	list := "DCID " + strings.Join(names, ", ")
	if len(ids) > named {
		list += fmt.Sprintf(" and %d more", len(ids)-named)
	}
	noun := "1 row belongs"
	if rows > 1 {
		noun = fmt.Sprintf("%d rows belong", rows)
	}
	return plan.Warning{
		Kind:    plan.WarningSource,
		Message: fmt.Sprintf("%s: %s to nobody in %s: %s", table.Name, noun, users.Name, list),
	}
}
