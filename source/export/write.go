package export

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/source"
)

// File is a file of a folder of exports.
type File struct {
	Name string
	Data []byte
}

// Files writes PowerSchool's tables, which were read on that date without the
// columns that were left out, as the files of a folder of exports, so that reading
// them makes the same plan to the byte.
// The first file describes the others: as long as one of these is not the one
// that it names, the folder cannot be read.
func Files(tables source.Tables, asOf string, leftOut []string) ([]File, error) {
	described := &Description{Version: descriptionVersion, Snapshot: "export", AsOf: asOf, LeftOut: leftOut}
	files := make([]File, 1, len(tables)+1)
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		table, bare := tables[name], source.TableSpec{Name: name}.BareName()
		if _, taken := described.table(bare); taken {
			return nil, fmt.Errorf("a folder of exports cannot hold two tables of the name %s; name it the same way wherever the config reads it", bare)
		}
		data, lines, err := encodeTable(table)
		if err != nil {
			return nil, fmt.Errorf("write the table %s: %w", bare, err)
		}
		described.Tables = append(described.Tables, DescribedTable{
			Table: bare, File: fileOf(bare), From: table.Name, Lines: lines, Digest: digestOf(data),
		})
		files = append(files, File{fileOf(bare), data})
	}
	data, err := described.encode()
	files[0] = File{DescriptionFile, data}
	return files, err
}

// encodeTable writes a table as a CSV file with its header, and tells whether
// each row is on its own line. Rows without a line have no order either, and are
// sorted.
func encodeTable(table source.Table) (data []byte, lines bool, err error) {
	rows := table.Rows
	if len(rows) > 0 && rows[0].Line == 0 {
		rows = slices.SortedFunc(slices.Values(rows), func(a, b source.Row) int { return slices.Compare(a.Cells, b.Cells) })
	}
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	line := 1
	write := func(cells []string) {
		begin := out.Len()
		w.Write(cells) // the error is that of the buffer, which has none
		w.Flush()
		line += bytes.Count(out.Bytes()[begin:], []byte("\n"))
	}
	write(table.Columns)
	lines = true
	for _, row := range rows {
		for ; line < row.Line; line++ {
			out.WriteByte('\n') // an empty line is no row
		}
		lines = lines && line == row.Line
		write(withLineEnds(row.Cells))
	}
	return out.Bytes(), lines, w.Error()
}

// withLineEnds prepares cells for a file that reads CR LF within a cell as LF: it
// takes one CR of several.
func withLineEnds(cells []string) []string {
	if !slices.ContainsFunc(cells, func(cell string) bool { return strings.Contains(cell, "\r\n") }) {
		return cells
	}
	kept := make([]string, len(cells))
	for i, cell := range cells {
		kept[i] = strings.ReplaceAll(cell, "\r\n", "\r\r\n")
	}
	return kept
}
