package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/staffsync/staffsync/plan"
)

// addOnly adds the flag that cuts a command down to a part of the plan.
func addOnly(cmd *cobra.Command, only *[]string, usage string) {
	cmd.Flags().StringSliceVar(only, "only", nil, usage+": `person|building|kind,…`, a person by address, DCID or name, a kind such as suspend")
}

// sayAdded names the actions that are there only because others wait for them.
func sayAdded(w io.Writer, added []plan.Addition) {
	for _, addition := range added {
		fmt.Fprintf(w, "Selected as well: %s.\n", plan.Visible(addition.String()))
	}
}

// sayAdded does the same of a plan that was just made.
func (p *program) sayAdded(made plan.Plan) {
	if !p.quiet {
		sayAdded(p.err, made.Added())
	}
}

// saySelected says which part of the plan apply looks at.
func (p *program) saySelected(reviewed plan.Plan, only *plan.Selection) {
	if only == nil || p.quiet {
		return
	}
	fmt.Fprintf(p.out, "Selected: %d of the plan's %d actions.\n", len(only.Actions), len(reviewed.Actions))
	sayAdded(p.out, only.Added)
}
