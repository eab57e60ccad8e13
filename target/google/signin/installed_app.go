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

func openInstalledApp(config OAuth, options Options) (a *installedApp, tokenURL string, err error) {
	a = &installedApp{config: config, options: options}
	file, err := a.read()
	if err != nil {
		return nil, "", err
	}
	warnIfReadable(options.Logger, config.Token)
	return a, file.TokenURI, nil
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
	return file, a.checkScopes(file.Scopes)
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
	if file.Token != "" && string(file.Token) != rejected && fresh(file.Expiry.Time, a.options.Now()) {
		return &oauth2.Token{AccessToken: string(file.Token), Expiry: file.Expiry.Time}, nil
	}
	if file.RefreshToken == "" {
		return nil, newError(loginCommand, "the token in %s has ended, and has no refresh_token to get another with", a.config.Token)
	}
	// The file names the client that the token was given to, and if not, it is
	// the one in the config.
	owner := &file.credential
	if owner.ClientID == "" {
		if owner, err = readOAuthClient(a.config.Credentials); err != nil {
			return nil, err
		}
	}
	ctx = context.WithValue(ctx, oauth2.HTTPClient, client)
	token, err := owner.oauth(nil).TokenSource(ctx, &oauth2.Token{RefreshToken: string(file.RefreshToken)}).Token()
	if err != nil {
		return nil, err
	}
	a.save(file, token)
	granted, _ := token.Extra("scope").(string)
	return token, a.checkScopes(strings.Fields(granted))
}

// save writes the refreshed token back. Where that cannot be done, such as in
// a folder that may only be read, each run refreshes the token for itself.
func (a *installedApp) save(used tokenFile, token *oauth2.Token) {
	err := changeTokenFile(a.config.Token, func(current tokenFile, err error) (tokenFile, bool) {
		if err != nil || current.RefreshToken != used.RefreshToken {
			// Somebody logged in or out meanwhile.
			return tokenFile{}, false
		}
		current.Token, current.Expiry = secret(token.AccessToken), expiry{token.Expiry}
		current.RefreshToken = cmp.Or(secret(token.RefreshToken), current.RefreshToken)
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

// refused implements way.
func (a *installedApp) refused() *Error {
	return newError(loginCommand, "the directory does not accept the token in %s", a.config.Token)
}

// insufficient implements way.
func (a *installedApp) insufficient(missing []string) *Error {
	if len(missing) == 0 {
		missing = a.options.Scopes
	}
	command := loginCommand
	for _, asked := range []struct {
		flag   string
		scopes []string
	}{{" --doctor", scopesOf(DoctorScopes())}, {" --attributes", scopesOf([]Further{CreateAttributes()})}} {
		if len(missingScopes(missing, asked.scopes)) < len(asked.scopes) {
			command += asked.flag
		}
	}
	return newScopeError(missing, command+", and allow everything that Google asks about",
		"the token in %s does not cover what this command needs: %s", a.config.Token, shortScopes(missing))
}
