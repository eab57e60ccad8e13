package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/fatih/color"
	"github.com/mattn/go-isatty"

	"github.com/staffsync/staffsync/apply"
	"github.com/staffsync/staffsync/plan"
)

// progress writes a line for each action that ends and, on a terminal, keeps
// a count below them.
type progress struct {
	out, err    io.Writer
	interactive bool
	colored     bool
	counting    bool
	// interrupted tells whether the user has interrupted the run, announced
	// whether that has been answered.
	interrupted func() bool
	announced   bool
}

func newProgress(ctx context.Context, t terminal) *progress {
	out, outLook := t.screen(t.out)
	err, _ := t.screen(t.err)
	return &progress{out: out, err: err, interactive: isTerminal(t.err), colored: outLook.Color, interrupted: func() bool { return ctx.Err() != nil }}
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && isatty.IsTerminal(file.Fd())
}

// eraseLine returns to the start of the terminal's line and clears it.
const eraseLine = "\r\x1b[K"

func (p *progress) event(event apply.Event) {
	if event.Kind == apply.Finished && event.Outcome != nil {
		p.erase()
		p.line(*event.Outcome)
	}
	if p.interrupted() && !p.announced {
		p.erase()
		fmt.Fprintln(p.err, "staffsync: interrupted; finishing what was begun (interrupt again to give it up)")
		p.announced = true
	}
	if p.interactive && event.Finished < event.Total {
		p.erase()
		fmt.Fprintf(p.err, "%d of %d", event.Finished, event.Total)
		p.counting = true
	}
}

// end removes the count.
func (p *progress) end() { p.erase() }

func (p *progress) erase() {
	if p.counting {
		fmt.Fprint(p.err, eraseLine)
		p.counting = false
	}
}

func (p *progress) line(outcome apply.Outcome) {
	paint := color.New()
	switch outcome.Status {
	case apply.Done:
		paint = color.New(color.FgGreen)
	case apply.Failed, apply.Drifted:
		paint = color.New(color.FgRed)
	case apply.NotAttempted, apply.HeldBack:
		paint = color.New(color.FgYellow)
	}
	if p.colored {
		paint.EnableColor()
	} else {
		paint.DisableColor()
	}
	who := ""
	if outcome.Kind.OnAccount() {
		who = fmt.Sprintf("  %s (DCID %d)", plan.Visible(outcome.Staff.Name), outcome.Staff.DCID)
	}
	fmt.Fprintf(p.out, "%s %-10s %s%s\n",
		paint.Sprintf("%-13s", statusWords(outcome.Status)), outcome.Kind, plan.Visible(outcome.Account), who)
	if outcome.Message != "" {
		fmt.Fprintf(p.out, "              %s\n", plan.Visible(outcome.Message))
	}
}
