package render

import (
	_ "embed"
	"html/template"
	"regexp"
	"strings"
)

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
	outlookCSS string // in its tables text would have another face
)

// sameLook asks for a look that does not depend on the report.
var sameLook = regexp.MustCompile(`\{\{look "([\w -]+)"\}\}`)

// oneClass is a line of classes.css.
var oneClass = regexp.MustCompile(`(?m)^\.([\w-]+) \{ (.*) \}\r?$`)

// classLooks returns what the classes look like, by name.
func classLooks() map[string]string {
	looks := make(map[string]string)
	for _, class := range oneClass.FindAllStringSubmatch(classesCSS, -1) {
		looks[class[1]] = strings.ReplaceAll(class[2], `"`, `'`)
	}
	return looks
}

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

// markClass is the class of an entry's symbol and verb.
func markClass(t tone) string { return "mark " + ink(t) }

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
