package export

import (
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

// ReadRows reads a file of rows that people keep beside PowerSchool's exports, in
// any form that these may have: its titles in lower case, and the rows that are
// not empty. The name is for messages.
func ReadRows(name string, r io.Reader) (titles []string, rows []source.Row, err error) {
	s, err := newSheet(name, r, nil)
	if err != nil {
		return nil, nil, err
	}
	for row, err := range s.rows {
		if err != nil {
			return nil, nil, err
		}
		if !slices.ContainsFunc(row.cells, func(cell string) bool { return cell != "" }) {
			continue
		}
		for i, cell := range row.cells {
			if !utf8.ValidString(cell) {
				column := fmt.Sprint(i + 1)
				if i < len(s.titles) {
					column = plan.Visible(s.titles[i])
				}
				return nil, nil, fmt.Errorf("%s, line %d, column %s: the text is not UTF-8; save it as UTF-8 (in Excel: CSV UTF-8)", name, row.line, column)
			}
		}
		rows = append(rows, source.Row{Line: row.line, Cells: slices.Clone(row.cells)})
	}
	return s.titles, rows, nil
}
