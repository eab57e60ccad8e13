package render

import (
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

// limitSection lists every limit beside what the plan holds. A plan without
// actions has nothing to measure.
func limitSection(p plan.Plan, checks plan.LimitChecks) section {
	s := section{Title: "Limits", Table: table{Head: []visible{"limit", "count", "allowed", "set to", ""}}}
	if len(p.Actions) == 0 {
		return s
	}
	for _, name := range checks.Names() {
		check := checks[name]
		set := check.Limit.String()
		if strings.HasSuffix(set, "%") {
			set += " of " + strconv.Itoa(check.Base)
		}
		verdict := visible("")
		if check.Over() {
			verdict = cleanf("OVER: --allow %s=%d", name, check.Count)
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
