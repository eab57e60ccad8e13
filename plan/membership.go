package plan

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v4"
)

// Membership is one account's direct membership of a group.
type Membership struct {
	// Group is the group's primary address.
	Group string `yaml:"group"`
	// Role is MEMBER, MANAGER or OWNER
	// (https://developers.google.com/admin-sdk/directory/reference/rest/v1/members).
	Role string `yaml:"role"`
	// Problem is what the target said where it does not tell the role.
	Problem string `yaml:"problem,omitempty"`
}

// The roles of members, the lowest first.
const (
	RoleMember  = "MEMBER"
	RoleManager = "MANAGER"
	RoleOwner   = "OWNER"
)

// RoleRank orders the roles: a higher one may more. It is 0 for what is none of
// them.
func RoleRank(role string) int {
	return slices.Index([]string{RoleMember, RoleManager, RoleOwner}, role) + 1
}

// RuleUndo stands for the rule of a membership that goes back to what it was before
// an apply.
const RuleUndo = "undo"

// RoleUnknown stands for a role that could not be read, or was not asked for.
const RoleUnknown = "unknown"

// MembershipChange is what happens to one membership of an account. In YAML it
// is {leave: GROUP, role: ROLE}, {join: GROUP, role: ROLE}, {setRole: GROUP, from:
// ROLE, role: ROLE} or, where the role is the same before and after, {staysIn:
// GROUP, role: ROLE}; where a rule of the policy asks for it, the rule follows.
type MembershipChange struct {
	// Group is the group's address.
	Group string
	// From is the role before and To the role after, empty for none.
	From, To string
	// Rule is the key of the rule that asks for it, such as groups[1]. It is
	// empty where a leaver is taken out of a group.
	Rule string
}

// Undoes tells whether the membership goes back to what it was before an apply.
func (m MembershipChange) Undoes() bool { return m.Rule == RuleUndo }

// Leave returns the end of a membership.
func Leave(m Membership) MembershipChange { return MembershipChange{Group: m.Group, From: m.Role} }

// StayIn returns a membership that goes on, because nobody can end it.
func StayIn(m Membership) MembershipChange {
	return MembershipChange{Group: m.Group, From: m.Role, To: m.Role}
}

// ByRule tells whether a rule of the policy asks for the change.
func (m MembershipChange) ByRule() bool { return m.Rule != "" && !m.Stays() }

// Prunes tells whether somebody is taken out of a group to whom no rule of it
// applies.
func (m MembershipChange) Prunes() bool { return m.Leaves() && m.Rule != "" }

// SetsRole tells whether the membership goes on with another role.
func (m MembershipChange) SetsRole() bool { return m.From != "" && m.To != "" && m.From != m.To }

// Leaves tells whether the membership ends.
func (m MembershipChange) Leaves() bool { return m.From != "" && m.To == "" }

// Joins tells whether the membership begins.
func (m MembershipChange) Joins() bool { return m.From == "" && m.To != "" }

// Stays tells whether the membership goes on as it is.
func (m MembershipChange) Stays() bool { return m.From != "" && m.From == m.To }

// membershipKeys are the keys under which a group is written, by what happens
// to the membership.
const (
	keyLeave   = "leave"
	keyJoin    = "join"
	keyStaysIn = "staysIn"
	keySetRole = "setRole"
)

// MarshalYAML encodes the change in one line. One that is none of the four is
// an error.
func (m MembershipChange) MarshalYAML() (any, error) {
	key, role := "", m.To
	switch {
	case m.Leaves():
		key, role = keyLeave, m.From
	case m.Joins():
		key = keyJoin
	case m.Stays():
		key = keyStaysIn
	case m.SetsRole():
		key = keySetRole
	default:
		return nil, fmt.Errorf("the membership of %s changes from role %q to %q, which a plan cannot say", m.Group, m.From, m.To)
	}
	pairs := []string{key, m.Group}
	if m.SetsRole() {
		pairs = append(pairs, "from", m.From)
	}
	pairs = append(pairs, "role", role)
	if m.Rule != "" {
		pairs = append(pairs, "rule", m.Rule)
	}
	node := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Style: yaml.FlowStyle}
	for _, text := range pairs {
		node.Content = append(node.Content, textNode(text))
	}
	return node, nil
}

// UnmarshalYAML decodes what MarshalYAML encodes; anything else is an error.
func (m *MembershipChange) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind != yaml.MappingNode {
		return mistakeAt(node, "a membership is {leave: GROUP, role: ROLE}, or join, setRole or staysIn")
	}
	values := make(map[string]string)
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, text := node.Content[i].Value, ""
		if err := node.Content[i+1].Decode(&text); err != nil {
			return err
		}
		if _, twice := values[key]; twice {
			return mistakeAt(node.Content[i], "a membership has %q twice", key)
		}
		values[key] = text
	}
	take := func(key string) string {
		value := values[key]
		delete(values, key)
		return value
	}
	role, from := take("role"), take("from")
	change := MembershipChange{Rule: take("rule")}
	if role == "" {
		return mistakeAt(node, "a membership needs a role: MEMBER, MANAGER or OWNER")
	}
	said := ""
	for _, key := range []string{keyLeave, keyJoin, keyStaysIn, keySetRole} {
		if _, ok := values[key]; ok && said == "" {
			said, change.Group = key, take(key)
		}
	}
	switch said {
	case keyLeave:
		change.From = role
	case keyJoin:
		change.To = role
	case keyStaysIn:
		change.From, change.To = role, role
	case keySetRole:
		change.From, change.To = from, role
	}
	switch {
	case said == "", len(values) > 0:
		return mistakeAt(node, "a membership says leave, join, setRole or staysIn and its role")
	case (said == keySetRole) != (from != "") || from == role:
		return mistakeAt(node, "a membership has a role from before, another one, where it says setRole, and only there")
	}
	*m = change
	return nil
}
