package signin

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"reflect"
	"runtime"
	"strings"

	googleoauth "golang.org/x/oauth2/google"

	"github.com/staffsync/staffsync/plan"
)

// readCredential reads a file with a credential, as UTF-8.
func readCredential(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(plan.UTF8Reader(bytes.NewReader(data)))
}

// warnIfReadable warns of a credential that other users of this machine can
// read. Windows keeps that elsewhere than in a file's mode.
func warnIfReadable(log *slog.Logger, path string) {
	if runtime.GOOS == "windows" {
		return
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm()&0o077 == 0 {
		return
	}
	log.LogAttrs(context.Background(), slog.LevelWarn, "other users of this machine may read a credential; run: chmod 600",
		slog.String("file", path), slog.String("mode", info.Mode().Perm().String()))
}

// The keys of the config that name a file with a credential.
const (
	clientKey  = "target.google.oauth.credentials"
	tokenKey   = "target.google.oauth.token"
	accountKey = "target.google.serviceAccount.key"
)

// credential is what a file with a credential of any kind holds: an OAuth client
// (whose values are in Installed), a person's token or a service account's key.
type credential struct {
	Type           string      `json:"type"`
	Installed      *credential `json:"installed"`
	Web            *struct{}   `json:"web"`
	ClientID       string      `json:"client_id"`
	ClientSecret   secret      `json:"client_secret"`
	AuthURI        string      `json:"auth_uri"`
	TokenURI       string      `json:"token_uri"`
	UniverseDomain string      `json:"universe_domain"`
	Token          secret      `json:"token"`
	RefreshToken   secret      `json:"refresh_token"`
	Scopes         scopeList   `json:"scopes"`
	Expiry         expiry      `json:"expiry"`
	ClientEmail    string      `json:"client_email"`
	PrivateKeyID   string      `json:"private_key_id"`
	PrivateKey     secret      `json:"private_key"`
}

// decodeCredential reads the file that the key of the config names. Its errors
// never quote a secret.
func decodeCredential(key string, data []byte) (*credential, error) {
	file := new(credential)
	if err := json.Unmarshal(data, file); err != nil {
		return nil, jsonError(err)
	}
	switch {
	case key != clientKey && (file.Installed != nil || file.Web != nil):
		return nil, errors.New("it is an OAuth client, which belongs in " + clientKey)
	case key != accountKey && file.PrivateKey != "":
		return nil, errors.New("it is a service account's key, which belongs in " + accountKey)
	case key != tokenKey && file.RefreshToken != "":
		return nil, errors.New("it is a token, which belongs in " + tokenKey)
	case file.UniverseDomain != "" && file.UniverseDomain != "googleapis.com":
		return nil, fmt.Errorf("its universe_domain is %q; Google Workspace is in googleapis.com", Shown(file.UniverseDomain))
	}
	return file, nil
}

// completeURLs fills in Google's own where the file names none, and returns an
// error unless credentials may be sent there.
func (c *credential) completeURLs() error {
	c.TokenURI = cmp.Or(c.TokenURI, defaultTokenURL)
	c.AuthURI = cmp.Or(c.AuthURI, googleoauth.Endpoint.AuthURL)
	if err := trustedURL("auth_uri", c.AuthURI); err != nil {
		return err
	}
	return trustedURL("token_uri", c.TokenURI)
}

// invalidValue says what is wrong with a value in a file, without quoting it.
type invalidValue string

func (v invalidValue) Error() string { return string(v) }

// jsonError says what is wrong with a file, without quoting its values.
func jsonError(err error) error {
	var (
		invalid  invalidValue
		syntax   *json.SyntaxError
		mismatch *json.UnmarshalTypeError
	)
	switch {
	case errors.As(err, &invalid):
		return invalid
	case errors.As(err, &syntax):
		return fmt.Errorf("it is not JSON: %s", Shown(syntax.Error()))
	case !errors.As(err, &mismatch) || mismatch.Field == "":
		return errors.New("it holds something else than one JSON object")
	case mismatch.Type.Kind() == reflect.String:
		return fmt.Errorf("its %s is not a text", mismatch.Field)
	}
	return fmt.Errorf("its %s is not a JSON object", mismatch.Field)
}

// trustedURL returns an error unless the URL is Google's, over https, or on
// this machine: credentials are sent there.
func trustedURL(key, raw string) error {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" {
		return fmt.Errorf("its %s is not a URL", key)
	}
	host := strings.ToLower(u.Hostname())
	if loopback(host) && (u.Scheme == "http" || u.Scheme == "https") {
		return nil
	}
	google := strings.HasSuffix(host, ".googleapis.com") || strings.HasSuffix(host, ".google.com")
	if u.Scheme != "https" || !google || u.Port() != "" && u.Port() != "443" {
		return fmt.Errorf("its %s, %q, is not an https address of Google's", key, Shown(u.Scheme+"://"+u.Host))
	}
	return nil
}
