package signin

import (
	"bufio"
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"

	"github.com/staffsync/staffsync/plan"
)

// defaultLoginTimeout is how long a person may take in the browser.
const defaultLoginTimeout = 10 * time.Minute

// LoginOptions say how Login asks for consent. Config is required; every
// other zero value means the default.
type LoginOptions struct {
	// Options are the scopes to ask for, by default those that every command
	// needs, and how requests are sent.
	Options
	// Further are asked for too. A token without one of them is kept.
	Further []Further
	// Config names the OAuth client and the token file.
	Config Config
	// NoBrowser only prints the address, for a browser that a person opens.
	NoBrowser bool
	// OpenBrowser shows the address to a person, by default in the system's
	// browser.
	OpenBrowser func(address string) error
	// Out gets what the person is to do, by default nobody does.
	Out io.Writer
	// In is read for the address that the browser ends at, from a person
	// whose browser runs on another machine. Without it, only a browser on
	// this machine can be used.
	In io.Reader
	// Timeout is how long the person may take, by default ten minutes.
	Timeout time.Duration
}

// Login asks for a person's consent in a browser and writes the token that it
// gives to the config's token file. The browser hands the consent to a server
// on 127.0.0.1 that lives as long as this call; state and PKCE (RFC 7636) make
// sure that it is the answer to this very question. The error is an
// *Error where Google or the person refused.
func Login(ctx context.Context, options LoginOptions) error {
	if err := options.Config.Validate(); err != nil {
		return err
	}
	if options.Config.OAuth == nil {
		return errors.New("staffsync login is for target.google.oauth; the way of signing in that the config names needs no login")
	}
	options.complete()
	client, err := readOAuthClient(options.Config.OAuth.Credentials)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen on this machine for the browser's answer: %w", err)
	}
	l := &login{
		LoginOptions: options,
		oauth:        client.oauth(append(slices.Clone(options.Scopes), scopesOf(options.Further)...)),
		host:         listener.Addr().String(),
		state:        oauth2.GenerateVerifier(),
		verifier:     oauth2.GenerateVerifier(),
		done:         make(chan error, 1),
	}
	l.oauth.RedirectURL = "http://" + l.host
	return l.run(ctx, listener)
}

func (o *LoginOptions) complete() {
	if len(o.Scopes) == 0 {
		o.Scopes = loginScopes()
	}
	if o.OpenBrowser == nil {
		o.OpenBrowser = openBrowser
	}
	if o.Out == nil {
		o.Out = io.Discard
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultLoginTimeout
	}
	o.Options = o.WithDefaults()
}

// login is one call of Login.
type login struct {
	LoginOptions
	oauth *oauth2.Config
	// host is where the browser's answer is awaited.
	host     string
	state    string
	verifier string
	// answered lets only the first answer in.
	answered sync.Once
	done     chan error
}

// run serves until the browser's answer has been dealt with.
func (l *login) run(ctx context.Context, listener net.Listener) error {
	ctx, cancel := context.WithTimeout(ctx, l.Timeout)
	defer cancel()
	server := &http.Server{
		Handler:           http.HandlerFunc(l.serve),
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       10 * time.Second,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(l.Logger.Handler(), slog.LevelDebug),
	}
	go func() { _ = server.Serve(listener) }()
	// The page that says how it ended is still to be sent.
	defer func() {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		if server.Shutdown(ending) != nil {
			_ = server.Close()
		}
	}()

	if err := l.ask(); err != nil {
		return err
	}
	if l.In != nil {
		go l.readAddress(ctx)
	}
	select {
	case err := <-l.done:
		return err
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return &Error{Problem: fmt.Sprintf("nobody allowed it in the browser within %v", l.Timeout), Remedy: loginCommand, cause: ctx.Err()}
		}
		return interrupted(ctx.Err())
	}
}

// ask shows the person where to allow what.
func (l *login) ask() error {
	settings := []oauth2.AuthCodeOption{
		oauth2.AccessTypeOffline, oauth2.S256ChallengeOption(l.verifier),
		// Google gives a refresh token only with consent.
		oauth2.SetAuthURLParam("prompt", "consent"),
	}
	if l.Config.Subject != "" {
		settings = append(settings, oauth2.SetAuthURLParam("login_hint", l.Config.Subject))
	}
	address := l.oauth.AuthCodeURL(l.state, settings...)
	instruction := "If no browser opens, open this address in one:"
	if l.NoBrowser {
		instruction = "Open this address in a browser on this machine:"
	}
	text := fmt.Sprintf("Sign in as the administrator that staffsync is to act as, and allow everything it asks for.\n%s\n\n%s\n\n", instruction, address)
	if l.In != nil {
		text += "With a browser on another machine, the last page cannot be shown: copy its address\n(it begins with http://" + l.host + "/) and paste it here.\n\n"
	}
	if _, err := io.WriteString(l.Out, text); err != nil {
		return fmt.Errorf("show the address to sign in at: %w", err)
	}
	if l.NoBrowser {
		return nil
	}
	if err := l.OpenBrowser(address); err != nil {
		if _, err := fmt.Fprintf(l.Out, "No browser could be opened (%s): open the address yourself.\n", Shown(err.Error())); err != nil {
			return fmt.Errorf("show the address to sign in at: %w", err)
		}
	}
	return nil
}

// serve answers the browser.
func (l *login) serve(w http.ResponseWriter, r *http.Request) {
	const purpose = "This address is only for signing in with staffsync."
	switch {
	case r.Host != l.host:
		// A page elsewhere on the web that made its name point here.
		writePage(w, http.StatusForbidden, "Not here", purpose)
		return
	case r.URL.Path != "/":
		writePage(w, http.StatusNotFound, "Nothing here", purpose)
		return
	case r.Method != http.MethodGet:
		writePage(w, http.StatusMethodNotAllowed, "Not so", purpose)
		return
	}
	err := l.accept(r.Context(), r.URL.Query())
	var stray strayAnswer
	switch {
	case errors.As(err, &stray):
		writePage(w, http.StatusBadRequest, "Not the answer that is awaited", stray.Error())
	case err != nil:
		writePage(w, http.StatusOK, "Signing in failed", err.Error())
	default:
		writePage(w, http.StatusOK, "Signed in", "staffsync has its token. You can close this page.")
	}
}

// strayAnswer is an answer to another question, or a second one. It changes
// nothing: the right one is still awaited.
type strayAnswer string

func (e strayAnswer) Error() string { return string(e) }

// accept takes the browser's answer, and ends the login with it.
func (l *login) accept(ctx context.Context, answer url.Values) error {
	states := answer["state"]
	if len(states) != 1 || subtle.ConstantTimeCompare([]byte(states[0]), []byte(l.state)) != 1 {
		l.Logger.WarnContext(ctx, "an answer to another sign-in was ignored")
		return strayAnswer("This page belongs to another attempt to sign in. Use the newest address that staffsync shows.")
	}
	err := error(strayAnswer("staffsync has an answer already."))
	l.answered.Do(func() {
		err = l.finish(ctx, answer)
		l.done <- err
	})
	return err
}

// finish exchanges the code for a token and keeps it.
func (l *login) finish(ctx context.Context, answer url.Values) error {
	if reason := answer.Get("error"); reason != "" {
		return l.denied(reason, answer.Get("error_description"))
	}
	codes := answer["code"]
	if len(codes) != 1 || codes[0] == "" {
		return newError(loginCommand, "Google's answer has no code")
	}
	// The browser may go before the token has come.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Minute)
	defer cancel()
	talk := l.begin(ctx)
	token, err := l.oauth.Exchange(context.WithValue(ctx, oauth2.HTTPClient, talk.client()), codes[0], oauth2.VerifierOption(l.verifier))
	if err != nil {
		return l.exchangeError(talk, err)
	}
	return l.keep(token)
}

func (l *login) denied(reason, description string) error {
	shown := Shown(reason)
	switch reason {
	case "access_denied":
		return newError(loginCommand+", and allow it", "it was not allowed in the browser (access_denied)")
	case "admin_policy_enforced", "org_internal", "disallowed_useragent":
		return newError(trustClient, "Google does not let this app in (%s)", shown)
	}
	if description != "" {
		shown += ": " + Shown(description)
	}
	return newError(loginCommand, "Google answered %s", shown)
}

func (l *login) exchangeError(talk *conversation, err error) error {
	switch {
	case talk.failure == nil:
		return newError(loginCommand, "%s", Shown(err.Error()))
	case talk.failure.code == "invalid_client":
		return newError("download it again as "+l.Config.OAuth.Credentials, "Google does not accept the OAuth client (%s)", talk.failure.tokenError())
	}
	return newError(loginCommand, "%v", talk.failure)
}

// keep writes the token if it is good for everything but further uses.
func (l *login) keep(token *oauth2.Token) error {
	scopes := l.oauth.Scopes
	if granted, ok := token.Extra("scope").(string); ok && granted != "" {
		scopes = strings.Fields(granted)
	}
	if missing := missingScopes(scopes, l.Scopes); len(missing) > 0 {
		return newScopeError(missing, loginCommand+", and tick every box", "not everything was allowed in the browser; this is missing: %s", shortScopes(missing))
	}
	if token.RefreshToken == "" || !headerSafe(token.AccessToken) {
		return newError("remove staffsync at https://myaccount.google.com/connections and "+loginCommand, "Google's answer has no refresh token")
	}
	path := l.Config.OAuth.Token
	err := changeTokenFile(path, func(tokenFile, error) (tokenFile, bool) {
		return tokenFile{credential: credential{
			Token: secret(token.AccessToken), RefreshToken: secret(token.RefreshToken), Expiry: expiry{token.Expiry},
			TokenURI: l.oauth.Endpoint.TokenURL, ClientID: l.oauth.ClientID, ClientSecret: secret(l.oauth.ClientSecret),
			Scopes: scopes,
		}}, true
	})
	if err != nil {
		return fmt.Errorf("keep the token in %s: %w", path, err)
	}
	if _, err := io.WriteString(l.Out, l.kept(scopes)); err != nil {
		return fmt.Errorf("say that the token is kept: %w", err)
	}
	return nil
}

// kept says what the token is good for, and what not.
func (l *login) kept(granted []string) string {
	text := fmt.Sprintf("Signed in. The token is in %s, for: %s.\n", plan.Visible(l.Config.OAuth.Token), shortScopes(granted))
	if len(missingScopes(granted, WriteScopes())) > 0 {
		text += "It is good for plan, and not for apply.\n"
	}
	for _, further := range l.Further {
		if !covered(granted, further.Scope) {
			text += fmt.Sprintf("It was not allowed to %s (%s).\n", further.Use, shortScopes([]string{further.Scope}))
		}
	}
	return text
}

// readAddress reads pasted addresses until one is the answer.
func (l *login) readAddress(ctx context.Context) {
	for scanner := bufio.NewScanner(l.In); scanner.Scan(); {
		line := strings.TrimSpace(scanner.Text())
		if line == "" {
			continue
		}
		pasted, err := url.Parse(line)
		if err != nil || pasted.Query().Get("state") == "" {
			_, _ = fmt.Fprintf(l.Out, "That is not the address of the last page, which begins with http://%s/?\n", l.host)
			continue
		}
		var stray strayAnswer
		if err := l.accept(ctx, pasted.Query()); !errors.As(err, &stray) {
			return
		}
		_, _ = fmt.Fprintln(l.Out, "That address belongs to another attempt to sign in.")
	}
}
