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

// LikeKeys are keys of which two names that may be one person's share at least
// one: the first given name, or all of them as one word, with each family name,
// or all of them. So second names, hyphens and accents do not tell people apart.
func (n Name) LikeKeys() []string {
	var keys []string
	given := nameWords(n.Given)
	for _, family := range n.FamilyKeys() {
		for i, word := range []string{NameKey(n.Given), first(given)} {
			if key := word + " " + family; word != "" && (i == 0 || key != keys[len(keys)-1]) {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// FamilyKeys are keys of which two last names that agree share at least one: each
// word of it that is not a particle, and all of them as one.
func (n Name) FamilyKeys() []string {
	whole := NameKey(n.Family)
	if whole == "" {
		return nil
	}
	keys := []string{whole}
	for _, word := range nameWords(n.Family) {
		if word != whole && !particles[word] {
			keys = append(keys, word)
		}
	}
	return keys
}

// particles are parts of last names that many share.
var particles = map[string]bool{
	"al": true, "bin": true, "da": true, "de": true, "del": true, "den": true, "der": true, "di": true, "do": true, "dos": true,
	"du": true, "el": true, "ii": true, "iii": true, "iv": true, "jr": true, "la": true, "las": true, "le": true, "los": true,
	"san": true, "sr": true, "st": true, "van": true, "von": true, "y": true,
}

// nameWords are the words of a name, without letter case, accents and punctuation.
func nameWords(name string) []string {
	var words []string
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) }) {
		if key := NameKey(word); key != "" {
			words = append(words, key)
		}
	}
	return words
}

func first(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return words[0]
}
