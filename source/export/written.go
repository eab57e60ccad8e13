package export

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/source"
)

// readWritten reads the tables from a folder that staffsync wrote. The config
// says nothing of that: what the files are in and how old they may be.
func (r *Reader) readWritten(ctx context.Context) (source.Tables, error) {
	tables := make(source.Tables, len(r.specs))
	var faults source.Faults
	for _, spec := range r.specs {
		of, there := r.written.table(spec.BareName())
		if left := r.written.leftOut(spec); len(left) > 0 {
			faults.Add(fmt.Errorf("%s is without %s, because the config that it was written with calls sensitive what is made of it; a config that does not cannot be planned from it", r.dir, strings.Join(left, ", ")))
			continue
		}
		if !there {
			faults.Add(fmt.Errorf("%s has no table %s; %s", r.dir, spec.BareName(), exportAgain))
			continue
		}
		table, err := r.readDescribed(ctx, of, spec, &faults)
		if ctx.Err() != nil {
			return nil, fmt.Errorf("read the PowerSchool exports: %w", context.Cause(ctx))
		}
		faults.Add(err)
		tables[spec.Name] = table
	}
	if faults.Any() {
		return nil, faults.Err()
	}
	return tables, nil
}

// leftOut names the columns of the table that were left out of the folder.
func (d *Description) leftOut(spec source.TableSpec) []string {
	return slices.DeleteFunc(slices.Clone(d.LeftOut), func(place string) bool {
		column, ofTable := strings.CutPrefix(place, spec.BareName()+".")
		return !ofTable || !slices.Contains(spec.Columns, column)
	})
}

const exportAgain = "write the folder again for every config that is to read it: staffsync snapshot export --also OTHER_CONFIG"

// readDescribed reads one table of such a folder.
func (r *Reader) readDescribed(ctx context.Context, described DescribedTable, spec source.TableSpec, faults *source.Faults) (source.Table, error) {
	path := filepath.Join(r.dir, described.File)
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return source.Table{}, fmt.Errorf("%s is missing, which %s names; %s", path, DescriptionFile, exportAgain)
	case err != nil:
		return source.Table{}, fmt.Errorf("read a PowerSchool export: %w", err)
	case digestOf(data) != described.Digest:
		return source.Table{}, fmt.Errorf("%s is not the file that %s names: it was edited, or writing the folder was cut short; %s", path, DescriptionFile, exportAgain)
	}
	sheet, err := newSheet(described.File, bytes.NewReader(data), nil)
	if err != nil {
		return source.Table{}, err
	}
	columns, places, err := sheet.findColumns(spec)
	if err != nil {
		return source.Table{}, fmt.Errorf("%w; %s", err, exportAgain)
	}
	table := sheet.pick(ctx, columns, places, faults)
	table.Name = described.From
	for i := range table.Rows {
		if !described.Lines {
			table.Rows[i].Line = 0
		}
	}
	return table, nil
}
