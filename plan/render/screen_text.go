package render

import (
	"bufio"
	"slices"
)

// screen writes the first screen, without an empty line where every part has one
// line.
func (t *textWriter) screen(s screen) {
	style := t.bold
	if s.Blocked {
		style = t.alarm
	}
	t.wrap(style, s.Verdict+".", 0)
	t.end()
	if s.Excess != "" {
		t.pad(entryIndent)
		t.wrap(nil, s.Excess, 2*entryIndent)
		t.end()
	}
	if s.Command != "" {
		t.pad(entryIndent)
		t.command(note{Label: "if it is right", Code: s.Command}, 2*entryIndent)
	}
	for _, fact := range s.Facts {
		t.wrap(nil, fact+".", 0)
		t.end()
	}
	quiet := s.quiet()
	for _, p := range s.Parts {
		if p.Apart && !quiet {
			t.end()
		}
		t.part(p)
	}
}

// quiet tells whether every part has one line.
func (s *screen) quiet() bool {
	return !slices.ContainsFunc(s.Parts, func(p part) bool { return p.Alarm || len(p.Lines) > 1 })
}

// part writes a part's title and its lines, the only one beside the title.
func (t *textWriter) part(p part) {
	style := t.tones[p.Tone]
	if p.Alarm {
		style = t.alarm
	}
	t.wrap(style, p.Title, entryIndent)
	if len(p.Lines) == 1 && !p.Alarm {
		words := "  " + together(p.Lines[0].Cells, partSeparator)
		if p.More != "" {
			words += partSeparator + p.More
		}
		t.wrap(nil, words, 2*entryIndent)
		t.end()
		return
	}
	t.end()
	widths := cellWidths(p.Lines)
	for _, l := range p.Lines {
		t.line(l, widths)
	}
	if p.More != "" {
		t.pad(entryIndent)
		t.wrap(t.faint, p.More, 2*entryIndent)
		t.end()
	}
}

// widestColumns is how wide all columns but the last may be together.
const widestColumns = 60

// cellWidths are the widths of columns in which the lines stand, none where they
// are too wide. The last cell of a line may go on below itself.
func cellWidths(lines []line) []int {
	var widths []int
	for _, l := range lines {
		for i, cell := range l.Cells {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], columns(cell))
		}
	}
	total := entryIndent
	for _, n := range widths[:max(0, len(widths)-1)] {
		total += n + 2
	}
	if total > widestColumns {
		return nil
	}
	return widths
}

func (t *textWriter) line(l line, widths []int) {
	t.pad(entryIndent)
	if widths == nil {
		t.wrap(nil, together(l.Cells, "  "), 2*entryIndent)
		t.end()
		return
	}
	column := entryIndent
	for i, cell := range l.Cells {
		if cell != "" {
			t.pad(column)
			t.wrap(nil, cell, max(column, 2*entryIndent))
		}
		column += widths[i] + 2
	}
	t.end()
}

// together joins the cells that are not empty.
func together(cells []visible, separator visible) visible {
	text := visible("")
	for _, cell := range cells {
		if cell == "" {
			continue
		}
		if text != "" {
			text += separator
		}
		text += cell
	}
	return text
}

// command writes a label and a command, which no line end takes apart.
func (t *textWriter) command(n note, column int) {
	t.wrap(nil, n.Label+":", column)
	if t.fits(" " + n.Code) {
		t.put(nil, " ")
	} else {
		t.end()
		t.pad(column)
	}
	t.put(t.bold, n.Code)
	t.end()
}

// height is how many lines a terminal of the first screen's width shows.
func (s *screen) height() int {
	var n lineCounter
	t := &textWriter{lines: lines{out: bufio.NewWriterSize(&n, 1<<12), limit: screenWidth}, palette: newPalette(false)}
	t.screen(*s)
	_ = t.out.Flush() // a counter takes everything
	return n.lines
}

// lineCounter counts the lines that are written to it, one that is wider than the
// first screen as often as a terminal breaks it.
type lineCounter struct {
	lines, at int
}

func (n *lineCounter) Write(data []byte) (int, error) {
	for _, r := range string(data) {
		switch {
		case r == '\n':
			n.lines, n.at = n.lines+1, 0
		case n.at == screenWidth:
			n.lines, n.at = n.lines+1, 1
		default:
			n.at++
		}
	}
	return len(data), nil
}
