package render

import (
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// Part is some of what a plan holds.
type Part struct {
	words     []string
	actions   []plan.Action
	added     []plan.Addition
	conflicts []plan.Conflict
	warnings  []plan.Warning
	skipped   []plan.Skipped
	held      []plan.Held
	holds     []plan.Hold
}

// wholeOf is everything in the plan.
func wholeOf(p *plan.Plan) *Part {
	return &Part{actions: p.Actions, conflicts: p.Conflicts, warnings: p.Warnings, skipped: p.Skipped, held: p.Held, holds: p.Holds}
}

// Only returns the part of the plan that the words name: a kind of action, of
// conflict or of warning, a building, or a person by address, DCID or name. A word
// that names nothing in the plan, or several people, is an error.
func Only(p *plan.Plan, words []string) (*Part, error) {
	part := &Part{words: words}
	var kinds, rest []string
	for _, word := range words {
		if word = strings.TrimSpace(word); isCode(word) {
			kinds = append(kinds, word)
		} else {
			rest = append(rest, word)
		}
	}
	if len(rest) > 0 || len(kinds) == 0 {
		if err := plan.CheckOnly(rest, everybodyIn(p)); err != nil {
			return nil, err
		}
	}
	selection := plan.Part(p.Actions, rest)
	part.actions, part.added = selection.Actions, selection.Added
	for _, conflict := range p.Conflicts {
		if slices.Contains(kinds, string(conflict.Kind)) || selection.Covers(conflict.Staff, conflict.Account) {
			part.conflicts = append(part.conflicts, conflict)
		}
	}
	for _, warning := range p.Warnings {
		if slices.Contains(kinds, string(warning.Kind)) || selection.Covers(warning.Staff, warning.Account) {
			part.warnings = append(part.warnings, warning)
		}
	}
	for _, skipped := range p.Skipped {
		if selection.Covers(skipped.Staff, skipped.Address) {
			part.skipped = append(part.skipped, skipped)
		}
	}
	for i := range p.Held {
		if selection.Covers(p.Held[i].Staff, p.Held[i].Account) {
			part.held = append(part.held, p.Held[i])
		}
	}
	for _, hold := range p.Holds {
		if slices.ContainsFunc(hold.People, func(one plan.Person) bool { return selection.Covers(one) }) {
			part.holds = append(part.holds, hold)
		}
	}
	return part, nil
}

// isCode tells whether the word is a kind of conflict or of warning.
func isCode(word string) bool {
	return slices.Contains(plan.ConflictKinds(), plan.ConflictKind(word)) || slices.Contains(plan.WarningKinds(), plan.WarningKind(word))
}

// everybodyIn lists whom the plan says anything about.
func everybodyIn(p *plan.Plan) []plan.Nameable {
	everybody := make([]plan.Nameable, 0, len(p.Actions)+len(p.Conflicts)+len(p.Warnings)+len(p.Skipped))
	for i := range p.Actions {
		action := &p.Actions[i]
		address, _ := action.Changes.Get(plan.FieldPrimaryEmail)
		everybody = append(everybody, plan.Nameable{Staff: action.Staff, Addresses: []string{action.Account, address.To.String()}})
	}
	for _, conflict := range p.Conflicts {
		everybody = append(everybody, plan.Nameable{Staff: conflict.Staff, Addresses: []string{conflict.Account}})
	}
	for _, warning := range p.Warnings {
		everybody = append(everybody, plan.Nameable{Staff: warning.Staff, Addresses: []string{warning.Account}})
	}
	for i := range p.Held {
		everybody = append(everybody, plan.Nameable{Staff: p.Held[i].Staff, Addresses: []string{p.Held[i].Account}})
	}
	for _, skipped := range p.Skipped {
		everybody = append(everybody, plan.Nameable{Staff: skipped.Staff, Addresses: []string{skipped.Address}})
	}
	return everybody
}

// facts say how much of the plan the part is, and what was added to it.
func (p *Part) facts(of *plan.Plan) []visible {
	words := make([]string, 0, len(p.words))
	for _, word := range p.words {
		words = append(words, strings.TrimSpace(word))
	}
	facts := []visible{cleanf("Only %s: %s of %s, %s of %s, %s of %s, %s of %s skipped", strings.Join(words, ", "),
		number(len(p.actions)), string(countActions(of.Actions)),
		number(len(p.conflicts)), countOf(len(of.Conflicts), "conflict", "conflicts"),
		number(len(p.warnings)), countOf(len(of.Warnings), "warning", "warnings"),
		number(len(p.skipped)), number(len(of.Skipped)))}
	for _, added := range p.added {
		facts = append(facts, clean("Selected as well: "+added.String()))
	}
	return facts
}
