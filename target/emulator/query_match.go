package emulator

import (
	"encoding/json"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// filter is a query made ready for one directory.
type filter struct {
	matches []func(*user) bool
	// narrow lists the only users who can match, from an index, by primary
	// address; nil: all. The caller must not change the list.
	narrow func() []*user
}

func (f *filter) match(u *user) bool {
	for _, m := range f.matches {
		if !m(u) {
			return false
		}
	}
	return true
}

// compile turns clauses into tests, and refuses what can't be searched.
func (d *directory) compile(clauses []clause) (*filter, *apiError) {
	f := &filter{}
	for _, c := range clauses {
		m, narrow, err := d.compileClause(c)
		if err != nil {
			return nil, err
		}
		f.matches = append(f.matches, m)
		if narrow != nil && (f.narrow == nil || c.op == "=") { // a value is narrower than a range
			f.narrow = narrow
		}
	}
	return f, nil
}

func (d *directory) compileClause(c clause) (match func(*user) bool, narrow func() []*user, err *apiError) {
	if c.field == "email" && c.op == "=" {
		narrow = func() []*user {
			if u := d.userByKey(c.value); u != nil && slices.Contains(u.addresses, addressKey(c.value)) {
				return []*user{u}
			}
			return nil
		}
	}
	switch c.field {
	case "", "email", "givenName", "familyName":
		match, err = c.onText(true, c.searchedTexts)
	case "name", "externalId":
		match, err = c.onText(false, c.searchedTexts)
	case "isAdmin", "isDelegatedAdmin":
		match, err = c.onFlag(func(u *user) bool { return truth(u.doc, c.field) })
	case "isSuspended":
		match, err = c.onFlag(func(u *user) bool { return truth(u.doc, "suspended") })
	case "isArchived":
		match, err = c.onFlag(func(u *user) bool { return truth(u.doc, "archived") })
	case "orgUnitPath":
		match, err = d.underOrgUnit(c)
	default:
		return d.onCustomField(c)
	}
	return match, narrow, err
}

// searchedTexts are the texts of a user that a clause on text looks at.
func (c clause) searchedTexts(u *user) []string {
	name, _ := u.doc["name"].(object)
	given, family := text(name, "givenName"), text(name, "familyName")
	switch c.field {
	case "email":
		return u.addresses
	case "givenName":
		return []string{given}
	case "familyName":
		return []string{family}
	case "name":
		return []string{strings.TrimSpace(given + " " + family)}
	case "externalId":
		list, _ := u.doc["externalIds"].([]any)
		return customTexts(list)
	}
	return append([]string{given, family}, u.addresses...)
}

func (c clause) unsupported() *apiError {
	op := c.op
	if op == "[)" {
		op = ":[min,max]"
	} else if c.prefix {
		op = ":value*"
	}
	return invalid("Invalid Input: query: %s can't be searched with %s", c.field, op)
}

// onText is the test of = and : on texts, without letter case: equal, or
// containing the words of the value in order, or beginning with it.
func (c clause) onText(prefixes bool, of func(*user) []string) (func(*user) bool, *apiError) {
	if c.op != "=" && c.op != ":" || c.prefix && !prefixes {
		return nil, c.unsupported()
	}
	value := strings.ToLower(c.value)
	wanted := " " + lettersAndDigits(value) + " "
	test := func(s string) bool {
		s = strings.ToLower(s)
		switch {
		case c.op == "=":
			return s == value
		case c.prefix:
			return strings.HasPrefix(s, value)
		}
		return s == value || wanted != "  " && strings.Contains(" "+lettersAndDigits(s)+" ", wanted)
	}
	return func(u *user) bool { return slices.ContainsFunc(of(u), test) }, nil
}

// lettersAndDigits is a text as words with one blank between them.
func lettersAndDigits(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }), " ")
}

func (c clause) onFlag(of func(*user) bool) (func(*user) bool, *apiError) {
	value := strings.ToLower(c.value)
	switch {
	case c.op != "=":
		return nil, c.unsupported()
	case value != "true" && value != "false":
		return nil, invalid("Invalid Input: query: %s is true or false, not %q", c.field, c.value)
	}
	return func(u *user) bool { return of(u) == (value == "true") }, nil
}

// underOrgUnit matches the org unit and everything below it.
func (d *directory) underOrgUnit(c clause) (func(*user) bool, *apiError) {
	if c.op != "=" {
		return nil, c.unsupported()
	}
	if _, ok := d.orgUnit(c.value); !ok {
		return nil, invalid("Invalid Input: INVALID_OU_ID")
	}
	below := strings.ToLower(strings.TrimSuffix(c.value, "/")) + "/"
	return func(u *user) bool {
		return strings.HasPrefix(strings.ToLower(text(u.doc, "orgUnitPath"))+"/", below)
	}, nil
}

func (d *directory) onCustomField(c clause) (match func(*user) bool, narrow func() []*user, err *apiError) {
	schema, name, dotted := strings.Cut(c.field, ".")
	if !dotted {
		return nil, nil, invalid("Invalid Input: query: unknown field %q", c.field)
	}
	f, ok := d.schemaField(schema, name)
	if !ok {
		return nil, nil, invalid("Invalid Input: query: no custom field %q", c.field)
	}
	if indexed, set := f["indexed"].(bool); set && !indexed {
		return nil, nil, invalid("Invalid Input: query: custom field %q isn't indexed", c.field)
	}
	of := func(u *user) []string { return customTexts(u.customValue(schema, name)) }
	switch kind := text(f, "fieldType"); kind {
	case "BOOL":
		if _, err := c.onFlag(nil); err != nil {
			return nil, nil, err
		}
	case "INT64", "DOUBLE", "DATE":
		r, err := c.numberRange(f, kind, of)
		if err != nil {
			return nil, nil, err
		}
		return r.match, func() []*user { return d.numbers.within(d, r) }, nil
	}
	match, err = c.onText(true, of)
	return match, nil, err
}

// numberRange is = on a number or date, or > >= < <= and [min,max], which need
// numericIndexingSpec.
func (c clause) numberRange(f object, kind string, of func(*user) []string) (*numberRange, *apiError) {
	switch {
	case c.op == ":":
		return nil, c.unsupported()
	case c.op != "=" && f["numericIndexingSpec"] == nil:
		return nil, invalid("Invalid Input: query: custom field %q has no numericIndexingSpec, so only = works", c.field)
	}
	low, err := orderedValue(kind, c.value)
	if err != nil {
		return nil, err
	}
	high := low
	if c.op == "[)" {
		if high, err = orderedValue(kind, c.high); err != nil {
			return nil, err
		}
	}
	numbersOf := func(u *user) []*big.Rat {
		var numbers []*big.Rat
		for _, s := range of(u) {
			if n, err := orderedValue(kind, s); err == nil {
				numbers = append(numbers, n)
			}
		}
		return numbers
	}
	return &numberRange{clause: c, low: low, high: high, numbersOf: numbersOf}, nil
}

// orderedValue reads a number, or a date as the number yyyymmdd.
func orderedValue(kind, s string) (*big.Rat, *apiError) {
	if kind == "DATE" {
		if !isDate(s) {
			return nil, invalid("Invalid Input: query: %q isn't a date yyyy-mm-dd", s)
		}
		s = strings.ReplaceAll(s, "-", "")
	}
	n, ok := parseNumber(s)
	if !ok || kind == "INT64" && !n.IsInt() {
		return nil, invalid("Invalid Input: query: %q isn't a number", s)
	}
	return n, nil
}

// parseNumber reads a decimal number of ordinary size. (big.Rat would also
// take fractions, and expand an exponent of millions.)
func parseNumber(s string) (*big.Rat, bool) {
	if len(s) > 40 || strings.ContainsAny(s, "/_xXpPbBoO") {
		return nil, false
	}
	if i := strings.IndexAny(s, "eE"); i >= 0 && len(s)-i > 5 {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

// customTexts gives the values of a custom field as texts, each value of a
// multi-valued field.
func customTexts(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case bool:
		return []string{strconv.FormatBool(v)}
	case json.Number:
		return []string{v.String()}
	case []any:
		var out []string
		for _, e := range v {
			if entry, ok := e.(object); ok {
				out = append(out, customTexts(entry["value"])...)
			}
		}
		return out
	}
	return nil
}
