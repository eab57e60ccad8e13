package render

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestCleanMakesHiddenCharactersVisible(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"", ""},
		{"Jane Doe", "Jane Doe"},
		{"María López-Nuñez", "María López-Nuñez"},
		{"Zoe\u0308 o\u0302", "Zoe\u0308 o\u0302"}, // combining marks stay
		{"王小明 Владимир שרה فاطمة", "王小明 Владимир שרה فاطمة"},
		{`C:\x1b`, `C:\x1b`},
		{"a\nb\rc\td", `a\nb\rc\td`},
		{"\x1b[31m\x07\x7f", `\x1b[31m\x07\x7f`},
		{"\u0085\u009b", `\u0085\u009b`},
		{"\u202eabc\u2066", `\u202eabc\u2066`},
		{"a\u200b\u200d\ufeff\u00ad\u2060", `a\u200b\u200d\ufeff\u00ad\u2060`},
		{"\u2028\u2029", `\u2028\u2029`},
		{"a\u00a0b\u3000c", `a\u00a0b\u3000c`},
		{"\U000e0041\U000e0100", `\U000e0041\U000e0100`}, // tag, variation selector
		{"\u3164\u115f\u034f\u2800\ufe0f", `\u3164\u115f\u034f\u2800\ufe0f`},
		{"\ue000\U0010ffff\u0378", `\ue000\U0010ffff\u0378`}, // private, unassigned
		{"a\xffb\xc3", `a\xffb\xc3`},
		{"\ufffd", "\ufffd"},
	} {
		if got := Clean(test.in); got != test.want {
			t.Errorf("Clean(%+q) = %+q, want %+q", test.in, got, test.want)
		}
	}
}

func FuzzCleanLetsNothingHiddenThrough(f *testing.F) {
	for _, text := range hostileTexts() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Clean(s)
		if !utf8.ValidString(got) {
			t.Errorf("Clean(%+q) = %+q is no UTF-8", s, got)
		}
		if i := strings.IndexFunc(got, hidden); i >= 0 {
			t.Errorf("Clean(%+q) = %+q has a hidden character at byte %d", s, got, i)
		}
		if again := Clean(got); again != got {
			t.Errorf("Clean changes what it returned: %+q, then %+q", got, again)
		}
		if utf8.ValidString(s) && !strings.ContainsFunc(s, hidden) && got != s {
			t.Errorf("Clean(%+q) = %+q changes plain text", s, got)
		}
	})
}

func TestCodeKeepsEveryCharacterInSpansOrEntities(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := Clean(rapid.String().Draw(t, "text"))
		if !strings.ContainsAny(text, " ") {
			got := code(visible(text))
			got = strings.ReplaceAll(got, "`", "")
			got = strings.NewReplacer("&#96;", "`", "&#124;", "|", "&#92;", `\`).Replace(got)
			plain := strings.NewReplacer("&#96;", "`", "&#124;", "|", "&#92;", `\`).Replace(text)
			if got != plain {
				t.Errorf("code(%q) reads %q", text, got)
			}
		}
	})
	for in, want := range map[string]string{
		"":        "",
		"a b":     "`a b`",
		" a ":     "`  a  `",
		" a":      "` a`",
		" ":       "` `",
		"a|b":     "`a`&#124;`b`",
		"``":      "&#96;&#96;",
		`\x1b|`:   "&#92;`x1b`&#124;",
		"<b>&lt;": "`<b>&lt;`",
	} {
		if got := code(visible(in)); got != want {
			t.Errorf("code(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestProseLeavesWordsAloneAndPutsTheRestInCode(t *testing.T) {
	for in, want := range map[string]string{
		"":                         "",
		"Jane O'Brien-Smith, III.": "Jane O'Brien-Smith, III.",
		"staff of Cotton Creek belong in /D118 Staff/Cotton Creek Staff": "staff of Cotton Creek belong in /D118 Staff/Cotton Creek Staff",
		"37, but at most 26 (5% of 520)":                                 "37, but at most 26 (5% of 520)",
		"the address is jdoe@d118.org; the name":                         "the address is `jdoe@d118.org`; the name",
		"values for A.B, C_D":                                            "values for `A.B`, `C_D`",
		`the last name is "training1"`:                                   `the last name is "training1"`,
		"see (x@y.z) and @a #1 now":                                      "see (`x@y.z`) and `@a #1` now",
		"1234567":                                                        "`1234567`",
		"deadbeef1":                                                      "`deadbeef1`",
		"facade 1042":                                                    "facade 1042",
		"GH-12 ABC-1":                                                    "`GH-12 ABC-1`",
		"- item":                                                         "`-` item",
		"evil.example //x http://x":                                      "`evil.example //x http://x`",
		":smile: note: that":                                             "`:smile`: note: that",
		"... !":                                                          "`... !`",
		"a · b":                                                          "a · b",
	} {
		if got := prose(visible(in)); got != want {
			t.Errorf("prose(%q)\n got %s\nwant %s", in, got, want)
		}
	}
}
