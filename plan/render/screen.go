package render

import (
	"cmp"
	"fmt"
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
	// mostQuiet is how many accounts change at most in an ordinary night.
	mostQuiet = 3
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
		r.suspectedPart(), r.suspendedPart(), r.reactivatedPart(), r.createdPart(), r.linkedPart(), r.addressPart(),
		r.sharedPart(), r.otherPart(), r.lostPart(), r.personPart(),
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
	return len(r.plan.Actions) <= mostQuiet && !r.blocked() && len(r.suspected) == 0
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

// namesIn names the people of the lines.
func namesIn(lines []line, most int) visible {
	return asManyAs(most, len(lines), func(n int) visible {
		people := make([]visible, 0, n)
		for _, l := range lines[:n] {
			people = append(people, l.Cells[0])
		}
		return together(people, ", ")
	}, "", "")
}

// kindsIn names the kinds of the lines, each as often as there are things of it.
func kindsIn(lines []line, most int) visible {
	return asManyAs(most, len(lines), countsOf(lines), " kind", " kinds")
}

// fieldsIn names the fields of the lines, each with the number of accounts.
func fieldsIn(lines []line, most int) visible {
	return asManyAs(most, len(lines), countsOf(lines), " field", " fields")
}

// countsOf returns the first two cells of the first lines: counts, and of what.
func countsOf(lines []line) func(n int) visible {
	return func(n int) visible {
		counts := make([]visible, 0, n)
		for _, l := range lines[:n] {
			counts = append(counts, l.Cells[0]+" "+l.Cells[1])
		}
		return together(counts, ", ")
	}
}

// asManyAs returns the words for as many things as fit into the columns, and for how
// many more there are.
func asManyAs(most, things int, words func(n int) visible, one, several string) visible {
	for n := min(things, most/len("x, ")+1); ; n-- {
		text := words(n)
		if rest := things - n; rest > 0 {
			text = together([]visible{text, visible(countOf(rest, "more"+one, "more"+several))}, " and ")
		}
		if n == 0 || columns(text) <= most {
			return text
		}
	}
}

func (r *review) blocked() bool { return len(r.over)+len(r.blocks) > 0 }

func (r *review) verdict() visible {
	where := ""
	if r.plan.Domain != "" {
		where = " in " + string(shorten(clean(r.plan.Domain), widestListed))
	}
	created := len(r.created)
	changed := len(r.plan.Actions) - created
	words := countOf(changed, "account", "accounts")
	if total := r.plan.Accounts.Total; total > 0 {
		words = number(changed) + " of " + countOf(total, "account", "accounts")
	}
	words += where + " would change"
	if created > 0 {
		words += ", " + number(created) + " new"
	}
	switch {
	case r.blocked():
		return visible("BLOCKED by " + countOf(len(r.over)+len(r.blocks), "limit", "limits") + ": " + words)
	case len(r.plan.Actions) == 0:
		return visible("No account" + where + " would change")
	}
	return visible(words + "; within every limit")
}

// excess names the limits that are exceeded, with the count and what is allowed.
func (r *review) excess() visible {
	var words []string
	for _, name := range r.over {
		check := r.checks[name]
		most := "(" + number(check.Allowed) + ")"
		if len(words) == 0 {
			most = "(at most " + number(check.Allowed) + ")"
		}
		words = append(words, string(clean(string(name)))+" "+number(check.Count)+" "+most)
	}
	for _, other := range r.blocks {
		words = append(words, string(clean(other)))
	}
	return shorten(visible(strings.Join(words, ", ")), widestSentence)
}

// applyCommand is what to type if the plan is right.
func (r *review) applyCommand(names Names) visible {
	if len(r.plan.Actions) == 0 || len(r.blocks) > 0 {
		return ""
	}
	allow := ""
	var counts []string
	for _, name := range r.over {
		counts = append(counts, fmt.Sprintf("%s=%d", name, r.checks[name].Count))
	}
	if len(counts) > 0 {
		allow = "--allow " + argument(strings.Join(counts, ","))
	}
	return names.command("apply", allow)
}

// suspectedPart says what looks like a wrong export: shared changes, and limits
// that say what their excess looks like.
func (r *review) suspectedPart() part {
	p := part{Title: "LOOKS LIKE A WRONG EXPORT", Tone: toneDanger, Alarm: true}
	for _, warning := range r.suspected {
		p.Lines = append(p.Lines, oneLine(shorten(clean(warning.Message), widestSentence)))
	}
	for _, name := range r.over {
		if detail := r.checks[name].Detail; detail != "" {
			p.Lines = append(p.Lines, oneLine(shorten(cleanf("%s: %s", name, detail), widestSentence)))
		}
	}
	return p
}

func (r *review) suspendedPart() part {
	memberships := 0
	p := part{Tone: toneDanger, brief: namesIn}
	for _, action := range r.suspended {
		leaves, owned := len(action.Leaves()), 0
		for _, m := range action.Groups {
			if m.Leaves() && m.From == "OWNER" {
				owned++
			}
		}
		memberships += leaves
		groups := visible("")
		if leaves > 0 {
			groups = visible(countOf(leaves, "group", "groups"))
		}
		if owned > 0 {
			groups += visible(", owner of " + number(owned))
		}
		p.Lines = append(p.Lines, personLine(action, groups))
	}
	p.Title = visible("LOSE ACCESS: " + number(len(r.suspended)))
	if memberships > 0 && len(r.suspended) > 1 {
		p.Title += visible(", with " + countOf(memberships, "group membership", "group memberships"))
	}
	return p
}

func (r *review) reactivatedPart() part {
	p := part{Title: visible("GET ACCESS BACK: " + number(len(r.reactivated))), Tone: toneNew, rank: 1, brief: namesIn}
	for _, action := range r.reactivated {
		p.Lines = append(p.Lines, personLine(action, ""))
	}
	return p
}

func (r *review) createdPart() part {
	p := part{Title: visible("GET AN ACCOUNT: " + number(len(r.created))), Tone: toneNew, rank: 1, brief: namesIn}
	for _, action := range r.created {
		p.Lines = append(p.Lines, personLine(action, local(action.Account, r.plan.Domain)))
	}
	return p
}

func (r *review) linkedPart() part {
	p := part{Title: visible("ACCOUNTS THAT GET THEIR PERSON'S DCID: " + number(len(r.linked))), Tone: toneNew, rank: 1}
	for _, action := range r.linked {
		p.Lines = append(p.Lines, personLine(action, local(action.Account, r.plan.Domain)))
	}
	return p
}

// personLine names a person and the building, and what else there is to say.
func personLine(action *plan.Action, more visible) line {
	return oneLine(personName(action), shorten(plainly(clean(action.Staff.Building), partSeparator), widestListed), more)
}

func personName(action *plan.Action) visible {
	return shorten(plainly(clean(cmp.Or(action.Staff.Name, action.Account)), partSeparator), widestListed)
}

// addressPart says who gets a new address, and whose it was.
func (r *review) addressPart() part {
	p := part{Tone: toneAddress, rank: 1}
	exchanged, handed := 0, 0
	for _, change := range r.addresses {
		switch {
		case change.exchanged:
			exchanged += 2
		case change.from != nil:
			handed++
		}
		p.Lines = append(p.Lines, r.addressLine(change))
	}
	p.Title = visible("ADDRESSES: " + countOf(r.counts[plan.LimitRename], "changes", "change"))
	if r.counts[plan.LimitRename] == 0 {
		p.Title = visible("ADDRESSES: " + number(handed) + " passed on")
	}
	p.brief = func([]line, int) visible {
		var words []string
		for _, n := range []struct {
			count int
			words string
		}{{exchanged, "exchanged"}, {handed, "passed on"}, {len(r.addresses) - exchanged/2 - handed, "that nobody had"}} {
			if n.count > 0 {
				words = append(words, number(n.count)+" "+n.words)
			}
		}
		return visible(strings.Join(words, ", "))
	}
	return p
}

func (r *review) addressLine(change addressChange) line {
	values, _ := change.action.Changes.Get(plan.FieldPrimaryEmail)
	old, address := local(values.From.String(), r.plan.Domain), local(values.To.String(), r.plan.Domain)
	name := personName(change.action)
	if change.from == nil {
		return oneLine(name + ": " + old + arrowSeparator + address)
	}
	from := personName(change.from)
	if change.exchanged {
		return line{Cells: []visible{old + " and " + address + " are exchanged by " + name + " and " + from}, stands: 2}
	}
	words := address + " goes from " + from
	if gets, changes := change.from.Rename(); changes {
		words += ", now " + local(gets.To.String(), r.plan.Domain) + ","
	}
	return oneLine(words + " to " + name)
}

// sharedPart says once what several accounts share. What a warning says of all of
// them already is left to it.
func (r *review) sharedPart() part {
	p := part{Tone: tonePlace, rank: 1, general: true}
	for i := range r.shared {
		if s := &r.shared[i]; !r.isSuspected(s) {
			p.Lines = append(p.Lines, oneLine(s.who()+": "+r.changeWords(s.changes, shortened)))
		}
	}
	p.Title = visible("IN BULK: " + number(len(p.Lines)))
	return p
}

// isSuspected tells whether a warning of a wrong export says all that they share.
func (r *review) isSuspected(s *sharedChange) bool {
	return slices.ContainsFunc(r.suspected, func(w plan.Warning) bool {
		return strings.HasPrefix(w.Message, fmt.Sprintf("%d of the ", s.Count)) &&
			!slices.ContainsFunc(s.changes, func(change plan.Change) bool { return !strings.Contains(w.Message, change.String()) })
	})
}

// who says how many share it, and of how many.
func (s *sharedChange) who() visible {
	switch {
	case s.Building != "":
		return visible(number(s.Count)+" of the "+number(s.Base)+" staff of ") + shortened(clean(s.Building))
	case s.Base > s.Count:
		return visible(number(s.Count) + " of the " + number(s.Base) + " accounts that have it")
	case s.Base == s.Count:
		return visible("all " + number(s.Count) + " accounts that have it")
	}
	return visible(countOf(s.Count, "account", "accounts"))
}

// changeWords says the changes in a few words, each name and value as the function
// gives it; those from and to the same are said once.
func (r *review) changeWords(changes plan.Changes, of func(visible) visible) visible {
	type values struct{ from, to string }
	fields := make(map[values][]visible)
	var order []values
	for _, change := range changes {
		from, to := besideEachOther(change.From, change.To)
		v := values{string(of(from)), string(of(to))}
		if change.To.Absent() {
			v.to = ""
		}
		if change.From.Absent() {
			v.from = ""
		}
		if fields[v] == nil {
			order = append(order, v)
		}
		fields[v] = append(fields[v], of(r.fieldWords(change.Field)))
	}
	var words, filled []string
	for _, v := range order {
		field := string(together(fields[v], ", "))
		switch {
		case v.to == "":
			words = append(words, field+" "+v.from+" is cleared")
		case v.from == "":
			filled = append(filled, field+" "+v.to)
		default:
			words = append(words, field+" "+v.from+arrowSeparator+v.to)
		}
	}
	if len(filled) > 0 {
		words = append(words, "was empty: "+strings.Join(filled, "; "))
	}
	return visible(strings.Join(words, "; "))
}

// besideEachOther returns the values without the path that both org units are in.
func besideEachOther(a, b plan.Value) (from, to visible) {
	from, to = newValue(a).Text, newValue(b).Text
	if shared := len(commonParent(string(from), string(to))); shared > 0 {
		return "…" + from[shared:], "…" + to[shared:]
	}
	return from, to
}

// commonParent returns the path of the org unit that both are in, without a slash
// at its end; it is empty where that is the root.
func commonParent(a, b string) string {
	parent := 0
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			break
		}
		if a[i] == '/' {
			parent = i
		}
	}
	if !strings.HasPrefix(a, "/") {
		return ""
	}
	return a[:parent]
}

// otherPart names the fields that change besides, and whose.
func (r *review) otherPart() part {
	p := part{Tone: toneDetail, rank: 2, general: true}
	if !r.quiet() {
		p.brief, p.kinds = fieldsIn, true
	}
	changed := make(map[*plan.Action]bool)
	for _, other := range r.others {
		for _, action := range other.actions {
			if r.quiet() && !changed[action] {
				p.Lines = append(p.Lines, oneLine(r.personChanges(action)))
			}
			changed[action] = true
		}
		if r.quiet() {
			continue
		}
		field := visible("memberships and aliases")
		if other.field != "" {
			field = shortened(r.fieldWords(other.field))
		}
		if other.cleared {
			field += " is cleared"
		}
		p.Lines = append(p.Lines, oneLine(visible(number(len(other.actions))), field, names(other.actions, 2)))
	}
	p.Title = visible("OTHER CHANGES: " + countOf(len(changed), "account", "accounts"))
	return p
}

// personChanges says what changes of one person, besides the address.
func (r *review) personChanges(action *plan.Action) visible {
	changes := action.Changes.Without(plan.FieldSuspended).Without(plan.FieldPrimaryEmail)
	return personName(action) + ": " + shorten(cmp.Or(r.besides(action, changes), "memberships and aliases"), widestSentence)
}

// names lists the first people by name, and says how many more there are.
func names(actions []*plan.Action, most int) visible {
	listed := make([]string, 0, most)
	for i, action := range actions {
		if i == most {
			return visible(strings.Join(listed, ", ") + " and " + number(len(actions)-most) + " more")
		}
		listed = append(listed, string(personName(action)))
	}
	return visible(strings.Join(listed, ", "))
}

// lostPart counts what no later run brings back.
func (r *review) lostPart() part {
	if r.quiet() && r.lost.cleared == 0 && len(r.ownerless) == 0 {
		return part{} // who loses access is named with it
	}
	var words []string
	if n := r.lost.memberships; n > 0 {
		memberships := countOf(n, "membership", "memberships")
		var roles []string
		if r.lost.owned > 0 {
			owner := number(r.lost.owned) + " as owner"
			if n := len(r.ownerless); n > 0 {
				owner += ", of " + countOf(n, "group", "groups") + " the last"
			}
			roles = append(roles, owner)
		}
		if r.lost.managed > 0 {
			roles = append(roles, number(r.lost.managed)+" as manager")
		}
		if len(roles) > 0 {
			memberships += " (" + strings.Join(roles, "; ") + ")"
		}
		words = append(words, memberships)
	}
	if n := r.lost.cleared; n > 0 {
		words = append(words, countOf(n, "value", "values"))
	}
	p := part{Title: "LOST FOR GOOD", Tone: toneDanger, general: true}
	if len(words) > 0 {
		p.Lines = []line{oneLine(visible(strings.Join(words, ", ")))}
	}
	return p
}

// personPart counts the conflicts by kind, the ones that hide others first, the
// groups that lose their last owner, and the other warnings.
func (r *review) personPart() part {
	p := part{Tone: toneDetail, rank: 1, general: true, brief: kindsIn, briefLines: 2, kinds: true}
	warnings := len(r.ownerless)
	for _, k := range r.conflicts {
		p.Lines = append(p.Lines, kindLine(k.count, string(k.kind), k.kind.Title()))
	}
	for _, warning := range r.ownerless {
		p.Lines = append(p.Lines, kindLine(1, string(warning.Kind), string(shortened(clean(warning.Message)))))
	}
	for _, k := range r.warnings {
		warnings += k.count
		p.Lines = append(p.Lines, kindLine(k.count, string(k.kind), k.kind.Title()))
	}
	var counts []string
	if n := len(r.plan.Conflicts); n > 0 {
		counts = append(counts, countOf(n, "conflict", "conflicts"))
	}
	if warnings > 0 {
		counts = append(counts, countOf(warnings, "warning", "warnings"))
	}
	p.Title = visible("NEEDS A PERSON: " + strings.Join(counts, ", "))
	if r.quiet() && len(p.Lines) > 0 {
		p.Lines = []line{oneLine(kindsIn(p.Lines, screenWidth-columns(p.Title)-2*entryIndent))}
	}
	return p
}

func kindLine(count int, kind, title string) line {
	code := shortened(clean(cmp.Or(kind, "of no kind")))
	if title == kind {
		title = ""
	}
	return oneLine(visible(number(count)), code, visible(title))
}

// shortened cuts what would fill the first screen on its own.
func shortened(text visible) visible { return shorten(text, widestListed) }

// whole cuts nothing.
func whole(text visible) visible { return text }

// shorten cuts the text to at most that many columns.
func shorten(text visible, most int) visible {
	if columns(text) <= most {
		return text
	}
	var cut strings.Builder
	at := 0
	for _, r := range string(text) {
		if at += columns(visible(r)); at >= most {
			break
		}
		cut.WriteRune(r)
	}
	return visible(cut.String() + "…")
}

// local leaves out the domain of an address where it is the plan's.
func local(address, domain string) visible {
	if at := strings.LastIndexByte(address, '@'); at > 0 && strings.EqualFold(address[at+1:], domain) {
		address = address[:at+1]
	}
	return shortened(plainly(clean(address), arrowSeparator))
}
