package policy

import (
	"regexp"
	"strings"
	"testing"

	"github.com/staffsync/staffsync/source"
)

func TestTextFunctions(t *testing.T) {
	for _, c := range []struct{ name, template, want string }{
		{"Müller", "${ascii(staff.lastName)}", "Muller"},
		{"Weiß", "${ascii(staff.lastName)}", "Weiss"},
		{"Ærøskøbing", "${ascii(staff.lastName)}", "AEroskobing"},
		{"Łukasz-Đorđe", "${ascii(staff.lastName)}", "LukaszDorde"},
		{"Þórðarson", "${ascii(staff.lastName)}", "THordarson"},
		{"Nguyễn", "${ascii(staff.lastName)}", "Nguyen"},
		{"Nguye\u0302\u0303n", "${ascii(staff.lastName)}", "Nguyen"},
		{"İnönü Yıldız", "${ascii(staff.lastName)}", "InonuYildiz"},
		{"O'Brien", "${ascii(staff.lastName)}", "OBrien"},
		{"O’Brien", "${ascii(staff.lastName)}", "OBrien"},
		{"O`Brien", "${ascii(staff.lastName)}", "OBrien"},
		{"Ka\u02bbahumanu", "${ascii(staff.lastName)}", "Kaahumanu"},
		{"St. John, Jr", "${ascii(staff.lastName)}", "StJohnJr"},
		{"de la Cruz\u2013Ruiz", "${ascii(staff.lastName)}", "delaCruzRuiz"},
		{"so\u00adft", "${ascii(staff.lastName)}", "soft"},
		{"Smith 3rd", "${ascii(staff.lastName)}", "Smith3rd"},
		{"王", "${ascii(staff.lastName)}", `ascii(staff.lastName): no ASCII letter stands for the character '王' (U+738B) of "王"`},
		{"A+B", "${ascii(staff.lastName)}", `ascii(staff.lastName): no ASCII letter stands for the character '+' (U+002B) of "A+B"`},
		{"Smith", "${staff.lastName.first(1)}", "S"},
		{"Smith", "${staff.lastName.first(99)}", "Smith"},
		{"Smith", "${staff.lastName.first(5)}", "Smith"},
		{"Smith", "x${staff.lastName.first(0)}", "x"},
		{"Smith", "${staff.lastName.first(-1)}", "staff.lastName.first(-1): first takes a number from 0 on, not -1"},
		{"E\u0301mile", "${ascii(staff.lastName.first(1))}", "E"},
		{"E\u0301mile", "${staff.lastName.first(2)}", "\u00c9m"},
		{"", "x${staff.lastName.first(1)}", "x"},
		{"Mary Ann", "${initials(staff.lastName)}", "MA"},
		{"  Garcia-Ruiz (III) ", "${initials(staff.lastName)}", "GRI"},
		{"Élise 'Ewa", "${ascii(initials(staff.lastName))}", "EE"},
		{"- '", "x${initials(staff.lastName)}", "x"},
		{"Smith", "${lower(staff.lastName)}", "smith"},
	} {
		compiled, wrong := compiled(t, d118()).language(t).compileText(c.template)
		if len(wrong) > 0 {
			t.Fatal(wrong[0].err)
		}
		who := activation{}
		staff := someone(func(s *source.Staff) { s.LastName = c.name })
		who.person(&staff)
		got, err := compiled.value(&who, false)
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s of %q: %q, want %q", c.template, c.name, got, c.want)
		}
	}
}

// language is the one of the policy's rules.
func (p *Policy) language(t *testing.T) *language {
	t.Helper()
	l, err := newLanguage(p.source, p.hidden)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Whatever the text, what is folded is letters and digits, and folding it again
// changes nothing.
func FuzzFoldToASCII(f *testing.F) {
	for _, text := range []string{"Müller", "O’Brien-Weiß", "Nguye\u0302\u0303n", "王", "\xff", "İ", "ﬃ", "½"} {
		f.Add(text)
	}
	plain := regexp.MustCompile(`^[A-Za-z0-9]*$`)
	f.Fuzz(func(t *testing.T, text string) {
		folded, err := foldToASCII(text)
		if err != nil {
			return
		}
		if again, err := foldToASCII(folded); !plain.MatchString(folded) || again != folded || err != nil {
			t.Errorf("%q becomes %q, and that %q, %v", text, folded, again, err)
		}
		if first := firstCharacters(text, 1); !strings.HasPrefix(folded, firstOf(t, first)) {
			t.Errorf("%q begins with %q, and %q does not", text, first, folded)
		}
	})
}

// firstOf folds a character that is a part of a text that can be folded.
func firstOf(t *testing.T, text string) string {
	folded, err := foldToASCII(text)
	if err != nil {
		t.Errorf("%q cannot be folded, but the text that begins with it can: %v", text, err)
	}
	return folded
}
