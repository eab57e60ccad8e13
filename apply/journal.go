package apply

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"time"
)

// The journal's own words beside the statuses: started is of an action whose
// first write follows, madeAgain of a plan that was made once more, so that
// what stands before counts no longer.
const (
	started   = "started"
	madeAgain = "madeAgain"
)

// entry is one line of the journal.
type entry struct {
	Time time.Time `json:"time"`
	// Plan is the digest of the plan.
	Plan    string `json:"plan"`
	ID      string `json:"id"`
	Account string `json:"account,omitempty"`
	// Outcome is "started", "madeAgain" or the status of an action that has
	// ended.
	Outcome string `json:"outcome"`
	Message string `json:"message,omitempty"`
}

// valid tells whether the entry is one that a journal holds.
func (e entry) valid() bool {
	switch Status(e.Outcome) {
	case madeAgain:
		return e.Plan != ""
	case started, Done, Already, Failed, Drifted, NotAttempted:
		return e.Plan != "" && e.ID != ""
	}
	return false
}

// durable is a file that the journal or the hand-off appends to.
type durable interface {
	io.Writer
	Sync() error
	Close() error
}

// journal is the record of what the runs of a plan did. It is safe for
// concurrent use.
type journal struct {
	mu   sync.Mutex
	file durable
	now  func() time.Time
	// digest is the plan's.
	digest string
	// completed has the ids of the actions that an earlier run recorded as
	// done.
	completed map[string]bool
	// broken is why nothing more is written: after half a line, another
	// would make the file unreadable.
	broken error
}

// openJournal opens the plan's journal, or begins it.
func openJournal(path, digest string, now func() time.Time) (*journal, error) {
	if path == "" {
		return nil, errors.New("open the journal: no path is given")
	}
	if err := regular(path); err != nil {
		return nil, fmt.Errorf("open the journal: %w", err)
	}
	file, err := openLocked(path)
	if errors.Is(err, errLocked) {
		return nil, fmt.Errorf("open the journal %s: another apply of this plan is running; wait until it has ended", path)
	}
	if err != nil {
		return nil, fmt.Errorf("open the journal: %w", err)
	}
	j := &journal{file: file, now: now, digest: digest}
	if err := j.load(path, file.File); err != nil {
		_ = file.Close()
		return nil, err
	}
	syncFolder(path)
	return j, nil
}

// load reads what earlier runs wrote, and cuts off a last line that a crash
// left incomplete.
func (j *journal) load(path string, file *os.File) error {
	data, err := io.ReadAll(file)
	if err != nil {
		return fmt.Errorf("read the journal: %w", err)
	}
	completed, whole, err := readJournal(path, data, j.digest)
	if err != nil {
		return err
	}
	if whole < len(data) {
		if err := file.Truncate(int64(whole)); err != nil {
			return fmt.Errorf("cut the incomplete last line off the journal: %w", err)
		}
	}
	if _, err := file.Seek(int64(whole), io.SeekStart); err != nil {
		return fmt.Errorf("open the journal: %w", err)
	}
	j.completed = completed
	return nil
}

// peekJournal reads the journal of a plan without touching it. There need be
// none.
func peekJournal(path, digest string) (map[string]bool, error) {
	if path == "" {
		return nil, nil
	}
	if err := regular(path); err != nil {
		return nil, fmt.Errorf("read the journal: %w", err)
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the journal: %w", err)
	}
	completed, _, err := readJournal(path, data, digest)
	return completed, err
}

// readJournal returns the ids of the actions that the plan of that digest has
// done, and the length of the lines that are whole. A damaged last line is
// what a crash leaves behind; any other is an error.
func readJournal(path string, data []byte, digest string) (completed map[string]bool, whole int, err error) {
	completed = make(map[string]bool)
	for number := 1; whole < len(data); number++ {
		line, rest, ended := bytes.Cut(data[whole:], []byte("\n"))
		var e entry
		decodeErr := json.Unmarshal(line, &e)
		if decodeErr != nil || !e.valid() || !ended {
			if len(bytes.TrimSpace(rest)) == 0 {
				return completed, whole, nil
			}
			return nil, 0, fmt.Errorf("%s:%d: this is no line of a journal; restore the file, or move it away and make a new plan", path, number)
		}
		whole += len(line) + 1
		if e.Plan == digest && e.Outcome == madeAgain {
			clear(completed)
		}
		if e.Plan == digest && (e.Outcome == string(Done) || e.Outcome == string(Already)) {
			completed[e.ID] = true
		}
	}
	return completed, whole, nil
}

// append adds a line and makes it durable.
func (j *journal) append(id, account, outcome, message string) error {
	line, err := json.Marshal(entry{
		Time: j.now().UTC(), Plan: j.digest, ID: id, Account: account, Outcome: outcome, Message: message,
	})
	if err != nil {
		return fmt.Errorf("write the journal: %w", err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.broken != nil {
		return j.broken
	}
	_, err = j.file.Write(append(line, '\n'))
	if err == nil {
		err = j.file.Sync()
	}
	if err != nil {
		j.broken = fmt.Errorf("write the journal: %w", err)
	}
	return j.broken
}

func (j *journal) close() error { return j.file.Close() }
