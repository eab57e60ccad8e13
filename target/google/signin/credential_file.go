package signin

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"reflect"
	"runtime"
	"strings"

	googleoauth "golang.org/x/oauth2/google"

	"github.com/staffsync/staffsync/plan"
)

// maxCredentialFile is more than any file with a credential holds.
const maxCredentialFile = 1 << 20

// readCredential reads a file with a credential, as UTF-8.
func readCredential(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, maxCredentialFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxCredentialFile {
		return nil, &fs.PathError{Op: "read", Path: path, Err: errors.New("the file is too large to be a credential")}
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

// credentialFile is a file with a credential of any kind: an OAuth client
// (whose values are in Installed), a person's token or a service account's key.
type credentialFile struct {
	Type           string          `json:"type"`
	Installed      *credentialFile `json:"installed"`
	Web            *struct{}       `json:"web"`
	ClientID       string          `json:"client_id"`
	ClientSecret   secret          `json:"client_secret"`
	AuthURI        string          `json:"auth_uri"`
	TokenURI       string          `json:"token_uri"`
	UniverseDomain string          `json:"universe_domain"`
	Token          secret          `json:"token"`
	RefreshToken   secret          `json:"refresh_token"`
	Scopes         json.RawMessage `json:"scopes"`
	Expiry         string          `json:"expiry"`
	ClientEmail    string          `json:"client_email"`
	PrivateKeyID   string          `json:"private_key_id"`
	PrivateKey     secret          `json:"private_key"`
}

// decodeCredential reads the file that the key of the config names. Its errors
// never quote a secret.
func decodeCredential(key string, data []byte) (credentialFile, error) {
	var file credentialFile
	if err := json.Unmarshal(data, &file); err != nil {
		return credentialFile{}, jsonError(err)
	}
	switch {
	case key != clientKey && (file.Installed != nil || file.Web != nil):
		return credentialFile{}, errors.New("it is an OAuth client, which belongs in " + clientKey)
	case key != accountKey && file.PrivateKey != "":
		return credentialFile{}, errors.New("it is a service account's key, which belongs in " + accountKey)
	case key != tokenKey && file.RefreshToken != "":
		return credentialFile{}, errors.New("it is a token, which belongs in " + tokenKey)
	case file.UniverseDomain != "" && file.UniverseDomain != "googleapis.com":
		return credentialFile{}, fmt.Errorf("its universe_domain is %q; Google Workspace is in googleapis.com", Shown(file.UniverseDomain))
	}
	return file, nil
}

// completeURLs fills in Google's own where the file names none, and returns an
// error unless credentials may be sent there.
func (f *credentialFile) completeURLs() error {
	f.TokenURI = cmp.Or(f.TokenURI, defaultTokenURL)
	f.AuthURI = cmp.Or(f.AuthURI, googleoauth.Endpoint.AuthURL)
	if err := trustedURL("auth_uri", f.AuthURI); err != nil {
		return err
	}
	return trustedURL("token_uri", f.TokenURI)
}

// jsonError says what is wrong with a file, without quoting its values.
func jsonError(err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("it is not JSON: %s", Shown(syntax.Error()))
	}
	var mismatch *json.UnmarshalTypeError
	if !errors.As(err, &mismatch) || mismatch.Field == "" {
		return errors.New("it holds something else than one JSON object")
	}
	if mismatch.Type.Kind() == reflect.String {
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
