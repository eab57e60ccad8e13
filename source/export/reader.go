package export

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/encoding"

	"github.com/staffsync/staffsync/source"
)

// Reader reads PowerSchool's tables from a folder of exports.
type Reader struct {
	dir      string
	config   source.Config
	specs    []source.TableSpec
	codePage encoding.Encoding
	oldest   *file
	written  *Description // nil unless staffsync wrote the folder that was read
}

// New returns a Reader of the folder for the tables that the config needs.
func New(dir string, config source.Config) *Reader {
	r := &Reader{dir: dir, config: config, specs: config.TableSpecs()}
	if config.Export != nil {
		r.codePage = config.Export.CodePage()
	}
	return r
}

// ReadTables reads every table whole: schools, users, schoolstaff and each
// table of the extras, from the file of its name without the schema, or one
// that its header shows to be it; columns of an extension may be in the file
// of users. The error tells everything that is wrong with the files, and with
// what is in them, by file and, where there are some, line and column.
//
// A folder that staffsync wrote is read as its description says.
func (r *Reader) ReadTables(ctx context.Context) (source.Tables, error) {
	if described, err := ReadDescription(r.dir); err != nil || described != nil {
		if err != nil {
			return nil, err
		}
		r.written = described
		return r.readWritten(ctx)
	}
	files, err := r.openFolder()
	if err != nil {
		return nil, err
	}
	r.lookInto(files)
	all := reading{Reader: r, files: files, tables: make(source.Tables, len(r.specs)), from: make(map[string]string)}
	for _, spec := range r.specs {
		all.read(ctx, spec)
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("read the PowerSchool exports: %w", context.Cause(ctx))
	}
	if len(all.missing) > 0 {
		all.faults.Add(files.missing(all.missing, r.specs))
	}
	all.faults.Add(r.tooOld(time.Now()))
	if all.faults.Any() {
		all.faults.AddTables(all.tables, r.config)
		return nil, all.faults.Err()
	}
	return all.tables, nil
}

// reading is a ReadTables at work.
type reading struct {
	*Reader
	files   *listing
	tables  source.Tables
	users   *sheet
	from    map[string]string // the table that a file was read for
	missing []source.TableSpec
	faults  source.Faults
}

// read reads one table, and notes what is wrong with it.
func (r *reading) read(ctx context.Context, spec source.TableSpec) {
	found := r.files.find(spec)
	switch {
	case r.users.extended(spec):
		if len(found) > 0 && found[0].name != r.users.name {
			r.faults.Add(fmt.Errorf("the table %s is there twice in %s: as %s and as columns of %s; keep one of them", spec.BareName(), r.dir, found[0].name, r.users.name))
			return
		}
		r.tables[spec.Name] = r.users.readExtension(ctx, spec, &r.faults)
		return
	case len(found) == 0:
		r.missing = append(r.missing, spec)
		return
	case len(found) > 1:
		r.faults.Add(r.several(spec, found))
		return
	}
	file := found[0]
	if other, taken := r.from[file.name]; taken {
		r.faults.Add(fmt.Errorf("%s would be both the table %s and the table %s; a folder of exports can hold one of them only", file.name, other, spec.Name))
		return
	}
	r.from[file.name] = spec.Name
	r.note(file)
	sheet, err := r.open(file.name, false)
	if errors.Is(err, errEmpty) {
		err = fmt.Errorf("%w: %s", err, strings.Join(spec.Columns, ", "))
	}
	if err != nil {
		r.faults.Add(err)
		return
	}
	if spec.BareName() == "users" {
		r.users = sheet
	}
	r.tables[spec.Name] = sheet.readTable(ctx, spec, &r.faults)
}

// several words that more than one file is the table's.
func (r *Reader) several(spec source.TableSpec, found []*file) error {
	var names []string
	for _, file := range found {
		names = append(names, file.name)
	}
	slices.Sort(names)
	return fmt.Errorf("the table %s is there more than once in %s: %s; remove all but one", spec.BareName(), r.dir, strings.Join(names, " and "))
}

// extended tells whether the file of users has the table's columns too, as
// U_DEF_EXT_USERS.x. Their key is then the person's DCID.
func (s *sheet) extended(spec source.TableSpec) bool {
	if s == nil || !strings.Contains(spec.BareName(), "_") || len(spec.Columns) < 2 {
		return false
	}
	for _, column := range spec.Columns[1:] {
		if !slices.Contains(s.titles, spec.BareName()+"."+column) {
			return false
		}
	}
	return true
}

// readExtension reads the table's columns, whose first is its key, from the
// file of users.
func (s *sheet) readExtension(ctx context.Context, spec source.TableSpec, faults *source.Faults) source.Table {
	users := s.titlesOf(source.TableSpec{Name: "users"})
	places := []int{slices.Index(users, "dcid")}
	if places[0] < 0 {
		return source.Table{} // said of the users themselves
	}
	for _, column := range spec.Columns[1:] {
		places = append(places, slices.Index(s.titles, spec.BareName()+"."+column))
	}
	return s.pick(ctx, spec.Columns, places, faults)
}
