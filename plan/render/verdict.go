package render

import (
	"fmt"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

func (r *review) blocked() bool { return len(r.over)+len(r.blocks) > 0 }

func (r *review) verdict() visible {
	where := ""
	if r.plan.Domain != "" {
		where = " in " + string(shorten(clean(r.plan.Domain), widestListed))
	}
	words, none := countOf(r.changed(), "account", "accounts"), "No account"+where+" would change"
	if total := r.plan.Accounts.Total; total > 0 {
		words = number(r.changed()) + " of " + countOf(total, "account", "accounts")
	}
	words += where + " would change" + r.newWords()
	if r.plan.MadeBy() == plan.MadeByAttributes { // in which no account is
		words = countOf(len(r.plan.Actions), "custom attribute", "custom attributes") + where + " would be created"
		none = "No custom attribute that the config names is missing" + where
	}
	switch {
	case r.blocked():
		return r.blockedBy() + visible(": "+words)
	case len(r.plan.Actions) == 0:
		return visible(none)
	}
	return visible(words + "; within every limit")
}

// changed counts the accounts that there are and that change.
func (r *review) changed() int {
	changed := len(r.plan.Actions) - len(r.created)
	for _, n := range r.newThings {
		changed -= n
	}
	return changed
}

// newWords count what is created: ", 4 new, 1 new group".
func (r *review) newWords() string {
	words := ""
	if n := len(r.created); n > 0 {
		words = ", " + number(n) + " new"
	}
	for _, kind := range kinds() {
		if n := r.newThings[kind.kind]; n > 0 {
			words += ", " + number(n) + " new " + thingWords(kind.kind, n)
		}
	}
	return words
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
