package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func (p *program) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Show the version of staffsync",
		Args:  noArguments(""),
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(p.out, version())
			return err
		},
	}
}

// version says which staffsync this is.
func version() string {
	module := "unknown"
	if build, ok := debug.ReadBuildInfo(); ok && build.Main.Version != "" {
		module = build.Main.Version
	}
	return fmt.Sprintf("staffsync %s (%s, %s/%s)", module, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
