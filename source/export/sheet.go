package export

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/staffsync/staffsync/plan"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// sheet is the text of one file of exports and how it is written.
type sheet struct {
	name  string
	text  string
	comma rune
	// titles are the names of the columns as they are written, in lower case.
	titles []string
}

// record is one row of a sheet and the line that it begins on.
type record struct {
	line  int
	cells []string
}

// errEmpty means that a file has not even a header.
var errEmpty = errors.New("its first line must name the columns")

// newSheet reads a file's text and its first line. codePage is what the text is
// in where no byte-order mark says otherwise, nil for UTF-8.
func newSheet(name string, r io.Reader, codePage encoding.Encoding) (*sheet, error) {
	var decoder transform.Transformer = transform.Nop
	if codePage != nil {
		decoder = codePage.NewDecoder()
	}
	data, err := io.ReadAll(transform.NewReader(r, unicode.BOMOverride(decoder)))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if err := plan.CheckKind(data, plan.CSVFile); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	s := &sheet{name: name, text: lineFeeds(data), comma: ','}
	s.findComma()
	header, err := s.csv().Read()
	switch {
	case errors.Is(err, io.EOF):
		return nil, fmt.Errorf("%s is empty; %w", name, errEmpty)
	case err != nil:
		return nil, malformed(name, err)
	}
	for i, title := range header {
		if !utf8.ValidString(title) {
			return nil, fmt.Errorf("%s, header, column %d: %s", name, i+1, notUTF8)
		}
		s.titles = append(s.titles, strings.ToLower(strings.TrimSpace(title)))
	}
	return s, nil
}

// lineFeeds returns the text with lines that end with line feeds. Where they
// end with a carriage return alone, a line feed is part of a value, so the two
// change places.
func lineFeeds(data []byte) string {
	end := bytes.IndexAny(data, "\r\n")
	if end < 0 || data[end] == '\n' || bytes.HasPrefix(data[end:], []byte("\r\n")) {
		return string(data)
	}
	for i, b := range data {
		switch b {
		case '\r':
			data[i] = '\n'
		case '\n':
			data[i] = '\r'
		}
	}
	return string(data)
}

// findComma takes for the sign between the columns the one that the first line
// has most of: comma, tab or semicolon.
func (s *sheet) findComma() {
	header, _, _ := strings.Cut(strings.TrimLeft(s.text, "\n"), "\n")
	for _, sign := range []rune{'\t', ';'} {
		if strings.Count(header, string(sign)) > strings.Count(header, string(s.comma)) {
			s.comma = sign
		}
	}
}

func (s *sheet) csv() *csv.Reader {
	rows := csv.NewReader(strings.NewReader(s.text))
	rows.Comma = s.comma
	rows.FieldsPerRecord = -1
	return rows
}

// rows yields the rows below the header, and last an error when the rest cannot
// be read.
func (s *sheet) rows(yield func(record, error) bool) {
	if s.comma == '\t' {
		if records, whole := s.plain(); whole || !s.wellQuoted() {
			for _, record := range records {
				if !yield(record, nil) {
					return
				}
			}
			return
		}
	}
	rows := s.csv()
	rows.ReuseRecord = true
	for header := true; ; header = false {
		cells, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			yield(record{}, malformed(s.name, err))
			return
		}
		line, _ := rows.FieldPos(0)
		if !header && !yield(record{line, cells}, nil) {
			return
		}
	}
}

// plain reads the rows as if quotation marks had no meaning: PowerSchool's quick
// exports put nothing in them, so that a mark is part of a value unless it
// surrounds it. It tells whether each row has as many cells as the header.
func (s *sheet) plain() (records []record, whole bool) {
	whole = true
	header, line := true, 0
	for text := range strings.Lines(s.text) {
		line++
		text = strings.TrimRight(text, "\r\n")
		if text == "" {
			continue
		}
		cells := strings.Split(text, "\t")
		whole = whole && len(cells) == len(s.titles)
		if header {
			header = false
			continue
		}
		for i, cell := range cells {
			cells[i] = unquoted(cell)
		}
		records = append(records, record{line, cells})
	}
	return records, whole
}

// wellQuoted tells whether every quotation mark is where CSV has them.
func (s *sheet) wellQuoted() bool {
	_, err := s.csv().ReadAll()
	return err == nil
}

// unquoted takes off the quotation marks that surround a value, where those
// within it are doubled as they then have to be.
func unquoted(cell string) string {
	if len(cell) < 2 || cell[0] != '"' || cell[len(cell)-1] != '"' {
		return cell
	}
	inner := cell[1 : len(cell)-1]
	if strings.Contains(strings.ReplaceAll(inner, `""`, ""), `"`) {
		return cell
	}
	return strings.ReplaceAll(inner, `""`, `"`)
}

// malformed words what the CSV decoder finds wrong.
func malformed(name string, err error) error {
	var wrong *csv.ParseError
	if !errors.As(err, &wrong) {
		return fmt.Errorf("read %s: %w", name, err)
	}
	switch {
	case !errors.Is(wrong.Err, csv.ErrQuote) && !errors.Is(wrong.Err, csv.ErrBareQuote):
		return fmt.Errorf("%s, line %d, character %d: %w", name, wrong.Line, wrong.Column, wrong.Err)
	case wrong.Line != wrong.StartLine:
		return fmt.Errorf(`%s, line %d: a value in quotation marks goes on to line %d without the closing mark where it belongs; a mark inside such a value must be doubled ("")`,
			name, wrong.StartLine, wrong.Line)
	}
	return fmt.Errorf(`%s, line %d, character %d: a quotation mark out of place; a value that holds one must be in quotation marks, with the mark itself doubled ("")`,
		name, wrong.Line, wrong.Column)
}
