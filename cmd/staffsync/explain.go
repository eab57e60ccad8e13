package main

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"github.com/staffsync/staffsync/plan/diff"
	"github.com/staffsync/staffsync/plan/render"
)

func (p *program) explainCommand() *cobra.Command {
	var files snapshots
	cmd := &cobra.Command{
		Use:   "explain PERSON",
		Short: "Explain what one person's account should be, and why",
		Long: `Shows for one person, named by address or DCID, which rule gave each value that
is wanted, what Google has, and what a plan made now would do.`,
		Example: `  staffsync explain jdoe@d118.org
  staffsync explain 1042`,
		Args: oneArgument("an address or a DCID"),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			return p.explain(cmd.Context(), arguments[0], files)
		},
	}
	files.addFlags(cmd)
	p.addAsOf(cmd)
	return cmd
}

func (p *program) explain(ctx context.Context, person string, files snapshots) error {
	compared, err := p.makePlan(ctx, files)
	if err != nil {
		return err
	}
	explained, err := diff.Explain(person, compared.desired, compared.actual, compared.made)
	if err != nil {
		return err
	}
	screen, look := render.Terminal(p.out, os.Getenv)
	return render.Explanation(screen, explained, look)
}
