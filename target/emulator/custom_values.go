package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

const maxCustomText = 500 // characters of a text value

// schemaByKey finds a schema by name or id. Schema and field names are
// compared exactly.
func (d *directory) schemaByKey(key string) object {
	for _, s := range d.schemas {
		if text(s, "schemaName") == key || text(s, "schemaId") == key {
			return s
		}
	}
	return nil
}

func (d *directory) needSchema(key string) (object, *apiError) {
	if s := d.schemaByKey(key); s != nil {
		return s, nil
	}
	return nil, notFound("schemaKey")
}

func (d *directory) schemaNamed(name string) object {
	if s := d.schemaByKey(name); text(s, "schemaName") == name {
		return s
	}
	return nil
}

func (d *directory) schemaField(schema, name string) (object, bool) {
	return fieldOf(d.schemaNamed(schema), name)
}

func fieldOf(schema object, name string) (object, bool) {
	for _, f := range fieldList(schema) {
		if text(f, "fieldName") == name {
			return f, true
		}
	}
	return nil, false
}

// mergeCustom puts the custom values of a request into doc: what isn't
// mentioned stays, null clears a field or a whole schema.
func (d *directory) mergeCustom(doc object, patch any) *apiError {
	schemas, ok := patch.(object)
	if !ok && patch != nil {
		return badCustom("customSchemas is an object, not %s", jsonTypeName(patch))
	}
	merged := child(doc, "customSchemas")
	if patch == nil {
		merged = nil
	}
	for _, name := range sortedKeys(schemas) {
		if d.schemaNamed(name) == nil {
			return badCustom("no schema %q", name)
		}
		values, ok := schemas[name].(object)
		switch {
		case schemas[name] == nil:
			delete(merged, name)
			continue
		case !ok:
			return badCustom("%s is an object, not %s", name, jsonTypeName(schemas[name]))
		}
		all := child(merged, name)
		if err := d.mergeValues(all, name, values); err != nil {
			return err
		}
		put(merged, name, all)
	}
	put(doc, "customSchemas", merged)
	return nil
}

func (d *directory) mergeValues(all object, schema string, values object) *apiError {
	for _, name := range sortedKeys(values) {
		f, ok := d.schemaField(schema, name)
		if !ok {
			return badCustom("no field %q in schema %q", name, schema)
		}
		v, err := customFieldValue(f, values[name])
		if err != nil {
			return badCustom("%s.%s: %s", schema, name, err)
		}
		all[name] = v
		if v == nil {
			delete(all, name)
		}
	}
	return nil
}

// badCustom is Google's refusal of a custom value, which says no more than
// "Invalid Input: custom_schema"; the rest is for the person who reads it.
func badCustom(format string, args ...any) *apiError {
	return invalid("Invalid Input: custom_schema (%s)", fmt.Sprintf(format, args...))
}

// customFieldValue checks v against the field and gives it as Google stores
// and returns it; nil means no value.
func customFieldValue(f object, v any) (any, error) {
	kind := text(f, "fieldType")
	if v == nil {
		return nil, nil
	}
	if !truth(f, "multiValued") {
		return scalarValue(kind, v)
	}
	list, ok := v.([]any)
	if !ok {
		return nil, fmt.Errorf("a multi-valued field takes a list of {value, type}, not %s", jsonTypeName(v))
	}
	if len(list) == 0 {
		return nil, nil
	}
	out := make([]any, len(list))
	for i, e := range list {
		entry, ok := e.(object)
		if !ok {
			return nil, fmt.Errorf("entry %d is %s, not {value, type}", i+1, jsonTypeName(e))
		}
		checked, err := multiEntry(kind, entry)
		if err != nil {
			return nil, fmt.Errorf("entry %d: %w", i+1, err)
		}
		out[i] = checked
	}
	return out, nil
}

func multiEntry(kind string, entry object) (object, error) {
	out := object{}
	for _, key := range sortedKeys(entry) {
		switch key {
		case "value":
			v, err := scalarValue(kind, entry[key])
			if err != nil {
				return nil, err
			}
			out[key] = v
		case "type", "customType":
			s, ok := entry[key].(string)
			if !ok {
				return nil, fmt.Errorf("%s is %s, not a string", key, jsonTypeName(entry[key]))
			}
			if key == "type" && !slices.Contains(strings.Fields(entryTypes), s) {
				return nil, fmt.Errorf("type %q is none of %s", s, entryTypes)
			}
			out[key] = s
		default:
			return nil, fmt.Errorf("unknown name %q", key)
		}
	}
	if out["value"] == nil {
		return nil, fmt.Errorf("no value")
	}
	return out, nil
}

func scalarValue(kind string, v any) (any, error) {
	switch kind {
	case "BOOL":
		if b, ok := v.(bool); ok {
			return b, nil
		}
		return nil, fmt.Errorf("a BOOL, not %s", jsonTypeName(v))
	case "INT64":
		return numberValue("an INT64", v)
	case "DOUBLE":
		return numberValue("a DOUBLE", v)
	}
	s, ok := v.(string)
	if !ok {
		return nil, fmt.Errorf("a %s is a string, not %s", kind, jsonTypeName(v))
	}
	n := utf8.RuneCountInString(s)
	switch {
	case n > maxCustomText:
		return nil, fmt.Errorf("%d characters, at most %d", n, maxCustomText)
	case kind == "DATE" && !isDate(s):
		return nil, fmt.Errorf("%q is not a date yyyy-mm-dd", s)
	case kind == "EMAIL" && !anyAddress.MatchString(s):
		return nil, fmt.Errorf("%q is not an e-mail address", s)
	case kind == "PHONE" && strings.TrimSpace(s) == "":
		return nil, errors.New("an empty PHONE")
	}
	return s, nil
}

// numberValue takes a number or a number in a string. An INT64 becomes a
// string, as the API returns it.
func numberValue(kind string, v any) (any, error) {
	var s string
	switch v := v.(type) {
	case json.Number:
		s = v.String()
	case string:
		s = v
	default:
		return nil, fmt.Errorf("%s, not %s", kind, jsonTypeName(v))
	}
	n, ok := parseNumber(s)
	switch {
	case kind == "an INT64" && ok && n.IsInt() && n.Num().IsInt64():
		return n.Num().String(), nil
	case kind == "a DOUBLE" && ok && json.Valid([]byte(s)):
		return json.Number(s), nil
	}
	return nil, fmt.Errorf("%q is not %s", s, kind)
}

func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}
