package export

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

// readTable reads the columns of a table from CSV text as in RFC 4180, UTF-8
// or, with a byte-order mark, UTF-16. Rows of nothing but empty cells are
// left out.
func readTable(ctx context.Context, r io.Reader, name string, spec source.TableSpec) (source.Table, error) {
	records, titles, err := readHeader(r, name)
	if errors.Is(err, errEmpty) {
		return source.Table{}, fmt.Errorf("%w: %s", err, strings.Join(spec.Columns, ", "))
	}
	if err != nil {
		return source.Table{}, err
	}
	columns, places, err := findColumns(name, titles, spec)
	if err != nil {
		return source.Table{}, err
	}

	table := source.Table{Name: name, Columns: columns}
	for {
		if len(table.Rows)%1024 == 0 && ctx.Err() != nil {
			return source.Table{}, fmt.Errorf("read %s: %w", name, context.Cause(ctx))
		}
		record, err := records.Read()
		if errors.Is(err, io.EOF) {
			return table, nil
		}
		if err != nil {
			return source.Table{}, malformed(name, err)
		}
		if !slices.ContainsFunc(record, func(cell string) bool { return cell != "" }) {
			continue
		}
		line, _ := records.FieldPos(0)
		if err := checkRecord(name, line, record, titles); err != nil {
			return source.Table{}, err
		}
		table.Rows = append(table.Rows, source.Row{Line: line, Cells: pick(record, places)})
	}
}

// pick returns the cells of the columns that are wanted.
func pick(record []string, places []int) []string {
	cells := make([]string, len(places))
	for i, place := range places {
		cells[i] = record[place]
	}
	return cells
}

// checkRecord refuses a row with a number of cells that is not the header's,
// and text that is not UTF-8.
func checkRecord(name string, line int, record, titles []string) error {
	if len(record) != len(titles) {
		return fmt.Errorf("%s, line %d: the row has %s where the header has %d; a comma, quotation mark or line break inside a value needs the value in quotation marks",
			name, line, plural(len(record), "cell"), len(titles))
	}
	for i, cell := range record {
		if !utf8.ValidString(cell) {
			return fmt.Errorf("%s, line %d, column %s: the text is not UTF-8; export as UTF-8 (in Excel: CSV UTF-8)", name, line, plan.Visible(titles[i]))
		}
	}
	return nil
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

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
