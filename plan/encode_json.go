package plan

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"unicode/utf16"

	"go.yaml.in/yaml/v4"
)

// WriteJSON writes v, a value of this package or a struct of such with yaml tags,
// as JSON with the keys that it has in a plan file, in the same order. No
// character from outside can hide in it or turn the text around, and bytes that
// are not UTF-8 are written as U+FFFD.
func WriteJSON(w io.Writer, v any) error {
	j := jsonWriter{bufio.NewWriterSize(w, 1<<16)}
	if err := j.value(reflect.ValueOf(v), "\n"); err != nil {
		return fmt.Errorf("encode as JSON: %w", err)
	}
	j.WriteByte('\n')
	if err := j.Flush(); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return nil
}

// jsonWriter keeps the error of a write until it is flushed.
type jsonWriter struct{ *bufio.Writer }

// value writes a value. Each line begins with the line end and the indentation.
func (j jsonWriter) value(v reflect.Value, line string) error {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			j.WriteString("null")
			return nil
		}
		return j.value(v.Elem(), line)
	}
	if marshaler, ok := v.Interface().(yaml.Marshaler); ok {
		inner, err := marshaler.MarshalYAML()
		if err != nil {
			return err
		}
		switch inner := inner.(type) {
		case nil:
			j.WriteString("null")
			return nil
		case *yaml.Node:
			return j.node(inner, line)
		}
		return j.value(reflect.ValueOf(inner), line)
	}
	switch v.Kind() {
	case reflect.Slice:
		return j.list(v.Len(), line, func(i int, line string) error { return j.value(v.Index(i), line) })
	case reflect.Map, reflect.Struct:
		keys, values := entriesOf(v)
		return j.object(keys, line, func(i int, line string) error { return j.value(values[i], line) })
	}
	node, err := nodeOf(v)
	if err != nil {
		return err
	}
	return j.node(node, line)
}

// entriesOf lists the keys of a map, sorted, or of a struct, as addFields names
// them, with their values.
func entriesOf(v reflect.Value) (keys []string, values []reflect.Value) {
	if v.Kind() == reflect.Map {
		for _, key := range sortedKeys(v) {
			keys, values = append(keys, key.String()), append(values, v.MapIndex(key))
		}
		return keys, values
	}
	for key, field := range written(v) {
		keys, values = append(keys, key.name), append(values, field)
	}
	return keys, values
}

// node writes a node of YAML as JSON.
func (j jsonWriter) node(node *yaml.Node, line string) error {
	switch {
	case node.Kind == yaml.MappingNode:
		var keys []string
		for i := 0; i < len(node.Content); i += 2 {
			key, err := textOf(node.Content[i])
			if err != nil {
				return err
			}
			keys = append(keys, key)
		}
		return j.object(keys, line, func(i int, line string) error { return j.node(node.Content[2*i+1], line) })
	case node.Kind == yaml.SequenceNode:
		return j.list(len(node.Content), line, func(i int, line string) error { return j.node(node.Content[i], line) })
	case node.Tag == "!!str", node.Tag == "!!binary":
		text, err := textOf(node)
		if err != nil {
			return err
		}
		return j.text(text)
	}
	j.WriteString(node.Value) // a number, a truth value or null
	return nil
}

// textOf returns the text of a node that textNode made.
func textOf(node *yaml.Node) (string, error) {
	if node.Tag != "!!binary" {
		return node.Value, nil
	}
	text, err := base64.StdEncoding.DecodeString(node.Value)
	return string(text), err
}

func (j jsonWriter) list(length int, line string, write func(i int, line string) error) error {
	return j.lines('[', ']', length, line, write)
}

func (j jsonWriter) object(keys []string, line string, write func(i int, line string) error) error {
	return j.lines('{', '}', len(keys), line, func(i int, line string) error {
		if err := j.text(keys[i]); err != nil {
			return err
		}
		j.WriteString(": ")
		return write(i, line)
	})
}

func (j jsonWriter) lines(begin, end byte, length int, line string, write func(i int, line string) error) error {
	j.WriteByte(begin)
	for i := range length {
		if i > 0 {
			j.WriteByte(',')
		}
		j.WriteString(line + "  ")
		if err := write(i, line+"  "); err != nil {
			return err
		}
	}
	if length > 0 {
		j.WriteString(line)
	}
	j.WriteByte(end)
	return nil
}

// text writes a string in which nothing is HTML and every character that cannot be
// seen is escaped.
func (j jsonWriter) text(text string) error {
	quoted, err := json.Marshal(text)
	if err != nil {
		return err
	}
	if firstHidden(string(quoted)) < 0 {
		j.Write(quoted)
		return nil
	}
	for _, r := range string(quoted) {
		switch {
		case !hidden(r):
			j.WriteRune(r)
		case r > 0xFFFF:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(j, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(j, `\u%04x`, r)
		}
	}
	return nil
}
