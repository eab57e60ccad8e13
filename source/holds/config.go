package holds

import (
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/staffsync/staffsync/plan"
)

// Config is the section holds: a list, or the file that has one.
type Config struct {
	// File is a CSV file with a row for each hold, empty where the config has
	// them itself.
	File string
	List []Entry
}

// Entry is one hold in the config.
type Entry struct {
	// Person is a DCID or an address, and When an expression instead.
	Person string `yaml:"person,omitempty"`
	When   string `yaml:"when,omitempty"`
	// What is what the person is held from, everything where it is empty.
	What []string `yaml:"what,omitempty"`
	// Reason says why, for whoever reads a plan.
	Reason string `yaml:"reason,omitempty"`
	// Owner is who decided on it.
	Owner string `yaml:"owner,omitempty"`
	// Until is the last day.
	Until string `yaml:"until,omitempty"`
}

// UnmarshalYAML takes the list, or {file: holds.csv}.
func (c *Config) UnmarshalYAML(node *yaml.Node) error {
	var file struct {
		File string `yaml:"file"`
	}
	switch node.Kind {
	case yaml.SequenceNode:
		return plan.DecodeNode(node, &c.List)
	case yaml.MappingNode:
		if err := plan.DecodeNode(node, &file); err != nil {
			return err
		}
	}
	if c.File = file.File; c.File == "" {
		return plan.NodeMistake(node, "write a list of holds, or {file: holds.csv}")
	}
	return nil
}

// Kept tells whether the district keeps holds.
func (c Config) Kept() bool { return c.File != "" || len(c.List) > 0 }

// Validate checks the holds in the config. The error is joined of one KeyError for
// each thing that is wrong; expressions are not looked into.
func (c Config) Validate() error {
	var problems []error
	for i, entry := range c.List {
		if _, key, err := entry.hold(); err != nil {
			problems = append(problems, plan.KeyErrorf(strings.TrimSuffix(fmt.Sprintf("holds[%d].%s", i, key), "."), "%w", err))
		}
	}
	return errors.Join(problems...)
}

// listed returns the holds in the config, which are without mistakes.
func (c Config) listed() []plan.Hold {
	var holds []plan.Hold
	for i, entry := range c.List {
		hold, _, _ := entry.hold()
		hold.Where = fmt.Sprintf("holds[%d]", i)
		holds = append(holds, hold)
	}
	return holds
}
