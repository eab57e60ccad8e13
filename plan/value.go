package plan

import (
	"math"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Value is the value of one field: absent, text, a whole number, a decimal
// number or a truth value. The zero Value is absent; so is an empty text,
// because Google makes no difference between the two.
type Value struct {
	v any // nil, string, int64, float64 or bool
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

// Absent tells whether there is no value.
func (v Value) Absent() bool { return v.v == nil }

// Any returns the value as nil, string, int64, float64 or bool.
func (v Value) Any() any { return v.v }

// String returns the value as text, empty when it is absent.
func (v Value) String() string {
	switch x := v.v.(type) {
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
func (v Value) Equal(w Value) bool { return v.v == w.v }

// IsZero makes yaml leave out an absent value under omitempty.
func (v Value) IsZero() bool { return v.Absent() }

// MarshalYAML encodes the value as a plain YAML scalar.
func (v Value) MarshalYAML() (any, error) { return v.v, nil }

// UnmarshalYAML decodes a YAML scalar; anything else is an error.
func (v *Value) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind != yaml.ScalarNode {
		return mistakeAt(node, "a value is a single text, number or truth value")
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
// same (Google answers INT64 attributes as text); absent equals empty.
func Same(field string, a, b Value) bool {
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
