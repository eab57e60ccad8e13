package emulator

import (
	"cmp"
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
	fewest int // how many narrow lists at most
}

// candidates are the only users who can match a clause.
type candidates struct {
	count func() int     // at least as many as there are
	list  func() []*user // by primary address
}

// and demands one thing more.
func (f *filter) and(match func(*user) bool, from *candidates) {
	f.matches = append(f.matches, match)
	if from == nil {
		return
	}
	if n := from.count(); f.narrow == nil || n < f.fewest {
		f.narrow, f.fewest = from.list, n
	}
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
	tests := make([]func(*user) bool, len(clauses))
	from := make([]*candidates, len(clauses))
	var err *apiError
	for i, c := range clauses {
		if tests[i], from[i], err = d.compileClause(c); err != nil {
			return nil, err
		}
	}
	f := &filter{}
	for i, match := range tests {
		f.and(match, from[i])
	}
	return f, nil
}

func (d *directory) compileClause(c clause) (match func(*user) bool, from *candidates, err *apiError) {
	switch c.field {
	case "", "email", "givenName", "familyName":
		match, err = c.onText(true, c.searchedTexts)
	case "name", "externalId":
		match, err = c.onText(false, c.searchedTexts)
	case "isAdmin", "isDelegatedAdmin":
		return d.onFlag(c, c.field)
	case "isSuspended":
		return d.onFlag(c, "suspended")
	case "isArchived":
		return d.onFlag(c, "archived")
	case "orgUnitPath":
		return d.underOrgUnit(c)
	default:
		return d.onCustomField(c)
	}
	if c.field == "email" && c.op == "=" {
		return match, d.holderOf(c.value), err
	}
	return match, d.textCandidates(c, c.searchedTexts), err
}

// holderOf is the user who has an address.
func (d *directory) holderOf(address string) *candidates {
	var holder []*user
	if u := d.users[d.holders[addressKey(address)]]; u != nil {
		holder = []*user{u}
	}
	return &candidates{count: func() int { return len(holder) }, list: func() []*user { return holder }}
}

// textCandidates are the users whom onText can find: those who have a text that
// is or begins with the value or, of its words, the longest.
func (d *directory) textCandidates(c clause, texts func(*user) []string) *candidates {
	value := strings.ToLower(c.value)
	lower := func(u *user) []string {
		list := slices.Clone(texts(u))
		for i, s := range list {
			list[i] = strings.ToLower(s)
		}
		return list
	}
	words := strings.Fields(lettersAndDigits(value))
	if c.op == "=" || c.prefix || len(words) == 0 {
		return d.texts.candidates(d, &span[string]{c, c.field, lower, sideOfText(value, c.prefix)})
	}
	longest := slices.MaxFunc(words, func(a, b string) int { return len(a) - len(b) })
	wordsOf := func(u *user) []string {
		var list []string
		for _, s := range lower(u) {
			list = append(list, strings.Fields(lettersAndDigits(s))...)
		}
		return list
	}
	return d.texts.candidates(d, &span[string]{c, c.field + " by word", wordsOf, sideOfText(longest, false)})
}

// sideOfText is the span of one text, or of all that begin with it.
func sideOfText(wanted string, prefix bool) func(string) int {
	return func(s string) int {
		if prefix && strings.HasPrefix(s, wanted) {
			return 0
		}
		return cmp.Compare(s, wanted)
	}
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

// checkFlag refuses what isn't = true or = false.
func (c clause) checkFlag() *apiError {
	switch value := strings.ToLower(c.value); {
	case c.op != "=":
		return c.unsupported()
	case value != "true" && value != "false":
		return invalid("Invalid Input: query: %s is true or false, not %q", c.field, c.value)
	}
	return nil
}

func (d *directory) onFlag(c clause, key string) (func(*user) bool, *candidates, *apiError) {
	if err := c.checkFlag(); err != nil {
		return nil, nil, err
	}
	of := func(u *user) []string { return []string{strconv.FormatBool(truth(u.doc, key))} }
	s := &span[string]{c, c.field, of, sideOfText(strings.ToLower(c.value), false)}
	return s.match, d.texts.candidates(d, s), nil
}

// underOrgUnit matches the org unit and everything below it.
func (d *directory) underOrgUnit(c clause) (func(*user) bool, *candidates, *apiError) {
	if c.op != "=" {
		return nil, nil, c.unsupported()
	}
	if _, ok := d.orgUnit(c.value); !ok {
		return nil, nil, invalid("Invalid Input: INVALID_OU_ID")
	}
	below := strings.ToLower(strings.TrimSuffix(c.value, "/")) + "/"
	of := func(u *user) []string { return []string{strings.ToLower(text(u.doc, "orgUnitPath")) + "/"} }
	s := &span[string]{c, c.field, of, sideOfText(below, true)}
	return s.match, d.texts.candidates(d, s), nil
}

// inDomain matches primary addresses in a domain, which is in lower case.
func (d *directory) inDomain(domain string) (func(*user) bool, *candidates) {
	of := func(u *user) []string { return []string{domainOf(u.email)} }
	s := &span[string]{clause{field: "domain of email", op: "=", value: domain}, "domain of email", of, sideOfText(domain, false)}
	return s.match, d.texts.candidates(d, s)
}

func (d *directory) onCustomField(c clause) (match func(*user) bool, from *candidates, err *apiError) {
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
		if err := c.checkFlag(); err != nil {
			return nil, nil, err
		}
	case "INT64", "DOUBLE", "DATE":
		r, err := c.numberRange(f, kind, of)
		if err != nil {
			return nil, nil, err
		}
		return r.match, d.numbers.candidates(d, r), nil
	}
	match, err = c.onText(true, of)
	return match, d.textCandidates(c, of), err
}

// numberRange is = on a number or date, or > >= < <= and [min,max], which need
// numericIndexingSpec.
func (c clause) numberRange(f object, kind string, of func(*user) []string) (*span[*big.Rat], *apiError) {
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
	return &span[*big.Rat]{c, c.field, numbersOf, c.sideOfNumber(low, high)}, nil
}

func (c clause) sideOfNumber(low, high *big.Rat) func(*big.Rat) int {
	return func(n *big.Rat) int {
		toLow, toHigh := n.Cmp(low), n.Cmp(high)
		switch op := c.op; {
		case op == ">" && toLow <= 0, (op == ">=" || op == "=" || op == "[)") && toLow < 0:
			return -1
		case (op == "<=" || op == "=") && toHigh > 0, (op == "<" || op == "[)") && toHigh >= 0:
			return 1
		}
		return 0
	}
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
