package policy

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// text is a compiled template.
type text struct{ parts []piece }

// compileText compiles a template. Its errors have their place in the whole
// text.
func (l *language) compileText(template string) (*text, []*positioned) {
	pieces, wrong := splitTemplate(template)
	if wrong != nil {
		line, column := place(template, wrong.at)
		return nil, []*positioned{{line: line, column: column, err: wrong.err}}
	}
	var problems []*positioned
	for i, piece := range pieces {
		if piece.expression == "" {
			continue
		}
		compiled, wrong := l.value(piece.expression)
		problems = append(problems, piece.placed(template, wrong)...)
		pieces[i].compiled = compiled
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return &text{pieces}, nil
}

// placed moves errors in the piece's expression to their place in the template.
func (p piece) placed(template string, wrong []*positioned) []*positioned {
	line, column := place(template, p.start)
	for _, problem := range wrong {
		if problem.line == 1 {
			problem.column += column - 1
		}
		problem.line += line - 1
	}
	return wrong
}

// place returns the line and the character in it, both from 1, of a byte of
// the text.
func place(text string, at int) (line, column int) {
	before := text[:at]
	return strings.Count(before, "\n") + 1, utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
}

// literal returns the template's text when it has no expression.
func (t *text) literal() (string, bool) {
	var all strings.Builder
	for _, part := range t.parts {
		if part.expression != "" {
			return "", false
		}
		all.WriteString(part.literal)
	}
	return all.String(), true
}

// value returns the template's text for a person, without the space around
// it. Where full is set an expression without a value is an error.
func (t *text) value(who *activation, full bool) (string, error) {
	var all strings.Builder
	for _, part := range t.parts {
		if part.expression == "" {
			all.WriteString(part.literal)
			continue
		}
		value, err := part.compiled.string(who)
		if err != nil {
			return "", err
		}
		if full && strings.TrimSpace(value) == "" {
			return "", fmt.Errorf("%s is empty", part.compiled.text)
		}
		all.WriteString(value)
	}
	return strings.TrimSpace(all.String()), nil
}
