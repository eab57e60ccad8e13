package signin

// Error means that staffsync could not sign in to Google, or that what
// it signed in with does not suffice. No request was carried out. Its text
// holds no secret.
type Error struct {
	// Problem is what happened, and Remedy what to do about it: a command to
	// run, or what to enter where.
	Problem, Remedy string
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
