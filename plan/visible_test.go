package plan

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestVisibleMakesHiddenCharactersVisible(t *testing.T) {
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
		if got := Visible(test.in); got != test.want {
			t.Errorf("Visible(%+q) = %+q, want %+q", test.in, got, test.want)
		}
	}
}

func FuzzVisibleLetsNothingHiddenThrough(f *testing.F) {
	for _, text := range []string{"Eve\nPlan", "\x1b[2J\x07", "\u202eevil", "zero\u200bwidth\ufeff\u00ad", "bad\xff\xfeutf", "\x00\t\r\n"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Visible(s)
		if !utf8.ValidString(got) {
			t.Errorf("Visible(%+q) = %+q is not UTF-8", s, got)
		}
		if i := strings.IndexFunc(got, hidden); i >= 0 {
			t.Errorf("Visible(%+q) = %+q has a hidden character at byte %d", s, got, i)
		}
		if again := Visible(got); again != got {
			t.Errorf("Visible changes what it returned: %+q, then %+q", got, again)
		}
		if utf8.ValidString(s) && !strings.ContainsFunc(s, hidden) && got != s {
			t.Errorf("Visible(%+q) = %+q changes plain text", s, got)
		}
	})
}
