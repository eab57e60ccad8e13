package policy

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func literal(text string) piece { return piece{literal: text} }

func expr(text string, start int) piece { return piece{expression: text, start: start} }

func TestSplitTemplate(t *testing.T) {
	for _, c := range []struct {
		text string
		want []piece
	}{
		{"", nil},
		{"plain", []piece{literal("plain")}},
		{"${a}", []piece{expr("a", 2)}},
		{"x${a}y${b}z", []piece{literal("x"), expr("a", 3), literal("y"), expr("b", 8), literal("z")}},
		{"$${a}", []piece{literal("${a}")}},
		{"$ $$ {}", []piece{literal("$ $$ {}")}},
		{"${ {'a': 1}['a'] }", []piece{expr(" {'a': 1}['a'] ", 2)}},
		{`${"}"}`, []piece{expr(`"}"`, 2)}},
		{`${'}'}`, []piece{expr(`'}'`, 2)}},
		{`${"\"}"}`, []piece{expr(`"\"}"`, 2)}},
		{`${r"\"}`, []piece{expr(`r"\"`, 2)}},
		{`${bR'\'}`, []piece{expr(`bR'\'`, 2)}},
		{`${xr'\'}'}`, []piece{expr(`xr'\'}'`, 2)}},
		{`${"""a"}"""}`, []piece{expr(`"""a"}"""`, 2)}},
		{`${'''a'}'''}`, []piece{expr(`'''a'}'''`, 2)}},
		{`${""}`, []piece{expr(`""`, 2)}},
		{"${a // }\n}", []piece{expr("a // }\n", 2)}},
		{"${'//'}", []piece{expr("'//'", 2)}},
	} {
		got, err := splitTemplate(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err.err)
			continue
		}
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(piece{})); diff != "" {
			t.Errorf("%s: %s", c.text, diff)
		}
	}
}

func TestSplitTemplateRefusesWhatIsNotClosed(t *testing.T) {
	for text, at := range map[string]int{
		"${": 0, "x${a": 1, "${a}${b": 4, "${{}": 0, `${"}`: 0, `${"a\"}`: 0, `${"""a"}`: 0, "${a // }": 0, `${"\`: 0,
	} {
		pieces, err := splitTemplate(text)
		if err == nil || err.at != at || pieces != nil {
			t.Errorf("%s: pieces %v, error %v", text, pieces, err)
		}
	}
}

func FuzzTemplate(f *testing.F) {
	for _, text := range []string{
		"", "plain", "/D118 Staff/${staff.building} Staff", "$${a}", `${"}"}${r'\'}`, "${{'a': 1}['a']}", "${'''}'''}", "${a // }\n}", "${", "${\xff}",
		"${staff.schools.map(s, string(s)).join(\";\")}", "${[1][2]}", "${1/0}",
	} {
		f.Add(text)
	}
	language, err := newLanguage(someSource(), nil)
	if err != nil {
		f.Fatal(err)
	}
	staff := someone(nil)
	var who activation
	who.person(&staff)
	f.Fuzz(func(t *testing.T, template string) {
		pieces, wrong := splitTemplate(template)
		if wrong != nil {
			if wrong.at < 0 || wrong.at >= len(template) {
				t.Fatalf("error at %d of %d bytes", wrong.at, len(template))
			}
			return
		}
		var again strings.Builder
		for _, piece := range pieces {
			if piece.expression == "" {
				again.WriteString(strings.ReplaceAll(piece.literal, "${", "$${"))
				continue
			}
			if template[piece.start:piece.start+len(piece.expression)] != piece.expression {
				t.Fatalf("%q is not at %d", piece.expression, piece.start)
			}
			again.WriteString("${" + piece.expression + "}")
		}
		if again.String() != template {
			t.Fatalf("%q became %q", template, again.String())
		}
		compiled, problems := language.compileText(template)
		for _, problem := range problems {
			if problem.line < 1 || problem.column < 1 || problem.err == nil {
				t.Fatalf("problem %+v", problem)
			}
		}
		if len(problems) == 0 {
			value, err := compiled.value(&who, false)
			if err == nil && value != strings.TrimSpace(value) {
				t.Fatalf("value %q", value)
			}
		}
	})
}
