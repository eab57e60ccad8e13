package plan

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"go.yaml.in/yaml/v4"
)

// LimitCheck is one limit beside what a plan holds.
type LimitCheck struct {
	Limit Limit `yaml:"limit"`
	// Count is the number of changes in the plan, Base what a percentage is
	// measured against, and Allowed the largest count that is not blocked.
	Count   int `yaml:"count"`
	Base    int `yaml:"base"`
	Allowed int `yaml:"allowed"`
	// Detail says of a limit that is exceeded what it looks like.
	Detail string `yaml:"detail,omitempty"`
}

// Over tells whether the plan holds more than the limit allows.
func (c LimitCheck) Over() bool { return c.Count > c.Allowed }

// LimitChecks are a plan's limits by name.
type LimitChecks map[LimitName]LimitCheck

// Names returns the names of the checks in the order in which they are shown.
func (c LimitChecks) Names() []LimitName { return slices.SortedFunc(maps.Keys(c), compareLimits) }

// MarshalYAML encodes the checks in the order of Names.
func (c LimitChecks) MarshalYAML() (any, error) {
	mapping := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for _, name := range c.Names() {
		body, err := nodeOf(reflect.ValueOf(c[name]))
		if err != nil {
			return nil, err
		}
		body.Style = yaml.FlowStyle
		mapping.Content = append(mapping.Content, textNode(string(name)), body)
	}
	return mapping, nil
}

// Blocked says in words which limits are exceeded, in the order of Names.
func (c LimitChecks) Blocked() []string {
	blocked := []string{}
	for _, name := range c.Names() {
		if check := c[name]; check.Over() {
			blocked = append(blocked, fmt.Sprintf("%s: %s", name, check.Excess(name)))
		}
	}
	return blocked
}

// Excess says in words by how much the limit is exceeded.
func (c LimitCheck) Excess(name LimitName) string {
	words := fmt.Sprintf("%d, but at most %d", c.Count, c.Allowed)
	if c.Limit.share {
		words += fmt.Sprintf(" (%s of %d %s, never fewer than %d)", c.Limit, c.Base, baseWords(name), leastShare)
	}
	if c.Detail != "" {
		words += "; " + c.Detail
	}
	return words
}

func baseWords(name LimitName) string {
	switch name {
	case LimitCreate, LimitStraySchools, LimitLink:
		return "active staff"
	case LimitStrayAssignments:
		return "active assignments"
	case LimitPruneGroups:
		return "members of the groups with rules"
	case LimitCreateGroups:
		return "groups with rules"
	case LimitCreateOrgUnits:
		return "org units in the directory"
	case LimitCreateAttributes:
		return "attributes that the config names"
	}
	return "linked accounts that are not suspended"
}

// Check lays the counts beside the limits, each measured against its base. A
// limit that is not named has its default.
func (l Limits) Check(counts map[LimitName]int, base func(LimitName) int) LimitChecks {
	defaults, checks := DefaultLimits(), make(LimitChecks)
	for name, count := range counts {
		key, _ := name.setting()
		limit, ok := l[key]
		if !ok {
			limit = defaults[key]
		}
		b := base(name)
		allowed := limit.Allowed(b)
		if limit.share && limit.percent >= 100 && !key.memberships() && key != LimitClear {
			allowed = max(allowed, count) // of accounts or rows, all of them
		}
		checks[name] = LimitCheck{Limit: limit, Count: count, Base: b, Allowed: allowed}
	}
	return checks
}
