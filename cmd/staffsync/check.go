package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
	"github.com/staffsync/staffsync/plan/render"
)

func (p *program) checkCommand() *cobra.Command {
	var shown differenceOutput
	cmd := &cobra.Command{
		Use:   "check PLAN",
		Short: "Check whether a plan made now would do the same",
		Long: `Makes the plan once more, as its command did and as of its date, and says which
actions are new, gone or changed. It writes nothing to either side. What else
differs (counts, warnings, what limits are measured against) is said too, and
changes no exit code. PLAN may be - for standard input.

Exit code: 0 the actions are the same; 1 error; 2 an action is new, gone or changed.`,
		Example: `  staffsync check plan.yaml
  staffsync check --format markdown plan.yaml > comment.md`,
		Args:              oneArgument("a plan file"),
		ValidArgsFunction: completePlans(1),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			return p.check(cmd.Context(), arguments[0], shown)
		},
	}
	shown.addFlags(cmd)
	return cmd
}

func (p *program) check(ctx context.Context, path string, shown differenceOutput) error {
	if err := shown.check(); err != nil {
		return err
	}
	cfg, err := config.Load(p.configPath)
	if err != nil {
		return err
	}
	checked, err := p.readPlan(path)
	if err != nil {
		return err
	}
	p.warnEdited(path, &checked)
	fresh, err := p.planAgain(ctx, cfg, path, &checked, asThen)
	if err != nil {
		return err
	}
	if p.exportAge != "" {
		fmt.Fprintln(p.err, plan.Visible(p.exportAge))
	}
	return p.writeDifference(diff.Plans(&checked, &fresh.made), render.Sides{Before: "in the plan", After: "now"}, shown)
}
