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

// WithDefaults returns the options with every value set, the client's
// transport included.
func (o Options) WithDefaults() Options {
	if len(o.Scopes) == 0 {
		o.Scopes = ReadScopes()
	}
	client := &http.Client{}
	if o.HTTPClient != nil {
		*client = *o.HTTPClient
	}
	if client.Transport == nil {
		client.Transport = http.DefaultTransport
	}
	o.HTTPClient = client
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = gax.Sleep
	}
	return o
}

// Client returns a client that sends requests to the config's endpoint with
// access tokens, and every other setting of the options' client; without
// signing in one just like it. It reads the files that signing in takes and
// sends no request. Its error, and that of a request that cannot be signed in,
// is an *Error.
func Client(config Config, options Options) (*http.Client, error) {
	options = options.WithDefaults()
	client := options.HTTPClient
	if config.Anonymous {
		return client, nil
	}
	s, err := openSession(config, options)
	if err != nil {
		return nil, err
	}
	server, err := url.Parse(config.Base())
	if err != nil {
		return nil, err
	}
	signed := *client
	signed.Transport = &authorized{base: client.Transport, session: s, server: server}
	return &signed, nil
}
