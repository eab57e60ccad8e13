package render

import (
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

// TestAReviewerNeedNotScrollFar holds how long the text is at 80 columns, and that
// no address is taken apart there.
func TestAReviewerNeedNotScrollFar(t *testing.T) {
	for _, test := range []struct {
		name string
		plan plan.Plan
		most int
	}{{"demo", demo(t), 130}, {"a hundred actions", suspicious(100), 200}} {
		narrow := rendered(t, func(w io.Writer) error { return Text(w, test.plan, Options{Width: 80}) })
		wide := rendered(t, func(w io.Writer) error { return Text(w, test.plan, Options{}) })
		lines := strings.Split(strings.TrimSuffix(narrow, "\n"), "\n")
		if len(lines) > test.most {
			t.Errorf("%s: %d lines, want at most %d", test.name, len(lines), test.most)
		}
		for _, line := range lines {
			if columns(visible(line)) > 80 && strings.Contains(strings.TrimSpace(line), " ") && !strings.Contains(line, "staffsync apply") {
				t.Errorf("%s: more than 80 columns: %s", test.name, line)
			}
		}
		address := regexp.MustCompile(`[^\s,;()]+@[^\s,;()]*`)
		if diff := cmp.Diff(counted(address.FindAllString(wide, -1)), counted(address.FindAllString(narrow, -1))); diff != "" {
			t.Errorf("%s: addresses differ from those on wide lines (-wide +narrow):\n%s", test.name, diff)
		}
	}
}

func counted(words []string) map[string]int {
	counts := make(map[string]int)
	for _, word := range words {
		counts[word]++
	}
	return counts
}

// rowsOf are the folded rows of the section whose title begins so.
func rowsOf(t *testing.T, p plan.Plan, title string) (whole string, rows []string) {
	t.Helper()
	for _, s := range newReport(p, Options{}).Sections {
		if strings.HasPrefix(string(s.Title), title) {
			for _, r := range s.Table.Rows {
				rows = append(rows, string(together(r.Cells, " | ")))
			}
			return string(s.Title), rows
		}
	}
	t.Fatalf("no section %s", title)
	return "", nil
}

func TestSomebodyWhoLosesAccessHasOneRow(t *testing.T) {
	action := plan.Action{
		ID: "account/1", Kind: plan.Suspend, Account: "jdoe@d118.org", Staff: plan.Person{DCID: 1, Name: "Jane Doe", Building: "Annex"},
		Changes: plan.Changes{
			{Field: plan.FieldSuspended, From: plan.Truth(false), To: plan.Truth(true)},
			{Field: plan.FieldOrgUnitPath, From: plan.Text("/Staff/Cotton Creek"), To: plan.Text("/Suspended")},
		},
		Groups: []plan.MembershipChange{
			{Group: "a@d118.org", From: "MEMBER"}, {Group: "b@d118.org", From: "MEMBER"}, {Group: "c@x.org", From: "MANAGER"},
			{Group: "d@d118.org", From: "OWNER"}, {Group: "e@d118.org", From: "MEMBER"}, {Group: "f@d118.org", From: "MEMBER", To: "MEMBER"},
		},
	}
	_, got := rowsOf(t, plan.Plan{Domain: "d118.org", Actions: []plan.Action{action}}, "Suspend")
	want := []string{"Jane Doe | jdoe@ | Annex · /Staff/Cotton Creek | leaves d@ (owner), c@x.org (manager), a@ and 2 more"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	action.Groups = action.Groups[:3]
	if _, got := rowsOf(t, plan.Plan{Domain: "d118.org", Actions: []plan.Action{action}}, "Suspend"); !strings.HasSuffix(got[0], "leaves c@x.org (manager), a@, b@") {
		t.Errorf("three groups: %q", got)
	}
}

func TestConflictsOfOneKindSayTheRemedyOnce(t *testing.T) {
	var p plan.Plan
	for _, name := range []string{"A", "B", "C"} {
		p.Conflicts = append(p.Conflicts, plan.Conflict{Kind: plan.ConflictNoOrgUnit, Staff: plan.Person{Name: name}, Field: plan.FieldOrgUnitPath, Remedy: "create it"})
	}
	for i := range 30 {
		p.Conflicts = append(p.Conflicts, plan.Conflict{Kind: plan.ConflictUnlinkedAccount, Staff: plan.Person{Name: "D"}, Remedy: "write " + number(i)})
	}
	_, got := rowsOf(t, p, "Conflicts: 33 things")
	if len(got) != 1+remediesListed || got[0] != "3 | no-org-unit | A (org unit), B (org unit), C (org unit) | create it" ||
		got[1] != "1 | unlinked-account | D | write 0" || got[remediesListed] != "unlinked-account | and 21 more | show --only unlinked-account lists them" {
		t.Errorf("got %q", got)
	}
}

// TestCountsSayTheSameEverywhere: the titles of the details count as the screen
// does, and say where the others are.
func TestCountsSayTheSameEverywhere(t *testing.T) {
	p := suspicious(100)
	for title, want := range map[string]string{
		"Suspend": "Suspend: 10 accounts, org units in /D118 Staff",
		"Move":    "Move: 31 accounts, 13 of them under suspend (10), reactivate (3), 18 of them under shared changes",
		"Rename":  "Rename: 12 accounts",
		"Update":  "Update: 75 accounts, 26 of them under rename (12), move (14), 25 of them under shared changes",
	} {
		if got, _ := rowsOf(t, p, title); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	if got, want := Headline(p), "Plan: 8 to create, 10 to suspend, 3 to reactivate, 12 to rename, 31 to move, 75 to update;"; !strings.HasPrefix(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	four := listing{plan.Move: 4, plan.Rename: 4}
	if got, want := four.elsewhere(plan.Move), "4 of them listed under rename"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestEveryActionHasARowOrIsUnderSharedChanges of the folded details.
func TestEveryActionHasARowOrIsUnderSharedChanges(t *testing.T) {
	for name, p := range map[string]plan.Plan{"demo": demo(t), "suspicious": suspicious(118), "everything": everything()} {
		text := rendered(t, func(w io.Writer) error { return Text(w, p, Options{}) })
		_, details, _ := strings.Cut(text, "\n\nSuspend: ")
		for i := range p.Actions {
			if who := p.Actions[i].Staff.Name; !strings.Contains(details, plan.Visible(who)) {
				t.Errorf("%s: %s is not in the details", name, who)
			}
		}
	}
}

func TestEveryFormatBeginsWithTheSameScreen(t *testing.T) {
	for name, p := range map[string]plan.Plan{"demo": demo(t), "suspicious": suspicious(118), "10000": suspicious(10000)} {
		options := Options{Names: Names{Plan: "plan.yaml"}}
		s := newReport(p, options).Screen
		words := []string{string(s.Verdict), string(s.Excess), string(s.Command)}
		for _, part := range s.Parts {
			words = append(words, string(part.Title))
			for _, l := range part.Lines {
				words = append(words, string(l.Cells[len(l.Cells)-1]))
			}
			words = append(words, string(part.More))
		}
		for format, render := range map[string]func(io.Writer, plan.Plan, Options) error{"text": Text, "Markdown": Markdown, "HTML": HTML} {
			rest := rendered(t, func(w io.Writer) error { return render(w, p, options) })
			if format == "Markdown" {
				rest = strings.ReplaceAll(rest, "`", "")
			}
			if format == "HTML" {
				rest = strings.NewReplacer("&#39;", "'", "&#43;", "+", "<wbr>", "").Replace(rest)
			}
			for _, word := range words {
				at := strings.Index(rest, word)
				if at < 0 {
					t.Errorf("%s as %s lacks %q after what comes before it", name, format, word)
					break
				}
				rest = rest[at:]
			}
		}
	}
}
