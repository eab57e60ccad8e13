package emulator

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// stateReader reads a state file in one pass, which is three times as fast as
// encoding/json. It takes no more than that does, and gives the same; what is
// out of the ordinary, or wrong, it leaves to that, which has the words for it.
type stateReader struct {
	data []byte
	at   int
	// Names and values that repeat for every account are kept once.
	names  map[string]string
	values map[string]any
	sizes  [maxReadDepth]int // how many names the last object had, by depth
	least  int               // how many names a resource is to have room for
}

const (
	maxReadDepth = 64
	maxKept      = 4096 // repeating texts
	maxKeptBytes = 40   // of one
)

// readState gives false for a file that isn't plain.
func readState(data []byte) (*stateFile, bool) {
	r := &stateReader{data: data, names: map[string]string{}, values: map[string]any{}}
	s := &stateFile{}
	resources := map[string]*[]object{
		"orgUnits": &s.OrgUnits, "schemas": &s.Schemas, "users": &s.Users, "groups": &s.Groups, "roles": &s.Roles, "roleAssignments": &s.RoleAssignments,
	}
	seen := map[string]bool{}
	whole := r.entries('{', '}', func() bool {
		name, ok := r.name()
		if !ok || seen[name] {
			return false
		}
		seen[name] = true
		r.least = 0
		switch name {
		case "users":
			r.least = completeUserSize
		case "customerId":
			s.CustomerID, ok = r.text()
			return ok
		case "domains":
			return r.entries('[', ']', func() bool {
				domain, ok := r.text()
				s.Domains = append(s.Domains, domain)
				return ok
			})
		case "members":
			s.Members = map[string][]object{}
			return r.entries('{', '}', func() bool {
				group, ok := r.name()
				if !ok || s.Members[group] != nil {
					return false
				}
				list := []object{}
				ok = r.objects(&list)
				s.Members[group] = list
				return ok
			})
		}
		return resources[name] != nil && r.objects(resources[name])
	})
	return s, whole && r.peek() == 0 && r.at == len(data)
}

// peek is the next byte that isn't a blank, 0 at the end.
func (r *stateReader) peek() byte {
	for ; r.at < len(r.data); r.at++ {
		switch c := r.data[r.at]; c {
		case ' ', '\n', '\r', '\t':
		default:
			return c
		}
	}
	return 0
}

func (r *stateReader) skip(c byte) bool {
	if r.peek() != c {
		return false
	}
	r.at++
	return true
}

// entries reads what stands between two brackets, separated by commas.
func (r *stateReader) entries(first, last byte, entry func() bool) bool {
	if !r.skip(first) {
		return false
	}
	if r.skip(last) {
		return true
	}
	for {
		if !entry() {
			return false
		}
		if !r.skip(',') {
			return r.skip(last)
		}
	}
}

func (r *stateReader) objects(list *[]object) bool {
	return r.entries('[', ']', func() bool {
		r.sizes[0] = max(r.sizes[0], r.least)
		o, ok := r.object(0)
		*list = append(*list, o)
		return ok
	})
}

func (r *stateReader) object(depth int) (object, bool) {
	if depth == maxReadDepth || r.peek() != '{' {
		return nil, false
	}
	o := make(object, r.sizes[depth])
	ok := r.entries('{', '}', func() bool {
		name, ok := r.name()
		if !ok {
			return false
		}
		o[name], ok = r.value(depth + 1)
		return ok
	})
	r.sizes[depth] = len(o)
	return o, ok
}

func (r *stateReader) value(depth int) (v any, ok bool) {
	switch r.peek() {
	case '{':
		return r.object(depth)
	case '[':
		if depth == maxReadDepth {
			return nil, false
		}
		list := []any{}
		ok := r.entries('[', ']', func() bool {
			v, ok := r.value(depth + 1)
			list = append(list, v)
			return ok
		})
		return list, ok
	case '"':
		raw, plain, ok := r.quoted()
		switch {
		case !ok:
			return nil, false
		case !plain:
			return unquoted(raw)
		}
		return r.kept(raw[1 : len(raw)-1]), true
	case 't':
		return true, r.word("true")
	case 'f':
		return false, r.word("false")
	case 'n':
		return nil, r.word("null")
	}
	start := r.at
	for r.at < len(r.data) && bytes.IndexByte([]byte("+-.eE0123456789"), r.data[r.at]) >= 0 {
		r.at++
	}
	number := r.data[start:r.at]
	return json.Number(number), json.Valid(number)
}

func (r *stateReader) word(w string) bool {
	if !bytes.HasPrefix(r.data[r.at:], []byte(w)) {
		return false
	}
	r.at += len(w)
	return true
}

// kept is a plain text as a value.
func (r *stateReader) kept(raw []byte) any {
	if v, ok := r.values[string(raw)]; ok {
		return v
	}
	var v any = string(raw)
	if len(r.values) < maxKept && len(raw) <= maxKeptBytes {
		r.values[string(raw)] = v
	}
	return v
}

// name reads a name and the colon after it.
func (r *stateReader) name() (string, bool) {
	raw, plain, ok := r.quoted()
	if !ok || !plain {
		return "", false
	}
	raw = raw[1 : len(raw)-1]
	name, known := r.names[string(raw)]
	if !known {
		name = string(raw)
		if len(r.names) < maxKept {
			r.names[name] = name
		}
	}
	return name, r.skip(':')
}

func (r *stateReader) text() (string, bool) {
	v, ok := r.value(0)
	s, isText := v.(string)
	return s, ok && isText
}

// quoted reads a text with its quotes; plain means that there is nothing to
// decode in it.
func (r *stateReader) quoted() (raw []byte, plain, ok bool) {
	if r.peek() != '"' {
		return nil, false, false
	}
	start := r.at
	plain, ascii := true, true
	for r.at++; r.at < len(r.data); r.at++ {
		switch c := r.data[r.at]; {
		case c == '"':
			r.at++
			raw = r.data[start:r.at]
			return raw, plain && (ascii || utf8.Valid(raw)), true
		case c == '\\':
			plain = false
			r.at++
		case c < ' ':
			return nil, false, false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return nil, false, false
}

func unquoted(raw []byte) (any, bool) {
	var s string
	err := json.Unmarshal(raw, &s)
	return s, err == nil
}
