package policy

import (
	"slices"

	"cel.dev/cel-go/common/ast"
)

// staffColumns are the columns of PowerSchool behind the fields of staff.
var staffColumns = map[string]string{
	"dcid":          "users.dcid",
	"email":         "users.email_addr",
	"firstName":     "users.first_name",
	"lastName":      "users.last_name",
	"homeSchool":    "users.homeschoolid",
	"building":      "users.homeschoolid",
	"schools":       "schoolstaff.schoolid",
	"active":        "schoolstaff.status",
	"type":          "schoolstaff.staffstatus",
	"securityGroup": "users.groupvalue",
	"teacherNumber": "users.teachernumber",
}

// schoolColumns are the columns of PowerSchool behind the fields of school.
var schoolColumns = map[string]string{
	"number":                     "schools.school_number",
	"name":                       "schools.name",
	"abbreviation":               columnAbbreviation,
	"excludedFromStateReporting": columnExcluded,
}

// The columns that the table schools need not have.
const (
	columnAbbreviation = "schools.abbreviation"
	columnExcluded     = "schools.state_excludefromreporting"
)

// column returns the column of PowerSchool that a part of an expression reads,
// empty where it reads none by itself.
func (l *language) column(e ast.Expr) string {
	if e.Kind() != ast.SelectKind {
		return ""
	}
	field, of := e.AsSelect().FieldName(), e.AsSelect().Operand()
	switch of.Kind() {
	case ast.IdentKind:
		switch of.AsIdent() {
		case "staff":
			return staffColumns[field]
		case "school":
			return schoolColumns[field]
		}
	case ast.SelectKind:
		if of.AsSelect().FieldName() == "extra" {
			return l.extraColumns[field]
		}
	}
	return ""
}

// columns returns the columns of PowerSchool behind each rule that gives a
// value, by the rule's key. An org unit is also decided by the conditions of the
// rules before its own.
func (p *Policy) columns() map[string][]string {
	columns := make(map[string][]string)
	add := func(key string, read []string) {
		all := slices.Concat(columns[key], read)
		slices.Sort(all)
		if all = slices.Compact(all); len(all) > 0 {
			columns[key] = all
		}
	}
	var decided []string
	for _, rule := range p.orgUnits {
		if rule.when != nil {
			decided = append(decided, rule.when.columns...)
		}
		add(rule.key, slices.Concat(decided, rule.path.columns()))
	}
	for _, value := range slices.Concat(p.attributes, p.externalIDs) {
		add(value.key, value.value.columns())
	}
	return columns
}

// columns returns the columns of PowerSchool that the template reads.
func (t *text) columns() []string {
	var columns []string
	for _, part := range t.parts {
		if part.compiled != nil {
			columns = append(columns, part.compiled.columns...)
		}
	}
	return columns
}
