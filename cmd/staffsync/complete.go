package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/staffsync/staffsync/plan"
)

// completePlans has a shell offer files that may be plans, as many as the command
// takes, and besides those files of other kinds that are named by their ends.
func completePlans(most int, besides ...cobra.Completion) cobra.CompletionFunc {
	return func(_ *cobra.Command, arguments []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(arguments) >= most {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return append([]cobra.Completion{"yaml", "yml"}, besides...), cobra.ShellCompDirectiveFilterFileExt
	}
}

// completeFiles offers files whose names end so.
func completeFiles(ends ...cobra.Completion) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return ends, cobra.ShellCompDirectiveFilterFileExt
	}
}

// completeWords has a shell offer the words that a flag of the command may have.
func completeWords(cmd *cobra.Command, flag string, words ...cobra.Completion) {
	must(cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)))
}

// completeAllow offers the limits that the plan on the command line exceeds, with
// their counts, and without a plan every limit.
func (p *program) completeAllow(_ *cobra.Command, arguments []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
	before := begun[:strings.LastIndex(begun, ",")+1]
	offered := []cobra.Completion{}
	if len(arguments) == 1 && arguments[0] != "-" {
		reviewed, err := p.readPlan(arguments[0])
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		for _, name := range reviewed.Limits.Names() {
			if check := reviewed.Limits[name]; check.Over() {
				offered = append(offered, fmt.Sprintf("%s%s=%d", before, name, check.Count))
			}
		}
		return offered, cobra.ShellCompDirectiveNoFileComp
	}
	for _, name := range plan.LimitNames() {
		if name.Measured() {
			offered = append(offered, before+string(name)+"=")
		}
	}
	slices.Sort(offered)
	return offered, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// must stops on an error that only a mistake in the program can cause.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
