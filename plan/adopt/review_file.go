package adopt

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// The columns of a review file. A spreadsheet shows them in this order; they are
// read in any, and only address and dcid must be there.
const (
	columnMark    = "mark"
	columnAddress = "address"
	columnDCID    = "dcid"
	columnOldDCID = "old_dcid"
)

var reviewColumns = []string{columnMark, columnAddress, columnDCID, columnOldDCID, "person", "building", "account_name", "org_unit", "for", "against"}

// What the column mark may say, in any letter case. An empty one leaves the row
// open, so that a file can be reviewed in several goes.
var (
	linkMarks = []string{"x", "yes", "y", "link", "1", "true"}
	elseMarks = []string{"no", "n", "else", "somebody else", "0", "false"}
)

// WriteReview writes a row for each account of each open person, for a
// spreadsheet: UTF-8 with a byte-order mark, and no cell that a spreadsheet would
// take for a formula.
func WriteReview(w io.Writer, open []*Person) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	rows := csv.NewWriter(w)
	rows.UseCRLF = true
	if err := rows.Write(reviewColumns); err != nil {
		return err
	}
	for _, person := range open {
		for i := range person.Candidates {
			c := &person.Candidates[i]
			row := []string{
				"", c.Account.Address, strconv.FormatInt(person.DCID, 10), "", person.Staff.Name, person.Staff.Building,
				c.Account.Name().String(), c.Account.OrgUnitPath, strings.Join(c.For, "; "), strings.Join(c.Against, "; "),
			}
			for j, cell := range row {
				row[j] = asText(cell)
			}
			if err := rows.Write(row); err != nil {
				return err
			}
		}
	}
	rows.Flush()
	return rows.Error()
}

// asText has a spreadsheet show the cell and not compute it. Nothing that is read
// again begins so.
func asText(cell string) string {
	cell = plan.Visible(cell)
	if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// ReviewRow is a row of a review file, and the line that it is on.
type ReviewRow struct {
	Line  int
	Cells []string
}

// ReadReview reads a review file's rows under their titles, which are in lower case.
// Without a column mark each row is a link. The error names each row that cannot be
// read; name is the file's, for messages.
func ReadReview(name string, titles []string, rows []ReviewRow) ([]Settled, error) {
	places := make(map[string]int)
	for i, title := range titles {
		if _, twice := places[title]; twice && slices.Contains(reviewColumns[:4], title) {
			return nil, fmt.Errorf("%s, header: the column %s is there twice", name, title)
		}
		places[title] = i
	}
	for _, column := range []string{columnAddress, columnDCID} {
		if _, ok := places[column]; !ok {
			return nil, fmt.Errorf("%s, header: the column %s is missing", name, column)
		}
	}
	var settled []Settled
	var problems []error
	for _, cells := range rows {
		row := Settled{Row: fmt.Sprintf("%s, line %d", name, cells.Line)}
		marked, err := row.read(func(column string) (string, bool) {
			place, ok := places[column]
			if !ok || place >= len(cells.Cells) {
				return "", ok
			}
			return strings.TrimSpace(cells.Cells[place]), true
		})
		switch {
		case err != nil:
			problems = append(problems, fmt.Errorf("%s: %w", row.Row, err))
		case marked:
			settled = append(settled, row)
		}
	}
	return settled, errors.Join(problems...)
}

// read fills the row from its cells, and tells whether a person has settled it.
func (s *Settled) read(cell func(column string) (string, bool)) (marked bool, err error) {
	mark, hasMark := cell(columnMark)
	mark = strings.ToLower(mark)
	s.Address, _ = cell(columnAddress)
	dcid, _ := cell(columnDCID)
	old, _ := cell(columnOldDCID)
	switch {
	case hasMark && mark == "", !hasMark && s.Address+dcid == "":
		return false, nil
	case slices.Contains(elseMarks, mark):
		s.SomebodyElse = true
	case hasMark && !slices.Contains(linkMarks, mark):
		return false, fmt.Errorf("the mark %q says neither yes nor no; write x for the person's account, no for somebody else's, and nothing to leave it open", mark)
	}
	if !strings.Contains(s.Address, "@") {
		return false, fmt.Errorf("%q is not an address", s.Address)
	}
	if s.DCID, err = readDCID(columnDCID, dcid); err != nil {
		return false, err
	}
	if old != "" {
		s.OldDCID, err = readDCID(columnOldDCID, old)
	}
	return err == nil, err
}

func readDCID(column, text string) (int64, error) {
	dcid, err := strconv.ParseInt(text, 10, 64)
	if err != nil || dcid <= 0 {
		return 0, fmt.Errorf("%s: %q is not a DCID, a whole number above 0", column, text)
	}
	return dcid, nil
}
