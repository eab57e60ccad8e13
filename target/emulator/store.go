package emulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"github.com/staffsync/staffsync/target/wholefile"
)

// store keeps a directory on disk: the state file, the log of the writes since
// it was saved, and the lock file that keeps two writing processes apart.
//
// Reading creates nothing. The first write takes the lock, saves the state if
// its file isn't all of it, and starts an empty log; closing folds the log into
// the state, if there is anything in it, and removes it.
// The lock file itself stays: removing it would race with the next process.
type store struct {
	seed     string // read when there is no state
	state    string
	data     []byte // a seed in memory, instead of the file
	lockWait time.Duration
	logger   *slog.Logger

	seen    version // of the files when they were read
	lock    *flock.Flock
	log     *changeLog // non-nil once writing has begun
	refused time.Time  // when the lock was last refused
}

// version tells whether the state or its log were changed by somebody else. A
// file that isn't there is nil.
type version struct {
	state, log os.FileInfo
}

func same(a, b os.FileInfo) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return a.Size() == b.Size() && a.ModTime().Equal(b.ModTime()) && os.SameFile(a, b)
}

func (s *store) logPath() string  { return s.state + ".log" }
func (s *store) lockPath() string { return s.state + ".lock" }

func (s *store) version() (v version, err error) {
	if v.state, err = os.Stat(s.state); err == nil || errors.Is(err, fs.ErrNotExist) {
		v.log, err = os.Stat(s.logPath())
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return v, fmt.Errorf("look at the emulator's state: %w", err)
	}
	return v, nil
}

// load reads the state and replays its log, or reads the seed.
func (s *store) load() (*directory, error) {
	if s.state == "" {
		return s.loadSeed()
	}
	for range 5 {
		before, err := s.version()
		if err != nil {
			return nil, err
		}
		d, err := s.loadOnce(before)
		after, versionErr := s.version()
		if versionErr != nil {
			return nil, versionErr
		}
		// A log that only grew meanwhile does no harm; a state file that was
		// replaced, or a log that came or went, could be halves of two times.
		if same(before.state, after.state) && (before.log == nil) == (after.log == nil) {
			s.seen = before
			return d, err
		}
	}
	return nil, fmt.Errorf("%s is being written by another process all the time; try again when it is done", s.state)
}

func (s *store) loadOnce(v version) (*directory, error) {
	if v.state == nil {
		if v.log != nil {
			return nil, fmt.Errorf("%s is there without its state file %s: restore the state file, or remove the log to start again from the seed",
				s.logPath(), s.state)
		}
		return s.loadSeed()
	}
	data, err := os.ReadFile(s.state)
	if err != nil {
		return nil, fmt.Errorf("read the emulator's state: %w", err)
	}
	d, err := read(s.state, data)
	if err != nil {
		return nil, err
	}
	if v.log != nil {
		logged, err := os.ReadFile(s.logPath())
		if err != nil {
			return nil, fmt.Errorf("read the emulator's log: %w", err)
		}
		torn, err := replayLog(s.logPath(), logged, d)
		if err != nil {
			return nil, err
		}
		if torn {
			s.logger.Warn("the last line of the log is incomplete and was left out: its write was never confirmed", "file", s.logPath())
		}
	}
	return d, nil
}

func (s *store) loadSeed() (*directory, error) {
	switch {
	case s.data != nil:
		return read("seed", s.data)
	case s.seed == "" && s.state == "":
		return nil, errors.New("the emulator has neither a seed nor a state file to serve")
	case s.seed == "":
		return nil, fmt.Errorf("the emulator's state file %s doesn't exist, and no seed is configured to start from", s.state)
	}
	data, err := os.ReadFile(s.seed)
	switch {
	case errors.Is(err, fs.ErrNotExist) && s.state != "":
		return nil, fmt.Errorf("neither the emulator's state file %s nor its seed %s exists", s.state, s.seed)
	case err != nil:
		return nil, fmt.Errorf("read the emulator's seed: %w", err)
	}
	return read(s.seed, data)
}

// read makes a directory of a seed or state file. Errors begin with its name.
func read(name string, data []byte) (*directory, error) {
	state, err := decodeState(name, data)
	if err != nil {
		return nil, err
	}
	d, err := build(state)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return d, nil
}

// begin makes the store ready for writes. changed means that another process
// has written since d was read: nothing is begun, and fresh is what to use.
func (s *store) begin(d *directory) (fresh *directory, changed bool, err error) {
	if err := os.MkdirAll(filepath.Dir(s.state), 0o700); err != nil {
		return nil, false, fmt.Errorf("make a folder for the emulator's state: %w", err)
	}
	if s.lock == nil {
		if s.lock, err = s.takeLock(); err != nil {
			return nil, false, err
		}
	}
	now, err := s.version()
	if err != nil {
		return nil, false, err
	}
	if !same(now.state, s.seen.state) || !same(now.log, s.seen.log) {
		fresh, err := s.load()
		return fresh, err == nil, err
	}
	if now.state == nil || now.log != nil && now.log.Size() > 0 { // a crash left the log
		if err := s.save(d); err != nil {
			return nil, false, err
		}
	}
	file, err := os.OpenFile(s.logPath(), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, false, fmt.Errorf("start the emulator's log: %w", err)
	}
	wholefile.SyncFolder(filepath.Dir(s.state))
	s.log = &changeLog{file: file}
	return nil, false, nil
}

// takeLock locks the lock file or says who is in the way. After one refusal the
// next are quick, so that a run of many writes doesn't crawl to its failure.
func (s *store) takeLock() (*flock.Flock, error) {
	wait := s.lockWait
	if time.Since(s.refused) < time.Minute {
		wait = min(wait, 50*time.Millisecond)
	}
	lock := flock.New(s.lockPath())
	ctx, cancel := context.WithTimeout(context.Background(), wait)
	defer cancel()
	_, err := lock.TryLockContext(ctx, 10*time.Millisecond)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		s.refused = time.Now()
		return nil, fmt.Errorf("the emulator's state %s is in use by another process; wait until it is done, or stop it", s.state)
	case err != nil:
		return nil, fmt.Errorf("lock the emulator's state: %w", err)
	}
	return lock, nil
}

// save puts the state in the place of the state file.
func (s *store) save(d *directory) error {
	err := wholefile.Write(s.state, func(w io.Writer) error { return encodeState(w, d) })
	if err != nil {
		return fmt.Errorf("save the emulator's state: %w", err)
	}
	return nil
}

// close folds the log into the state, if there were writes, and lets go of the
// lock. If folding fails the log stays, and nothing is lost.
func (s *store) close(d *directory) error {
	var err error
	if s.log != nil {
		if s.log.size > 0 {
			err = s.save(d)
		}
		if closeErr := s.log.file.Close(); err == nil {
			err = closeErr
		}
		if err != nil {
			err = fmt.Errorf("%w; the writes are safe in %s and will be read from there", err, s.logPath())
		} else {
			err = os.Remove(s.logPath())
		}
		s.log = nil
	}
	if s.lock != nil {
		if unlockErr := s.lock.Close(); err == nil {
			err = unlockErr
		}
		s.lock = nil
	}
	return err
}
