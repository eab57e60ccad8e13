package export

import (
	"context"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

const notUTF8 = "the text is not UTF-8; export as UTF-8 (in Excel: CSV UTF-8), or name its code page, such as source.export.encoding: windows-1252"

// readTable reads the table's columns from a sheet that is called by its name.
func (s *sheet) readTable(ctx context.Context, spec source.TableSpec, faults *source.Faults) source.Table {
	if err := s.refuseAs(spec); err != nil {
		faults.Add(err)
		return source.Table{}
	}
	columns, places, err := s.findColumns(spec)
	if err != nil {
		faults.Add(err)
		return source.Table{}
	}
	table := s.pick(ctx, columns, places, faults)
	if status := slices.Index(columns, "status"); spec.BareName() == "schoolstaff" && s.ofTeachers() && len(table.Rows) > 0 &&
		!slices.ContainsFunc(table.Rows, func(row source.Row) bool { return row.Cells[status] != "1" && row.Cells[status] != "true" }) {
		faults.Add(fmt.Errorf("%s %s", s.name, teachersAsSchoolStaff))
	}
	return table
}

// pick reads the cells at the places, for the columns of these names. Rows of
// nothing but empty cells are left out, rows at fault too.
func (s *sheet) pick(ctx context.Context, columns []string, places []int, faults *source.Faults) source.Table {
	table := source.Table{Name: s.name, Columns: columns}
	refused := false
	for row, err := range s.rows {
		if len(table.Rows)%1024 == 0 && ctx.Err() != nil {
			err = fmt.Errorf("read %s: %w", s.name, context.Cause(ctx))
		}
		if err != nil {
			faults.Add(err)
			refused = true
			break
		}
		if !slices.ContainsFunc(row.cells, func(cell string) bool { return cell != "" }) {
			continue
		}
		if err := s.check(row); err != nil {
			faults.Add(err)
			refused = true
			continue
		}
		cells := make([]string, len(places))
		for i, place := range places {
			cells[i] = row.cells[place]
		}
		table.Rows = append(table.Rows, source.Row{Line: row.line, Cells: cells})
	}
	if refused && len(table.Rows) == 0 {
		return source.Table{} // it is not empty, but none of it could be read
	}
	return table
}

// check refuses a row with a number of cells that is not the header's, and text
// that is not UTF-8.
func (s *sheet) check(row record) error {
	if len(row.cells) != len(s.titles) {
		return fmt.Errorf("%s, line %d: the row has %s where the header has %d; a %s, quotation mark or line break inside a value needs the value in quotation marks",
			s.name, row.line, plural(len(row.cells), "cell"), len(s.titles), map[rune]string{',': "comma", ';': "semicolon", '\t': "tab"}[s.comma])
	}
	for i, cell := range row.cells {
		if !utf8.ValidString(cell) {
			return fmt.Errorf("%s, line %d, column %s: %s", s.name, row.line, plan.Visible(s.titles[i]), notUTF8)
		}
	}
	return nil
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
