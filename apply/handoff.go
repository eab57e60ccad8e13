package apply

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
	"unicode"
)

// What the hand-off file's last column says while there is no time in it. It is
// overwritten, so each is as long as a time.
const (
	createdUnknown = "not known           "
	notCreated     = "not created         "
)

const handoffHeader = "address,name,password,created\n"

// handoff is the CSV file with the random passwords of new accounts. A row is
// on the disk before its account is created, and is told afterwards what became
// of that; of several rows for one address the last counts. It is safe for
// concurrent use.
type handoff struct {
	file *recordFile
	now  func() time.Time
	// fresh is the path of a file that was not there, or empty, before.
	fresh string

	mu sync.Mutex
	// unknown has, by address, where the last row says that it is not known
	// whether the account was created.
	unknown map[string]int64
}

// openHandoff opens the file for appending, or creates it for its owner's
// eyes only.
func openHandoff(path string, now func() time.Time) (*handoff, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of the hand-off file: %w", err)
	}
	file, before, err := openRecordFile("hand-off file", path, "another apply is writing to it; wait until that has ended")
	if err != nil {
		return nil, err
	}
	h := &handoff{file: file, now: now, unknown: unknownRows(before)}
	begin := incompleteEnd(before)
	if len(before) == 0 {
		h.fresh, begin = path, handoffHeader
	}
	if _, err = file.append([]byte(begin)); err != nil {
		return nil, errors.Join(err, file.close())
	}
	return h, nil
}

// unknownRows finds the rows that an earlier run left without an outcome.
func unknownRows(data []byte) map[string]int64 {
	unknown := make(map[string]int64)
	reader := csv.NewReader(bytes.NewReader(data))
	reader.FieldsPerRecord = -1
	for {
		row, err := reader.Read()
		if err != nil {
			return unknown // at the end, or where somebody edited it
		}
		delete(unknown, row[0])
		at := bytes.LastIndexByte(data[:reader.InputOffset()], ',') + 1
		if bytes.HasPrefix(data[at:], []byte(createdUnknown)) {
			unknown[row[0]] = int64(at)
		}
	}
}

// incompleteEnd is what ends a last row that a crash left incomplete, so that it
// does not swallow the next.
func incompleteEnd(before []byte) string {
	last := before[bytes.LastIndexByte(before, '\n')+1:]
	switch {
	case len(last) == 0:
		return ""
	case bytes.Count(last, []byte{'"'})%2 == 1:
		return "\"\n"
	}
	return "\n"
}

// append adds the password of an account that is about to be created, and
// makes it durable.
func (h *handoff) append(address, name, password string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	var row bytes.Buffer
	w := csv.NewWriter(&row)
	// The writer keeps the error for Flush and Error.
	_ = w.Write([]string{cell(address), cell(name), password, createdUnknown})
	w.Flush()
	if err := w.Error(); err != nil {
		return fmt.Errorf("write the hand-off file: %w", err)
	}
	at, err := h.file.append(row.Bytes())
	if err != nil {
		return err
	}
	h.fresh = ""
	h.unknown[cell(address)] = at + int64(row.Len()-len(createdUnknown)-len("\n"))
	return nil
}

// conclude writes into the address's row whether its account was created, if
// the row does not say so yet.
func (h *handoff) conclude(address string, created bool) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	at, unknown := h.unknown[cell(address)]
	if !unknown {
		return nil
	}
	delete(h.unknown, cell(address))
	outcome := notCreated
	if created {
		outcome = h.now().UTC().Format(time.RFC3339)
	}
	return h.file.overwrite(at, []byte(outcome))
}

// close closes the file, and removes it when no password came into it.
func (h *handoff) close() error {
	err := h.file.close()
	if h.fresh != "" {
		err = errors.Join(err, os.Remove(h.fresh))
	}
	return err
}

// cell makes hostile text harmless in a spreadsheet: no line breaks, and
// nothing that is taken for a formula or turns the text around.
func cell(text string) string {
	text = strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r):
			return ' '
		case unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp):
			return -1
		}
		return r
	}, text))
	if text != "" && strings.ContainsRune("=+-@", rune(text[0])) {
		return "'" + text
	}
	return text
}
