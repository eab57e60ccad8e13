package render

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/staffsync/staffsync/plan"
	"pgregory.net/rapid"
)

func TestHeadlineNamesOnlyWhatThereIs(t *testing.T) {
	suspension := plan.Action{Kind: plan.Suspend, Changes: plan.Changes{
		{Field: plan.FieldSuspended, From: plan.Truth(false), To: plan.Truth(true)},
	}}
	for _, test := range []struct {
		name string
		plan plan.Plan
		want string
	}{
		{"nothing at all", plan.Plan{}, "No changes. Google is in line with PowerSchool"},
		{"nothing that is selected", plan.Plan{Summary: plan.Summary{Unchanged: 3}, People: plan.People{NotSelected: 2}}, "No changes; 2 not selected, 3 unchanged"},
		{"nothing to do", plan.Plan{Summary: plan.Summary{Unchanged: 3, Inactive: 9}}, "No changes. Google is in line with PowerSchool; 3 unchanged, 9 inactive without an account"},
		{"nothing that is known", plan.Plan{NotKnown: []string{"S.Phone"}}, "No changes"},
		{"nothing but a conflict", plan.Plan{Conflicts: make([]plan.Conflict, 1)}, "No changes; 1 conflict"},
		{"the actions count, not what the file says of itself", plan.Plan{Actions: []plan.Action{suspension, suspension}, Summary: plan.Summary{Create: 7}}, "Plan: 2 to suspend"},
		{"a link", plan.Plan{Actions: []plan.Action{{Kind: plan.Link}}}, "Plan: 1 to link"},
		{"only groups are left", plan.Plan{Actions: []plan.Action{{Kind: plan.Update, Groups: make([]plan.MembershipChange, 2)}}}, "Plan: 1 account to change"},
		{"everything", everything(), "Plan: 1 to create, 1 to suspend, 1 to reactivate, 1 to rename, 3 to move, 3 to update; 512 unchanged, 204 inactive without an account, 2 skipped, 2 conflicts, 3 warnings"},
	} {
		if got := Headline(test.plan); got != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.name, got, test.want)
		}
	}
}

func TestDangerousAccountsComeFirst(t *testing.T) {
	update := func(id string, to plan.Value) plan.Action {
		return plan.Action{ID: id, Kind: plan.Update, Account: id, Changes: plan.Changes{{Field: "S.F", From: plan.Text("x"), To: to}}}
	}
	p := plan.Plan{Actions: []plan.Action{
		{Kind: plan.Move, Account: "moved"},
		{Kind: "strange", Account: "strange"},
		update("changed", plan.Text("y")), update("cleared", plan.Value{}), update("changed too", plan.Text("z")),
		{Kind: plan.Create, Account: "created"},
		{Kind: plan.Suspend, Account: "suspended"},
	}}
	var got []string
	for _, s := range newReport(p, Options{Detail: Full}).Sections {
		for _, e := range s.Entries {
			got = append(got, string(e.Subject))
		}
	}
	want := []string{"suspended", "created", "moved", "cleared", "changed", "changed too", "strange"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("order of accounts (-want +got):\n%s", diff)
	}
}

func TestBlockedLimitsAreCountedAgainAndSayWhatAllowsThem(t *testing.T) {
	p := large(1000)
	p.Blocked = nil
	check := p.Limits[plan.LimitSuspend]
	check.Count = 0
	p.Limits[plan.LimitSuspend] = check
	got := rendered(t, func(w io.Writer) error { return Text(w, p, Options{}) })
	want := `BLOCKED by 1 limit: 1,000 accounts in d118.org would change.
  suspend 100 (at most 50)
  if it is right: staffsync apply --allow suspend=100 PLAN
`
	if !strings.Contains(got, want) {
		t.Errorf("the text lacks\n%s\nit begins\n%.600s", want, got)
	}
}

func TestADangerousLineIsMarkedInEveryFormat(t *testing.T) {
	p := everything()
	lines := func(s, pattern string) int { return len(regexp.MustCompile(pattern).FindAllString(s, -1)) }
	// One suspension, two groups, one cleared field.
	text := rendered(t, func(w io.Writer) error { return Text(w, p, Options{Detail: Full}) })
	if n := lines(text, `(?m)^      ! `); n != 4 {
		t.Errorf("text marks %d lines, want 4", n)
	}
	markdown := rendered(t, func(w io.Writer) error { return Markdown(w, p, Options{Detail: Full}) })
	if n := lines(markdown, `(?m)^\| \*\*!\*\* \|`); n != 4 {
		t.Errorf("Markdown marks %d lines, want 4", n)
	}
	page := rendered(t, func(w io.Writer) error { return HTML(w, p, Options{}) })
	if n := lines(page, `<tr class="change danger`); n != 4 {
		t.Errorf("HTML marks %d lines, want 4", n)
	}
}

func TestEveryTextOfThePlanStandsInEveryFormat(t *testing.T) {
	var p plan.Plan
	fillWith(&p, 1042, "zebra")
	for name, render := range map[string]func(io.Writer) error{
		"text":     func(w io.Writer) error { return Text(w, p, Options{Detail: Full}) },
		"Markdown": func(w io.Writer) error { return Markdown(w, p, Options{Detail: Full}) },
		"HTML":     func(w io.Writer) error { return HTML(w, p, Options{}) },
	} {
		// Of the action: address, name, building, reason, field, from, to,
		// external id and its value, group and role, via, alias, what it waits
		// for with its address, and an address passed over with its holder. Of the unknown one: its kind in the title
		// and at the entry, address, name, building, reason. Conflicts: address,
		// name, building, field, problem, remedy; id, problem. Warning: kind,
		// address, name, building, message. Skipped: name, building, address,
		// reason, rule. Then the four lines at the end; on the first screen the
		// domain, the blocked words, two fields, whose they and the memberships
		// are, and the warning's kind. What is held: kind, address, name,
		// building, reason, the hold's four texts, field, from, to, group and
		// role. The hold in force: seven. The blocking hold's words again, and on
		// the first screen name, building, kind, until and owner.
		want := 17 + 6 + 8 + 5 + 5 + 4 + 1 + 1 + 2 + 4 + 1 + 14 + 7 + 1 + 5
		got := rendered(t, render)
		if name == "HTML" {
			want++ // the page's title
			got = strings.ReplaceAll(got, "<wbr>", "")
		}
		if n := strings.Count(got, "zebra"); n != want {
			t.Errorf("%s has the text %d times, want %d:\n%s", name, n, want, got)
		}
	}
}

func TestAValueCannotPassForSomethingElse(t *testing.T) {
	for in, want := range map[string]value{
		"":        {Text: "(empty)", Empty: true},
		"(empty)": {Text: `"(empty)"`},
		"a → b":   {Text: `"a → b"`},
		" a":      {Text: `" a"`},
		`"a"`:     {Text: `"\"a\""`},
		"a b":     {Text: "a b"},
		"00412":   {Text: "00412"},
	} {
		if diff := cmp.Diff(want, newValue(plan.Text(in))); diff != "" {
			t.Errorf("value of %q (-want +got):\n%s", in, diff)
		}
	}
}

func TestActionStandsOnItsOwnAsInThePlan(t *testing.T) {
	p := everything()
	whole := rendered(t, func(w io.Writer) error { return Text(w, p, Options{Width: 80, Detail: Full}) })
	for _, action := range p.Actions {
		if len(action.After) > 0 {
			continue // alone, it cannot name the account that it waits for
		}
		got := rendered(t, func(w io.Writer) error { return Action(w, action, Options{Width: 80}) })
		if !strings.Contains(whole, got) {
			t.Errorf("%s alone differs from the plan:\n%s", action.ID, got)
		}
	}
}

func TestSentencesAreBrokenOnlyBetweenWordsAndAtTheWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[a-zñ王]{1,12}`), 1, 40).Draw(t, "words")
		limit := rapid.IntRange(leastWidth, 100).Draw(t, "limit")
		indent := rapid.IntRange(0, 10).Draw(t, "indent")
		sentence := strings.Join(words, " ")
		var out bytes.Buffer
		writer := newTextWriter(&out, Options{Width: limit})
		writer.pad(indent)
		writer.wrap(nil, visible(sentence), indent)
		if err := writer.flush("the sentence"); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(strings.Fields(out.String()), " "); got != sentence {
			t.Errorf("words change: %q", got)
		}
		for line := range strings.SplitSeq(out.String(), "\n") {
			if n := columns(visible(line)); n > limit || !strings.HasPrefix(line, strings.Repeat(" ", indent)) {
				t.Errorf("%d columns of %d, indent %d: %q", n, limit, indent, line)
			}
		}
	})
}

func TestColumnsCountsWhatATerminalShows(t *testing.T) {
	for text, want := range map[visible]int{"": 0, "abc": 3, "Nuñez": 5, "Nun\u0303ez": 5, "王小明": 6, "a → b": 5} {
		if got := columns(text); got != want {
			t.Errorf("columns(%q) = %d, want %d", text, got, want)
		}
	}
}

type brokenWriter struct{}

var errBroken = errors.New("disk full")

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

func TestAFailedWriteIsAnError(t *testing.T) {
	for name, render := range map[string]func(io.Writer, plan.Plan) error{
		"text":     func(w io.Writer, p plan.Plan) error { return Text(w, p, Options{Detail: Full}) },
		"action":   func(w io.Writer, p plan.Plan) error { return Action(w, p.Actions[0], Options{}) },
		"Markdown": func(w io.Writer, p plan.Plan) error { return Markdown(w, p, Options{}) },
		"HTML":     func(w io.Writer, p plan.Plan) error { return HTML(w, p, Options{}) },
	} {
		for _, n := range []int{1, 2000} { // less than a buffer, and more
			if err := render(brokenWriter{}, large(n)); !errors.Is(err, errBroken) {
				t.Errorf("%s of %d actions: error %v, want %v", name, n, err, errBroken)
			}
		}
	}
}

func TestTerminalGivesNoColorToWhatIsNoTerminal(t *testing.T) {
	none := func(string) string { return "" }
	var buffer bytes.Buffer
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for name, w := range map[string]io.Writer{"buffer": &buffer, "file": file, "no file": (*os.File)(nil)} {
		got, options := Terminal(w, none)
		if got != w || options.Color || options.Width != 0 || options.VerdictLast {
			t.Errorf("%s: writer %v, options %+v", name, got, options)
		}
	}
}

func BenchmarkText10000(b *testing.B) { benchmark(b, Text, Options{Width: 100, Color: true}) }
func BenchmarkTextFull10000(b *testing.B) {
	benchmark(b, Text, Options{Width: 100, Color: true, Detail: Full})
}
func BenchmarkMarkdown10000(b *testing.B) { benchmark(b, Markdown, Options{}) }
func BenchmarkJSON10000(b *testing.B)     { benchmark(b, JSON, Options{}) }
func BenchmarkHTML10000(b *testing.B)     { benchmark(b, HTML, Options{}) }

// benchmark renders a plan of 10,000 actions that is decoded already.
func benchmark(b *testing.B, render func(io.Writer, plan.Plan, Options) error, options Options) {
	p := suspicious(10000)
	b.ReportAllocs()
	for b.Loop() {
		if err := render(io.Discard, p, options); err != nil {
			b.Fatal(err)
		}
	}
}
