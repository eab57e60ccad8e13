// Package schematest checks YAML files in tests by the schemas, as an editor does.
package schematest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"

	"github.com/google/jsonschema-go/jsonschema"
	"go.yaml.in/yaml/v4"

	"github.com/staffsync/staffsync/cmd/staffsync/schema"
)

var resolved sync.Map // by name, func() (*jsonschema.Resolved, error)

// Check returns what an editor that goes by the schema of that name marks in a file:
// what is no YAML, and what the schema does not allow.
func Check(name string, data []byte) error {
	load, _ := resolved.LoadOrStore(name, sync.OnceValues(func() (*jsonschema.Resolved, error) { return resolve(name) }))
	by, err := load.(func() (*jsonschema.Resolved, error))()
	if err != nil {
		return err
	}
	documents := 0
	for decoder := yaml.NewDecoder(bytes.NewReader(data)); ; documents++ {
		var document yaml.Node
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("no YAML: %w", err)
		}
		content, err := valueOf(&document)
		if err != nil {
			return err
		}
		if err := by.Validate(content); err != nil {
			return err
		}
	}
	if documents == 0 {
		return errors.New("the file is empty")
	}
	return nil
}

func resolve(name string) (*jsonschema.Resolved, error) {
	data, err := schema.Of(name)
	if err != nil {
		return nil, err
	}
	var s jsonschema.Schema
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, err
	}
	return s.Resolve(&jsonschema.ResolveOptions{ValidateDefaults: true})
}

// valueOf is what YAML 1.2 makes of a node: a date is a text, and so is yes.
func valueOf(node *yaml.Node) (any, error) {
	switch node.Kind {
	case yaml.DocumentNode:
		return valueOf(node.Content[0])
	case yaml.AliasNode:
		return valueOf(node.Alias)
	case yaml.SequenceNode:
		list := make([]any, 0, len(node.Content))
		for _, item := range node.Content {
			value, err := valueOf(item)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		return list, nil
	case yaml.MappingNode:
		return mappingOf(node)
	}
	switch node.ShortTag() {
	case "!!null":
		return nil, nil
	case "!!bool":
		return strconv.ParseBool(node.Value)
	case "!!int", "!!float":
		var number float64
		err := node.Decode(&number)
		return number, err
	case "!!str", "!!timestamp", "!!binary":
		return node.Value, nil
	}
	return nil, fmt.Errorf("line %d: YAML has no tag %s", node.Line, node.Tag)
}

func mappingOf(node *yaml.Node) (any, error) {
	mapping := make(map[string]any, len(node.Content)/2)
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		if _, twice := mapping[key.Value]; twice {
			return nil, fmt.Errorf("line %d: the key %s is there twice", key.Line, key.Value)
		}
		value, err := valueOf(node.Content[i+1])
		if err != nil {
			return nil, err
		}
		mapping[key.Value] = value
	}
	return mapping, nil
}
