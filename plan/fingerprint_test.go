package plan

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const keyText = "9a1d7c5be0f34826b7d2c8e19f40a356"

func someKey(t interface{ Fatal(...any) }) FingerprintKey {
	key, err := NewFingerprintKey(keyText)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestKeyIsLongEnoughAndNotRepeated(t *testing.T) {
	for text, want := range map[string]string{
		"":                                 "it is empty",
		" \n":                              "it is empty",
		"abracadabra":                      "it is shorter than 32 characters",
		strings.Repeat("x", 31) + " ":      "it is shorter than 32 characters",
		strings.Repeat("x", 40):            "it is one character again and again",
		"0123456789abcdef0123456789abcdef": "",
	} {
		_, err := NewFingerprintKey(text)
		if got := fmt.Sprint(err); err != nil && got != want || err == nil && want != "" {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
		if text := strings.TrimSpace(text); err != nil && text != "" && strings.Contains(err.Error(), text) {
			t.Errorf("%v repeats the key", err)
		}
	}
}

func TestNothingPrintsAKeyOrAValue(t *testing.T) {
	key := someKey(t)
	known := key.Fingerprint(7, "S.A", Text("marker")).Knowing(Text("marker"))
	change := Change{Field: "S.A", From: known, To: known}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "key", key, "value", known, "change", change)
	encoded, err := json.Marshal([]any{key, known, change})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := Encode(Plan{Actions: []Action{{Changes: Changes{change}}}})
	if err != nil {
		t.Fatal(err)
	}
	all := log.String() + string(encoded) + string(plan)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		all += fmt.Sprintf(verb+verb+verb+verb, key, known, change, &change)
	}
	for _, secret := range []string{"marker", keyText, fmt.Sprintf("%x", "marker"), fmt.Sprintf("%x", keyText), fmt.Sprint([]byte("marker")), fmt.Sprint([]byte(keyText))} {
		if strings.Contains(all, secret) {
			t.Errorf("%q is in\n%s", secret, all)
		}
	}
	if content, ok := known.Content(); !ok || !content.Equal(Text("marker")) {
		t.Errorf("the content is %v, %v", content, ok)
	}
}

func TestFingerprintIsOfThePersonTheAttributeAndTheValue(t *testing.T) {
	key := someKey(t)
	// HMAC-SHA-256 of the text, as anybody else computes it:
	// printf 'staffsync value\0007\000S.A\000marker' | openssl dgst -sha256 -hmac KEY
	const want = "0d68d8ab258fcc601837954c8ffba6827829ed432e8c7d31b8d7e41305610c31"
	got := key.Fingerprint(7, "S.A", Text("marker"))
	if fingerprint, _ := got.Fingerprint(); fingerprint != want {
		t.Errorf("it is %s, want %s", fingerprint, want)
	}
	other, err := NewFingerprintKey(keyText + "0")
	if err != nil {
		t.Fatal(err)
	}
	for what, differs := range map[string]Value{
		"person":    key.Fingerprint(8, "S.A", Text("marker")),
		"attribute": key.Fingerprint(7, "S.B", Text("marker")),
		"value":     key.Fingerprint(7, "S.A", Text("marker ")),
		"key":       other.Fingerprint(7, "S.A", Text("marker")),
	} {
		if got.Equal(differs) || Same("S.A", got, differs) {
			t.Errorf("another %s has the same fingerprint", what)
		}
	}
	if key.ID() == other.ID() || strings.Contains(keyText, key.ID()) || len(key.ID()) != 16 {
		t.Errorf("the keys' ids are %s and %s", key.ID(), other.ID())
	}
	if !key.Fingerprint(7, "S.A", Value{}).Absent() || !(FingerprintKey{}).Fingerprint(7, "S.A", Text("marker")).Absent() {
		t.Error("no value, or no key, has a fingerprint")
	}
}

// TestFingerprintsCompareAsValuesDo: whatever type the attribute has, the form that
// the source gives equals what the directory has exactly where the values
// themselves are the same.
func TestFingerprintsCompareAsValuesDo(t *testing.T) {
	texts := []string{
		"131", "0131", "131.0", "1.31e2", "-4", "+4", "4", "true", "TRUE", "false", "2026-08-17", "a@x.org", "A@X.org", "a @x.org",
		"847-555-0100", "8475550100", "9223372036854775807", "9007199254740993", "1e300", "0.1", "-0", "0", "x", "X",
	}
	rapid.Check(t, func(t *rapid.T) {
		key := someKey(t)
		attribute := Attribute{Name: "S.A", Type: rapid.SampledFrom(append(AttributeTypes(), "NEW")).Draw(t, "type")}
		wanted := rapid.OneOf(rapid.SampledFrom(texts), rapid.StringMatching(`[0-9a-z@. ]{1,8}`)).Draw(t, "wanted")
		has, err := attribute.Fit(rapid.OneOf(rapid.SampledFrom(texts), rapid.Just(wanted)).Draw(t, "has"))
		if err != nil || attribute.Type == TypeString && strings.Contains(wanted, "@") {
			return // nothing that the directory could have, or of a text that is an address
		}
		to, misfit := attribute.Fit(wanted)
		form, formMisfit := attribute.FitForms(key.Forms(7, "S.A", wanted))
		if (misfit == nil) != (formMisfit == nil) {
			t.Fatalf("%q: %v in plain, %v as a fingerprint", wanted, misfit, formMisfit)
		}
		if formMisfit != nil {
			if strings.Contains(formMisfit.Error(), wanted) && len(wanted) > 3 {
				t.Fatalf("the misfit repeats the value: %v", formMisfit)
			}
			return
		}
		stored := key.Fingerprint(7, "S.A", has)
		if plain, hidden := attribute.Same(has, to), attribute.Same(stored, form); plain != hidden {
			t.Fatalf("%s %q and %q: the same %v in plain, %v by fingerprints", attribute.Type, has, to, plain, hidden)
		}
	})
}

func TestValueThatIsTooLongHasNoForm(t *testing.T) {
	forms := someKey(t).Forms(7, "S.A", strings.Repeat("marker", 100))
	if forms == nil || len(forms) > 0 {
		t.Fatalf("the forms are %v", forms)
	}
	_, err := Attribute{Name: "S.A", Type: TypeString}.FitForms(forms)
	if err == nil || err.Error() != "S.A holds at most 500 characters, and the value, which is sensitive, has more" {
		t.Errorf("%v", err)
	}
}

func TestSensitiveValueSurvivesAFile(t *testing.T) {
	fingerprint := someKey(t).Fingerprint(7, "S.A", Text("marker"))
	p := Plan{Version: FileVersion, Actions: []Action{{Changes: Changes{
		{Field: "S.A", From: fingerprint}, {Field: "S.B", To: Text(fingerprint.String())},
	}}}}
	for _, encode := range []func(Plan) ([]byte, error){Encode, EncodeASCII} {
		data, err := encode(p)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(p.Actions[0].Changes, again.Actions[0].Changes, cmp.Comparer(Value.Equal)); diff != "" {
			t.Errorf("changes (-want +got):\n%s", diff)
		}
		if again.Actions[0].Changes[1].To.Sensitive() {
			t.Error("a text was taken for a fingerprint")
		}
	}
	_, err := Decode([]byte("version: 1\nactions: [{id: account/7, changes: {S.A: {to: {fingerprint: 9a1d}}}}]\n"))
	if err == nil || !strings.Contains(err.Error(), "a fingerprint is 64 hexadecimal digits") {
		t.Errorf("%v", err)
	}
}

func TestEveryChangeOfASensitiveValueCounts(t *testing.T) {
	key := someKey(t)
	a, b := key.Fingerprint(7, "S.A", Text("a-b")), key.Fingerprint(7, "S.A", Text("a b"))
	name := LimitChangeOf("S.A")
	for what, change := range map[string]Change{"replaced": {From: a, To: b}, "filled": {To: a}, "cleared": {From: a}} {
		change.Field = "S.A"
		counts := Count([]Action{{Kind: Update, Changes: Changes{change}}})
		if counts[name] != 1 || (counts[LimitClear] == 1) != (what == "cleared") {
			t.Errorf("%s: %v", what, counts)
		}
		if shared := (&Action{Kind: Update, Changes: Changes{change}}).Shareable(); len(shared) > 0 {
			t.Errorf("%s: others may share %v", what, shared)
		}
	}
	if counts := Count([]Action{{Kind: Create, Changes: Changes{{Field: "S.A", To: a}}}}); counts[name] != 0 {
		t.Errorf("a new account's counts: %v", counts)
	}
}
