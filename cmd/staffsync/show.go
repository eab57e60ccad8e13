package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/render"
)

func (p *program) showCommand() *cobra.Command {
	format, output := "text", ""
	cmd := &cobra.Command{
		Use:   "show PLAN",
		Short: "Show a plan file to a person",
		Long: `Shows a plan file to the person who is to review it: every account, what changes
and why, then the conflicts and warnings. PLAN may be - for standard input.`,
		Example: `  staffsync show plan.yaml
  staffsync show --format markdown -o comment.md plan.yaml
  staffsync show --format html -o mail.html plan.yaml`,
		Args: oneArgument("a plan file"),
		RunE: func(_ *cobra.Command, arguments []string) error {
			return p.show(arguments[0], format, output)
		},
	}
	cmd.Flags().StringVar(&format, "format", format, "`text`, markdown or html")
	cmd.Flags().StringVarP(&output, "output", "o", "", "write to `file`, not to standard output")
	return cmd
}

func (p *program) show(path, format, output string) error {
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
		fmt.Fprintf(p.err, "staffsync: %s: %v; apply will refuse it\n", plan.Visible(path), err)
	}
	if output == "" {
		screen, look := render.Terminal(p.out, os.Getenv)
		return renderAs(format, screen, shown, look)
	}
	var page bytes.Buffer
	if err := renderAs(format, &page, shown, render.Options{}); err != nil {
		return err
	}
	return p.writeOutput(output, page.Bytes())
}

func renderAs(format string, w io.Writer, shown plan.Plan, look render.Options) error {
	switch format {
	case "text":
		return render.Text(w, shown, look)
	case "markdown":
		return render.Markdown(w, shown)
	case "html":
		return render.HTML(w, shown)
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
