package export

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/staffsync/staffsync/plan"
)

// DescriptionFile is the file that describes a folder of exports that
// staffsync wrote.
const DescriptionFile = "export.yaml"

// descriptionVersion is the version of it that this code writes and reads.
const descriptionVersion = 1

// Description says what staffsync wrote into a folder of exports.
type Description struct {
	Version  int    `yaml:"version"`
	Snapshot string `yaml:"snapshot"` // export
	// AsOf is the date, such as 2026-08-31, on which the tables were read.
	AsOf string `yaml:"asOf"`
	// Tables are sorted by their names.
	Tables []DescribedTable `yaml:"tables"`
	// LeftOut names the columns that are not in the files, because sensitive
	// attributes are made of them: u_humanresources.cellphone. They are sorted.
	LeftOut []string `yaml:"leftOut,omitempty"`
}

// DescribedTable is one table of such a folder.
type DescribedTable struct {
	// Table is the table's name in lower case and without its schema, and File
	// the file that holds it.
	Table string `yaml:"table"`
	File  string `yaml:"file"`
	// From is what messages call the table: the file or the table that it was
	// read from. Lines tells that its rows are on the lines that they were on
	// there.
	From  string `yaml:"from"`
	Lines bool   `yaml:"lines,omitempty"`
	// Digest is that of the file, whatever its line ends.
	Digest string `yaml:"digest"`
}

// ReadDescription reads the description of a folder, nil where staffsync did not
// write the folder.
func ReadDescription(dir string) (*Description, error) {
	path := filepath.Join(dir, DescriptionFile)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read what describes the folder of exports: %w", err)
	}
	described, err := decodeDescription(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return described, nil
}

func decodeDescription(data []byte) (*Description, error) {
	document, err := plan.ReadDocument(data, plan.ExportFile)
	if err != nil {
		return nil, err
	}
	var d Description
	if err := document.Decode(&d); err != nil {
		return nil, err
	}
	if d.Snapshot != "export" || d.Version != descriptionVersion {
		return nil, fmt.Errorf("this is not %s of version %d, the one that this staffsync reads", plan.ExportFile, descriptionVersion)
	}
	if d.Day().IsZero() {
		return nil, fmt.Errorf("asOf is a date such as 2026-08-31, not %q", d.AsOf)
	}
	for _, table := range d.Tables {
		if table.File != fileOf(table.Table) || !tableName.MatchString(table.Table) {
			return nil, fmt.Errorf("the table %s cannot be in the file %q", plan.Visible(table.Table), table.File)
		}
	}
	return &d, nil
}

// Day is the date on which the tables were read.
func (d *Description) Day() time.Time {
	day, _ := time.Parse(time.DateOnly, d.AsOf) // checked when it was read
	return day
}

func (d *Description) encode() ([]byte, error) {
	data, err := yaml.Dump(d, yaml.WithV3Defaults(), yaml.WithIndent(2))
	if err != nil {
		return nil, fmt.Errorf("describe the folder of exports: %w", err)
	}
	return data, nil
}

// table finds a table by its bare name.
func (d *Description) table(name string) (DescribedTable, bool) {
	i := slices.IndexFunc(d.Tables, func(t DescribedTable) bool { return t.Table == name })
	if i < 0 {
		return DescribedTable{}, false
	}
	return d.Tables[i], true
}

var tableName = regexp.MustCompile(`^[a-z][a-z0-9_$#]*$`)

// fileOf is the name of a table's file.
func fileOf(table string) string { return table + ".csv" }

var anyLineEnd = regexp.MustCompile(`\r*\n`)

// digestOf is a file's digest: version control may have changed its line ends.
func digestOf(data []byte) string {
	sum := sha256.Sum256(anyLineEnd.ReplaceAllLiteral(bytes.TrimRight(data, "\r\n"), []byte("\n")))
	return "sha256:" + hex.EncodeToString(sum[:])
}
