package plan

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Visible returns s with every character that shows nothing, or that changes
// how others are shown, written as an escape such as \x1b or \u202e: control
// characters, line ends, bidirectional and other format characters, spaces
// other than the ordinary one, unassigned and private characters, and bytes
// that are not UTF-8. All other text is returned as it is, letters of any
// script and combining marks included.
func Visible(s string) string {
	first := firstHidden(s)
	if first < 0 {
		return s
	}
	var out strings.Builder
	out.Grow(len(s) + 8)
	out.WriteString(s[:first])
	for i := first; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&out, `\x%02x`, s[i])
		case hidden(r):
			writeEscape(&out, r)
		default:
			out.WriteRune(r)
		}
		i += size
	}
	return out.String()
}

// firstHidden returns the index of the first character that Visible escapes,
// -1 when there is none.
func firstHidden(s string) int {
	for i, r := range s {
		if r >= ' ' && r <= '~' {
			continue
		}
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return i
			}
		}
		if hidden(r) {
			return i
		}
	}
	return -1
}

func writeEscape(out *strings.Builder, r rune) {
	switch {
	case r == '\n':
		out.WriteString(`\n`)
	case r == '\r':
		out.WriteString(`\r`)
	case r == '\t':
		out.WriteString(`\t`)
	case r <= unicode.MaxASCII:
		fmt.Fprintf(out, `\x%02x`, r)
	case r <= 0xFFFF:
		fmt.Fprintf(out, `\u%04x`, r)
	default:
		fmt.Fprintf(out, `\U%08x`, r)
	}
}

// brailleBlank looks like a space but is classed as a symbol.
const brailleBlank = '\u2800'

// hidden tells whether a reader could not see the character for what it is.
// unicode.IsPrint accepts letters, marks, numbers, punctuation, symbols and
// the ordinary space; among those are a few that show nothing all the same
// (Default_Ignorable_Code_Point in the Unicode Character Database).
func hidden(r rune) bool {
	return !unicode.IsPrint(r) ||
		unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) ||
		r == brailleBlank
}
