package source

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// firstName cases a first name for people. It does so twice: letters without a
// capital, such as ʰ, can leave a name in small letters only, which then are cased.
func firstName(name string) string { return casedName(casedName(name, false), false) }

// lastName cases a last name for people.
func lastName(name string) string { return casedName(casedName(name, true), true) }

// casedName puts single spaces between a name's words and, when the name is
// all in capitals or all in lower case, cases it as people write it. A name
// in mixed case is how somebody typed it on purpose, and stays.
func casedName(name string, last bool) string {
	name = strings.Join(strings.Fields(name), " ")
	words := strings.Fields(name)
	if mixedCase(name) {
		caseTypedWords(words, last)
		return strings.Join(words, " ")
	}
	cased := make([]string, len(words))
	for i := range words {
		cased[i] = keepDotted(words[i], caseWord(words, i, last))
	}
	return strings.Join(cased, " ")
}

// keepDotted puts the Turkish capital İ back where casing, which knows its
// small letter i only, made it an I. Casing keeps the number of letters.
func keepDotted(typed, cased string) string {
	if !strings.Contains(typed, "İ") {
		return cased
	}
	from, to := []rune(typed), []rune(cased)
	for i := range min(len(from), len(to)) {
		if from[i] == 'İ' && to[i] == 'I' {
			to[i] = 'İ'
		}
	}
	return string(to)
}

// mixedCase tells whether s has both capitals and small letters. Letters
// that have no other case, such as ß and those of most scripts, say nothing.
func mixedCase(s string) bool {
	upper, lower := false, false
	for _, r := range s {
		switch {
		case unicode.IsTitle(r):
			return true
		case unicode.IsUpper(r):
			upper = true
		case unicode.IsLower(r) && unicode.ToLower(capital(r)) == r && capital(r) != r:
			lower = true
		}
	}
	return upper && lower
}

// capital returns the letter as the first one of a name: dz becomes Dz. A
// letter that would not turn back into itself, such as the Turkish ı, has no
// capital here.
func capital(r rune) rune {
	if c := unicode.ToTitle(r); unicode.ToLower(c) == r {
		return c
	}
	if unicode.IsUpper(r) || unicode.IsTitle(r) {
		return unicode.ToTitle(r)
	}
	return r
}

// caseWord cases the i-th of a name's words.
func caseWord(words []string, i int, last bool) string {
	word := strings.ToLower(words[i])
	bare := strings.TrimRight(word, ".,")
	switch {
	case i > 0 && suffixes[bare] != "":
		return suffixes[bare] + word[len(bare):]
	case particleAt(words, i, last):
		return word
	case !last && len(words) == 1 && initials(bare):
		return strings.ToUpper(word)
	}
	return pieces.ReplaceAllStringFunc(word, func(piece string) string { return casePiece(piece, last) })
}

// particleAt tells whether the i-th word is a particle such as de or van,
// which is written small. One that ends the name, such as the first name Van
// or the last name Do, is a name of its own. First names have particles only
// in their middle, as in Maria del Carmen.
func particleAt(words []string, i int, last bool) bool {
	if i == len(words)-1 {
		return false
	}
	word := strings.ToLower(words[i])
	if i == 0 {
		return last && slices.Contains(leadingParticles, word)
	}
	if !last {
		return slices.Contains(firstNameParticles, word)
	}
	return slices.Contains(leadingParticles, word) || slices.Contains(innerParticles, word)
}

// initials tells whether a first name of one word is a pair of initials: AJ
// and EJ, or two letters without a vowel, such as TJ.
func initials(word string) bool {
	if word == "aj" || word == "ej" || word == "oj" {
		return true
	}
	// Ng is a name, though it has no vowel.
	return len(word) == 2 && word != "ng" && strings.Trim(word, "bcdfghjklmnpqrstvwxz") == ""
}

// pieces are what is cased on its own in a word, between hyphens, periods and
// other signs: Smith-Jones, J.R., (Bob). They hold letters, accents of their own,
// digits, apostrophes, and invisible signs such as a joiner.
var pieces = regexp.MustCompile(`[\p{L}\p{M}\p{Nd}\p{Cf}` + apostrophes + `]+`)

// apostrophes are the signs that people type for an apostrophe.
const apostrophes = "'’‘ʼʻ`´"

func isApostrophe(r rune) bool { return strings.ContainsRune(apostrophes, r) }

// casePiece cases letters and apostrophes.
func casePiece(piece string, last bool) string {
	at := strings.IndexFunc(piece, isApostrophe)
	if at < 0 {
		return caseLetters(piece, last)
	}
	head, rest := piece[:at], []rune(piece[at:])
	tail := string(rest[1:])
	if head == "" && len(rest) == 2 && last {
		return piece // 't Hooft
	}
	return caseLetters(head, last) + string(rest[0]) + caseAfterApostrophe(head, tail, last)
}

// caseAfterApostrophe cases what follows an apostrophe: a name of its own in
// O'Brien and De'Andre, a syllable in Te'o and Fa'asavalu, an s in John's.
func caseAfterApostrophe(head, tail string, last bool) string {
	if len([]rune(strings.TrimFunc(tail, isApostrophe))) < 2 {
		return tail
	}
	elided := len([]rune(head)) == 1 || slices.Contains(elidedParticles, head)
	if elided || head == "" || !last && len([]rune(head)) <= 3 {
		return casePiece(tail, last)
	}
	return tail
}

// caseLetters cases a run of letters: a capital, small letters, and a second
// capital after Mc and, in the last names where it is usual, Mac.
func caseLetters(word string, last bool) string {
	if rest, ok := strings.CutPrefix(word, "mc"); ok && len(rest) > 1 {
		return "Mc" + capitalize(rest)
	}
	if last && slices.Contains(macNames, word) {
		return "Mac" + capitalize(word[len("mac"):])
	}
	return capitalize(word)
}

// capitalize gives the word's first letter a capital. After a digit there is
// none: 3rd.
func capitalize(word string) string {
	runes := []rune(word)
	for i, r := range runes {
		if unicode.IsDigit(r) {
			break
		}
		if unicode.IsLetter(r) {
			runes[i] = capital(r)
			break
		}
	}
	if end := len(runes) - 1; end > 0 && runes[end] == 'σ' {
		runes[end] = 'ς' // at the end of a word
	}
	return string(runes)
}
