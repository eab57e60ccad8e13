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
	case p.Summary.Open+p.People.NotSelected == 0 && len(p.Conflicts) == 0:
		text = "No changes. Google is in line with PowerSchool"
	}
	if len(rest) > 0 {
		text += "; " + strings.Join(rest, ", ")
	}
	return visible(text)
}

// changeWords counts what the actions change, each sort of change that there
// is.
func changeWords(p plan.Plan, counts map[plan.LimitName]int) []string {
	links := 0
	for i := range p.Actions {
		if p.Actions[i].Kind == plan.Link {
			links++
		}
	}
	var words []string
	for _, verb := range []struct {
		count int
		words string
	}{
		{counts[plan.LimitCreate], "create"},
		{links, "link"},
		{counts[plan.LimitSuspend], "suspend"},
		{counts[plan.LimitReactivate], "reactivate"},
		{counts[plan.LimitRename], "rename"},
		{counts[plan.LimitMove], "move"},
		{p.Summary.Update, "update"},
	} {
		if verb.count > 0 {
			words = append(words, fmt.Sprintf("%d to %s", verb.count, verb.words))
		}
	}
	if len(words) == 0 {
		words = append(words, countOf(len(p.Actions), "account", "accounts")+" to change")
	}
	return words
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
		{p.Summary.Inactive, "inactive without an account"},
		{len(p.Skipped), "skipped"},
	} {
		if part.count > 0 {
			words = append(words, fmt.Sprintf("%d %s", part.count, part.words))
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

// hint explains why the headline counts more than the sections below it.
func hint(actions []plan.Action, counts map[plan.LimitName]int) visible {
	changes := counts[plan.LimitSuspend] + counts[plan.LimitReactivate] + counts[plan.LimitRename] + counts[plan.LimitMove]
	headlines := 0
	for i := range actions {
		switch actions[i].Kind {
		case plan.Suspend, plan.Reactivate, plan.Rename, plan.Move:
			headlines++
		}
	}
	if changes <= headlines {
		return ""
	}
	return "Each account is listed once, under the first of its changes"
}

// dangers counts the lines that are marked.
func dangers(counts map[plan.LimitName]int) visible {
	var words []string
	if n := counts[plan.LimitSuspend]; n > 0 {
		words = append(words, countOf(n, "account is", "accounts are")+" suspended")
	}
	if n := counts[plan.LimitClear]; n > 0 {
		words = append(words, countOf(n, "field is", "fields are")+" cleared")
	}
	if n := counts[plan.LimitLeaveGroups]; n > 0 {
		words = append(words, countOf(n, "group membership is", "group memberships are")+" ended")
	}
	if len(words) == 0 {
		return ""
	}
	return visible(`Look closely at the lines marked "!": ` + strings.Join(words, ", "))
}
