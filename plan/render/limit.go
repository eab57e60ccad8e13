package render

import (
	"slices"
	"strconv"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// recount returns the plan's limits beside what its actions really hold.
func recount(p plan.Plan, counts map[plan.LimitName]int) plan.LimitChecks {
	checks := make(plan.LimitChecks, len(p.Limits))
	for name, check := range p.Limits {
		if !name.Standing() {
			check.Count = counts[name]
		}
		checks[name] = check
	}
	return checks
}

// blockedSection says which limits are exceeded and what allows the plan all
// the same.
func blockedSection(p plan.Plan, counts map[plan.LimitName]int) section {
	checks := recount(p, counts)
	s := section{
		Lead: "apply refuses this plan unless it is told the exact count",
		Tone: toneDanger, Alarm: true,
	}
	said := checks.Blocked()
	for _, name := range checks.Names() {
		check := checks[name]
		if !check.Over() {
			continue
		}
		s.Entries = append(s.Entries, entry{
			Symbol: "!", Tone: toneDanger, Subject: clean(string(name)),
			Notes: []note{
				{Text: clean(check.Excess(name))},
				{Label: "if that is right", Text: "run apply with", Code: cleanf("--allow %s=%d", name, check.Count)},
			},
		})
	}
	for _, words := range p.Blocked {
		if !slices.Contains(said, words) {
			s.Entries = append(s.Entries, entry{
				Symbol: "!", Tone: toneDanger, Subject: "in the plan's words",
				Notes: []note{{Text: clean(words)}},
			})
		}
	}
	s.Title = visible("BLOCKED by " + countOf(len(s.Entries), "limit", "limits"))
	return s
}

// limitSection lists every limit beside what the plan holds. A plan without
// actions has nothing to measure.
func limitSection(p plan.Plan, counts map[plan.LimitName]int) section {
	s := section{Title: "Limits", Table: table{Head: []visible{"limit", "count", "allowed", "set to", ""}}}
	if len(p.Actions) == 0 {
		return s
	}
	checks := recount(p, counts)
	for _, name := range checks.Names() {
		check := checks[name]
		set := check.Limit.String()
		if strings.HasSuffix(set, "%") {
			set += " of " + strconv.Itoa(check.Base)
		}
		verdict := visible("")
		if check.Over() {
			verdict = "OVER"
		}
		s.Table.Rows = append(s.Table.Rows, tableRow{
			Cells: []visible{
				clean(string(name)), visible(strconv.Itoa(check.Count)), visible(strconv.Itoa(check.Allowed)),
				clean(set), verdict,
			},
			Danger: check.Over(),
		})
	}
	return s
}
