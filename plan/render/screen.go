package render

import (
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

const (
	// screenLines is how many lines the first screen takes up at most where
	// lines have screenWidth columns; closingLines of them are for what follows
	// its parts.
	screenLines  = 40
	screenWidth  = 80
	closingLines = 6
	// mostQuiet is how many accounts change at most in an ordinary night, and
	// quietLines in how many lines what needs a person is then counted.
	mostQuiet  = 3
	quietLines = 4
	// mostListed is how many things a part of the first screen lists, and
	// widestListed how many columns of a name, a building or a value it shows;
	// widestSentence is for what is longer than those.
	mostListed     = 10
	widestListed   = 56
	widestSentence = 320
)

// lastRank is the rank of the parts whose lines are needed least.
const lastRank = 2

// screen is what a reviewer decides by, before the details. Its fields are
// exported for html/template.
type screen struct {
	// Verdict says how many accounts change and whether a limit is in the way,
	// which Blocked is set for; Excess says which limits.
	Verdict visible
	Blocked bool
	Excess  visible
	// Command is what to type if the plan is right, empty where there is
	// nothing to do.
	Command visible
	// Facts are sentences with the counts.
	Facts []visible
	Parts []part
}

// part is a list on the first screen.
type part struct {
	Title visible
	Tone  tone
	// Alarm is set for what must not be overlooked.
	Alarm bool
	// Lines are those that there is room for, and More says how many others
	// there are.
	Lines []line
	More  visible
	// Apart is set where an empty line comes before it: before the first part
	// and the first that is general, not about single people.
	Apart, general bool
	// rank orders the parts by how much a decision needs their lines, from 0 to
	// lastRank.
	rank int
	// brief says the lines in as many columns, as far as there is room in them;
	// it is nil where the first line is as good. Of a part of kinds it says
	// beneath the lines what there is no room for, too.
	brief func(lines []line, most int) visible
	kinds bool
	// briefLines is how many lines that may take up beside the title, 0 for
	// one.
	briefLines int
}

// line is one thing of a part, in cells that may stand in columns.
type line struct {
	Cells []visible
	// stands is how many things the line is about.
	stands int
}

func oneLine(cells ...visible) line { return line{Cells: cells, stands: 1} }

// newScreen says on one screen what the plan is about: of a part that is shown,
// what is in it.
func newScreen(r *review, options Options) screen {
	s := screen{Verdict: r.verdict(), Blocked: r.blocked(), Excess: r.excess(), Command: r.applyCommand(options.Names)}
	if options.Only != nil {
		s.Facts = options.Only.facts(r.plan)
		return s
	}
	if only := r.plan.MadeWith.Only; len(only) > 0 {
		s.Facts = append(s.Facts, shorten(clean("The plan is a part: only "+strings.Join(only, ", ")), widestSentence))
	}
	switch {
	case len(r.plan.Actions) == 0:
		s.Facts = append(s.Facts, headline(*r.plan, r.counts))
	case !r.quiet():
		s.Facts = append(s.Facts, r.changeFact())
	}
	if links := r.plan.Links; r.plan.MadeBy() != plan.MadeByAdopt && (links.Few() || links.Unlisted > 0) {
		s.Facts = append(s.Facts, linksWords(links))
	}
	parts := []part{
		r.suspectedPart(), r.suspendedPart(), r.reactivatedPart(), r.createdPart(), r.newOrgUnitPart(), r.linkedPart(), r.addressPart(),
		r.heldPart(), r.sharedPart(), r.groupPart(), r.otherPart(), r.lostPart(), r.personPart(),
	}
	parts = slices.DeleteFunc(parts, func(p part) bool { return len(p.Lines) == 0 })
	for i := range parts {
		parts[i].Apart = i == 0 || parts[i].general && !parts[i-1].general
	}
	s.Parts = parts
	s.fit(screenLines - closingLines)
	return s
}

// quiet tells whether the plan is that of an ordinary night, of which the parts say
// all in a few lines.
func (r *review) quiet() bool {
	return len(r.plan.Actions) <= mostQuiet && !r.blocked() && len(r.suspected)+len(r.linked) == 0
}

// fit leaves in each part as many lines as there is room for: one in each, then
// rank by rank one in turn.
func (s *screen) fit(room int) {
	all, shown := slices.Clone(s.Parts), make([]int, len(s.Parts))
	for i := range all {
		s.Parts[i] = all[i].cut(0)
	}
	oneMore := func(i int) bool {
		if shown[i] == min(len(all[i].Lines), mostListed) {
			return false
		}
		before := s.Parts[i]
		s.Parts[i] = all[i].cut(shown[i] + 1)
		if s.height() > room {
			s.Parts[i] = before
			return false
		}
		shown[i]++
		return true
	}
	for i := range all {
		oneMore(i)
	}
	for rank := range lastRank + 1 {
		for more := true; more; {
			more = false
			for i := range all {
				more = all[i].rank == rank && oneMore(i) || more
			}
		}
	}
}

// cut returns the part with its first n lines, and says what the others are about.
// Where it is one of several, as many as that line holds are in it.
func (p part) cut(n int) part {
	rest := p.Lines[n:]
	switch {
	case n == 0 || len(rest) == 0:
		p.Lines = p.Lines[:n]
		return p
	case n == 1 && p.brief != nil:
		p.Lines = []line{oneLine(p.brief(p.Lines, max(1, p.briefLines)*screenWidth-columns(p.Title)-4*entryIndent))}
		return p
	case p.kinds:
		p.More = "and " + p.brief(rest, 2*screenWidth-len("and "))
	default:
		things := 0
		for _, l := range rest {
			things += l.stands
		}
		p.More = visible("and " + number(things) + " more")
	}
	p.Lines = p.Lines[:n]
	return p
}
