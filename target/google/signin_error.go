package google

import (
	"fmt"
	"io"
	"regexp"
	"strings"
)

// SignInError means that staffsync could not sign in to Google, or that what
// it signed in with does not suffice. No request was carried out. Its text
// holds no secret.
type SignInError struct {
	// Problem is what happened, and Remedy what to do about it: a command to
	// run, or what to enter where.
	Problem, Remedy string
	// cause is the context's error where that ended it.
	cause error
	// passing tells that the same may succeed a moment later.
	passing bool
}

// Error says what happened and what to do.
func (e *SignInError) Error() string {
	text := "sign in to Google: " + e.Problem
	if e.Remedy != "" {
		text += "; " + e.Remedy
	}
	return text
}

// Unwrap returns the context's error if that ended the attempt.
func (e *SignInError) Unwrap() error { return e.cause }

// secret is a text that fmt and slog never show.
type secret string

// Format writes a placeholder whatever the verb.
func (secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

const hidden = "[secret]"

// secretShapes are the forms of Google's access tokens, refresh tokens,
// client secrets, authorization codes, signed assertions and private keys.
var secretShapes = regexp.MustCompile(strings.Join([]string{
	`ya29\.[\w.\-]+`,
	`1//[\w\-]{8,}`,
	`GOCSPX-[\w\-]+`,
	`4/[\w\-]{16,}`,
	`eyJ[\w\-]+\.[\w\-]+(\.[\w\-]*)?`,
	`(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)`,
}, "|"))

// hide takes the secrets, and whatever has the shape of one, out of a text.
func hide(text string, secrets []string) string {
	for _, s := range secrets {
		if s != "" {
			text = strings.ReplaceAll(text, s, hidden)
		}
	}
	return secretShapes.ReplaceAllString(text, hidden)
}
