package source

import (
	"regexp"
	"slices"
	"strings"
)

// smallBeginning is a capital word whose beginning somebody typed small, as in
// McDONALD and DeSANTIS: that is no evidence that the rest was typed on purpose.
var smallBeginning = regexp.MustCompile(`^(Mc|Mac|De|Del|Di|Da|Du|Le|La|Van|O|D)(\p{Lu}{2,})$`)

// minTypedSmall is how many letters a word in small letters has that is taken
// for a name and not for a particle that the lists lack.
const minTypedSmall = 4

// caseTypedWords cases the words of a name in mixed case that nobody typed so on
// purpose: those in capitals where no other word shows how it is written, and
// longer ones in small letters.
func caseTypedWords(words []string, last bool) {
	onPurpose := slices.ContainsFunc(words, func(word string) bool { return mixedCase(word) && !incidental(word) })
	cased := make([]string, len(words))
	for i, word := range words {
		cased[i] = word
		m := smallBeginning.FindStringSubmatch(word)
		switch small := strings.ToLower(word) == word; {
		case m != nil:
			cased[i] = m[1] + caseLetters(strings.ToLower(m[2]), last)
		case small && len([]rune(word)) >= minTypedSmall && !particleAt(words, i, last),
			!small && !onPurpose && !mixedCase(word):
			cased[i] = keepDotted(word, caseWord(words, i, last))
		}
	}
	copy(words, cased)
}

// incidental tells whether the word's mixed case says nothing of how the name is
// written: a small beginning, or a suffix such as Jr.
func incidental(word string) bool {
	return smallBeginning.MatchString(word) || suffixes[strings.ToLower(strings.TrimRight(word, ".,"))] != ""
}
