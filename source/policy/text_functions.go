package policy

import (
	"fmt"
	"strings"
	"unicode"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"golang.org/x/text/unicode/norm"
)

// textFunctions are the functions on text that rules know besides CEL's own:
// lower(text), ascii(text), initials(text) and text.first(count).
func textFunctions() []cel.EnvOption {
	return []cel.EnvOption{
		onText("lower", func(text string) (string, error) { return strings.ToLower(text), nil }),
		onText("ascii", foldToASCII),
		onText("initials", func(text string) (string, error) { return initials(text), nil }),
		cel.Function("first", cel.MemberOverload("string_first_int", []*cel.Type{cel.StringType, cel.IntType}, cel.StringType,
			cel.BinaryBinding(func(left, right ref.Val) ref.Val {
				text, isText := left.(types.String)
				count, isCount := right.(types.Int)
				switch {
				case !isText || !isCount:
					return types.MaybeNoSuchOverloadErr(left)
				case count < 0:
					return types.NewErr("first takes a number from 0 on, not %d", count)
				}
				return types.String(firstCharacters(string(text), int64(count)))
			}))),
	}
}

// onText is a function of the name that makes one text of another.
func onText(name string, do func(string) (string, error)) cel.EnvOption {
	return cel.Function(name, cel.Overload(name+"_string", []*cel.Type{cel.StringType}, cel.StringType,
		cel.UnaryBinding(func(v ref.Val) ref.Val {
			text, ok := v.(types.String)
			if !ok {
				return types.MaybeNoSuchOverloadErr(v)
			}
			made, err := do(string(text))
			if err != nil {
				return types.WrapErr(err)
			}
			return types.String(made)
		})))
}

// asciiLetters are what stands for letters that are no ASCII letter with an accent.
var asciiLetters = map[rune]string{
	'ß': "ss", 'ẞ': "SS", 'æ': "ae", 'Æ': "AE", 'œ': "oe", 'Œ': "OE", 'ø': "o", 'Ø': "O",
	'đ': "d", 'Đ': "D", 'ð': "d", 'Ð': "D", 'þ': "th", 'Þ': "TH", 'ł': "l", 'Ł': "L",
	'ħ': "h", 'Ħ': "H", 'ŧ': "t", 'Ŧ': "T", 'ı': "i", 'ŋ': "n", 'Ŋ': "N", 'ə': "e", 'Ə': "E",
}

// foldToASCII returns the letters and digits of the text as ASCII, without accents,
// blanks and punctuation. A character of another script, for which no ASCII letter
// stands, is an error.
func foldToASCII(text string) (string, error) {
	var folded strings.Builder
	for _, r := range norm.NFKD.String(text) {
		switch {
		case r <= unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			folded.WriteRune(r)
		case asciiLetters[r] != "":
			folded.WriteString(asciiLetters[r])
		case unicode.IsSpace(r), unicode.In(r, unicode.P, unicode.M, unicode.Lm, unicode.Sk, unicode.Cf):
		default:
			return "", fmt.Errorf("no ASCII letter stands for the character %q (U+%04X) of %q", r, r, text)
		}
	}
	return folded.String(), nil
}

// initials returns the first letter, or digit, of each word; hyphens part words as
// blanks do.
func initials(text string) string {
	var letters strings.Builder
	for _, word := range strings.FieldsFunc(norm.NFC.String(text), func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) }) {
		for _, r := range word {
			if unicode.IsLetter(r) && !unicode.Is(unicode.Lm, r) || unicode.IsDigit(r) {
				letters.WriteRune(r)
				break
			}
		}
	}
	return letters.String()
}

// firstCharacters returns the first characters of the text, all where there are
// fewer.
func firstCharacters(text string, count int64) string {
	text = norm.NFC.String(text)
	for at := range text {
		if count == 0 {
			return text[:at]
		}
		count--
	}
	return text
}
