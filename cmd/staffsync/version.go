package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"
)

func (p *program) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Show the version of staffsync, and the commit it was built from",
		Args:  noArguments(""),
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(p.out, version())
			return err
		},
	}
}

// version says which staffsync this is.
func version() string {
	build, ok := debug.ReadBuildInfo()
	if !ok {
		build = &debug.BuildInfo{}
	}
	return fmt.Sprintf("staffsync %s (%s, %s/%s)", release(build), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// release is the version that a program was built as and, where it was built in
// a git repository, the commit and its date. The go command notes all of it in
// the program itself; "+dirty" in the version says that files had been changed.
func release(build *debug.BuildInfo) string {
	text := build.Main.Version
	if text == "" {
		text = "unknown"
	}
	if commit := buildSetting(build, "vcs.revision"); commit != "" {
		text += ", commit " + commit[:min(12, len(commit))]
	}
	if at := commitTime(build); !at.IsZero() {
		text += " of " + at.Format(time.DateOnly)
	}
	return text
}

// commitTime is when the commit was made that a program was built from, in UTC,
// and zero where that is not known.
func commitTime(build *debug.BuildInfo) time.Time {
	at, err := time.Parse(time.RFC3339, buildSetting(build, "vcs.time"))
	if err != nil {
		return time.Time{}
	}
	return at.UTC()
}

func buildSetting(build *debug.BuildInfo, key string) string {
	for _, setting := range build.Settings {
		if setting.Key == key {
			return setting.Value
		}
	}
	return ""
}
