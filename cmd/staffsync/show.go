package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/render"
)

func (p *program) showCommand() *cobra.Command {
	format := "text"
	cmd := &cobra.Command{
		Use:   "show PLAN",
		Short: "Show a plan file to a person",
		Long: `Shows a plan file to the person who is to review it: every account, what changes
and why, then the conflicts and warnings. PLAN may be - for standard input.`,
		Example: `  staffsync show plan.yaml
  staffsync show --format markdown plan.yaml > comment.md
  staffsync show --format html plan.yaml > mail.html`,
		Args: oneArgument("a plan file"),
		RunE: func(_ *cobra.Command, arguments []string) error {
			return p.show(arguments[0], format)
		},
	}
	cmd.Flags().StringVar(&format, "format", format, "`text`, markdown or html")
	return cmd
}

func (p *program) show(path, format string) error {
	shown, err := p.readPlan(path)
	if err != nil {
		return err
	}
	if err := shown.VerifyDigest(); err != nil {
		if !errors.Is(err, plan.ErrEdited) {
			return err
		}
		if format != "text" {
			return fmt.Errorf("%s: %w; it is not shown for others to review, and apply will refuse it", path, err)
		}
		fmt.Fprintf(p.err, "staffsync: %s: %v; apply will refuse it\n", render.Clean(path), err)
	}
	switch format {
	case "text":
		screen, look := render.Terminal(p.out, os.Getenv)
		return render.Text(screen, shown, look)
	case "markdown":
		return render.Markdown(p.out, shown)
	case "html":
		return render.HTML(p.out, shown)
	}
	return fmt.Errorf("unknown format %q: use text, markdown or html", format)
}

// readPlan reads a plan file, or standard input when path is -.
func (p *program) readPlan(path string) (plan.Plan, error) {
	var data []byte
	var err error
	if path == "-" {
		data, err = io.ReadAll(p.in)
	} else {
		data, err = os.ReadFile(path)
	}
	if err != nil {
		return plan.Plan{}, fmt.Errorf("read plan: %w", err)
	}
	read, err := plan.Decode(data)
	if err != nil {
		return plan.Plan{}, fmt.Errorf("%s: %w", path, err)
	}
	return read, nil
}
