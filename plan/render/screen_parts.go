package render

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

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
			groups = groupCount(leaves, owned)
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

func (r *review) newOrgUnitPart() part {
	p := part{Title: visible("NEW ORG UNITS: " + number(len(r.newOrgUnits))), Tone: tonePlace, rank: 1, brief: namesIn}
	for _, action := range r.newOrgUnits {
		p.Lines = append(p.Lines, oneLine(shorten(plainly(clean(action.Account), partSeparator), widestListed)))
	}
	return p
}

func (r *review) linkedPart() part {
	p := part{Title: visible("ACCOUNTS THAT GET THEIR PERSON'S DCID: " + number(len(r.linked))), Tone: toneNew, rank: 1, brief: namesIn}
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
	p := part{Title: "TAKEN AWAY", Tone: toneDanger, general: true}
	if len(words) > 0 {
		p.Lines = []line{oneLine(visible(strings.Join(words, ", ")))}
	}
	return p
}

// personPart counts the conflicts by kind, the ones that hide others first, the
// groups that lose their last owner, and the other warnings.
func (r *review) personPart() part {
	p := part{Tone: toneDetail, rank: 1, general: true, brief: kindsIn, briefLines: 2, kinds: true}
	for _, k := range r.conflicts {
		p.Lines = append(p.Lines, kindLine(k.count, string(k.kind), k.kind.Title()))
	}
	for _, warning := range r.ownerless {
		p.Lines = append(p.Lines, kindLine(1, string(warning.Kind), string(shortened(clean(warning.Message)))))
	}
	for _, k := range r.warnings {
		p.Lines = append(p.Lines, kindLine(k.count, string(k.kind), k.kind.Title()))
	}
	var counts []string
	if n := len(r.plan.Conflicts); n > 0 {
		counts = append(counts, countOf(n, "conflict", "conflicts"))
	}
	if warnings := r.needPerson() - len(r.plan.Conflicts); warnings > 0 {
		counts = append(counts, countOf(warnings, "warning", "warnings"))
	}
	p.Title = visible("NEEDS A PERSON: " + strings.Join(counts, ", "))
	if r.quiet() && len(p.Lines) > 0 {
		p.Lines = []line{oneLine(kindsIn(p.Lines, quietLines*screenWidth-columns(p.Title)-2*quietLines*entryIndent))}
	}
	return p
}

// needPerson counts the conflicts, and the warnings that personPart counts.
func (r *review) needPerson() int {
	return len(r.plan.Conflicts) + len(r.plan.Warnings) - len(r.suspected)
}

func kindLine(count int, kind, title string) line {
	code := shortened(clean(cmp.Or(kind, "of no kind")))
	if title == kind {
		title = ""
	}
	return oneLine(visible(number(count)), code, visible(title))
}
