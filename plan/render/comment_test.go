package render

import (
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/staffsync/staffsync/plan"
)

// TestMarkdownFitsIntoACommentAndSaysWhatItLeavesOut of plans of any size and of how
// two plans differ.
func TestMarkdownFitsIntoACommentAndSaysWhatItLeavesOut(t *testing.T) {
	cut := regexp.MustCompile(`(?m)^([0-9,]+) more are left out here`)
	leftOut := func(text string) int {
		total := 0
		for _, found := range cut.FindAllStringSubmatch(text, -1) {
			n, _ := strconv.Atoi(strings.ReplaceAll(found[1], ",", ""))
			total += n
		}
		return total
	}
	for _, n := range []int{0, 60, 300, 3000, 10000} {
		p := suspicious(max(n, 100))
		for i := range n {
			p.Conflicts = append(p.Conflicts, plan.Conflict{Kind: plan.ConflictValue, ID: plan.AccountID(int64(i)), Problem: "p", Remedy: "r"})
		}
		r := newReport(p, Options{})
		rows := 0
		for _, s := range r.Sections {
			rows += s.count()
		}
		d := plan.Difference{New: p.Actions, Gone: p.Actions}
		d.Conflicts.New = p.Conflicts
		for name, test := range map[string]struct {
			text string
			all  int
		}{
			"plan":       {rendered(t, func(w io.Writer) error { return Markdown(w, p, Options{}) }), rows},
			"difference": {rendered(t, func(w io.Writer) error { return DifferenceMarkdown(w, d, Sides{"before", "after"}) }), 2*len(p.Actions) + len(p.Conflicts)},
		} {
			if len(test.text) > commentLimit {
				t.Errorf("%s of %d: %d characters, and a comment takes %d", name, n, len(test.text), commentLimit)
			}
			if len(test.text) < commentLimit*9/10 && leftOut(test.text) > 0 {
				t.Errorf("%s of %d: %d are left out, though there is room: %d characters", name, n, leftOut(test.text), len(test.text))
			}
			if n == 10000 && (leftOut(test.text) == 0 || leftOut(test.text) >= test.all) {
				t.Errorf("%s of %d: %d of %d are left out", name, n, leftOut(test.text), test.all)
			}
			if strings.Count(test.text, "<details>") != strings.Count(test.text, "</details>") {
				t.Errorf("%s of %d: details are not closed", name, n)
			}
		}
		// It shortens from the bottom, names each kind, and a workflow finds it again.
		text := rendered(t, func(w io.Writer) error { return Markdown(w, p, Options{}) })
		if !strings.HasPrefix(text, "<!-- staffsync plan -->\n") {
			t.Errorf("plan of %d does not begin with the marker: %.60q", n, text)
		}
		shown := strings.Count(text, "\n|") - 2*strings.Count(text, "|---|\n")
		if shown+leftOut(text) != rows {
			t.Errorf("plan of %d: %d rows and %d left out, of %d", n, shown, leftOut(text), rows)
		}
		for _, s := range r.Sections {
			if !strings.Contains(text, "<summary>"+summary(s.Title)+"</summary>") {
				t.Errorf("plan of %d: no fold for %q", n, s.Title)
			}
		}
		for _, who := range newReview(&p).suspended {
			if !strings.Contains(text, "| **"+prose(clean(who.Staff.Name))+"** |") {
				t.Errorf("plan of %d leaves out %s, who loses access", n, who.Staff.Name)
			}
		}
		// Who asks for every line gets it.
		if full := rendered(t, func(w io.Writer) error { return Markdown(w, p, Options{Detail: Full}) }); leftOut(full) > 0 {
			t.Errorf("in full of %d: %d are left out", n, leftOut(full))
		}
	}
}
