package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/emulator"
)

func (p *program) emulatorCommand() *cobra.Command {
	var options emulator.Options
	listen := "127.0.0.1:8118"
	cmd := &cobra.Command{
		Use:   "emulator --state FILE",
		Short: "Serve a directory that behaves like Google's, to try things on",
		Long: `Serves the Directory API on this machine, over the directory in the state file.
Any client of the API can use it: curl with Google's paths, or staffsync itself
with target.google: {endpoint: http://127.0.0.1:8118, anonymous: true}. It runs
until it is interrupted (Ctrl-C). With -v it logs every request.`,
		Example: `  staffsync emulator --state directory.json --listen 127.0.0.1:8118`,
		Args:    noArguments(""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if options.State == "" {
				return errors.New("name the file that keeps the directory with --state; it is made if it is missing")
			}
			if p.verbose {
				options.Logger = slog.New(slog.NewTextHandler(p.err, &slog.HandlerOptions{Level: slog.LevelDebug}))
			}
			return p.serveEmulator(cmd.Context(), options, listen)
		},
	}
	cmd.Flags().StringVar(&options.State, "state", "", "the `file` that keeps the directory (required)")
	cmd.Flags().StringVar(&options.Seed, "seed", "", "the `file` that the directory begins with while the state file is missing")
	cmd.Flags().StringVar(&options.Caller, "caller", "", "the `address` of the administrator whom requests come from: one of some org units sees only those")
	cmd.Flags().StringVar(&listen, "listen", listen, "the loopback `address` to serve on")
	return cmd
}

func (p *program) serveEmulator(ctx context.Context, options emulator.Options, listen string) error {
	directory, err := emulator.Open(ctx, options)
	if err != nil {
		return fmt.Errorf("open the emulated directory: %w", err)
	}
	if err := directory.BeginWriting(); err != nil {
		return errors.Join(fmt.Errorf("take over the emulated directory: %w", err), directory.Close())
	}
	server, err := directory.Listen(listen)
	if err != nil {
		return errors.Join(fmt.Errorf("serve the emulated directory: %w", err), directory.Close())
	}
	fmt.Fprintf(p.out, "serving the Directory API at %s (Ctrl-C ends it)\n", plan.Visible(server.URL()))
	<-ctx.Done()
	err = errors.Join(server.Close(), directory.Close())
	p.printRequests(directory.Requests())
	return err
}

// printRequests says how many requests of each kind were served.
func (p *program) printRequests(counts emulator.Counts) {
	fmt.Fprintf(p.out, "served %d requests\n", counts.Total())
	for _, method := range slices.Sorted(maps.Keys(counts.ByMethod)) {
		name := method
		if name == "" {
			name = "not served"
		}
		fmt.Fprintf(p.out, "  %-22s %d\n", name, counts.ByMethod[method])
	}
}
