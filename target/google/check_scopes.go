package google

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// tokenInfoURL tells what an access token is good for
// (https://developers.google.com/identity/protocols/oauth2).
const tokenInfoURL = "https://oauth2.googleapis.com/tokeninfo"

// CheckScopes signs in with options.Scopes, by default ReadScopes, and
// returns the scopes that Google has granted, as far as that can be found
// out: without signing in there are none. It does not call the Directory API.
// The error, a *SignInError, says what is missing and what to do.
func CheckScopes(ctx context.Context, config Config, options Options) ([]string, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	if config.Anonymous {
		return nil, nil
	}
	s, err := openSession(config, options.Scopes, options.tokenRequests())
	if err != nil {
		return nil, err
	}
	token, err := s.accessToken(ctx, "")
	if err != nil {
		return nil, err
	}
	granted := s.grantedTo(ctx, token.AccessToken)
	if len(granted) == 0 {
		return s.scopes, nil
	}
	if missing := missingScopes(granted, s.scopes); len(missing) > 0 {
		return granted, s.way.insufficient(missing)
	}
	return granted, nil
}

// grantedTo asks Google what a token is good for; nil if it does not say.
func (s *session) grantedTo(ctx context.Context, token string) []string {
	body := strings.NewReader(url.Values{"access_token": {token}}.Encode())
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, tokenInfoOf(s.way.tokenServer()), body)
	if err != nil {
		return nil
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	talk := s.requests.begin(ctx)
	response, err := talk.client().Do(request)
	if err != nil {
		return nil
	}
	defer func() { _ = response.Body.Close() }()
	var answer struct {
		Scope string `json:"scope"`
	}
	data, err := io.ReadAll(response.Body)
	if err != nil || talk.failure != nil || json.Unmarshal(data, &answer) != nil {
		return nil
	}
	return strings.Fields(answer.Scope)
}

// tokenInfoOf is where a token of that server can be asked about: at
// Google's, unless the server is on this machine.
func tokenInfoOf(tokenServer string) string {
	server, err := url.Parse(tokenServer)
	if err != nil || !loopback(server.Hostname()) {
		return tokenInfoURL
	}
	return server.Scheme + "://" + server.Host + "/tokeninfo"
}
