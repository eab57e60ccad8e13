package signin

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/oauth2"
)

// expiryMargin is how long before its end an access token is not used any
// more, so that none ends on the way.
const expiryMargin = time.Minute

// way is one way of signing in.
type way interface {
	// fetch gets an access token that is fresh, and not the rejected one,
	// through the client, whose requests end with the context.
	fetch(ctx context.Context, client *http.Client, rejected string) (*oauth2.Token, error)
	// explain says what a failed token request means and what to do.
	explain(f *tokenFailure) *Error
	// refused says what to do about an API that refuses fresh tokens.
	refused() *Error
	// tokenServer is the URL that tokens come from.
	tokenServer() string
	// insufficient says what to do about a token that lacks these scopes, or
	// some of those asked for where none is named.
	insufficient(missing []string) *Error
}

// session keeps an access token, and gets another one when it ends. It is
// safe for use by several goroutines at once, of which one asks.
type session struct {
	way      way
	scopes   []string
	requests tokenRequests

	// turn holds a value while a goroutine has the fields below.
	turn  chan struct{}
	token *oauth2.Token
	// failed is the failure that no further attempt would mend.
	failed *Error
}

// openSession reads what the config's way of signing in needs from its files
// and sends no request.
func openSession(config Config, scopes []string, requests tokenRequests) (*session, error) {
	if len(scopes) == 0 {
		scopes = ReadScopes()
	}
	s := &session{scopes: scopes, requests: requests, turn: make(chan struct{}, 1)}
	var err error
	switch {
	case config.OAuth != nil:
		s.way, err = openInstalledApp(*config.OAuth, scopes, requests.now, requests.log)
	case config.ServiceAccount != nil:
		s.way, err = openServiceAccount(*config.ServiceAccount, config.Subject, scopes, requests.log)
	case config.ApplicationDefault != nil:
		s.way = newDefaultCredentials(config.ApplicationDefault.ServiceAccount, config.Subject, scopes)
	default:
		err = errors.New("target.google: no way to sign in is configured")
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// accessToken returns an access token that has not ended and is not the
// rejected one. The error is an *Error.
func (s *session) accessToken(ctx context.Context, rejected string) (*oauth2.Token, error) {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return nil, interruptedSignIn(ctx.Err())
	}
	if s.failed != nil {
		return nil, s.failed
	}
	if s.token != nil && s.token.AccessToken != rejected && fresh(s.token.Expiry, s.requests.now()) {
		return s.token, nil
	}
	talk := s.requests.begin(ctx)
	token, err := s.way.fetch(ctx, talk.client(), rejected)
	if err == nil && !headerSafe(token.AccessToken) {
		err = &Error{Problem: "the token server answered with something that is not an access token"}
	}
	if err != nil {
		failure := s.failure(ctx, talk, err)
		if !failure.passing {
			s.failed = failure
		}
		return nil, failure
	}
	s.token = token
	s.requests.log.LogAttrs(ctx, slog.LevelDebug, "signed in", slog.Time("until", token.Expiry))
	return token, nil
}

// refuse notes that the API refuses what has been signed in with.
func (s *session) refuse(ctx context.Context) error {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return interruptedSignIn(ctx.Err())
	}
	if s.failed == nil {
		s.failed = s.way.refused()
	}
	return s.failed
}

// failure says what an error in getting a token means.
func (s *session) failure(ctx context.Context, talk *conversation, err error) *Error {
	var known *Error
	switch {
	case ctx.Err() != nil:
		return interruptedSignIn(ctx.Err())
	case errors.As(err, &known):
		return known
	case talk.failure == nil:
		return &Error{Problem: Shown(err.Error())}
	case talk.failure.status == 0:
		return &Error{Problem: talk.failure.Error(), Remedy: "check this machine's network, proxy and clock", passing: true}
	case talk.failure.retry:
		return &Error{Problem: talk.failure.Error(), Remedy: "try again in some minutes", passing: true}
	}
	return s.way.explain(talk.failure)
}

func interruptedSignIn(err error) *Error {
	problem := "interrupted"
	if errors.Is(err, context.DeadlineExceeded) {
		problem = "no answer in time"
	}
	return &Error{Problem: problem, cause: err, passing: true}
}

// fresh tells whether a token that ends at expiry can still be used. One
// whose end is not known cannot.
func fresh(expiry, now time.Time) bool { return now.Add(expiryMargin).Before(expiry) }

// headerSafe tells whether the token can stand in a header.
func headerSafe(token string) bool {
	for i := range len(token) {
		if token[i] <= ' ' || token[i] > '~' {
			return false
		}
	}
	return token != ""
}

// tokenError words an OAuth error for a message.
func (f *tokenFailure) tokenError() string {
	switch {
	case f.code == "":
		return fmt.Sprintf("%s answered %d", f.host, f.status)
	case f.description == "":
		return f.code
	}
	return f.code + ": " + f.description
}
