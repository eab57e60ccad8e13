package export

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

// endings are what the names of exports end in.
var endings = []string{".csv", ".txt", ".text"}

// listing is what a folder of exports holds.
type listing struct {
	dir   string
	names []string // of all files
	// exports are the files that may be exports.
	exports []*file
}

// file is a file of exports. The beginning of one whose name is not a table's
// is read to see what it is.
type file struct {
	name, stem string
	modified   time.Time
	beginning  *sheet
}

// openFolder lists the folder.
func (r *Reader) openFolder() (*listing, error) {
	entries, err := os.ReadDir(r.dir)
	if err != nil {
		return nil, fmt.Errorf("read the folder of PowerSchool exports: %w; name the folder that holds the exported tables", err)
	}
	f := &listing{dir: r.dir}
	for _, entry := range entries {
		name := entry.Name()
		if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~$") { // hidden, or Excel's lock
			continue
		}
		f.names = append(f.names, name)
		ending := strings.ToLower(filepath.Ext(name))
		info, err := os.Stat(filepath.Join(r.dir, name))
		if !slices.Contains(endings, ending) || err == nil && info.IsDir() {
			continue
		}
		export := &file{name: name, stem: strings.ToLower(name[:len(name)-len(ending)])}
		if err == nil {
			export.modified = info.ModTime()
		}
		f.exports = append(f.exports, export)
	}
	slices.Sort(f.names)
	return f, nil
}

// open reads a file, or its beginning.
func (r *Reader) open(name string, beginning bool) (*sheet, error) {
	opened, err := os.Open(filepath.Join(r.dir, name))
	if err != nil {
		return nil, fmt.Errorf("read a PowerSchool export: %w", err)
	}
	defer opened.Close() // it was only read
	var text io.Reader = opened
	if beginning {
		text = io.LimitReader(opened, 64<<10)
	}
	return newSheet(name, text, r.codePage)
}

// lookInto reads the beginnings of the files whose names say nothing.
func (r *Reader) lookInto(f *listing) {
	for _, file := range f.exports {
		if !file.namesATable(r.specs) {
			file.beginning, _ = r.open(file.name, true) // what cannot be read is no table
		}
	}
}

// namesATable tells whether the file is called by the name of a table,
// PowerSchool's own or an extension.
func (f *file) namesATable(specs []source.TableSpec) bool {
	return slices.ContainsFunc(specs, func(s source.TableSpec) bool { return s.BareName() == f.stem }) ||
		f.stem == "teachers" || strings.HasPrefix(f.stem, "u_") || strings.HasPrefix(f.stem, "s_")
}

// find returns the table's files: those of its name and those that its columns
// show to be it.
func (f *listing) find(spec source.TableSpec) []*file {
	var found []*file
	for _, file := range f.exports {
		if file.stem == spec.BareName() || file.beginning != nil && file.beginning.fits(spec) && !file.beginning.ofTeachers() {
			found = append(found, file)
		}
	}
	return found
}

// missing words that the tables have no file.
func (f *listing) missing(tables, specs []source.TableSpec) error {
	var files []string
	hint := ""
	for _, spec := range tables {
		file := spec.BareName() + ".csv"
		files = append(files, file)
		hint += f.meant(file, spec, specs)
	}
	verb := "is"
	if len(files) > 1 {
		verb = "are"
	}
	return fmt.Errorf("%s %s missing in %s: %s%s", strings.Join(files, ", "), verb, f.dir, f.contents(), hint)
}

// meant names the file that may be meant for the table, and what is wrong with
// it.
func (f *listing) meant(want string, spec source.TableSpec, specs []source.TableSpec) string {
	var unused []string
	for _, file := range f.exports {
		if slices.ContainsFunc(specs, func(s source.TableSpec) bool { return s.BareName() == file.stem }) {
			continue
		}
		if file.beginning != nil {
			if err := file.beginning.refuseAs(spec); err != nil {
				return "; " + err.Error()
			}
		}
		unused = append(unused, file.name)
	}
	return plan.DidYouMean(want, unused)
}

// contents lists what the folder holds.
func (f *listing) contents() string {
	if len(f.names) == 0 {
		return "the folder is empty"
	}
	files := f.names
	const listed = 20
	if len(files) > listed {
		files = append(files[:listed:listed], fmt.Sprintf("%d more", len(files)-listed))
	}
	return "the folder holds " + strings.Join(files, ", ")
}
