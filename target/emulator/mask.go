package emulator

import "strings"

// maxMaskDepth bounds the nesting of a fields mask; no resource is deeper.
const maxMaskDepth = 20

// mask is a parsed `fields` parameter: the names selected at this level. A nil
// mask, or a nil child, selects everything below.
type mask struct {
	fields map[string]*mask
	all    bool // a * was given
}

// child returns the mask for the value under name and whether it is selected.
func (m *mask) child(name string) (*mask, bool) {
	if m == nil {
		return nil, true
	}
	if sub, ok := m.fields[name]; ok {
		return sub, true
	}
	return nil, m.all
}

// parseMask parses a partial-response mask such as
// "nextPageToken,users(id,name/fullName)" against the shape of the answer.
// A name the answer can't have is a 400, as at Google.
func parseMask(text string, s *shape) (*mask, *apiError) {
	p := maskParser{text: text}
	m, err := p.list(s, 0)
	if err != nil {
		return nil, err
	}
	if p.pos < len(p.text) {
		return nil, p.fail()
	}
	return m, nil
}

type maskParser struct {
	text string
	pos  int
}

func (p *maskParser) fail() *apiError {
	return invalid("Invalid field selection %s", p.text)
}

func (p *maskParser) peek() byte {
	if p.pos < len(p.text) {
		return p.text[p.pos]
	}
	return 0
}

func (p *maskParser) list(s *shape, depth int) (*mask, *apiError) {
	if depth > maxMaskDepth {
		return nil, p.fail()
	}
	m := &mask{fields: map[string]*mask{}}
	for {
		if err := p.path(m, s, depth); err != nil {
			return nil, err
		}
		if p.peek() != ',' {
			return m, nil
		}
		p.pos++
	}
}

// path parses name, name/path or name(list) and adds it to m.
func (p *maskParser) path(m *mask, s *shape, depth int) *apiError {
	if depth > maxMaskDepth {
		return p.fail()
	}
	start := p.pos
	for p.pos < len(p.text) && !strings.ContainsRune(",/()", rune(p.text[p.pos])) {
		p.pos++
	}
	name := strings.TrimSpace(p.text[start:p.pos])
	if name == "" {
		return p.fail()
	}
	sub, err := fieldShape(name, s)
	if err != nil {
		return err
	}
	if name == "*" {
		if p.peek() == '/' || p.peek() == '(' {
			return p.fail()
		}
		m.all = true
		return nil
	}
	var child *mask
	switch p.peek() {
	case '/':
		p.pos++
		child = &mask{fields: map[string]*mask{}}
		if err := p.path(child, sub, depth+1); err != nil {
			return err
		}
	case '(':
		p.pos++
		var err *apiError
		if child, err = p.list(sub, depth+1); err != nil {
			return err
		}
		if p.peek() != ')' {
			return p.fail()
		}
		p.pos++
	}
	old, seen := m.fields[name]
	m.fields[name] = union(old, child, seen)
	return nil
}

// fieldShape is the shape under name, seen through lists as masks do.
func fieldShape(name string, s *shape) (*shape, *apiError) {
	for s.kind == listShape {
		s = s.elem
	}
	switch {
	case s.kind == anyShape:
		return s, nil
	case name == "*" && s.kind == objectShape:
		return s, nil
	case s.kind == objectShape && s.fields[name] != nil:
		return s.fields[name], nil
	}
	return nil, invalid("Invalid field selection %s", name)
}

func union(old, more *mask, seen bool) *mask {
	if !seen {
		return more
	}
	if old == nil || more == nil {
		return nil
	}
	for name, sub := range more.fields {
		prior, had := old.fields[name]
		old.fields[name] = union(prior, sub, had)
	}
	old.all = old.all || more.all
	return old
}
