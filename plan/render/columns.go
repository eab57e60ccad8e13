package render

import "github.com/fatih/color"

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
	t.cells(table.Head, widths, t.faint)
	for _, r := range table.Rows {
		t.cells(r.Cells, widths, t.rowStyle(r))
	}
}

// columnWidths returns the width of each column and of the widest line.
func columnWidths(table table) (widths []int, total int) {
	widths = make([]int, len(table.Head))
	wide := 0
	for i, cell := range table.Head {
		widths[i] = columns(cell)
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

func (t *textWriter) stacked(r tableRow) {
	t.pad(entryIndent)
	first := true
	for _, cell := range r.Cells {
		if cell == "" {
			continue
		}
		if !first {
			if !t.fits("  " + cell) {
				t.end()
				t.pad(noteIndent)
			} else {
				t.put(nil, "  ")
			}
		}
		t.wrap(t.rowStyle(r), cell, noteIndent)
		first = false
	}
	t.end()
}
