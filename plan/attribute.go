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
// holds, and maxNameLength a given or family name
// (https://developers.google.com/admin-sdk/directory/v1/guides/manage-schemas,
// https://developers.google.com/admin-sdk/directory/reference/rest/v1/users).
const (
	maxAttributeLength = 500
	maxNameLength      = 60
)

// checkSchema returns an error that lists what exists when the policy names
// an attribute that the directory does not have, or one that cannot be
// written as a single value.
func (c *comparison) checkSchema() error {
	for _, name := range append([]string{c.rules.Match}, c.rules.Attributes...) {
		attribute, ok := c.attributes[name]
		if !ok {
			return c.unknownAttribute(name)
		}
		if attribute.MultiValued {
			return fmt.Errorf("the custom attribute %s holds several values; staffsync manages attributes with a single value only", name)
		}
	}
	for i, name := range c.rules.Attributes {
		switch {
		case strings.EqualFold(name, c.rules.Match):
			return fmt.Errorf("the custom attribute %s holds the DCID (match) and cannot be one of the attributes as well", name)
		case slices.Contains(c.rules.Attributes[:i], name):
			return fmt.Errorf("the rules name the custom attribute %s twice", name)
		}
	}
	for i, kind := range c.rules.ExternalIDs {
		if slices.Contains(c.rules.ExternalIDs[:i], kind) {
			return fmt.Errorf("the rules name the external id %s twice", kind)
		}
	}
	if t := c.attributes[c.rules.Match].Type; t != TypeInt64 && t != TypeString {
		return fmt.Errorf("the custom attribute %s, which is to hold the DCID, has the type %s; it must be INT64 (whole number) or STRING (text)", c.rules.Match, t)
	}
	return nil
}

func (c *comparison) unknownAttribute(name string) error {
	schema, _, _ := strings.Cut(name, ".")
	var fields, schemas, hints []string
	for _, attribute := range c.actual.Attributes {
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
		text = "it has no custom attributes at all; create them in the Admin console under Directory > Users > More options > Manage custom attributes"
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

// Fit turns the text that the policy wants into a value of the attribute's
// type, or says why it does not fit.
func (a Attribute) Fit(text string) (Value, error) {
	if text == "" {
		return Value{}, nil
	}
	misfit := func(what string) (Value, error) {
		return Value{}, fmt.Errorf("%q is no %s, which %s holds", text, what, a.Name)
	}
	switch a.Type {
	case TypeInt64:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return misfit("whole number")
		}
		return Number(n), nil
	case TypeDouble:
		f, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
			return misfit("number")
		}
		return Decimal(f), nil
	case TypeBool:
		switch strings.ToLower(text) {
		case "true":
			return Truth(true), nil
		case "false":
			return Truth(false), nil
		}
		return misfit("truth value (true or false)")
	case TypeDate:
		if _, err := time.Parse(time.DateOnly, text); err != nil {
			return misfit("date such as 2026-08-17")
		}
	case TypeEmail:
		if parsed, err := mail.ParseAddress(text); err != nil || parsed.Address != text {
			return misfit("e-mail address")
		}
	}
	if n := utf8.RuneCountInString(text); n > maxAttributeLength {
		return Value{}, fmt.Errorf("%s holds at most %d characters, and this value has %d", a.Name, maxAttributeLength, n)
	}
	return Text(text), nil
}

// stored turns the text that an account has into a value of the attribute's
// type; what does not fit stays text.
func (a Attribute) stored(text string) Value {
	value, err := a.Fit(text)
	if err != nil {
		return Text(text)
	}
	return value
}

// same compares two values of the attribute by its type.
func (a Attribute) same(x, y Value) bool {
	if a.Type == TypeEmail {
		return strings.EqualFold(x.String(), y.String())
	}
	return Same(a.Name, x, y)
}
