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

// progress writes a line for each action that has ended, in the plan's order, and on
// a terminal keeps a bar below them. Quietly it writes only of what is left undone.
type progress struct {
	out, err io.Writer
	quiet    bool
	colored  bool
	bar      *bar
	// next is the place of the action whose line is the next, and ended has the
	// outcomes of those after it that ended before it.
	next  int
	ended map[int]apply.Outcome
	// interrupted tells whether the user has interrupted the run, announced
	// whether that has been answered.
	interrupted func() bool
	announced   bool
}

func newProgress(ctx context.Context, t terminal, quiet bool) *progress {
	out, outLook := t.screen(t.out)
	err, _ := t.screen(t.err)
	return &progress{
		out: out, err: err, quiet: quiet, colored: outLook.Color, bar: newBar(t, quiet), ended: make(map[int]apply.Outcome),
		interrupted: func() bool { return ctx.Err() != nil },
	}
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && isatty.IsTerminal(file.Fd())
}

func (p *progress) event(event apply.Event) {
	if event.Kind == apply.Finished && event.Outcome != nil {
		p.ended[event.Place] = *event.Outcome
	}
	for outcome, ended := p.ended[p.next]; ended; outcome, ended = p.ended[p.next] {
		delete(p.ended, p.next)
		p.next++
		if !p.quiet || undone(outcome.Status) {
			p.bar.erase()
			p.line(outcome)
		}
	}
	if p.interrupted() && !p.announced {
		p.bar.erase()
		fmt.Fprintln(p.err, "staffsync: interrupted; finishing what was begun (interrupt again to give it up)")
		p.announced = true
	}
	if event.Finished < event.Total {
		p.bar.show("applying", event.Finished, event.Total)
	}
}

// end removes the bar.
func (p *progress) end() { p.bar.erase() }

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
