package source

import (
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// maxProblems is how many of a read's problems are told at once: enough to
// correct an export in one go, and few enough to be read.
const maxProblems = 10

// problems collects what is wrong with the tables, each problem once however
// many extras read the row.
type problems struct {
	told []error
	more int
	seen map[string]bool
}

func (p *problems) add(format string, args ...any) {
	problem := fmt.Errorf(format, args...)
	if p.seen[problem.Error()] {
		return
	}
	if p.seen == nil {
		p.seen = make(map[string]bool)
	}
	p.seen[problem.Error()] = true
	if len(p.told) == maxProblems {
		p.more++
		return
	}
	p.told = append(p.told, problem)
}

func (p *problems) any() bool { return len(p.told) > 0 }

func (p *problems) err() error {
	if p.more == 0 {
		return errors.Join(p.told...)
	}
	return errors.Join(append(p.told, fmt.Errorf("and %d more problems like these", p.more))...)
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
func (p *problems) checkText(t Table) {
	for _, row := range t.Rows {
		for i, cell := range row.Cells {
			if i < len(t.Columns) && !utf8.ValidString(cell) {
				p.add("%s: the text is not valid UTF-8", t.where(row, t.Columns[i]))
			}
		}
	}
}

// number reads a whole number; what says what the column holds.
func (p *problems) number(t Table, row Row, column int, what string) (int64, bool) {
	text := row.cell(column)
	if text == "" {
		p.add("%s: %s is missing", t.where(row, t.Columns[column]), what)
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		p.add("%s: %s must be a whole number, not %q", t.where(row, t.Columns[column]), what, text)
		return 0, false
	}
	return n, true
}

// dcid reads a DCID, which is a whole number above 0.
func (p *problems) dcid(t Table, row Row, column int) (int64, bool) {
	n, ok := p.number(t, row, column, "the DCID")
	if ok && n <= 0 {
		p.add("%s: the DCID must be above 0, not %d", t.where(row, t.Columns[column]), n)
		return 0, false
	}
	return n, ok
}
