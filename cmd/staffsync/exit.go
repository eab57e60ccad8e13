package main

import (
	"errors"
	"fmt"
)

// The exit codes, as the README lists them. Of several the first that applies
// counts.
const (
	exitDone       = 0
	exitError      = 1 // plan and others: something went wrong; apply: it could not start
	exitChanges    = 2 // plan --detailed-exitcode: there is something to do; check, diff: the actions differ
	exitRefused    = 3 // plan: blocked by a limit; apply: the plan was refused
	exitIncomplete = 4 // apply: something was left undone
)

// exit ends a command with a code. Its err is nil where the command has said
// everything already.
type exit struct {
	code int
	err  error
}

func (e *exit) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *exit) Unwrap() error { return e.err }

// exitCode returns the code that an error of a command stands for, and the
// error that is still to be said.
func exitCode(err error) (int, error) {
	if err == nil {
		return exitDone, nil
	}
	var e *exit
	if errors.As(err, &e) {
		return e.code, e.err
	}
	return exitError, err
}
