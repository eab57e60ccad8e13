package render

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

const (
	// firstScreenLines is how many lines the first screen takes up at most
	// where lines have firstScreenWidth columns; closingLines of them are for
	// what follows its parts.
	firstScreenLines = 40
	firstScreenWidth = 80
	closingLines     = 4
	// mostListed is how many things a part of the first screen lists, and
	// widestListed how many columns of a name, a building or a value it shows.
	mostListed   = 10
	widestListed = 56
)

// verdict says how many accounts change in which domain, and whether a limit is
// in the way.
func verdict(p plan.Plan, checks plan.LimitChecks) visible {
	created := 0
	for i := range p.Actions {
		if p.Actions[i].Kind == plan.Create {
			created++
		}
	}
	where := ""
	if p.Domain != "" {
		where = " in " + string(shorten(clean(p.Domain)))
	}
	changed := len(p.Actions) - created
	words := countOf(changed, "account", "accounts")
	if p.Accounts.Total > 0 {
		words = fmt.Sprintf("%d of %s", changed, countOf(p.Accounts.Total, "account", "accounts"))
	}
	words += where + " would change"
	if created > 0 {
		words += ", " + countOf(created, "account", "accounts") + " would be new"
	}
	over := len(overLimits(checks)) + len(otherBlocks(p, checks))
	switch {
	case over > 0:
		return visible("BLOCKED: " + words + "; " + countOf(over, "limit is", "limits are") + " exceeded")
	case len(p.Actions) == 0:
		return visible("No account" + where + " would change")
	}
	return visible(words + "; within every limit")
}

// firstScreen returns the parts of what a reviewer decides by: the people and
// what they share, as many as fit into the room, in lines.
func firstScreen(p plan.Plan, checks plan.LimitChecks, room int) []section {
	parts := []section{
		blockedPart(p, checks),
		bulkWarningPart(p.Warnings),
		peoplePart("LOSE ACCESS", toneDanger, p.Actions, (*plan.Action).Suspends),
		peoplePart("GET ACCESS BACK", toneNew, p.Actions, func(a *plan.Action) bool { return a.Kind == plan.Reactivate }),
		peoplePart("GET AN ACCOUNT", toneNew, p.Actions, func(a *plan.Action) bool { return a.Kind == plan.Create }),
		addressPart(p),
		bulkPart(p.Bulk),
		needsPersonPart(p),
	}
	parts = slices.DeleteFunc(parts, func(s section) bool { return len(s.Lines) == 0 })
	listed := make([]int, len(parts))
	for i := range parts {
		room -= 2 // the title and the empty line before it
		listed[i] = 1
		room -= screenLines(parts[i].Lines[0], entryIndent)
	}
	for more := true; more; {
		more = false
		for i, part := range parts {
			if listed[i] == min(len(part.Lines), mostListed) {
				continue
			}
			if need := screenLines(part.Lines[listed[i]], entryIndent); need <= room {
				room -= need
				listed[i]++
				more = true
			}
		}
	}
	for i := range parts {
		if listed[i] < len(parts[i].Lines) {
			parts[i].Title += visible(fmt.Sprintf(" (%d listed)", listed[i]))
			parts[i].Lines = parts[i].Lines[:listed[i]]
		}
	}
	return parts
}

// screenLines returns how many lines the text takes up at the width of the
// first screen.
func screenLines(text visible, indent int) int {
	if text == "" {
		return 0
	}
	l := lines{limit: firstScreenWidth, at: indent}
	return 1 + l.breaks(text, 2*indent)
}

// shorten cuts what would fill the first screen on its own.
func shorten(text visible) visible {
	if columns(text) <= widestListed {
		return text
	}
	var cut strings.Builder
	at := 0
	for _, r := range string(text) {
		if at += columns(visible(r)); at >= widestListed {
			break
		}
		cut.WriteRune(r)
	}
	return visible(cut.String() + "…")
}

// part is a part of the first screen with one line a thing, and their number in
// its title.
func part(title string, tone tone, lines []visible) section {
	return section{Title: visible(title + ": " + strconv.Itoa(len(lines))), Tone: tone, Lines: lines}
}

// overLimits names the limits that are exceeded.
func overLimits(checks plan.LimitChecks) []plan.LimitName {
	return slices.DeleteFunc(checks.Names(), func(name plan.LimitName) bool { return !checks[name].Over() })
}

// otherBlocks are the plan's own words for what blocks it that its limits do
// not say.
func otherBlocks(p plan.Plan, checks plan.LimitChecks) []string {
	said := checks.Blocked()
	return slices.DeleteFunc(slices.Clone(p.Blocked), func(words string) bool { return slices.Contains(said, words) })
}

// allowance is what apply is told where everything over a limit is right.
func allowance(checks plan.LimitChecks) visible {
	var counts []string
	for _, name := range overLimits(checks) {
		counts = append(counts, fmt.Sprintf("%s=%d", name, checks[name].Count))
	}
	return cleanf("staffsync apply --allow %s PLAN", strings.Join(counts, ","))
}

// blockedPart says which limits are exceeded and exactly what to type if that
// is right.
func blockedPart(p plan.Plan, checks plan.LimitChecks) section {
	var words []string
	over := overLimits(checks)
	for _, name := range over {
		words = append(words, string(cleanf("%s: %s", name, checks[name].Excess(name))))
	}
	for _, other := range otherBlocks(p, checks) {
		words = append(words, string(shorten(clean(other))))
	}
	if len(words) == 0 {
		return section{}
	}
	s := section{Title: visible("BLOCKED by " + countOf(len(words), "limit", "limits")), Tone: toneDanger, Alarm: true}
	if len(over) > 0 {
		s.Lines = append(s.Lines, briefly("if it is right: "+allowance(checks), "what to type if it is right is in the details, limit by limit"))
	}
	s.Lines = append(s.Lines, briefly(visible(strings.Join(words, "; ")), "which ones is in the details"))
	return s
}

// briefly returns the text where it takes up at most 5 lines, else what stands for
// it.
func briefly(text, otherwise visible) visible {
	if screenLines(text, entryIndent) > 5 {
		return otherwise
	}
	return text
}

func bulkWarningPart(warnings []plan.Warning) section {
	var lines []visible
	for _, warning := range warnings {
		if warning.Kind == plan.WarningBulk {
			lines = append(lines, clean(warning.Message))
		}
	}
	s := part("LOOKS LIKE A WRONG EXPORT", toneDanger, lines)
	s.Alarm = true
	return s
}

// peoplePart names those whose action is of the sort.
func peoplePart(title string, tone tone, actions []plan.Action, of func(*plan.Action) bool) section {
	var lines []visible
	for i := range actions {
		if action := &actions[i]; of(action) {
			lines = append(lines, personLine(action))
		}
	}
	return part(title, tone, lines)
}

// personLine names a person by name and building, and counts what the action
// ends.
func personLine(action *plan.Action) visible {
	words := []string{string(personName(action))}
	if building := action.Staff.Building; building != "" {
		words = append(words, string(shorten(plainly(clean(building), partSeparator))))
	}
	if leaves := len(action.Leaves()); leaves > 0 {
		groups := countOf(leaves, "group", "groups")
		owned := 0
		for _, m := range action.Groups {
			if m.Leaves() && m.From == "OWNER" {
				owned++
			}
		}
		if owned > 0 {
			groups += fmt.Sprintf(", owner of %d", owned)
		}
		words = append(words, groups)
	}
	return visible(strings.Join(words, partSeparator))
}

func personName(action *plan.Action) visible {
	return shorten(plainly(clean(cmp.Or(action.Staff.Name, action.Account)), partSeparator))
}

// addressPart says who gets a new address, first those that pass from one
// person to another.
func addressPart(p plan.Plan) section {
	holder := make(map[string]*plan.Action) // of what is given up, in lower case
	for i := range p.Actions {
		action := &p.Actions[i]
		if change, renamed := action.Rename(); renamed {
			holder[strings.ToLower(change.From.String())] = action
		}
		for _, alias := range action.Release {
			holder[strings.ToLower(alias)] = action
		}
	}
	var passing, others []visible
	for i := range p.Actions {
		action := &p.Actions[i]
		change, changes := action.Changes.Get(plan.FieldPrimaryEmail)
		if !changes {
			continue
		}
		address := change.To.String()
		from := holder[strings.ToLower(address)]
		switch {
		case from != nil && from.ID != action.ID:
			passing = append(passing, local(address, p.Domain)+" goes from "+personName(from)+" to "+personName(action))
		case action.Kind != plan.Create:
			others = append(others, personName(action)+": "+local(change.From.String(), p.Domain)+arrowSeparator+local(address, p.Domain))
		}
	}
	return part("ADDRESSES", toneAddress, append(passing, others...))
}

// local leaves out the domain of an address where it is the plan's.
func local(address, domain string) visible {
	if at := strings.LastIndexByte(address, '@'); at > 0 && strings.EqualFold(address[at+1:], domain) {
		address = address[:at+1]
	}
	return shorten(plainly(clean(address), arrowSeparator))
}

// bulkPart says once what several people share.
func bulkPart(bulk []plan.BulkChange) section {
	var lines []visible
	for i := range bulk {
		b := &bulk[i]
		who := countOf(b.Count, "account", "accounts")
		switch {
		case b.Building != "":
			who = fmt.Sprintf("%d of the %d staff of %s", b.Count, b.Base, shorten(clean(b.Building)))
		case b.Base >= b.Count:
			who = fmt.Sprintf("%d of the %d accounts with this value", b.Count, b.Base)
		}
		field := nameField(b.Field)
		lines = append(lines, visible(who)+": "+shorten(cmp.Or(field.Words, field.Key))+" "+
			shorten(newValue(b.From).Text)+arrowSeparator+shorten(newValue(b.To).Text))
	}
	return part("IN BULK", tonePlace, lines)
}

// needsPersonPart counts the conflicts by kind, the ones that hide others
// first, and the warnings.
func needsPersonPart(p plan.Plan) section {
	var lines []visible
	conflicts, warnings := make(map[plan.ConflictKind]int), make(map[plan.WarningKind]int)
	for _, conflict := range p.Conflicts {
		conflicts[conflict.Kind]++
	}
	for _, warning := range p.Warnings {
		if warning.Kind != plan.WarningBulk {
			warnings[warning.Kind]++
		}
	}
	for _, kind := range ranked(conflicts) {
		lines = append(lines, kindLine(conflicts[kind], string(kind), kind.Title()))
	}
	for _, kind := range ranked(warnings) {
		lines = append(lines, kindLine(warnings[kind], string(kind), kind.Title()))
	}
	s := part("NEEDS A PERSON", toneDetail, lines)
	s.Title = visible("NEEDS A PERSON: " + countOf(len(p.Conflicts), "conflict", "conflicts") + ", " + countOf(len(p.Warnings), "warning", "warnings"))
	return s
}

// ranked returns the kinds in the order in which a person looks at them.
func ranked[K interface {
	~string
	Rank() int
}](counts map[K]int) []K {
	kinds := make([]K, 0, len(counts))
	for kind := range counts {
		kinds = append(kinds, kind)
	}
	slices.SortFunc(kinds, func(a, b K) int { return cmp.Or(cmp.Compare(a.Rank(), b.Rank()), cmp.Compare(a, b)) })
	return kinds
}

func kindLine(count int, kind, title string) visible {
	words := strconv.Itoa(count) + " " + string(shorten(clean(cmp.Or(kind, "of no kind"))))
	if title != kind {
		words += ": " + title
	}
	return visible(words)
}
