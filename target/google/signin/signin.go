// Package signin signs staffsync in to Google: as a person who gave consent in
// a browser (OAuth), or as an administrator that a service account acts for.
// It also has what every other request to Google needs of the same: pauses,
// why there was no answer, and texts without secrets.
package signin

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/googleapis/gax-go/v2"
)

// Options say with what to sign in; every zero value means the default.
type Options struct {
	// Scopes are the OAuth scopes to sign in with, by default ReadScopes.
	Scopes []string
	// HTTPClient carries the requests, by default a new one.
	HTTPClient *http.Client
	// Logger gets each token request at debug level and each retry at info
	// level, by default nobody does.
	Logger *slog.Logger
	// Now and Sleep are the clock, by default the real one. Sleep returns
	// the context's error as soon as that is done.
	Now   func() time.Time
	Sleep func(ctx context.Context, d time.Duration) error
}

// Client returns a client that sends requests to the config's endpoint with
// access tokens, and every other setting of the options' client; without
// signing in that client itself. It reads the files that signing in takes and
// sends no request. Its error, and that of a request that cannot be signed in,
// is an *Error.
func Client(config Config, options Options) (*http.Client, error) {
	client := &http.Client{}
	if options.HTTPClient != nil {
		*client = *options.HTTPClient
	}
	if config.Anonymous {
		return client, nil
	}
	requests := options.tokenRequests()
	s, err := openSession(config, options.Scopes, requests)
	if err != nil {
		return nil, err
	}
	server, err := url.Parse(config.Base())
	if err != nil {
		return nil, err
	}
	client.Transport = &authorized{base: requests.base, session: s, server: server}
	return client, nil
}

// tokenRequests sends token requests as the options say.
func (o Options) tokenRequests() tokenRequests {
	r := tokenRequests{base: http.DefaultTransport, now: o.Now, sleep: o.Sleep, log: o.Logger}
	if o.HTTPClient != nil && o.HTTPClient.Transport != nil {
		r.base = o.HTTPClient.Transport
	}
	if r.now == nil {
		r.now = time.Now
	}
	if r.sleep == nil {
		r.sleep = gax.Sleep
	}
	if r.log == nil {
		r.log = slog.New(slog.DiscardHandler)
	}
	return r
}
