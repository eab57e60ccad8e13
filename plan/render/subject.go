package render

import (
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// Subject is the verdict on a plan as the subject of an e-mail: whether it is blocked,
// how many accounts would change, and who loses access. Nothing in it can end the line.
func Subject(p plan.Plan) string {
	r := newReview(&p)
	if len(p.Actions) == 0 && !r.blocked() {
		return subject(p.Domain, "no account would change")
	}
	words := visible(countOf(r.changed(), "account", "accounts") + " would change" + r.newWords())
	if n := len(r.suspended); n == 1 {
		words += ", 1 loses access"
	} else if n > 1 {
		words += visible(", " + number(n) + " lose access")
	}
	doubtful := len(r.suspectedPart().Lines) > 0
	switch {
	case r.blocked() && doubtful:
		words = r.blockedBy() + ", looks like a wrong export: " + words
	case r.blocked():
		words = r.blockedBy() + ": " + words
	case doubtful:
		words = "LOOKS LIKE A WRONG EXPORT: " + words
	default:
		words += " — within every limit"
	}
	return subject(p.Domain, words)
}

// RecordSubject is what became of a plan as the subject of an e-mail.
func RecordSubject(record plan.Record) string {
	if record.From.IsZero() {
		return subject(record.Domain, "nothing of the plan has been applied")
	}
	words := number(record.Count()[plan.EndedDone]) + " done"
	if undone := undoneCounts(&record); undone != "" {
		words += ", " + undone
	}
	if record.Cut {
		words += "; the journal ends in half a line"
	}
	return subject(record.Domain, visible(words))
}

func subject(domain string, words visible) string {
	return strings.TrimSpace("staffsync "+string(shortened(clean(domain)))) + ": " + string(words)
}
