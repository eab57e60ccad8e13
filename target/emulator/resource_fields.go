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

// check reports the first place where v isn't of shape s. lenient lets unknown
// names pass, for seeds: Google may know more fields than this program.
func (s *shape) check(path string, v any, lenient bool) *apiError {
	if v == nil || s.readOnly && !lenient {
		return nil
	}
	if !s.fits(v) {
		return invalid("Invalid value at '%s' (%s): %s", path, s.kind, jsonTypeName(v))
	}
	switch s.kind {
	case textType:
		if v != "" && len(s.oneOf) > 0 && !slices.Contains(s.oneOf, v.(string)) {
			return invalid("Invalid value for: %s is not a valid value at '%s'", v, path)
		}
	case listType:
		for i, e := range v.([]any) {
			at := fmt.Sprintf("%s[%d]", path, i)
			if e == nil {
				return invalid("Invalid value at '%s': null", at)
			}
			if err := s.elem.check(at, e, lenient); err != nil {
				return err
			}
		}
	case objectType:
		o, at, prefix := v.(object), "", ""
		if path != "" {
			at, prefix = " at '"+path+"'", path+"."
		}
		for _, k := range sortedKeys(o) {
			if sub, known := s.fields[k]; !known && !lenient {
				return invalid("Invalid JSON payload received. Unknown name %q%s: Cannot find field.", k, at)
			} else if known {
				if err := sub.check(prefix+k, o[k], lenient); err != nil {
					return err
				}
			}
		}
	}
	if s.maxBytes > 0 && len(encode(v)) > s.maxBytes {
		return invalid("Invalid Input: %s is larger than %d bytes", path, s.maxBytes)
	}
	return nil
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
