package render

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"
)

// code returns text as Markdown code spans: in them nothing is a mention, a
// link, an image, HTML or a reference. A backtick ends a span, a pipe ends a
// cell even within one, and renderers disagree about a backslash before
// either: those three come between spans, as entities.
func code(text visible) string {
	var out strings.Builder
	out.Grow(len(text) + 2)
	rest := string(text)
	for rest != "" {
		i := strings.IndexAny(rest, "`|\\")
		if i < 0 {
			writeSpan(&out, rest)
			break
		}
		writeSpan(&out, rest[:i])
		switch rest[i] {
		case '`':
			out.WriteString("&#96;")
		case '|':
			out.WriteString("&#124;")
		case '\\':
			out.WriteString("&#92;")
		}
		rest = rest[i+1:]
	}
	return out.String()
}

// writeSpan writes one code span. A space at both ends would be dropped, so
// those get another each (https://spec.commonmark.org/0.31.2/#code-spans).
func writeSpan(out *strings.Builder, text string) {
	if text == "" {
		return
	}
	padding := ""
	if text[0] == ' ' && text[len(text)-1] == ' ' && strings.Trim(text, " ") != "" {
		padding = " "
	}
	out.WriteByte('`')
	out.WriteString(padding)
	out.WriteString(text)
	out.WriteString(padding)
	out.WriteByte('`')
}

// prose returns text as Markdown in which ordinary words stay as they are and
// everything that Markdown, or a site that shows it, might make something of
// becomes code.
func prose(text visible) string { return proseWith(code, text) }

// summary returns text for within an HTML tag of Markdown, in which Markdown is
// not looked for but mentions are.
func summary(text visible) string {
	return proseWith(func(text visible) string {
		if text == "" {
			return ""
		}
		return "<code>" + markdownless.Replace(html.EscapeString(string(text))) + "</code>"
	}, text)
}

// markdownless replaces what Markdown ends a span, a cell or an escape with.
var markdownless = strings.NewReplacer("`", "&#96;", "|", "&#124;", `\`, "&#92;")

func proseWith(code func(visible) string, text visible) string {
	var out strings.Builder
	out.Grow(len(text) + 8)
	var run []string // words that become one code span
	flush := func() {
		out.WriteString(code(visible(strings.Join(run, " "))))
		run = run[:0]
	}
	first := true
	for word := range strings.SplitSeq(string(text), " ") {
		if !first && len(run) == 0 {
			out.WriteByte(' ')
		}
		first = false
		if ordinary(word) {
			if len(run) > 0 {
				flush()
				out.WriteByte(' ')
			}
			out.WriteString(word)
			continue
		}
		before, core, after := punctuation(word)
		if before != "" && len(run) > 0 {
			flush()
			out.WriteByte(' ')
		}
		out.WriteString(before)
		run = append(run, core)
		if after != "" {
			flush()
			out.WriteString(after)
		}
	}
	flush()
	return out.String()
}

// punctuation splits a word from the harmless punctuation around it. A word
// that is nothing else is not split.
func punctuation(word string) (before, core, after string) {
	rest := strings.TrimLeft(word, opening)
	core = strings.TrimRight(rest, closing)
	if core == "" {
		return "", word, ""
	}
	return word[:len(word)-len(rest)], core, rest[len(core):]
}

// Punctuation that means nothing to Markdown before a word and after one.
const (
	opening = `("`
	closing = `.,:;?!)"`
)

// shortestReference is the least number of hexadecimal digits that sites take
// for the name of a commit.
const shortestReference = 7

// ordinary tells whether a word means nothing to Markdown wherever it is
// within a line: letters and digits, joined by hyphens, apostrophes and
// slashes before a letter, with punctuation around them.
func ordinary(word string) bool {
	if word == "" || word == strings.TrimSpace(partSeparator) || word == strings.TrimSpace(arrowSeparator) {
		return true
	}
	_, core, _ := punctuation(strings.TrimPrefix(word, "…"))
	hexDigits, digits := 0, 0
	for i, r := range core {
		switch {
		case unicode.IsDigit(r):
			digits++
			fallthrough
		case unicode.IsLetter(r), unicode.IsMark(r):
			if unicode.Is(unicode.ASCII_Hex_Digit, r) {
				hexDigits++
			}
		case r == '%' && i == len(core)-1 && i > 0:
		case r == ',' && i > 0 && i < len(core)-1 && isDigit(core[i-1]) && isDigit(core[i+1]):
		case r == '-' || r == '\'' || r == '/' || r == '’':
			next, _ := utf8.DecodeRuneInString(core[i+utf8.RuneLen(r):])
			if i == 0 && r != '/' || !unicode.IsLetter(next) {
				return false
			}
		default:
			return false
		}
	}
	return digits == 0 || hexDigits < shortestReference || hexDigits < utf8.RuneCountInString(core)
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }
