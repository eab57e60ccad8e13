package holds

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
	"github.com/staffsync/staffsync/source/export"
)

// columns are the titles that the file's columns may have: of each the key of the
// config first.
var columns = [][]string{
	{"person", "dcid", "address", "email"},
	{"when"},
	{"what", "held", "held from", "from"},
	{"reason"},
	{"owner", "by"},
	{"until", "end", "end date"},
}

// Read returns all holds that the district keeps. A row of the file that cannot be
// a hold comes back with its problem; a file that cannot be read is an error.
func (c Config) Read() ([]plan.Hold, error) {
	if c.File == "" {
		return c.listed(), nil
	}
	file, err := os.Open(c.File)
	if err != nil {
		return nil, fmt.Errorf("read the holds: %w", err)
	}
	defer file.Close() // it was only read
	return readFile(filepath.Base(c.File), file)
}

// readFile reads a CSV file that is called by that name.
func readFile(name string, r io.Reader) ([]plan.Hold, error) {
	titles, rows, err := export.ReadRows(name, r)
	if err != nil {
		return nil, fmt.Errorf("read the holds: %w", err)
	}
	places, err := findColumns(name, titles)
	if err != nil {
		return nil, err
	}
	var holds []plan.Hold
	for _, row := range rows {
		holds = append(holds, holdOf(name, titles, places, row))
	}
	return holds, nil
}

// findColumns returns the places of the columns, several of the person, by their
// keys. A title that is none of them may be a misspelt one.
func findColumns(name string, titles []string) (map[string][]int, error) {
	places := make(map[string][]int)
	for i, title := range titles {
		at := slices.IndexFunc(columns, func(names []string) bool { return slices.Contains(names, title) })
		if at < 0 {
			var known []string
			for _, names := range columns {
				known = append(known, names...)
			}
			if meant := plan.DidYouMean(title, known); meant != "" {
				return nil, fmt.Errorf("%s, header: there is no column %q%s", name, title, meant)
			}
			continue // a note of somebody's
		}
		key := columns[at][0]
		if places[key] = append(places[key], i); len(places[key]) > 1 && key != "person" {
			return nil, fmt.Errorf("%s, header: the column %s is there twice", name, key)
		}
	}
	var missing []string
	if len(places["person"])+len(places["when"]) == 0 {
		missing = append(missing, "person")
	}
	if len(places["until"]) == 0 {
		missing = append(missing, "until")
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("%s, header: there is no column %s; the columns are person, what, reason, owner, until", name, strings.Join(missing, " and no column "))
	}
	return places, nil
}

// holdOf makes a hold of a row.
func holdOf(name string, titles []string, places map[string][]int, row source.Row) plan.Hold {
	value := func(key string) string {
		var found []string
		for _, place := range places[key] {
			if place < len(row.Cells) && strings.TrimSpace(row.Cells[place]) != "" {
				found = append(found, strings.TrimSpace(row.Cells[place]))
			}
		}
		return strings.Join(found, " ")
	}
	entry := Entry{Person: value("person"), When: value("when"), Reason: value("reason"), Owner: value("owner"), Until: value("until")}
	entry.What = strings.FieldsFunc(value("what"), func(r rune) bool { return strings.ContainsRune(",;/|+ \t", r) })
	hold, _, err := entry.hold()
	hold.Where = fmt.Sprintf("%s, line %d", name, row.Line)
	switch {
	case len(row.Cells) > len(titles):
		hold.Problem = fmt.Sprintf("the row has %d cells where the header has %d; a comma inside a value needs the value in quotation marks", len(row.Cells), len(titles))
		hold.Until = ""
	case err != nil:
		hold.Problem = err.Error()
	}
	return hold
}
