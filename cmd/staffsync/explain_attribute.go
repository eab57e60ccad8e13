package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan"
)

// explainAttribute says of a custom attribute that the config names what its values
// are, what the directory has, and what init --attributes would do.
func (p *program) explainAttribute(ctx context.Context, cfg *config.Config, attribute plan.ConfiguredAttribute) error {
	compared, err := p.makeAttributes(ctx, cfg, snapshots{})
	if err != nil {
		return err
	}
	values := string(attribute.Type)
	switch {
	case attribute.Fixed:
		values += ", by attributeTypes"
	case attribute.Match:
		values += ", the DCID (match)"
	default:
		values += ", by the rule " + cfg.Attributes[attribute.Name]
	}
	has := "does not have it"
	if existing, err := plan.FindAttribute(compared.actual.Attributes, attribute.Name); err == nil {
		has = existing.Words()
	}
	does := "nothing to do"
	id := plan.AttributeID(attribute.Name)
	for i := range compared.made.Actions {
		if action := &compared.made.Actions[i]; action.ID == id {
			does = "init --attributes creates it: " + action.Reason
		}
	}
	for _, conflict := range compared.made.Conflicts {
		if conflict.ID == id {
			does = fmt.Sprintf("conflict %s: %s; what to do: %s", conflict.Kind, conflict.Problem, conflict.Remedy)
		}
	}
	fmt.Fprintf(p.out, "%s, a custom attribute that the config names\n", attribute.Name)
	table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	for _, row := range [][2]string{{"values", values}, {"directory", has}, {"plan", does}} {
		fmt.Fprintf(table, "  %s\t%s\n", row[0], plan.Visible(row[1]))
	}
	return table.Flush()
}

// configuredAttribute returns the custom attribute of that name in any letter case,
// if the config names it.
func configuredAttribute(cfg *config.Config, name string) (plan.ConfiguredAttribute, bool) {
	configured := cfg.Policy.ConfiguredAttributes()
	i := slices.IndexFunc(configured, func(a plan.ConfiguredAttribute) bool { return strings.EqualFold(a.Name, name) })
	return configured[max(i, 0)], i >= 0
}
