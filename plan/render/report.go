package render

import (
	"github.com/staffsync/staffsync/plan"
)

// report is what a plan says to a person, in the order in which it is read.
// Its fields are exported for html/template.
type report struct {
	Domain   visible
	Verdict  visible
	Headline visible
	// Dangers sums up what deserves a closer look, empty when nothing does.
	Dangers visible
	// Links says how many of the active staff have a linked account.
	Links visible
	// Screen is what a reviewer decides by, before the details in Sections.
	Screen []section
	// Hint says where to find the changes of an account that has several.
	Hint     visible
	Sections []section
	Footer   []note
}

// section is one part of a report: lines, entries or a table.
type section struct {
	Title visible
	// Lead is a sentence under the title.
	Lead visible
	Tone tone
	// Alarm is set for what must not be overlooked.
	Alarm   bool
	Lines   []visible
	Entries []entry
	Table   table
}

// entry is one account, limit, conflict or warning.
type entry struct {
	Symbol, Verb visible
	// Subject is what it is about: an address, or the name of a limit.
	Subject visible
	// Person names the member of staff, in up to three parts.
	Person []visible
	Tone   tone
	// Group is what the entry is listed under.
	Group visible
	Notes []note
	Rows  []row
}

// note is a sentence about an entry.
type note struct {
	Label visible
	Text  visible
	// Field is the field that the note is about, and Code something to be
	// copied as it is.
	Field fieldName
	Code  visible
}

// row is one change: of a field, or another one described by its field's
// words.
type row struct {
	Field fieldName
	From  value
	To    value
	// Changes is set when there was something before, From.
	Changes bool
	// Remark follows the value.
	Remark visible
	// Danger is set for what takes something away.
	Danger bool
}

// value is a field's value.
type value struct {
	Text visible
	// Empty is set when there is none; Text then says so in words.
	Empty bool
}

// table is a list in columns.
type table struct {
	Head []visible
	Rows []tableRow
}

type tableRow struct {
	Cells  []visible
	Danger bool
}

// changes tells whether one of the rows has a value before.
func (e entry) Changes() bool {
	for _, r := range e.Rows {
		if r.Changes {
			return true
		}
	}
	return false
}

// newReport says everything in the plan.
func newReport(p plan.Plan) report {
	counts := plan.Count(p.Actions)
	checks := recount(p, counts)
	r := report{
		Domain:   clean(p.Domain),
		Verdict:  verdict(p, checks),
		Headline: headline(p, counts),
		Dangers:  dangers(counts),
		Links:    linksWords(p.Links),
		Hint:     hint(p.Actions, counts),
	}
	room := firstScreenLines - closingLines
	for _, line := range []visible{r.Verdict, r.Headline, r.Links, r.Dangers} {
		room -= screenLines(line, 0)
	}
	r.Screen = firstScreen(p, checks, room)
	for _, s := range actionSections(p.Actions) {
		r.add(s)
	}
	r.add(conflictSection(p.Conflicts))
	r.add(warningSection(p.Warnings))
	r.add(skippedSection(p.Skipped))
	r.add(limitSection(p, checks))
	r.Footer = footer(p)
	return r
}

// add leaves out a section that has nothing in it.
func (r *report) add(s section) {
	if len(s.Entries)+len(s.Table.Rows) > 0 {
		r.Sections = append(r.Sections, s)
	}
}

// personParts names a member of staff.
func personParts(person plan.Person) []visible {
	var parts []visible
	if person.Name != "" {
		parts = append(parts, plainly(clean(person.Name), partSeparator))
	}
	if person.Building != "" {
		parts = append(parts, plainly(clean(person.Building), partSeparator))
	}
	if person.DCID != 0 {
		parts = append(parts, cleanf("DCID %d", person.DCID))
	}
	return parts
}

func footer(p plan.Plan) []note {
	var notes []note
	if p.Domain != "" {
		notes = append(notes, note{Label: "domain", Code: clean(p.Domain)})
	}
	if p.Customer != "" {
		notes = append(notes, note{Label: "Google customer", Code: clean(p.Customer)})
	}
	if p.Policy != "" {
		notes = append(notes, note{Label: "policy", Code: clean(p.Policy)})
	}
	if p.AsOf != "" {
		notes = append(notes, note{Label: "as of", Code: clean(p.AsOf)})
	}
	if p.Digest != "" {
		notes = append(notes, note{Label: "digest", Code: clean(p.Digest)})
	}
	return notes
}
