package source

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// extras are the values of all extras, by name.
type extras map[string]extra

// extra is one extra's values by person.
type extra struct {
	table  Table
	column string
	values map[int64]extraValue
}

// extraValue is what one person's rows say: the first and the last value in
// alphabetical order, which are the same unless rows disagree.
type extraValue struct {
	low, high extraCell
	rows      int
}

type extraCell struct {
	text string
	line int
}

func compareCells(a, b extraCell) int {
	return cmp.Or(strings.Compare(a.text, b.text), cmp.Compare(a.line, b.line))
}

func (a *assembly) extras() extras {
	all := make(extras)
	for name, config := range a.config.Extras {
		all[name] = a.extra(config)
	}
	return all
}

// extra reads one extra. A row of somebody who is not among the users is
// nothing to us.
func (a *assembly) extra(config Extra) extra {
	table := a.tables[strings.ToLower(config.Table)]
	e := extra{table: table, column: strings.ToLower(config.Column), values: make(map[int64]extraValue)}
	key, column := table.column(strings.ToLower(config.Key)), table.column(e.column)
	for _, row := range table.Rows {
		if row.cell(key) == "" {
			continue
		}
		id, ok := a.problems.dcid(table, row, key)
		if _, known := a.people[id]; !ok || !known {
			continue
		}
		cell := extraCell{text: row.cell(column), line: row.Line}
		value, again := e.values[id]
		if !again || compareCells(cell, value.low) < 0 {
			value.low = cell
		}
		if !again || compareCells(cell, value.high) > 0 {
			value.high = cell
		}
		value.rows++
		e.values[id] = value
	}
	return e
}

// of returns the person's extras, and why there is no value of those on which
// the person's rows disagree.
func (e extras) of(dcid int64) (values, undecided map[string]string) {
	for name, extra := range e {
		value, ok := extra.values[dcid]
		switch {
		case !ok:
		case value.low.text != value.high.text:
			if undecided == nil {
				undecided = make(map[string]string)
			}
			undecided[name] = extra.disagreement(dcid, value)
		case value.low.text != "":
			if values == nil {
				values = make(map[string]string)
			}
			values[name] = value.low.text
		}
	}
	return values, undecided
}

func (e extra) disagreement(dcid int64, value extraValue) string {
	cells := []extraCell{value.low, value.high}
	slices.SortFunc(cells, func(a, b extraCell) int { return cmp.Or(cmp.Compare(a.line, b.line), compareCells(a, b)) })
	return fmt.Sprintf("%s has %d rows for DCID %d that disagree on %s: %s and %s",
		e.table.Name, value.rows, dcid, e.column, cells[0], cells[1])
}

func (c extraCell) String() string {
	text := "no value"
	if c.text != "" {
		text = fmt.Sprintf("%q", c.text)
	}
	if c.line > 0 {
		text += fmt.Sprintf(" (line %d)", c.line)
	}
	return text
}
