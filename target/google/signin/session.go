package signin

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/sync/semaphore"
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
	// insufficient says what to do about a token that lacks these scopes, or
	// some of those asked for where none is named.
	insufficient(missing []string) *Error
}

// session keeps an access token, and gets another one when it ends. It is
// safe for use by several goroutines at once, of which one asks.
type session struct {
	way     way
	options Options
	// tokenURL is where tokens come from.
	tokenURL string

	// turn is held by the goroutine that has the fields below.
	turn  *semaphore.Weighted
	token *oauth2.Token
	// failed is the failure that no further attempt would mend.
	failed *Error
}

// openSession reads what the config's way of signing in needs from its files
// and sends no request. The options are complete.
func openSession(config Config, options Options) (*session, error) {
	s := &session{options: options, turn: semaphore.NewWeighted(1)}
	var err error
	switch {
	case config.OAuth != nil:
		s.way, s.tokenURL, err = openInstalledApp(*config.OAuth, options)
	case config.ServiceAccount != nil:
		s.way, s.tokenURL, err = openServiceAccount(config, options)
	case config.ApplicationDefault != nil:
		s.way, s.tokenURL = newDefaultCredentials(config, options.Scopes), defaultTokenURL
	default:
		err = errors.New("target.google: no way to sign in is configured")
	}
	return s, err
}

// accessToken returns an access token that has not ended and is not the
// rejected one. The error is an *Error.
func (s *session) accessToken(ctx context.Context, rejected string) (*oauth2.Token, error) {
	if err := s.turn.Acquire(ctx, 1); err != nil {
		return nil, interrupted(err)
	}
	defer s.turn.Release(1)
	if s.failed != nil {
		return nil, s.failed
	}
	if s.token != nil && s.token.AccessToken != rejected && fresh(s.token.Expiry, s.options.Now()) {
		return s.token, nil
	}
	talk := s.options.begin(ctx)
	token, err := s.way.fetch(ctx, talk.client(), rejected)
	if err == nil && !headerSafe(token.AccessToken) {
		err = newError("", "the token server answered with something that is not an access token")
	}
	if err != nil {
		failure := s.failure(ctx, talk, err)
		if !failure.passing {
			s.failed = failure
		}
		return nil, failure
	}
	s.token = token
	s.options.Logger.LogAttrs(ctx, slog.LevelDebug, "signed in", slog.Time("until", token.Expiry))
	return token, nil
}

// refuse notes that the API refuses what has been signed in with.
func (s *session) refuse(ctx context.Context) error {
	if err := s.turn.Acquire(ctx, 1); err != nil {
		return interrupted(err)
	}
	defer s.turn.Release(1)
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
		return interrupted(ctx.Err())
	case errors.As(err, &known):
		return known
	case talk.failure == nil:
		return newError("", "%s", Shown(err.Error()))
	case talk.failure.status == 0:
		return &Error{Problem: talk.failure.Error(), Remedy: "check this machine's network, proxy and clock", passing: true}
	case talk.failure.retry:
		return &Error{Problem: talk.failure.Error(), Remedy: "try again in some minutes", passing: true}
	}
	return s.way.explain(talk.failure)
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
