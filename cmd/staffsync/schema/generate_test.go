package schema_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"
)

// generator makes the schema of a type whose YAML keys are its struct tags.
type generator struct {
	comments *comments
	// special are the schemas of types that read and write themselves.
	special map[reflect.Type]func() *jsonschema.Schema
	// rules are what else is known of a key, such as orgUnits.active[].path.
	rules map[string]func(*jsonschema.Schema)
	// byHand tells that people write the file: a text may look like a number or a truth
	// value, and a key without a value is none.
	byHand bool

	undescribed []string
}

// generate returns the schema of the type as it is printed, and the keys that the
// source says nothing of.
func (g *generator) generate(t *testing.T, of reflect.Type, title, description string) []byte {
	t.Helper()
	made := g.of(of, "")
	made.Schema, made.Title, made.Description = "http://json-schema.org/draft-07/schema#", title, description
	for key := range g.rules {
		t.Errorf("there is a rule for the key %q, which the type does not have", key)
	}
	for _, key := range g.undescribed {
		t.Errorf("%s has no description: write a comment at its field in Go, which says to an administrator what the key means", key)
	}
	compact, err := json.Marshal(made)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, compact, "", "  "); err != nil {
		t.Fatal(err)
	}
	out.WriteByte('\n')
	return []byte(strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(out.String()))
}

// of makes the schema of what is at the key.
func (g *generator) of(t reflect.Type, key string) *jsonschema.Schema {
	made := g.plain(t, key)
	if rule, ok := g.rules[key]; ok {
		rule(made)
		delete(g.rules, key)
	}
	return made
}

func (g *generator) plain(t reflect.Type, key string) *jsonschema.Schema {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if special, ok := g.special[t]; ok {
		return special()
	}
	switch t.Kind() {
	case reflect.Struct:
		made := &jsonschema.Schema{Type: "object", Properties: map[string]*jsonschema.Schema{}, AdditionalProperties: nothing()}
		g.fields(made, t, key, keysOf(t))
		return made
	case reflect.Map:
		return &jsonschema.Schema{Type: "object", AdditionalProperties: g.of(t.Elem(), key+".*")}
	case reflect.Slice:
		return &jsonschema.Schema{Type: "array", Items: g.of(t.Elem(), key+"[]")}
	case reflect.Bool:
		return &jsonschema.Schema{Type: "boolean"}
	case reflect.Int, reflect.Int64:
		return &jsonschema.Schema{Type: "integer"}
	case reflect.Float64:
		return &jsonschema.Schema{Type: "number"}
	case reflect.String:
		return g.text(t)
	}
	panic(fmt.Sprintf("%s: there is no schema of a %s", key, t))
}

// text is one of its type's constants, where it has some.
func (g *generator) text(t reflect.Type) *jsonschema.Schema {
	if constants := g.comments.constants[nameOf(t)]; len(constants) > 0 && t.Name() != "string" {
		made := &jsonschema.Schema{Type: "string"}
		for _, constant := range constants {
			made.Enum = append(made.Enum, constant.value)
		}
		return made
	}
	if g.byHand {
		return &jsonschema.Schema{Types: []string{"string", "number", "boolean"}}
	}
	return &jsonschema.Schema{Type: "string"}
}

// fields adds the keys of a struct, those of inlined ones included.
func (g *generator) fields(made *jsonschema.Schema, t reflect.Type, key string, keys map[string]string) {
	for i := range t.NumField() {
		field := t.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		switch {
		case strings.Contains(options, "inline"):
			g.fields(made, field.Type, key, keysOf(field.Type))
			continue
		case !field.IsExported(), name == "-", name == "":
			continue
		}
		below := strings.TrimPrefix(key+"."+name, ".")
		value := g.of(field.Type, below)
		if value.Description == "" {
			value.Description = g.comments.field(t, field, keys)
		}
		if value.Description == "" {
			g.undescribed = append(g.undescribed, fmt.Sprintf("%s (%s.%s)", below, t, field.Name))
		}
		if strings.Contains(options, "omitempty") {
			g.orNone(value)
		} else {
			made.Required = append(made.Required, name)
		}
		made.Properties[name] = value
		made.PropertyOrder = append(made.PropertyOrder, name)
	}
}

// orNone lets a key be there without a value.
func (g *generator) orNone(value *jsonschema.Schema) {
	switch {
	case !g.byHand:
	case len(value.Enum) > 0:
		value.Type = ""
		if !slices.Contains(value.Enum, nil) {
			value.Enum = append(value.Enum, nil)
		}
	case value.Type != "":
		value.Types, value.Type = []string{value.Type, "null"}, ""
	case len(value.Types) > 0:
		value.Types = append(value.Types, "null")
	case len(value.AnyOf) > 0:
		value.AnyOf = append(value.AnyOf, &jsonschema.Schema{Type: "null"})
	}
}

// keysOf are the keys of a struct by the names of their fields in Go.
func keysOf(t reflect.Type) map[string]string {
	keys := make(map[string]string)
	if t.Kind() != reflect.Struct {
		return keys
	}
	for i := range t.NumField() {
		field := t.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		switch {
		case strings.Contains(options, "inline"):
			for inner, key := range keysOf(field.Type) {
				keys[inner] = key
			}
		case name != "" && name != "-":
			keys[field.Name] = name
		}
	}
	return keys
}

// nothing is the schema that nothing fits.
func nothing() *jsonschema.Schema { return &jsonschema.Schema{Not: &jsonschema.Schema{}} }
