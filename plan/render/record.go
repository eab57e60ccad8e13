package render

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/staffsync/staffsync/plan"
)

// RecordText writes what became of a plan for a person at a terminal. It returns an
// error only where writing does.
func RecordText(w io.Writer, record plan.Record, options Options) error {
	t := newTextWriter(w, options)
	t.report(newRecordReport(&record, options))
	return t.flush("the journal as text")
}

// RecordMarkdown writes it for a pull request, as Markdown does a plan.
func RecordMarkdown(w io.Writer, record plan.Record, options Options) error {
	return writeMarkdown(w, newRecordReport(&record, options), options.Detail == Folded)
}

// RecordHTML writes it as one page, as HTML does a plan.
func RecordHTML(w io.Writer, record plan.Record, options Options) error {
	page, err := newHTMLWriter(true)
	if err != nil {
		return err
	}
	return page.write(w, "", newRecordReport(&record, options), "the journal as HTML")
}

// endingWords is how one ending is shown.
type endingWords struct {
	title, short visible
	tone         tone
}

func wordsOfEnding(ending plan.Ending) endingWords {
	switch ending {
	case plan.EndedDone:
		return endingWords{"Done", "done", toneNew}
	case plan.EndedFailed:
		return endingWords{"Failed", "failed", toneDanger}
	case plan.EndedDrifted:
		return endingWords{"Drifted", "drifted", toneDanger}
	case plan.EndedUnfinished:
		return endingWords{"Cut short", "cut short", toneDanger}
	case plan.EndedLeftOut:
		return endingWords{"Left out", "left out", toneDetail}
	}
	return endingWords{"Not reached", "not reached", toneDetail}
}

// newRecordReport says what became of a plan: what is undone first, with its reasons.
func newRecordReport(record *plan.Record, options Options) report {
	r := report{Of: "journal", Domain: clean(record.Domain), Screen: newRecordScreen(record)}
	for _, ending := range plan.Endings() {
		var actions []*plan.RecordedAction
		for i := range record.Actions {
			if record.Actions[i].Ending == ending {
				actions = append(actions, &record.Actions[i])
			}
		}
		words := wordsOfEnding(ending)
		s := section{
			Title: words.title + visible(": "+countOf(len(actions), "action", "actions")), Tone: words.tone,
			Anchor: visible(ending), Grave: ending != plan.EndedDone,
		}
		r.Tiles = append(r.Tiles, tile{len(actions), words.short, words.tone, s.Anchor})
		switch options.Detail {
		case Full:
			for _, action := range actions {
				s.Entries = append(s.Entries, recordedEntry(action, words.tone))
			}
		case Folded:
			s.Table = table{Plain: true, Head: []visible{"person", "address", "what became of it"}}
			for _, action := range actions {
				s.Table.Rows = append(s.Table.Rows, recordedRow(action, record.Domain, words.tone))
			}
		}
		r.add(s)
	}
	r.Tiles = anchored(r.Tiles, r.Sections)
	if options.Detail == Folded && len(record.Actions) > 0 {
		r.Rest = note{Label: "Every operation", Code: options.Names.command("show", "--full")}
	}
	if !record.Whole() {
		r.Notes = append(r.Notes, "What is undone is in the next plan. Applying this one again finishes what was cut short or not reached.")
	}
	r.Footer = []note{{Label: "plan's digest", Code: clean(record.Plan)}}
	return r
}

// newRecordScreen says on one screen what became of a plan.
func newRecordScreen(record *plan.Record) screen {
	s := screen{Verdict: recordVerdict(record), Blocked: !record.Whole()}
	if !record.From.IsZero() {
		s.Facts = append(s.Facts, visible("Applied from "+record.From.UTC().Format(time.DateTime)+" to "+record.To.UTC().Format(time.DateTime)+" UTC"))
	}
	if record.Cut {
		s.Facts = append(s.Facts, "The journal's last line is incomplete: a run was killed while it wrote it, and what that line was to say is not known")
	}
	if !record.Planned {
		s.Facts = append(s.Facts, "The plan is not beside its journal: what no run came to is not known, nor who the people are")
	}
	if n := record.OtherPlans; n > 0 {
		s.Facts = append(s.Facts, visible("The journal is of "+countOf(n, "other plan", "other plans")+" too, which this leaves out"))
	}
	var parts []part
	for _, ending := range plan.Endings() {
		parts = append(parts, recordedPart(record, ending))
	}
	// Who is left in which group comes before what is done.
	parts = slices.Insert(parts, len(parts)-1, groupsLeftPart(record))
	s.Parts = slices.DeleteFunc(parts, func(p part) bool { return len(p.Lines) == 0 })
	for i := range s.Parts {
		s.Parts[i].Apart = i == 0
	}
	s.fit(screenLines - closingLines)
	return s
}

// recordVerdict says in one line whether everything is done.
func recordVerdict(record *plan.Record) visible {
	done, where := record.Count()[plan.EndedDone], ""
	if record.Domain != "" {
		where = " in " + string(shorten(clean(record.Domain), widestListed))
	}
	actions := countOf(len(record.Actions), "action", "actions")
	switch {
	case record.From.IsZero():
		return visible("Nothing of the plan has been applied" + where)
	case record.Whole() && len(record.Actions) == 1:
		return visible("1 action" + where + " is done")
	case record.Whole():
		return visible("All " + actions + where + " are done")
	case done == len(record.Actions):
		return visible("CUT SHORT: the runs that the journal tells of did " + actions + where + " of it")
	}
	return visible("NOT ALL DONE: " + number(done) + " of " + actions + where + "; " + undoneCounts(record))
}

// undoneCounts counts what is not done: "1 failed, 2 drifted".
func undoneCounts(record *plan.Record) string {
	counts := record.Count()
	var words []string
	for _, ending := range plan.Endings() {
		if n := counts[ending]; n > 0 && ending != plan.EndedDone {
			words = append(words, number(n)+" "+string(wordsOfEnding(ending).short))
		}
	}
	return strings.Join(words, ", ")
}

// recordedPart names those whose action ended so, and why. What is done is counted
// by kind.
func recordedPart(record *plan.Record, ending plan.Ending) part {
	words := wordsOfEnding(ending)
	p := part{Tone: words.tone}
	kinds := make(map[plan.Kind]int)
	n := 0
	for i := range record.Actions {
		action := &record.Actions[i]
		if action.Ending != ending {
			continue
		}
		n++
		if kinds[action.Kind]++; ending != plan.EndedDone {
			p.Lines = append(p.Lines, oneLine(shortened(recordedName(action)), local(action.Account, record.Domain), shorten(clean(action.Message), widestSentence)))
		}
	}
	p.Title = visible(strings.ToUpper(string(words.title)) + ": " + number(n))
	if ending == plan.EndedDone && n > 0 {
		p.rank, p.Lines = lastRank, []line{oneLine(kindCounts(kinds))}
	}
	return p
}

// kindCounts counts actions by kind: "3 suspend, 8 move".
func kindCounts(counts map[plan.Kind]int) visible {
	var words []string
	for _, kind := range kinds() {
		if n := counts[kind.kind]; n > 0 {
			words = append(words, number(n)+" "+string(kind.kind))
			delete(counts, kind.kind)
		}
	}
	others := 0
	for _, n := range counts {
		others += n
	}
	if others > 0 && len(words) > 0 {
		words = append(words, countOf(others, "other", "others"))
	}
	return visible(cmp.Or(strings.Join(words, ", "), countOf(others, "action", "actions")))
}

// groupsLeftPart says whose memberships are not yet as the plan has them.
func groupsLeftPart(record *plan.Record) part {
	p := part{Tone: toneDanger}
	n := 0
	for i := range record.Actions {
		action := &record.Actions[i]
		for _, left := range groupsLeft(action) {
			n += len(left.groups)
			p.Lines = append(p.Lines, oneLine(shortened(recordedName(action)), left.words, groupNames(left.groups, groupsListed, record.Domain)))
		}
	}
	p.Title = visible("MEMBERSHIPS LEFT TO CHANGE: " + number(n))
	return p
}

// leftGroups are groups of one account that have something left to do in common.
type leftGroups struct {
	words  visible
	groups []string
}

func groupsLeft(action *plan.RecordedAction) []leftGroups {
	left := []leftGroups{{"still in", action.StillIn}, {"not yet in", action.NotIn}, {"without the new role in", action.OtherRole}}
	return slices.DeleteFunc(left, func(l leftGroups) bool { return len(l.groups) == 0 })
}

// recordedName names whom an action is about.
func recordedName(action *plan.RecordedAction) visible {
	if action.Staff.Name != "" {
		return plainly(clean(action.Staff.Name), partSeparator)
	}
	planned := plan.Action{ID: action.ID}
	if dcid, ok := planned.DCID(); ok {
		return visible(fmt.Sprintf("DCID %d", dcid))
	}
	return plainly(clean(cmp.Or(action.ID, action.Account)), partSeparator)
}

// recordedRow says in one row what became of an action.
func recordedRow(action *plan.RecordedAction, domain string, t tone) tableRow {
	var words []string
	if action.Message != "" {
		words = append(words, string(clean(action.Message)))
	}
	done := string(doneWords(action, domain))
	switch {
	case done != "" && action.Ending != plan.EndedDone:
		done = "done: " + done
	case done == "" && action.Ending == plan.EndedDone && len(words) == 0:
		done = "nothing was left to do"
	}
	if done != "" {
		words = append(words, done)
	}
	for _, left := range groupsLeft(action) {
		words = append(words, string(left.words+" "+groupNames(left.groups, len(left.groups), domain)))
	}
	became := visible(strings.Join(words, "; "))
	if action.Kind != "" {
		became = clean(string(action.Kind)) + ": " + became
	}
	return tableRow{Danger: t == toneDanger, Cells: []visible{recordedName(action), local(action.Account, domain), became}}
}

// doneWords lists the operations that are done, and the fields that were set by
// their names, several of many.
func doneWords(action *plan.RecordedAction, domain string) visible {
	const fieldsListed = 4
	var words, fields []string
	for _, o := range action.Operations {
		switch {
		case o.Ending != plan.EndedDone:
		case o.Field != "":
			fields = append(fields, string(nameField(o.Field).short()))
		default:
			name, at := strings.CutSuffix(o.Name, "@"+domain)
			if at {
				name += "@"
			}
			words = append(words, string(clean(name)))
		}
	}
	if n := len(fields); n > fieldsListed {
		fields = append(fields[:fieldsListed], number(n-fieldsListed)+" more")
	}
	if len(fields) > 0 {
		words = append(words, "set "+strings.Join(fields, ", "))
	}
	return visible(strings.Join(words, "; "))
}

// groupNames lists the first groups by their addresses, and says how many more there
// are.
func groupNames(groups []string, most int, domain string) visible {
	var named []string
	for _, group := range groups[:min(len(groups), most)] {
		named = append(named, string(local(group, domain)))
	}
	words := visible(strings.Join(named, ", "))
	if more := len(groups) - most; more > 0 {
		words += visible(" and " + number(more) + " more")
	}
	return words
}

// recordedEntry says what became of each operation of an action.
func recordedEntry(action *plan.RecordedAction, t tone) entry {
	e := entry{Symbol: "?", Verb: clean(string(action.Kind)), Subject: clean(action.Account), Person: personParts(action.Staff), Tone: t}
	if action.Kind != "" {
		e.Symbol = wordsOf(action.Kind).symbol
	}
	if len(e.Person) == 0 {
		e.Person = []visible{recordedName(action)}
	}
	if action.Message != "" {
		e.Notes = append(e.Notes, note{Text: clean(action.Message)})
	}
	for _, o := range action.Operations {
		words := wordsOfEnding(o.Ending)
		e.Rows = append(e.Rows, row{
			Field: fieldName{Words: clean(o.Name)}, To: value{Text: words.short}, Remark: clean(o.Message), Danger: words.tone == toneDanger,
		})
	}
	for _, left := range groupsLeft(action) {
		for _, group := range left.groups {
			e.Rows = append(e.Rows, row{Field: fieldName{Words: left.words}, To: newValue(plan.Text(group)), Danger: true})
		}
	}
	return e
}
