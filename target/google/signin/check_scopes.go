package signin

import (
	"context"
	"encoding/json"
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
	s, err := openSession(config, options.WithDefaults())
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
	response, err := s.options.begin(ctx).client().PostForm(tokenInfoOf(s.tokenURL), url.Values{"access_token": {token}})
	if err != nil {
		return nil
	}
	defer func() { _ = response.Body.Close() }()
	var answer struct {
		Scope string `json:"scope"`
	}
	if json.NewDecoder(response.Body).Decode(&answer) != nil {
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
