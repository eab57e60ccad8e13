package plan

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"
)

// flaw is where the YAML library gave up on a text, and why.
type flaw struct {
	lines []string
	*yaml.LoadError
}

// syntaxMistake says what keeps a text from being YAML. The library names where
// it gave up, which is often not where the mistake is: a quotation mark that is
// not closed is noticed lines below.
func syntaxMistake(text []byte, err error) *Mistake {
	var gaveUp *yaml.LoadError
	if !errors.As(err, &gaveUp) {
		return &Mistake{1, 1, err.Error()}
	}
	lines := strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n").Replace(string(text))
	f := flaw{strings.Split(lines, "\n"), gaveUp}
	if f.Mark.Line == 0 {
		return f.controlCharacter()
	}
	for _, explain := range []func(flaw) *Mistake{
		flaw.tab, flaw.unclosedQuote, flaw.needsQuotes, flaw.escape, flaw.colon, flaw.bracket, flaw.indentation,
	} {
		if found := explain(f); found != nil {
			return found
		}
	}
	return f.here("%s", f.Message)
}

// here is a mistake where the library gave up.
func (f flaw) here(format string, arguments ...any) *Mistake {
	return &Mistake{f.Mark.Line, f.Mark.Column, fmt.Sprintf(format, arguments...)}
}

// line returns a line by its number, empty beyond the end.
func (f flaw) line(number int) string {
	if number < 1 || number > len(f.lines) {
		return ""
	}
	return f.lines[number-1]
}

// above returns the number of the last line before that one which has more than
// blanks and a comment, 0 for none.
func (f flaw) above(number int) int {
	for number--; number > 0; number-- {
		if text := strings.TrimSpace(f.line(number)); text != "" && text[0] != '#' {
			break
		}
	}
	return number
}

// rest returns what is at and after the place where the library gave up.
func (f flaw) rest() string {
	line := []rune(f.line(f.Mark.Line))
	return string(line[min(max(f.Mark.Column-1, 0), len(line)):])
}

// indent counts the blanks before the text of a line.
func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

func (f flaw) controlCharacter() *Mistake {
	for i, line := range f.lines {
		at := strings.IndexFunc(line, func(r rune) bool { return unicode.IsControl(r) && r != '\t' && r != '\r' })
		if at >= 0 {
			return &Mistake{i + 1, at + 1, "a control character, which no text file holds; delete it"}
		}
	}
	return &Mistake{1, 1, f.Message}
}

func (f flaw) tab() *Mistake {
	line := f.line(f.Mark.Line)
	before := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	if at := strings.IndexByte(before, '\t'); at >= 0 {
		return &Mistake{f.Mark.Line, at + 1, "a tab; indent with blanks"}
	}
	return nil
}

// unclosedQuote finds a quotation mark that is closed too late, at the end of
// the file or at the next one somewhere below, or too early.
func (f flaw) unclosedQuote() *Mistake {
	const notClosed = "the quotation mark that begins here is not closed"
	if f.ContextMsg == "while scanning a quoted scalar" && strings.HasPrefix(f.Message, "found unexpected") {
		return &Mistake{f.ContextMark.Line, f.ContextMark.Column, notClosed}
	}
	if !strings.HasPrefix(f.Message, "did not find expected") || f.Mark.Column <= indent(f.line(f.Mark.Line))+1 {
		return nil
	}
	for number := f.above(f.Mark.Line); number > 0; number = f.above(number) {
		if mark := f.opened(number); mark != "" && !strings.Contains(mark[1:], mark[:1]) {
			return &Mistake{number, len(f.line(number)) - len(mark) + 1, notClosed}
		}
	}
	if f.opened(f.Mark.Line) == "" {
		return nil
	}
	return f.here(`text after the closing quotation mark; put the whole value in quotation marks, and double a ' within '…' or write \" within "…"`)
}

var opening = regexp.MustCompile(`^\s*(?:- +)*(?:[\w.-]+: +)(["'].*)$`)

// opened returns the value of a line that begins with a quotation mark.
func (f flaw) opened(number int) string {
	if found := opening.FindStringSubmatch(f.line(number)); found != nil {
		return found[1]
	}
	return ""
}

// needsQuotes finds a text that begins with a sign that has a meaning in YAML.
func (f flaw) needsQuotes() *Mistake {
	sign := f.rest()
	switch {
	case f.Message == "found character that cannot start any token", f.Stage == yaml.ComposerStage,
		strings.HasPrefix(f.Message, "mapping keys are not allowed"):
	case f.ContextMsg == "while scanning a block scalar", f.ContextMsg == "while scanning a tag":
		f.Mark = f.ContextMark
		sign = f.rest()
		if tag := strings.Index(f.line(f.Mark.Line), ": !"); tag >= 0 && tag < f.Mark.Column {
			sign = "!"
		}
	case strings.HasPrefix(f.Message, "block sequence entries are not allowed"):
		return f.here("a list begins on a line of its own, below its key")
	default:
		return nil
	}
	if sign == "" {
		return nil
	}
	return f.here("a text that begins with %c must be in quotation marks", []rune(sign)[0])
}

func (f flaw) escape() *Mistake {
	if f.Message != "found unknown escape character" {
		return nil
	}
	return f.here(`a backslash in double quotation marks must be doubled (\\), or the text put in single ones ('…')`)
}

var keyBefore = regexp.MustCompile(`^\s*(?:- +)*([\w.-]+):(?: |$)`)

// colon finds a key whose colon has no blank after it, a line without a colon,
// and a value that holds one with a blank.
func (f flaw) colon() *Mistake {
	number := f.above(f.Mark.Line)
	switch {
	case f.Message == "could not find expected ':'":
		number = f.ContextMark.Line
	case !strings.HasPrefix(f.Message, "mapping values are not allowed"):
		return nil
	default:
		runes := []rune(f.line(f.Mark.Line))
		if key := keyBefore.FindStringSubmatch(string(runes[:min(f.Mark.Column-1, len(runes))])); key != nil {
			return f.here("the value of %s holds a colon and a blank; put it in quotation marks", key[1])
		}
	}
	if number < 1 {
		return nil
	}
	before := f.line(number)
	if blank := keyAndValue.FindStringSubmatchIndex(before); blank != nil {
		return &Mistake{number, blank[3] + 1, "a blank is missing after the colon of " + before[blank[2]:blank[3]]}
	}
	if found := f.belowValue(); found != nil {
		return found
	}
	return &Mistake{number, indent(before) + 1, "the line has no colon; write KEY: VALUE, or begin the entry of a list with a dash and a blank"}
}

// belowValue finds a line that is indented as if it belonged to the one above it,
// which has a value already.
func (f flaw) belowValue() *Mistake {
	number := f.above(f.Mark.Line)
	before, line := f.line(number), f.line(f.Mark.Line)
	key := keyBefore.FindStringSubmatch(before)
	if key == nil || strings.HasSuffix(strings.TrimSpace(before), ":") || indent(line) <= indent(before) {
		return nil
	}
	return &Mistake{f.Mark.Line, indent(line) + 1, fmt.Sprintf("wrong indentation: the line is below %s in line %d, which has a value already", key[1], number)}
}

// bracket finds a bracket that is not closed or not opened, and a comma that is
// missing in between.
func (f flaw) bracket() *Mistake {
	rest := f.rest()
	switch {
	case strings.HasPrefix(f.Message, "did not find expected ','"):
		opened := &Mistake{f.ContextMark.Line, f.ContextMark.Column, "the bracket that begins here is not closed"}
		switch {
		case f.Mark.Line == f.ContextMark.Line:
			return f.here("a comma or the closing bracket is missing before this; a text with a comma, a bracket or a quotation mark in it must be in quotation marks")
		case indent(f.line(f.Mark.Line)) <= indent(f.line(f.ContextMark.Line)):
			return opened
		}
		return &Mistake{f.Mark.Line, indent(f.line(f.Mark.Line)) + 1, "a comma is missing before this line"}
	case strings.HasPrefix(f.Message, "did not find expected node content") && rest == "":
		number := f.above(f.Mark.Line + 1)
		return &Mistake{number, len(f.line(number)), "the file ends here, and a bracket is not closed"}
	case strings.HasPrefix(f.Message, "did not find expected") && strings.HasPrefix(rest, "]"), strings.HasPrefix(rest, "}"):
		return f.here("nothing is open that this %s closes", rest[:1])
	}
	return nil
}

// indentation finds a line that begins where no line above it does.
func (f flaw) indentation() *Mistake {
	line := f.line(f.Mark.Line)
	if !strings.HasPrefix(f.Message, "did not find expected") || f.Mark.Column != indent(line)+1 {
		return nil
	}
	if found := f.belowValue(); found != nil && f.ContextMsg == "while parsing a block mapping" {
		return found
	}
	entry, sameColumn := strings.HasPrefix(f.rest(), "- "), f.Mark.Column == f.ContextMark.Column
	switch {
	case sameColumn && entry:
		return f.here("an entry of a list among keys; begin the list below its own key")
	case sameColumn:
		return f.here("a key among the entries of the list that begins in line %d", f.ContextMark.Line)
	}
	return f.here("wrong indentation: it begins in column %d, and no line above that it belongs with does", f.Mark.Column)
}
