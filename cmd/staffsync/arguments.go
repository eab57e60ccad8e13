package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/staffsync/staffsync/plan"
)

// oneArgument has cobra refuse anything but the one argument that a command
// needs, in words that say what it is.
func oneArgument(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, arguments []string) error {
		if len(arguments) != 1 {
			return fmt.Errorf("%s needs %s, and nothing else: %s", cmd.CommandPath(), what, cmd.UseLine())
		}
		return nil
	}
}

// noArguments has cobra refuse any argument, with what may have been meant, in
// which FILE is for the argument.
func noArguments(meant string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, arguments []string) error {
		if len(arguments) > 0 {
			next := strings.ReplaceAll(meant, "FILE", arguments[0])
			if next == "" {
				next = "; leave it out, or look at: " + cmd.CommandPath() + " --help"
			}
			return fmt.Errorf("%s takes no argument such as %q%s", cmd.CommandPath(), arguments[0], next)
		}
		return nil
	}
}

// knownCommand has cobra refuse a word that is not one of the command's own
// commands, with the one that may have been meant.
func knownCommand(cmd *cobra.Command, arguments []string) error {
	if len(arguments) == 0 {
		return nil
	}
	var known []string
	for _, command := range cmd.Commands() {
		if command.IsAvailableCommand() {
			known = append(known, command.Name())
		}
	}
	meant := plan.DidYouMean(arguments[0], known)
	if meant == "" {
		meant = "; there are " + strings.Join(known, ", ")
	}
	return fmt.Errorf("unknown command %q for %q%s", arguments[0], cmd.CommandPath(), meant)
}

// meantFlag adds to the error about a mistyped flag which may have been meant.
func meantFlag(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return err
	}
	var known []string
	cmd.Flags().VisitAll(func(flag *pflag.Flag) { known = append(known, "--"+flag.Name) })
	meant := plan.DidYouMean("--"+unknown.GetSpecifiedName(), known)
	if meant == "" {
		meant = fmt.Sprintf("; %s --help lists the flags", cmd.CommandPath())
	}
	return fmt.Errorf("%w%s", err, meant)
}
