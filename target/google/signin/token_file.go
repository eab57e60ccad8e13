package signin

import (
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
	credential
	// others are keys that only the Python library knows.
	others map[string]json.RawMessage
}

// tokenFileKeys are the keys that staffsync writes.
var tokenFileKeys = []string{"token", "refresh_token", "token_uri", "client_id", "client_secret", "scopes", "expiry"}

func decodeTokenFile(data []byte) (tokenFile, error) {
	file, err := decodeCredential(tokenKey, data)
	if err != nil {
		return tokenFile{}, err
	}
	switch {
	case file.Token == "" && file.RefreshToken == "":
		return tokenFile{}, errors.New("it has neither a token nor a refresh_token")
	case file.Token != "" && !headerSafe(string(file.Token)):
		return tokenFile{}, errors.New("its token holds characters that no token has")
	}
	if err := file.completeURLs(); err != nil {
		return tokenFile{}, err
	}
	t := tokenFile{credential: *file}
	if err := json.Unmarshal(data, &t.others); err != nil {
		return tokenFile{}, jsonError(err)
	}
	// Keys are read whatever the case of their letters.
	maps.DeleteFunc(t.others, func(key string, _ json.RawMessage) bool {
		return slices.ContainsFunc(tokenFileKeys, func(known string) bool { return strings.EqualFold(key, known) })
	})
	return t, nil
}

// scopeList is the scopes that a token was given for, none when its file does
// not say.
type scopeList []string

// UnmarshalJSON reads a list or, as the Python library accepts too, a text with
// blanks in between.
func (l *scopeList) UnmarshalJSON(data []byte) error {
	if json.Unmarshal(data, (*[]string)(l)) == nil {
		return nil
	}
	var text string
	if json.Unmarshal(data, &text) != nil {
		return invalidValue("its scopes are not a list of texts")
	}
	*l = strings.Fields(text)
	return nil
}

// expiry is when a token ends, zero when its file does not say.
type expiry struct{ time.Time }

// UnmarshalJSON reads a time as the Python library writes it, in UTC with a Z
// behind it or without. An empty text is not a time.
func (e *expiry) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) != nil {
		return invalidValue("its expiry is not a text")
	}
	if text == "" {
		return nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999"} {
		if parsed, err := time.Parse(layout, text); err == nil {
			e.Time = parsed.UTC()
			return nil
		}
	}
	return invalidValue("its expiry is not a time such as 2025-10-01T12:34:56.789012Z")
}

// encode writes the file as the Python library reads it: that takes the
// expiry only in UTC, with a Z.
func (t tokenFile) encode() ([]byte, error) {
	values := map[string]any{"universe_domain": "googleapis.com", "account": ""}
	for key, raw := range t.others {
		values[key] = raw
	}
	maps.Copy(values, map[string]any{
		"token": t.Token, "refresh_token": t.RefreshToken, "token_uri": t.TokenURI,
		"client_id": t.ClientID, "client_secret": t.ClientSecret,
	})
	if t.Scopes != nil {
		values["scopes"] = t.Scopes
	}
	if !t.Expiry.IsZero() {
		values["expiry"] = t.Expiry.UTC().Format("2006-01-02T15:04:05.000000Z")
	}
	return json.Marshal(values)
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

// lockWait is how long another run that holds the token file is waited for.
// It holds it no longer than writing it takes.
const lockWait = 10 * time.Second

// changeTokenFile replaces the token file as a whole, with mode 0600, by what
// change makes of it, or leaves it when change returns false. A lock, which ends
// with the process, keeps other runs from doing the same meanwhile: a token that
// one has just got by logging in is never overwritten with an older one.
func changeTokenFile(path string, change func(current tokenFile, err error) (tokenFile, bool)) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	lock := flock.New(path + ".lock")
	ctx, cancel := context.WithTimeout(context.Background(), lockWait)
	defer cancel()
	switch _, err := lock.TryLockContext(ctx, 20*time.Millisecond); {
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("another run holds %s", lock.Path())
	case err != nil:
		return err
	}
	defer func() { _ = lock.Unlock() }()
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
