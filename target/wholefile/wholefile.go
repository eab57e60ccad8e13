// Package wholefile replaces a file as a whole, so that neither a crash nor
// another program ever leaves or sees half of one.
package wholefile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/robustio"
)

// Write puts what write writes in the place of the file at path, for its
// owner's eyes only, or leaves that as it is and returns an error. A link is
// followed. On Windows, where a file that somebody is reading just now cannot
// be replaced, it tries again for a moment.
func Write(path string, write func(io.Writer) error) (err error) {
	if target, linked := filepath.EvalSymlinks(path); linked == nil {
		path = target
	}
	folder := filepath.Dir(path)
	// The system gives a temporary file the mode 0600.
	file, err := os.CreateTemp(folder, "."+filepath.Base(path)+".*.tmp")
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("create a file in %s: %w; make that folder first, or name another", folder, withoutPath(err))
	}
	if err != nil {
		return fmt.Errorf("create a file in %s: %w", folder, withoutPath(err))
	}
	defer func() {
		if err != nil {
			_ = file.Close()
			_ = os.Remove(file.Name())
		}
	}()
	if err := errors.Join(write(file), file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("%s: %w", path, withoutPath(err))
	}
	if err := robustio.Rename(file.Name(), path); err != nil {
		return err
	}
	SyncFolder(folder)
	return nil
}

// withoutPath leaves out the path of an error that names the temporary file.
func withoutPath(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}

// SyncFolder makes the entries of new files in a folder durable. Not every
// system can; the files themselves are synced all the same.
func SyncFolder(path string) {
	folder, err := os.Open(path)
	if err != nil {
		return
	}
	_ = folder.Sync()
	_ = folder.Close()
}
