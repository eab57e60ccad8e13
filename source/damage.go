package source

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/encoding/charmap"

	"github.com/staffsync/staffsync/plan"
)

// damage says with its place why a cell's text is not the value that somebody
// typed, empty when it may be.
func (a *assembly) damage(table Table, row Row, column int) string {
	return a.damageOf(table, row, column, false)
}

// damageOf is the damage that does not repeat the text where it is sensitive.
func (a *assembly) damageOf(table Table, row Row, column int, sensitive bool) string {
	text := row.cell(column)
	value := func(shown string) string {
		if sensitive {
			return "the value"
		}
		return "the value " + shown
	}
	problem := ""
	switch {
	case nullText(text) || strings.EqualFold(text, "null") && !a.casedAs(table, column, text):
		problem = fmt.Sprintf("the text %s stands for no value", text)
	case strings.ContainsFunc(text, unseen):
		problem = value(plan.Visible(text)) + " holds a sign that cannot be seen"
	case strings.ContainsRune(text, unicode.ReplacementChar):
		problem = value(text) + " holds a sign that got lost"
	default:
		return ""
	}
	return table.where(row, table.Columns[column]) + ": " + problem
}

// damagedName is the damage of a name, which shows a wrong character set too.
func (a *assembly) damagedName(table Table, row Row, column int) string {
	if damage := a.damage(table, row, column); damage != "" {
		return damage
	}
	name := row.cell(column)
	if name == "" || !wronglyDecoded(row.Cells[column]) { // the last sign may be a space
		return ""
	}
	return fmt.Sprintf("%s: the name %s was read in the wrong character set", table.where(row, table.Columns[column]), name)
}

// nullText tells whether the text is what programs write for NULL, and nobody's
// name.
func nullText(text string) bool {
	return slices.Contains([]string{"(null)", "<null>", "[null]", `\n`}, strings.ToLower(text))
}

// casedAs tells whether every other value of the column is in the letter case
// of the text, so that NULL among capitals may well be somebody's name.
func (a *assembly) casedAs(table Table, column int, text string) bool {
	change := strings.ToUpper
	if text == strings.ToLower(text) {
		change = strings.ToLower
	} else if text != strings.ToUpper(text) {
		return true // Null, as somebody typed it
	}
	key := fmt.Sprint(table.Name, column, text)
	cased, known := a.cased[key]
	if !known {
		cased = allCased(table, column, text, change)
		a.cased[key] = cased
	}
	return cased
}

func allCased(table Table, column int, text string, change func(string) string) bool {
	letters := false
	for _, row := range table.Rows {
		value := row.cell(column)
		if value != change(value) {
			return false
		}
		letters = letters || value != text && strings.ContainsFunc(value, unicode.IsLetter)
	}
	return letters
}

// unseen tells whether the sign is none that a reader could see, or know from
// the space around it.
func unseen(r rune) bool {
	return !unicode.IsSpace(r) && r != unicode.ReplacementChar && plan.Visible(string(r)) != string(r)
}

// wronglyDecoded tells whether a name shows the typical marks of text that was
// read in another character set than it was written in: Ã followed by a sign
// (UTF-8 read as Windows-1252), √ and the signs for drawing boxes (UTF-8 read
// as Mac Roman or the console's), a question mark within a word.
func wronglyDecoded(name string) bool {
	signs := []rune(name)
	at := func(i int) rune {
		if i < 0 || i >= len(signs) {
			return ' '
		}
		return signs[i]
	}
	for i, r := range signs {
		switch r {
		case 'Ã', 'ã', 'Â', 'Ä', 'Å':
			if continues(at(i + 1)) {
				return true
			}
		case 'â', 'ï':
			if continues(at(i+1)) && continues(at(i+2)) {
				return true
			}
		case '?':
			if unicode.IsLetter(at(i-1)) && unicode.IsLetter(at(i+1)) {
				return true
			}
		case '√':
			return true
		}
		if r >= '\u2500' && r <= '\u259f' {
			return true
		}
	}
	return false
}

// continues tells whether Windows-1252 has the sign where UTF-8 has the second
// and later bytes of a letter.
func continues(r rune) bool {
	b, ok := charmap.Windows1252.EncodeRune(r)
	return ok && b >= 0x80 && b <= 0xbf
}
