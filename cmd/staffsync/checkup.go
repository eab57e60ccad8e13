package main

import (
	"bytes"
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

// linksCheck is the check of how many of the active staff have a linked account,
// which comes first: where many have none, most other findings follow from that.
const linksCheck = "accounts"

// checkup writes a line for each check, and below a bad one what to do. Lines wait
// until it is known how the first one ends.
type checkup struct {
	out     io.Writer
	waiting bytes.Buffer
	begun   bool
	colored bool
	// quiet leaves out what is in order.
	quiet     bool
	warnings  int
	failures  int
	unchecked int
}

func (c *checkup) ok(what, format string, arguments ...any) {
	if c.quiet {
		return
	}
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
	out := io.Writer(&c.waiting)
	if what == linksCheck && (v == healthy || v == warned) {
		defer c.begin()
		out = c.out
	} else if c.begun {
		out = c.out
	}
	fmt.Fprintf(out, "%s %-11s %s\n", paint.Sprintf("%-8s", v), what, plan.Visible(lines[0]))
	for _, line := range lines[1:] {
		fmt.Fprintf(out, "%21s%s\n", "", plan.Visible(line))
	}
	if remedy != "" {
		fmt.Fprintf(out, "%21sto do: %s\n", "", plan.Visible(remedy))
	}
}

// begin writes the lines that waited.
func (c *checkup) begin() {
	if !c.begun {
		c.begun = true
		_, _ = c.waiting.WriteTo(c.out) // a terminal that is gone shows nothing
	}
}

// summary says how many checks were bad.
func (c *checkup) summary() {
	c.begin()
	switch {
	case c.failures > 0:
		fmt.Fprintf(c.out, "\n%d failed, %d warnings: staffsync cannot make a plan yet.\n", c.failures, c.warnings)
	case c.warnings > 0:
		fmt.Fprintf(c.out, "\n%d warnings: staffsync can make a plan; look at these first.\n", c.warnings)
	case c.quiet && c.unchecked == 0:
	case c.unchecked > 0:
		fmt.Fprintln(c.out, "\nEverything that was checked is in order.")
	default:
		fmt.Fprintln(c.out, "\nEverything is in order.")
	}
}
