package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// object is a decoded JSON object. Numbers in it are json.Number, so that no
// digit of an id or an INT64 is lost.
type object = map[string]any

// decodeObject reads exactly one JSON object.
func decodeObject(data []byte) (object, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more after the first JSON value")
	}
	o, ok := v.(object)
	if !ok {
		return nil, fmt.Errorf("a JSON object was expected, this is %s", jsonTypeName(v))
	}
	return o, nil
}

func jsonTypeName(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case json.Number:
		return "a number"
	case string:
		return "a string"
	case []any:
		return "a list"
	default:
		return "an object"
	}
}

// appendJSON appends v to b with keys in alphabetical order, leaving out what
// the mask doesn't select. A nil mask selects everything.
func appendJSON(b []byte, v any, m *mask) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case json.Number:
		return append(b, v...)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case string:
		return appendString(b, v)
	case []any:
		b = append(b, '[')
		for i, e := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, e, m)
		}
		return append(b, ']')
	case object:
		return appendObject(b, v, m)
	default:
		// Nothing else is ever put into an answer; a value that slipped in
		// still must not break the document.
		text, err := json.Marshal(v)
		if err != nil {
			return append(b, "null"...)
		}
		return append(b, text...)
	}
}

func appendObject(b []byte, o object, m *mask) []byte {
	b = append(b, '{')
	first := true
	var space [40]string
	for _, k := range sortedKeys(space[:0], o) {
		sub, ok := m.child(k)
		if !ok {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = appendString(b, k)
		b = append(b, ':')
		b = appendJSON(b, o[k], sub)
	}
	return append(b, '}')
}

func sortedKeys(into []string, o object) []string {
	for k := range o {
		into = append(into, k)
	}
	slices.Sort(into)
	return into
}

func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c >= 0x7f || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			text, err := json.Marshal(s)
			if err != nil { // a string always marshals
				return append(b, `""`...)
			}
			return append(b, text...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// clone copies v down to its leaves, dropping keys that are null: in a stored
// resource absent and null are the same.
func clone(v any) any {
	switch v := v.(type) {
	case object:
		c := make(object, len(v))
		for k, e := range v {
			if e != nil {
				c[k] = clone(e)
			}
		}
		return c
	case []any:
		c := make([]any, len(v))
		for i, e := range v {
			c[i] = clone(e)
		}
		return c
	default:
		return v
	}
}

func cloneObject(o object) object {
	c, _ := clone(o).(object)
	return c
}

func text(o object, key string) string {
	s, _ := o[key].(string)
	return s
}

func truth(o object, key string) bool {
	t, _ := o[key].(bool)
	return t
}

func texts(o object, key string) []string {
	l, _ := o[key].([]any)
	out := make([]string, 0, len(l))
	for _, e := range l {
		if s, ok := e.(string); ok {
			out = append(out, s)
		}
	}
	return out
}
