package oracletest

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"math"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Type is a column's type, by its number in the protocol.
type Type byte

// The types that the tables of PowerSchool have.
const (
	Varchar2 Type = 1
	Number   Type = 2
	Date     Type = 12
	Char     Type = 96
	Clob     Type = 112
)

// Column is a column of a table.
type Column struct {
	Name string
	Type Type
	// Length is how many characters a Varchar2 or Char column holds. A Char
	// is padded to it with spaces.
	Length int
}

// Table is a table's columns and rows.
type Table struct {
	Columns []Column
	// Rows hold one value for each column: nil is NULL, a Number is a decimal
	// such as -12.5, a Date is 2006-01-02 or 2006-01-02 15:04:05.
	Rows [][]any
}

// prepare checks the tables and returns them by their names in lower case.
func (d Database) prepare() (map[string]Table, error) {
	tables := make(map[string]Table, len(d.Tables))
	for name, table := range d.Tables {
		for i, row := range table.Rows {
			if len(row) != len(table.Columns) {
				return nil, fmt.Errorf("table %s, row %d: %d values for %d columns", name, i+1, len(row), len(table.Columns))
			}
			for j, value := range row {
				if _, err := table.Columns[j].encode(value); err != nil {
					return nil, fmt.Errorf("table %s, row %d, column %s: %w", name, i+1, table.Columns[j].Name, err)
				}
			}
		}
		tables[strings.ToLower(name)] = table
	}
	return tables, nil
}

// encode writes a value as it goes over the wire; nothing stands for NULL,
// and for the empty text, between which Oracle makes no difference.
func (c Column) encode(value any) ([]byte, error) {
	if value == nil {
		return nil, nil
	}
	text, ok := value.(string)
	if !ok {
		return nil, fmt.Errorf("a %T is neither text nor nil", value)
	}
	switch c.Type {
	case Number:
		return encodeNumber(text)
	case Date:
		return encodeDate(text)
	case Char:
		return []byte(text + strings.Repeat(" ", max(0, c.Length-len([]rune(text))))), nil
	}
	return []byte(text), nil
}

var decimal = regexp.MustCompile(`^-?[0-9]{1,38}(\.[0-9]{1,38})?$`)

// encodeNumber writes a decimal as an Oracle NUMBER: an exponent to the base
// 100 with the sign, then digits to the base 100 from the highest.
func encodeNumber(text string) ([]byte, error) {
	if !decimal.MatchString(text) {
		return nil, fmt.Errorf("%q is not a number", text)
	}
	unsigned, negative := strings.CutPrefix(text, "-")
	whole, fraction, _ := strings.Cut(unsigned, ".")
	whole = strings.Repeat("0", len(whole)%2) + whole
	fraction += strings.Repeat("0", len(fraction)%2)
	exponent := len(whole)/2 - 1
	digits := whole + fraction // two for each digit to the base 100
	for ; strings.HasPrefix(digits, "00"); exponent-- {
		digits = digits[2:]
	}
	for strings.HasSuffix(digits, "00") {
		digits = digits[:len(digits)-2]
	}
	if digits == "" {
		return []byte{0x80}, nil
	}
	out := []byte{byte(exponent+65) | 0x80}
	for ; digits != ""; digits = digits[2:] {
		out = append(out, (digits[0]-'0')*10+digits[1]-'0'+1)
	}
	if !negative {
		return out, nil
	}
	out[0] = ^out[0]
	for i := 1; i < len(out); i++ {
		out[i] = 102 - out[i]
	}
	if len(out) < 21 {
		out = append(out, 102)
	}
	return out, nil
}

// encodeDate writes a date as an Oracle DATE: century, year, month, day, hour,
// minute, second.
func encodeDate(text string) ([]byte, error) {
	at, err := time.Parse(time.DateTime, text)
	if err != nil {
		if at, err = time.Parse(time.DateOnly, text); err != nil {
			return nil, fmt.Errorf("%q is not a date", text)
		}
	}
	return []byte{
		byte(at.Year()/100 + 100), byte(at.Year()%100 + 100), byte(at.Month()), byte(at.Day()),
		byte(at.Hour() + 1), byte(at.Minute() + 1), byte(at.Second() + 1),
	}, nil
}

// maxBytes is the length of the column's longest value in bytes.
func (c Column) maxBytes() int {
	switch c.Type {
	case Number:
		return 22
	case Date:
		return 7
	case Clob:
		return 4000
	}
	return 4 * max(1, min(c.Length, math.MaxUint16))
}

// TablesFromCSV makes a table of every CSV file in the top folder of the file
// system, named as the file. A column of nothing but whole numbers is a Number,
// one of dates such as 2026-08-31 a Date, every other one a Varchar2, and an empty
// cell NULL.
func TablesFromCSV(files fs.FS) (map[string]Table, error) {
	names, err := fs.Glob(files, "*.csv")
	if err != nil {
		return nil, err
	}
	tables := make(map[string]Table, len(names))
	for _, name := range names {
		table, err := tableFromCSV(files, name)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		tables[strings.TrimSuffix(name, path.Ext(name))] = table
	}
	return tables, nil
}

var wholeNumber = regexp.MustCompile(`^(0|-?[1-9][0-9]{0,17})$`)

func tableFromCSV(files fs.FS, name string) (Table, error) {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return Table{}, err
	}
	records, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(data), "\ufeff"))).ReadAll()
	if err != nil {
		return Table{}, err
	}
	if len(records) == 0 {
		return Table{}, fmt.Errorf("the file is empty")
	}
	var table Table
	for i, title := range records[0] {
		column := Column{Name: strings.ToUpper(strings.TrimSpace(title)), Type: Varchar2, Length: 1}
		numbers, dates := true, true
		for _, record := range records[1:] {
			cell := record[i]
			_, wrong := encodeDate(cell)
			numbers = numbers && (cell == "" || wholeNumber.MatchString(cell))
			dates = dates && (cell == "" || wrong == nil)
			column.Length = max(column.Length, len([]rune(cell)))
		}
		switch {
		case numbers:
			column.Type = Number
		case dates:
			column.Type = Date
		}
		table.Columns = append(table.Columns, column)
	}
	for _, record := range records[1:] {
		row := make([]any, len(record))
		for i, cell := range record {
			if cell != "" {
				row[i] = cell
			}
		}
		table.Rows = append(table.Rows, row)
	}
	return table, nil
}

// column returns the place of a column that is named in any letter case, -1
// when there is none.
func (t Table) column(name string) int {
	return slices.IndexFunc(t.Columns, func(c Column) bool { return strings.EqualFold(c.Name, name) })
}
