package config

import (
	"slices"
	"testing"

	"github.com/staffsync/staffsync/cmd/staffsync/schema/schematest"
)

// notInTheSchema are the mistakes that an editor does not mark, with the reason.
var notInTheSchema = map[string]string{
	"a field that staff does not have": "a rule is a text to the schema, which does not know its language",
	"an extra that is not declared":    "a rule is a text to the schema, which does not know its language",
	"a Windows path in double quotation marks": "to the schema a text is the same in any quotation marks, " +
		"and a text may hold a line break",
}

// checkAnEditorMarksIt holds the schema against a config that Load refuses.
func checkAnEditorMarksIt(t *testing.T, name, text string) {
	t.Helper()
	marked := schematest.Check("config", []byte(text))
	switch reason, known := notInTheSchema[name]; {
	case known && marked != nil:
		t.Errorf("the schema can tell (%v), although %s; take it out of notInTheSchema", marked, reason)
	case !known && marked == nil:
		t.Error("the schema lets it pass; add a rule to it, or to notInTheSchema why none can tell")
	}
}

// checkNotInTheSchema holds the list to mistakes that are tested.
func checkNotInTheSchema(t *testing.T, tested []string) {
	t.Helper()
	for name := range notInTheSchema {
		if !slices.Contains(tested, name) {
			t.Errorf("notInTheSchema names %q, which no test makes", name)
		}
	}
}

func TestAnEditorMarksNothingInAGoodConfig(t *testing.T) {
	if err := schematest.Check("config", []byte(good)); err != nil {
		t.Error(err)
	}
}
