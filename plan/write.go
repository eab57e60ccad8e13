package plan

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"reflect"
	"slices"

	"go.yaml.in/yaml/v4"
)

// write writes v, a struct, as canonical YAML in which no character from outside
// can hide, break out of its line or turn the text around: such characters are
// escaped, which the YAML library writes as they are.
//
// The tree of a whole file takes fifty times its size in memory. Our layout has a
// line of its own for each key, entry and item, so that a file is the same bytes
// when it is written piece by piece.
func write(w io.Writer, v any, such func(rune) bool) error {
	out := newPieceWriter(w, such)
	if err := out.fields("", reflect.ValueOf(v)); err != nil {
		return fmt.Errorf("encode: %w", err)
	}
	return out.Flush()
}

// piece is how many entries of a list or a mapping are encoded at once.
const piece = 16

// pieceWriter keeps the error of a write until it is flushed.
type pieceWriter struct {
	*bufio.Writer
	such func(rune) bool
}

func newPieceWriter(w io.Writer, such func(rune) bool) pieceWriter {
	return pieceWriter{bufio.NewWriter(w), such}
}

// fields writes the fields of a struct, each line of which begins with the
// indentation.
func (w pieceWriter) fields(indent string, v reflect.Value) error {
	for key, field := range written(v) {
		if err := w.field(indent, key, field); err != nil {
			return err
		}
	}
	return nil
}

func (w pieceWriter) field(indent string, key fieldKey, v reflect.Value) error {
	below, inner := indent+"  ", v
	if v.Kind() == reflect.Pointer && !v.IsNil() {
		inner = v.Elem()
	}
	if key.inPieces(inner) {
		w.WriteString(indent + key.name + ":\n")
		switch inner.Kind() {
		case reflect.Struct:
			return w.fields(below, inner)
		case reflect.Slice:
			return w.items(below, inner)
		case reflect.Map:
			return w.entries(below, inner)
		}
	}
	return w.whole(indent, key, v)
}

// inPieces tells whether the value of a field is written and read in pieces: it
// has lines of its own, and it is not one of those that decide themselves what
// they look like.
func (k fieldKey) inPieces(v reflect.Value) bool {
	if k.flow || v.Type().Implements(marshaler) {
		return false
	}
	switch v.Kind() {
	case reflect.Struct:
		for range written(v) {
			return true
		}
	case reflect.Slice, reflect.Map:
		return v.Len() > 0
	}
	return false
}

var marshaler = reflect.TypeFor[yaml.Marshaler]()

// whole writes a field at once.
func (w pieceWriter) whole(indent string, key fieldKey, v reflect.Value) error {
	value, err := key.nodeOf(v)
	if err != nil {
		return err
	}
	return w.node(indent, &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{textNode(key.name), value}})
}

// items writes the items of a list.
func (w pieceWriter) items(indent string, v reflect.Value) error {
	for i := 0; i < v.Len(); i += piece {
		node, err := listNode(v.Slice(i, min(i+piece, v.Len())))
		if err != nil {
			return err
		}
		if err := w.node(indent, node); err != nil {
			return err
		}
	}
	return nil
}

// entries writes the entries of a map.
func (w pieceWriter) entries(indent string, v reflect.Value) error {
	for keys := range slices.Chunk(sortedKeys(v), piece) {
		node, err := entriesNode(v, keys)
		if err != nil {
			return err
		}
		if err := w.node(indent, node); err != nil {
			return err
		}
	}
	return nil
}

// node writes the lines of a node.
func (w pieceWriter) node(indent string, node *yaml.Node) error {
	quote(node, w.such)
	data, err := yaml.Dump(node, yaml.WithV3Defaults(), yaml.WithIndent(2), yaml.WithLineWidth(-1))
	if err != nil {
		return err
	}
	for line := range bytes.Lines(escape(data, w.such)) {
		w.WriteString(indent)
		w.Write(line)
	}
	return nil
}
