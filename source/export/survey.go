package export

import (
	"context"
	"errors"
	"slices"
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

// Look surveys a folder. It returns nil when the folder has no file of users,
// and with an error about files that cannot be read what the others say.
func Look(ctx context.Context, dir string) (*Survey, error) {
	r := New(dir, source.Config{})
	files, err := r.openFolder()
	if err != nil {
		return nil, nil //nolint:nilerr // what cannot be listed holds no exports
	}
	r.lookInto(files)
	var survey Survey
	var faults source.Faults
	tableUsers := r.specs[slices.IndexFunc(r.specs, func(s source.TableSpec) bool { return s.Name == "users" })]
	users := files.find(tableUsers)
	for _, file := range files.exports {
		table := source.TableSpec{Name: file.stem}
		isUsers := slices.Contains(users, file)
		if !isUsers && !strings.HasPrefix(file.stem, "u_") {
			continue
		}
		sheet, err := r.open(file.name, false)
		switch {
		case errors.Is(err, errEmpty):
		case err != nil:
			faults.Add(err)
		case isUsers:
			columns, places, _ := sheet.findColumns(source.TableSpec{Name: "users", Columns: []string{"email_addr"}}) // none where it is missing
			survey.countDomains(sheet.pick(ctx, columns, places, &faults))
			survey.addExtras(sheet.titles)
		case slices.Contains(sheet.titlesOf(table), extensionKey):
			var titles []string
			for _, title := range sheet.titlesOf(table) {
				titles = append(titles, file.stem+"."+title)
			}
			survey.addExtras(titles)
		}
	}
	if len(users) == 0 {
		return nil, nil
	}
	return &survey, faults.Err()
}

// countDomains counts the addresses by their domain.
func (s *Survey) countDomains(addresses source.Table) {
	count := make(map[string]int)
	for _, row := range addresses.Rows {
		for _, address := range row.Cells {
			if _, domain, ok := strings.Cut(strings.ToLower(strings.TrimSpace(address)), "@"); ok && domain != "" {
				count[domain]++
			}
		}
	}
	for domain, n := range count {
		if n > s.InDomain || n == s.InDomain && domain < s.Domain {
			s.Domain, s.InDomain = domain, n
		}
	}
}

// extensionKey is the key that PowerSchool gives the extension tables of
// users; the others that a table may have say nothing of a person.
const extensionKey = "usersdcid"

// addExtras takes the columns of extension tables, each with its table's name.
func (s *Survey) addExtras(titles []string) {
	for _, title := range titles {
		table, column, _ := strings.Cut(title, ".")
		if strings.HasPrefix(table, "u_") && !slices.Contains([]string{extensionKey, "dcid", "id", ""}, column) {
			s.Extras = append(s.Extras, source.Extra{Table: table, Key: extensionKey, Column: column})
		}
	}
}
