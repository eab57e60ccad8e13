package emulator

import "strings"

// maxMaskLength bounds a fields mask, and with it how deep one can be nested.
const maxMaskLength = 4096

// mask is a parsed `fields` parameter: the names selected at this level. A nil
// mask selects everything below.
type mask struct {
	fields map[string]*mask
	all    bool // a * was given
	whole  bool // the name above was given alone
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

// of gives the part of a decoded JSON value that the mask selects.
func (m *mask) of(v any) any {
	if m == nil || m.whole {
		return v
	}
	switch v := v.(type) {
	case []any:
		list := make([]any, len(v))
		for i, e := range v {
			list[i] = m.of(e)
		}
		return list
	case object:
		part := object{}
		for name, e := range v {
			if sub, ok := m.child(name); ok {
				part[name] = sub.of(e)
			}
		}
		return part
	}
	return v
}

// parseMask parses a partial-response mask such as
// "nextPageToken,users(id,name/fullName)" against the shape of the answer.
// A name the answer can't have is a 400, as at Google.
func parseMask(text string, s *shape) (*mask, *apiError) {
	if len(text) > maxMaskLength {
		return nil, invalid("Invalid field selection: it is longer than %d bytes", maxMaskLength)
	}
	p := maskParser{text: text, rest: text}
	m := &mask{fields: map[string]*mask{}}
	if err := p.list(m, s); err != nil {
		return nil, err
	}
	if p.rest != "" {
		return nil, p.fail()
	}
	return m, nil
}

type maskParser struct{ text, rest string }

func (p *maskParser) fail() *apiError {
	return invalid("Invalid field selection %s", p.text)
}

// skip passes over a punctuation mark if it comes next.
func (p *maskParser) skip(mark string) (found bool) {
	p.rest, found = strings.CutPrefix(p.rest, mark)
	return found
}

func (p *maskParser) list(m *mask, s *shape) *apiError {
	for {
		if err := p.path(m, s); err != nil {
			return err
		}
		if !p.skip(",") {
			return nil
		}
	}
}

// path parses name, name/path or name(list) and adds it to m.
func (p *maskParser) path(m *mask, s *shape) *apiError {
	end := strings.IndexAny(p.rest, ",/()")
	if end < 0 {
		end = len(p.rest)
	}
	name := strings.TrimSpace(p.rest[:end])
	p.rest = p.rest[end:]
	if name == "" {
		return p.fail()
	}
	if name == "*" {
		m.all = true
		return nil
	}
	sub, err := fieldShape(name, s)
	if err != nil {
		return err
	}
	below := m.fields[name]
	if below == nil {
		below = &mask{fields: map[string]*mask{}}
		m.fields[name] = below
	}
	if p.skip("/") {
		return p.path(below, sub)
	}
	if !p.skip("(") {
		below.whole = true
		return nil
	}
	if err := p.list(below, sub); err != nil {
		return err
	}
	if !p.skip(")") {
		return p.fail()
	}
	return nil
}

// fieldShape is the shape under name, seen through lists as masks do.
func fieldShape(name string, s *shape) (*shape, *apiError) {
	for s.kind == listType {
		s = s.elem
	}
	if s.kind == "" {
		return s, nil
	}
	if sub := s.fields[name]; sub != nil {
		return sub, nil
	}
	return nil, invalid("Invalid field selection %s", name)
}
