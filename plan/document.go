package plan

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"
)

// Document is a YAML file of ours as somebody wrote it, with the place of each
// key and what is wrong with it.
type Document struct {
	kind FileKind
	root *yaml.Node
	// Mistakes are those that were found so far.
	Mistakes Mistakes
}

// ReadDocument reads a file of the kind: one YAML document in UTF-8 with or
// without a byte-order mark, or in UTF-16 with one, with any line ends. The
// error is Mistakes where it has a place in the file.
func ReadDocument(data []byte, kind FileKind) (*Document, error) {
	text, err := plainText(data, kind)
	if err != nil {
		return nil, err
	}
	return parse(text, kind)
}

// plainText returns the text of a file of the kind as plain UTF-8.
func plainText(data []byte, kind FileKind) ([]byte, error) {
	if err := CheckKind(data, kind); err != nil {
		return nil, err
	}
	return utf8Text(data)
}

func parse(text []byte, kind FileKind) (*Document, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var top, next yaml.Node
	switch err := decoder.Decode(&top); {
	case errors.Is(err, io.EOF), err == nil && (len(top.Content) == 0 || null(top.Content[0])):
		return nil, fmt.Errorf("the file is empty%s", kind.Remedy())
	case err != nil:
		return nil, Mistakes{syntaxMistake(text, err)}
	}
	switch err := decoder.Decode(&next); {
	case err == nil:
		return nil, Mistakes{mistakeAt(&next, "a second YAML document begins here; the file must be one")}
	case !errors.Is(err, io.EOF):
		return nil, Mistakes{syntaxMistake(text, err)}
	}
	return &Document{kind: kind, root: top.Content[0]}, nil
}

// Decode decodes the document into the struct that into points to. A key that
// the struct does not have, a key that is there twice and a value of the wrong
// sort are Mistakes.
func (d *Document) Decode(into any) error {
	d.check("", d.root, reflect.TypeOf(into).Elem())
	if len(d.Mistakes) == 0 {
		if err := d.root.Decode(into); err != nil {
			d.Mistakes = mistakesOf(err)
		}
	}
	if len(d.Mistakes) > 0 {
		return d.Mistakes
	}
	return nil
}

// Add adds a mistake about a key, such as orgUnits.active[0].when. The place of
// one that is missing is that of the nearest key above it.
func (d *Document) Add(key, format string, arguments ...any) {
	d.add(find(d.root, key), format, arguments...)
}

func (d *Document) add(at *yaml.Node, format string, arguments ...any) {
	d.Mistakes = append(d.Mistakes, mistakeAt(at, format, arguments...))
}

// find returns the value's node of a key or, when it is missing, of the nearest
// key above it. Names of attributes hold dots, so the longest name is it.
func find(node *yaml.Node, key string) *yaml.Node {
	node = target(node)
	if index, rest, ok := strings.Cut(strings.TrimPrefix(key, "["), "]"); ok && strings.HasPrefix(key, "[") {
		if i, err := strconv.Atoi(index); err == nil && node.Kind == yaml.SequenceNode && i < len(node.Content) {
			return find(node.Content[i], rest)
		}
		return node
	}
	if node.Kind != yaml.MappingNode || key == "" {
		return node
	}
	key = strings.TrimPrefix(key, ".")
	found, longest, below := node, "", ""
	for i := 0; i+1 < len(node.Content); i += 2 {
		name := node.Content[i].Value
		rest, ok := strings.CutPrefix(key, name)
		if ok && len(name) > len(longest) && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			found, longest, below = node.Content[i+1], name, rest
		}
	}
	if longest == "" {
		return node
	}
	return find(found, below)
}

func null(node *yaml.Node) bool { return node.Kind == yaml.ScalarNode && node.Tag == "!!null" }

// target returns the node that an alias stands for, or the node itself.
func target(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

var unmarshaler = reflect.TypeFor[yaml.Unmarshaler]()

// check compares the node at path with the type that it is to be decoded
// into.
func (d *Document) check(path string, node *yaml.Node, t reflect.Type) {
	node = target(node)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case node.Kind == yaml.ScalarNode && strings.HasPrefix(node.Tag, "!") && !strings.HasPrefix(node.Tag, "!!"):
		d.add(node, "%s begins with !, which has a meaning in YAML; put the whole text in quotation marks", named(path))
		return
	case d.kind == ConfigFile && node.Style&yaml.DoubleQuotedStyle != 0 && strings.ContainsFunc(node.Value, unicode.IsControl):
		// Only a backslash can have brought it there, as in "C:\exports".
		d.add(node, "%s holds a control character; double each backslash, or write the text in single quotation marks", named(path))
		return
	case null(node):
		return
	case reflect.PointerTo(t).Implements(unmarshaler):
		if err := node.Decode(reflect.New(t).Interface()); err != nil {
			for _, found := range mistakesOf(err) {
				d.Mistakes = append(d.Mistakes, &Mistake{found.Line, found.Column, path + ": " + found.Text})
			}
		}
		return
	}
	switch t.Kind() {
	case reflect.Struct:
		d.checkStruct(path, node, t)
	case reflect.Map:
		d.eachKey(path, node, func(key, value *yaml.Node) {
			d.check(join(path, key.Value), value, t.Elem())
		})
	case reflect.Slice:
		if node.Kind != yaml.SequenceNode {
			d.add(node, "%s is a list: write [a, b], or a line for each entry that begins with a dash", named(path))
			return
		}
		for i, entry := range node.Content {
			d.check(path+"["+strconv.Itoa(i)+"]", entry, t.Elem())
		}
	case reflect.String:
		if node.Kind != yaml.ScalarNode {
			d.add(node, "%s is a text, not %s", named(path), describe(node))
		}
	case reflect.Int, reflect.Int64:
		d.checkScalar(path, node, t, "a whole number")
	case reflect.Float64:
		d.checkScalar(path, node, t, "a number")
	case reflect.Bool:
		d.checkScalar(path, node, t, "true or false")
	}
}

func (d *Document) checkScalar(path string, node *yaml.Node, t reflect.Type, what string) {
	if node.Kind != yaml.ScalarNode || node.Decode(reflect.New(t).Interface()) != nil {
		d.add(node, "%s is %s, not %s", named(path), what, describe(node))
	}
}

func (d *Document) checkStruct(path string, node *yaml.Node, t reflect.Type) {
	fields := make(map[string]reflect.Type)
	CollectKeys(t, fields)
	d.eachKey(path, node, func(key, value *yaml.Node) {
		if field, known := fields[key.Value]; known {
			d.check(join(path, key.Value), value, field)
			return
		}
		d.add(key, "unknown key %q%s%s", key.Value, under(path), MeantKey(key.Value, slices.Sorted(maps.Keys(fields))))
	})
}

// eachKey calls f with every key of a mapping and its value; a key that
// is there twice is a mistake.
func (d *Document) eachKey(path string, node *yaml.Node, f func(key, value *yaml.Node)) {
	if node.Kind != yaml.MappingNode {
		d.add(node, "%s holds keys and values, not %s%s", named(path), describe(node), missingBlank(node.Value))
		return
	}
	first := make(map[string]*yaml.Node)
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if earlier := first[key.Value]; earlier != nil {
			d.add(key, "key %q%s is there twice, first in line %d", key.Value, under(path), earlier.Line)
			continue
		}
		first[key.Value] = key
		f(key, value)
	}
}

// CollectKeys lists a struct's keys as the YAML library names them, those of
// inlined structs included.
func CollectKeys(t reflect.Type, keys map[string]reflect.Type) {
	for i := range t.NumField() {
		field := t.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		switch {
		case !field.IsExported() && !field.Anonymous, name == "-":
		case strings.Contains(options, "inline"):
			CollectKeys(field.Type, keys)
		case name != "":
			keys[name] = field.Type
		}
	}
}

// MeantKey words what may have been meant by a wrong key: the nearest of the
// known ones, or all of them where none is near and they are few.
func MeantKey(wrong string, known []string) string {
	if blank := missingBlank(wrong); blank != "" {
		return blank
	}
	if near := DidYouMean(wrong, known); near != "" {
		return near
	}
	if len(known) == 0 || len(known) > 20 {
		return ""
	}
	return "; the keys are " + strings.Join(known, ", ")
}

var keyAndValue = regexp.MustCompile(`^\s*(?:- *)*([\w.-]+):(\S.*)$`)

// missingBlank words that a text is a key and a value without a blank between
// them.
func missingBlank(text string) string {
	if found := keyAndValue.FindStringSubmatch(text); found != nil {
		return fmt.Sprintf("; a blank is missing after %s:", found[1])
	}
	return ""
}

func describe(node *yaml.Node) string {
	switch node.Kind {
	case yaml.MappingNode:
		return "keys and values"
	case yaml.SequenceNode:
		return "a list"
	}
	return strconv.Quote(node.Value)
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func named(path string) string {
	if path == "" {
		return "the file"
	}
	return path
}

func under(path string) string {
	if path == "" {
		return ""
	}
	return " under " + path
}

// value returns the node of a key at the top, and whether it is there.
func (d *Document) value(key string) (*yaml.Node, bool) {
	node := find(d.root, key)
	return node, node != d.root
}

// DecodeNode decodes a part of a config whose type decides on its form itself, as
// strictly as the rest. The error is Mistakes.
func DecodeNode(node *yaml.Node, into any) error {
	d := &Document{kind: ConfigFile, root: node}
	return d.Decode(into)
}

// NodeMistake is a mistake at the place of such a part.
func NodeMistake(node *yaml.Node, format string, arguments ...any) error {
	return mistakeAt(node, format, arguments...)
}
