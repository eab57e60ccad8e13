package render

import (
	"fmt"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// Headline sums the plan up in one line without a line end: "Plan: 1 to
// create, 2 to move; 512 unchanged, 1 conflict". Changes are counted in the
// actions themselves and not taken from the plan's summary.
func Headline(p plan.Plan) string {
	return string(headline(p, plan.Count(p.Actions)))
}

func headline(p plan.Plan, counts map[plan.LimitName]int) visible {
	rest := restWords(p)
	text := "No changes"
	switch {
	case len(p.Actions) > 0:
		text = "Plan: " + strings.Join(changeWords(p, counts), ", ")
	case p.MadeBy() == plan.MadeByAttributes: // which looks at nobody
	case p.Summary.Open+p.People.NotSelected+len(p.NotKnown) == 0 && len(p.Conflicts) == 0:
		text = "No changes. Google is in line with PowerSchool"
	}
	if len(rest) > 0 {
		text += "; " + strings.Join(rest, ", ")
	}
	return visible(text)
}

// changeFact counts the changes and what is left alone; conflicts and warnings are
// counted by themselves.
func (r *review) changeFact() visible {
	counted := *r.plan
	counted.Conflicts, counted.Warnings = nil, nil
	return headline(counted, r.counts)
}

// changeWords counts what the actions change, each sort of change that there is.
func changeWords(p plan.Plan, counts map[plan.LimitName]int) []string {
	tallies := tally(p.Actions)
	var words []string
	for _, verb := range []struct {
		count int
		kind  plan.Kind
	}{
		{counts[plan.LimitCreate], plan.Create},
		{tallies[plan.Link].total(), plan.Link},
		{counts[plan.LimitSuspend], plan.Suspend},
		{counts[plan.LimitReactivate], plan.Reactivate},
		{counts[plan.LimitRename], plan.Rename},
		{counts[plan.LimitMove], plan.Move},
		{tallies[plan.Update].total(), plan.Update},
	} {
		if verb.count == 0 {
			continue
		}
		words = append(words, number(verb.count)+" to "+string(verb.kind))
	}
	for _, kind := range kinds() {
		if n := tallies[kind.kind].total(); n > 0 && !kind.kind.OnAccount() {
			words = append(words, countOfKind(kind.kind, n)+" to create")
		}
	}
	if n := counts[plan.LimitJoinGroups]; n > 0 {
		words = append(words, countOf(n, "membership", "memberships")+" to add")
	}
	if n := counts[plan.LimitPruneGroups]; n > 0 {
		words = append(words, countOf(n, "membership", "memberships")+" to end")
	}
	if len(words) == 0 {
		words = append(words, countOf(len(p.Actions), "account", "accounts")+" to change")
	}
	return words
}

// listing counts the accounts with one sort of change by the kind of action that
// they are listed under, which is that of the first of their changes.
type listing map[plan.Kind]int

// tally counts each sort of change.
func tally(actions []plan.Action) map[plan.Kind]listing {
	tallies := make(map[plan.Kind]listing)
	count := func(sort, under plan.Kind) {
		if tallies[sort] == nil {
			tallies[sort] = make(listing)
		}
		tallies[sort][under]++
	}
	for i := range actions {
		action := &actions[i]
		_, renamed := action.Rename()
		_, moved := action.Changes.Get(plan.FieldOrgUnitPath)
		switch kind := action.Kind; {
		case kind == plan.Create, kind == plan.Link, kind == plan.Suspend, kind == plan.Reactivate, !kind.OnAccount():
			count(kind, kind)
		}
		if renamed {
			count(plan.Rename, action.Kind)
		}
		if moved && action.Kind != plan.Create {
			count(plan.Move, action.Kind)
		}
		if action.Updates() {
			count(plan.Update, action.Kind)
		}
	}
	return tallies
}

func (l listing) total() int {
	n := 0
	for _, count := range l {
		n += count
	}
	return n
}

// elsewhere says how many are listed under other kinds: "4 of them listed under
// rename".
func (l listing) elsewhere(own plan.Kind) string {
	var under []string
	others := l.total() - l[own]
	for _, kind := range kinds() {
		if n := l[kind.kind]; n == others && n > 0 && kind.kind != own {
			return number(n) + " of them listed under " + string(kind.kind)
		} else if n > 0 && kind.kind != own {
			under = append(under, fmt.Sprintf("%s (%s)", kind.kind, number(n)))
		}
	}
	if others == 0 {
		return ""
	}
	return number(others) + " of them under " + strings.Join(under, ", ")
}

// restWords counts what the plan leaves alone.
func restWords(p plan.Plan) []string {
	var words []string
	for _, part := range []struct {
		count int
		words string
	}{
		{p.People.NotSelected, "not selected"},
		{p.Summary.Unchanged, "unchanged"},
		{len(p.Held), "held"},
		{p.Summary.Inactive, "inactive without an account"},
		{len(p.Skipped), "skipped"},
	} {
		if part.count > 0 {
			words = append(words, number(part.count)+" "+part.words)
		}
	}
	if n := len(p.Conflicts); n > 0 {
		words = append(words, countOf(n, "conflict", "conflicts"))
	}
	if n := len(p.Warnings); n > 0 {
		words = append(words, countOf(n, "warning", "warnings"))
	}
	return words
}
