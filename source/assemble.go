package source

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// defaultType is the staff type of somebody without an active assignment at
// the home school: 2, staff.
const defaultType = 2

// Assemble makes a district out of PowerSchool's tables. It returns an error,
// never a smaller district, when a table is missing, empty or malformed, or
// when nobody at all has an active assignment.
func Assemble(tables Tables, config Config) (District, error) {
	a := newAssembly(tables, config, &Faults{})
	if err := a.checkTables(); err != nil {
		return District{}, err
	}
	schools, users, assigned, extras := a.read()
	if a.faults.Any() {
		return District{}, a.faults.Err()
	}
	if !assigned.anyActive {
		return District{}, fmt.Errorf("no row of %s that belongs to somebody in %s has status 1, so everybody would count as having left; check what PowerSchool exported",
			tables[tableSchoolStaff].Name, tables[tableUsers].Name)
	}

	d := District{Schools: schools, Warnings: assigned.warnings, StrayRows: plan.StrayRows{Assignments: assigned.stray}, Lacking: a.lacking()}
	byNumber := config.buildings(schools)
	for i := range users {
		user, work := &users[i], &assigned.of[i]
		active := work.active(config.Active, user)
		if active {
			d.StrayRows.Schools.Base++
			if user.strayHome(byNumber) {
				d.StrayRows.Schools.Count++
				d.StrayRows.Schools.Table = tables[tableSchools].Name
			}
		}
		staff := user.Staff
		staff.Schools, staff.Active, staff.Type = work.schools(), active, work.staffType(user)
		staff.Assigned = assigned.placed[i] && (!active || config.Active.IsExpression())
		staff.Extra, staff.Undecided = extras.of(user.DCID)
		staff.Damaged = user.damage(a.damagedSchools)
		if reason, out := user.leftOut(byNumber, active); out {
			left := LeftOut{Staff: staff, Reason: reason}
			if left.Homeless, _ = user.lacksHome(byNumber, active); left.Homeless == "" {
				left.Staff.Building = byNumber[user.HomeSchool]
			}
			d.LeftOut = append(d.LeftOut, left)
			continue
		}
		staff.Building = byNumber[user.HomeSchool]
		d.Staff = append(d.Staff, staff)
	}
	slices.SortFunc(d.Staff, func(a, b Staff) int { return cmp.Compare(a.DCID, b.DCID) })
	slices.SortFunc(d.LeftOut, func(a, b LeftOut) int { return cmp.Compare(a.Staff.DCID, b.Staff.DCID) })
	return d, nil
}

// assembly is an Assemble at work.
type assembly struct {
	tables Tables
	config Config
	faults *Faults
	people map[int64]int // DCID to the place among the users
	// damagedSchools says of schools' names that are damaged why, by number.
	damagedSchools map[int64]string
	cased          map[string]bool // what casedAs found out
}

func newAssembly(tables Tables, config Config, faults *Faults) *assembly {
	tables = maps.Clone(tables)
	for _, spec := range config.TableSpecs() {
		if table, ok := tables[spec.Name]; ok {
			table.Sensitive = spec.Sensitive
			tables[spec.Name] = table
		}
	}
	return &assembly{
		tables: tables, config: config, faults: faults,
		people: make(map[int64]int), damagedSchools: make(map[int64]string), cased: make(map[string]bool),
	}
}

// read reads the rows of all tables and notes what is wrong with them.
func (a *assembly) read() ([]School, []user, assignments, extras) {
	for _, spec := range a.config.TableSpecs() {
		if table, ok := a.tables[spec.Name]; ok {
			a.faults.checkText(table)
		}
	}
	for _, empty := range []struct{ table, consequence string }{
		{tableSchools, "nobody would have a home school"},
		{tableUsers, "everybody would count as having left"},
		{tableSchoolStaff, "everybody would count as having left"},
	} {
		if table, ok := a.tables[empty.table]; ok && table.Columns != nil && len(table.Rows) == 0 {
			a.faults.add("%s has no rows, so %s; check what PowerSchool exported", table.Name, empty.consequence)
		}
	}
	schools, users := a.schools(), a.users()
	return schools, users, a.assignments(schools), a.extras()
}

// checkTables refuses tables that are missing or lack a column.
func (a *assembly) checkTables() error {
	for _, spec := range a.config.TableSpecs() {
		table, ok := a.tables[spec.Name]
		if !ok {
			return fmt.Errorf("the table %s was not read", spec.Name)
		}
		for _, column := range spec.Columns {
			if table.column(column) < 0 {
				return fmt.Errorf("%s has no column %s", table.Name, column)
			}
		}
	}
	return nil
}

func (a *assembly) schools() []School {
	table := a.tables[tableSchools]
	number, name, abbreviation := table.column("school_number"), table.column("name"), table.column(columnAbbreviation)
	excluded := table.column(columnExcluded)
	seen := make(map[int64]Row)
	var schools []School
	for _, row := range table.Rows {
		n, ok := a.faults.number(table, row, number, "the school number")
		if !ok {
			continue
		}
		if earlier, twice := seen[n]; twice {
			a.faults.add("%s: school number %d is there twice%s", table.where(row, "school_number"), n, earlier.also())
			continue
		}
		seen[n] = row
		if damage := a.damagedName(table, row, name); damage != "" {
			a.damagedSchools[n] = damage
		}
		schools = append(schools, School{
			Number: n, Name: buildingName(row.cell(name)), Abbreviation: row.cell(abbreviation), Excluded: a.flag(table, row, excluded, "whether the school is left out of state reporting"),
		})
	}
	slices.SortFunc(schools, func(a, b School) int { return cmp.Compare(a.Number, b.Number) })
	return schools
}

// lacking returns the columns that need not be there and are not, with their
// tables.
func (a *assembly) lacking() []string {
	var lacking []string
	for _, spec := range a.config.TableSpecs() {
		for _, column := range spec.Optional {
			if a.tables[spec.Name].column(column) < 0 {
				lacking = append(lacking, spec.BareName()+"."+column)
			}
		}
	}
	return lacking
}

// flag reads a column that holds 1 or 0, which an export may write as true or
// false; nothing is 0.
func (a *assembly) flag(table Table, row Row, column int, what string) bool {
	switch text := strings.ToLower(row.cell(column)); text {
	case "true", "false", "":
		return text == "true"
	}
	n, _ := a.faults.number(table, row, column, what)
	return n != 0
}

// also names the line of a row that another one repeats.
func (r Row) also() string {
	if r.Line == 0 {
		return ""
	}
	return fmt.Sprintf(", first on line %d", r.Line)
}

// user is one row of PowerSchool's table users, as much as it says of a member of
// staff.
type user struct {
	Staff
	hasHome bool
	// damaged says what is damaged of the row, which counts only for somebody
	// who is considered.
	damaged map[string]string
}

// damage says what is damaged of the person's fields, the building included.
func (u *user) damage(schools map[int64]string) map[string]string {
	u.note("building", schools[u.HomeSchool])
	return u.damaged
}

func (u *user) note(field, damage string) {
	if damage == "" {
		return
	}
	if u.damaged == nil {
		u.damaged = make(map[string]string)
	}
	u.damaged[field] = damage
}

func (a *assembly) users() []user {
	table := a.tables[tableUsers]
	dcid, email, home := table.column("dcid"), table.column("email_addr"), table.column("homeschoolid")
	first, last := table.column("first_name"), table.column("last_name")
	number, group := table.column("teachernumber"), table.column("groupvalue")
	seen := make(map[int64]Row, len(table.Rows))
	users := make([]user, 0, len(table.Rows))
	for _, row := range table.Rows {
		id, ok := a.faults.dcid(table, row, dcid)
		if !ok {
			continue
		}
		if earlier, twice := seen[id]; twice {
			a.faults.add("%s: DCID %d is there twice%s", table.where(row, "dcid"), id, earlier.also())
			continue
		}
		seen[id] = row
		u := user{Staff: Staff{
			DCID: id, Email: LowerASCII(row.cell(email)),
			FirstName: firstName(row.cell(first)), LastName: lastName(row.cell(last)),
			TeacherNumber: row.cell(number), SecurityGroup: row.cell(group),
		}}
		u.note("email", a.damage(table, row, email))
		u.note("firstName", a.damagedName(table, row, first))
		u.note("lastName", a.damagedName(table, row, last))
		u.note("teacherNumber", a.damage(table, row, number))
		u.note("securityGroup", a.damage(table, row, group))
		if row.cell(home) != "" {
			u.HomeSchool, u.hasHome = a.faults.number(table, row, home, "the home school")
		}
		a.people[id] = len(users)
		users = append(users, u)
	}
	return users
}

// LowerASCII lowers A to Z only. Other letters stay for the check of the
// address to see: some of them, such as the Kelvin sign, would turn into a
// plain letter and the address into a colleague's.
func LowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// The home schools that are no building of their own.
const (
	// districtOffice often has no row in schools.
	districtOffice = 0
	// pseudoSchool is PowerSchool's school of graduated students.
	pseudoSchool = 999999
)

// buildings returns the name of each school that people can work at, by number.
func (c Config) buildings(schools []School) map[int64]string {
	names := make(map[int64]string, len(schools)+1)
	if c.DistrictOffice != "" {
		names[districtOffice] = c.DistrictOffice
	}
	for _, school := range schools {
		names[school.Number] = school.Name
	}
	delete(names, pseudoSchool)
	return names
}

// strayHome tells whether the home school should be in the table schools and is
// not.
func (u *user) strayHome(buildings map[int64]string) bool {
	_, known := buildings[u.HomeSchool]
	return u.hasHome && u.HomeSchool != districtOffice && u.HomeSchool != pseudoSchool && !known
}

// leftOut tells whether the user is not considered, and why. Somebody inactive
// needs no building.
func (u *user) leftOut(buildings map[int64]string, active bool) (reason string, out bool) {
	if u.Email == "" {
		return "no e-mail address in PowerSchool", true
	}
	return u.lacksHome(buildings, active)
}

// lacksHome tells whether there is no building for the user, and why.
func (u *user) lacksHome(buildings map[int64]string, active bool) (reason string, lacks bool) {
	_, known := buildings[u.HomeSchool]
	switch {
	case !u.hasHome:
		return "no home school in PowerSchool", true
	case u.HomeSchool == pseudoSchool && active:
		return "home school 999999 is PowerSchool's school of graduated students, which is not a building; give the person another home school", true
	case !known && u.HomeSchool == districtOffice:
		return "home school 0, the district office, is not in schools; name it in the config: source.districtOffice: District Office", true
	case !known && u.HomeSchool != pseudoSchool:
		return fmt.Sprintf("home school %d is not a school in PowerSchool", u.HomeSchool), true
	}
	return "", false
}
