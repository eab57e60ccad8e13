package render

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/staffsync/staffsync/plan"
)

// TestTheFirstScreenHasAtMostFortyLinesAtAnySize renders plans at 80 columns and
// looks at what comes before the details.
func TestTheFirstScreenHasAtMostFortyLinesAtAnySize(t *testing.T) {
	busy := large(10000)
	for i := range 12 {
		busy.Bulk = append(busy.Bulk, plan.BulkChange{
			Field: plan.FieldOrgUnitPath, From: plan.Text(strings.Repeat("/Staff of a School", 9)), To: plan.Text(fmt.Sprint("/B", i)), Count: 20, Base: 30,
		})
		busy.Warnings = append(busy.Warnings, plan.Warning{Kind: plan.WarningBulk, Message: strings.Repeat("many change ", 25)})
	}
	for _, kind := range plan.ConflictKinds() {
		busy.Conflicts = append(busy.Conflicts, plan.Conflict{Kind: kind, ID: "account/1", Problem: "p"})
	}
	for _, kind := range plan.WarningKinds() {
		busy.Warnings = append(busy.Warnings, plan.Warning{Kind: kind, Message: "m"})
	}
	for name, p := range map[string]plan.Plan{
		"0": nothing(), "1": large(1), "60": large(60), "300": large(300), "10000": large(10000),
		"suspicious": suspicious(118), "suspicious 10000": suspicious(10000), "everything": everything(), "hostile": hostilePlan(), "10000 with all kinds": busy,
	} {
		got := rendered(t, func(w io.Writer) error {
			return Text(w, p, Options{Width: screenWidth, Detail: ScreenOnly, VerdictLast: true, Unsaved: true, Notes: []string{
				"The exports are 16 minutes old (the oldest is schools.csv); set source.export.maxAge to refuse old ones.",
				"The plan is not saved; to save and apply it: staffsync plan -o plan.yaml, then staffsync apply plan.yaml",
			}})
		})
		lines := 0 // as a terminal breaks them
		for line := range strings.SplitSeq(strings.TrimSuffix(got, "\n"), "\n") {
			lines += max(1, (columns(visible(line))+screenWidth-1)/screenWidth)
		}
		if lines > screenLines {
			t.Errorf("plan %s: %d lines, want at most %d:\n%s", name, lines, screenLines, got)
		}
	}
}

// screenOf is the first screen as text at 80 columns.
func screenOf(t testing.TB, p plan.Plan) string {
	t.Helper()
	return rendered(t, func(w io.Writer) error { return Text(w, p, Options{Width: screenWidth, Detail: ScreenOnly}) })
}

func TestAQuietNightIsAFewLines(t *testing.T) {
	p := plan.Plan{
		Domain: "d118.org", Accounts: plan.Accounts{Total: 1498}, Digest: "sha256:35cd8f6a",
		Summary: plan.Summary{Unchanged: 1470, Inactive: 12},
		Actions: []plan.Action{
			{ID: "account/1", Kind: plan.Suspend, Account: "jdoe@d118.org", Staff: plan.Person{Name: "Jane Doe", Building: "Cotton Creek"}, Changes: plan.Changes{
				{Field: plan.FieldSuspended, From: plan.Truth(false), To: plan.Truth(true)},
			}, Groups: []plan.MembershipChange{{Group: "a@d118.org", From: "OWNER"}, {Group: "b@d118.org", From: "MEMBER"}}},
			{ID: "account/2", Kind: plan.Move, Account: "mmove@d118.org", Staff: plan.Person{Name: "Max Move"}, Changes: plan.Changes{
				{Field: plan.FieldOrgUnitPath, From: plan.Text("/A"), To: plan.Text("/B")},
			}},
		},
	}
	for range 23 {
		p.Conflicts = append(p.Conflicts, plan.Conflict{Kind: plan.ConflictTwoAccounts})
	}
	want := `2 of 1,498 accounts in d118.org would change; within every limit.
  if it is right: staffsync apply PLAN
LOSE ACCESS: 1  Jane Doe · Cotton Creek · 2 groups, owner of 1
OTHER CHANGES: 1 account  Max Move: org unit /A → /B
NEEDS A PERSON: 23 conflicts  23 two-accounts
The rest (or --only suspend, PERSON, BUILDING): staffsync show PLAN
digest sha256:35cd8f6a
`
	if diff := cmp.Diff(want, screenOf(t, p)); diff != "" {
		t.Errorf("the screen (-want +got):\n%s", diff)
	}
}

func TestAddressesSayWhoseTheyWereAndEachAccountOnce(t *testing.T) {
	rename := func(dcid int64, name, from, to string, release ...string) plan.Action {
		return plan.Action{ID: plan.AccountID(dcid), Kind: plan.Rename, Account: from + "@d118.org", Staff: plan.Person{DCID: dcid, Name: name},
			Changes: plan.Changes{{Field: plan.FieldPrimaryEmail, From: plan.Text(from + "@d118.org"), To: plan.Text(to + "@d118.org")}}, Release: release}
	}
	create := plan.Action{ID: "account/9", Kind: plan.Create, Account: "free@d118.org", Staff: plan.Person{Name: "New"},
		Changes: plan.Changes{{Field: plan.FieldPrimaryEmail, To: plan.Text("Alias@d118.org")}}}
	for name, test := range map[string]struct {
		actions []plan.Action
		want    []string
	}{
		"an exchange": {
			[]plan.Action{rename(1, "A", "a", "b"), rename(2, "B", "b", "a")},
			[]string{"a@ and b@ are exchanged by A and B"},
		},
		"a chain": {
			[]plan.Action{rename(1, "A", "a", "b"), rename(2, "B", "b", "c"), rename(3, "C", "c", "d")},
			[]string{"b@ goes from B, now c@, to A", "c@ goes from C, now d@, to B"},
		},
		"a ring of three": {
			[]plan.Action{rename(1, "A", "a", "b"), rename(2, "B", "b", "c"), rename(3, "C", "c", "a")},
			[]string{"b@ goes from B, now c@, to A", "c@ goes from C, now a@, to B", "a@ goes from A, now b@, to C"},
		},
		"an address that nobody had, of another domain": {
			[]plan.Action{rename(1, "A", "a", "b@x.org, not")},
			[]string{"A: a@ → b@x.org, not@"},
		},
		"an alias that a new account gets": {
			[]plan.Action{rename(1, "A", "a", "b", "alias@d118.org"), create},
			[]string{"Alias@ goes from A, now b@, to New"},
		},
		"a new account with an address that nobody had": {[]plan.Action{create}, nil},
		"their own alias": {[]plan.Action{rename(1, "A", "a", "b", "a@d118.org", "b@d118.org")}, []string{"A: a@ → b@"}},
	} {
		p := plan.Plan{Domain: "d118.org", Actions: test.actions}
		r := newReview(&p)
		var got []string
		for _, l := range r.addressPart().Lines {
			got = append(got, string(together(l.Cells, " ")))
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestWhatTheSamePeopleShareIsOneLine(t *testing.T) {
	p := suspicious(100)
	bulk := func(p plan.Plan) []string {
		r := newReview(&p)
		var got []string
		for _, l := range r.sharedPart().Lines {
			got = append(got, string(together(l.Cells, " ")))
		}
		return got
	}
	warned := []string{
		"all 25 accounts that have it: Building Governor'S Academy → Governor's Academy",
		"4 of the 31 staff of Prairie Grove School: org unit …/Prairie Grove School Staff → …/Lake View School Staff",
	}
	if diff := cmp.Diff(warned, bulk(p)); diff != "" {
		t.Errorf("what a warning says already (-want +got):\n%s", diff)
	}
	p.Warnings = nil
	school := "14 of the 18 staff of Wauconda High School: org unit …/Wauconda High School Staff → …/Governor's Academy Staff; Homeschool_ID 131 → 302"
	if diff := cmp.Diff([]string{warned[0], school, warned[1]}, bulk(p)); diff != "" {
		t.Errorf("without a warning (-want +got):\n%s", diff)
	}
	p.Bulk[1].Base, p.Bulk[0].Base = 20, 40 // another number of those who could
	got := bulk(p)
	if len(got) != 4 || !strings.HasPrefix(got[0], "25 of the 40 accounts that have it: ") || !strings.HasPrefix(got[1], "14 of the 20 staff") {
		t.Errorf("of another base: %q", got)
	}
}

func TestEveryAccountThatChangesIsOnTheFirstScreenUnderSomething(t *testing.T) {
	for name, p := range map[string]plan.Plan{"demo": demo(t), "suspicious": suspicious(118), "everything": everything(), "large": large(50)} {
		r := newReview(&p)
		said := make(map[string]bool)
		note := func(actions ...*plan.Action) {
			for _, action := range actions {
				said[action.ID] = true
			}
		}
		note(r.suspended...)
		note(r.reactivated...)
		note(r.created...)
		for _, change := range r.addresses {
			note(change.action)
			if change.from != nil {
				note(change.from)
			}
		}
		for _, s := range r.shared {
			note(s.actions...)
		}
		for _, o := range r.others {
			note(o.actions...)
		}
		for i := range p.Actions {
			if id := p.Actions[i].ID; !said[id] {
				t.Errorf("%s: %s is under nothing", name, id)
			}
		}
	}
}

func TestTheCommandThatIsToBeTypedIsOneThatAShellTakes(t *testing.T) {
	for word, want := range map[string]string{
		"plan.yaml": "plan.yaml", `C:\staffsync\plan.yaml`: `C:\staffsync\plan.yaml`, "change.A.B-c_d=9,move=3": "change.A.B-c_d=9,move=3",
		"plan of today.yaml": `"plan of today.yaml"`, "a;b&c": `"a;b&c"`, "": `""`,
		"$(reboot).yaml": "'$(reboot).yaml'", "a`b": "'a`b'", "it's $5": `'it'\''s $5'`, "Pläne.yaml": "Pläne.yaml",
	} {
		if got := argument(word); got != want {
			t.Errorf("argument(%q) = %s, want %s", word, got, want)
		}
	}
	names := Names{Plan: "p q.yaml", Config: "c.yaml"}
	if got, want := names.command("apply", "--allow move=3"), visible(`staffsync apply --config c.yaml --allow move=3 "p q.yaml"`); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := (Names{Plan: "-"}).command("show", ""), visible(`staffsync show PLAN`); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAPartListsAtMostTenAndSaysHowManyMore(t *testing.T) {
	p := large(120) // 12 suspensions
	got := screenOf(t, p)
	for _, want := range []string{"LOSE ACCESS: 12, with 12 group memberships\n  Person Número 0 ", "  Person Número 90 ", "\n  and 2 more\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("the screen lacks %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "Person Número 100 ") {
		t.Errorf("the screen has an eleventh:\n%s", got)
	}
}

// TestWarningsAreCountedOnce: those of a wrong export have a part of their own.
func TestWarningsAreCountedOnce(t *testing.T) {
	p := suspicious(118)
	got := screenOf(t, p)
	if !strings.Contains(got, "NEEDS A PERSON: 15 conflicts, 1 warning ") {
		t.Errorf("the screen counts other warnings than the one of a group:\n%s", got)
	}
	for _, name := range []string{"Andrew Nguyen", "Yuki Martinez"} { // the first and the last who lose access
		if !strings.Contains(got, "  "+name+" ") {
			t.Errorf("the screen lacks %s:\n%s", name, got)
		}
	}
	for _, want := range []string{
		"BLOCKED by 4 limits: 110 of 1,498 accounts in d118.org would change, 8 new.\n",
		"    staffsync apply --allow suspend=10,rename=12,clear=10,leaveGroups=428 PLAN\n",
		"LOOKS LIKE A WRONG EXPORT\n  14 of the 18 staff of Wauconda High School: ",
		"LOSE ACCESS: 10, with 428 group memberships\n",
		"TAKEN AWAY  428 memberships (4 as owner, of 1 group the last), 10 values\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the screen lacks %q:\n%s", want, got)
		}
	}
}
