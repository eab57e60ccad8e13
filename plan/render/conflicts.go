package render

import (
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// conflictSection lists what a person has to settle, grouped by kind in the plan's
// order; a remedy that several of a kind share is said once.
func conflictSection(conflicts []plan.Conflict) section {
	s := section{
		Title: visible("Conflicts: " + countOf(len(conflicts), "thing", "things") + " to settle"),
		Lead:  "staffsync leaves these as they are until a person has settled them",
		Tone:  toneDetail, Grave: true, Anchor: anchorConflicts,
	}
	counts := make(map[plan.ConflictKind]int)
	for _, conflict := range conflicts {
		counts[conflict.Kind]++
	}
	said := make(map[plan.Conflict]bool) // by kind and remedy
	for _, conflict := range conflicts {
		e := entry{
			Symbol: "?", Verb: "conflict", Tone: toneDetail,
			Subject: clean(conflict.Account), Person: personParts(conflict.Staff),
		}
		if e.Subject == "" && len(e.Person) == 0 {
			e.Subject = clean(conflict.ID)
		}
		untouched := note{Label: "left as it is", Text: "the whole account"}
		switch kind, _, _ := plan.ThingOf(conflict.ID); kind {
		case plan.CreateGroup:
			untouched.Text = "the members of the group"
		case plan.CreateAttribute:
			untouched.Text = "the attribute"
		}
		if conflict.Field != "" {
			untouched = note{Label: "left as it is", Field: nameField(conflict.Field)}
		}
		e.Notes = append(e.Notes, note{Label: "problem", Text: clean(conflict.Problem)})
		if remedy := (plan.Conflict{Kind: conflict.Kind, Remedy: conflict.Remedy}); conflict.Remedy != "" && !said[remedy] {
			said[remedy] = conflict.Kind != ""
			e.Notes = append(e.Notes, note{Label: "what to do", Text: clean(conflict.Remedy)})
		}
		if conflict.Kind != "" {
			e.Group = kindTitle(counts[conflict.Kind], conflict.Kind)
		}
		e.Notes = append(e.Notes, untouched)
		s.Entries = append(s.Entries, e)
	}
	return s
}

// warningSection lists what a person should know, grouped by kind in the
// plan's order.
func warningSection(warnings []plan.Warning) section {
	s := section{Title: visible("Warnings: " + countOf(len(warnings), "thing", "things") + " to know"), Tone: toneDetail}
	counts := make(map[plan.WarningKind]int)
	for _, warning := range warnings {
		counts[warning.Kind]++
	}
	for _, warning := range warnings {
		e := entry{
			Symbol: "*", Tone: toneDetail, Group: kindTitle(counts[warning.Kind], warning.Kind),
			Subject: clean(warning.Account), Person: personParts(warning.Staff),
			Notes: []note{{Text: clean(warning.Message)}},
		}
		if warning.Account == "" && warning.Staff == (plan.Person{}) {
			e.Subject, e.Notes = clean(warning.Message), nil
		}
		s.Entries = append(s.Entries, e)
	}
	return s
}

// kindTitle is the code of a kind, how many there are of it, and what it is about.
func kindTitle[K interface {
	~string
	Title() string
}](count int, kind K) visible {
	if kind.Title() == string(kind) {
		return cleanf("%s (%s)", string(kind), number(count))
	}
	return cleanf("%s (%s): %s", string(kind), number(count), kind.Title())
}

// skippedSection lists who is left out, and by which rule.
func skippedSection(skipped []plan.Skipped) section {
	s := section{
		Title: visible("Skipped: " + countOf(len(skipped), "person", "people") + " left out by the policy or for lack of data"),
		Table: table{Head: []visible{"person", "address", "why", "rule"}},
	}
	for _, person := range skipped {
		parts := personParts(person.Staff)
		names := make([]string, 0, len(parts))
		for _, part := range parts {
			names = append(names, string(part))
		}
		s.Table.Rows = append(s.Table.Rows, tableRow{Cells: []visible{
			visible(strings.Join(names, partSeparator)), clean(person.Address), clean(person.Reason), clean(person.Rule),
		}})
	}
	return s
}
