package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/render"
)

// showFlags are show's own flags.
type showFlags struct {
	format, output string
	full           bool
	only           []string
}

func (p *program) showCommand() *cobra.Command {
	flags := showFlags{format: "text"}
	cmd := &cobra.Command{
		Use:   "show PLAN|JOURNAL",
		Short: "Show a plan file, or what became of it, to a person",
		Long: `Shows a plan file to the person who is to review it: first one screen to decide
by, then one row for each account and conflicts and warnings by kind. --full shows
every line, as a web page (--format html) always does, and --only a part with every
line: a kind of action (suspend), a code of conflicts or warnings (two-accounts), a
building, or a person by address, DCID or name. --format json is for programs: the
whole plan, and the groups of the first screen. --format mail is the web page for an
e-mail, under 90 KB at any size of plan: the first screen, who loses or gets access or
an address, and what a person has to settle. PLAN may be - for standard input.

Of the journal of a plan (PLAN.journal, which apply writes) it shows what was done,
what failed, had drifted or was left out, person by person, and who is left in which
group. The plan beside the journal says who the people are.`,
		Example: `  staffsync show plan.yaml
  staffsync show --only suspend,rename plan.yaml
  staffsync show --format markdown -o comment.md plan.yaml
  staffsync show --format html -o plan.html plan.yaml
  staffsync show --format json plan.yaml | jq -r '.review.suspended[].account'
  staffsync show plan.yaml.journal`,
		Args:              oneArgument("a plan file or a journal"),
		ValidArgsFunction: completePlans(1, "journal"),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			if cmd.Flags().Changed("only") && flags.full {
				return errors.New("--only shows every line of a part already; leave out --full")
			}
			if flags.full && flags.format == "mail" {
				return errors.New("an e-mail is kept under 90 KB; leave out --full, or use --format html for every line")
			}
			return p.show(arguments[0], flags, cmd.Flags().Changed("only"))
		},
	}
	cmd.Flags().StringVar(&flags.format, "format", flags.format, "`text`, markdown, html, mail or json")
	completeWords(cmd, "format", "text", "markdown", "html", "mail", "json")
	cmd.Flags().StringVarP(&flags.output, "output", "o", "", "write to `file`, not to standard output")
	cmd.Flags().BoolVar(&flags.full, "full", false, "show every line of every action, conflict and warning")
	addOnly(cmd, &flags.only, "show every line of a part, also of conflicts and warnings by their code")
	return cmd
}

func (p *program) show(path string, flags showFlags, partly bool) error {
	data, err := p.readInput(path)
	if err != nil {
		return err
	}
	if isJournal(path, data) {
		if partly {
			return errors.New("--only shows a part of a plan; of a journal --full shows every operation")
		}
		return p.showJournal(path, data, flags)
	}
	shown, err := decodePlan(path, data)
	if err != nil {
		return err
	}
	if err := shown.VerifyDigest(); err != nil {
		if !errors.Is(err, plan.ErrEdited) {
			return err
		}
		if flags.format != "text" {
			return notForOthers(path, err)
		}
		fmt.Fprintf(p.err, "staffsync: %s: %v; apply refuses it without --allow-edited\n", plan.Visible(path), err)
	}
	var only *render.Part
	if partly {
		if only, err = render.Only(&shown, flags.only); err != nil {
			return err
		}
	}
	return p.writeShown(path, flags, func(w io.Writer, look render.Options) error {
		look.Only = only
		return renderAs(flags.format, w, shown, look)
	})
}

// notForOthers is the error for a plan that was edited after it was made: nobody is
// to take it for what was planned.
func notForOthers(path string, edited error) error {
	return fmt.Errorf("%s: %w; it is not shown for others to review, and apply refuses it without --allow-edited", path, edited)
}

// writeShown writes what write renders to the file of the flags, or in the way that
// suits standard output.
func (p *program) writeShown(path string, flags showFlags, write func(io.Writer, render.Options) error) error {
	var screen io.Writer
	var page bytes.Buffer
	look := render.Options{}
	if flags.output == "" {
		screen, look = p.screen(p.out)
	} else {
		screen = &page
	}
	look.Names = p.names(path)
	if flags.full {
		look.Detail = render.Full
	}
	if err := write(screen, look); err != nil || flags.output == "" {
		return err
	}
	return p.writeOutput(flags.output, page.Bytes())
}

// names are what a command would call the plan file and this run's config.
func (p *program) names(planPath string) render.Names {
	names := render.Names{Plan: planPath}
	if p.configPath != configDefault() {
		names.Config = p.configPath
	}
	return names
}

func renderAs(format string, w io.Writer, shown plan.Plan, look render.Options) error {
	switch format {
	case "text":
		return render.Text(w, shown, look)
	case "markdown":
		return render.Markdown(w, shown, look)
	case "html":
		return render.HTML(w, shown, look)
	case "mail":
		mail, err := render.ForMail(shown, look)
		if err != nil {
			return err
		}
		return writeMailHTML(w, mail)
	case "json":
		return render.JSON(w, shown, look)
	}
	return unknownFormat(format)
}

func writeMailHTML(w io.Writer, mail render.Mail) error {
	if _, err := w.Write(mail.HTML); err != nil {
		return fmt.Errorf("write the e-mail: %w", err)
	}
	return nil
}

func unknownFormat(format string) error {
	return fmt.Errorf("unknown format %q: use text, markdown, html, mail or json", format)
}

// readPlan reads a plan file, or standard input when path is -.
func (p *program) readPlan(path string) (plan.Plan, error) {
	data, err := p.readInput(path)
	if err != nil {
		return plan.Plan{}, err
	}
	return decodePlan(path, data)
}

// readInput reads the file that a command is given, or standard input when path is -.
func (p *program) readInput(path string) ([]byte, error) {
	read := func() ([]byte, error) { return os.ReadFile(path) }
	if path == "-" {
		read = func() ([]byte, error) { return io.ReadAll(p.in) }
	}
	data, err := read()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no file %s%s", path, plan.PlanFile.Remedy())
	}
	if err != nil {
		return nil, cmp.Or(noFolder(path), fmt.Errorf("read plan: %w", err))
	}
	return data, nil
}

func decodePlan(path string, data []byte) (plan.Plan, error) {
	read, err := plan.Decode(data)
	if err != nil {
		return plan.Plan{}, fmt.Errorf("%s: %w", path, err)
	}
	return read, nil
}
