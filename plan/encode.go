package plan

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"iter"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

func beyondASCII(r rune) bool { return r > unicode.MaxASCII }

// quote has every text with such a character written in double quotes, the
// only style that can escape it.
func quote(node *yaml.Node, such func(rune) bool) {
	if node.Kind == yaml.ScalarNode && node.Tag == "!!str" && strings.ContainsFunc(node.Value, such) {
		node.Style = yaml.DoubleQuotedStyle
	}
	for _, child := range node.Content {
		quote(child, such)
	}
}

// nodeOf builds the YAML of a value of this package by the same struct tags
// that decoding goes by. It is not left to the YAML library, which writes a
// text of several lines as a block that does not always read back as the same
// text.
func nodeOf(v reflect.Value) (*yaml.Node, error) {
	if marshaler, ok := v.Interface().(yaml.Marshaler); ok {
		inner, err := marshaler.MarshalYAML()
		if err != nil {
			return nil, err
		}
		switch inner := inner.(type) {
		case nil:
			return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}, nil
		case *yaml.Node:
			return inner, nil
		}
		return nodeOf(reflect.ValueOf(inner))
	}
	switch v.Kind() {
	case reflect.String:
		return textNode(v.String()), nil
	case reflect.Int, reflect.Int64:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.FormatInt(v.Int(), 10)}, nil
	case reflect.Float64:
		return decimalNode(v.Float()), nil
	case reflect.Bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: strconv.FormatBool(v.Bool())}, nil
	case reflect.Pointer:
		if v.IsNil() {
			return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}, nil
		}
		return nodeOf(v.Elem())
	case reflect.Slice:
		return listNode(v)
	case reflect.Map:
		return mapNode(v)
	case reflect.Struct:
		node := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		return node, addFields(node, v)
	}
	return nil, fmt.Errorf("a %s has no place in a file of ours", v.Kind())
}

func listNode(v reflect.Value) (*yaml.Node, error) {
	node := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	for i := range v.Len() {
		item, err := nodeOf(v.Index(i))
		if err != nil {
			return nil, err
		}
		node.Content = append(node.Content, item)
	}
	return node, nil
}

func mapNode(v reflect.Value) (*yaml.Node, error) {
	return entriesNode(v, sortedKeys(v))
}

// sortedKeys lists the keys of a map in the order in which they are written.
func sortedKeys(v reflect.Value) []reflect.Value {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	return keys
}

// entriesNode is a mapping of those keys of a map.
func entriesNode(v reflect.Value, keys []reflect.Value) (*yaml.Node, error) {
	node := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for _, key := range keys {
		value, err := nodeOf(v.MapIndex(key))
		if err != nil {
			return nil, err
		}
		node.Content = append(node.Content, textNode(key.String()), value)
	}
	return node, nil
}

// addFields adds the fields of a struct to a mapping.
func addFields(node *yaml.Node, v reflect.Value) error {
	for key, field := range written(v) {
		value, err := key.nodeOf(field)
		if err != nil {
			return err
		}
		node.Content = append(node.Content, textNode(key.name), value)
	}
	return nil
}

// fieldKey is how a struct's tag has a field written.
type fieldKey struct {
	name string
	// flow has the value written in one line.
	flow bool
}

// nodeOf builds the YAML of the field's value.
func (k fieldKey) nodeOf(field reflect.Value) (*yaml.Node, error) {
	node, err := nodeOf(field)
	if err == nil && k.flow {
		node.Style = yaml.FlowStyle
	}
	return node, err
}

// written yields the fields of a struct that are written, those of inlined structs
// included, in their order.
func written(v reflect.Value) iter.Seq2[fieldKey, reflect.Value] {
	return func(yield func(fieldKey, reflect.Value) bool) { yieldWritten(v, yield) }
}

func yieldWritten(v reflect.Value, yield func(fieldKey, reflect.Value) bool) bool {
	for i := range v.NumField() {
		name, options, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
		field, more := v.Field(i), true
		switch {
		case strings.Contains(options, "inline"):
			more = yieldWritten(field, yield)
		case strings.Contains(options, "omitempty") && empty(field):
		default:
			more = yield(fieldKey{name, strings.Contains(options, "flow")}, field)
		}
		if !more {
			return false
		}
	}
	return true
}

// empty tells whether omitempty leaves the value out, as the YAML library
// does: a struct when all its fields are.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	case reflect.Struct:
		if value, ok := v.Interface().(Value); ok {
			return value.Absent()
		}
		for i := range v.NumField() {
			if !empty(v.Field(i)) {
				return false
			}
		}
		return true
	}
	return v.IsZero()
}

// decimalNode always shows that the number is a decimal one.
func decimalNode(f float64) *yaml.Node {
	text := strconv.FormatFloat(f, 'g', -1, 64)
	if !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!float", Value: text}
}

// oldYAML is text that readers of YAML 1.1 take for something else: a truth
// value, a number in base 60, a default or a merge key.
var oldYAML = regexp.MustCompile(`^(?i:y|n|yes|no|on|off|=|<<|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?)$`)

// textNode is in double quotes, the only style that can escape, when the text
// has an invisible character. Text that is not UTF-8 is written as base64.
func textNode(text string) *yaml.Node {
	node := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
	switch {
	case !utf8.ValidString(text):
		node.Tag, node.Value = "!!binary", base64.StdEncoding.EncodeToString([]byte(text))
	case oldYAML.MatchString(text), strings.ContainsFunc(text, hostile):
		node.Style = yaml.DoubleQuotedStyle
	}
	return node
}

// escape replaces such characters, which are only in double quotes.
func escape(data []byte, such func(rune) bool) []byte {
	if !bytes.ContainsFunc(data, such) {
		return data
	}
	var out bytes.Buffer
	for _, r := range string(data) {
		switch {
		case !such(r):
			out.WriteRune(r)
		case r > 0xFFFF:
			fmt.Fprintf(&out, `\U%08X`, r)
		default:
			fmt.Fprintf(&out, `\u%04X`, r)
		}
	}
	return out.Bytes()
}

func hostile(r rune) bool {
	return unicode.IsControl(r) || escaped(r)
}

// escaped tells whether a character shows nothing or something else than it
// is: format characters such as the bidirectional overrides, fillers and
// selectors, and separators other than the space.
func escaped(r rune) bool {
	return r > unicode.MaxASCII && unicode.In(r,
		unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp, unicode.Zs,
		unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}
