package signin

import (
	"context"
	"errors"
	"fmt"
)

// Error means that staffsync could not sign in to Google, or that what
// it signed in with does not suffice. No request was carried out. Its text
// holds no secret.
type Error struct {
	// Problem is what happened, and Remedy what to do about it: a command to
	// run, or what to enter where.
	Problem, Remedy string
	// Missing are the scopes that were not granted, none where that is not the
	// reason.
	Missing []string
	// cause is the context's error where that ended it.
	cause error
	// passing tells that the same may succeed a moment later.
	passing bool
}

// Error says what happened and what to do.
func (e *Error) Error() string {
	text := "sign in to Google: " + e.Problem
	if e.Remedy != "" {
		text += "; " + e.Remedy
	}
	return text
}

// Unwrap returns the context's error if that ended the attempt.
func (e *Error) Unwrap() error { return e.cause }

// newError is an error that no further attempt would mend.
func newError(remedy, problem string, arguments ...any) *Error {
	return &Error{Problem: fmt.Sprintf(problem, arguments...), Remedy: remedy}
}

// newScopeError is an error of signing in with scopes that were not granted.
func newScopeError(missing []string, remedy, problem string, arguments ...any) *Error {
	e := newError(remedy, problem, arguments...)
	e.Missing = missing
	return e
}

// interrupted is the error of an attempt that its context ended.
func interrupted(cause error) *Error {
	problem := "interrupted"
	if errors.Is(cause, context.DeadlineExceeded) {
		problem = "no answer in time"
	}
	return &Error{Problem: problem, cause: cause, passing: true}
}
