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
	kind     shapeKind
	fields   map[string]*shape // of an object
	elem     *shape            // of a list
	readOnly bool              // ignored in a request, as Google does
	oneOf    []string          // the values a text may have; empty: any
	maxBytes int               // of the encoded value; 0: no limit
}

type shapeKind int

const (
	textShape shapeKind = iota
	boolShape
	numberShape // a JSON number, or a number in a string
	objectShape
	listShape
	anyShape
)

type namedShape struct {
	names []string
	shape *shape
}

func objectOf(parts ...namedShape) *shape {
	s := &shape{kind: objectShape, fields: map[string]*shape{}}
	for _, p := range parts {
		for _, n := range p.names {
			s.fields[n] = p.shape
		}
	}
	return s
}

func listOf(elem *shape) *shape { return &shape{kind: listShape, elem: elem} }

func field(name string, s *shape) namedShape { return namedShape{[]string{name}, s} }

func textFields(names string) namedShape {
	return namedShape{strings.Fields(names), &shape{kind: textShape}}
}

func boolFields(names string) namedShape {
	return namedShape{strings.Fields(names), &shape{kind: boolShape}}
}

func numberFields(names string) namedShape {
	return namedShape{strings.Fields(names), &shape{kind: numberShape}}
}

func anyFields(names string) namedShape {
	return namedShape{strings.Fields(names), &shape{kind: anyShape}}
}

// listsOfAny are lists whose entries nothing here looks into.
func listsOfAny(names string) namedShape {
	return namedShape{strings.Fields(names), &shape{kind: listShape, elem: &shape{kind: anyShape}, maxBytes: 10 << 10}}
}

func readOnly(p namedShape) namedShape {
	c := *p.shape
	c.readOnly = true
	return namedShape{p.names, &c}
}

// entries is one of the user's lists of typed entries, such as externalIds.
func entries(name string, maxBytes int, types string, parts ...namedShape) namedShape {
	elem := objectOf(parts...)
	if types != "" {
		elem.fields["type"] = &shape{kind: textShape, oneOf: strings.Fields(types)}
	}
	return namedShape{[]string{name}, &shape{kind: listShape, elem: elem, maxBytes: maxBytes}}
}

// check reports the first place where v isn't of shape s. lenient lets unknown
// names pass, for seeds: Google may know more fields than this program.
func (s *shape) check(path string, v any, lenient bool) *apiError {
	if v == nil || s.readOnly && !lenient {
		return nil
	}
	bad := func(want string) *apiError {
		return invalid("Invalid value at '%s' (%s): %s", path, want, jsonTypeName(v))
	}
	switch s.kind {
	case textShape:
		t, ok := v.(string)
		if !ok {
			return bad("TYPE_STRING")
		}
		if len(s.oneOf) > 0 && t != "" && !slices.Contains(s.oneOf, t) {
			return invalid("Invalid value for: %s is not a valid value at '%s'", t, path)
		}
	case boolShape:
		if _, ok := v.(bool); !ok {
			return bad("TYPE_BOOL")
		}
	case numberShape:
		switch v := v.(type) {
		case json.Number:
		case string:
			if _, err := json.Number(v).Float64(); err != nil {
				return bad("TYPE_DOUBLE")
			}
		default:
			return bad("TYPE_DOUBLE")
		}
	case listShape:
		l, ok := v.([]any)
		if !ok {
			return bad("TYPE_LIST")
		}
		for i, e := range l {
			at := fmt.Sprintf("%s[%d]", path, i)
			if e == nil {
				return invalid("Invalid value at '%s': null", at)
			}
			if err := s.elem.check(at, e, lenient); err != nil {
				return err
			}
		}
	case objectShape:
		o, ok := v.(object)
		if !ok {
			return bad("TYPE_MESSAGE")
		}
		for _, k := range sortedKeys(o) {
			sub, known := s.fields[k]
			if !known {
				if lenient {
					continue
				}
				return invalid("Invalid JSON payload received. Unknown name %q at '%s': Cannot find field.", k, path)
			}
			if err := sub.check(path+"."+k, o[k], lenient); err != nil {
				return err
			}
		}
	}
	if s.maxBytes > 0 && len(encode(v)) > s.maxBytes {
		return invalid("Invalid Input: %s is larger than %d bytes", path, s.maxBytes)
	}
	return nil
}
