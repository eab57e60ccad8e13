package render

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/staffsync/staffsync/plan"
)

// TestTheFirstScreenHasAtMostFortyLinesAtAnySize renders plans at 80 columns and
// looks at what comes before the details.
func TestTheFirstScreenHasAtMostFortyLinesAtAnySize(t *testing.T) {
	busy := large(10000)
	for i := range 12 {
		busy.Bulk = append(busy.Bulk, plan.BulkChange{
			Field: plan.FieldOrgUnitPath, From: plan.Text(strings.Repeat("/Staff of a School", 9)), To: plan.Text(fmt.Sprint("/B", i)), Count: 20, Base: 30,
		})
		busy.Warnings = append(busy.Warnings, plan.Warning{Kind: plan.WarningBulk, Message: strings.Repeat("many change ", 25)})
	}
	for _, kind := range plan.ConflictKinds() {
		busy.Conflicts = append(busy.Conflicts, plan.Conflict{Kind: kind, ID: "account/1", Problem: "p"})
	}
	for _, kind := range plan.WarningKinds() {
		busy.Warnings = append(busy.Warnings, plan.Warning{Kind: kind, Message: "m"})
	}
	for name, p := range map[string]plan.Plan{
		"0": nothing(), "1": large(1), "60": large(60), "300": large(300), "10000": large(10000),
		"everything": everything(), "hostile": hostilePlan(), "10000 with all kinds": busy,
	} {
		got := rendered(t, func(w io.Writer) error {
			return Text(w, p, Options{Width: screenWidth, Detail: ScreenOnly, VerdictLast: true, Notes: []string{
				"The exports are 16 minutes old (the oldest is schools.csv); set source.export.maxAge to refuse old ones.",
				"The plan is not saved; to save and apply it: staffsync plan -o plan.yaml, then staffsync apply plan.yaml",
			}})
		})
		if n := strings.Count(got, "\n"); n > screenLines {
			t.Errorf("plan %s: %d lines, want at most %d:\n%s", name, n, screenLines, got)
		}
	}
}
