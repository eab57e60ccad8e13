package emulator

import (
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

func parseQuery(text string) ([]clause, *apiError) {
	if len(text) > maxQueryLength {
		return nil, invalid("Invalid Input: query is longer than %d bytes", maxQueryLength)
	}
	p := queryParser{text: text}
	var clauses []clause
	for {
		for p.pos < len(p.text) && p.text[p.pos] == ' ' {
			p.pos++
		}
		if p.pos == len(p.text) {
			break
		}
		c, err := p.clause()
		if err != nil {
			return nil, err
		}
		clauses = append(clauses, c)
	}
	if len(clauses) == 0 {
		return nil, invalid("Invalid Input: query has no clause")
	}
	return clauses, nil
}

type queryParser struct {
	text string
	pos  int
}

func (p *queryParser) fail(format string, args ...any) *apiError {
	args = append(args, p.pos+1, p.text)
	return invalid("Invalid Input: query: "+format+" at character %d of %q", args...)
}

func (p *queryParser) clause() (clause, *apiError) {
	start := p.pos
	for p.pos < len(p.text) && isFieldByte(p.text[p.pos]) {
		p.pos++
	}
	name := p.text[start:p.pos]
	op := p.operator()
	if op == "" { // a value alone
		p.pos = start
		value, prefix, err := p.value()
		return clause{op: ":", value: value, prefix: prefix}, err
	}
	if name == "" {
		return clause{}, p.fail("%q without a field before it", op)
	}
	if op == ":" && p.pos < len(p.text) && p.text[p.pos] == '[' {
		return p.numberRange(name)
	}
	value, prefix, err := p.value()
	if err != nil {
		return clause{}, err
	}
	if prefix && op != ":" {
		value, prefix = value+"*", false
	}
	return clause{field: name, op: op, value: value, prefix: prefix}, nil
}

func isFieldByte(c byte) bool {
	return isLetterOrDigit(rune(c)) || c == '_' || c == '-' || c == '.'
}

func (p *queryParser) operator() string {
	for _, op := range []string{">=", "<=", "=", ":", ">", "<"} {
		if strings.HasPrefix(p.text[p.pos:], op) {
			p.pos += len(op)
			return op
		}
	}
	return ""
}

// value reads a quoted or a bare value. A * at its end asks for a prefix.
func (p *queryParser) value() (value string, prefix bool, err *apiError) {
	var quote byte
	if p.pos < len(p.text) && (p.text[p.pos] == '\'' || p.text[p.pos] == '"') {
		quote = p.text[p.pos]
		p.pos++
	}
	var b strings.Builder
	for ; p.pos < len(p.text); p.pos++ {
		c := p.text[p.pos]
		switch {
		case c == '\\':
			if p.pos+1 == len(p.text) || !strings.ContainsRune(`'"\`, rune(p.text[p.pos+1])) {
				return "", false, p.fail(`\ before something that isn't a quote`)
			}
			p.pos++
			b.WriteByte(p.text[p.pos])
			continue
		case quote != 0 && c == quote:
			p.pos++
			return p.finish(b.String(), true)
		case quote == 0 && c == ' ':
			return p.finish(b.String(), false)
		case quote == 0 && (c == '\'' || c == '"'):
			return "", false, p.fail("a quote inside a value")
		}
		b.WriteByte(c)
	}
	if quote != 0 {
		return "", false, p.fail("a quoted value doesn't end")
	}
	return p.finish(b.String(), false)
}

func (p *queryParser) finish(value string, quoted bool) (string, bool, *apiError) {
	prefix := false
	if quoted && p.pos < len(p.text) && p.text[p.pos] == '*' { // 'Mary Ann'*
		p.pos++
		prefix = true
	} else if strings.HasSuffix(value, "*") {
		value, prefix = strings.TrimSuffix(value, "*"), true
	}
	if p.pos < len(p.text) && p.text[p.pos] != ' ' {
		return "", false, p.fail("no space after a value")
	}
	if value == "" {
		return "", false, p.fail("an empty value")
	}
	return value, prefix, nil
}

// numberRange reads [min,max] after field: .
func (p *queryParser) numberRange(name string) (clause, *apiError) {
	inside, rest, closed := strings.Cut(p.text[p.pos+1:], "]")
	low, high, pair := strings.Cut(inside, ",")
	if !closed || !pair || strings.Contains(high, ",") {
		return clause{}, p.fail("a range that isn't [min,max]")
	}
	if rest != "" && rest[0] != ' ' {
		return clause{}, p.fail("no space after a range")
	}
	p.pos = len(p.text) - len(rest)
	return clause{field: name, op: "[)", value: strings.TrimSpace(low), high: strings.TrimSpace(high)}, nil
}
