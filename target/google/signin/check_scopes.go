package signin

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

// CheckScopes signs in with the scopes and finds out, as far as Google says,
// whether all of them were granted. It does not call the Directory API. The
// error, an *Error, says what is missing and what to do.
func CheckScopes(ctx context.Context, config Config, options Options) error {
	if config.Anonymous {
		return nil
	}
	s, err := openSession(config, options.withDefaults())
	if err != nil {
		return err
	}
	token, err := s.accessToken(ctx, "")
	if err != nil {
		return err
	}
	granted := s.grantedTo(ctx, token.AccessToken)
	if missing := missingScopes(granted, s.options.Scopes); len(granted) > 0 && len(missing) > 0 {
		return s.way.insufficient(missing)
	}
	return nil
}

// grantedTo asks Google what a token is good for; nil if it does not say.
func (s *session) grantedTo(ctx context.Context, token string) []string {
	body := strings.NewReader(url.Values{"access_token": {token}}.Encode())
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, tokenInfoOf(s.tokenURL), body)
	if err != nil {
		return nil
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	talk := s.options.begin(ctx)
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
