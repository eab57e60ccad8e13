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
	var inline map[string]string
	if !page {
		sheets[0], inline = template.CSS(outlookCSS), classLooks()
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
		"ink":    ink, "mark": markClass, "figure": tile.class, "bar": barClass, "cell": cellClass, "nth": nthClass, "change": changeClass,
		"text": breakable, "code": breakableCode, "count": number, "columns": spread,
		"leftOutWords": leftOutWords, "leftOutTitle": func() visible { return leftOutTitle },
	}).Parse(same)
	if err != nil {
		return htmlWriter{}, fmt.Errorf("read the template of the plan as HTML: %w", err)
	}
	return htmlWriter{read}, nil
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
