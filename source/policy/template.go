package policy

import (
	"errors"
	"strings"
)

// piece is a part of a template: literal text, or an expression whose value takes
// its place.
type piece struct {
	literal    string
	expression string // empty in literal text
	// start is where the expression begins in the text, in bytes.
	start    int
	compiled *expression
}

// templateError is an error at a byte of a template's text.
type templateError struct {
	at  int
	err error
}

// splitTemplate splits a text into literals and the expressions between ${
// and }. Braces and strings within an expression are its own; $${ stands for
// a literal ${.
func splitTemplate(text string) ([]piece, *templateError) {
	var pieces []piece
	var literal strings.Builder
	for i := 0; i < len(text); {
		switch {
		case strings.HasPrefix(text[i:], "$${"):
			literal.WriteString("${")
			i += len("$${")
		case strings.HasPrefix(text[i:], "${"):
			start := i + len("${")
			length, ok := expressionLength(text[start:])
			if !ok {
				return nil, &templateError{i, errors.New(`this ${ has no closing }; write $${ for a literal ${`)}
			}
			if strings.TrimSpace(text[start:start+length]) == "" {
				return nil, &templateError{i, errors.New("there is no expression between ${ and }")}
			}
			if literal.Len() > 0 {
				pieces = append(pieces, piece{literal: literal.String()})
				literal.Reset()
			}
			pieces = append(pieces, piece{expression: text[start : start+length], start: start})
			i = start + length + len("}")
		default:
			literal.WriteByte(text[i])
			i++
		}
	}
	if literal.Len() > 0 {
		pieces = append(pieces, piece{literal: literal.String()})
	}
	return pieces, nil
}

// expressionLength returns the length of the CEL expression at the beginning
// of text, which a closing brace of nobody else's ends.
func expressionLength(text string) (int, bool) {
	depth := 0
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '"' || c == '\'':
			length, ok := stringLength(text[i:], rawBefore(text[:i]))
			if !ok {
				return 0, false
			}
			i += length
			continue
		case strings.HasPrefix(text[i:], "//"):
			end := strings.IndexByte(text[i:], '\n')
			if end < 0 {
				return 0, false
			}
			i += end
		case c == '{':
			depth++
		case c == '}' && depth == 0:
			return i, true
		case c == '}':
			depth--
		}
		i++
	}
	return 0, false
}

// rawBefore tells whether a string literal that begins after before is a raw
// one, in which a backslash escapes nothing: r"…", also as bytes, br"…".
func rawBefore(before string) bool {
	trimmed := strings.TrimRight(before, "rRbB")
	prefix := before[len(trimmed):]
	if trimmed != "" && isNameByte(trimmed[len(trimmed)-1]) {
		return false
	}
	return len(prefix) <= 2 && strings.ContainsAny(prefix, "rR")
}

func isNameByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

// stringLength returns the length of the CEL string literal, single- or
// triple-quoted, at the beginning of text.
func stringLength(text string, raw bool) (int, bool) {
	quote := text[:1]
	if triple := strings.Repeat(quote, 3); strings.HasPrefix(text, triple) {
		quote = triple
	}
	for i := len(quote); i < len(text); {
		switch {
		case strings.HasPrefix(text[i:], quote):
			return i + len(quote), true
		case text[i] == '\\' && !raw:
			i += 2
		default:
			i++
		}
	}
	return 0, false
}
