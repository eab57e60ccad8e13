package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/fatih/color"

	"github.com/staffsync/staffsync/plan"
)

// verdict is how one check ended.
type verdict string

const (
	healthy   verdict = "ok"
	warned    verdict = "warning"
	failed    verdict = "failed"
	unchecked verdict = "-"
)

// checkup writes a line for each check, and below a bad one what to do.
type checkup struct {
	out       io.Writer
	colored   bool
	warnings  int
	failures  int
	unchecked int
}

func (c *checkup) ok(what, format string, arguments ...any) {
	c.line(healthy, what, fmt.Sprintf(format, arguments...), "")
}

func (c *checkup) warn(what, problem, remedy string) {
	c.warnings++
	c.line(warned, what, problem, remedy)
}

func (c *checkup) fail(what, problem, remedy string) {
	c.failures++
	c.line(failed, what, problem, remedy)
}

// notChecked says what could not be checked, and what that takes.
func (c *checkup) notChecked(what, problem, remedy string) {
	c.unchecked++
	c.line(unchecked, what, "not checked: "+problem, remedy)
}

func (c *checkup) line(v verdict, what, text, remedy string) {
	paint := color.New(map[verdict]color.Attribute{healthy: color.FgGreen, warned: color.FgYellow, failed: color.FgRed, unchecked: color.Faint}[v])
	if c.colored {
		paint.EnableColor()
	} else {
		paint.DisableColor()
	}
	lines := strings.Split(text, "\n")
	fmt.Fprintf(c.out, "%s %-11s %s\n", paint.Sprintf("%-8s", v), what, plan.Visible(lines[0]))
	for _, line := range lines[1:] {
		fmt.Fprintf(c.out, "%21s%s\n", "", plan.Visible(line))
	}
	if remedy != "" {
		fmt.Fprintf(c.out, "%21sto do: %s\n", "", plan.Visible(remedy))
	}
}

// summary says how many checks were bad.
func (c *checkup) summary() {
	switch {
	case c.failures > 0:
		fmt.Fprintf(c.out, "\n%d failed, %d warnings: staffsync cannot make a plan yet.\n", c.failures, c.warnings)
	case c.warnings > 0:
		fmt.Fprintf(c.out, "\n%d warnings: staffsync can make a plan; look at these first.\n", c.warnings)
	case c.unchecked > 0:
		fmt.Fprintln(c.out, "\nEverything that was checked is in order.")
	default:
		fmt.Fprintln(c.out, "\nEverything is in order.")
	}
}
