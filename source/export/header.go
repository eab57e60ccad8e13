package export

import (
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

// errEmpty means that a file has not even a header.
var errEmpty = errors.New("its first line must name the columns")

// readHeader reads the first line of an export and returns the titles of its
// columns, in lower case, and the reader of the rows below.
func readHeader(r io.Reader, name string) (rows *csv.Reader, titles []string, err error) {
	rows = csv.NewReader(plan.UTF8Reader(r))
	rows.FieldsPerRecord = -1
	rows.ReuseRecord = true
	header, err := rows.Read()
	if errors.Is(err, io.EOF) {
		return nil, nil, fmt.Errorf("%s is empty; %w", name, errEmpty)
	}
	if err != nil {
		return nil, nil, malformed(name, err)
	}
	for i, title := range header {
		if !utf8.ValidString(title) {
			return nil, nil, fmt.Errorf("%s, header, column %d: the text is not UTF-8; export as UTF-8 (in Excel: CSV UTF-8)", name, i+1)
		}
		titles = append(titles, strings.ToLower(strings.TrimSpace(title)))
	}
	return rows, titles, nil
}

// findColumns finds the columns that the table needs among the titles, in any
// order, and returns their names and places. An optional column that is not
// there is left out.
func findColumns(name string, titles []string, spec source.TableSpec) (columns []string, places []int, err error) {
	var missing []string
	for _, column := range slices.Concat(spec.Columns, spec.Optional) {
		place := slices.Index(titles, column)
		if place < 0 {
			if !slices.Contains(spec.Optional, column) {
				missing = append(missing, column)
			}
			continue
		}
		if again := slices.Index(titles[place+1:], column); again >= 0 {
			return nil, nil, fmt.Errorf("%s, header: the column %s is there twice, as columns %d and %d; export it once",
				name, column, place+1, place+again+2)
		}
		columns = append(columns, column)
		places = append(places, place)
	}
	if len(missing) > 0 {
		return nil, nil, missingColumns(name, titles, missing)
	}
	return columns, places, nil
}

func missingColumns(name string, titles, missing []string) error {
	for _, separator := range []struct{ sign, word string }{{"\t", "tabs"}, {";", "semicolons"}, {"|", "vertical bars"}} {
		if len(titles) == 1 && strings.Contains(titles[0], separator.sign) {
			return fmt.Errorf("%s, header: the columns are separated by %s; export with commas", name, separator.word)
		}
	}
	if slices.ContainsFunc(titles, func(title string) bool { return strings.Contains(title, "\r") }) {
		return fmt.Errorf("%s, header: the lines end with a carriage return alone; export with line feeds, as Windows and Linux write them", name)
	}
	noun, hint := "the column", ""
	if len(missing) > 1 {
		noun = "the columns"
	} else {
		hint = source.DidYouMean(missing[0], titles)
	}
	list := fmt.Sprintf("%s %s %s missing", noun, strings.Join(missing, ", "), verb(missing))
	var found []string
	for _, title := range titles {
		if title != "" {
			found = append(found, plan.Visible(title))
		}
	}
	if len(found) == 0 {
		return fmt.Errorf("%s, header: %s; the first line names no columns at all", name, list)
	}
	return fmt.Errorf("%s, header: %s; it has %s%s", name, list, strings.Join(found, ", "), hint)
}

func verb(missing []string) string {
	if len(missing) == 1 {
		return "is"
	}
	return "are"
}
