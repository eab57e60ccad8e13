package signin

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"github.com/staffsync/staffsync/target/wholefile"
)

// tokenFile is a token.json in the format of Google's Python library
// (google.oauth2.credentials.Credentials.to_json), so that either program
// goes on with what the other wrote.
type tokenFile struct {
	token        secret
	refreshToken secret
	tokenURI     string
	clientID     string
	clientSecret secret
	// scopes are those asked for at login, none when the file does not say.
	scopes []string
	// expiry is when token ends, zero when the file does not say.
	expiry time.Time
	// others are keys that only the Python library knows.
	others object
}

// Format shows the file without its secrets, which fmt would find even where
// they are of the type secret.
func (t tokenFile) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "token of client %s until %v", t.clientID, t.expiry)
}

// tokenFileKeys are the keys that tokenFile knows, in the Python library's
// order. The rest stands behind them.
var tokenFileKeys = [...]string{"token", "refresh_token", "token_uri", "client_id", "client_secret", "scopes", "universe_domain", "account", "expiry"}

func decodeTokenFile(data []byte) (tokenFile, error) {
	file, err := decodeObject(data)
	if err != nil {
		return tokenFile{}, err
	}
	switch {
	case file.has("installed"), file.has("web"):
		return tokenFile{}, errors.New("it is an OAuth client, which belongs in target.google.oauth.credentials")
	case file.has("private_key"):
		return tokenFile{}, errors.New("it is a service account's key, which belongs in target.google.serviceAccount.key")
	}
	var t tokenFile
	var token, refreshToken, clientSecret, expiry, universe string
	if err := file.texts(map[string]*string{
		"token": &token, "refresh_token": &refreshToken, "token_uri": &t.tokenURI,
		"client_id": &t.clientID, "client_secret": &clientSecret, "expiry": &expiry,
		"universe_domain": &universe,
	}); err != nil {
		return tokenFile{}, err
	}
	t.token, t.refreshToken, t.clientSecret = secret(token), secret(refreshToken), secret(clientSecret)
	if t.token == "" && t.refreshToken == "" {
		return tokenFile{}, errors.New("it has neither a token nor a refresh_token")
	}
	if token != "" && !headerSafe(token) {
		return tokenFile{}, errors.New("its token holds characters that no token has")
	}
	if universe != "" && universe != "googleapis.com" {
		return tokenFile{}, fmt.Errorf("its universe_domain is %q; Google Workspace is in googleapis.com", Shown(universe))
	}
	if t.tokenURI != "" {
		if err := trustedURL("token_uri", t.tokenURI); err != nil {
			return tokenFile{}, err
		}
	}
	if t.scopes, err = decodeScopes(file); err != nil {
		return tokenFile{}, err
	}
	if t.expiry, err = parseExpiry(expiry); err != nil {
		return tokenFile{}, err
	}
	t.others = file
	for _, key := range tokenFileKeys {
		if key != "account" && key != "universe_domain" {
			delete(t.others, key)
		}
	}
	return t, nil
}

// decodeScopes reads the scopes: a list or, as the Python library accepts
// too, a text with blanks in between.
func decodeScopes(file object) ([]string, error) {
	if !file.has("scopes") {
		return nil, nil
	}
	var list []string
	if json.Unmarshal(file["scopes"], &list) == nil {
		return list, nil
	}
	text, err := file.text("scopes")
	if err != nil {
		return nil, errors.New("its scopes are no list of texts")
	}
	return strings.Fields(text), nil
}

// parseExpiry reads a time as the Python library writes it, in UTC with a Z
// behind it or without. An empty text is no time.
func parseExpiry(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999"} {
		if parsed, err := time.Parse(layout, text); err == nil {
			return parsed.UTC(), nil
		}
	}
	return time.Time{}, errors.New("its expiry is no time such as 2025-10-01T12:34:56.789012Z")
}

// encode writes the file as the Python library reads it: that takes the
// expiry only in UTC, with a Z.
func (t tokenFile) encode() ([]byte, error) {
	values := map[string]any{
		"token": string(t.token), "refresh_token": string(t.refreshToken),
		"token_uri": cmp.Or(t.tokenURI, defaultTokenURL), "client_id": t.clientID, "client_secret": string(t.clientSecret),
		"universe_domain": "googleapis.com", "account": "",
	}
	if t.scopes != nil {
		values["scopes"] = t.scopes
	}
	if !t.expiry.IsZero() {
		values["expiry"] = t.expiry.UTC().Format("2006-01-02T15:04:05.000000Z")
	}
	for key, raw := range t.others {
		values[key] = raw
	}
	keys := tokenFileKeys[:]
	for _, key := range slices.Sorted(maps.Keys(t.others)) {
		if !slices.Contains(keys, key) {
			keys = append(slices.Clip(keys), key)
		}
	}

	var out bytes.Buffer
	out.WriteByte('{')
	for _, key := range keys {
		value, ok := values[key]
		if !ok {
			continue
		}
		if out.Len() > 1 {
			out.WriteString(", ")
		}
		if err := writeJSON(&out, key); err != nil {
			return nil, err
		}
		out.WriteString(": ")
		if err := writeJSON(&out, value); err != nil {
			return nil, err
		}
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// writeJSON appends a value as Python does: on the same line, with blanks in
// lists, & and < as they are.
func writeJSON(out *bytes.Buffer, value any) error {
	if list, ok := value.([]string); ok {
		out.WriteByte('[')
		for i, item := range list {
			if i > 0 {
				out.WriteString(", ")
			}
			if err := writeJSON(out, item); err != nil {
				return err
			}
		}
		out.WriteByte(']')
		return nil
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	out.Truncate(out.Len() - 1)
	return nil
}

// readTokenFile reads the token that login, or the Python library, wrote.
func readTokenFile(path string) (tokenFile, error) {
	data, err := readCredential(path)
	if err != nil {
		return tokenFile{}, err
	}
	t, err := decodeTokenFile(data)
	if err != nil {
		return tokenFile{}, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

// changeTokenFile replaces the token file as a whole, with mode 0600, by what
// change makes of it, or leaves it when change returns false. A lock keeps
// other runs from doing the same meanwhile: a token that one has just got by
// logging in is never overwritten with an older one.
func changeTokenFile(path string, change func(current tokenFile, err error) (tokenFile, bool)) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	unlock, err := lockFile(path + ".lock")
	if err != nil {
		return err
	}
	defer unlock()
	changed, ok := change(readTokenFile(path))
	if !ok {
		return nil
	}
	data, err := changed.encode()
	if err != nil {
		return err
	}
	return wholefile.Write(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// lockWait is how long another run that holds the token file is waited for.
// It holds it no longer than writing it takes.
const lockWait = 10 * time.Second

// lockFile takes a lock of the operating system, which ends with the process.
func lockFile(path string) (unlock func(), err error) {
	lock := flock.New(path)
	ctx, cancel := context.WithTimeout(context.Background(), lockWait)
	defer cancel()
	_, err = lock.TryLockContext(ctx, 20*time.Millisecond)
	if errors.Is(err, context.DeadlineExceeded) {
		return nil, fmt.Errorf("another run holds %s", path)
	}
	if err != nil {
		return nil, err
	}
	return func() { _ = lock.Unlock() }, nil
}
