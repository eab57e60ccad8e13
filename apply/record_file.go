package apply

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// lockWait is how long a run waits for another that may just be ending.
const lockWait = time.Second

// durable is what a record file needs of the file itself.
type durable interface {
	io.WriterAt
	io.Closer
	Sync() error
	Truncate(size int64) error
}

// recordFile is a file that a run adds records to, each of which is on the disk
// before the run goes on. No other run has it meanwhile. It is safe for
// concurrent use.
type recordFile struct {
	// name is what messages call it.
	name string
	mu   sync.Mutex
	file durable
	// lock is on a file of its own beside it, because on Windows nobody could
	// read a file that is locked itself. The operating system ends it with the
	// process.
	lock *flock.Flock
	// size is the file's length.
	size int64
	// broken is why nothing more is written: after half a record, another
	// would be part of it.
	broken error
}

// openRecordFile opens the file for its owner's eyes only, or creates it, and
// returns what is in it. Busy says that another run has it.
func openRecordFile(name, path, busy string) (*recordFile, []byte, error) {
	failed := func(err error) error { return fmt.Errorf("open the %s: %w", name, err) }
	if err := regular(path); err != nil {
		return nil, nil, failed(err)
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, nil, failed(err)
	}
	lock := flock.New(path + ".lock")
	waiting, cancel := context.WithTimeout(context.Background(), lockWait)
	defer cancel()
	if _, err := lock.TryLockContext(waiting, lockWait/50); err != nil {
		_ = file.Close()
		if errors.Is(err, context.DeadlineExceeded) {
			return nil, nil, fmt.Errorf("open the %s %s: %s", name, path, busy)
		}
		return nil, nil, failed(err)
	}
	f := &recordFile{name: name, file: file, lock: lock}
	if err := keepFromOthers(file); err != nil {
		_ = f.close()
		return nil, nil, fmt.Errorf("keep the %s from others: %w", name, err)
	}
	data, err := io.ReadAll(file)
	if err != nil {
		_ = f.close()
		return nil, nil, failed(err)
	}
	f.size = int64(len(data))
	syncFolder(path)
	return f, data, nil
}

// keepFromOthers makes the file its owner's alone, as one that was there already
// may not be. Windows has no such bits; there the folder's permissions hold.
func keepFromOthers(file *os.File) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	return file.Chmod(0o600)
}

// append adds records and returns where they begin. It returns an error for
// ever once a write has failed.
func (f *recordFile) append(records []byte) (at int64, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.broken != nil || len(records) == 0 {
		return f.size, f.broken
	}
	at = f.size
	n, err := f.file.WriteAt(records, at)
	f.size += int64(n)
	return at, f.synced(err)
}

// cut leaves only the beginning of the file.
func (f *recordFile) cut(size int64) error {
	if size == f.size {
		return nil
	}
	f.size = size
	if err := f.file.Truncate(size); err != nil {
		return fmt.Errorf("cut the incomplete last line off the %s: %w", f.name, err)
	}
	return nil
}

// overwrite puts other bytes in the place of as many that are there.
func (f *recordFile) overwrite(at int64, with []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.broken != nil {
		return f.broken
	}
	_, err := f.file.WriteAt(with, at)
	return f.synced(err)
}

// synced makes durable what was written, if the write succeeded.
func (f *recordFile) synced(err error) error {
	if err == nil {
		err = f.file.Sync()
	}
	if err != nil {
		f.broken = fmt.Errorf("write the %s: %w", f.name, err)
	}
	return f.broken
}

// close closes the file and leaves it to other runs.
func (f *recordFile) close() error {
	err := f.file.Close()
	if f.lock != nil {
		err = errors.Join(err, f.lock.Unlock())
	}
	return err
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
		return &fs.PathError{Op: "open", Path: path, Err: errors.New("it is not a regular file")}
	}
	return nil
}
