package render

import (
	"strings"

	"github.com/fatih/color"
)

// widestCell is how far the cells of a table are aligned; a wider one moves
// only its own line.
const widestCell = 60

// table writes the table in columns, or where they do not fit beside each
// other each row as a short paragraph.
func (t *textWriter) table(table table) {
	if len(table.Rows) == 0 {
		return
	}
	widths, total := columnWidths(table)
	if t.limit > 0 && total > t.limit {
		for _, r := range table.Rows {
			t.stacked(r)
		}
		return
	}
	if !table.Plain {
		t.cells(table.Head, widths, t.faint)
	}
	for _, r := range table.Rows {
		t.cells(r.Cells, widths, t.rowStyle(r))
	}
}

// columnWidths returns the width of each column and of the widest line.
func columnWidths(table table) (widths []int, total int) {
	widths = make([]int, len(table.Head))
	wide := 0
	for i, cell := range table.Head {
		if !table.Plain {
			widths[i] = columns(cell)
		}
	}
	for _, r := range table.Rows {
		over := 0
		for i, cell := range r.Cells {
			if n := columns(cell); n <= widestCell {
				widths[i] = max(widths[i], n)
			} else {
				over += n
			}
		}
		wide = max(wide, over)
	}
	total = entryIndent + wide
	for _, n := range widths {
		total += n + 2
	}
	return widths, total
}

func (t *textWriter) rowStyle(r tableRow) *color.Color {
	if r.Danger {
		return t.changed
	}
	return nil
}

func (t *textWriter) cells(cells []visible, widths []int, style *color.Color) {
	column := entryIndent
	for i, cell := range cells {
		if cell != "" {
			if t.at > 0 && t.at+2 > column {
				t.put(nil, "  ")
			}
			t.pad(column)
			t.put(style, cell)
		}
		column += widths[i] + 2
	}
	t.end()
}

// leastFlow is how many columns must be left on a line for a cell to begin there
// that goes on in the next.
const leastFlow = 24

// stacked writes the row as a short paragraph.
func (t *textWriter) stacked(r tableRow) {
	t.pad(entryIndent)
	first := true
	for _, cell := range r.Cells {
		if cell == "" {
			continue
		}
		word, _, several := strings.Cut(string(cell), " ")
		switch {
		case first:
		case t.fits("  " + cell), several && t.at+leastFlow <= t.limit && t.fits("  "+visible(word)):
			t.put(nil, "  ")
		default:
			t.end()
			t.pad(2 * entryIndent)
		}
		t.wrap(t.rowStyle(r), cell, 2*entryIndent)
		first = false
	}
	t.end()
}
