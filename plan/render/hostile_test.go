package render

import (
	"bytes"
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/staffsync/staffsync/plan"
)

// hostileTexts are what somebody who can edit a name in PowerSchool might
// put there.
func hostileTexts() []string {
	return []string{
		"Eve\nPlan: 0 to suspend",
		"\x1b[2J\x1b[31mred\x1b]8;;http://evil.example\x07",
		"\u202eevil\u202c\u2066iso\u2069",
		"zero\u200bwidth\ufeff\u00ad",
		"line\u2028para\u2029end\u0085",
		`| cell | <b>bold</b> \| \\| x`,
		"`code` ``more`` \\`",
		"[link](https://evil.example) ![image](https://evil.example/i.png)",
		"](javascript:alert(1)) [x](javascript:alert(1))",
		"<https://evil.example> https://evil.example www.evil.example",
		"@everyone @org/team #1 org/repo#2 GH-3 a1b2c3d4e5",
		`<script>alert(1)</script><img src=x onerror=alert(1)>`,
		`"><a href="javascript:alert(1)">x</a>&lt;`,
		"*bold* _italic_ ~~gone~~ :smile: $x$",
		"# heading", "- item", "1. item", "> quote", "---", "    indented", "```fence",
		"a → b", "(empty)", " padded ", `"quoted"`, "bad\xff\xfeutf",
		"{{.Secret}} ${x}", "-->", "]]>", "\x00\t\r\n",
	}
}

// fillWith puts the text wherever a plan has text.
func fillWith(p *plan.Plan, dcid int64, text string) {
	person := plan.Person{DCID: dcid, Name: text, Building: text}
	p.Domain, p.Customer, p.Policy, p.Digest = text, text, text, text
	p.Blocked = append(p.Blocked, text)
	p.Actions = append(p.Actions,
		plan.Action{
			ID: text, Kind: plan.Update, Account: text, GoogleID: text, Staff: person, Reason: text,
			Changes: plan.Changes{
				{Field: text, From: plan.Text(text), To: plan.Text(text)},
				{Field: plan.ExternalIDPrefix + text, From: plan.Text(text)},
			},
			Via: text, Release: []string{text}, After: []string{text},
			Groups:     []plan.MembershipChange{{Group: text, From: text}},
			PassedOver: []plan.PassedOver{{Address: text, By: text}},
		},
		plan.Action{ID: text, Kind: plan.Kind("un" + text), Account: text, Staff: person, Reason: text},
	)
	p.Held = append(p.Held, plan.Held{
		ID: text, Kind: plan.Kind("un" + text), Account: text, Staff: person, Reason: text,
		Changes: plan.Changes{{Field: text, From: plan.Text(text), To: plan.Text(text)}},
		Groups:  []plan.MembershipChange{{Group: text, From: text}}, By: []string{text},
	})
	p.Holds = append(p.Holds, plan.Hold{
		Where: text, Address: text, From: []plan.HoldFrom{plan.HoldFrom(text)}, Reason: text, Owner: text, Until: text, People: []plan.Person{person},
	})
	p.Skipped = append(p.Skipped, plan.Skipped{Staff: person, Address: text, Reason: text, Rule: text})
	p.Conflicts = append(p.Conflicts,
		plan.Conflict{ID: text, Account: text, Staff: person, Field: text, Problem: text, Remedy: text},
		plan.Conflict{ID: text, Problem: text})
	p.Warnings = append(p.Warnings, plan.Warning{Kind: plan.WarningKind(text), Account: text, Staff: person, Message: text})
	p.Limits = plan.Limits{plan.LimitClear: plan.AtMost(0)}.Check(plan.Count(p.Actions), func(plan.LimitName) int { return 520 })
}

func hostilePlan() plan.Plan {
	p := plan.Plan{Version: plan.FileVersion}
	for i, text := range hostileTexts() {
		fillWith(&p, int64(i+1), text)
	}
	return p
}

func rendered(t testing.TB, render func(io.Writer) error) string {
	t.Helper()
	var out bytes.Buffer
	if err := render(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

var (
	codeSpan = regexp.MustCompile("`[^`]*`")
	tag      = regexp.MustCompile(`<[^>]*>`)
	entity   = regexp.MustCompile(`&#(96|124|92);`)
	// ownTags are those that Markdown has from us: the mark of the first line and
	// what folds a section, with what is code in its title.
	ownTags = regexp.MustCompile(`^<!-- staffsync (plan|difference) -->$|^<details><summary>|</summary>$|^</details>$|<code>[^<>]*</code>`)
)

// FuzzNoTextChangesTheShapeOfAPlan renders a plan that has the text
// everywhere and one that has a harmless word: lines, cells and tags are the
// same.
func FuzzNoTextChangesTheShapeOfAPlan(f *testing.F) {
	for _, text := range hostileTexts() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if text == "" {
			t.Skip("an absent text leaves lines out")
		}
		var with, without plan.Plan
		fillWith(&with, 1, text)
		fillWith(&without, 1, "word")
		for name, detail := range map[string]Detail{"folded": Folded, "full": Full} {
			t.Run("text "+name, func(t *testing.T) {
				got := rendered(t, func(w io.Writer) error { return Text(w, with, Options{Detail: detail}) })
				want := rendered(t, func(w io.Writer) error { return Text(w, without, Options{Detail: detail}) })
				if a, b := strings.Count(got, "\n"), strings.Count(want, "\n"); a != b {
					t.Errorf("%q makes %d lines of %d:\n%s", text, a, b, got)
				}
				for _, r := range got {
					if r != '\n' && plan.Visible(string(r)) != string(r) {
						t.Errorf("%q lets %U through", text, r)
					}
				}
			})
			t.Run("Markdown "+name, func(t *testing.T) {
				got := rendered(t, func(w io.Writer) error { return Markdown(w, with, Options{Detail: detail}) })
				want := rendered(t, func(w io.Writer) error { return Markdown(w, without, Options{Detail: detail}) })
				if a, b := pipes(got), pipes(want); !slices.Equal(a, b) {
					t.Errorf("%q makes other lines or cells (- harmless + with it):\n%s\n%s", text, cmp.Diff(b, a), got)
				}
				checkMarkdown(t, got)
			})
		}
		t.Run("JSON", func(t *testing.T) {
			got := rendered(t, func(w io.Writer) error { return JSON(w, with, Options{}) })
			want := rendered(t, func(w io.Writer) error { return JSON(w, without, Options{}) })
			checkJSON(t, text, got, want)
		})
		t.Run("difference", func(t *testing.T) {
			harmless, hostile := differing(without), differing(with)
			sides := Sides{Before: "before", After: "after"}
			got := rendered(t, func(w io.Writer) error { return DifferenceText(w, hostile, sides, Options{}) })
			want := rendered(t, func(w io.Writer) error { return DifferenceText(w, harmless, sides, Options{}) })
			if a, b := strings.Count(got, "\n"), strings.Count(want, "\n"); a != b || strings.ContainsFunc(got, hides) {
				t.Errorf("%q makes %d lines of %d, or lets a character through:\n%s", text, a, b, got)
			}
			got = rendered(t, func(w io.Writer) error { return DifferenceMarkdown(w, hostile, sides) })
			want = rendered(t, func(w io.Writer) error { return DifferenceMarkdown(w, harmless, sides) })
			if a, b := pipes(got), pipes(want); !slices.Equal(a, b) {
				t.Errorf("%q makes other lines or cells (- harmless + with it):\n%s\n%s", text, cmp.Diff(b, a), got)
			}
			checkMarkdown(t, got)
			checkJSON(t, text,
				rendered(t, func(w io.Writer) error { return DifferenceJSON(w, hostile) }),
				rendered(t, func(w io.Writer) error { return DifferenceJSON(w, harmless) }))
		})
		for name, render := range map[string]func(io.Writer, plan.Plan, Options) error{"HTML": HTML, "mail": mailHTML} {
			t.Run(name, func(t *testing.T) {
				got := rendered(t, func(w io.Writer) error { return render(w, with, Options{}) })
				want := rendered(t, func(w io.Writer) error { return render(w, without, Options{}) })
				if diff := cmp.Diff(tags(want), tags(got)); diff != "" {
					t.Errorf("%q makes other tags (- harmless + with it):\n%s", text, diff)
				}
			})
		}
	})
}

// tags returns the tags of the page but those at which an address may be broken, and
// without how a cell is broken, which goes by the length of its words.
func tags(page string) []string {
	page = brokenCell.ReplaceAllString(strings.ReplaceAll(page, "<wbr>", ""), "<td")
	return tag.FindAllString(page, -1)
}

var brokenCell = regexp.MustCompile(`<td class="(?:cell(?: long| roomy| whole)*|number)(?: muted| second| first)?"(?: style="[^"]*")?`)

// hides tells whether the character cannot be seen, and is no line end.
func hides(r rune) bool { return r != '\n' && plan.Visible(string(r)) != string(r) }

// checkJSON fails where the text makes other lines of JSON than a harmless word, or
// something else than text.
func checkJSON(t *testing.T, text, got, want string) {
	t.Helper()
	if a, b := strings.Count(got, "\n"), strings.Count(want, "\n"); a != b {
		t.Errorf("%q makes %d lines of %d:\n%s", text, a, b, got)
	}
	if !json.Valid([]byte(got)) || strings.ContainsFunc(got, hides) || strings.ContainsAny(got, "<>&") {
		t.Errorf("%q is not JSON, or lets a character through:\n%s", text, got)
	}
}

// differing is a difference in which everything of the plan differs.
func differing(p plan.Plan) plan.Difference {
	d := plan.Difference{
		New: p.Actions, Gone: p.Actions,
		Conflicts: plan.NewAndGone[plan.Conflict]{New: p.Conflicts, Gone: p.Conflicts},
		Warnings:  plan.NewAndGone[plan.Warning]{New: p.Warnings, Gone: p.Warnings},
		Skipped:   plan.NewAndGone[plan.Skipped]{New: p.Skipped, Gone: p.Skipped},
		Values:    []plan.ValueDifference{{Key: p.Domain, Before: p.Domain, After: p.Digest}},
	}
	for i := range p.Actions {
		a := &p.Actions[i]
		changed := plan.ActionDifference{Before: *a, After: *a, Values: []plan.ValueDifference{{Key: a.Account, Before: a.Account, After: a.Reason}}}
		for j := range a.Changes {
			c := &a.Changes[j]
			changed.Fields = append(changed.Fields, plan.FieldDifference{Field: c.Field, Before: c, After: c})
			d.Bulk.New = append(d.Bulk.New, plan.BulkChange{Field: c.Field, From: c.From, To: c.To, Count: 3, Base: 4, Building: a.Staff.Building})
		}
		for j := range a.Groups {
			changed.Memberships = append(changed.Memberships, plan.MembershipDifference{Group: a.Groups[j].Group, Before: &a.Groups[j], After: &a.Groups[j]})
		}
		d.Changed, d.Reasons = append(d.Changed, changed), append(d.Reasons, changed)
	}
	return d
}

// pipes returns how many cells end on each line.
func pipes(markdown string) []int {
	var counts []int
	for line := range strings.Lines(markdown) {
		counts = append(counts, strings.Count(line, "|"))
	}
	return counts
}

// checkMarkdown holds to what makes hostile text harmless: outside code spans
// there is nothing but words, and the marks that we write ourselves.
func checkMarkdown(t *testing.T, markdown string) {
	t.Helper()
	for line := range strings.Lines(markdown) {
		if strings.Count(line, "`")%2 != 0 {
			t.Errorf("a code span stays open: %q", line)
		}
		rest := codeSpan.ReplaceAllString(ownTags.ReplaceAllString(strings.TrimSuffix(line, "\n"), ""), "")
		rest = entity.ReplaceAllString(rest, "")
		rest = strings.ReplaceAll(rest, "<br>", "")
		rest = strings.TrimLeft(rest, "#")
		if i := strings.IndexAny(rest, "@<>[]_#~\\&${}="); i >= 0 {
			t.Errorf("%q is outside code: %q", rest[i], line)
		}
		if strings.Contains(rest, "://") || strings.Contains(rest, "www.") {
			t.Errorf("a link is outside code: %q", line)
		}
		if stars := strings.ReplaceAll(strings.ReplaceAll(rest, "**", ""), "*(empty)*", ""); strings.Contains(stars, "*") {
			t.Errorf("an asterisk is outside code: %q", line)
		}
	}
}

func TestHTMLLoadsNothingAndRunsNothing(t *testing.T) {
	forbidden := regexp.MustCompile(`(?i)<(img|script|iframe|link|form|object|svg)\b|\b(src|on\w+|srcset)\s*=`)
	link := regexp.MustCompile(`(?i)<a\b|\bhref\s*=`)
	ownLink := regexp.MustCompile(`^<a class="link" href="#[a-z]+">$`)
	for name, render := range map[string]func(io.Writer, plan.Plan, Options) error{"page": HTML, "mail": mailHTML} {
		for planName, p := range map[string]plan.Plan{"hostile": hostilePlan(), "demo": demo(t)} {
			page := rendered(t, func(w io.Writer) error { return render(w, p, Options{}) })
			for _, found := range tag.FindAllString(page, -1) {
				if forbidden.MatchString(found) || link.MatchString(found) && !(name == "page" && ownLink.MatchString(found)) {
					t.Errorf("the %s of the %s plan has %s", name, planName, found)
				}
			}
			if strings.Contains(page, "url(") || strings.Contains(page, "@import") || strings.Contains(page, "ZgotmplZ") {
				t.Errorf("the %s of the %s plan: a style loads something or was refused by html/template", name, planName)
			}
		}
	}
}

func TestColorIsTheOnlyThingThatOptionsColorAdds(t *testing.T) {
	sgr := regexp.MustCompile(`\x1b\[[0-9;]*m`)
	for name, p := range map[string]plan.Plan{"everything": everything(), "hostile": hostilePlan(), "nothing": nothing()} {
		plain := rendered(t, func(w io.Writer) error { return Text(w, p, Options{Width: 100}) })
		colored := rendered(t, func(w io.Writer) error { return Text(w, p, Options{Width: 100, Color: true}) })
		if strings.ContainsFunc(plain, func(r rune) bool { return r != '\n' && unicode.IsControl(r) }) {
			t.Errorf("%s: text without colour has control characters", name)
		}
		if !sgr.MatchString(colored) {
			t.Errorf("%s: text with colour has none", name)
		}
		if diff := cmp.Diff(plain, sgr.ReplaceAllString(colored, "")); diff != "" {
			t.Errorf("%s: colour changes more than the colour (-plain +colored):\n%s", name, diff)
		}
	}
}
