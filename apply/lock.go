package apply

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// lockWait is how long a run waits for another that may just be ending.
const lockWait = time.Second

// errLocked means that another process holds the file.
var errLocked = errors.New("another run holds it")

// openLocked opens the file for reading and writing under a lock of the
// operating system, which ends with the process. It returns errLocked when
// another run has it.
func openLocked(path string) (*lockedfile.File, error) {
	type opened struct {
		file *lockedfile.File
		err  error
	}
	result := make(chan opened)
	given := make(chan struct{})
	go func() {
		file, err := lockedfile.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		select {
		case result <- opened{file, err}:
		case <-given:
			if err == nil {
				// Nobody waits for it any more.
				_ = file.Close()
			}
		}
	}()
	timer := time.NewTimer(lockWait)
	defer timer.Stop()
	select {
	case r := <-result:
		return r.file, r.err
	case <-timer.C:
		close(given)
		return nil, errLocked
	}
}

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
		return &fs.PathError{Op: "open", Path: path, Err: errors.New("it is no regular file")}
	}
	return nil
}
