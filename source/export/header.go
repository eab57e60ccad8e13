package export

import (
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

// exportTitle is what an export calls a column of the database that it has
// another name for.
var exportTitle = map[string]string{"groupvalue": "group"}

// titlesOf returns the sheet's titles with the table's name taken off, which
// PowerSchool puts before each column: USERS.DCID.
func (s *sheet) titlesOf(spec source.TableSpec) []string {
	titles := make([]string, len(s.titles))
	for i, title := range s.titles {
		titles[i] = strings.TrimPrefix(title, spec.BareName()+".")
	}
	return titles
}

// findColumns finds the columns that the table needs, in any order, and returns
// their names and places. An optional column that is not there is left out.
func (s *sheet) findColumns(spec source.TableSpec) (columns []string, places []int, err error) {
	titles := s.titlesOf(spec)
	var missing []string
	for _, column := range slices.Concat(spec.Columns, spec.Optional) {
		title := column
		place := slices.Index(titles, title)
		if other := exportTitle[column]; place < 0 && other != "" {
			title = other
			place = slices.Index(titles, title)
		}
		if place < 0 {
			if !slices.Contains(spec.Optional, column) {
				missing = append(missing, column)
			}
			continue
		}
		if again := slices.Index(titles[place+1:], title); again >= 0 {
			return nil, nil, fmt.Errorf("%s, header: the column %s is there twice, as columns %d and %d; export it once",
				s.name, column, place+1, place+again+2)
		}
		columns = append(columns, column)
		places = append(places, place)
	}
	if len(missing) > 0 {
		return nil, nil, s.missingColumns(spec, titles, missing)
	}
	return columns, places, nil
}

// fits tells whether the sheet has every column that the table needs.
func (s *sheet) fits(spec source.TableSpec) bool {
	_, _, err := s.findColumns(spec)
	return err == nil
}

// ofTeachers tells whether the sheet is an export of TEACHERS, which has a row
// for each person and school: names beside the columns of SCHOOLSTAFF.
func (s *sheet) ofTeachers() bool {
	has := func(titles ...string) bool {
		return slices.ContainsFunc(s.titles, func(title string) bool { return slices.Contains(titles, title) })
	}
	return slices.ContainsFunc(s.titles, func(title string) bool { return strings.HasPrefix(title, "teachers.") }) ||
		has("first_name", "last_name", "lastfirst", "email_addr", "teachernumber") && has("schoolid") && has("id", "status", "users_dcid")
}

// headless tells whether the first line looks like a row of values.
func (s *sheet) headless() bool {
	return slices.ContainsFunc(s.titles, func(title string) bool {
		return strings.Contains(title, "@") || title != "" && strings.Trim(title, "0123456789") == ""
	})
}

// refuseAs returns an error for a sheet that is something else than the table,
// which its columns may not show.
func (s *sheet) refuseAs(spec source.TableSpec) error {
	switch {
	case s.headless() && !s.fits(spec):
		return fmt.Errorf("%s has no header: its first line is a row of values; export again with the column titles (Include Column Headers)", s.name)
	case spec.BareName() == "users" && s.ofTeachers():
		return fmt.Errorf("%s is an export of TEACHERS: its DCID is that of SCHOOLSTAFF, another number than the person's, so everybody would be matched wrongly; export the table USERS", s.name)
	case spec.BareName() == "schoolstaff" && s.ofTeachers() && !s.fits(spec):
		return fmt.Errorf("%s %s", s.name, teachersAsSchoolStaff)
	}
	return nil
}

const teachersAsSchoolStaff = "is a file of Teachers, as AutoSend writes it, which leaves out whoever has left, so nobody's account would be suspended; export the table SCHOOLSTAFF with the Data Export Manager"

func (s *sheet) missingColumns(spec source.TableSpec, titles, missing []string) error {
	if len(titles) == 1 && strings.Contains(titles[0], "|") {
		return fmt.Errorf("%s, header: the columns are separated by vertical bars; export with commas, tabs or semicolons", s.name)
	}
	noun, verb, hint := "the columns", "are", ""
	if len(missing) == 1 {
		noun, verb = "the column", "is"
		hint = plan.DidYouMean(missing[0], titles)
	}
	list := fmt.Sprintf("%s %s %s missing", noun, strings.Join(missing, ", "), verb)
	var found []string
	for _, title := range titles {
		if title != "" {
			found = append(found, plan.Visible(title))
		}
	}
	switch {
	case len(found) == 0:
		return fmt.Errorf("%s, header: %s; the first line names no columns at all", s.name, list)
	case spec.Sensitive:
		// A first line without titles may be a row of sensitive values.
		return fmt.Errorf("%s, header: %s; the table holds sensitive values, so what its first line says is not repeated here", s.name, list)
	}
	return fmt.Errorf("%s, header: %s; it has %s%s", s.name, list, strings.Join(found, ", "), hint)
}
