package render

import (
	"bufio"
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"github.com/staffsync/staffsync/plan"
)

//go:embed report.html.tmpl
var reportTemplate string

// HTML writes the plan as one self-contained page for an e-mail: styles are
// inline, since mail programs drop style sheets, and nothing is loaded. It
// returns an error only where writing does.
func HTML(w io.Writer, p plan.Plan, options Options) error {
	options.Detail = Full // who reads an e-mail has no command to see the rest with
	page, err := template.New("report").Funcs(template.FuncMap{
		"ink": ink, "paper": paper, "together": func(l line) visible { return together(l.Cells, partSeparator) },
	}).Parse(reportTemplate)
	if err != nil {
		return fmt.Errorf("read the template of the HTML page: %w", err)
	}
	out := bufio.NewWriterSize(w, 1<<16)
	if err := page.Execute(out, newReport(p, options)); err != nil {
		return fmt.Errorf("write the plan as HTML: %w", err)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the plan as HTML: %w", err)
	}
	return nil
}

// ink is the colour of text of a tone: dark enough on white to be read
// (contrast 4.5:1 or more, https://www.w3.org/TR/WCAG21/#contrast-minimum).
func ink(t tone) template.CSS {
	switch t {
	case toneDanger:
		return "#b3261e"
	case toneNew:
		return "#1a6e35"
	case toneAddress:
		return "#7b2fa8"
	case tonePlace:
		return "#0b6280"
	case toneDetail:
		return "#7a5600"
	}
	return "#333333"
}

// paper is the background of a line that is marked.
func paper(danger bool) template.CSS {
	if danger {
		return "#fdecea"
	}
	return "#ffffff"
}
