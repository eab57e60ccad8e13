package google

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/staffsync/staffsync/target/google/signin"
)

// maxErrorBody is how much of the body of an error answer is read.
const maxErrorBody = 64 << 10

// httpClient returns a client that signs in with the scopes, and counts and logs
// each request to the directory.
func (d *Directory) httpClient(config signin.Config, options Options, scopes []string) (*http.Client, error) {
	base := http.Client{}
	if options.HTTPClient != nil {
		base = *options.HTTPClient
	}
	if base.Transport == nil {
		base.Transport = defaultTransport()
	}
	client, err := signin.Client(config, signin.Options{
		Scopes: scopes, HTTPClient: &base, Logger: d.log, Now: d.now, Sleep: d.sleep,
	})
	if err != nil {
		return nil, err
	}
	client.Transport = &transport{base: client.Transport, now: d.now, log: d.log, sent: d.sent}
	// The Directory API never redirects. To follow would mean to hand a
	// request, and perhaps a password in it, to a server nobody named.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return client, nil
}

// defaultTransport keeps a connection open for each request that may be under
// way at the same time.
func defaultTransport() http.RoundTripper {
	standard, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport
	}
	own := standard.Clone()
	own.MaxIdleConns, own.MaxIdleConnsPerHost = mostAtOnce, mostAtOnce
	return own
}

// transport counts and logs requests. Neither their queries nor any body is
// logged: the one holds page tokens, the other people's data and passwords.
type transport struct {
	base http.RoundTripper
	now  func() time.Time
	log  *slog.Logger
	sent *atomic.Int64
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(request *http.Request) (*http.Response, error) {
	t.sent.Add(1)
	start := t.now()
	response, err := t.base.RoundTrip(request)
	attributes := []slog.Attr{
		slog.String("method", request.Method),
		slog.String("path", request.URL.EscapedPath()),
		slog.Duration("duration", t.now().Sub(start)),
		slog.Int("attempt", attemptOf(request.Context())),
	}
	if err != nil {
		words := err.Error()
		if request.Context().Value(sensitiveKey{}) != nil {
			words = leftOut // it may quote the beginning of an answer
		}
		t.log.LogAttrs(request.Context(), slog.LevelDebug, "request failed", append(attributes, slog.String("error", words))...)
		return response, err
	}
	t.log.LogAttrs(request.Context(), slog.LevelDebug, "request", append(attributes, slog.Int("status", response.StatusCode))...)
	if response.StatusCode >= 300 {
		response.Body = limitedBody{io.LimitReader(response.Body, maxErrorBody), response.Body}
	}
	return response, nil
}

type limitedBody struct {
	io.Reader
	io.Closer
}

type (
	attemptKey struct{}
	// sensitiveKey is that of a request with sensitive values.
	sensitiveKey struct{}
)

// withAttempt notes which attempt at a request the context belongs to.
func withAttempt(ctx context.Context, attempt int) context.Context {
	return context.WithValue(ctx, attemptKey{}, attempt)
}

func attemptOf(ctx context.Context) int {
	attempt, _ := ctx.Value(attemptKey{}).(int)
	return attempt
}
