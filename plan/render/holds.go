package render

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// heldSection lists what holds keep from happening.
func heldSection(held []plan.Held, holds []plan.Hold) section {
	s := section{
		Title: visible("Held: " + countOf(len(held), "account", "accounts")),
		Lead:  "this would happen, and holds keep it from happening",
		Tone:  toneDetail,
	}
	for i := range held {
		s.Entries = append(s.Entries, heldEntry(&held[i], holds))
	}
	return s
}

// holdWords says until when, by whom and why the hold that is kept there holds.
func holdWords(where string, holds []plan.Hold) visible {
	for i := range holds {
		if holds[i].Where == where {
			return clean(holds[i].String())
		}
	}
	return clean("held (" + where + ")")
}

// heldEntry says what holds keep from happening to one account, by whom and until
// when.
func heldEntry(held *plan.Held, holds []plan.Hold) entry {
	action := held.Action()
	e := newEntry(&action, nil)
	e.Symbol, e.Verb, e.Tone = "=", "held: "+e.Verb, toneDetail
	for i := range e.Rows {
		e.Rows[i].Danger = false // it does not happen
	}
	for _, where := range held.By {
		e.Notes = append(e.Notes, note{Text: holdWords(where, holds)})
	}
	return e
}

// holdSection lists the holds that are in force.
func holdSection(holds []plan.Hold) section {
	s := section{
		Title: visible("Holds: " + countOf(len(holds), "hold", "holds") + " in force"),
		Table: table{Head: []visible{"who", "people", "held from", "until", "by", "reason", "where"}},
	}
	for i := range holds {
		hold := &holds[i]
		var from []string
		for _, one := range hold.From {
			from = append(from, string(one))
		}
		s.Table.Rows = append(s.Table.Rows, tableRow{Cells: []visible{
			clean(hold.Who()), heldPeople(hold.People), clean(strings.Join(from, ", ")), clean(hold.Until), clean(hold.Owner), clean(hold.Reason), clean(hold.Where),
		}})
	}
	return s
}

// heldPeople names those whom a hold is of, several of many.
func heldPeople(people []plan.Person) visible {
	const named = 5
	var names []string
	for i, one := range people {
		if i == named {
			return visible(strings.Join(names, "; ")) + visible(fmt.Sprintf("; and %d more", len(people)-named))
		}
		names = append(names, string(cleanf("%s (DCID %d)", cmp.Or(one.Name, "unknown to PowerSchool"), one.DCID)))
	}
	if len(names) == 0 {
		return "nobody"
	}
	return visible(strings.Join(names, "; "))
}

// heldRows has one row for each account of which something is held.
func (r *review) heldRows() section {
	s := section{
		Title: visible("Held: " + countOf(len(r.plan.Held), "account", "accounts")),
		Tone:  toneDetail, Table: table{Plain: true, Head: []visible{"person", "address", "would", "changes", "held"}},
	}
	for i := range r.plan.Held {
		held := &r.plan.Held[i]
		action := held.Action()
		var by []string
		for _, where := range held.By {
			by = append(by, string(holdWords(where, r.plan.Holds)))
		}
		s.Table.Rows = append(s.Table.Rows, tableRow{Cells: []visible{
			plainly(clean(cmp.Or(held.Staff.Name, held.ID)), partSeparator), r.local(held.Account), clean(string(held.Kind)),
			r.besides(&action, held.Changes), visible(strings.Join(by, "; ")),
		}})
	}
	return s
}

// heldPart names those of whom something is held, and until when.
func (r *review) heldPart() part {
	p := part{Title: visible("HELD: " + number(len(r.plan.Held))), Tone: toneDetail, rank: 1}
	for i := range r.plan.Held {
		held := &r.plan.Held[i]
		action := held.Action()
		words := clean(string(held.Kind))
		for j := range r.plan.Holds {
			if hold := &r.plan.Holds[j]; len(held.By) > 0 && hold.Where == held.By[0] {
				words += ", until " + clean(hold.Until)
				if hold.Owner != "" {
					words += " by " + shortened(clean(hold.Owner))
				}
			}
		}
		p.Lines = append(p.Lines, personLine(&action, words))
	}
	return p
}

// blockedBy counts what blocks the plan.
func (r *review) blockedBy() visible {
	var by []string
	if len(r.over) > 0 {
		by = append(by, countOf(len(r.over), "limit", "limits"))
	}
	if len(r.blocks) > 0 {
		by = append(by, countOf(len(r.blocks), "hold", "holds"))
	}
	return visible("BLOCKED by " + strings.Join(by, " and "))
}

// blockRows lists the holds that block the plan.
func (r *review) blockRows() section {
	s := section{Title: "Holds that are unclear", Tone: toneDanger, Table: table{Plain: true, Head: []visible{"hold"}}}
	for _, words := range r.blocks {
		s.Table.Rows = append(s.Table.Rows, tableRow{Danger: true, Cells: []visible{clean(words)}})
	}
	return s
}
