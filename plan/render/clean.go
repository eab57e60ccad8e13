package render

import (
	"fmt"

	"github.com/staffsync/staffsync/plan"
)

// visible is text in which every character can be seen: a constant of this
// package, or what clean returned. It is a type of its own so that text from
// outside cannot get into a report by mistake.
type visible string

func clean(s string) visible { return visible(plan.Visible(s)) }

// cleanf formats text of our own around values from outside.
func cleanf(format string, arguments ...any) visible {
	return clean(fmt.Sprintf(format, arguments...))
}
