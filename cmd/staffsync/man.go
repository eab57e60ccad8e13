package main

import (
	"fmt"
	"os"
	"regexp"
	"runtime/debug"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// manCommand is for those who package staffsync.
func (p *program) manCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "man DIR",
		Short:  "Write a man page for each command to a folder",
		Long:   `Writes a man page for each command to DIR, which is made where it is missing.`,
		Args:   oneArgument("a folder"),
		Hidden: true,
		RunE: func(cmd *cobra.Command, arguments []string) error {
			return writeManPages(cmd.Root(), arguments[0])
		},
	}
}

func writeManPages(root *cobra.Command, directory string) error {
	if err := os.MkdirAll(directory, 0o755); err != nil {
		return fmt.Errorf("write the man pages: %w", err)
	}
	header := &doc.GenManHeader{Section: "1", Source: "staffsync", Manual: "staffsync"}
	// The date of the commit, so that a build made again is the same.
	if build, ok := debug.ReadBuildInfo(); ok {
		if at := commitTime(build); !at.IsZero() {
			header.Date = &at
		}
	}
	root.DisableAutoGenTag = true
	keepIndented(root)
	if err := doc.GenManTree(root, header, directory); err != nil {
		return fmt.Errorf("write the man pages: %w", err)
	}
	return nil
}

var indented = regexp.MustCompile(`(?m)^  `)

// keepIndented indents by four spaces the lines of a help text that stand for
// themselves: the generator takes the text for Markdown, and would join them.
func keepIndented(command *cobra.Command) {
	command.Long = indented.ReplaceAllString(command.Long, "    ")
	for _, below := range command.Commands() {
		keepIndented(below)
	}
}
