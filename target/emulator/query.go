package emulator

import (
	"regexp"
	"strings"
)

// A users.list query, as Google's "Search for users" page describes it:
// clauses separated by spaces, all of which must hold. A clause is a field, an
// operator and a value, or a value alone. Values with spaces stand in quotes,
// in which \' is a quote. A clause that isn't understood is refused, never
// passed over: a filter that silently selects everybody is how accounts get
// hurt.

// clause is one part of a query.
type clause struct {
	field string // empty: the value alone
	op    string // = : > >= < <= or [) for a range
	value string
	high  string // of a range: the end, not included
	// prefix is set for field:value*
	prefix bool
}

const maxQueryLength = 8192

var (
	fieldAndOperator = regexp.MustCompile(`^([\w.-]*)(>=|<=|[=:<>])`)
	rangeOfNumbers   = regexp.MustCompile(`^\[([^,\]]*),([^,\]]*)\]`)
	bareText         = regexp.MustCompile(`^(\\['"\\]|[^ '"\\])*`)
	singleQuotedText = regexp.MustCompile(`^(\\['"\\]|[^'\\])*`)
	doubleQuotedText = regexp.MustCompile(`^(\\['"\\]|[^"\\])*`)
	escaped          = regexp.MustCompile(`\\(.)`)
)

func parseQuery(text string) ([]clause, *apiError) {
	if len(text) > maxQueryLength {
		return nil, invalid("Invalid Input: query is longer than %d bytes", maxQueryLength)
	}
	p := queryParser{text: text, rest: strings.TrimLeft(text, " ")}
	var clauses []clause
	for p.rest != "" {
		c, err := p.clause()
		if err != nil {
			return nil, err
		}
		clauses = append(clauses, c)
		p.rest = strings.TrimLeft(p.rest, " ")
	}
	if len(clauses) == 0 {
		return nil, invalid("Invalid Input: query has no clause")
	}
	return clauses, nil
}

type queryParser struct{ text, rest string }

func (p *queryParser) fail(format string, args ...any) *apiError {
	args = append(args, len(p.text)-len(p.rest)+1, p.text)
	return invalid("Invalid Input: query: "+format+" at character %d of %q", args...)
}

func (p *queryParser) clause() (c clause, err *apiError) {
	m := fieldAndOperator.FindStringSubmatch(p.rest)
	if m == nil {
		c.op = ":"
		c.value, c.prefix, err = p.value()
		return c, err
	}
	p.rest = p.rest[len(m[0]):]
	c.field, c.op = m[1], m[2]
	if c.field == "" {
		return c, p.fail("%q without a field before it", c.op)
	}
	if c.op == ":" && strings.HasPrefix(p.rest, "[") {
		return p.numberRange(c)
	}
	c.value, c.prefix, err = p.value()
	if c.prefix && c.op != ":" {
		c.value, c.prefix = c.value+"*", false
	}
	return c, err
}

// value reads a quoted or a bare value. A * at its end asks for a prefix.
func (p *queryParser) value() (value string, prefix bool, err *apiError) {
	text, quote := bareText, ""
	switch {
	case strings.HasPrefix(p.rest, "'"):
		text, quote = singleQuotedText, "'"
	case strings.HasPrefix(p.rest, `"`):
		text, quote = doubleQuotedText, `"`
	}
	p.rest = p.rest[len(quote):]
	value = text.FindString(p.rest)
	p.rest = p.rest[len(value):]
	switch rest, ended := strings.CutPrefix(p.rest, quote); {
	case strings.HasPrefix(p.rest, `\`):
		return "", false, p.fail(`\ before something that isn't a quote`)
	case !ended:
		return "", false, p.fail("a quoted value doesn't end")
	case quote == "" && p.rest != "" && p.rest[0] != ' ':
		return "", false, p.fail("a quote inside a value")
	default:
		p.rest = rest
	}
	value = escaped.ReplaceAllString(value, "$1")
	if quote != "" {
		p.rest, prefix = strings.CutPrefix(p.rest, "*") // 'Mary Ann'*
	}
	if !prefix {
		value, prefix = strings.CutSuffix(value, "*")
	}
	if p.rest != "" && p.rest[0] != ' ' {
		return "", false, p.fail("no space after a value")
	}
	if value == "" {
		return "", false, p.fail("an empty value")
	}
	return value, prefix, nil
}

// numberRange reads [min,max] after a field and a colon.
func (p *queryParser) numberRange(c clause) (clause, *apiError) {
	m := rangeOfNumbers.FindStringSubmatch(p.rest)
	if m == nil {
		return c, p.fail("a range that isn't [min,max]")
	}
	p.rest = p.rest[len(m[0]):]
	if p.rest != "" && p.rest[0] != ' ' {
		return c, p.fail("no space after a range")
	}
	c.op, c.value, c.high = "[)", strings.TrimSpace(m[1]), strings.TrimSpace(m[2])
	return c, nil
}
