package signin

import (
	"cmp"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/jwt"
)

// serviceAccountKey signs in with a service account's key file, by
// domain-wide delegation
// (https://developers.google.com/identity/protocols/oauth2/service-account).
type serviceAccountKey struct {
	delegated
	path   string
	config *jwt.Config
}

func openServiceAccount(config Config, options Options) (k *serviceAccountKey, tokenURL string, err error) {
	const remedy = "create a key of the type JSON for the service account in the Google Cloud console under IAM & Admin > Service accounts, and name the file in target.google.serviceAccount.key"
	path := config.ServiceAccount.Key
	data, err := readCredential(path)
	if err != nil {
		return nil, "", newError(remedy, "the service account's key cannot be read: %v", err)
	}
	k, err = decodeServiceAccount(data, options.Scopes)
	if err != nil {
		return nil, "", newError(remedy, "%s is not the key of a service account: %v", path, err)
	}
	warnIfReadable(options.Logger, path)
	k.path, k.subject, k.config.Subject = path, config.Subject, config.Subject
	return k, k.config.TokenURL, nil
}

func decodeServiceAccount(data []byte, scopes []string) (*serviceAccountKey, error) {
	file, err := decodeCredential(accountKey, data)
	if err != nil {
		return nil, err
	}
	switch {
	case file.Type != "service_account":
		return nil, fmt.Errorf("its type is %q, not service_account", Shown(file.Type))
	case file.ClientEmail == "":
		return nil, errors.New("it has no client_email")
	case file.PrivateKey == "":
		return nil, errors.New("it has no private_key")
	case !isRSAKey([]byte(file.PrivateKey)):
		return nil, errors.New("its private_key is damaged")
	}
	if err := file.completeURLs(); err != nil {
		return nil, err
	}
	return &serviceAccountKey{
		delegated: delegated{account: file.ClientEmail, clientID: cmp.Or(file.ClientID, "of "+file.ClientEmail), scopes: scopes},
		config: &jwt.Config{
			Email: file.ClientEmail, PrivateKey: []byte(file.PrivateKey), PrivateKeyID: file.PrivateKeyID,
			Scopes: scopes, TokenURL: file.TokenURI,
		},
	}, nil
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
	if known := k.delegated.explain(f); known != nil {
		return known
	}
	about := strings.ToLower(f.description)
	switch {
	case f.code != "invalid_grant":
		return newError("check the key "+k.path, "%v", f)
	case strings.Contains(about, "timeframe"), strings.Contains(about, "short-lived"):
		return newError("set its clock", "Google does not accept the time of this machine (%s)", f.tokenError())
	case strings.Contains(about, "signature"), strings.Contains(about, "account not found"), strings.Contains(about, "key"):
		return newError("create a new key in the Google Cloud console under IAM & Admin > Service accounts",
			"the key %s of %s is not valid any more (%s)", k.path, k.account, f.tokenError())
	}
	return newError("check the key and target.google.subject", "Google does not let %s act as %s (%s)", k.account, k.subject, f.tokenError())
}
