package source

import (
	"slices"
	"strings"
	"unicode"
)

// buildingName puts single spaces between a school name's words and, when it
// is all in capitals or all in lower case, cases it as people write it. Mixed
// case stays as typed.
func buildingName(name string) string {
	name = strings.Join(strings.Fields(name), " ")
	if mixedCase(name) {
		return name
	}
	words := strings.Fields(name)
	for i, word := range words {
		words[i] = keepDotted(word, buildingWord(strings.ToLower(word), i == 0))
	}
	return strings.Join(words, " ")
}

func buildingWord(word string, first bool) string {
	if !first && slices.Contains(smallWords, word) {
		return word
	}
	return pieces.ReplaceAllStringFunc(word, buildingPiece)
}

func buildingPiece(piece string) string {
	switch {
	case slices.Contains(buildingAbbreviations, piece):
		return strings.ToUpper(piece)
	case strings.ContainsFunc(piece, unicode.IsDigit) && !ordinal(piece):
		return strings.Map(capital, piece) // D118, PS118
	}
	return casePiece(piece, true)
}

// ordinal tells whether the word is a number such as 3rd or 21st.
func ordinal(word string) bool {
	digits := strings.TrimRightFunc(word, unicode.IsLetter)
	ending := word[len(digits):]
	return digits != "" && strings.TrimFunc(digits, unicode.IsDigit) == "" &&
		(ending == "st" || ending == "nd" || ending == "rd" || ending == "th")
}

// smallWords are written small within a school's name: School of the Arts.
var smallWords = []string{"of", "the", "and", "at", "for", "in", "on", "de", "del", "la", "las", "los"}

// buildingAbbreviations stay in capitals: generations and parts of a school
// (Washington II, K-8), kinds of schools and programs, and PowerSchool
// districts' DNU ("do not use"). The abbreviation MS is left out, since it is
// no rarer as Ms.
var buildingAbbreviations = []string{
	"ii", "iii", "iv",
	"pk", "ec", "ecc", "eclc", "jk", "tk",
	"hs", "jhs", "jshs", "ib", "ap", "ctc", "cte", "cusd", "chsd", "usd", "isd",
	"stem", "steam", "esl", "ell", "esy", "rotc", "ymca", "ywca", "dnu", "mlk", "jfk", "ged", "usa",
}
