package signin

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// maxStart is how much of an answer is read to tell what it is about.
const maxStart = 64 << 10

// authorized sends the Directory API's requests with an access token, and
// tells from the answers when that does not do.
type authorized struct {
	base    http.RoundTripper
	session *session
	// server is where access tokens go, and nowhere else.
	server *url.URL
}

// RoundTrip implements http.RoundTripper. A request that the API does not
// take the token of (401) is sent once more with another: it was not carried
// out. The error of one that cannot be signed in is an *Error.
func (a *authorized) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.URL.Scheme != a.server.Scheme || request.URL.Host != a.server.Host {
		closeBody(request)
		return nil, errors.New("a request to another server than the Directory API's is not sent with an access token")
	}
	token, err := a.session.accessToken(request.Context(), "")
	if err != nil {
		closeBody(request)
		return nil, err
	}
	response, err := a.send(request, request.Body, token.AccessToken)
	if err != nil || response.StatusCode != http.StatusUnauthorized {
		return a.judge(response, err)
	}

	var body io.ReadCloser
	if request.Body != nil && request.Body != http.NoBody {
		if request.GetBody == nil {
			return response, nil
		}
		if body, err = request.GetBody(); err != nil {
			return response, nil
		}
	}
	discard(response)
	if token, err = a.session.accessToken(request.Context(), token.AccessToken); err != nil {
		if body != nil {
			_ = body.Close()
		}
		return nil, err
	}
	response, err = a.send(request, body, token.AccessToken)
	if err == nil && response.StatusCode == http.StatusUnauthorized {
		discard(response)
		return nil, a.session.refuse(request.Context())
	}
	return a.judge(response, err)
}

func (a *authorized) send(request *http.Request, body io.ReadCloser, token string) (*http.Response, error) {
	signed := request.Clone(request.Context())
	signed.Body = body
	signed.Header.Set("Authorization", "Bearer "+token)
	return a.base.RoundTrip(signed)
}

// judge makes an error of an answer that says what the token is not good for.
func (a *authorized) judge(response *http.Response, err error) (*http.Response, error) {
	if err != nil || response.StatusCode != http.StatusForbidden {
		return response, err
	}
	start, err := io.ReadAll(io.LimitReader(response.Body, maxStart))
	if err == nil {
		switch whyForbidden(response.Header, start) {
		case scopesMissing:
			discard(response)
			return nil, a.session.way.insufficient(nil)
		case apiDisabled:
			discard(response)
			return nil, &Error{
				Problem: "the Admin SDK API is not enabled in the Google Cloud project that staffsync signs in with",
				Remedy:  "enable it at https://console.cloud.google.com/apis/library/admin.googleapis.com and wait some minutes",
			}
		}
	}
	// What was read, and whatever or however it goes on after that.
	response.Body = readCloser{io.MultiReader(bytes.NewReader(start), response.Body), response.Body}
	return response, nil
}

type readCloser struct {
	io.Reader
	io.Closer
}

// forbidden is why a 403 has to do with signing in.
type forbidden int

const (
	otherwiseForbidden forbidden = iota
	scopesMissing
	apiDisabled
)

// whyForbidden reads the reasons in a 403: those of the Directory API
// ("insufficientPermissions", "accessNotConfigured"), of Google's newer APIs
// (https://cloud.google.com/apis/design/errors#error_info) and of RFC 6750.
func whyForbidden(header http.Header, body []byte) forbidden {
	if strings.Contains(header.Get("WWW-Authenticate"), "insufficient_scope") {
		return scopesMissing
	}
	var answer struct {
		Error struct {
			Message string `json:"message"`
			Errors  []struct {
				Reason string `json:"reason"`
			} `json:"errors"`
			Details []struct {
				Reason string `json:"reason"`
			} `json:"details"`
		} `json:"error"`
	}
	if json.Unmarshal(body, &answer) != nil {
		return otherwiseForbidden
	}
	for _, item := range append(answer.Error.Errors, answer.Error.Details...) {
		switch item.Reason {
		case "insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT":
			return scopesMissing
		case "accessNotConfigured", "SERVICE_DISABLED":
			return apiDisabled
		}
	}
	if strings.Contains(answer.Error.Message, "insufficient authentication scopes") {
		return scopesMissing
	}
	return otherwiseForbidden
}

func closeBody(request *http.Request) {
	if request.Body != nil {
		_ = request.Body.Close()
	}
}

// discard lets the connection of an answer that nobody reads be used again.
func discard(response *http.Response) {
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, maxStart))
	_ = response.Body.Close()
}
