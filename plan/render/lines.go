package render

import (
	"bufio"
	"strings"
	"unicode"

	"github.com/fatih/color"
	"golang.org/x/text/width"
)

// lines writes text in columns. Errors are kept by the bufio.Writer until it
// is flushed.
type lines struct {
	out   *bufio.Writer
	limit int // columns to a line, 0 for no limit
	at    int // columns written on this line
}

const blanks = "                                                                "

// pad writes spaces up to the column.
func (l *lines) pad(column int) {
	for l.at < column {
		n := min(column-l.at, len(blanks))
		l.out.WriteString(blanks[:n])
		l.at += n
	}
}

// put writes text in a style, nil for none.
func (l *lines) put(style *color.Color, text visible) {
	if text == "" {
		return
	}
	l.at += columns(text)
	if style == nil {
		l.out.WriteString(string(text))
		return
	}
	l.out.WriteString(style.Sprint(string(text)))
}

// end ends the line.
func (l *lines) end() {
	l.out.WriteByte('\n')
	l.at = 0
}

// endIfBegun ends the line where anything is on it.
func (l *lines) endIfBegun() {
	if l.at > 0 {
		l.end()
	}
}

// wrap writes words and breaks the line before one that goes over the limit;
// the next line begins at the column.
func (l *lines) wrap(style *color.Color, text visible, column int) {
	if l.fits(text) {
		l.put(style, text)
		return
	}
	first := true
	for word := range strings.SplitSeq(string(text), " ") {
		switch {
		case first:
		case l.fits(" " + visible(word)):
			l.put(nil, " ")
		default:
			l.end()
			l.pad(column)
		}
		l.put(style, visible(word))
		first = false
	}
}

// fits tells whether the text still has room on this line.
func (l *lines) fits(text visible) bool {
	return l.limit == 0 || l.at+columns(text) <= l.limit
}

// columns returns how many columns of a terminal the text takes up.
func columns(text visible) int {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return wideColumns(text)
		}
	}
	return len(text)
}

func wideColumns(text visible) int {
	n := 0
	for _, r := range text {
		if r < 0x80 {
			n++
			continue
		}
		if unicode.In(r, unicode.Mn, unicode.Me) {
			continue
		}
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}
