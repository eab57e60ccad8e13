package plan

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// LimitName is the name of a limit: a key under limits in the config and in
// the plan, and a word after --allow.
type LimitName string

// The limits. All but LimitCreate are measured against the linked accounts
// that are not suspended, so that years of leavers do not inflate them;
// LimitCreate against the active staff.
const (
	LimitSuspend     LimitName = "suspend"
	LimitCreate      LimitName = "create"
	LimitReactivate  LimitName = "reactivate"
	LimitRename      LimitName = "rename"
	LimitMove        LimitName = "move"
	LimitClear       LimitName = "clear"
	LimitLeaveGroups LimitName = "leaveGroups"
)

// LimitNames lists the limits in the order in which they are shown.
func LimitNames() []LimitName {
	return []LimitName{LimitSuspend, LimitCreate, LimitReactivate, LimitRename, LimitMove, LimitClear, LimitLeaveGroups}
}

// LimitWords lists the limits for a message.
func LimitWords() string {
	var words []string
	for _, name := range LimitNames() {
		words = append(words, string(name))
	}
	return strings.Join(words, ", ")
}

// Limit is the largest number of changes of one sort that a plan may hold: a
// number, or a percentage of a base.
type Limit struct {
	count   int
	percent float64
	share   bool
}

// leastShare is what a percentage means at least: in a small district one
// ordinary week must not be over every limit.
const leastShare = 5

// AtMost returns the limit of n changes.
func AtMost(n int) Limit { return Limit{count: n} }

// Percent returns the limit of p percent of the base.
func Percent(p float64) Limit { return Limit{percent: p, share: true} }

// Allowed returns how many changes the limit allows when it is measured
// against base. A percentage never means fewer than 5.
func (l Limit) Allowed(base int) int {
	if !l.share {
		return l.count
	}
	// 0.29 percent of 100,000 are 290, though the product is a hair less.
	const hair = 1e-9
	return max(leastShare, int(math.Floor(l.percent*float64(base)/100+hair)))
}

// String returns the limit as it is written in the config: 12 or 5%.
func (l Limit) String() string {
	if l.share {
		return strconv.FormatFloat(l.percent, 'f', -1, 64) + "%"
	}
	return strconv.Itoa(l.count)
}

// ParseLimit reads a limit as String writes it.
func ParseLimit(s string) (Limit, error) {
	if text, ok := strings.CutSuffix(s, "%"); ok {
		p, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		if err != nil || math.IsNaN(p) || p < 0 || p > 100 {
			return Limit{}, fmt.Errorf("%q is not a percentage from 0%% to 100%%", s)
		}
		if p == 0 {
			return Limit{}, fmt.Errorf("%q would still mean %d; write 0 for none at all", s, leastShare)
		}
		return Percent(p), nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return Limit{}, fmt.Errorf("%q is neither a whole number nor a percentage such as 5%%", s)
	}
	return AtMost(n), nil
}

// MarshalYAML encodes a number as a number and a percentage as text.
func (l Limit) MarshalYAML() (any, error) {
	if l.share {
		return l.String(), nil
	}
	return l.count, nil
}

// UnmarshalYAML decodes a number or a percentage.
func (l *Limit) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind != yaml.ScalarNode {
		return fmt.Errorf("line %d: a limit is a whole number or a percentage such as 5%%", node.Line)
	}
	limit, err := ParseLimit(node.Value)
	if err != nil {
		return fmt.Errorf("line %d: %w", node.Line, err)
	}
	*l = limit
	return nil
}

// Limits are the limits of a config.
type Limits map[LimitName]Limit

// DefaultLimits returns the limits that hold where the config names none.
// Leaving is rare from one night to the next, and so is anything else that
// locks people out or changes their address; at the start of a school year
// districts hire and move more. A suspended account leaves several groups.
func DefaultLimits() Limits {
	return Limits{
		LimitSuspend:     Percent(5),
		LimitCreate:      Percent(20),
		LimitReactivate:  Percent(5),
		LimitRename:      Percent(5),
		LimitMove:        Percent(20),
		LimitClear:       Percent(5),
		LimitLeaveGroups: Percent(25),
	}
}

// LimitCheck is one limit beside what a plan holds.
type LimitCheck struct {
	Limit Limit `yaml:"limit"`
	// Count is the number of changes in the plan, Base what a percentage is
	// measured against, and Allowed the largest count that is not blocked.
	Count   int `yaml:"count"`
	Base    int `yaml:"base"`
	Allowed int `yaml:"allowed"`
}

// Over tells whether the plan holds more than the limit allows.
func (c LimitCheck) Over() bool { return c.Count > c.Allowed }

// LimitChecks are a plan's limits by name.
type LimitChecks map[LimitName]LimitCheck

// MarshalYAML encodes the checks in the order of LimitNames.
func (c LimitChecks) MarshalYAML() (any, error) {
	mapping := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for _, name := range LimitNames() {
		check, ok := c[name]
		if !ok {
			continue
		}
		body, err := nodeOf(reflect.ValueOf(check))
		if err != nil {
			return nil, err
		}
		body.Style = yaml.FlowStyle
		mapping.Content = append(mapping.Content, textNode(string(name)), body)
	}
	return mapping, nil
}

// Blocked says in words which limits are exceeded, in the order of
// LimitNames.
func (c LimitChecks) Blocked() []string {
	blocked := []string{}
	for _, name := range LimitNames() {
		check, ok := c[name]
		if !ok || !check.Over() {
			continue
		}
		measure := ""
		if check.Limit.share {
			measure = fmt.Sprintf(" (%s of %d %s, never fewer than %d)", check.Limit, check.Base, baseWords(name), leastShare)
		}
		blocked = append(blocked, fmt.Sprintf("%s: %d, but at most %d%s", name, check.Count, check.Allowed, measure))
	}
	return blocked
}

func baseWords(name LimitName) string {
	if name == LimitCreate {
		return "active staff"
	}
	return "linked accounts that are not suspended"
}

// Count returns how many changes of each limited sort the actions hold:
// accounts, but cleared fields under LimitClear and memberships under
// LimitLeaveGroups.
func Count(actions []Action) map[LimitName]int {
	counts := make(map[LimitName]int)
	for i := range actions {
		action := &actions[i]
		counts[LimitLeaveGroups] += action.leaves()
		if action.Kind == Create {
			counts[LimitCreate]++
			continue
		}
		for _, change := range action.Changes {
			switch change.Field {
			case FieldSuspended:
				if change.Suspends() {
					counts[LimitSuspend]++
				} else {
					counts[LimitReactivate]++
				}
			case FieldPrimaryEmail:
				counts[LimitRename]++
			case FieldOrgUnitPath:
				counts[LimitMove]++
			}
			if change.To.Absent() {
				counts[LimitClear]++
			}
		}
	}
	return counts
}

// Check measures the actions against the limits. A limit that is not named
// has its default.
func (l Limits) Check(actions []Action, base func(LimitName) int) LimitChecks {
	counts, defaults := Count(actions), DefaultLimits()
	checks := make(LimitChecks)
	for _, name := range LimitNames() {
		limit, ok := l[name]
		if !ok {
			limit = defaults[name]
		}
		b := base(name)
		checks[name] = LimitCheck{Limit: limit, Count: counts[name], Base: b, Allowed: limit.Allowed(b)}
	}
	return checks
}
