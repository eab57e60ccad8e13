package plan

import (
	"fmt"
	"math"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// maxAttributeLength is how many characters a single-valued text attribute
// holds (https://developers.google.com/admin-sdk/directory/v1/guides/manage-schemas).
const maxAttributeLength = 500

// FindManaged returns the attribute of that name, whose values staffsync
// writes as a single value.
func FindManaged(attributes []Attribute, name string) (Attribute, error) {
	attribute, err := FindAttribute(attributes, name)
	if err == nil {
		err = attribute.CheckManaged()
	}
	return attribute, err
}

// FindMatch returns the attribute of that name, which can hold the DCID.
func FindMatch(attributes []Attribute, name string) (Attribute, error) {
	attribute, err := FindAttribute(attributes, name)
	if err == nil {
		err = attribute.CheckMatch()
	}
	return attribute, err
}

// FindAttribute returns the attribute of that name. Where there is none the
// error says what there is, and what may have been meant.
func FindAttribute(attributes []Attribute, name string) (Attribute, error) {
	for _, attribute := range attributes {
		if attribute.Name == name {
			return attribute, nil
		}
	}
	return Attribute{}, unknownAttribute(attributes, name)
}

// CheckManaged returns an error when the attribute cannot have the values that
// staffsync writes.
func (a Attribute) CheckManaged() error {
	if a.MultiValued {
		return fmt.Errorf("the custom attribute %s holds several values; staffsync manages attributes with a single value only", a.Name)
	}
	return nil
}

// Words say what the attribute is like.
func (a Attribute) Words() string {
	words := string(a.Type)
	if a.MultiValued {
		words += ", several values"
	}
	switch {
	case !a.Indexed:
		words += ", not indexed"
	case a.NumericIndex:
		words += ", with a numeric index"
	}
	return words
}

// CheckMatch returns an error when the attribute cannot hold the DCID.
func (a Attribute) CheckMatch() error {
	if a.Type != TypeInt64 && a.Type != TypeString {
		return fmt.Errorf("the custom attribute %s, which is to hold the DCID, has the type %s; it must be INT64 (whole number) or STRING (text)", a.Name, a.Type)
	}
	return a.CheckManaged()
}

func unknownAttribute(attributes []Attribute, name string) error {
	schema, _, _ := strings.Cut(name, ".")
	var fields, schemas, hints []string
	for _, attribute := range attributes {
		s, field, _ := strings.Cut(attribute.Name, ".")
		if !slices.Contains(schemas, s) {
			schemas = append(schemas, s)
		}
		if s == schema {
			fields = append(fields, field)
		}
		if strings.EqualFold(attribute.Name, name) || strings.EqualFold(attribute.DisplayName, name[strings.Index(name, ".")+1:]) {
			hints = append(hints, attribute.Name)
		}
	}
	slices.Sort(schemas)
	slices.Sort(fields)
	var text string
	switch {
	case len(schemas) == 0:
		text = "it has no custom attributes at all; staffsync init --attributes plans them"
	case len(fields) == 0:
		text = fmt.Sprintf("its schemas are %s", strings.Join(schemas, ", "))
	default:
		text = fmt.Sprintf("the fields of %s are %s", schema, strings.Join(fields, ", "))
	}
	if len(hints) > 0 {
		slices.Sort(hints)
		text += fmt.Sprintf("; did you mean %s?", hints[0])
	}
	return fmt.Errorf("the directory has no custom attribute %s: %s", name, text)
}

// AttributeTypes are the types that Google has.
func AttributeTypes() []AttributeType {
	return []AttributeType{TypeString, TypeInt64, TypeBool, TypeDouble, TypeEmail, TypePhone, TypeDate}
}

// Check returns an error when it is not one of Google's types.
func (t AttributeType) Check() error {
	var names []string
	for _, known := range AttributeTypes() {
		names = append(names, string(known))
	}
	if slices.Contains(names, string(t)) {
		return nil
	}
	return fmt.Errorf("%q is not a type of a custom attribute; there are %s%s", t, strings.Join(names, ", "), DidYouMean(string(t), names))
}

// holds says what values of the attribute's type are, empty where any text is
// one.
func (a Attribute) holds() string {
	switch a.Type {
	case TypeInt64:
		return "a whole number"
	case TypeDouble:
		return "a number"
	case TypeBool:
		return "a truth value (true or false)"
	case TypeDate:
		return "a date such as 2026-08-17"
	case TypeEmail:
		return "an e-mail address"
	}
	return ""
}

// Fit turns the text that the policy wants into a value of the attribute's
// type, or says why it does not fit.
func (a Attribute) Fit(text string) (Value, error) {
	if text == "" {
		return Value{}, nil
	}
	misfit := func() (Value, error) {
		return Value{}, fmt.Errorf("%s holds %s, and %q is not one", a.Name, a.holds(), text)
	}
	switch a.Type {
	case TypeInt64:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return misfit()
		}
		return Number(n), nil
	case TypeDouble:
		f, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
			return misfit()
		}
		return Decimal(f), nil
	case TypeBool:
		switch strings.ToLower(text) {
		case "true":
			return Truth(true), nil
		case "false":
			return Truth(false), nil
		}
		return misfit()
	case TypeDate:
		if _, err := time.Parse(time.DateOnly, text); err != nil {
			return misfit()
		}
	case TypeEmail:
		if parsed, err := mail.ParseAddress(text); err != nil || parsed.Address != text {
			return misfit()
		}
	}
	if n := utf8.RuneCountInString(text); n > maxAttributeLength {
		return Value{}, fmt.Errorf("%s holds at most %d characters, and this value has %d", a.Name, maxAttributeLength, n)
	}
	return Text(text), nil
}

// Stored turns the text that an account has into a value of the attribute's
// type; what does not fit stays text.
func (a Attribute) Stored(text string) Value {
	value, err := a.Fit(text)
	if err != nil {
		return Text(text)
	}
	return value
}

// Same compares two values of the attribute by its type.
func (a Attribute) Same(x, y Value) bool {
	if a.Type == TypeEmail && !x.Sensitive() && !y.Sensitive() {
		return strings.EqualFold(x.String(), y.String())
	}
	return Same(a.Name, x, y)
}
