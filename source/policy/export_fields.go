package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

// The fields that each AutoComm job into Teachers has: the one that PowerSchool
// finds the person by, and the address.
const (
	fieldTeacherNumber = "TeacherNumber"
	fieldAddress       = "Email_Addr"
)

// fieldSizes are how many characters PowerSchool keeps in fields of Teachers, by
// their names in lower case (its data dictionary).
var fieldSizes = map[string]int{"email_addr": 50, "title": 40, "teachernumber": 20, "teacherloginid": 20, "sif_stateprid": 32}

// exportField is a field of the AutoComm job.
type exportField struct {
	name  string
	value *text
}

// exportFields compiles the fields of the AutoComm job.
func (c *compiler) exportFields(config ExportAddresses, sourceConfig source.Config, hidden map[string]string) []exportField {
	const key = "exportAddresses"
	fields := config.Fields
	switch {
	case strings.TrimSpace(config.Dir) == "" && len(fields) == 0:
		return nil
	case strings.TrimSpace(config.Dir) == "":
		c.fail(key, "dir is missing, the folder for the files, such as dir: autocomm")
	case len(fields) == 0:
		fields = []ExportField{{Field: fieldTeacherNumber}, {Field: fieldAddress}}
	}
	if sourceConfig.Export != nil && sourceConfig.Export.Dir != "" && sameFolder(config.Dir, sourceConfig.Export.Dir) {
		c.fail(key+".dir", "this is the folder that PowerSchool's exports are read from; name another one")
	}
	language, err := newAddressLanguage(sourceConfig, hidden)
	if err != nil {
		c.fail(key, "prepare the language of its values: %w", err)
		return nil
	}
	if len(fields) > 0 && !strings.EqualFold(fields[0].Field, fieldTeacherNumber) {
		c.fail(key+".fields[0]", "the first field must be %s, by which PowerSchool finds the person", fieldTeacherNumber)
	}
	var compiled []exportField
	seen := make(map[string]bool)
	for i, field := range fields {
		at := fmt.Sprintf("%s.fields[%d]", key, i)
		template, known := map[string]string{
			strings.ToLower(fieldTeacherNumber): "${staff.teacherNumber}", strings.ToLower(fieldAddress): "${address}",
		}[strings.ToLower(field.Field)]
		switch {
		case !fieldName.MatchString(field.Field):
			c.fail(at+".field", "%q is not the name of a field of PowerSchool's, such as LoginID", field.Field)
		case seen[strings.ToLower(field.Field)]:
			c.fail(at+".field", "%s is there twice", field.Field)
		case known && field.Value != "" && strings.TrimSpace(field.Value) != template:
			c.fail(at+".value", "%s is always %s; leave the value out", field.Field, template)
		case !known && strings.TrimSpace(field.Value) == "":
			c.fail(at, "value is missing: a blank cell wipes the field in PowerSchool")
		}
		seen[strings.ToLower(field.Field)] = true
		if !known {
			template = field.Value
		}
		value, wrong := language.compileText(template)
		c.failAt(at+".value", wrong)
		compiled = append(compiled, exportField{field.Field, value})
	}
	if len(fields) > 0 && !seen[strings.ToLower(fieldAddress)] {
		c.fail(key+".fields", "%s is not among them, which is what they are for", fieldAddress)
	}
	return compiled
}

// ExportFields returns the names of the AutoComm job's fields in order, none where
// the config does not say that addresses are exported.
func (p *Policy) ExportFields() []string {
	var names []string
	for _, field := range p.exported {
		names = append(names, field.name)
	}
	return names
}

// AddressRow is the row of one person in the file of a home school.
type AddressRow struct {
	School int64
	Staff  plan.Person
	// Cells are the values of the fields in order.
	Cells []string
}

// AddressRows returns a row for each active person who has a linked account and no
// address in PowerSchool, by home school and DCID, and who is left out of them and
// why. Linked are the addresses of the accounts that carry a DCID.
func (p *Policy) AddressRows(district source.District, linked map[int64][]string) ([]AddressRow, []plan.Skipped) {
	everybody := slices.Clone(district.Staff)
	for _, left := range district.LeftOut {
		everybody = append(everybody, left.Staff)
	}
	slices.SortFunc(everybody, func(a, b source.Staff) int { return cmp.Compare(a.DCID, b.DCID) })
	e := addressExport{Policy: p, buildings: make(map[int64]string), numbers: make(map[string]int), holders: make(map[string]int64)}
	for _, school := range district.Schools {
		e.buildings[school.Number] = school.Name
	}
	for i := range everybody {
		e.numbers[strings.ToLower(everybody[i].TeacherNumber)]++
		if everybody[i].Email != "" {
			e.holders[strings.ToLower(everybody[i].Email)] = everybody[i].DCID
		}
	}
	standings := p.standings(district.Schools)
	var rows []AddressRow
	var leftOut []plan.Skipped
	for _, staff := range everybody {
		addresses := linked[staff.DCID]
		if staff.Email != "" || len(addresses) == 0 {
			continue
		}
		staff.Building = cmp.Or(staff.Building, e.buildings[staff.HomeSchool])
		who := activation{today: p.today, address: strings.ToLower(addresses[0])}
		who.person(&staff)
		undecided := standings.decide(&staff, &who)
		if !staff.Active {
			continue
		}
		row, reason := e.row(&staff, &who, addresses)
		if undecided != nil {
			reason = "source.active: " + undecided.Error()
		}
		if reason != "" {
			leftOut = append(leftOut, plan.Skipped{Staff: person(&staff), Address: addresses[0], Reason: reason, Active: true})
			continue
		}
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(a, b AddressRow) int { return cmp.Compare(a.School, b.School) })
	return rows, leftOut
}

// addressExport is an AddressRows at work.
type addressExport struct {
	*Policy
	buildings map[int64]string
	// numbers count the people of each TeacherNumber, and holders are the people by
	// the address that PowerSchool has, both in lower case.
	numbers map[string]int
	holders map[string]int64
}

// row returns the person's row, or says why there is none.
func (e *addressExport) row(staff *source.Staff, who *activation, addresses []string) (row AddressRow, reason string) {
	if rule, why, err := e.skipped(staff, who); err != nil {
		return row, fmt.Sprintf("%s: %v", rule, err)
	} else if rule != "" {
		return row, rule + ": " + why
	}
	switch holder, held := e.holders[who.address]; {
	case len(addresses) > 1:
		return row, fmt.Sprintf("%d accounts carry the DCID: %s", len(addresses), strings.Join(addresses, ", "))
	case held:
		return row, fmt.Sprintf("PowerSchool has the address %s for DCID %d", who.address, holder)
	case !slices.Contains(staff.Schools, staff.HomeSchool):
		return row, fmt.Sprintf("no active assignment at the home school %d, where the import would make one", staff.HomeSchool)
	case e.numbers[strings.ToLower(staff.TeacherNumber)] > 1 && staff.TeacherNumber != "":
		return row, fmt.Sprintf("%d people in PowerSchool have the TeacherNumber %s", e.numbers[strings.ToLower(staff.TeacherNumber)], staff.TeacherNumber)
	}
	row = AddressRow{School: staff.HomeSchool, Staff: person(staff)}
	for _, field := range e.exported {
		cell, err := field.value.value(who, false)
		if err == nil {
			err = checkCell(field.name, cell)
		}
		if err != nil {
			return row, fmt.Sprintf("%s: %v", field.name, err)
		}
		row.Cells = append(row.Cells, cell)
	}
	return row, ""
}

// checkCell refuses a cell that PowerSchool would not take as it is: the files have
// no quotes, and a blank cell wipes the field.
func checkCell(field, cell string) error {
	size, limited := fieldSizes[strings.ToLower(field)]
	switch length := utf8.RuneCountInString(cell); {
	case cell == "":
		return fmt.Errorf("it is blank, and a blank cell wipes the field")
	case strings.ContainsFunc(cell, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }):
		return fmt.Errorf("it holds a tab, a line break or another control character")
	case strings.Contains(cell, `"`):
		return fmt.Errorf("it holds a quotation mark, which the import does not take as text")
	case limited && length > size:
		return fmt.Errorf("it has %d characters, and PowerSchool keeps %d", length, size)
	}
	return nil
}
