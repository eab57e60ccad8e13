package config

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

	"gopkg.in/yaml.v3"
)

// maxMistakes is how many mistakes are reported at once.
const maxMistakes = 20

// mistakes are what is wrong with a file, each with its place.
type mistakes struct {
	file string
	list []mistake
}

type mistake struct {
	line, column int
	text         string
}

func (m *mistakes) add(at *yaml.Node, format string, arguments ...any) {
	m.list = append(m.list, mistake{at.Line, at.Column, fmt.Sprintf(format, arguments...)})
}

// err returns the mistakes in the order of their places, one a line, or nil.
func (m *mistakes) err() error {
	if len(m.list) == 0 {
		return nil
	}
	slices.SortStableFunc(m.list, func(a, b mistake) int {
		if a.line != b.line {
			return a.line - b.line
		}
		return a.column - b.column
	})
	var lines []string
	for i, found := range m.list {
		if i == maxMistakes {
			lines = append(lines, fmt.Sprintf("and %d more", len(m.list)-i))
			break
		}
		lines = append(lines, fmt.Sprintf("%s:%d:%d: %s", m.file, found.line, found.column, found.text))
	}
	return errors.New(strings.Join(lines, "\n"))
}

// document is a YAML file and where each of its keys is.
type document struct {
	root *yaml.Node
	// places maps the path of a key, such as orgUnits.active[0].when, to
	// its value's node.
	places map[string]*yaml.Node
	mistakes
}

// decodeStrict decodes the one YAML document in data into the struct that
// into points to. A key that the struct does not have, a key that is there
// twice and a value of the wrong sort are mistakes, with a place.
func decodeStrict(file string, data []byte, into any) (*document, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var top yaml.Node
	if err := decoder.Decode(&top); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%s: the file is empty", file)
		}
		return nil, syntaxError(file, err)
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: a second YAML document follows the first; a config is one document", file)
	}
	d := &document{root: top.Content[0], places: make(map[string]*yaml.Node), mistakes: mistakes{file: file}}
	d.check("", d.root, reflect.TypeOf(into).Elem())
	if err := d.err(); err != nil {
		return nil, err
	}
	if err := d.root.Decode(into); err != nil {
		return nil, syntaxError(file, err)
	}
	return d, nil
}

var yamlLine = regexp.MustCompile(`^yaml: (?:unmarshal errors:\s+)?line (\d+): `)

// syntaxError puts the YAML library's line number where an editor expects it.
// The library counts the lines of what its parser misses from 0, and leaves
// out the first line's.
func syntaxError(file string, err error) error {
	text, line := strings.TrimPrefix(err.Error(), "yaml: "), 1
	if found := yamlLine.FindStringSubmatch(err.Error()); found != nil {
		text = strings.TrimPrefix(err.Error(), found[0])
		line, _ = strconv.Atoi(found[1])
		if strings.HasPrefix(text, "did not find expected") {
			line++
		}
	}
	return fmt.Errorf("%s:%d: %s", file, line, text)
}

var unmarshaler = reflect.TypeFor[yaml.Unmarshaler]()

// check compares the node at path with the type that it is to be decoded
// into.
func (d *document) check(path string, node *yaml.Node, t reflect.Type) {
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	d.places[path] = node
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if isNull(node) {
		return
	}
	if reflect.PointerTo(t).Implements(unmarshaler) {
		if err := node.Decode(reflect.New(t).Interface()); err != nil {
			text := yamlLine.ReplaceAllString("yaml: "+err.Error(), "")
			d.add(node, "%s: %s", path, strings.TrimPrefix(text, "yaml: "))
		}
		return
	}
	switch t.Kind() {
	case reflect.Struct:
		d.checkStruct(path, node, t)
	case reflect.Map:
		d.checkMap(path, node, t)
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

func (d *document) checkScalar(path string, node *yaml.Node, t reflect.Type, what string) {
	if node.Kind != yaml.ScalarNode {
		d.add(node, "%s is %s, not %s", named(path), what, describe(node))
		return
	}
	if err := node.Decode(reflect.New(t).Interface()); err != nil {
		d.add(node, "%s is %s, not %q", named(path), what, node.Value)
	}
}

func (d *document) checkStruct(path string, node *yaml.Node, t reflect.Type) {
	fields := make(map[string]reflect.Type)
	collectFields(t, fields)
	d.eachKey(path, node, func(key, value *yaml.Node) {
		field, known := fields[key.Value]
		if !known {
			d.add(key, "unknown key %q%s%s", key.Value, under(path), suggestion(key.Value, slices.Sorted(maps.Keys(fields))))
			return
		}
		d.check(join(path, key.Value), value, field)
	})
}

func (d *document) checkMap(path string, node *yaml.Node, t reflect.Type) {
	d.eachKey(path, node, func(key, value *yaml.Node) {
		d.check(join(path, key.Value), value, t.Elem())
	})
}

// eachKey calls f with every key of a mapping and its value; a key that
// is there twice is a mistake.
func (d *document) eachKey(path string, node *yaml.Node, f func(key, value *yaml.Node)) {
	if node.Kind != yaml.MappingNode {
		d.add(node, "%s holds keys and values, not %s", named(path), describe(node))
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

// collectFields lists a struct's keys as yaml.v3 names them, those of
// inlined structs included.
func collectFields(t reflect.Type, fields map[string]reflect.Type) {
	for i := range t.NumField() {
		field := t.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		switch {
		case !field.IsExported() && !field.Anonymous, name == "-":
		case strings.Contains(options, "inline"):
			collectFields(field.Type, fields)
		case name != "":
			fields[name] = field.Type
		}
	}
}

func isNull(node *yaml.Node) bool {
	return node.Kind == yaml.ScalarNode && node.Tag == "!!null"
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
		return "the config"
	}
	return path
}

func under(path string) string {
	if path == "" {
		return ""
	}
	return " under " + path
}

// place returns the node of a key or, when the key is missing, of the
// nearest one above it.
func (d *document) place(key string) *yaml.Node {
	for key != "" {
		if node := d.places[key]; node != nil {
			return node
		}
		key = key[:max(strings.LastIndexAny(key, ".["), 0)]
	}
	return d.root
}
