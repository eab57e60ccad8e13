package oracletest

import (
	"regexp"
	"strconv"
	"strings"
)

// result is what a statement answers.
type result struct {
	columns []Column
	rows    [][]any
	// code is an error instead, 0 none, and about what it names.
	code  int
	about string
	// table is the table's name in lower case, for the faults of its rows;
	// it is empty when the rows are a count.
	table string
}

var (
	selection = regexp.MustCompile(`(?is)^\s*SELECT\s+(.+?)\s+FROM\s+([A-Z][A-Z0-9_$#.]*)(\s+WHERE\s+1\s*=\s*0)?\s*$`)
	counting  = regexp.MustCompile(`(?i)^COUNT\s*\(\s*\*\s*\)$`)
	setting   = regexp.MustCompile(`(?i)^\s*SET\s+TRANSACTION\s+READ\s+ONLY\s*$`)
)

// answer executes a statement. One that is not a query has no columns.
func (d Database) answer(statement string) result {
	if setting.MatchString(statement) {
		return result{}
	}
	parts := selection.FindStringSubmatch(statement)
	if parts == nil {
		return result{code: 900}
	}
	name := strings.ToLower(parts[2])
	if code := d.Faults.Tables[name]; code != 0 {
		return result{code: code}
	}
	table, ok := d.Tables[name]
	if !ok {
		return result{code: 942}
	}
	rows := table.Rows
	if parts[3] != "" {
		rows = nil
	}
	if counting.MatchString(parts[1]) {
		return result{columns: []Column{{Name: "COUNT(*)", Type: Number}}, rows: [][]any{{strconv.Itoa(len(rows))}}}
	}
	return table.project(name, strings.Split(parts[1], ","), rows)
}

// project answers with some of the table's columns.
func (t Table) project(name string, names []string, rows [][]any) result {
	picked := result{table: name}
	var places []int
	for _, name := range names {
		name = strings.TrimSpace(name)
		place := t.column(name)
		if place < 0 {
			return result{code: 904, about: strconv.Quote(strings.ToUpper(name))}
		}
		places = append(places, place)
		picked.columns = append(picked.columns, t.Columns[place])
	}
	for _, row := range rows {
		cells := make([]any, len(places))
		for i, place := range places {
			cells[i] = row[place]
		}
		picked.rows = append(picked.rows, cells)
	}
	return picked
}
