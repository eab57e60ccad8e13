package signin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"runtime"
	"strings"

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

// object is a JSON object whose values are read one by one. Its errors name
// keys and never quote values.
type object map[string]json.RawMessage

func decodeObject(data []byte) (object, error) {
	var o object
	if err := json.Unmarshal(data, &o); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return nil, fmt.Errorf("it is no JSON: %s", Shown(syntax.Error()))
		}
		return nil, errors.New("it holds something else than one JSON object")
	}
	if o == nil {
		return nil, errors.New("it holds something else than one JSON object")
	}
	return o, nil
}

// has tells whether the key is there, and not null.
func (o object) has(key string) bool {
	raw, ok := o[key]
	return ok && string(bytes.TrimSpace(raw)) != "null"
}

// text returns a key's text, empty when it is missing or null.
func (o object) text(key string) (string, error) {
	if !o.has(key) {
		return "", nil
	}
	var text string
	if json.Unmarshal(o[key], &text) != nil {
		return "", fmt.Errorf("its %s is no text", key)
	}
	return text, nil
}

// texts reads several keys' texts.
func (o object) texts(into map[string]*string) error {
	for key, at := range into {
		text, err := o.text(key)
		if err != nil {
			return err
		}
		*at = text
	}
	return nil
}

// trustedURL returns an error unless the URL is Google's, over https, or on
// this machine: credentials are sent there.
func trustedURL(key, raw string) error {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" {
		return fmt.Errorf("its %s is no URL", key)
	}
	host := strings.ToLower(u.Hostname())
	if loopback(host) && (u.Scheme == "http" || u.Scheme == "https") {
		return nil
	}
	google := strings.HasSuffix(host, ".googleapis.com") || strings.HasSuffix(host, ".google.com")
	if u.Scheme != "https" || !google || u.Port() != "" && u.Port() != "443" {
		return fmt.Errorf("its %s, %q, is no https address of Google's", key, Shown(u.Scheme+"://"+u.Host))
	}
	return nil
}
