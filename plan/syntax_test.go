package plan_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/staffsync/staffsync/plan"
)

// syntaxMistakes are mistakes that people make, each with the place where it was
// made, which is often not where the library noticed.
func syntaxMistakes() map[string]string {
	return map[string]string{
		// Tabs.
		"a: b\n\tc: d\n":           "2:1: a tab; indent with blanks",
		"a:\n\tb: c\n":             "2:1: a tab; indent with blanks",
		"a:\n  b: c\n  \td: e\n":   "3:3: a tab; indent with blanks",
		"x: |\n\ttab\n":            "2:1: a tab; indent with blanks",
		"x: a\n\t\n# c\n\ty: 1\n":  "4:1: a tab; indent with blanks",
		"a:\r\n\tb: c\r\nd: e\r\n": "2:1: a tab; indent with blanks",
		// A blank that is missing after a colon.
		"a: 1\nb:2\nc: 3\n":       "2:2: a blank is missing after the colon of b",
		"b:2\nc: 3\n":             "1:2: a blank is missing after the colon of b",
		"a: 1\nb:2\n":             "2:2: a blank is missing after the colon of b",
		"a:\n  b:2\n  c: 1\n":     "2:4: a blank is missing after the colon of b",
		"a:\n  - b:2\n    c: 1\n": "2:6: a blank is missing after the colon of b",
		// Quotation marks.
		"a: 1\nb: \"x\nc: 3\n":                   "2:4: the quotation mark that begins here is not closed",
		"a: 'x\nc: 3\n":                          "1:4: the quotation mark that begins here is not closed",
		"a: 'x\nc: 'y'\n":                        "1:4: the quotation mark that begins here is not closed",
		"z: 1\nx: {a: \"b}\nc: d\n":              "2:8: the quotation mark that begins here is not closed",
		"a: 1\nb: 'it's'\n":                      `2:8: text after the closing quotation mark; put the whole value in quotation marks, and double a ' within '…' or write \" within "…"`,
		"x: \"a\" b\n":                           `1:8: text after the closing quotation mark; put the whole value in quotation marks, and double a ' within '…' or write \" within "…"`,
		"z: 1\nwhen: \"a\" in b.c\n":             `2:11: text after the closing quotation mark; put the whole value in quotation marks, and double a ' within '…' or write \" within "…"`,
		"z: 1\na: \"C:\\dir\"\n":                 `2:7: a backslash in double quotation marks must be doubled (\\), or the text put in single ones ('…')`,
		"- {w: a == \"x\"}\n- {w: 'a' == 'b'}\n": "2:11: a comma or the closing bracket is missing before this; a text with a comma, a bracket or a quotation mark in it must be in quotation marks",
		// Values that need quotation marks.
		"a: b: c\n":                   "1:5: the value of a holds a colon and a blank; put it in quotation marks",
		"x: 1\na:\n  - b: c: d\n":     "3:9: the value of b holds a colon and a blank; put it in quotation marks",
		"a: ${x ? \"a: b\" : 1}\n":    "1:12: the value of a holds a colon and a blank; put it in quotation marks",
		"x: 1\na: @x\n":               "2:4: a text that begins with @ must be in quotation marks",
		"a: `x`\n":                    "1:4: a text that begins with ` must be in quotation marks",
		"a: %x\n":                     "1:4: a text that begins with % must be in quotation marks",
		"x: 1\na: *x\n":               "2:4: a text that begins with * must be in quotation marks",
		"x: ? a\n":                    "1:4: a text that begins with ? must be in quotation marks",
		"x: 1\na: |x\n":               "2:4: a text that begins with | must be in quotation marks",
		"a: !has(x.y) || b\n":         "1:14: a text that begins with ! must be in quotation marks",
		"a: {b: x in [1, 2], c: d}\n": "1:13: a comma or the closing bracket is missing before this; a text with a comma, a bracket or a quotation mark in it must be in quotation marks",
		// Lines without a colon, and lists.
		"a\nb: 1\n":       "1:1: the line has no colon; write KEY: VALUE, or begin the entry of a list with a dash and a blank",
		"a: 1\nb\nc: 2\n": "2:1: the line has no colon; write KEY: VALUE, or begin the entry of a list with a dash and a blank",
		"x: - a\n":        "1:4: a list begins on a line of its own, below its key",
		// Indentation.
		"a:\n  b: 1\n c: 2\n":           "3:2: wrong indentation: it begins in column 2, and no line above that it belongs with does",
		"x: 1\na:\n  b: 1\n   c: 2\n":   "4:4: wrong indentation: the line is below b in line 3, which has a value already",
		"a: 1\n\n# note\n  b: 2\n":      "4:3: wrong indentation: the line is below a in line 1, which has a value already",
		"  a: 1\nb: 2\n":                "2:1: wrong indentation: it begins in column 1, and no line above that it belongs with does",
		"x:\n  - a\n - b\n":             "3:2: wrong indentation: it begins in column 2, and no line above that it belongs with does",
		"a:\n  - {x: y}\n   - {z: b}\n": "3:4: wrong indentation: it begins in column 4, and no line above that it belongs with does",
		"x:\n  - a\n  b: c\n":           "3:3: a key among the entries of the list that begins in line 2",
		"x:\n  a: b\n  - c\n":           "3:3: an entry of a list among keys; begin the list below its own key",
		"x: >-\n  a\n\n b: 1\n":         "4:2: wrong indentation: it begins in column 2, and no line above that it belongs with does",
		// Brackets.
		"x: 1\na: [1, 2\nb: 3\n":     "2:4: the bracket that begins here is not closed",
		"a: {b: 1\nc: 2\n":           "1:4: the bracket that begins here is not closed",
		"a: {\n  b: 1\n  c: 2\n}\n":  "3:3: a comma is missing before this line",
		"version: 1\nactions: [\n":   "2:10: the file ends here, and a bracket is not closed",
		"a: [b]]\n":                  "1:7: nothing is open that this ] closes",
		"x: a\n}\n":                  "2:1: nothing is open that this } closes",
		"z: 1\nx: {a: 5%, b: 2%}}\n": "2:18: nothing is open that this } closes",
		// Signs that no text holds.
		"a: 1\nb: x\x01\n": "2:5: a control character, which no text file holds; delete it",
	}
}

func TestSyntaxMistakesHaveTheirTruePlaceAndWords(t *testing.T) {
	for text, want := range syntaxMistakes() {
		_, err := plan.ReadDocument([]byte(text), plan.ConfigFile)
		mistakes, ok := err.(plan.Mistakes)
		if !ok {
			t.Errorf("%q: got %v", text, err)
			continue
		}
		if got := strings.TrimPrefix(mistakes.In("").Error(), ":"); got != want {
			t.Errorf("%q:\n got %s\nwant %s", text, got, want)
		}
	}
}

// Whatever is wrong with a file, its place is in the file.
func FuzzReadDocument(f *testing.F) {
	for text := range syntaxMistakes() {
		f.Add([]byte(text))
	}
	f.Add([]byte("   #:\r }   :\\   k'd"))
	f.Add([]byte("}:\n  - {x:"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := plan.ReadDocument(data, plan.ConfigFile)
		var mistakes plan.Mistakes
		if !errors.As(err, &mistakes) {
			return
		}
		for _, found := range mistakes {
			if last := len(data) + 2; found.Line < 1 || found.Line > last || found.Column < 1 || found.Text == "" {
				t.Errorf("%q: %+v", data, found)
			}
		}
	})
}
