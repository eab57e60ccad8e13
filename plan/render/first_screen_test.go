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
		r := newReport(p)
		r.Sections, r.Footer, r.Hint = nil, nil, ""
		got := rendered(t, func(w io.Writer) error {
			writer := newTextWriter(w, Options{Width: firstScreenWidth})
			writer.report(r)
			return writer.flush("the first screen")
		})
		if n := strings.Count(got, "\n"); n > firstScreenLines-closingLines {
			t.Errorf("plan %s: %d lines, want at most %d:\n%s", name, n, firstScreenLines-closingLines, got)
		}
	}
}

func TestTheFirstScreenSaysThatOneSchoolsNumberWasMistyped(t *testing.T) {
	p := plan.Plan{
		Domain: "d118.org",
		Bulk: []plan.BulkChange{{
			Field: "Synchronization_Data.Homeschool_ID", From: plan.Text("131"), To: plan.Text("302"),
			Count: 14, Base: 18, Building: "Wauconda High School",
		}},
		Warnings: []plan.Warning{{Kind: plan.WarningBulk, Message: "14 of the 18 staff of Wauconda High School: users.homeschoolid is 302 for all of them"}},
	}
	for i := range 14 {
		p.Actions = append(p.Actions, plan.Action{ID: plan.AccountID(int64(i + 1)), Kind: plan.Update, Changes: plan.Changes{
			{Field: "Synchronization_Data.Homeschool_ID", From: plan.Text("131"), To: plan.Text("302")},
		}})
	}
	var got []string
	for _, s := range newReport(p).Screen {
		for _, line := range s.Lines {
			got = append(got, string(s.Title)+" | "+string(line))
		}
	}
	for _, want := range []string{
		"LOOKS LIKE A WRONG EXPORT: 1 | 14 of the 18 staff of Wauconda High School: users.homeschoolid is 302 for all of them",
		"IN BULK: 1 | 14 of the 18 staff of Wauconda High School: Synchronization_Data.Homeschool_ID 131 → 302",
	} {
		if !strings.Contains(strings.Join(got, "\n"), want) {
			t.Errorf("the first screen lacks %q:\n%s", want, strings.Join(got, "\n"))
		}
	}
}

func TestAnAddressThatPassesOnIsSaidInSoManyWords(t *testing.T) {
	got := addressPart(everything()).Lines
	want := visible("asmith@ goes from Anna Jones to Aaron Smith")
	if len(got) != 2 || got[0] != want {
		t.Errorf("got %q, want %q first", got, want)
	}
}
