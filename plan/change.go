package plan

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Change is what happens to one field of an account.
type Change struct {
	Field string
	// From is the value that the plan saw and To the one that it will have.
	From, To Value
}

// String says the change in words, such as "org unit /A → /B".
func (c Change) String() string {
	field := c.Field
	if field == FieldOrgUnitPath {
		field = "org unit"
	}
	return fmt.Sprintf("%s %s → %s", field, cmp.Or(c.From.String(), "(empty)"), cmp.Or(c.To.String(), "(empty)"))
}

// Suspends tells whether the change suspends the account.
func (c Change) Suspends() bool { return c.Field == FieldSuspended && c.To.Equal(Truth(true)) }

// Sensitive tells whether the change is of a sensitive value.
func (c Change) Sensitive() bool { return c.From.Sensitive() || c.To.Sensitive() }

// describes tells whether the field is something else than suspension, address
// and org unit: a name, an attribute or an external id.
func (c Change) describes() bool {
	switch c.Field {
	case FieldSuspended, FieldPrimaryEmail, FieldOrgUnitPath:
		return false
	}
	return true
}

// Changes are the changes of one account, in the order of compareFields. In
// YAML they are a mapping from field to {from, to}; a from that is absent is
// left out.
type Changes []Change

// Get returns the change of the field, and whether there is one.
func (c Changes) Get(field string) (Change, bool) {
	for _, change := range c {
		if change.Field == field {
			return change, true
		}
	}
	return Change{}, false
}

// Sensitive tells whether one of the changes is of a sensitive value.
func (c Changes) Sensitive() bool { return slices.ContainsFunc(c, Change.Sensitive) }

// Without returns the changes of all other fields.
func (c Changes) Without(field string) Changes {
	rest := make(Changes, 0, len(c))
	for _, change := range c {
		if change.Field != field {
			rest = append(rest, change)
		}
	}
	return rest
}

// Sort puts the changes into the order in which a plan shows them.
func (c Changes) Sort() {
	slices.SortFunc(c, func(a, b Change) int { return compareFields(a.Field, b.Field) })
}

// fieldOrder is the order of the fields that are not attributes.
var fieldOrder = []string{
	FieldSuspended, FieldPrimaryEmail, FieldGivenName, FieldFamilyName,
	FieldOrgUnitPath, FieldChangePassword, FieldNewName, FieldDescription, FieldParentOrgUnit,
	FieldAttributeType, FieldMultiValued, FieldIndexed, FieldIndexMin, FieldIndexMax, FieldReadAccess,
}

// compareFields orders what an admin looks for first before the attributes,
// which follow by name, and the external ids, which come last.
func compareFields(a, b string) int {
	return cmp.Or(cmp.Compare(fieldRank(a), fieldRank(b)), cmp.Compare(a, b))
}

func fieldRank(field string) int {
	if i := slices.Index(fieldOrder, field); i >= 0 {
		return i
	}
	if strings.HasPrefix(field, ExternalIDPrefix) {
		return len(fieldOrder) + 1
	}
	return len(fieldOrder)
}

type changeValues struct {
	From Value `yaml:"from,omitempty"`
	To   Value `yaml:"to"`
}

// MarshalYAML encodes the changes as a mapping that keeps their order.
func (c Changes) MarshalYAML() (any, error) {
	mapping := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for _, change := range c {
		values, err := nodeOf(reflect.ValueOf(changeValues{change.From, change.To}))
		if err != nil {
			return nil, err
		}
		values.Style = yaml.FlowStyle
		mapping.Content = append(mapping.Content, textNode(change.Field), values)
	}
	return mapping, nil
}

// UnmarshalYAML decodes what MarshalYAML encodes; a repeated field or an
// unknown key is an error.
func (c *Changes) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind != yaml.MappingNode {
		return mistakeAt(node, "changes are a mapping from field to {from, to}")
	}
	changes := make(Changes, 0, len(node.Content)/2)
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, body := node.Content[i], node.Content[i+1]
		if _, repeated := changes.Get(key.Value); repeated {
			return mistakeAt(key, "field %q is there twice", key.Value)
		}
		if key.Kind != yaml.ScalarNode || body.Kind != yaml.MappingNode {
			return mistakeAt(key, "a change is a field and {from, to}")
		}
		change := Change{Field: key.Value}
		for j := 0; j+1 < len(body.Content); j += 2 {
			if j > 0 && body.Content[j].Value == body.Content[0].Value {
				return mistakeAt(body.Content[j], "field %q has %q twice", key.Value, body.Content[j].Value)
			}
			var err error
			switch name := body.Content[j].Value; name {
			case "from":
				err = change.From.UnmarshalYAML(body.Content[j+1])
			case "to":
				err = change.To.UnmarshalYAML(body.Content[j+1])
			default:
				err = mistakeAt(key, "field %q has the unknown key %q", key.Value, name)
			}
			if err != nil {
				return err
			}
		}
		changes = append(changes, change)
	}
	changes.Sort()
	*c = changes
	return nil
}
