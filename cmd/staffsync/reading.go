package main

import (
	"fmt"

	"github.com/staffsync/staffsync/target/google"
)

// showReading returns what tells how far a reading of the directory is: on a
// terminal a bar, unless the log is told there request by request; else nothing.
func (p *program) showReading() func(google.Reading) {
	if p.verbose || !isTerminal(p.err) {
		return nil
	}
	bar := newBar(p.terminal, p.quiet)
	return func(r google.Reading) {
		what := "reading Google"
		if r.Accounts > 0 {
			what = fmt.Sprintf("%s, %d accounts", what, r.Accounts)
		}
		if r.Over {
			bar.erase()
			return
		}
		bar.show(what, r.Done, r.Known)
	}
}
