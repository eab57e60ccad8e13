package export

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/staffsync/staffsync/source"
)

// Survey is what a folder of exports says of a district for which nothing is
// configured yet.
type Survey struct {
	// Domain is the one that most of the staff's addresses are in, empty when
	// nobody has an address, and InDomain the number of these addresses.
	Domain   string
	InDomain int
	// Extras are the columns of the extension tables, by file and then in the
	// order of its header.
	Extras []source.Extra
}

// Look surveys a folder. It returns nil when the folder has no users.csv, and
// with an error about files that cannot be read what the others say.
func Look(ctx context.Context, dir string) (*Survey, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil //nolint:nilerr // what cannot be listed holds no exports
	}
	r := &Reader{dir: dir}
	var survey Survey
	var problems []error
	users := false
	for _, entry := range entries {
		file := strings.ToLower(entry.Name())
		table, isCSV := strings.CutSuffix(file, ".csv")
		switch {
		case file == "users.csv":
			users = true
			problems = append(problems, r.surveyDomain(ctx, entry.Name(), &survey))
		case isCSV && strings.HasPrefix(table, "u_"):
			problems = append(problems, r.surveyExtension(entry.Name(), table, &survey))
		}
	}
	if !users {
		return nil, nil
	}
	return &survey, errors.Join(problems...)
}

// surveyDomain counts the addresses in users.csv by their domain.
func (r *Reader) surveyDomain(ctx context.Context, name string, survey *Survey) error {
	users, err := r.readFile(ctx, name, source.TableSpec{Optional: []string{"email_addr"}})
	if err != nil {
		return err
	}
	count := make(map[string]int)
	for _, row := range users.Rows {
		for _, address := range row.Cells {
			if _, domain, ok := strings.Cut(strings.ToLower(strings.TrimSpace(address)), "@"); ok && domain != "" {
				count[domain]++
			}
		}
	}
	for domain, n := range count {
		if n > survey.InDomain || n == survey.InDomain && domain < survey.Domain {
			survey.Domain, survey.InDomain = domain, n
		}
	}
	return nil
}

// extensionKey is the key that PowerSchool gives the extension tables of
// users; the others that a table may have say nothing of a person.
const extensionKey = "usersdcid"

// surveyExtension takes every column of an extension table of users.
func (r *Reader) surveyExtension(name, table string, survey *Survey) error {
	file, err := os.Open(filepath.Join(r.dir, name))
	if err != nil {
		return err
	}
	defer file.Close() // it was only read
	_, columns, err := readHeader(file, name)
	if errors.Is(err, errEmpty) {
		return nil
	}
	if err != nil {
		return err
	}
	keyed := false
	var extras []source.Extra
	for _, column := range columns {
		switch column {
		case extensionKey:
			keyed = true
		case "dcid", "id", "":
		default:
			extras = append(extras, source.Extra{Table: table, Key: extensionKey, Column: column})
		}
	}
	if keyed {
		survey.Extras = append(survey.Extras, extras...)
	}
	return nil
}
