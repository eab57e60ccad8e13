package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan/diff"
	"github.com/staffsync/staffsync/plan/render"
)

func (p *program) explainCommand() *cobra.Command {
	var files snapshots
	cmd := &cobra.Command{
		Use:   "explain PERSON",
		Short: "Explain what one person's account should be, and why",
		Long: `Shows for one person, named by address, DCID or name, which rule gave each value that
is wanted, what Google has, and what a plan made now would do. Of an address it says who has it, linked or not.
Of a custom attribute that the config names it says what its values are, what the
directory has, and what init --attributes would do.`,
		Example: `  staffsync explain jdoe@d118.org
  staffsync explain 1042
  staffsync explain "Gina Lowell"
  staffsync explain Synchronization_Data.DCID`,
		Args: oneArgument("an address, a DCID, a name or a custom attribute"),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			return p.explain(cmd.Context(), arguments[0], files)
		},
	}
	files.addFlags(cmd)
	p.addAsOf(cmd)
	return cmd
}

func (p *program) explain(ctx context.Context, person string, files snapshots) error {
	if strings.Contains(person, "@") {
		files.address = strings.ToLower(person)
	}
	cfg, err := config.Load(p.configPath)
	if err != nil {
		return err
	}
	if attribute, ok := configuredAttribute(cfg, person); ok {
		return p.explainAttribute(ctx, cfg, attribute)
	}
	compared, err := p.compare(ctx, cfg, files)
	if err != nil {
		return err
	}
	explained, err := diff.Explain(person, compared.desired, compared.actual, compared.made)
	if err != nil {
		return err
	}
	screen, look := p.screen(p.out)
	return render.Explanation(screen, explained, look)
}
