package render

import (
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// Options say how a plan is shown.
type Options struct {
	// Color puts colour into text.
	Color bool
	// Width is the number of columns that lines of text are broken for, 0 for
	// none.
	Width int
	// Names are what commands call the files.
	Names Names
	// Detail is how much comes after the first screen.
	Detail Detail
	// Only is the part of the plan that is shown, all of it; nil for the whole.
	Only *Part
	// Unsaved is set where the plan is in no file that a command could show.
	Unsaved bool
	// Since is how the plan differs from an older one, which an e-mail then begins
	// with; nil where there is none.
	Since *Since
	// Notes are sentences to close with.
	Notes []string
	// VerdictLast says the verdict once more in the last line, as it suits a
	// terminal.
	VerdictLast bool
}

// Detail is how much of a plan is shown after the first screen.
type Detail int

// The amounts of detail.
const (
	// Folded shows one row for each account, shared changes once, and
	// conflicts and warnings by kind.
	Folded Detail = iota
	// ScreenOnly shows nothing, and names the command that shows the rest.
	ScreenOnly
	// Full shows everything, account by account.
	Full
)

// report is what a plan says to a person, in the order in which it is read.
// Its fields are exported for html/template.
type report struct {
	// Of is what it is about: a plan, or the journal of one.
	Of       visible
	Domain   visible
	Screen   screen
	Tiles    []tile
	Sections []section
	// LeftOut are the titles of the sections that an e-mail leaves out.
	LeftOut []visible
	// Rest is how to see what is not shown.
	Rest   note
	Notes  []visible
	Footer []note
	// Last is the last line on a terminal.
	Last visible
}

// section is one part of a report: entries or a table.
type section struct {
	Title visible
	// Lead is a sentence under the title.
	Lead visible
	Tone tone
	// Alone is set where the title says enough.
	Alone bool
	// Anchor is what a link to the section names, empty where there is none.
	Anchor visible
	// Grave is set for what gives or takes access or an address, or needs a
	// person.
	Grave   bool
	Entries []entry
	Table   table
	// Cut is how many entries or rows are left out.
	Cut int
}

// entry is one account, conflict or warning.
type entry struct {
	Symbol, Verb visible
	// Subject is what it is about: an address, or what a warning says.
	Subject visible
	// Person names the member of staff, in up to three parts.
	Person []visible
	Tone   tone
	// Group is what the entry is listed under.
	Group visible
	Notes []note
	Rows  []row
	// MembershipWords count the memberships among the rows where they are many.
	MembershipWords visible
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
	// Membership is set for one of a group.
	Membership bool
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
	// Plain is set where text needs no head to be understood.
	Plain bool
	Rows  []tableRow
}

type tableRow struct {
	Cells  []visible
	Danger bool
}

// Changes tells whether one of the rows has a value before.
func (e entry) Changes() bool {
	for _, r := range e.Rows {
		if r.Changes {
			return true
		}
	}
	return false
}

// newReport says what of the plan is to be shown.
func newReport(p plan.Plan, options Options) report {
	review := newReview(&p)
	r := report{
		Of: "plan", Domain: clean(p.Domain), Screen: newScreen(&review, options),
		Rest: restNote(&p, options), Footer: footer(&p, options),
	}
	switch {
	case options.Only != nil:
		r.add(fullSections(options.Only)...)
	case options.Detail == Full:
		r.add(fullSections(wholeOf(&p))...)
		r.add(review.blockRows(), limitSection(p, review.checks))
	case options.Detail == Folded:
		r.add(foldedSections(&review)...)
	}
	if words := linksWords(p.Links); p.MadeBy() != plan.MadeByAdopt && options.Detail == Full && words != "" && !slices.Contains(r.Screen.Facts, words) {
		r.Notes = append(r.Notes, words+".")
	}
	for _, words := range options.Notes {
		r.Notes = append(r.Notes, clean(words))
	}
	r.Tiles = anchored(review.tiles(), r.Sections)
	if options.VerdictLast {
		r.Last = lastLine(&review)
	}
	return r
}

// fullSections show everything that is in the part, account by account.
func fullSections(part *Part) []section {
	return append(actionSections(part.actions), heldSection(part.held, part.holds),
		conflictSection(part.conflicts), warningSection(part.warnings), holdSection(part.holds), skippedSection(part.skipped))
}

// restNote says how to see what is not shown. It has no code where that is
// nothing.
func restNote(p *plan.Plan, options Options) note {
	switch {
	case len(p.Actions)+len(p.Conflicts)+len(p.Warnings)+len(p.Skipped) == 0:
	case options.Only != nil:
		return note{Label: "All of the plan", Code: options.Names.command("show", "")}
	case options.Detail == Folded:
		return note{Label: "All (or --only suspend, PERSON, BUILDING)", Code: options.Names.command("show", "--full")}
	case options.Detail == ScreenOnly && !options.Unsaved:
		return note{Label: "The rest (or --only suspend, PERSON, BUILDING)", Code: options.Names.command("show", "")}
	}
	return note{}
}

// lastLine is the verdict in short, with the beginning of the digest.
func lastLine(r *review) visible {
	const enough = 12
	last := visible(countOf(len(r.plan.Actions), "account", "accounts") + ", within every limit")
	switch {
	case r.blocked():
		last = r.blockedBy() + visible(": "+countOf(len(r.plan.Actions), "account", "accounts"))
	case len(r.plan.Actions) == 0:
		last = r.verdict()
	}
	if digest := strings.TrimPrefix(r.plan.Digest, "sha256:"); len(digest) > enough {
		last += "; digest " + clean(digest[:enough]) + "…"
	}
	return last
}

// add leaves out a section that has nothing in it.
func (r *report) add(sections ...section) {
	for _, s := range sections {
		if s.Alone || len(s.Entries)+len(s.Table.Rows) > 0 {
			r.Sections = append(r.Sections, s)
		}
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

// footer says which plan it is: all of it in full, else the digest, which the last
// line on a terminal begins with.
func footer(p *plan.Plan, options Options) []note {
	var notes []note
	for _, n := range []struct {
		label visible
		value string
	}{
		{"domain", p.Domain}, {"Google customer", p.Customer}, {"as of", p.AsOf}, {"policy", p.Policy}, {"digest", p.Digest},
	} {
		if n.value != "" && (options.Detail == Full || n.label == "digest" && !options.VerdictLast) {
			notes = append(notes, note{Label: n.label, Code: clean(n.value)})
		}
	}
	return notes
}
