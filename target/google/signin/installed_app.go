package signin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// loginCommand is what mends a token.
const loginCommand = "run: staffsync login"

// installedApp signs in with the token that a person's consent gave.
type installedApp struct {
	config OAuth
	scopes []string
	now    func() time.Time
	log    *slog.Logger
}

func openInstalledApp(config OAuth, scopes []string, now func() time.Time, log *slog.Logger) (*installedApp, error) {
	a := &installedApp{config: config, scopes: scopes, now: now, log: log}
	file, err := a.read()
	if err != nil {
		return nil, err
	}
	warnIfReadable(log, config.Token)
	if err := a.checkScopes(file.scopes); err != nil {
		return nil, err
	}
	return a, nil
}

// read reads the token file.
func (a *installedApp) read() (tokenFile, error) {
	file, err := readTokenFile(a.config.Token)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return tokenFile{}, &Error{Problem: "there is no token " + a.config.Token, Remedy: loginCommand}
	case err != nil:
		return tokenFile{}, &Error{Problem: fmt.Sprintf("the token cannot be read: %v", err), Remedy: loginCommand}
	}
	return file, nil
}

// checkScopes returns an error if the token is known to lack a scope.
func (a *installedApp) checkScopes(granted []string) error {
	if len(granted) == 0 {
		return nil
	}
	if missing := missingScopes(granted, a.scopes); len(missing) > 0 {
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
	if err := a.checkScopes(file.scopes); err != nil {
		return nil, err
	}
	if file.token != "" && string(file.token) != rejected && fresh(file.expiry, a.now()) {
		return &oauth2.Token{AccessToken: string(file.token), Expiry: file.expiry}, nil
	}
	if file.refreshToken == "" {
		return nil, &Error{Problem: fmt.Sprintf("the token in %s has ended, and has no refresh_token to get another with", a.config.Token), Remedy: loginCommand}
	}
	owner, err := a.clientOf(file)
	if err != nil {
		return nil, err
	}
	source := owner.config(nil).TokenSource(context.WithValue(ctx, oauth2.HTTPClient, client), &oauth2.Token{RefreshToken: string(file.refreshToken)})
	token, err := source.Token()
	if err != nil {
		return nil, err
	}
	a.save(file, token)
	if granted, ok := token.Extra("scope").(string); ok {
		if err := a.checkScopes(strings.Fields(granted)); err != nil {
			return nil, err
		}
	}
	return token, nil
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
		if token.RefreshToken != "" {
			current.refreshToken = secret(token.RefreshToken)
		}
		return current, true
	})
	if err != nil {
		a.log.LogAttrs(context.Background(), slog.LevelWarn, "the refreshed token could not be kept; the next run refreshes it again",
			slog.String("file", a.config.Token), slog.String("error", err.Error()))
	}
}

// explain implements way.
func (a *installedApp) explain(f *tokenFailure) *Error {
	switch f.code {
	case "invalid_grant":
		return &Error{
			Problem: fmt.Sprintf("the token in %s has expired or was revoked (%s)", a.config.Token, f.tokenError()),
			Remedy:  loginCommand + " (an OAuth consent screen in testing ends tokens after 7 days: make its user type Internal)",
		}
	case "invalid_client", "deleted_client", "disabled_client", "unauthorized_client":
		return &Error{
			Problem: fmt.Sprintf("Google does not accept the OAuth client that the token in %s was given to (%s)", a.config.Token, f.tokenError()),
			Remedy:  fmt.Sprintf("download the client again, or a new one, as %s, and %s", a.config.Credentials, loginCommand),
		}
	case "admin_policy_enforced", "access_denied", "org_internal":
		return &Error{
			Problem: "Google does not let this app in (" + f.tokenError() + ")",
			Remedy:  "trust its OAuth client in the Admin console under Security > Access and data control > API controls > App access control, then " + loginCommand,
		}
	}
	return &Error{Problem: f.Error(), Remedy: loginCommand}
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
	return &Error{Problem: fmt.Sprintf("the directory does not accept the token in %s", a.config.Token), Remedy: loginCommand}
}

// insufficient implements way.
func (a *installedApp) insufficient(missing []string) *Error {
	if len(missing) == 0 {
		missing = a.scopes
	}
	return &Error{
		Problem: fmt.Sprintf("the token in %s does not cover what this command needs: %s", a.config.Token, shortScopes(missing)),
		Remedy:  loginCommand + ", and allow everything that Google asks about",
	}
}
