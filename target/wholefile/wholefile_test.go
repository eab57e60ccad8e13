package wholefile_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/target/wholefile"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// content returns what is in a folder, by file name.
func content(t *testing.T, folder string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		t.Fatal(err)
	}
	hidden, err := filepath.Glob(filepath.Join(folder, ".*"))
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]string)
	for _, path := range append(files, hidden...) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		got[filepath.Base(path)] = string(data)
	}
	return got
}

func TestAFileIsReplacedWholeOrNotAtAll(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "plan.yaml")
	if err := wholefile.Write(path, text("one")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	failure := errors.New("the disk is full")
	err := wholefile.Write(path, func(w io.Writer) error {
		_, _ = io.WriteString(w, "half")
		return failure
	})
	if !errors.Is(err, failure) {
		t.Errorf("error %v", err)
	}
	if diff := cmp.Diff(map[string]string{"plan.yaml": "one"}, content(t, folder)); diff != "" {
		t.Error(diff)
	}
	if err := wholefile.Write(path, text("two")); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"plan.yaml": "two"}, content(t, folder)); diff != "" {
		t.Error(diff)
	}
}

func TestALinkIsFollowed(t *testing.T) {
	folder := t.TempDir()
	elsewhere, link := filepath.Join(t.TempDir(), "token.json"), filepath.Join(folder, "link.json")
	if err := os.WriteFile(elsewhere, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, link); err != nil {
		t.Skip("links need a privilege on Windows")
	}
	if err := wholefile.Write(link, text("new")); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(elsewhere); string(data) != "new" {
		t.Errorf("got %q, %v", data, err)
	}
}

func TestAReaderDoesNotKeepAFileFromBeingReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plan.yaml")
	if err := wholefile.Write(path, text("one")); err != nil {
		t.Fatal(err)
	}
	stop, read := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(read)
		for {
			select {
			case <-stop:
				return
			default:
			}
			// On Windows the file may be away for a moment.
			if data, err := os.ReadFile(path); err == nil && string(data) != "one" && string(data) != "two" {
				t.Errorf("read %q", data)
			}
		}
	}()
	for range 20 {
		if err := wholefile.Write(path, text("two")); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	<-read
}
