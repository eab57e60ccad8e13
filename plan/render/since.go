package render

import (
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// Since is how a plan differs from an older one.
type Since struct {
	// Plan is what the older plan is called.
	Plan       string
	Difference plan.Difference
}

// fact counts what is new and what is gone.
func (s *Since) fact() visible {
	d := &s.Difference
	words := []string{sinceCount(len(d.New), len(d.Gone), len(d.Changed), "change", "changes")}
	if n := len(d.NotKnown); n > 0 {
		words = append(words, countOf(n, "change is", "changes are")+" not known in one of them")
	}
	words = append(words,
		sinceCount(len(d.Conflicts.New), len(d.Conflicts.Gone), 0, "conflict", "conflicts"),
		sinceCount(len(d.Warnings.New), len(d.Warnings.Gone), 0, "warning", "warnings"))
	return shorten(clean("Since "+s.Plan+": "+strings.Join(words, "; ")), widestSentence)
}

// sinceCount counts things of one sort, such as "2 changes are new, 1 is gone".
func sinceCount(added, gone, other int, one, several string) string {
	is := func(n int) string {
		if n == 1 {
			return "1 is "
		}
		return number(n) + " are "
	}
	var words []string
	if added > 0 {
		words = append(words, is(added)+"new")
	}
	if gone > 0 {
		words = append(words, is(gone)+"gone")
	}
	if other > 0 {
		words = append(words, is(other)+"different")
	}
	if len(words) == 0 {
		return "no " + one + " is new or gone"
	}
	return "of the " + several + " " + strings.Join(words, ", ")
}

// sections are the changes, conflicts and warnings that are new or gone.
func (s *Since) sections() []section {
	d, before, after := s.Difference, clean("in "+s.Plan), visible("in this plan")
	sections := append(changeSections(d, before, after), onlyThere(after, conflictSection(d.Conflicts.New), warningSection(d.Warnings.New))...)
	return withoutEmpty(append(sections, onlyThere(before, conflictSection(d.Conflicts.Gone), warningSection(d.Warnings.Gone))...))
}
