package render

import (
	"html/template"
	"regexp"
	"slices"
	"strings"
)

// breakable escapes the text for HTML. A line that has no room for an address
// breaks after its @ first.
func breakable(text visible) template.HTML {
	escaped := template.HTMLEscapeString(string(text))
	if strings.Contains(escaped, "@") {
		escaped = domainBegins.ReplaceAllString(escaped, "@<wbr>$1")
	}
	return template.HTML(escaped)
}

// domainBegins is the @ of an address and what comes after it.
var domainBegins = regexp.MustCompile(`@([\pL\pN])`)

// breakableCode escapes the key of a field or a command, which break after what
// stands between their words.
func breakableCode(code visible) template.HTML {
	return template.HTML(codeBreaks.Replace(template.HTMLEscapeString(string(code))))
}

var codeBreaks = strings.NewReplacer("_", "_<wbr>", ".", ".<wbr>", ",", ",<wbr>", "@", "@<wbr>")

// Label is what a cell is where there is no room for the head of its column; none
// where the cell needs no head.
func (t table) Label(column int) visible {
	if t.Plain || column >= len(t.Head) {
		return ""
	}
	return t.Head[column]
}

// span is a cell of a line on the first screen, in as many columns. Class is its look.
type span struct {
	Words visible
	Span  int
	Class string
}

// spread puts the cells into the columns, the last one that says anything into all
// that are left.
func spread(cells []visible, columns int) []span {
	for len(cells) > 1 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	spans := make([]span, 0, len(cells))
	named := false
	for i, cell := range cells {
		s := span{cell, 1, cellClass(cell, columns)}
		if i == len(cells)-1 {
			s.Span = columns - i
		}
		switch {
		case named:
			s.Class += " muted"
		case i > 0:
			s.Class += " second"
		}
		named = named || s.Class != numberClass // what comes after says more about it
		spans = append(spans, s)
	}
	return spans
}

// Widest is how many cells the line with the most has.
func (p part) Widest() int {
	widest := 1
	for _, l := range p.Lines {
		widest = max(widest, len(l.Cells))
	}
	return widest
}

// Open tells whether a page shows the section unfolded: what is dangerous, where it
// is not long.
func (s section) Open() bool { return s.Grave && s.count() <= peopleListed }

// entryGroup are entries that are listed under one title.
type entryGroup struct {
	Title   visible
	Entries []entry
}

// EntryGroups returns the entries by what they are listed under.
func (s section) EntryGroups() []entryGroup {
	var groups []entryGroup
	for i, e := range s.Entries {
		if i == 0 || e.Group != s.Entries[i-1].Group {
			groups = append(groups, entryGroup{Title: e.Group})
		}
		last := &groups[len(groups)-1]
		last.Entries = append(last.Entries, e)
	}
	return groups
}

// Changed returns the rows that are always seen.
func (e entry) Changed() []row {
	if e.MembershipWords == "" {
		return e.Rows
	}
	return slices.DeleteFunc(slices.Clone(e.Rows), func(r row) bool { return r.Membership })
}

// Memberships returns the rows of memberships that are too many to be always seen.
func (e entry) Memberships() []row {
	if e.MembershipWords == "" {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(e.Rows), func(r row) bool { return !r.Membership })
}
