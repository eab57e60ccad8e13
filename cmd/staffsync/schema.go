package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/staffsync/staffsync/cmd/staffsync/schema"
	"github.com/staffsync/staffsync/plan"
)

func (p *program) schemaCommand() *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "schema config|plan",
		Short: "Write the JSON Schema of the config or of the plan file",
		Long: `Writes the JSON Schema of the config or of the plan file, with what each key means.
Editors complete, explain and check a config by it whose first line names it, as in
those that init and demo write:

  # yaml-language-server: $schema=` + schema.URL("config") + `

Where an editor cannot reach that address, write the schema to a file and name the
file in that line.`,
		Example: `  staffsync schema config -o staffsync.schema.json
  staffsync schema plan`,
		Args:      oneArgument(strings.Join(schema.Names(), " or ")),
		ValidArgs: schema.Names(),
		RunE: func(_ *cobra.Command, arguments []string) error {
			return p.schema(arguments[0], output)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "write to `file`, not to standard output")
	return cmd
}

func (p *program) schema(name, output string) error {
	if !slices.Contains(schema.Names(), name) {
		return fmt.Errorf("there is no schema of %q; write config or plan%s", name, plan.DidYouMean(name, schema.Names()))
	}
	data, err := schema.Of(name)
	if err != nil {
		return fmt.Errorf("write the schema: %w", err)
	}
	return p.writeOutput(output, data)
}
