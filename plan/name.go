package plan

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Name is a person's first and last name.
type Name struct{ Given, Family string }

// String is the name as people write it.
func (n Name) String() string { return strings.TrimSpace(n.Given + " " + n.Family) }

// Key is the name without letter case, accents, blanks and punctuation: two people
// with one key may be one person. It is empty for a name without a letter.
func (n Name) Key() string { return NameKey(n.String()) }

// NameKey is Name.Key of a name in one piece.
func NameKey(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKD.String(name))
}

// NameKeyAsked is NameKey of a name that a person wrote first name first, or as
// "Last, First".
func NameKeyAsked(text string) string {
	if last, first, ok := strings.Cut(text, ","); ok {
		text = first + " " + last
	}
	return NameKey(text)
}
