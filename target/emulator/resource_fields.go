package emulator

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// shape says what a JSON value of the API may look like. It serves the check
// of request bodies, of seeds, and of `fields` masks, so that all three know
// the same names.
type shape struct {
	kind     string            // as Google names it: one of the types below; empty: anything
	fields   map[string]*shape // of an object
	elem     *shape            // of a list
	readOnly bool              // ignored in a request, as Google does
	oneOf    []string          // the values a text may have; empty: any
	maxBytes int               // of the encoded value; 0: no limit
}

const (
	textType   = "TYPE_STRING"
	boolType   = "TYPE_BOOL"
	numberType = "TYPE_DOUBLE" // a JSON number, or a number in a string
	objectType = "TYPE_MESSAGE"
	listType   = "TYPE_LIST"
)

var (
	aText, aBool, aNumber = &shape{kind: textType}, &shape{kind: boolType}, &shape{kind: numberType}
	anything              = &shape{}
)

// named are fields of one shape.
type named struct {
	names string // separated by blanks
	shape *shape
}

func objectOf(fields ...named) *shape {
	s := &shape{kind: objectType, fields: map[string]*shape{}}
	for _, f := range fields {
		for name := range strings.FieldsSeq(f.names) {
			s.fields[name] = f.shape
		}
	}
	return s
}

func listOf(elem *shape) *shape { return &shape{kind: listType, elem: elem} }

func oneOf(values ...string) *shape { return &shape{kind: textType, oneOf: values} }

func (s shape) limited(maxBytes int) *shape {
	s.maxBytes = maxBytes
	return &s
}

func readOnly(names string, s *shape) named {
	c := *s
	c.readOnly = true
	return named{names, &c}
}

// place is where in a document a value stands. It is worded only for an error.
type place struct {
	above *place // nil at the top
	name  string
	index int // in a list, where there is no name
}

func (p *place) String() string {
	switch {
	case p.above == nil:
		return p.name
	case p.name == "":
		return fmt.Sprintf("%s[%d]", p.above.String(), p.index)
	}
	if above := p.above.String(); above != "" {
		return above + "." + p.name
	}
	return p.name
}

// check reports the first place, by the names in alphabetical order, where v
// isn't of shape s. lenient lets unknown names pass, for seeds: Google may know
// more fields than this program.
func (s *shape) check(path string, v any, lenient bool) *apiError {
	return s.checkAt(&place{name: path}, v, lenient)
}

func (s *shape) checkAt(at *place, v any, lenient bool) *apiError {
	if v == nil || s.readOnly && !lenient {
		return nil
	}
	if !s.fits(v) {
		return invalid("Invalid value at '%s' (%s): %s", at.String(), s.kind, jsonTypeName(v))
	}
	switch s.kind {
	case textType:
		if v != "" && len(s.oneOf) > 0 && !slices.Contains(s.oneOf, v.(string)) {
			return invalid("Invalid value for: %s is not a valid value at '%s'", v, at.String())
		}
	case listType:
		for i, e := range v.([]any) {
			entry := &place{above: at, index: i}
			if e == nil {
				return invalid("Invalid value at '%s': null", entry.String())
			}
			if err := s.elem.checkAt(entry, e, lenient); err != nil {
				return err
			}
		}
	case objectType:
		if err := s.checkFields(at, v.(object), lenient); err != nil {
			return err
		}
	}
	if s.maxBytes > 0 && mostBytes(v) > s.maxBytes && len(encode(v)) > s.maxBytes {
		return invalid("Invalid Input: %s is larger than %d bytes", at.String(), s.maxBytes)
	}
	return nil
}

func (s *shape) checkFields(at *place, o object, lenient bool) (refused *apiError) {
	first := "" // the name that refused is about
	for k, e := range o {
		if refused != nil && k > first {
			continue
		}
		var err *apiError
		if sub, known := s.fields[k]; known {
			err = sub.checkAt(&place{above: at, name: k}, e, lenient)
		} else if !lenient {
			err = unknownName(at, k)
		}
		if err != nil {
			first, refused = k, err
		}
	}
	return refused
}

func unknownName(at *place, name string) *apiError {
	where := at.String()
	if where != "" {
		where = " at '" + where + "'"
	}
	return invalid("Invalid JSON payload received. Unknown name %q%s: Cannot find field.", name, where)
}

// mostBytes is at least the length of the value encoded: no byte of a text
// takes more than six.
func mostBytes(v any) int {
	most := len("false")
	switch v := v.(type) {
	case string:
		most = 6*len(v) + len(`""`)
	case json.Number:
		most = len(v)
	case []any:
		most = len("[]")
		for _, e := range v {
			most += mostBytes(e) + len(",")
		}
	case object:
		most = len("{}")
		for k, e := range v {
			most += mostBytes(k) + mostBytes(e) + len(":,")
		}
	}
	return most
}

func (s *shape) fits(v any) (ok bool) {
	switch s.kind {
	case textType:
		_, ok = v.(string)
	case boolType:
		_, ok = v.(bool)
	case numberType:
		_, err := json.Number(fmt.Sprint(v)).Float64()
		ok = err == nil
	case listType:
		_, ok = v.([]any)
	case objectType:
		_, ok = v.(object)
	default:
		ok = true
	}
	return ok
}
