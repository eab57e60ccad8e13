package render

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// Markdown writes the plan for a pull request, in GitHub's dialect
// (https://github.github.com/gfm/). Values from the plan cannot break out of
// their cell and become no link, image, mention or HTML. Folded details are cut to
// what a comment holds. It returns an error only where writing does.
func Markdown(w io.Writer, p plan.Plan, options Options) error {
	return writeMarkdown(w, newReport(p, options), options.Detail == Folded && options.Only == nil)
}

// writeMarkdown writes a report, cut to what a comment holds where that is asked for.
func writeMarkdown(w io.Writer, r report, fitted bool) error {
	m := markdownWriter{bufio.NewWriterSize(w, 1<<16)}
	if fitted {
		bare := r
		bare.Sections = nil
		around := markdownSize(func(m markdownWriter) { m.report(bare) })
		r.Sections = fit(r.Sections, commentLimit-around, sizeAs(markdownWriter.folded))
	}
	m.report(r)
	if err := m.Flush(); err != nil {
		return fmt.Errorf("write the %s as Markdown: %w", r.Of, err)
	}
	return nil
}

type markdownWriter struct{ *bufio.Writer }

func (m markdownWriter) print(parts ...string) {
	for _, part := range parts {
		m.WriteString(part)
	}
}

func (m markdownWriter) report(r report) {
	// By the first line a workflow finds its own comment again.
	m.print("<!-- staffsync ", string(r.Of), " -->\n")
	m.screen(r.Screen)
	for _, s := range r.Sections {
		m.folded(s)
	}
	if r.Rest.Code != "" || len(r.Notes)+len(r.Footer) > 0 {
		m.print("\n---\n\n")
	}
	if r.Rest.Code != "" {
		m.print(prose(r.Rest.Label), ": ", code(r.Rest.Code), "\n\n")
	}
	for _, words := range r.Notes {
		m.print(prose(words), "\n\n")
	}
	for i, n := range r.Footer {
		if i > 0 {
			m.print("  \n")
		}
		m.print(string(n.Label), " ", code(n.Code))
	}
	if len(r.Footer) > 0 {
		m.print("\n")
	}
}

func (m markdownWriter) screen(s screen) {
	m.print("**", prose(s.Verdict), ".**\n")
	if s.Excess != "" {
		m.print("\n", prose(s.Excess), "\n")
	}
	if s.Command != "" {
		m.print("\nif it is right: ", code(s.Command), "\n")
	}
	for _, fact := range s.Facts {
		m.print("\n", prose(fact), ".\n")
	}
	for _, p := range s.Parts {
		m.print("\n**", prose(p.Title), "**\n")
		if len(p.Lines) > 0 {
			m.print("\n")
		}
		for _, l := range p.Lines {
			m.print("- ", prose(together(l.Cells, partSeparator)), "\n")
		}
		if p.More != "" {
			m.print("- ", prose(p.More), "\n")
		}
	}
}

// folded writes a section whose title opens it.
func (m markdownWriter) folded(s section) {
	m.print("\n<details><summary>", summary(s.Title), "</summary>\n")
	m.body(s)
	m.print("\n</details>\n")
}

func (m markdownWriter) section(s section) {
	m.print("\n### ", prose(s.Title), "\n")
	m.body(s)
}

func (m markdownWriter) body(s section) {
	if s.Lead != "" {
		m.print("\n", string(s.Lead), ".\n")
	}
	group := visible("")
	for i, e := range s.Entries {
		if e.Group != group {
			group = e.Group
			m.print("\n#### ", prose(group), "\n\n")
		} else if i == 0 && len(e.Rows) == 0 {
			m.print("\n")
		}
		if len(e.Rows) > 0 {
			m.action(e)
		} else {
			m.item(e)
		}
	}
	m.table(s.Table)
	if s.Cut > 0 {
		m.print("\n", number(s.Cut), " more are left out here, because a comment on GitHub has no room for them.\n")
	}
}

// title writes the first line of an entry. It begins with the symbol, so that
// nothing from outside is at the start of a line.
func (m markdownWriter) title(e entry) {
	m.print("**", code(e.Symbol))
	if e.Verb != "" {
		m.print(" ", prose(e.Verb))
	}
	if e.Subject != "" {
		m.print(" ", code(e.Subject))
	}
	m.print("**")
	for i, part := range e.Person {
		if i > 0 {
			m.print(partSeparator, prose(part))
		} else {
			m.print(" ", prose(part))
		}
	}
}

// item writes an entry as one item of a list.
func (m markdownWriter) item(e entry) {
	m.print("- ")
	m.title(e)
	for _, n := range e.Notes {
		m.print("<br>")
		m.note(n)
	}
	m.print("\n")
}

// action writes an entry with a table of its changes.
func (m markdownWriter) action(e entry) {
	m.print("\n")
	m.title(e)
	for _, n := range e.Notes {
		m.print("<br>")
		m.note(n)
	}
	m.print("\n\n")
	changes := e.Changes()
	if changes {
		m.print("| | field | from | to |\n|---|---|---|---|\n")
	} else {
		m.print("| | field | value |\n|---|---|---|\n")
	}
	for _, r := range e.Rows {
		mark := " "
		if r.Danger {
			mark = " **!** "
		}
		m.print("|", mark, "| ", fieldCode(r.Field), " | ")
		if changes && r.Changes {
			m.print(valueCode(r.From), " | ")
		} else if changes {
			m.print("| ")
		}
		m.print(valueCode(r.To))
		if r.Remark != "" {
			m.print(" (", prose(r.Remark), ")")
		}
		m.print(" |\n")
	}
}

func (m markdownWriter) note(n note) {
	if n.Label != "" {
		m.print("**", prose(n.Label), ":** ")
	}
	m.print(prose(n.Text), fieldCode(n.Field))
	if n.Code != "" {
		m.print(" ", code(n.Code))
	}
}

func (m markdownWriter) table(t table) {
	if len(t.Rows) == 0 {
		return
	}
	m.print("\n|")
	for _, cell := range t.Head {
		m.print(" ", prose(cell), " |")
	}
	m.print("\n|", strings.Repeat("---|", len(t.Head)), "\n")
	for _, r := range t.Rows {
		m.print("|")
		for _, cell := range r.Cells {
			if r.Danger && cell != "" {
				m.print(" **", prose(cell), "** |")
			} else {
				m.print(" ", prose(cell), " |")
			}
		}
		m.print("\n")
	}
}

func fieldCode(f fieldName) string {
	switch {
	case f.Key == "":
		return prose(f.Words)
	case f.Words == "":
		return code(f.Key)
	}
	return prose(f.Words) + " " + code(f.Key)
}

func valueCode(v value) string {
	if v.Empty {
		return "*" + string(v.Text) + "*"
	}
	return code(v.Text)
}
