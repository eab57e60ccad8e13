package signin

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	// tokenTimeout bounds one token request, its answer included.
	tokenTimeout = 20 * time.Second
	// tokenAttempts makes for pauses of 1, 2 and 4 seconds.
	tokenAttempts = 4
	// longestTokenPause is the most that a token server's Retry-After is
	// waited for.
	longestTokenPause = 30 * time.Second
	// maxTokenAnswer is how much of a token server's answer is read.
	maxTokenAnswer = 1 << 20
)

// conversation carries the requests of one attempt to get a token. They are not
// requests of the Directory API: they neither wait for its quota nor count
// against it. The libraries that make these take a client, but no context with
// each request, and quote whole answers in their errors: the conversation ends
// with its own context, and hands on nothing of a failed answer but an error that
// is safe to show.
type conversation struct {
	Options
	ctx context.Context
	// failure is why the last request failed.
	failure *tokenFailure
}

func (o Options) begin(ctx context.Context) *conversation {
	return &conversation{Options: o, ctx: ctx}
}

// client returns a client whose requests belong to the conversation. It
// follows no redirect: that would hand a credential to a server nobody named.
func (c *conversation) client() *http.Client {
	return &http.Client{
		Transport:     c,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// tokenFailure is a token request that did not succeed.
type tokenFailure struct {
	host, path string
	// status is the HTTP status, 0 where there was no answer.
	status int
	// code and description are the answer's, without secrets
	// (RFC 6749, section 5.2), or those of Google's API errors.
	code, description string
	// problem is what happened where there was no answer.
	problem string
	retry   bool
	after   time.Duration
}

// Error says what happened, for a person.
func (f *tokenFailure) Error() string {
	if f.status == 0 {
		return f.problem
	}
	text := fmt.Sprintf("%s answered %d", f.host, f.status)
	if f.code != "" {
		text += " " + f.code
	}
	if f.description != "" {
		text += ": " + f.description
	}
	return text
}

// tokenError is the same in short, for a message that says more.
func (f *tokenFailure) tokenError() string {
	switch {
	case f.code == "":
		return fmt.Sprintf("%s answered %d", f.host, f.status)
	case f.description == "":
		return f.code
	}
	return f.code + ": " + f.description
}

// RoundTrip implements http.RoundTripper. It sends the request until it is
// answered, at most tokenAttempts times: getting a token twice does no harm.
func (c *conversation) RoundTrip(request *http.Request) (*http.Response, error) {
	var body []byte
	if request.Body != nil {
		var err error
		body, err = io.ReadAll(request.Body)
		_ = request.Body.Close()
		if err != nil {
			return nil, err
		}
	}
	for attempt := 1; ; attempt++ {
		response, data, failure := c.send(request, body)
		c.failure = failure
		if failure == nil {
			response.Body = io.NopCloser(bytes.NewReader(data))
			return response, nil
		}
		if err := c.ctx.Err(); err != nil {
			return nil, err
		}
		if !failure.retry || attempt == tokenAttempts || failure.after > longestTokenPause {
			return nil, failure
		}
		wait := Pause(attempt, failure.after)
		c.Logger.LogAttrs(c.ctx, slog.LevelInfo, "waiting before asking for a token again",
			slog.Duration("wait", wait.Round(time.Millisecond)), slog.String("error", failure.Error()))
		if err := c.Sleep(c.ctx, wait); err != nil {
			return nil, err
		}
	}
}

// send sends the request once and reads its whole answer.
func (c *conversation) send(request *http.Request, body []byte) (*http.Response, []byte, *tokenFailure) {
	ctx, cancel := context.WithTimeout(c.ctx, tokenTimeout)
	defer cancel()
	attempt := request.Clone(ctx)
	attempt.Body, attempt.GetBody, attempt.ContentLength = nil, nil, 0
	if len(body) > 0 {
		attempt.Body, attempt.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	}

	start := c.Now()
	response, err := c.HTTPClient.Transport.RoundTrip(attempt)
	var data []byte
	status := 0
	if err == nil {
		status = response.StatusCode
		data, err = io.ReadAll(io.LimitReader(response.Body, maxTokenAnswer))
		_ = response.Body.Close()
	}
	c.Logger.LogAttrs(c.ctx, slog.LevelDebug, "token request", slog.String("host", request.URL.Host),
		slog.Int("status", status), slog.Duration("duration", c.Now().Sub(start)))
	if err != nil {
		return nil, nil, noAnswer(request, err, secretsIn(request, body))
	}
	if code, description, failed := readTokenError(data); failed || status < 200 || status > 299 {
		secrets := secretsIn(request, body)
		f := &tokenFailure{
			host: request.URL.Host, path: request.URL.Path, status: status,
			code: Shown(code, secrets...), description: Shown(description, secrets...),
			after: RetryAfter(response.Header, c.Now()),
		}
		f.retry = status >= 500 || status == http.StatusTooManyRequests ||
			slices.Contains([]string{"temporarily_unavailable", "server_error", "internal_failure"}, code)
		return nil, nil, f
	}
	return response, data, nil
}

// noAnswer is a request that got no whole answer.
func noAnswer(request *http.Request, err error, secrets []string) *tokenFailure {
	why := WhyUnanswered(err, secrets...)
	f := &tokenFailure{host: request.URL.Host, path: request.URL.Path, retry: !why.Untrusted && !why.Unknown}
	f.problem = fmt.Sprintf("cannot reach %s: %s", f.host, why.Text)
	if why.TimedOut {
		f.problem = fmt.Sprintf("no answer from %s within %v", f.host, tokenTimeout)
	}
	return f
}

// readTokenError reads the error in a token server's answer: the form of
// OAuth ({"error": "invalid_grant", "error_description": …}) or that of
// Google's APIs ({"error": {"status": …, "message": …}}).
func readTokenError(data []byte) (code, description string, failed bool) {
	var answer struct {
		Error       json.RawMessage `json:"error"`
		Description string          `json:"error_description"`
	}
	if json.Unmarshal(data, &answer) != nil || len(answer.Error) == 0 {
		return "", "", false
	}
	if json.Unmarshal(answer.Error, &code) == nil {
		return code, answer.Description, code != ""
	}
	var api struct {
		Status  string `json:"status"`
		Message string `json:"message"`
	}
	if json.Unmarshal(answer.Error, &api) != nil {
		return "", "", true
	}
	return api.Status, api.Message, true
}

// secretsIn are the values in a token request that an answer might quote, the
// longest first: everything but what is known to be none.
func secretsIn(request *http.Request, body []byte) []string {
	open := []string{"grant_type", "client_id", "scope", "redirect_uri", "assertion_type", "audience", "requested_token_type", "subject_token_type"}
	var secrets []string
	if header := request.Header.Get("Authorization"); header != "" {
		_, token, _ := strings.Cut(header, " ")
		secrets = append(secrets, header, token)
	}
	if strings.HasPrefix(request.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		values, err := url.ParseQuery(string(body))
		if err == nil {
			for name, list := range values {
				if !slices.Contains(open, name) {
					secrets = append(secrets, list...)
				}
			}
		}
	}
	slices.SortFunc(secrets, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b))
	})
	return slices.Compact(secrets)
}
