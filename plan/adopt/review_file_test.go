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
	unmarked, err := ReadReview("open.csv", bytes.NewReader(written.Bytes()))
	if err != nil || len(unmarked) != 0 {
		t.Errorf("an unmarked file gives %+v, %v", unmarked, err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(written.String(), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		for _, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
				t.Errorf("a spreadsheet takes %q for a formula", cell)
			}
		}
	}
	rows[1][0], rows[2][0] = "X", "no"
	var marked bytes.Buffer
	german := csv.NewWriter(&marked)
	german.Comma = ';'
	if err := german.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	settled, err := ReadReview("open.csv", &marked)
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

func TestEachRowOfAReviewFileThatCannotBeReadIsNamed(t *testing.T) {
	tests := map[string]struct {
		text string
		want []Settled
		err  string
	}{
		"addresses and DCIDs alone": {"address,DCID\na@x.org,1\n,\n", []Settled{{Row: "f.csv, line 2", Address: "a@x.org", DCID: 1}}, ""},
		"an old DCID":               {"dcid,address,old_dcid\n1,a@x.org,7\n", []Settled{{Row: "f.csv, line 2", Address: "a@x.org", DCID: 1, OldDCID: 7}}, ""},
		"UTF-16 from a spreadsheet": {"\xff\xfea\x00d\x00d\x00r\x00e\x00s\x00s\x00\t\x00d\x00c\x00i\x00d\x00\n\x00a\x00@\x00x\x00\t\x001\x00\n\x00", []Settled{{Row: "f.csv, line 2", Address: "a@x", DCID: 1}}, ""},
		"no header":                 {"a@x.org,1\n", nil, "f.csv, header: the column address is missing"},
		"nothing":                   {"", nil, "f.csv: its first line must name the columns address and dcid"},
		"other marks":               {"mark,address,dcid\nmaybe,a@x.org,1\n", nil, `f.csv, line 2: the mark "maybe" says neither yes nor no; write x for the person's account, no for somebody else's, and nothing to leave it open`},
		"no address":                {"address,dcid\nanna,1\n", nil, `f.csv, line 2: "anna" is not an address`},
		"no number":                 {"address,dcid\na@x.org,-4\nb@x.org,1.0\n", nil, "f.csv, line 2: dcid: \"-4\" is not a DCID, a whole number above 0\nf.csv, line 3: dcid: \"1.0\" is not a DCID, a whole number above 0"},
		"a workbook":                {"PK\x03\x04[Content_Types].xml", nil, "f.csv: this is an Excel workbook"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			settled, err := ReadReview("f.csv", strings.NewReader(test.text))
			if test.err == "" && err != nil || test.err != "" && (err == nil || !strings.HasPrefix(err.Error(), test.err)) {
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
	f.Add("address;dcid;old_dcid\n\"a@x.org\";2;3\n")
	f.Fuzz(func(t *testing.T, text string) {
		settled, err := ReadReview("f.csv", strings.NewReader(text))
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
