package export

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/source"
)

// Reader reads PowerSchool's tables from a folder of CSV exports.
type Reader struct {
	dir   string
	specs []source.TableSpec
}

// New returns a Reader of the folder for the tables that the config needs.
func New(dir string, config source.Config) *Reader {
	return &Reader{dir: dir, specs: config.TableSpecs()}
}

// ReadTables reads every table whole: schools.csv, users.csv, schoolstaff.csv
// and a file for each table of the extras, named for the table without its
// schema, all in any letter case. The error of a file that is missing or
// malformed names the file and, where there are some, the line and column.
func (r *Reader) ReadTables(ctx context.Context) (source.Tables, error) {
	entries, err := os.ReadDir(r.dir)
	if err != nil {
		return nil, fmt.Errorf("read the folder of PowerSchool exports: %w", err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	tables := make(source.Tables, len(r.specs))
	from := make(map[string]string)
	for _, spec := range r.specs {
		name, err := r.fileOf(spec, names)
		if err != nil {
			return nil, err
		}
		if other, taken := from[name]; taken {
			return nil, fmt.Errorf("%s would be both the table %s and the table %s; a folder of exports can hold one of them only", name, other, spec.Name)
		}
		from[name] = spec.Name
		if tables[spec.Name], err = r.readFile(ctx, name, spec); err != nil {
			return nil, err
		}
	}
	return tables, nil
}

// fileOf returns the name of the table's file among those in the folder.
func (r *Reader) fileOf(spec source.TableSpec, names []string) (string, error) {
	want := fileName(spec)
	var found []string
	for _, name := range names {
		if strings.EqualFold(name, want) {
			found = append(found, name)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return "", fmt.Errorf("%s is missing in %s: %s", want, r.dir, r.whatIsThere(want, names))
	}
	slices.Sort(found)
	return "", fmt.Errorf("%s is there more than once in %s: %s; remove all but one", want, r.dir, strings.Join(found, " and "))
}

// fileName is the name of the table's file, without the table's schema.
func fileName(spec source.TableSpec) string {
	return spec.Name[strings.LastIndex(spec.Name, ".")+1:] + ".csv"
}

func (r *Reader) whatIsThere(want string, names []string) string {
	var files, unused []string
	for _, name := range names {
		if strings.HasPrefix(name, ".") {
			continue
		}
		files = append(files, name)
		if !slices.ContainsFunc(r.specs, func(s source.TableSpec) bool { return strings.EqualFold(name, fileName(s)) }) {
			unused = append(unused, name)
		}
	}
	if len(files) == 0 {
		return "the folder is empty"
	}
	slices.Sort(files)
	const listed = 20
	if len(files) > listed {
		files = append(files[:listed:listed], fmt.Sprintf("%d more", len(files)-listed))
	}
	return "the folder holds " + strings.Join(files, ", ") + source.DidYouMean(want, unused)
}

func (r *Reader) readFile(ctx context.Context, name string, spec source.TableSpec) (source.Table, error) {
	file, err := os.Open(filepath.Join(r.dir, name))
	if err != nil {
		return source.Table{}, fmt.Errorf("read a PowerSchool export: %w", err)
	}
	defer file.Close() // it was only read
	return readTable(ctx, file, name, spec)
}
