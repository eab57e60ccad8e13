package signin

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"

	"golang.org/x/oauth2"
)

const (
	// loginCommand is what mends a token.
	loginCommand = "run: staffsync login"
	// trustClient is what lets an app in that the Admin console keeps out.
	trustClient = "trust its OAuth client in the Admin console under Security > Access and data control > API controls > App access control"
)

// installedApp signs in with the token that a person's consent gave.
type installedApp struct {
	config  OAuth
	options Options
}

func openInstalledApp(config OAuth, options Options) (*installedApp, error) {
	a := &installedApp{config: config, options: options}
	if _, err := a.read(); err != nil {
		return nil, err
	}
	warnIfReadable(options.Logger, config.Token)
	return a, nil
}

// read reads a token file that is not known to lack a scope.
func (a *installedApp) read() (tokenFile, error) {
	file, err := readTokenFile(a.config.Token)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return tokenFile{}, newError(loginCommand, "there is no token %s", a.config.Token)
	case err != nil:
		return tokenFile{}, newError(loginCommand, "the token cannot be read: %v", err)
	}
	return file, a.checkScopes(file.scopes)
}

// checkScopes returns an error if what was granted is known to lack a scope.
func (a *installedApp) checkScopes(granted []string) error {
	if missing := missingScopes(granted, a.options.Scopes); len(granted) > 0 && len(missing) > 0 {
		return a.insufficient(missing)
	}
	return nil
}

// fetch implements way. The file comes first: another run may have refreshed
// the token, or a person logged in anew.
func (a *installedApp) fetch(ctx context.Context, client *http.Client, rejected string) (*oauth2.Token, error) {
	file, err := a.read()
	if err != nil {
		return nil, err
	}
	if file.token != "" && string(file.token) != rejected && fresh(file.expiry, a.options.Now()) {
		return &oauth2.Token{AccessToken: string(file.token), Expiry: file.expiry}, nil
	}
	if file.refreshToken == "" {
		return nil, newError(loginCommand, "the token in %s has ended, and has no refresh_token to get another with", a.config.Token)
	}
	owner, err := a.clientOf(file)
	if err != nil {
		return nil, err
	}
	ctx = context.WithValue(ctx, oauth2.HTTPClient, client)
	token, err := owner.config(nil).TokenSource(ctx, &oauth2.Token{RefreshToken: string(file.refreshToken)}).Token()
	if err != nil {
		return nil, err
	}
	a.save(file, token)
	granted, _ := token.Extra("scope").(string)
	return token, a.checkScopes(strings.Fields(granted))
}

// clientOf is the OAuth client that the token was given to: the file names
// it, and if not, it is the one in the config.
func (a *installedApp) clientOf(file tokenFile) (oauthClient, error) {
	if file.clientID != "" {
		return oauthClient{id: file.clientID, secret: file.clientSecret, tokenURI: cmp.Or(file.tokenURI, defaultTokenURL)}, nil
	}
	return readOAuthClient(a.config.Credentials)
}

// save writes the refreshed token back. Where that cannot be done, such as in
// a folder that may only be read, each run refreshes the token for itself.
func (a *installedApp) save(used tokenFile, token *oauth2.Token) {
	err := changeTokenFile(a.config.Token, func(current tokenFile, err error) (tokenFile, bool) {
		if err != nil || current.refreshToken != used.refreshToken {
			// Somebody logged in or out meanwhile.
			return tokenFile{}, false
		}
		current.token, current.expiry = secret(token.AccessToken), token.Expiry
		current.refreshToken = cmp.Or(secret(token.RefreshToken), current.refreshToken)
		return current, true
	})
	if err != nil {
		a.options.Logger.LogAttrs(context.Background(), slog.LevelWarn, "the refreshed token could not be kept; the next run refreshes it again",
			slog.String("file", a.config.Token), slog.String("error", err.Error()))
	}
}

// explain implements way.
func (a *installedApp) explain(f *tokenFailure) *Error {
	switch f.code {
	case "invalid_grant":
		return newError(loginCommand+" (an OAuth consent screen in testing ends tokens after 7 days: make its user type Internal)",
			"the token in %s has expired or was revoked (%s)", a.config.Token, f.tokenError())
	case "invalid_client", "deleted_client", "disabled_client", "unauthorized_client":
		return newError("download the client again, or a new one, as "+a.config.Credentials+", and "+loginCommand,
			"Google does not accept the OAuth client that the token in %s was given to (%s)", a.config.Token, f.tokenError())
	case "admin_policy_enforced", "access_denied", "org_internal":
		return newError(trustClient+", then "+loginCommand, "Google does not let this app in (%s)", f.tokenError())
	}
	return newError(loginCommand, "%v", f)
}

// tokenServer implements way.
func (a *installedApp) tokenServer() string {
	file, err := a.read()
	if err != nil {
		return defaultTokenURL
	}
	return cmp.Or(file.tokenURI, defaultTokenURL)
}

// refused implements way.
func (a *installedApp) refused() *Error {
	return newError(loginCommand, "the directory does not accept the token in %s", a.config.Token)
}

// insufficient implements way.
func (a *installedApp) insufficient(missing []string) *Error {
	if len(missing) == 0 {
		missing = a.options.Scopes
	}
	return newError(loginCommand+", and allow everything that Google asks about",
		"the token in %s does not cover what this command needs: %s", a.config.Token, shortScopes(missing))
}
