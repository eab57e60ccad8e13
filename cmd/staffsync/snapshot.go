package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/google/signin"
)

func (p *program) snapshotCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "snapshot",
		Short: "Write one side's state to a file, to plan from without a connection",
		Long: `Writes the state of one side as YAML. A plan can be made of two snapshots with no
connection at all:

  staffsync snapshot source -o source.yaml
  staffsync snapshot target --for source.yaml -o target.yaml
  staffsync plan --source-snapshot source.yaml --target-snapshot target.yaml

snapshot export writes PowerSchool's tables instead, which any config can plan from:

  staffsync snapshot export DIR
  staffsync plan --source-export DIR`,
		Args: knownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.snapshotSourceCommand(), p.snapshotExportCommand(), p.snapshotTargetCommand())
	return cmd
}

func (p *program) snapshotSourceCommand() *cobra.Command {
	var output string
	var from sourceFrom
	cmd := &cobra.Command{
		Use:   "source",
		Short: "Write the desired state, from PowerSchool and the policy",
		Args:  noArguments(""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := config.Load(p.configPath)
			if err != nil {
				return err
			}
			desired, err := p.readSource(cmd.Context(), cfg, from)
			if err != nil {
				return err
			}
			return writeSnapshot(p, desired, output)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "write to `file`, not to standard output")
	from.addExport(cmd)
	p.addAsOf(cmd)
	return cmd
}

func (p *program) snapshotTargetCommand() *cobra.Command {
	var output, source string
	var wide wideSnapshot
	cmd := &cobra.Command{
		Use:   "target",
		Short: "Write the actual state, from Google",
		Long: `Writes the linked accounts, the org units and the custom attributes. A plan asks for
more: --for SOURCE_SNAPSHOT stores the answers to what the plan of that snapshot
asks.

--wide stores what a plan of any config may ask: besides the answers to this config's
plan and to that of each --also OTHER_CONFIG, the address and id of every account of
the domain, those of all groups and, where leavers leave their groups, who of the
linked accounts is in which group. What that costs is said first, on standard error.
PowerSchool is read as the config says, or from --source-export DIR. What such a
snapshot does not say all the same is a conflict of the kind not-known in the plan:

  staffsync snapshot export DIR
  staffsync snapshot target --wide --source-export DIR -o target.yaml
  staffsync plan --source-export DIR --target-snapshot target.yaml`,
		Args: noArguments(""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := wide.check(); err != nil {
				return err
			}
			cfg, err := config.Load(p.configPath)
			if err != nil {
				return err
			}
			var actual plan.Actual
			if wide.wide {
				actual, err = p.readWide(cmd.Context(), wide)
			} else {
				actual, err = p.readTarget(cmd.Context(), cfg, source)
			}
			if err != nil {
				return err
			}
			return writeSnapshot(p, actual, output)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "write to `file`, not to standard output")
	cmd.Flags().StringVar(&source, "for", "", "store as well what a plan from this source snapshot `file` needs to know")
	wide.addFlags(cmd)
	p.addAsOf(cmd)
	return cmd
}

// readTarget reads the actual state and, when a source snapshot is named, has
// everything answered that a plan of the two needs.
func (p *program) readTarget(ctx context.Context, cfg *config.Config, source string) (actual plan.Actual, err error) {
	if source != "" {
		compared, err := p.compare(ctx, cfg, snapshots{source: sourceFrom{snapshot: source}})
		return compared.actual, err
	}
	directory, closeDirectory, err := p.openDirectory(ctx, cfg, signin.ReadScopes())
	if err != nil {
		return plan.Actual{}, err
	}
	defer func() { err = errors.Join(err, closeDirectory()) }()
	return directory.ReadState(ctx)
}

func writeSnapshot[S plan.State](p *program, state S, output string) error {
	if err := p.streamOutput(output, func(w io.Writer) error { return plan.WriteSnapshot(w, state) }); err != nil {
		return fmt.Errorf("write snapshot: %w", err)
	}
	return nil
}
