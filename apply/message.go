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

// noteOn returns a note on a field, or on what is named instead of one.
func noteOn(name string, status Status, format string, arguments ...any) Note {
	return Note{Part: PartField, Name: name, Status: status, Message: name + ": " + fmt.Sprintf(format, arguments...)}
}

// sentences joins what the notes of that status report.
func sentences(notes []Note, status Status) string {
	var texts []string
	for _, note := range notes {
		if note.Status == status {
			texts = append(texts, note.Message)
		}
	}
	return strings.Join(texts, "; ")
}
