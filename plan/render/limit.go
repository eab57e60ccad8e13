package render

import (
	"strings"

	"github.com/staffsync/staffsync/plan"
)

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
			set += " of " + number(check.Base)
		}
		verdict := visible("")
		if check.Over() {
			verdict = cleanf("OVER: --allow %s=%d", name, check.Count)
		}
		s.Table.Rows = append(s.Table.Rows, tableRow{
			Cells: []visible{
				clean(string(name)), visible(number(check.Count)), visible(number(check.Allowed)),
				clean(set), verdict,
			},
			Danger: check.Over(),
		})
	}
	return s
}
