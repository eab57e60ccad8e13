package apply

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// lockWait is how long a run waits for another that may just be ending.
const lockWait = time.Second

// errLocked means that another run has the file.
var errLocked = errors.New("another run holds it")

// lockedFile is a file that no other run has while this one does. The lock is
// on a file of its own beside it, because on Windows nobody could read a file
// that is locked itself. The operating system ends it with the process.
type lockedFile struct {
	*os.File
	lock *flock.Flock
}

// openLocked opens the file for reading and writing, or creates it. It returns
// errLocked when another run has it.
func openLocked(path string) (*lockedFile, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	lock := flock.New(path + ".lock")
	ctx, cancel := context.WithTimeout(context.Background(), lockWait)
	defer cancel()
	_, err = lock.TryLockContext(ctx, lockWait/50)
	if err == nil {
		return &lockedFile{file, lock}, nil
	}
	_ = file.Close()
	if errors.Is(err, context.DeadlineExceeded) {
		return nil, errLocked
	}
	return nil, err
}

// Close closes the file and leaves it to other runs.
func (f *lockedFile) Close() error { return errors.Join(f.File.Close(), f.lock.Unlock()) }

// syncFolder makes the entry of a new file in its folder durable. Not every
// system can; the file itself is synced all the same.
func syncFolder(path string) {
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return
	}
	_ = folder.Sync()
	_ = folder.Close()
}

// regular returns an error when the path is something else than a file, such
// as a device or a folder.
func regular(path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return &fs.PathError{Op: "open", Path: path, Err: errors.New("it is not a regular file")}
	}
	return nil
}
