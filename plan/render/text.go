package render

import (
	"bufio"
	"fmt"
	"io"

	"github.com/staffsync/staffsync/plan"
)

// Text writes the plan for a person at a terminal. It returns an error only
// where writing does.
func Text(w io.Writer, p plan.Plan, options Options) error {
	t := newTextWriter(w, options)
	t.report(newReport(p, options))
	return t.flush("the plan as text")
}

// Action writes one action as Text shows it among the others.
func Action(w io.Writer, action plan.Action, options Options) error {
	t := newTextWriter(w, options)
	t.entry(newEntry(&action, nil))
	return t.flush("the action as text")
}

// Where the columns of an entry begin.
const (
	entryIndent = 2
	noteIndent  = 6
	rowIndent   = 8
	// widestField and widestFrom are how far fields and values are aligned;
	// a longer one moves only its own line.
	widestField = 48
	widestFrom  = 36
)

type textWriter struct {
	lines
	palette
}

func newTextWriter(w io.Writer, options Options) *textWriter {
	limit := options.Width
	if limit < leastWidth {
		limit = 0
	}
	return &textWriter{lines: lines{out: bufio.NewWriterSize(w, 1<<16), limit: limit}, palette: newPalette(options.Color)}
}

func (t *textWriter) flush(what string) error {
	if err := t.out.Flush(); err != nil {
		return fmt.Errorf("write %s: %w", what, err)
	}
	return nil
}

func (t *textWriter) report(r report) {
	t.screen(r.Screen)
	for i, s := range r.Sections {
		if i == 0 || len(s.Entries) > 0 {
			t.end()
		}
		t.section(s)
	}
	t.leftOut(r.LeftOut)
	if !r.Screen.quiet() || len(r.Sections) > 0 {
		t.end()
	}
	if r.Rest.Code != "" {
		t.command(r.Rest, 0)
	}
	for _, words := range r.Notes {
		t.wrap(nil, words, 0)
		t.end()
	}
	for i, n := range r.Footer {
		words := n.Label + " " + n.Code
		if i > 0 && !t.fits(partSeparator+words) || t.limit == 0 {
			t.endIfBegun()
		}
		if t.at > 0 {
			t.put(t.faint, partSeparator)
		}
		t.put(t.faint, words)
	}
	t.endIfBegun()
	if r.Last != "" {
		t.wrap(t.bold, r.Last, 0)
		t.end()
	}
}

func (t *textWriter) section(s section) {
	t.wrap(t.tones[s.Tone], s.Title, entryIndent)
	t.end()
	if s.Lead != "" {
		t.wrap(nil, s.Lead+".", 0)
		t.end()
	}
	group := visible("")
	for i, e := range s.Entries {
		if e.Group != group {
			group = e.Group
			t.pad(entryIndent)
			t.wrap(t.bold, group, entryIndent)
			t.end()
		}
		if i > 0 && len(e.Rows) > 0 {
			t.end()
		}
		t.entry(e)
	}
	t.table(s.Table)
	if s.Cut > 0 {
		t.pad(entryIndent)
		t.wrap(nil, leftOutWords(s.Cut), entryIndent)
		t.end()
	}
}

func (t *textWriter) entry(e entry) {
	t.pad(entryIndent)
	t.put(t.tones[e.Tone], e.Symbol)
	if e.Verb != "" {
		t.put(t.tones[e.Tone], " "+e.Verb)
	}
	if e.Subject != "" {
		t.put(nil, " ")
		t.put(t.bold, e.Subject)
	}
	for i, part := range e.Person {
		separator := visible("  ")
		if i > 0 {
			separator = partSeparator
		}
		if t.fits(separator + part) {
			t.put(nil, separator)
		} else {
			t.end()
			t.pad(noteIndent)
		}
		t.put(nil, part)
	}
	t.end()
	for _, n := range e.Notes {
		t.note(n)
	}
	t.rows(e.Rows)
}

func (t *textWriter) note(n note) {
	t.pad(noteIndent)
	if n.Label != "" {
		t.put(t.bold, n.Label+":")
		t.put(nil, " ")
	}
	t.wrap(nil, n.Text, noteIndent+2)
	t.field(n.Field)
	if n.Code != "" {
		t.put(nil, " ")
		t.put(t.bold, n.Code)
	}
	t.end()
}

func (t *textWriter) field(f fieldName) {
	t.put(nil, f.Words)
	switch {
	case f.Key == "":
	case f.Words == "":
		t.put(nil, f.Key)
	default:
		t.put(nil, " ")
		t.put(t.faint, "("+f.Key+")")
	}
}

// width returns how many columns the field takes up.
func (f fieldName) width() int {
	n := columns(f.Words) + columns(f.Key)
	if f.Words != "" && f.Key != "" {
		n += len(" ()")
	}
	return n
}

func (t *textWriter) rows(rows []row) {
	widest := widestField
	if t.limit > 0 {
		widest = min(widest, t.limit*5/8-rowIndent)
	}
	fields, froms := 0, 0
	for _, r := range rows {
		if n := r.Field.width(); n <= widest {
			fields = max(fields, n)
		}
		if n := columns(r.From.Text); r.Changes && n <= widestFrom {
			froms = max(froms, n)
		}
	}
	for _, r := range rows {
		t.row(r, rowIndent+fields+2, froms)
	}
}

// row writes one change; its value begins at the column.
func (t *textWriter) row(r row, column, froms int) {
	if r.Danger {
		t.pad(noteIndent)
		t.put(t.tones[toneDanger], "!")
	}
	t.pad(rowIndent)
	t.field(r.Field)
	t.pad(max(column, t.at+2))
	if r.Changes {
		t.put(t.faint, r.From.Text)
		arrow := min(column+froms, t.at+froms)
		if t.limit > 0 && max(arrow, t.at)+len(" > ")+columns(r.To.Text) > t.limit {
			t.end()
			t.pad(column - 2)
			t.put(nil, "→ ")
		} else {
			t.pad(arrow)
			t.put(nil, arrowSeparator)
		}
	}
	style := t.bold
	if r.Danger {
		style = t.changed
	}
	t.put(style, r.To.Text)
	if r.Remark != "" {
		t.put(nil, " ")
		t.wrap(t.faint, "("+r.Remark+")", column)
	}
	t.end()
}
