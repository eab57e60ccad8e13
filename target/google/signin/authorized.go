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
	response, token, err := a.send(request, "")
	if err != nil || response.StatusCode != http.StatusUnauthorized {
		return a.judge(response, err)
	}
	again := request.Clone(request.Context())
	if request.Body != nil && request.Body != http.NoBody {
		if request.GetBody == nil {
			return response, nil
		}
		if again.Body, err = request.GetBody(); err != nil {
			return response, nil
		}
	}
	discard(response)
	response, _, err = a.send(again, token)
	if err == nil && response.StatusCode == http.StatusUnauthorized {
		discard(response)
		return nil, a.session.refuse(request.Context())
	}
	return a.judge(response, err)
}

// send sends the request with a token that is not the rejected one, and returns
// that token too.
func (a *authorized) send(request *http.Request, rejected string) (*http.Response, string, error) {
	token, err := a.session.accessToken(request.Context(), rejected)
	if err != nil {
		closeBody(request)
		return nil, "", err
	}
	signed := request.Clone(request.Context())
	signed.Header.Set("Authorization", "Bearer "+token.AccessToken)
	response, err := a.base.RoundTrip(signed)
	return response, token.AccessToken, err
}

// judge makes an error of an answer that says what the token is not good for.
func (a *authorized) judge(response *http.Response, err error) (*http.Response, error) {
	if err != nil || response.StatusCode != http.StatusForbidden {
		return response, err
	}
	start, err := io.ReadAll(io.LimitReader(response.Body, maxStart))
	if err == nil {
		if known := a.whyForbidden(response.Header, start); known != nil {
			discard(response)
			return nil, known
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

// whyForbidden says what a 403 has to do with signing in, nil if nothing. It
// reads the reasons of the Directory API ("insufficientPermissions",
// "accessNotConfigured"), of Google's newer APIs
// (https://cloud.google.com/apis/design/errors#error_info) and of RFC 6750.
func (a *authorized) whyForbidden(header http.Header, body []byte) *Error {
	var answer struct {
		Error struct {
			Message         string
			Errors, Details []struct{ Reason string }
		}
	}
	// A body that is not JSON has no reasons.
	_ = json.Unmarshal(body, &answer)
	reasons := make(map[string]bool)
	for _, item := range append(answer.Error.Errors, answer.Error.Details...) {
		reasons[item.Reason] = true
	}
	switch {
	case reasons["accessNotConfigured"], reasons["SERVICE_DISABLED"]:
		return newError("enable it at https://console.cloud.google.com/apis/library/admin.googleapis.com and wait some minutes",
			"the Admin SDK API is not enabled in the Google Cloud project that staffsync signs in with")
	case reasons["insufficientPermissions"], reasons["ACCESS_TOKEN_SCOPE_INSUFFICIENT"],
		strings.Contains(header.Get("WWW-Authenticate"), "insufficient_scope"),
		strings.Contains(answer.Error.Message, "insufficient authentication scopes"):
		return a.session.way.insufficient(nil)
	}
	return nil
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
