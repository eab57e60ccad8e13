package emulator

import (
	"encoding/json"
	"math/big"
	"slices"
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
	value := strings.ToLower(c.value)
	switch c.field {
	case "":
		test := c.textTest()
		return func(u *user) bool {
			return test(u.given) || test(u.family) || slices.ContainsFunc(u.addresses, test)
		}, nil, nil
	case "email":
		if c.op == "=" {
			narrow = func() []*user {
				if u := d.userByKey(value); u != nil && slices.Contains(u.addresses, value) {
					return []*user{u}
				}
				return nil
			}
		}
		match, err = c.onText(true, func(u *user) []string { return u.addresses })
		return match, narrow, err
	case "name":
		match, err = c.onText(false, func(u *user) []string { return []string{strings.TrimSpace(u.given + " " + u.family)} })
	case "givenName":
		match, err = c.onText(true, func(u *user) []string { return []string{u.given} })
	case "familyName":
		match, err = c.onText(true, func(u *user) []string { return []string{u.family} })
	case "externalId":
		match, err = c.onText(false, externalIDs)
	case "isAdmin", "isDelegatedAdmin":
		match, err = c.onFlag(c.field)
	case "isSuspended":
		match, err = c.onFlag("suspended")
	case "isArchived":
		match, err = c.onFlag("archived")
	case "orgUnitPath":
		match, err = d.underOrgUnit(c)
	default:
		return d.onCustomField(c)
	}
	return match, nil, err
}

func externalIDs(u *user) []string {
	list, _ := u.doc["externalIds"].([]any)
	var out []string
	for _, e := range list {
		entry, _ := e.(object)
		out = append(out, strings.ToLower(text(entry, "value")))
	}
	return out
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

// textTest is the test of = and : on one text: equal, or containing the words
// of the value in order, or beginning with it.
func (c clause) textTest() func(string) bool {
	value := strings.ToLower(c.value)
	switch {
	case c.op == "=":
		return func(s string) bool { return s == value }
	case c.prefix:
		return func(s string) bool { return strings.HasPrefix(s, value) }
	}
	wanted := words(value)
	return func(s string) bool {
		if s == value {
			return true
		}
		have := words(s)
		for i := range have {
			if len(wanted) > 0 && len(have)-i >= len(wanted) && slices.Equal(have[i:i+len(wanted)], wanted) {
				return true
			}
		}
		return false
	}
}

func words(s string) []string {
	return strings.FieldsFunc(s, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
}

func (c clause) onText(prefixes bool, of func(*user) []string) (func(*user) bool, *apiError) {
	if c.op != "=" && c.op != ":" || c.prefix && !prefixes {
		return nil, c.unsupported()
	}
	test := c.textTest()
	return func(u *user) bool { return slices.ContainsFunc(of(u), test) }, nil
}

func (c clause) flag() (bool, *apiError) {
	if c.op != "=" {
		return false, c.unsupported()
	}
	switch strings.ToLower(c.value) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, invalid("Invalid Input: query: %s is true or false, not %q", c.field, c.value)
}

func (c clause) onFlag(key string) (func(*user) bool, *apiError) {
	want, err := c.flag()
	return func(u *user) bool { return truth(u.doc, key) == want }, err
}

// underOrgUnit matches the org unit and everything below it.
func (d *directory) underOrgUnit(c clause) (func(*user) bool, *apiError) {
	if c.op != "=" {
		return nil, c.unsupported()
	}
	if _, ok := d.orgUnit(c.value); !ok {
		return nil, invalid("Invalid Input: INVALID_OU_ID")
	}
	root := strings.ToLower(c.value)
	if root == "/" {
		return func(*user) bool { return true }, nil
	}
	return func(u *user) bool { return u.orgUnit == root || strings.HasPrefix(u.orgUnit, root+"/") }, nil
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

	value := strings.ToLower(c.value)
	switch kind := text(f, "fieldType"); kind {
	case "BOOL":
		want, err := c.flag()
		if err != nil {
			return nil, nil, err
		}
		value = map[bool]string{true: "true", false: "false"}[want]
	case "INT64", "DOUBLE", "DATE":
		if c.op != "=" {
			r, err := c.numberRange(f, kind, of)
			if err != nil {
				return nil, nil, err
			}
			return r.match, func() []*user { return d.search.within(d, r) }, nil
		}
		n, err := orderedValue(kind, c.value)
		if err != nil {
			return nil, nil, err
		}
		if kind != "DATE" {
			value = numberText(n)
		}
	default:
		if c.op != "=" {
			match, err = c.onText(true, of)
			return match, nil, err
		}
	}
	match = func(u *user) bool { return slices.Contains(of(u), value) }
	narrow = func() []*user { return d.search.having(d, schema, name, value) }
	return match, narrow, nil
}

// numberRange is > >= < <= and [min,max] on a number or date, which need
// numericIndexingSpec.
func (c clause) numberRange(f object, kind string, of func(*user) []string) (*numberRange, *apiError) {
	if c.op == ":" {
		return nil, c.unsupported()
	}
	if f["numericIndexingSpec"] == nil {
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
	side := func(n *big.Rat) int {
		toLow, toHigh := n.Cmp(low), n.Cmp(high)
		switch {
		case c.op == ">" && toLow <= 0, (c.op == ">=" || c.op == "[)") && toLow < 0:
			return -1
		case c.op == "<=" && toHigh > 0, (c.op == "<" || c.op == "[)") && toHigh >= 0:
			return 1
		}
		return 0
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
	return &numberRange{clause: c, numbersOf: numbersOf, side: side}, nil
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

// numberText gives equal numbers one spelling.
func numberText(n *big.Rat) string {
	digits, _ := n.FloatPrec()
	return n.FloatString(digits)
}

// customTexts gives the values of a custom field as = compares them: in lower
// case, numbers in one spelling, each value of a multi-valued field.
func customTexts(v any) []string {
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		return []string{strings.ToLower(v)}
	case bool:
		if v {
			return []string{"true"}
		}
		return []string{"false"}
	case json.Number:
		if n, ok := parseNumber(v.String()); ok {
			return []string{numberText(n)}
		}
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
