package source

import (
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// maxFaults is how many of a read's faults are told at once: enough to correct
// an export in one go, and few enough to be read.
const maxFaults = 10

// Faults collects what is wrong with the tables, each fault once however many
// extras read the row.
type Faults struct {
	told []error
	more int
	seen map[string]bool
}

// Add adds a fault, unless it is nil.
func (f *Faults) Add(fault error) {
	if fault == nil || f.seen[fault.Error()] {
		return
	}
	if f.seen == nil {
		f.seen = make(map[string]bool)
	}
	f.seen[fault.Error()] = true
	if len(f.told) == maxFaults {
		f.more++
		return
	}
	f.told = append(f.told, fault)
}

func (f *Faults) add(format string, args ...any) { f.Add(fmt.Errorf(format, args...)) }

// AddTables adds what is wrong with the rows of the tables that could be read.
func (f *Faults) AddTables(tables Tables, config Config) {
	newAssembly(tables, config, f).read()
}

// Any tells whether there is a fault.
func (f *Faults) Any() bool { return len(f.told) > 0 }

// Err joins the faults, nil when there is none.
func (f *Faults) Err() error {
	if f.more == 0 {
		return errors.Join(f.told...)
	}
	return errors.Join(append(f.told, fmt.Errorf("and %d more problems like these", f.more))...)
}

// where names a row and a column of the table, as far as they are known.
func (t Table) where(row Row, column string) string {
	if row.Line == 0 {
		return fmt.Sprintf("%s, column %s", t.Name, column)
	}
	return fmt.Sprintf("%s, line %d, column %s", t.Name, row.Line, column)
}

// checkText refuses text that is not valid UTF-8: it could be written to
// neither a plan nor Google.
func (f *Faults) checkText(t Table) {
	for _, row := range t.Rows {
		for i, cell := range row.Cells {
			if i < len(t.Columns) && !utf8.ValidString(cell) {
				f.add("%s: the text is not valid UTF-8", t.where(row, t.Columns[i]))
			}
		}
	}
}

// number reads a whole number; what says what the column holds.
func (f *Faults) number(t Table, row Row, column int, what string) (int64, bool) {
	text := row.cell(column)
	if text == "" {
		f.add("%s: %s is missing", t.where(row, t.Columns[column]), what)
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case err != nil && t.Sensitive:
		// Where columns are exchanged, it may be a sensitive value.
		f.add("%s: %s must be a whole number", t.where(row, t.Columns[column]), what)
		return 0, false
	case err != nil:
		f.add("%s: %s must be a whole number, not %q", t.where(row, t.Columns[column]), what, text)
		return 0, false
	}
	return n, true
}

// dcid reads a DCID, which is a whole number above 0.
func (f *Faults) dcid(t Table, row Row, column int) (int64, bool) {
	n, ok := f.number(t, row, column, "the DCID")
	switch {
	case ok && n <= 0 && t.Sensitive:
		f.add("%s: the DCID must be above 0", t.where(row, t.Columns[column]))
		return 0, false
	case ok && n <= 0:
		f.add("%s: the DCID must be above 0, not %d", t.where(row, t.Columns[column]), n)
		return 0, false
	}
	return n, ok
}
