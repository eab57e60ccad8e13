package render

import (
	"bytes"
	"fmt"

	"github.com/staffsync/staffsync/plan"
)

// mailLimit is how many bytes the HTML of an e-mail has at most: Gmail hides what
// comes after 102 KB.
const mailLimit = 90_000

// mailWidth is how many columns a line of an e-mail's text has.
const mailWidth = 76

// Mail is a plan as an e-mail says it: twice the same, in HTML and in text for
// programs and people that do without.
type Mail struct {
	HTML, Text []byte
}

// ForMail returns the plan as an e-mail: the first screen, who loses or gets access or
// gets another address, what is taken away, and what a person has to settle, in up to
// 90 KB. It says what it leaves out, and how to see that. An error is a fault of the
// program's own.
func ForMail(p plan.Plan, options Options) (Mail, error) {
	options.Color, options.Width = false, mailWidth
	page, err := newHTMLWriter(false)
	if err != nil {
		return Mail{}, err
	}
	r, err := page.mailReport(p, options)
	if err != nil {
		return Mail{}, err
	}
	return page.mail(r, options)
}

// RecordForMail returns what became of a plan as an e-mail, in up to 90 KB: the first
// screen, and of what is undone as many rows as there is room for.
func RecordForMail(record plan.Record, options Options) (Mail, error) {
	options.Color, options.Width, options.Detail, options.VerdictLast = false, mailWidth, Folded, false
	page, err := newHTMLWriter(false)
	if err != nil {
		return Mail{}, err
	}
	r := newRecordReport(&record, options)
	r.keepGrave()
	if err := page.fit(&r, mailLimit); err != nil {
		return Mail{}, err
	}
	return page.mail(r, options)
}

// mail writes the report in both forms.
func (h htmlWriter) mail(r report, options Options) (Mail, error) {
	what := "the " + string(r.Of) + " as an e-mail"
	var html, text bytes.Buffer
	if err := h.write(&html, "", r, what); err != nil {
		return Mail{}, err
	}
	t := newTextWriter(&text, options)
	t.report(r)
	if err := t.flush(what + "'s text"); err != nil {
		return Mail{}, err
	}
	return Mail{HTML: html.Bytes(), Text: text.Bytes()}, nil
}

// mailReport is what of the plan is in an e-mail.
func (h htmlWriter) mailReport(p plan.Plan, options Options) (report, error) {
	options.Detail, options.VerdictLast = Folded, false
	r := newReport(p, options)
	if options.Only == nil {
		r.keepGrave()
	}
	if options.Since != nil {
		r.Screen.Facts = append(r.Screen.Facts, options.Since.fact())
		r.Sections = append(options.Since.sections(), r.Sections...)
	}
	err := h.fit(&r, mailLimit)
	return r, err
}

// keepGrave leaves out what gives and takes nobody anything that matters: of
// sections that are not grave all rows but the dangerous ones, which come first.
func (r *report) keepGrave() {
	var kept []section
	for _, s := range r.Sections {
		grave := 0
		for _, row := range s.Table.Rows {
			if s.Grave || row.Danger {
				grave++
			}
		}
		if grave == 0 {
			r.LeftOut = append(r.LeftOut, s.Title)
			continue
		}
		kept = append(kept, s.first(grave))
	}
	r.Sections = kept
}

// leftOutTitle is over what an e-mail leaves out.
const leftOutTitle = "Not in this mail"

// leftOutWords say how many rows an e-mail leaves out.
func leftOutWords(n int) visible { return visible(number(n) + " more are not in this mail.") }

// leftOut lists the titles of the sections that an e-mail leaves out.
func (t *textWriter) leftOut(titles []visible) {
	if len(titles) == 0 {
		return
	}
	t.end()
	t.wrap(t.bold, leftOutTitle, 0)
	t.end()
	for _, title := range titles {
		t.pad(entryIndent)
		t.wrap(nil, title, 2*entryIndent)
		t.end()
	}
}

// fit leaves as many rows in the report's sections as the limit has room for.
func (h htmlWriter) fit(r *report, limit int) error {
	var failed error
	size := func(part string, data any) int {
		var n byteCounter
		if err := h.write(&n, part, data, "the plan as an e-mail"); err != nil {
			failed = err
		}
		return int(n)
	}
	bare := *r
	bare.Sections = nil
	r.Sections = fit(r.Sections, limit-size("", bare), func(s section) int { return size("section", s) })
	if failed != nil {
		return fmt.Errorf("fit the plan into an e-mail: %w", failed)
	}
	return nil
}
