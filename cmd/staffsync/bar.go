package main

import (
	"io"
	"time"

	"github.com/schollz/progressbar/v3"
)

// bar is one line at the end of a terminal that tells how far something is and how
// long the rest may take. Quietly, and on anything else than a terminal, there is none.
type bar struct {
	terminal io.Writer
	shown    *progressbar.ProgressBar
	total    int
}

func newBar(t terminal, quiet bool) *bar {
	if quiet || !isTerminal(t.err) {
		return &bar{}
	}
	screen, _ := t.screen(t.err)
	return &bar{terminal: screen}
}

// show says that so much of what is done, of a total that is 0 where nobody knows it.
func (b *bar) show(what string, done, total int) {
	if b.terminal == nil {
		return
	}
	if b.shown == nil || b.shown.IsFinished() || total != b.total {
		b.erase()
		b.shown, b.total = b.of(total), total
	}
	// What is drawn first is drawn, so the count comes before its words.
	_ = b.shown.Set(done) // a terminal that is gone shows nothing
	b.shown.Describe(what)
}

// of returns a new bar, in ASCII, which old consoles have too.
func (b *bar) of(total int) *progressbar.ProgressBar {
	options := []progressbar.Option{
		progressbar.OptionSetWriter(b.terminal),
		progressbar.OptionUseANSICodes(true),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionThrottle(100 * time.Millisecond),
		progressbar.OptionSetTheme(progressbar.ThemeASCII),
		progressbar.OptionSetWidth(20),
		progressbar.OptionSetElapsedTime(false),
		progressbar.OptionSpinnerType(9),
		progressbar.OptionSetSpinnerChangeInterval(0), // it turns when something happens
	}
	if total == 0 {
		return progressbar.NewOptions(-1, options...)
	}
	return progressbar.NewOptions(total, append(options, progressbar.OptionShowCount())...)
}

// erase takes the line away, for another one to be written.
func (b *bar) erase() {
	if b.shown != nil {
		_ = b.shown.Clear()
	}
}
