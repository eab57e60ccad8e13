package plan

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Mistake is what is wrong at one place of a YAML file.
type Mistake struct {
	// Line and Column count from 1.
	Line, Column int
	Text         string
}

// Error names the line and the problem.
func (m *Mistake) Error() string { return fmt.Sprintf("line %d: %s", m.Line, m.Text) }

// mistakeAt returns a mistake at the place of a node.
func mistakeAt(node *yaml.Node, format string, arguments ...any) *Mistake {
	return &Mistake{node.Line, node.Column, fmt.Sprintf(format, arguments...)}
}

// Mistakes are what is wrong with one YAML file.
type Mistakes []*Mistake

// maxMistakes is how many mistakes are reported at once.
const maxMistakes = 20

// Error names the mistakes in the order of their places, in one line.
func (m Mistakes) Error() string { return strings.Join(m.inWords((*Mistake).Error), "; ") }

// In returns the mistakes as an error with a line for each, which begins with
// the file and the place as editors understand them: staffsync.yaml:12:3.
func (m Mistakes) In(file string) error {
	return errors.New(strings.Join(m.inWords(func(found *Mistake) string {
		return fmt.Sprintf("%s:%d:%d: %s", file, found.Line, found.Column, found.Text)
	}), "\n"))
}

func (m Mistakes) inWords(say func(*Mistake) string) []string {
	inOrder := slices.SortedStableFunc(slices.Values(m), func(a, b *Mistake) int {
		return cmp.Or(a.Line-b.Line, a.Column-b.Column)
	})
	var words []string
	for i, found := range inOrder {
		if i == maxMistakes {
			return append(words, fmt.Sprintf("and %d more", len(m)-i))
		}
		words = append(words, say(found))
	}
	return words
}

// mistakesOf are the mistakes in an error of the YAML library's about values
// that do not fit.
func mistakesOf(err error) Mistakes {
	var several *yaml.LoadErrors
	var one *yaml.LoadError
	switch {
	case errors.As(err, &several):
		var all Mistakes
		for _, each := range several.Errors {
			all = append(all, mistakesOf(each)...)
		}
		return all
	case errors.As(err, &one):
		var ours *Mistake
		var several Mistakes
		switch {
		case errors.As(one.Unwrap(), &ours):
			return Mistakes{ours}
		case errors.As(one.Unwrap(), &several):
			return several
		}
		return Mistakes{{one.Mark.Line, one.Mark.Column, one.Message}}
	}
	return Mistakes{{1, 1, err.Error()}}
}
