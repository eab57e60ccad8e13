package main

import (
	"bytes"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
	"github.com/staffsync/staffsync/plan/render"
)

func (p *program) diffCommand() *cobra.Command {
	var shown differenceOutput
	cmd := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Say how two plan files differ",
		Long: `Compares two plan files, action by action, and says which actions are new, gone or
changed in NEW. It reads nothing else: no config, no PowerSchool, no Google. What
else differs is said too, and changes no exit code. One of the two may be - for
standard input.

Exit code: 0 the actions are the same; 1 error; 2 an action is new, gone or changed.`,
		Example: `  staffsync diff main.yaml branch.yaml
  staffsync diff --format json old.yaml new.yaml`,
		ValidArgsFunction: completePlans(2),
		Args: func(cmd *cobra.Command, arguments []string) error {
			if len(arguments) != 2 {
				return fmt.Errorf("%s needs two plan files, the old one and the new one: %s", cmd.CommandPath(), cmd.UseLine())
			}
			if arguments[0] == "-" && arguments[1] == "-" {
				return fmt.Errorf("%s can read only one of the plans from standard input", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(_ *cobra.Command, arguments []string) error {
			return p.diff(arguments[0], arguments[1], shown)
		},
	}
	shown.addFlags(cmd)
	return cmd
}

func (p *program) diff(before, after string, shown differenceOutput) error {
	if err := shown.check(); err != nil {
		return err
	}
	var plans [2]plan.Plan
	for i, path := range []string{before, after} {
		var err error
		if plans[i], err = p.readPlan(path); err != nil {
			return err
		}
		p.warnEdited(path, &plans[i])
	}
	return p.writeDifference(diff.Plans(&plans[0], &plans[1]), render.Sides{Before: "before", After: "after"}, shown)
}

// warnEdited says that a plan was edited after it was made: what is said about it
// is about the file as it is.
func (p *program) warnEdited(path string, edited *plan.Plan) {
	if err := edited.VerifyDigest(); err != nil {
		fmt.Fprintf(p.err, "staffsync: %s: %s; apply refuses it without --allow-edited\n", plan.Visible(path), plan.Visible(err.Error()))
	}
}

// differenceOutput says how and where a difference is written.
type differenceOutput struct{ format, path string }

func (o *differenceOutput) addFlags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.format, "format", "text", "`text`, markdown or json")
	completeWords(cmd, "format", "text", "markdown", "json")
	cmd.Flags().StringVarP(&o.path, "output", "o", "", "write to `file`, not to standard output")
}

// check returns an error for a format that there is not, before anything is read.
func (o *differenceOutput) check() error {
	switch o.format {
	case "text", "markdown", "json":
		return nil
	}
	return fmt.Errorf("unknown format %q: use text, markdown or json", o.format)
}

// writeDifference writes how two plans differ, and ends with 2 where they do not do
// the same.
func (p *program) writeDifference(d plan.Difference, sides render.Sides, shown differenceOutput) error {
	var page bytes.Buffer
	screen, look := p.screen(p.out)
	var out io.Writer = &page
	if shown.path != "" {
		look = render.Options{}
	} else {
		out = screen
	}
	var err error
	switch shown.format {
	case "markdown":
		err = render.DifferenceMarkdown(out, d, sides)
	case "json":
		err = render.DifferenceJSON(out, d)
	default:
		err = render.DifferenceText(out, d, sides, look)
	}
	if err == nil && shown.path != "" {
		err = p.writeOutput(shown.path, page.Bytes())
	}
	if err != nil {
		return err
	}
	p.log.Info("difference", "new", len(d.New), "gone", len(d.Gone), "changed", len(d.Changed), "same", d.Same)
	if !d.SameActions() {
		return &exit{code: exitChanges}
	}
	return nil
}
