package plan

import (
	"math"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Value is the value of one field: absent, text, a whole number, a decimal
// number or a truth value, or the fingerprint of a sensitive one. The zero Value
// is absent; so is an empty text, because Google makes no difference between the
// two.
type Value struct {
	v any // nil, string, int64, float64, bool, Fingerprint or *content
}

// content is a sensitive value that is known, which nothing shows or encodes.
type content struct {
	fingerprint Fingerprint
	reveal      func() Value
}

// Text returns s as a value; an empty s is absent.
func Text(s string) Value {
	if s == "" {
		return Value{}
	}
	return Value{s}
}

// Number returns n as a value.
func Number(n int64) Value { return Value{n} }

// Decimal returns f as a value.
func Decimal(f float64) Value { return Value{f} }

// Truth returns b as a value.
func Truth(b bool) Value { return Value{b} }

// Fingerprinted returns the sensitive value that the fingerprint stands for.
func Fingerprinted(f Fingerprint) Value { return Value{f} }

// Knowing returns the sensitive value with what it is, for Content alone: it still
// shows and compares as its fingerprint. A value that is not sensitive stays as it
// is.
func (v Value) Knowing(plain Value) Value {
	fingerprint, sensitive := v.Fingerprint()
	if !sensitive {
		return v
	}
	return Value{&content{fingerprint, func() Value { return plain }}}
}

// Content returns what is to be written where the value is, and false for a
// sensitive value of which only the fingerprint is known.
func (v Value) Content() (Value, bool) {
	switch x := v.v.(type) {
	case Fingerprint:
		return Value{}, false
	case *content:
		return x.reveal(), true
	}
	return v, true
}

// Fingerprint returns the fingerprint of a sensitive value, and false for any
// other.
func (v Value) Fingerprint() (Fingerprint, bool) {
	f, sensitive := v.Any().(Fingerprint)
	return f, sensitive
}

// Sensitive tells whether the value is known by its fingerprint only.
func (v Value) Sensitive() bool {
	_, sensitive := v.Fingerprint()
	return sensitive
}

// Absent tells whether there is no value.
func (v Value) Absent() bool { return v.v == nil }

// Any returns the value as nil, string, int64, float64 or bool, and a sensitive
// one as its Fingerprint.
func (v Value) Any() any {
	if known, ok := v.v.(*content); ok {
		return known.fingerprint
	}
	return v.v
}

// String returns the value as text, empty when it is absent. Of a sensitive one
// it is not the value but the beginning of its fingerprint.
func (v Value) String() string {
	switch x := v.Any().(type) {
	case Fingerprint:
		return "[sensitive " + string(x[:min(shownDigits, len(x))]) + "]"
	case string:
		return x
	case int64:
		return strconv.FormatInt(x, 10)
	case float64:
		return strconv.FormatFloat(x, 'g', -1, 64)
	case bool:
		return strconv.FormatBool(x)
	}
	return ""
}

// Equal tells whether two values are the same, kind included. Same compares
// the values of a field.
func (v Value) Equal(w Value) bool { return v.Any() == w.Any() }

// IsZero makes yaml leave out an absent value under omitempty.
func (v Value) IsZero() bool { return v.Absent() }

// keyFingerprint is the key under which a sensitive value is in YAML, so that no
// text can be taken for one.
const keyFingerprint = "fingerprint"

// MarshalYAML encodes the value as a plain YAML scalar, and a sensitive one as
// {fingerprint: DIGITS}.
func (v Value) MarshalYAML() (any, error) {
	if fingerprint, sensitive := v.Fingerprint(); sensitive {
		return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Style: yaml.FlowStyle, Content: []*yaml.Node{
			textNode(keyFingerprint), textNode(string(fingerprint)),
		}}, nil
	}
	return v.v, nil
}

// UnmarshalYAML decodes what MarshalYAML encodes; anything else is an error.
func (v *Value) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.MappingNode && len(node.Content) == 2 && node.Content[0].Value == keyFingerprint {
		digits := node.Content[1]
		if digits.Kind != yaml.ScalarNode || !fingerprintForm.MatchString(digits.Value) {
			return mistakeAt(digits, "a fingerprint is 64 hexadecimal digits")
		}
		*v = Fingerprinted(Fingerprint(digits.Value))
		return nil
	}
	if node.Kind != yaml.ScalarNode {
		return mistakeAt(node, "a value is a single text, number or truth value, or {fingerprint: DIGITS}")
	}
	switch node.Tag {
	case "!!null":
		*v = Value{}
		return nil
	case "!!str":
		*v = Text(node.Value)
		return nil
	case "!!binary": // text that is not UTF-8
		var s string
		if err := node.Decode(&s); err != nil {
			return mistakeAt(node, "%q is not base64", node.Value)
		}
		*v = Text(s)
		return nil
	case "!!int":
		var n int64
		if err := node.Decode(&n); err != nil {
			return mistakeAt(node, "%q is not a whole number of 64 bits", node.Value)
		}
		*v = Number(n)
		return nil
	case "!!float":
		var f float64
		if err := node.Decode(&f); err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
			return mistakeAt(node, "%q is not a number", node.Value)
		}
		*v = Decimal(f)
		return nil
	case "!!bool":
		var b bool
		if err := node.Decode(&b); err != nil {
			return mistakeAt(node, "%q is not a truth value", node.Value)
		}
		*v = Truth(b)
		return nil
	}
	return mistakeAt(node, "a value is a text, number or truth value, not %s", node.Tag)
}

// Same tells whether two values of the field are equal by the field's rules:
// addresses, org units and people's names without letter case; everything
// else exactly, where a number or truth value equals the text that says the
// same (Google answers INT64 attributes as text); absent equals empty. Sensitive
// values are the same where their fingerprints are.
func Same(field string, a, b Value) bool {
	if a.Sensitive() || b.Sensitive() {
		return a.Equal(b)
	}
	switch field {
	case FieldOrgUnitPath:
		return SameOrgUnit(a.String(), b.String())
	case FieldPrimaryEmail, FieldGivenName, FieldFamilyName:
		return strings.EqualFold(a.String(), b.String())
	}
	if a.Absent() || b.Absent() {
		return a.Absent() && b.Absent()
	}
	for _, pair := range [2][2]Value{{a, b}, {b, a}} {
		switch x := pair[0].v.(type) {
		case int64:
			n, ok := pair[1].wholeNumber()
			return ok && n == x
		case float64:
			f, err := strconv.ParseFloat(pair[1].String(), 64)
			return err == nil && f == x
		case bool:
			t, err := strconv.ParseBool(pair[1].String())
			return err == nil && t == x
		}
	}
	return a.v == b.v
}

func (v Value) wholeNumber() (int64, bool) {
	if n, ok := v.v.(int64); ok {
		return n, true
	}
	n, err := strconv.ParseInt(strings.TrimSpace(v.String()), 10, 64)
	return n, err == nil
}
