package source

import (
	"regexp"
	"slices"
	"strings"
)

// smallBeginning is a capital piece of a name whose beginning somebody typed small,
// as in McDONALD, DeSANTIS and d'ANGELO: that is no evidence that the rest was typed
// on purpose.
var smallBeginning = regexp.MustCompile(`^(Mc|Mac|De|Del|Di|Da|Du|Le|La|Van|Fitz|[dl][` + apostrophes + `])(\p{Lu}{2,})$`)

// beginnings are pieces and words that go before a name, besides the particles:
// their small letters are no evidence either, as in St. JOHN and El-AMIN.
var beginnings = []string{"mc", "mac", "fitz", "st", "ste", "le", "lo", "el", "al", "san"}

// minTypedSmall is how many letters a word in small letters has that is taken
// for a name and not for a particle that the lists lack.
const minTypedSmall = 4

// caseTypedWords cases the words of a name in mixed case that nobody typed so on
// purpose: words and pieces in capitals where no other one shows how the name is
// written, and longer words in small letters.
func caseTypedWords(words []string, last bool) {
	onPurpose := slices.ContainsFunc(words, func(word string) bool {
		return slices.ContainsFunc(pieces.FindAllString(word, -1), typedOnPurpose)
	})
	cased := slices.Clone(words)
	for i, word := range words {
		switch {
		case strings.ToLower(word) == word && (tooSmall(word) || particleAt(words, i, last)):
		case strings.ToLower(word) == word, !onPurpose && !mixedCase(word):
			cased[i] = keepDotted(word, caseWord(words, i, last))
		default:
			cased[i] = pieces.ReplaceAllStringFunc(word, func(piece string) string { return caseTypedPiece(piece, onPurpose, last) })
		}
	}
	copy(words, cased)
}

// caseTypedPiece cases a piece of a word in mixed case. A small one after a hyphen
// is on purpose where another piece is, as in Min-jung.
func caseTypedPiece(piece string, onPurpose, last bool) string {
	m := smallBeginning.FindStringSubmatch(piece)
	switch small := strings.ToLower(piece) == piece; {
	case m != nil:
		return m[1] + caseLetters(strings.ToLower(m[2]), last)
	case onPurpose, mixedCase(piece), small && tooSmall(piece):
		return piece
	}
	return keepDotted(piece, casePiece(strings.ToLower(piece), last))
}

// tooSmall tells whether every piece of the word is too short to be a name.
func tooSmall(word string) bool {
	return !slices.ContainsFunc(pieces.FindAllString(word, -1), func(piece string) bool { return len([]rune(piece)) >= minTypedSmall })
}

// typedOnPurpose tells whether the piece's mixed case says how the name is written,
// unlike that of a small beginning, a particle, or a suffix such as Jr.
func typedOnPurpose(piece string) bool {
	lower := strings.ToLower(piece)
	return mixedCase(piece) && !smallBeginning.MatchString(piece) && suffixes[lower] == "" &&
		!slices.Contains(slices.Concat(beginnings, leadingParticles, innerParticles), lower)
}
