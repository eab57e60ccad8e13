package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/staffsync/staffsync/plan"
)

// terminal is what a command reads from and writes to.
type terminal struct {
	in       io.Reader
	out, err io.Writer
	// abort is closed when the user wants to wait for nothing any more.
	abort <-chan struct{}
	color string // the word of --color
}

// program is what all commands share: the terminal and the global flags.
type program struct {
	terminal
	configPath string
	verbose    bool
	quiet      bool // -q, of the commands that have it
	logPath    string
	asOf       string // the date of --as-of
	// exportAge says how old the exports are that were read.
	exportAge string

	log     *slog.Logger
	logFile *os.File // nil without --log-file
}

// execute runs the command that the arguments name and returns its exit code.
func execute(ctx context.Context, t terminal, arguments []string) int {
	p := &program{terminal: t, log: slog.New(slog.DiscardHandler)}
	root := p.rootCommand()
	root.SetArgs(arguments)
	root.SetIn(t.in)
	root.SetOut(t.out)
	root.SetErr(t.err)
	code, err := exitCode(root.ExecuteContext(ctx))
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = errors.New("interrupted")
	}
	if logging := p.closeLog(code, err); logging != nil {
		code, err = max(code, exitError), errors.Join(err, logging)
	}
	if err != nil {
		p.printError(err)
	}
	return code
}

// printError writes an error, of which any line may hold hostile text.
func (p *program) printError(err error) {
	text := strings.ReplaceAll(strings.TrimSpace(err.Error()), "\t", "  ")
	for i, line := range strings.Split(text, "\n") {
		prefix := "staffsync: "
		if i > 0 {
			prefix = "           "
		}
		fmt.Fprintln(p.err, prefix+plan.Visible(line))
	}
}

func (p *program) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "staffsync",
		Short: "Keep Google Workspace staff accounts in line with PowerSchool",
		Long: `staffsync keeps a school district's Google Workspace staff accounts in line
with PowerSchool, in two steps:

  staffsync plan > plan.yaml     what would change; writes nothing to either side
  staffsync apply plan.yaml      does exactly that, and only that

Try it on a demo district with staffsync demo maplegrove; begin with your own
with staffsync init.`,
		Version:       version(),
		Args:          knownCommand,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE: func(cmd *cobra.Command, arguments []string) error {
			if err := checkColor(p.color); err != nil {
				return err
			}
			if p.quiet && p.verbose {
				return errors.New("-q and -v exclude each other: one says less, the other more")
			}
			if err := p.openLog(); err != nil {
				return err
			}
			p.log.Info("begin", "command", cmd.CommandPath(), "arguments", arguments, "config", p.configPath)
			return nil
		},
	}
	root.PersistentFlags().StringVar(&p.configPath, "config", configDefault(), "the config `file` (environment: STAFFSYNC_CONFIG)")
	root.PersistentFlags().BoolVarP(&p.verbose, "verbose", "v", false, "say more about what is read and done, on standard error")
	root.PersistentFlags().StringVar(&p.logPath, "log-file", "", "append what is read and done to `file`, as JSON lines")
	root.PersistentFlags().StringVar(&p.color, "color", colorAuto, "`auto` (on a terminal, unless NO_COLOR is set), always or never")
	completeWords(root, "color", colorAuto, colorAlways, colorNever)
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetFlagErrorFunc(meantFlag)
	root.AddCommand(
		p.planCommand(), p.showCommand(), p.sendCommand(), p.applyCommand(), p.checkCommand(), p.diffCommand(), p.adoptCommand(), p.revertCommand(), p.explainCommand(),
		p.snapshotCommand(), p.exportAddressesCommand(), p.doctorCommand(), p.initCommand(), p.loginCommand(), p.emulatorCommand(), p.demoCommand(), p.schemaCommand(), p.versionCommand(), p.manCommand(),
	)
	return root
}

// defaultConfig is the config where nothing names another.
const defaultConfig = "staffsync.yaml"

func configDefault() string {
	if path := os.Getenv("STAFFSYNC_CONFIG"); path != "" {
		return path
	}
	return defaultConfig
}
