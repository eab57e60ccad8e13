package render

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
)

func TestCodeKeepsEveryCharacterInSpansOrEntities(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := plan.Visible(rapid.String().Draw(t, "text"))
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
