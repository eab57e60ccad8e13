package adopt

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

func TestAReviewFileIsMarkedInASpreadsheetAndReadBack(t *testing.T) {
	desired, actual := district(
		[]plan.DesiredAccount{person(1, "=cmd|' /C calc'!A0", "Lee", "alee"), person(2, "Arthur", "Lee", "alee")},
		[]plan.Account{account("Anna", "Lee", "alee")})
	adopted, err := Adopt(desired, actual, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var written bytes.Buffer
	if err := WriteReview(&written, adopted.Open); err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(written.Bytes(), []byte("\ufeffmark,address,dcid,")) {
		t.Errorf("the file begins with %.40q", written.String())
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(written.String(), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	unmarked, err := ReadReview("open.csv", rows[0], reviewRows(rows))
	if err != nil || len(unmarked) != 0 {
		t.Errorf("an unmarked file gives %+v, %v", unmarked, err)
	}
	for _, row := range rows[1:] {
		for _, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
				t.Errorf("a spreadsheet takes %q for a formula", cell)
			}
		}
	}
	rows[1][0], rows[2][0] = "X", "no"
	settled, err := ReadReview("open.csv", rows[0], reviewRows(rows))
	if err != nil {
		t.Fatal(err)
	}
	want := []Settled{
		{Row: "open.csv, line 2", Address: "alee@x.org", DCID: 1},
		{Row: "open.csv, line 3", Address: "alee@x.org", DCID: 2, SomebodyElse: true},
	}
	if difference := cmp.Diff(want, settled); difference != "" {
		t.Error(difference)
	}
}

// reviewRows are the rows below the header.
func reviewRows(rows [][]string) []ReviewRow {
	var below []ReviewRow
	for i, cells := range rows[1:] {
		below = append(below, ReviewRow{Line: i + 2, Cells: cells})
	}
	return below
}

func TestEachRowOfAReviewFileThatCannotBeReadIsNamed(t *testing.T) {
	tests := map[string]struct {
		rows [][]string
		want []Settled
		err  string
	}{
		"addresses and DCIDs alone": {[][]string{{"address", "dcid"}, {"a@x.org", "1"}, {"", ""}}, []Settled{{Row: "f.csv, line 2", Address: "a@x.org", DCID: 1}}, ""},
		"an old DCID":               {[][]string{{"dcid", "address", "old_dcid"}, {"1", "a@x.org", "7"}}, []Settled{{Row: "f.csv, line 2", Address: "a@x.org", DCID: 1, OldDCID: 7}}, ""},
		"a short row":               {[][]string{{"mark", "address", "dcid"}, {""}, {"x"}}, nil, `f.csv, line 3: "" is not an address`},
		"no header":                 {[][]string{{"a@x.org", "1"}}, nil, "f.csv, header: the column address is missing"},
		"a column twice":            {[][]string{{"address", "dcid", "dcid"}}, nil, "f.csv, header: the column dcid is there twice"},
		"other marks":               {[][]string{{"mark", "address", "dcid"}, {"maybe", "a@x.org", "1"}}, nil, `f.csv, line 2: the mark "maybe" says neither yes nor no; write x for the person's account, no for somebody else's, and nothing to leave it open`},
		"no address":                {[][]string{{"address", "dcid"}, {"anna", "1"}}, nil, `f.csv, line 2: "anna" is not an address`},
		"no number":                 {[][]string{{"address", "dcid"}, {"a@x.org", "-4"}, {"b@x.org", "1.0"}}, nil, "f.csv, line 2: dcid: \"-4\" is not a DCID, a whole number above 0\nf.csv, line 3: dcid: \"1.0\" is not a DCID, a whole number above 0"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			settled, err := ReadReview("f.csv", test.rows[0], reviewRows(test.rows))
			if test.err == "" && err != nil || test.err != "" && (err == nil || err.Error() != test.err) {
				t.Fatalf("the error is %v", err)
			}
			if difference := cmp.Diff(test.want, settled); err == nil && difference != "" {
				t.Error(difference)
			}
		})
	}
}

func FuzzReadReview(f *testing.F) {
	f.Add("mark,address,dcid\nx,a@x.org,1\n")
	f.Add("address,dcid,old_dcid\n\"a@x.org\",2,3\n")
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil || len(rows) == 0 {
			return
		}
		settled, err := ReadReview("f.csv", rows[0], reviewRows(rows))
		if err != nil {
			return
		}
		for _, row := range settled {
			if row.DCID <= 0 || !strings.Contains(row.Address, "@") || row.Row == "" {
				t.Errorf("%+v was read", row)
			}
		}
	})
}
