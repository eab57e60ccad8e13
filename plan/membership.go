package plan

import (
	"fmt"

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

// RoleUnknown stands for a role that could not be read, or was not asked for.
const RoleUnknown = "unknown"

// MembershipChange is what happens to one membership of an account. In YAML it
// is {leave: GROUP, role: ROLE}, {join: GROUP, role: ROLE} or, where the role
// is the same before and after, {staysIn: GROUP, role: ROLE}.
type MembershipChange struct {
	// Group is the group's address.
	Group string
	// From is the role before and To the role after, empty for none.
	From, To string
}

// Leave returns the end of a membership.
func Leave(m Membership) MembershipChange { return MembershipChange{Group: m.Group, From: m.Role} }

// StayIn returns a membership that goes on, because nobody can end it.
func StayIn(m Membership) MembershipChange {
	return MembershipChange{Group: m.Group, From: m.Role, To: m.Role}
}

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
)

// MarshalYAML encodes the change in one line. One that is neither of the three
// is an error.
func (m MembershipChange) MarshalYAML() (any, error) {
	key, role := "", m.From
	switch {
	case m.Leaves():
		key = keyLeave
	case m.Joins():
		key, role = keyJoin, m.To
	case m.Stays():
		key = keyStaysIn
	default:
		return nil, fmt.Errorf("the membership of %s changes from role %q to %q, which a plan cannot say", m.Group, m.From, m.To)
	}
	return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Style: yaml.FlowStyle, Content: []*yaml.Node{
		textNode(key), textNode(m.Group), textNode("role"), textNode(role),
	}}, nil
}

// UnmarshalYAML decodes what MarshalYAML encodes; anything else is an error.
func (m *MembershipChange) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind != yaml.MappingNode || len(node.Content) != 4 {
		return mistakeAt(node, "a membership is {leave: GROUP, role: ROLE}, or join or staysIn")
	}
	values := make(map[string]string)
	for i := 0; i < len(node.Content); i += 2 {
		var text string
		if err := node.Content[i+1].Decode(&text); err != nil {
			return err
		}
		values[node.Content[i].Value] = text
	}
	role := values["role"]
	if role == "" {
		return mistakeAt(node, "a membership needs a role: MEMBER, MANAGER or OWNER")
	}
	for key, change := range map[string]MembershipChange{
		keyLeave: {From: role}, keyJoin: {To: role}, keyStaysIn: {From: role, To: role},
	} {
		if group, ok := values[key]; ok {
			change.Group = group
			*m = change
			return nil
		}
	}
	return mistakeAt(node, "a membership says leave, join or staysIn and its role")
}
