package signin

import (
	"cmp"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"golang.org/x/oauth2"
	googleoauth "golang.org/x/oauth2/google"
	"golang.org/x/oauth2/jwt"
)

// serviceAccountKey signs in with a service account's key file, by
// domain-wide delegation
// (https://developers.google.com/identity/protocols/oauth2/service-account).
type serviceAccountKey struct {
	path    string
	subject string
	scopes  []string
	// email and clientID name the service account.
	email, clientID string
	config          *jwt.Config
}

func openServiceAccount(config ServiceAccount, subject string, scopes []string, log *slog.Logger) (*serviceAccountKey, error) {
	remedy := "create a key of the type JSON for the service account in the Google Cloud console under IAM & Admin > Service accounts, and name the file in target.google.serviceAccount.key"
	data, err := readCredential(config.Key)
	if err != nil {
		return nil, &Error{Problem: fmt.Sprintf("the service account's key cannot be read: %v", err), Remedy: remedy}
	}
	k, err := decodeServiceAccount(data, scopes)
	if err != nil {
		return nil, &Error{Problem: fmt.Sprintf("%s is no key of a service account: %v", config.Key, err), Remedy: remedy}
	}
	warnIfReadable(log, config.Key)
	k.path, k.subject, k.config.Subject = config.Key, subject, subject
	return k, nil
}

func decodeServiceAccount(data []byte, scopes []string) (*serviceAccountKey, error) {
	file, err := decodeObject(data)
	if err != nil {
		return nil, err
	}
	k := &serviceAccountKey{scopes: scopes}
	var kind, privateKey, tokenURI, universe string
	if err := file.texts(map[string]*string{
		"type": &kind, "client_email": &k.email, "client_id": &k.clientID,
		"private_key": &privateKey, "token_uri": &tokenURI, "universe_domain": &universe,
	}); err != nil {
		return nil, err
	}
	switch {
	case file.has("installed"), file.has("web"):
		return nil, errors.New("it is an OAuth client, which belongs in target.google.oauth.credentials")
	case kind != "service_account":
		return nil, fmt.Errorf("its type is %q, not service_account", Shown(kind))
	case k.email == "":
		return nil, errors.New("it has no client_email")
	case privateKey == "":
		return nil, errors.New("it has no private_key")
	case !isRSAKey([]byte(privateKey)):
		return nil, errors.New("its private_key is damaged")
	case universe != "" && universe != "googleapis.com":
		return nil, fmt.Errorf("its universe_domain is %q; Google Workspace is in googleapis.com", Shown(universe))
	}
	if err := trustedURL("token_uri", cmp.Or(tokenURI, defaultTokenURL)); err != nil {
		return nil, err
	}
	config, err := googleoauth.JWTConfigFromJSON(data, scopes...)
	if err != nil {
		return nil, errors.New("it is no key that Google's library can read")
	}
	// The library matches keys without letter case, and the last of two wins:
	// what counts is what was checked here.
	config.Email, config.PrivateKey = k.email, []byte(privateKey)
	config.TokenURL, config.Audience = cmp.Or(tokenURI, defaultTokenURL), ""
	k.config = config
	return k, nil
}

// isRSAKey tells whether the text is an RSA key in the PEM format.
func isRSAKey(text []byte) bool {
	block, _ := pem.Decode(text)
	if block == nil {
		return false
	}
	if parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
		_, ok := parsed.(*rsa.PrivateKey)
		return ok
	}
	_, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	return err == nil
}

// fetch implements way.
func (k *serviceAccountKey) fetch(ctx context.Context, client *http.Client, _ string) (*oauth2.Token, error) {
	return k.config.TokenSource(context.WithValue(ctx, oauth2.HTTPClient, client)).Token()
}

// explain implements way.
func (k *serviceAccountKey) explain(f *tokenFailure) *Error {
	about := strings.ToLower(f.description)
	switch {
	case notDelegated(f):
		return undelegated(cmp.Or(k.clientID, "of "+k.email), k.email, k.subject, f)
	case f.code != "invalid_grant":
		return &Error{Problem: f.Error(), Remedy: "check the key " + k.path}
	case strings.Contains(about, "timeframe"), strings.Contains(about, "short-lived"):
		return &Error{Problem: "Google does not accept the time of this machine (" + f.tokenError() + ")", Remedy: "set its clock"}
	case strings.Contains(about, "invalid email or user id"):
		return unknownSubject(k.subject, f)
	case strings.Contains(about, "signature"), strings.Contains(about, "account not found"), strings.Contains(about, "key"):
		return &Error{
			Problem: fmt.Sprintf("the key %s of %s is not valid any more (%s)", k.path, k.email, f.tokenError()),
			Remedy:  "create a new key in the Google Cloud console under IAM & Admin > Service accounts",
		}
	}
	return &Error{Problem: fmt.Sprintf("Google does not let %s act as %s (%s)", k.email, k.subject, f.tokenError()), Remedy: "check the key and target.google.subject"}
}

// tokenServer implements way.
func (k *serviceAccountKey) tokenServer() string { return k.config.TokenURL }

// refused implements way.
func (k *serviceAccountKey) refused() *Error {
	return &Error{Problem: fmt.Sprintf("the directory does not accept the tokens of %s acting as %s", k.email, k.subject), Remedy: "check that target.google.subject is an administrator who can sign in"}
}

// insufficient implements way.
func (k *serviceAccountKey) insufficient([]string) *Error {
	return &Error{
		Problem: fmt.Sprintf("the tokens of %s do not cover what this command needs: %s", k.email, shortScopes(k.scopes)),
		Remedy:  delegate(cmp.Or(k.clientID, "of "+k.email)),
	}
}

// notDelegated tells whether the service account may not act for the domain
// with these scopes.
func notDelegated(f *tokenFailure) bool {
	return f.code == "unauthorized_client" || f.code == "access_denied" || f.code == "invalid_scope"
}

func undelegated(clientID, email, subject string, f *tokenFailure) *Error {
	return &Error{
		Problem: fmt.Sprintf("%s may not act as %s with the scopes that this command needs (%s)", email, subject, f.tokenError()),
		Remedy:  delegate(clientID),
	}
}

// delegate says what to enter for domain-wide delegation
// (https://support.google.com/a/answer/162106).
func delegate(clientID string) string {
	return fmt.Sprintf("in the Admin console under Security > Access and data control > API controls > Domain-wide delegation enter the client ID %s with the scopes %s (apply needs the last %d, everything else the others); it can take some minutes to hold",
		clientID, strings.Join(delegationScopes(), ","), len(WriteScopes()))
}

func unknownSubject(subject string, f *tokenFailure) *Error {
	return &Error{
		Problem: fmt.Sprintf("Google knows no account %s to act as (%s)", subject, f.tokenError()),
		Remedy:  "correct target.google.subject",
	}
}
