package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
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

// encode gives a decoded JSON value, which always encodes, with keys in
// alphabetical order. It gives what json.Marshal does, in a third of the time.
func encode(v any) []byte { return appendJSON(nil, v) }

func appendJSON(b []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		return appendText(b, v)
	case bool:
		return strconv.AppendBool(b, v)
	case json.Number:
		if v != "" {
			return append(b, v...)
		}
	case []any:
		if v == nil {
			break
		}
		b = append(b, '[')
		for i, e := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, e)
		}
		return append(b, ']')
	case object:
		if v == nil {
			break
		}
		var space [32]string // enough for most, without a list on the heap
		names := slices.AppendSeq(space[:0], maps.Keys(v))
		slices.Sort(names)
		b = append(b, '{')
		for i, name := range names {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendText(b, name), ':')
			b = appendJSON(b, v[name])
		}
		return append(b, '}')
	}
	doc, _ := json.Marshal(v)
	return append(b, doc...)
}

// appendText leaves a text in which anything is to be escaped, or that may not be
// UTF-8, to json.Marshal.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			doc, _ := json.Marshal(s)
			return append(b, doc...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

func sortedKeys(o object) []string { return slices.Sorted(maps.Keys(o)) }

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

// withoutNulls drops the keys that are null from v itself, as clone does from
// its copy.
func withoutNulls(v any) {
	switch v := v.(type) {
	case object:
		for k, e := range v {
			if e == nil {
				delete(v, k)
			} else {
				withoutNulls(e)
			}
		}
	case []any:
		for _, e := range v {
			withoutNulls(e)
		}
	}
}

func cloneObject(o object) object {
	c, _ := clone(o).(object)
	return c
}

// child is the object under a key, or a new one to be put there.
func child(o object, key string) object {
	if c, ok := o[key].(object); ok {
		return c
	}
	return object{}
}

// put sets a key, or removes it where the value is empty, as Google does.
func put(o object, key string, v any) {
	l, isList := v.([]any)
	c, isObject := v.(object)
	if v == nil || v == "" || isList && len(l) == 0 || isObject && len(c) == 0 {
		delete(o, key)
		return
	}
	o[key] = v
}

func anyList[T any](list []T) []any {
	l := make([]any, len(list))
	for i, e := range list {
		l[i] = e
	}
	return l
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
