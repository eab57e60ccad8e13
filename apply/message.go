package apply

import (
	"fmt"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// words says what a value is.
func words(v plan.Value) string {
	if v.Absent() {
		return "empty"
	}
	return v.String()
}

func allWords(values []plan.Value) string {
	texts := make([]string, 0, len(values))
	for _, v := range values {
		texts = append(texts, words(v))
	}
	return strings.Join(texts, " or ")
}

// sentence says in words what a note reports.
func (n Note) sentence() string {
	switch {
	case n.Status == Drifted && n.Message == "":
		return fmt.Sprintf("%s is %s, and the plan expects %s", n.Name, words(n.Found), allWords(n.Expected))
	case n.Part == PartAlias:
		return fmt.Sprintf("release of the alias %s: %s", n.Name, n.Message)
	case n.Part == PartGroup:
		return fmt.Sprintf("leaving %s: %s", n.Name, n.Message)
	}
	return fmt.Sprintf("%s: %s", n.Name, n.Message)
}

// sentences joins what the notes of that status report.
func sentences(notes []Note, status Status) string {
	var texts []string
	for _, note := range notes {
		if note.Status == status {
			texts = append(texts, note.sentence())
		}
	}
	return strings.Join(texts, "; ")
}
