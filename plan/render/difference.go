package render

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// Sides are the words for the two plans of a difference, such as "in the plan" and
// "now".
type Sides struct{ Before, After string }

// DifferenceText writes how two plans differ for a person at a terminal. It returns
// an error only where writing does.
func DifferenceText(w io.Writer, d plan.Difference, sides Sides, options Options) error {
	t := newTextWriter(w, options)
	t.wrap(t.bold, differenceVerdict(d)+".", 0)
	t.end()
	for _, s := range differenceSections(d, sides) {
		t.end()
		t.section(s)
	}
	return t.flush("how the plans differ as text")
}

// DifferenceMarkdown writes how two plans differ for a pull request, as Markdown
// does a plan, and cut like it to what a comment holds.
func DifferenceMarkdown(w io.Writer, d plan.Difference, sides Sides) error {
	m := markdownWriter{bufio.NewWriterSize(w, 1<<16)}
	verdict := differenceMarker + "**" + prose(differenceVerdict(d)) + ".**\n"
	m.print(verdict)
	for _, s := range fit(differenceSections(d, sides), commentLimit-len(verdict), sizeAs(markdownWriter.section)) {
		m.section(s)
	}
	if err := m.Flush(); err != nil {
		return fmt.Errorf("write how the plans differ as Markdown: %w", err)
	}
	return nil
}

// differenceMarker is the first line, by which a workflow finds its own comment again.
const differenceMarker = "<!-- staffsync difference -->\n"

// differenceVerdict says in one line whether both plans do the same.
func differenceVerdict(d plan.Difference) visible {
	actions := countOf(d.Same, "action", "actions")
	switch {
	case !d.SameActions():
		notKnown := ""
		if n := len(d.NotKnown); n > 0 {
			notKnown = fmt.Sprintf(" %d not known,", n)
		}
		return visible(fmt.Sprintf("The actions differ: %d new, %d gone, %d changed,%s %d the same", len(d.New), len(d.Gone), len(d.Changed), notKnown, d.Same))
	case d.Same == 0 && d.Empty():
		return "The plans say the same: no action in either"
	case d.Same == 0:
		return "The actions are the same: none in either"
	case d.Empty():
		return visible("The plans say the same in everything, " + actions)
	}
	return visible("The actions are the same: " + actions)
}

// differenceSections are what differs, what apply does first.
func differenceSections(d plan.Difference, sides Sides) []section {
	before, after := clean(sides.Before), clean(sides.After)
	sections := append(changeSections(d, before, after), valuesSection(d, before, after), reasonsSection(d.Reasons, before, after))
	sections = append(sections, onlyThere(after, conflictSection(d.Conflicts.New), warningSection(d.Warnings.New), skippedSection(d.Skipped.New))...)
	sections = append(sections, onlyThere(before, conflictSection(d.Conflicts.Gone), warningSection(d.Warnings.Gone), skippedSection(d.Skipped.Gone))...)
	return withoutEmpty(sections)
}

// changeSections are the actions that differ.
func changeSections(d plan.Difference, before, after visible) []section {
	return []section{
		{Title: "New, only " + after + ": " + countActions(d.New), Tone: toneNew, Entries: entriesFor(d.New)},
		{Title: "Gone, only " + before + ": " + countActions(d.Gone), Tone: toneDanger, Entries: entriesFor(d.Gone)},
		changedSection(d.Changed, before, after),
		notKnownSection(d.NotKnown, before, after),
	}
}

// onlyThere says in the titles of lists on which side alone they are.
func onlyThere(side visible, lists ...section) []section {
	for i := range lists {
		name, count, _ := strings.Cut(string(lists[i].Title), ": ")
		lists[i].Title, lists[i].Lead = visible(name+", only "+string(side)+": "+count), ""
	}
	return lists
}

func withoutEmpty(sections []section) []section {
	return slices.DeleteFunc(sections, func(s section) bool { return s.count() == 0 })
}

// countActions counts accounts, or what else all the actions are on.
func countActions(actions []plan.Action) visible {
	kind := plan.Update
	for i := range actions {
		if one := actions[i].Kind; i == 0 {
			kind = one
		} else if one.Thing() != kind.Thing() {
			return visible(countOf(len(actions), "action", "actions"))
		}
	}
	return visible(countOfKind(kind, len(actions)))
}

func entriesFor(actions []plan.Action) []entry {
	entries := make([]entry, 0, len(actions))
	for i := range actions {
		entries = append(entries, newEntry(&actions[i], nil))
	}
	return entries
}

// changedSection says of each action what it does otherwise: each field and
// membership as it is on either side.
func changedSection(changed []plan.ActionDifference, before, after visible) section {
	s := section{Title: visible("Changed: " + countOf(len(changed), "account", "accounts")), Tone: toneDetail}
	for i := range changed {
		d := &changed[i]
		e := newEntry(&d.After, nil)
		e.Notes, e.Rows = nil, nil
		add := func(r row, side visible) {
			r.Remark = visible(strings.Trim(string(r.Remark+", "+side), ", "))
			e.Rows = append(e.Rows, r)
		}
		for _, field := range d.Fields {
			if field.Before != nil {
				add(changeRow(d.Before.Kind, *field.Before), onlyIf(field.After == nil, before))
			}
			if field.After != nil {
				add(changeRow(d.After.Kind, *field.After), onlyIf(field.Before == nil, after))
			}
		}
		for _, m := range d.Memberships {
			if m.Before != nil {
				add(membershipRow(*m.Before), onlyIf(m.After == nil, before))
			}
			if m.After != nil {
				add(membershipRow(*m.After), onlyIf(m.Before == nil, after))
			}
		}
		for _, v := range d.Values {
			e.Rows = append(e.Rows, row{
				Field: fieldName{Words: actionKeyWords(v.Key)}, Changes: true, From: newValue(plan.Text(v.Before)), To: newValue(plan.Text(v.After)),
				Remark: before + partSeparator + after,
			})
		}
		s.Entries = append(s.Entries, e)
	}
	return s
}

// notKnownSection says of each account what one plan does and the other may do.
func notKnownSection(unknown []plan.NotKnown, before, after visible) section {
	var differences []plan.ActionDifference
	for _, u := range unknown {
		differences = append(differences, u.ActionDifference)
	}
	s := changedSection(differences, before, after)
	s.Title = visible("Not known: " + countOf(len(unknown), "account", "accounts"))
	for i := range s.Entries {
		s.Entries[i].Notes = []note{{Text: clean(unknown[i].Problem)}}
	}
	return s
}

func onlyIf(only bool, side visible) visible {
	if only {
		return "only " + side
	}
	return side
}

// actionKeyWords says in words what an action has under the key.
func actionKeyWords(key string) visible {
	switch key {
	case "action":
		return "kind of action"
	case "googleID":
		return "Google's id"
	case "via":
		return "temporary address"
	case "release":
		return "gives up aliases"
	case "after":
		return "waits for"
	}
	return clean(key)
}

// valuesSection lays beside each other what the plans say of themselves, and how
// many share a change.
func valuesSection(d plan.Difference, before, after visible) section {
	s := section{
		Title: "What else differs",
		Lead:  "Nothing of this is done by apply, and it changes no exit code",
		Table: table{Head: []visible{"what", before, after}},
	}
	for _, v := range d.Values {
		s.Table.Rows = append(s.Table.Rows, tableRow{Cells: []visible{clean(v.Key), orNothing(v.Before), orNothing(v.After)}})
	}
	shared := make(map[plan.Change][2]plan.BulkChange)
	var order []plan.Change
	for side, bulk := range [][]plan.BulkChange{d.Bulk.Gone, d.Bulk.New} {
		for _, b := range bulk {
			change := b.Change()
			both, known := shared[change]
			if !known {
				order = append(order, change)
			}
			both[side] = b
			shared[change] = both
		}
	}
	for _, change := range order {
		both := shared[change]
		what := clean("bulk " + change.Field + ": ")
		what += newValue(change.From).Text + arrowSeparator + newValue(change.To).Text
		s.Table.Rows = append(s.Table.Rows, tableRow{Cells: []visible{what, sharedBy(both[0]), sharedBy(both[1])}})
	}
	for _, gone := range d.BulkGroups.Gone {
		s.Table.Rows = append(s.Table.Rows, tableRow{Cells: []visible{"groups", bulkMembershipLine(gone, ""), emptyWords}})
	}
	for _, added := range d.BulkGroups.New {
		s.Table.Rows = append(s.Table.Rows, tableRow{Cells: []visible{"groups", emptyWords, bulkMembershipLine(added, "")}})
	}
	return s
}

func orNothing(text string) visible { return cmp.Or(clean(text), emptyWords) }

// sharedBy says how many accounts share a change.
func sharedBy(b plan.BulkChange) visible {
	if b.Count == 0 {
		return emptyWords
	}
	words := fmt.Sprintf("%d of %d", b.Count, b.Base)
	if b.Building != "" {
		words += " of " + b.Building
	}
	return clean(words)
}

// reasonsSection lists the actions that do the same for another reason.
func reasonsSection(reasons []plan.ActionDifference, before, after visible) section {
	s := section{
		Title: visible("The same for another reason: " + countOf(len(reasons), "account", "accounts")),
		Tone:  tonePlain,
	}
	for i := range reasons {
		d := &reasons[i]
		e := newEntry(&d.After, nil)
		e.Rows = nil
		e.Notes = []note{
			{Label: before, Text: clean(reasonWords(&d.Before, &d.After))},
			{Label: after, Text: clean(reasonWords(&d.After, &d.Before))},
		}
		s.Entries = append(s.Entries, e)
	}
	return s
}

// reasonWords is the action's reason, with the person where the other names them
// otherwise.
func reasonWords(action, other *plan.Action) string {
	if action.Staff == other.Staff {
		return action.Reason
	}
	var parts []string
	for _, part := range personParts(action.Staff) {
		parts = append(parts, string(part))
	}
	return strings.Join(append(parts, action.Reason), partSeparator)
}
