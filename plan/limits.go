package plan

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

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

// CheckFor returns an error when the limit cannot be that of the name: only
// memberships, of which an account has several, may be more than 100 percent.
func (l Limit) CheckFor(name LimitName) error {
	if l.share && l.percent > 100 && !name.memberships() {
		return fmt.Errorf("%q is not a percentage from 0%% to 100%%", l.String())
	}
	return nil
}

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
		if err != nil || math.IsNaN(p) || math.IsInf(p, 0) || p < 0 {
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
		return mistakeAt(node, "a limit is a whole number or a percentage such as 5%%")
	}
	limit, err := ParseLimit(node.Value)
	if err != nil {
		return mistakeAt(node, "%v", err)
	}
	*l = limit
	return nil
}

// Limits are the limits of a config.
type Limits map[LimitName]Limit

// DefaultLimits returns the limits that hold where the config names none.
// Leaving is rare from one night to the next, and so is anything else that
// locks people out or changes their address; at the start of a school year
// districts hire and move more, and schools and staff types change for many. A
// suspended account leaves several groups, and the rules for groups may put everybody
// into two on the day when they begin. Values that change for everybody,
// accounts without a person and rows without a counterpart are signs of
// a damaged export.
func DefaultLimits() Limits {
	return Limits{
		LimitSuspend:     Percent(5),
		LimitCreate:      Percent(20),
		LimitReactivate:  Percent(5),
		LimitRename:      Percent(5),
		LimitMove:        Percent(20),
		LimitClear:       Percent(5),
		LimitLeaveGroups: Percent(25),

		LimitJoinGroups:   Percent(200),
		LimitPruneGroups:  Percent(10),
		LimitCreateGroups: AtMost(5),

		LimitCreateOrgUnits: AtMost(5),

		LimitCreateAttributes: AtMost(20),

		LimitChange:    Percent(30),
		LimitMissing:   Percent(5),
		LimitStrayRows: Percent(10),
		LimitLink:      Percent(100),
	}
}
