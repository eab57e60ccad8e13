package policy

import (
	"cmp"
	"maps"
	"slices"

	"cel.dev/cel-go/cel"

	"github.com/staffsync/staffsync/plan"
)

// ConfiguredAttributes are the custom attributes that the config names, by name,
// each with the type of its values: the DCID is a whole number, everything else what
// its rule gives, unless attributeTypes says otherwise. They are not to be changed.
func (p *Policy) ConfiguredAttributes() []plan.ConfiguredAttribute { return p.configured }

// configuredAttributes decides on the types, and refuses those that cannot be.
func (c *compiler) configuredAttributes(config Config, rules []valueRule) []plan.ConfiguredAttribute {
	configured := []plan.ConfiguredAttribute{{Name: config.Match, Type: plan.TypeInt64, Match: true}}
	for _, rule := range rules {
		if rule.value != nil { // else it is an error already
			configured = append(configured, plan.ConfiguredAttribute{Name: rule.name, Type: rule.value.attributeType()})
		}
	}
	slices.SortFunc(configured, func(a, b plan.ConfiguredAttribute) int { return cmp.Compare(a.Name, b.Name) })
	names := append(slices.Collect(maps.Keys(config.Attributes)), config.Match)
	for _, name := range slices.Sorted(maps.Keys(config.AttributeTypes)) {
		key, kind := "attributeTypes."+name, config.AttributeTypes[name]
		if !slices.Contains(names, name) {
			c.fail(key, "%s is neither match nor among attributes%s", name, plan.DidYouMean(name, names))
			continue
		}
		i := slices.IndexFunc(configured, func(a plan.ConfiguredAttribute) bool { return a.Name == name })
		if err := kind.Check(); err != nil {
			c.fail(key, "%w", err)
			continue
		}
		if i < 0 {
			continue
		}
		attribute := plan.Attribute{Name: name, Type: kind}
		err := attribute.Misfit(configured[i])
		if configured[i].Match {
			err = attribute.CheckMatch()
		}
		if err != nil {
			c.fail(key, "%w", err)
			continue
		}
		configured[i].Type, configured[i].Fixed = kind, true
	}
	return configured
}

// attributeType is the type of the text's values: that of its only expression, or
// text, of which only the values tell what more it is.
func (t *text) attributeType() plan.AttributeType {
	if len(t.parts) != 1 || t.parts[0].compiled == nil {
		return plan.TypeString
	}
	switch kind := t.parts[0].compiled.checked.OutputType(); {
	case kind.IsExactType(cel.IntType), kind.IsExactType(cel.UintType):
		return plan.TypeInt64
	case kind.IsExactType(cel.DoubleType):
		return plan.TypeDouble
	case kind.IsExactType(cel.BoolType):
		return plan.TypeBool
	case kind.IsExactType(cel.TimestampType):
		return plan.TypeDate
	}
	return plan.TypeString
}
