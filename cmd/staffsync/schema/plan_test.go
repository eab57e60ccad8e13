package schema_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/staffsync/staffsync/plan"
)

// generatePlan makes the schema of the plan file.
func generatePlan(t *testing.T) []byte {
	said := readComments(t, "plan")
	g := &generator{comments: said}
	g.special = map[reflect.Type]func() *jsonschema.Schema{
		reflect.TypeFor[plan.Value]():            value,
		reflect.TypeFor[plan.Changes]():          changes,
		reflect.TypeFor[plan.MembershipChange](): membershipChange,
		reflect.TypeFor[plan.Limit](): func() *jsonschema.Schema {
			return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
				{Type: "integer", Minimum: jsonschema.Ptr(0.0)},
				{Type: "string", Pattern: percent},
			}}
		},
	}
	g.rules = map[string]func(*jsonschema.Schema){
		"version": func(s *jsonschema.Schema) {
			version := any(plan.FileVersion)
			s.Const, s.Default = &version, json.RawMessage(fmt.Sprint(plan.FileVersion))
		},
		"policy": func(s *jsonschema.Schema) { s.Pattern = digest },
		"digest": func(s *jsonschema.Schema) { s.Pattern = digest },
		"asOf":   func(s *jsonschema.Schema) { s.Pattern = isoDay },
		"limits": func(s *jsonschema.Schema) {
			var names []any
			for _, name := range append(plan.LimitNames(), plan.LimitStrayAssignments, plan.LimitStraySchools) {
				if name.Measured() {
					names = append(names, string(name))
				}
			}
			s.PropertyNames = &jsonschema.Schema{AnyOf: []*jsonschema.Schema{{Enum: names}, {Pattern: `^change\..`}}}
		},
		"actions[].id": func(s *jsonschema.Schema) { s.Pattern = `^(account|group|orgUnit|attribute)/.` },
	}
	return g.generate(t, reflect.TypeFor[plan.Plan](), "staffsync plan",
		"What staffsync apply will do, as plan, adopt or revert writes it. Whole actions may be deleted (apply --allow-edited); nothing else is to be edited.")
}

const (
	digest = `^sha256:[0-9a-f]{64}$`
	isoDay = `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`
)

// value is a text, number or truth value, none, or the fingerprint of a sensitive one.
func value() *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
		{Types: []string{"string", "number", "boolean", "null"}},
		{
			Type: "object", Required: []string{"fingerprint"}, AdditionalProperties: nothing(),
			Properties: map[string]*jsonschema.Schema{"fingerprint": {
				Type: "string", Pattern: `^[0-9a-f]{64}$`, Description: "Stands for a sensitive value: its HMAC-SHA-256 under the district's key.",
			}},
		},
	}}
}

// changes are values by field.
func changes() *jsonschema.Schema {
	from, to := value(), value()
	from.Description = "The value that the plan saw; left out where there was none."
	to.Description = "The value that the field will have; null for none."
	return &jsonschema.Schema{Type: "object", AdditionalProperties: &jsonschema.Schema{
		Type: "object", Required: []string{"to"}, AdditionalProperties: nothing(),
		Properties: map[string]*jsonschema.Schema{"from": from, "to": to}, PropertyOrder: []string{"from", "to"},
	}}
}

// membershipChange is one of four forms, each told by its first key.
func membershipChange() *jsonschema.Schema {
	made := &jsonschema.Schema{}
	for _, form := range []struct{ key, description string }{
		{"leave", "The group that the account leaves."},
		{"join", "The group that the account joins."},
		{"staysIn", "The group that the account stays in, because nobody can end the membership."},
		{"setRole", "The group in which the account gets another role."},
	} {
		one := &jsonschema.Schema{
			Type: "object", Required: []string{form.key, "role"}, AdditionalProperties: nothing(),
			Properties: map[string]*jsonschema.Schema{
				form.key: {Type: "string", Description: form.description},
				"role":   {Type: "string", Description: "The role in the group, MEMBER, MANAGER or OWNER: of a membership that ends the one before, else the one after; unknown where it was not read."},
				"rule":   {Type: "string", Description: "The key of the rule that asks for it, such as groups[1]."},
			},
			PropertyOrder: []string{form.key, "from", "role", "rule"},
		}
		if form.key == "setRole" {
			one.Properties["from"] = &jsonschema.Schema{Type: "string", Description: "The role before."}
			one.Required = []string{form.key, "from", "role"}
		}
		made.OneOf = append(made.OneOf, one)
	}
	return made
}
