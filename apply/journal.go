package apply

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/staffsync/staffsync/plan"
)

// The journal's own words beside the statuses: started is of an action whose
// first write follows, cutShort of one that a run finds begun by another that was
// killed, so that what it did may be in no line, and leftOut of one that a run leaves
// alone wholly, which changes nothing of what an earlier run did of it; made is written when the plan is
// made, and madeAgain when apply is to do it once more. What is before these two
// counts no longer.
const (
	started   = "started"
	cutShort  = "cutShort"
	leftOut   = "leftOut"
	made      = "made"
	madeAgain = "madeAgain"
)

// entry is one line of the journal.
type entry struct {
	Time time.Time `json:"time"`
	// Plan is the digest of the plan.
	Plan    string `json:"plan"`
	ID      string `json:"id"`
	Account string `json:"account,omitempty"`
	// GoogleID is the immutable id of the account, of a new one as soon as it
	// is there.
	GoogleID string `json:"googleID,omitempty"`
	// Operation names the operation that has ended ("leave all@x.org"),
	// empty in a line about the whole action.
	Operation string `json:"operation,omitempty"`
	// Release lists, where an action is begun, the aliases that it takes from
	// the account.
	Release []string `json:"release,omitempty"`
	// Leave lists, where an action is begun, the groups that the plan takes the
	// account out of, those included that this run leaves alone.
	Leave []string `json:"leave,omitempty"`
	// Unlifted are suspensions that Google lets nobody lift, each with its reason,
	// which may be empty, by the account's Google id: that which could not be
	// lifted now or, where the plan is made, those that earlier journals tell of.
	Unlifted map[string]string `json:"unlifted,omitempty"`
	// Outcome is "started", "cutShort", "leftOut", "made", "madeAgain" or the status
	// of what has ended.
	Outcome string `json:"outcome"`
	Message string `json:"message,omitempty"`
}

// valid tells whether the entry is one that a journal holds.
func (e entry) valid() bool {
	switch Status(e.Outcome) {
	case made, madeAgain:
		return e.Plan != ""
	case started, cutShort, leftOut, Done, Already, Failed, Drifted, NotAttempted, HeldBack:
		return e.Plan != "" && e.ID != ""
	}
	return false
}

// done tells whether the entry is of something that is done, now or before.
func (e entry) done() bool { return e.Outcome == string(Done) || e.Outcome == string(Already) }

// journal is the record of what the runs of a plan did. It is safe for
// concurrent use.
type journal struct {
	file *recordFile
	now  func() time.Time
	// digest is the plan's.
	digest string
	// history is what earlier runs recorded.
	history history
}

// openJournal opens the plan's journal, or begins it. A last line that a crash
// left incomplete is cut off.
func openJournal(path, digest string, now func() time.Time) (*journal, error) {
	if path == "" {
		return nil, errors.New("open the journal: no path is given")
	}
	file, data, err := openRecordFile("journal", path, "another apply of this plan is running; wait until it has ended")
	if err != nil {
		return nil, err
	}
	history, whole, err := readJournal(path, data, digest)
	if err == nil {
		err = file.cut(int64(whole))
	}
	if err != nil {
		return nil, errors.Join(err, file.close())
	}
	return &journal{file: file, now: now, digest: digest, history: history}, nil
}

// readJournalFile reads a journal's file without touching it. It need not be
// there.
func readJournalFile(path string) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	if err := regular(path); err != nil {
		return nil, fmt.Errorf("read the journal: %w", err)
	}
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the journal: %w", err)
	}
	return data, nil
}

// history is what the journal tells about a plan.
type history struct {
	// done has what earlier runs of the plan recorded as done or found done.
	done map[record]bool
	// made tells that the journal has when the plan was made.
	made bool
	// ever has what runs did since the plan was made, by the action, those
	// included that did it once more.
	ever map[string]*footprint
}

// footprint is what runs did of an action.
type footprint struct {
	// whole tells that the action was done, begun that a run of it has no end yet,
	// and killed that one of it never had an end.
	whole, begun, killed bool
	// operations are those that were done.
	operations map[string]bool
}

// noted adds a line about the action.
func (f *footprint) noted(e entry) {
	switch {
	case e.Outcome == started:
		f.begun = true
	case e.Outcome == cutShort:
		f.begun, f.killed = false, true
	case e.Operation == "":
		f.begun, f.whole = false, f.whole || e.done()
	case e.done():
		f.operations[e.Operation] = true
	}
}

// record names an action, or one of its operations.
type record struct{ id, operation string }

// completed tells whether the whole action was done.
func (h history) completed(id string) bool { return h.done[record{id: id}] }

// did tells whether the operation of the action was done.
func (h history) did(id string, o operation) bool {
	return h.completed(id) || h.done[record{id, o.String()}]
}

// readJournal returns what the plan of that digest has done, and the length of
// the lines that are whole.
func readJournal(path string, data []byte, digest string) (found history, whole int, err error) {
	found.done, found.ever = make(map[record]bool), make(map[string]*footprint)
	whole, err = eachEntry(path, data, func(e entry) {
		switch {
		case e.Plan != digest, e.Outcome == leftOut:
			return
		case e.Outcome == made:
			clear(found.ever)
			found.made = true
			fallthrough
		case e.Outcome == madeAgain:
			clear(found.done)
			return
		case e.done():
			found.done[record{e.ID, e.Operation}] = true
		}
		if found.ever[e.ID] == nil {
			found.ever[e.ID] = &footprint{operations: make(map[string]bool)}
		}
		found.ever[e.ID].noted(e)
	})
	return found, whole, err
}

// eachEntry visits the lines of a journal, and returns the length of those that
// are whole. A damaged last line is what a crash leaves behind; any other is an
// error.
func eachEntry(path string, data []byte, visit func(entry)) (whole int, err error) {
	for number := 1; whole < len(data); number++ {
		line, rest, ended := bytes.Cut(data[whole:], []byte("\n"))
		var e entry
		decodeErr := json.Unmarshal(line, &e)
		if decodeErr != nil || !e.valid() || !ended {
			if err := plan.CheckKind(data, plan.JournalFile); err != nil && number == 1 {
				return 0, fmt.Errorf("%s: %w", path, err)
			}
			if len(bytes.TrimSpace(rest)) == 0 {
				return whole, nil
			}
			return 0, fmt.Errorf("%s:%d: this is not a line of a journal; restore the file, or move it away and make a new plan", path, number)
		}
		whole += len(line) + 1
		visit(e)
	}
	return whole, nil
}

// NoteMade writes into the journal at that path, which it begins if need be,
// that the plan of that digest has just been made: what an earlier run of the
// same plan did is history, and nobody is taken to have undone it. It writes down
// the suspensions, too, that the plan left alone for what another journal told.
func NoteMade(path, digest string, unlifted map[string]string) error {
	j, err := openJournal(path, digest, time.Now)
	if err != nil {
		return err
	}
	return errors.Join(j.append(entry{Outcome: made, Unlifted: unlifted}), j.close())
}

// append adds lines and makes them durable. It fills in the time and the plan.
func (j *journal) append(entries ...entry) error {
	var lines []byte
	for _, e := range entries {
		e.Time, e.Plan = j.now().UTC(), j.digest
		line, err := json.Marshal(e)
		if err != nil {
			return fmt.Errorf("write the journal: %w", err)
		}
		lines = append(append(lines, line...), '\n')
	}
	_, err := j.file.append(lines)
	return err
}

func (j *journal) close() error { return j.file.close() }
