package render

import (
	"html"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/staffsync/staffsync/plan"
)

func mailHTML(w io.Writer, p plan.Plan, options Options) error {
	mail, err := ForMail(p, options)
	if err != nil {
		return err
	}
	_, err = w.Write(mail.HTML)
	return err
}

func mailText(w io.Writer, p plan.Plan, options Options) error {
	mail, err := ForMail(p, options)
	if err != nil {
		return err
	}
	_, err = w.Write(mail.Text)
	return err
}

// TestAMailIsShortAtAnySizeAndSaysWhatItLeavesOut in HTML and in text.
func TestAMailIsShortAtAnySizeAndSaysWhatItLeavesOut(t *testing.T) {
	options := Options{Names: Names{Plan: "plan.yaml"}}
	for name, test := range map[string]struct {
		plan plan.Plan
		// full is set where the mail has no room for all that is dangerous.
		full bool
	}{
		"nothing": {nothing(), false}, "demo": {demo(t), false}, "118": {suspicious(118), false},
		"1000 suspended": {large(10_000), true}, "10000": {suspicious(10_000), true}, "hostile": {hostilePlan(), true},
	} {
		mail, err := ForMail(test.plan, options)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(mail.HTML); n > mailLimit || test.full && n < mailLimit*9/10 {
			t.Errorf("%s: %d bytes of HTML, at most %d and where rows are cut not much less", name, n, mailLimit)
		}
		if strings.Contains(string(mail.HTML), "<details") {
			t.Errorf("%s: the mail folds something, which mail programs cannot", name)
		}
		page, err := newHTMLWriter(false)
		if err != nil {
			t.Fatal(err)
		}
		shown, err := page.mailReport(test.plan, options)
		if err != nil {
			t.Fatal(err)
		}
		unbroken := func(text string) string { return strings.Join(strings.Fields(text), " ") }
		formats := map[string]string{
			"HTML": unbroken(html.UnescapeString(strings.ReplaceAll(string(mail.HTML), "<wbr>", ""))), "text": unbroken(string(mail.Text)),
		}
		said := func(words visible) {
			t.Helper()
			for format, text := range formats {
				if !strings.Contains(text, unbroken(string(words))) {
					t.Errorf("%s: the %s does not say %q", name, format, words)
				}
			}
		}
		left := shown.Sections
		for _, all := range newReport(test.plan, options).Sections {
			dangerous := 0
			for _, row := range all.Table.Rows {
				if all.Grave || row.Danger {
					dangerous++
				}
			}
			said(all.Title)
			if dangerous == 0 {
				if !slices.Contains(shown.LeftOut, all.Title) {
					t.Errorf("%s: %q is not said to be left out", name, all.Title)
				}
				continue
			}
			s := left[0]
			left = left[1:]
			if s.Title != all.Title || s.count()+s.Cut != all.count() {
				t.Errorf("%s: %q with %d rows and %d left out, of %q with %d", name, s.Title, s.count(), s.Cut, all.Title, all.count())
			}
			if s.count() < dangerous && !test.full {
				t.Errorf("%s: %q: %d of %d dangerous rows", name, s.Title, s.count(), dangerous)
			}
			if s.Cut > 0 {
				said(leftOutWords(s.Cut))
			}
			for _, row := range s.Table.Rows {
				for _, cell := range row.Cells {
					said(cell)
				}
			}
		}
	}
}

// TestAMailOfAPartShowsEveryLineOfIt as show --only does.
func TestAMailOfAPartShowsEveryLineOfIt(t *testing.T) {
	p := demo(t)
	part, err := Only(&p, []string{"suspend", "owner"})
	if err != nil {
		t.Fatal(err)
	}
	mail, err := ForMail(p, Options{Only: part})
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{"Only suspend, owner: 3 of 29 accounts", "leaves 3 groups, owner of 1, stays in 1 group", "no active school assignment", "loses its last owner"} {
		if !strings.Contains(string(mail.HTML), words) {
			t.Errorf("the mail lacks %q", words)
		}
	}
}
