package source

import (
	"fmt"
	"strings"
)

// extras are the values of all extras, by name.
type extras map[string]extra

// extra is one extra's values by person.
type extra struct {
	table  Table
	column string
	values map[int64]extraValue
	// sensitive tells that no message may repeat a value.
	sensitive bool
}

// extraValue is what one person's rows say: the first and the last value in
// alphabetical order, which are the same unless rows disagree.
type extraValue struct {
	low, high string
	rows      int
	damage    string // why a value is not one, the first in alphabetical order
}

func (a *assembly) extras() extras {
	all := make(extras)
	for _, name := range a.config.ExtraNames() {
		all[name] = a.extra(a.config.Extras[name])
	}
	return all
}

// extra reads one extra. A row of somebody who is not among the users is
// nothing to us.
func (a *assembly) extra(config Extra) extra {
	table := a.tables[strings.ToLower(config.Table)]
	e := extra{table: table, column: strings.ToLower(config.Column), values: make(map[int64]extraValue), sensitive: config.Sensitive}
	key, column := table.column(strings.ToLower(config.Key)), table.column(e.column)
	for _, row := range table.Rows {
		if row.cell(key) == "" {
			continue
		}
		id, ok := a.faults.dcid(table, row, key)
		if _, known := a.people[id]; !ok || !known {
			continue
		}
		cell, err := config.Type.normal(row.cell(column))
		value, again := e.values[id]
		if !again || cell < value.low {
			value.low = cell
		}
		if !again || cell > value.high {
			value.high = cell
		}
		damage := a.damageOf(table, row, column, e.sensitive)
		switch {
		case damage == "" && err != nil && e.sensitive:
			damage = fmt.Sprintf("%s: it is not of the type %s", table.where(row, e.column), config.Type)
		case damage == "" && err != nil:
			damage = fmt.Sprintf("%s: it %v", table.where(row, e.column), err)
		}
		if value.damage == "" || damage != "" && damage < value.damage {
			value.damage = damage
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
		case value.damage != "" || value.low != value.high:
			if undecided == nil {
				undecided = make(map[string]string)
			}
			if undecided[name] = value.damage; value.damage == "" {
				undecided[name] = extra.disagreement(dcid, value)
			}
		case value.low != "":
			if values == nil {
				values = make(map[string]string)
			}
			values[name] = value.low
		}
	}
	return values, undecided
}

func (e extra) disagreement(dcid int64, value extraValue) string {
	if e.sensitive {
		return fmt.Sprintf("%s has %d rows for DCID %d that disagree on %s", e.table.Name, value.rows, dcid, e.column)
	}
	return fmt.Sprintf("%s has %d rows for DCID %d that disagree on %s: %s and %s",
		e.table.Name, value.rows, dcid, e.column, cellWords(value.low), cellWords(value.high))
}

func cellWords(text string) string {
	if text == "" {
		return "no value"
	}
	return fmt.Sprintf("%q", text)
}
