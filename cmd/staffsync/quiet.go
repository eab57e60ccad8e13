package main

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/staffsync/staffsync/apply"
	"github.com/staffsync/staffsync/plan"
)

// addQuiet adds the flag for scheduled tasks, which are to be heard of only when a
// person is needed.
func (p *program) addQuiet(cmd *cobra.Command, usage string) {
	cmd.Flags().BoolVarP(&p.quiet, "quiet", "q", false, usage)
}

// addQuietScreen adds it to a command that makes a plan; see needsLook.
func (p *program) addQuietScreen(cmd *cobra.Command) {
	p.addQuiet(cmd, "leave out the screen, unless the plan is not saved, is blocked or looks like a wrong export")
}

// needsLook tells whether a plan that was just made is shown even quietly: because it
// is blocked or looks like a wrong export.
func needsLook(made plan.Plan) bool {
	return len(made.Blocked) > 0 || slices.ContainsFunc(made.Warnings, func(w plan.Warning) bool { return w.Kind == plan.WarningBulk })
}

// undone tells whether anything of an action was left undone.
func undone(status apply.Status) bool {
	switch status {
	case apply.Done, apply.Already, apply.Pending:
		return false
	}
	return true
}
