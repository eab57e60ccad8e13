package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
)

func (p *program) planCommand() *cobra.Command {
	var files snapshots
	var output string
	var detailed bool
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Show what would change, as a plan file; changes nothing",
		Long: `Reads PowerSchool and Google and writes what would have to change as a plan: the
YAML file on standard output (or to -o FILE), and on standard error one screen to
decide by (show shows the rest). On a terminal only the screen is shown. It writes
nothing to either side. Where an apply was cut short, --journal names its journal, so
that this plan finishes what that began, and does not try again what Google refused
for good; with -o FILE it is FILE.journal.

Exit code: 0 done; 1 error; 3 the plan is over a limit, or a hold is unclear, and it
is blocked; with --detailed-exitcode also 2 for a plan with changes.`,
		Example: `  staffsync plan > plan.yaml
  staffsync plan -o plan.yaml --detailed-exitcode
  staffsync plan -o plan.yaml --only "Wauconda High School"`,
		Args: noArguments("; did you mean: staffsync show FILE? To write the plan there: staffsync plan -o FILE"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("only") && len(files.only) == 0 {
				return plan.CheckOnly(nil, nil)
			}
			if output != "" && output != "-" {
				files.beside = output + journalSuffix
			}
			return p.plan(cmd.Context(), files, output, detailed)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "write the plan to `file`, not to standard output")
	files.addFlags(cmd)
	p.addAsOf(cmd)
	addOnly(cmd, &files.only, "plan only what is done to these, and all that it waits for")
	p.addQuietScreen(cmd)
	cmd.Flags().BoolVar(&detailed, "detailed-exitcode", false, "exit with 2 when the plan has changes")
	return cmd
}

func (p *program) plan(ctx context.Context, files snapshots, output string, detailed bool) error {
	cfg, err := config.Load(p.configPath)
	if err != nil {
		return err
	}
	compared, err := p.makePlan(ctx, cfg, files)
	if err != nil {
		return err
	}
	if len(files.only) > 0 {
		if err := diff.CheckOnly(files.only, compared.desired, compared.actual); err != nil {
			return err
		}
	}
	p.sayAdded(compared.made)
	if p.verbose {
		inactive, err := diff.WithoutAccount(compared.desired, compared.actual)
		if err != nil {
			return err
		}
		for _, person := range inactive {
			fmt.Fprintf(p.err, "inactive, without account: %s (DCID %d)\n", plan.Visible(person.Name), person.DCID)
		}
	}
	written, err := p.writePlan(compared.made, output, "staffsync plan", files.told(compared.actual))
	if err != nil {
		return err
	}
	if err := blocked(written); err != nil {
		return err
	}
	if detailed && len(written.Actions) > 0 {
		return &exit{code: exitChanges}
	}
	return nil
}

// makePlan reads both ends and compares them. The plan says what it was made with.
func (p *program) makePlan(ctx context.Context, cfg *config.Config, files snapshots) (comparison, error) {
	compared, err := p.compare(ctx, cfg, files)
	compared.made.SetMade(plan.MadeByPlan, files.madeWith())
	return compared, err
}
