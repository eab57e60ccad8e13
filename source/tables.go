package source

import (
	"maps"
	"slices"
	"strings"
)

// The tables of PowerSchool that are always read.
const (
	tableSchools     = "schools"
	tableUsers       = "users"
	tableSchoolStaff = "schoolstaff"
)

// The columns of schools that need not be there.
const (
	columnAbbreviation = "abbreviation"
	columnExcluded     = "state_excludefromreporting"
)

// TableSpec says which columns are to be read of one table, all names in
// lower case.
type TableSpec struct {
	// Name is the table's name, with its schema before a dot where the
	// config has one.
	Name string
	// Columns must be there, Optional ones may be.
	Columns  []string
	Optional []string
	// Sensitive tells that the table holds sensitive values, so that no message
	// may repeat what is in it where that may be one.
	Sensitive bool
}

// BareName is the table's name without its schema.
func (s TableSpec) BareName() string { return s.Name[strings.LastIndex(s.Name, ".")+1:] }

// TableSpecs returns what is to be read of PowerSchool under the config: the
// three core tables and those of the extras.
func (c Config) TableSpecs() []TableSpec {
	specs := []TableSpec{
		{Name: tableSchools, Columns: []string{"school_number", "name"}, Optional: []string{columnAbbreviation}},
		{Name: tableUsers, Columns: []string{"dcid", "email_addr", "first_name", "last_name", "teachernumber", "groupvalue", "homeschoolid"}},
		{Name: tableSchoolStaff, Columns: []string{"users_dcid", "schoolid", "status", "staffstatus"}},
	}
	if c.StateReporting {
		specs[0].Optional = append(specs[0].Optional, columnExcluded)
	}
	for _, name := range c.ExtraNames() {
		extra := c.Extras[name]
		table := strings.ToLower(extra.Table)
		i := slices.IndexFunc(specs, func(s TableSpec) bool { return s.Name == table })
		if i < 0 {
			i = len(specs)
			specs = append(specs, TableSpec{Name: table})
		}
		specs[i].Sensitive = specs[i].Sensitive || extra.Sensitive
		for _, column := range []string{strings.ToLower(extra.Key), strings.ToLower(extra.Column)} {
			if !slices.Contains(specs[i].Columns, column) {
				specs[i].Columns = append(specs[i].Columns, column)
			}
		}
	}
	return specs
}

// With returns the config with the extras of another one too, so that what it
// reads serves both. One whose name is taken by another column gets a free name,
// which nobody's rules know.
func (c Config) With(other Config) Config {
	all := make(map[string]Extra, len(c.Extras)+len(other.Extras))
	maps.Copy(all, c.Extras)
	for _, name := range other.ExtraNames() {
		extra, free := other.Extras[name], name
		for taken, there := all[free]; there && taken != extra; taken, there = all[free] {
			free += "_"
		}
		all[free] = extra
	}
	c.Extras = all
	return c
}

// SensitivePlaces names the columns that sensitive attributes are made of, sorted.
func (c Config) SensitivePlaces() []string {
	var places []string
	for _, extra := range c.Extras {
		if extra.Sensitive {
			places = append(places, extra.Place())
		}
	}
	slices.Sort(places)
	return slices.Compact(places)
}

// Without returns the config without the extras of those columns, so that nothing
// of them is read.
func (c Config) Without(places []string) Config {
	c.Extras = maps.Clone(c.Extras)
	maps.DeleteFunc(c.Extras, func(_ string, extra Extra) bool { return slices.Contains(places, extra.Place()) })
	return c
}

// Tables are PowerSchool's tables as text, by the names of their TableSpecs.
type Tables map[string]Table

// Table is one table's content.
type Table struct {
	// Name is what messages call the table, such as users.csv.
	Name string
	// Columns are the names of the columns in lower case, in the order of
	// each row's cells.
	Columns []string
	Rows    []Row
	// Sensitive is that of the TableSpec. Whoever reads the table need not set it.
	Sensitive bool
}

// Row is one row of a table.
type Row struct {
	// Line is where the row begins in its file, as an editor counts; it is 0
	// when the rows come from no file.
	Line int
	// Cells are the row's values as text. NULL is the empty text: Oracle
	// makes no difference between the two, and a CSV file cannot.
	Cells []string
}

// column returns a column's place in the rows, -1 when the table lacks it.
func (t Table) column(name string) int { return slices.Index(t.Columns, name) }

// cell returns the row's value of a column without the space around it, empty
// when the table lacks the column.
func (r Row) cell(column int) string {
	if column < 0 || column >= len(r.Cells) {
		return ""
	}
	return strings.TrimSpace(r.Cells[column])
}
