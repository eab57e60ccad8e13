package render

import (
	"bufio"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

//go:embed report.html.tmpl
var reportTemplate string

// The style sheets: what each class looks like, and what is else on a narrow screen, in
// the dark, and on paper. A mail program that does not know something of a sheet drops
// all of it.
var (
	//go:embed classes.css
	classesCSS string
	//go:embed dark.css
	darkCSS string
	//go:embed narrow.css
	narrowCSS string
	//go:embed page.css
	pageCSS string
	//go:embed outlook.css
	outlookCSS string
)

// HTML writes the plan as one self-contained page, with every line of it; what is
// long is folded. Nothing is loaded and nothing runs. It returns an error only where
// writing does.
func HTML(w io.Writer, p plan.Plan, options Options) error {
	options.Detail = Full // who has the page may have no command to see the rest with
	page, err := newHTMLWriter(true)
	if err != nil {
		return err
	}
	return page.write(w, "", newReport(p, options), "the plan as HTML")
}

// htmlWriter writes a report as a page, which folds and has a style sheet, or as an
// e-mail, which can do neither.
type htmlWriter struct {
	template *template.Template
}

// newHTMLWriter reads the template. In an e-mail the look of the classes is written
// at each element, since many mail programs drop style sheets; those that keep them
// find the rest by the classes.
func newHTMLWriter(page bool) (htmlWriter, error) {
	sheets := []template.CSS{template.CSS(classesCSS), template.CSS(narrowCSS), template.CSS(darkCSS), template.CSS(pageCSS)}
	inline := make(map[string]string)
	if !page {
		sheets[0] = template.CSS(outlookCSS) // in whose tables text forgets its face
		for _, class := range oneClass.FindAllStringSubmatch(classesCSS, -1) {
			inline[class[1]] = strings.ReplaceAll(class[2], `"`, `'`)
		}
	}
	// A look that is the same everywhere stands in the template itself: asking for
	// it at each element took a third of the time.
	same := sameLook.ReplaceAllStringFunc(reportTemplate, func(asked string) string {
		return string(lookOf(sameLook.FindStringSubmatch(asked)[1], inline))
	})
	read, err := template.New("report").Funcs(template.FuncMap{
		"page":   func() bool { return page },
		"styles": func() []template.CSS { return sheets },
		"look":   func(classes string) template.HTMLAttr { return lookOf(classes, inline) },
		"text":   breakable, "code": breakableCode, "count": number, "ink": ink, "mark": func(t tone) string { return "mark " + ink(t) }, "bar": barClass, "cell": cellClass, "nth": nthClass, "columns": spread, "leftOutWords": leftOutWords, "leftOutTitle": func() visible { return leftOutTitle },
		"change": changeClass, "figure": func(t tile) string { return "figure " + t.ink() },
	}).Parse(same)
	if err != nil {
		return htmlWriter{}, fmt.Errorf("read the template of the plan as HTML: %w", err)
	}
	return htmlWriter{read}, nil
}

// sameLook asks for a look that does not depend on the report.
var sameLook = regexp.MustCompile(`\{\{look "([\w -]+)"\}\}`)

// oneClass is a line of classes.css.
var oneClass = regexp.MustCompile(`(?m)^\.([\w-]+) \{ (.*) \}\r?$`)

// lookOf returns the attributes of an element of the classes, which stand between
// blanks.
func lookOf(classes string, inline map[string]string) template.HTMLAttr {
	attributes := `class="` + classes + `"`
	var look []string
	for class := range strings.FieldsSeq(classes) {
		if inline[class] != "" {
			look = append(look, inline[class])
		}
	}
	if len(look) > 0 {
		attributes += ` style="` + strings.Join(look, ";") + `"`
	}
	return template.HTMLAttr(attributes)
}

// write writes the part of the template, the whole where it is empty.
func (h htmlWriter) write(w io.Writer, part string, data any, what string) error {
	out := bufio.NewWriterSize(w, 1<<16)
	execute := func() error { return h.template.ExecuteTemplate(out, part, data) }
	if part == "" {
		execute = func() error { return h.template.Execute(out, data) }
	}
	if err := execute(); err != nil {
		return fmt.Errorf("write %s: %w", what, err)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write %s: %w", what, err)
	}
	return nil
}

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

// ink is the class of the colour of a tone. Each has a contrast of 4.5 or more
// (https://www.w3.org/TR/WCAG21/#contrast-minimum).
func ink(t tone) string {
	switch t {
	case toneDanger:
		return "ink-danger"
	case toneNew:
		return "ink-new"
	case toneAddress:
		return "ink-address"
	case tonePlace:
		return "ink-place"
	case toneDetail:
		return "ink-detail"
	}
	return "ink-plain"
}

// barClass is the class of the bar with the verdict.
func barClass(s screen) string {
	switch {
	case s.Blocked:
		return "blocked"
	case s.alarms():
		return "doubtful"
	}
	return "good"
}

func (s *screen) alarms() bool {
	for _, p := range s.Parts {
		if p.Alarm {
			return true
		}
	}
	return false
}

// narrowestTable is how many columns of text a table has room for where its cells
// stand beside each other.
const narrowestTable = 70

const numberClass = "number"

// cellClass sets numbers to the right, breaks long words, and keeps a short text on one
// line, such as a name or a code with hyphens. A word is long, and a text short, where
// not every cell of a row has room for one like it, or each.
func cellClass(text visible, cells int) string {
	if text != "" && strings.Trim(string(text), "0123456789,") == "" {
		return numberClass
	}
	for word := range strings.FieldsSeq(string(text)) {
		switch n := columns(visible(word)); {
		case n > narrowestTable/cells && cells > 4:
			return "cell long"
		case n > narrowestTable/cells:
			return "cell long roomy" // at least as wide as many a name
		}
	}
	if text != "" && columns(text) <= narrowestTable/cells {
		return "cell whole"
	}
	return "cell"
}

// nthClass adds to the class of a row's first cell that it is that.
func nthClass(i int, class string) string {
	if i == 0 {
		return class + " first"
	}
	return class
}

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

// changeClass is the class of a change: of one that takes something away, and of one
// without a value before.
func changeClass(r row) string {
	class := "change"
	if r.Danger {
		class += " danger"
	}
	if !r.Changes {
		class += " single"
	}
	return class
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
