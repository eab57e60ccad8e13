package apply

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"
	"unicode"
)

// handoff is the CSV file with the random passwords of new accounts. A row is
// on the disk before its account is created; of several rows for one address
// the last counts. It is safe for concurrent use.
type handoff struct {
	mu    sync.Mutex
	file  durable
	now   func() time.Time
	begun bool // the file has its header
	// unused is the file's path while it is new and empty.
	unused string
	// broken is why nothing more is written: after half a row, another would
	// be part of it.
	broken error
}

// openHandoff opens the file for appending, or creates it for its owner's
// eyes only.
func openHandoff(path string, now func() time.Time) (*handoff, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of the hand-off file: %w", err)
	}
	if err := regular(path); err != nil {
		return nil, fmt.Errorf("open the hand-off file: %w", err)
	}
	file, err := openLocked(path)
	if errors.Is(err, errLocked) {
		return nil, fmt.Errorf("open the hand-off file %s: another apply is writing to it; wait until that has ended", path)
	}
	if err != nil {
		return nil, fmt.Errorf("open the hand-off file: %w", err)
	}
	// Reading to the end also puts what is appended there.
	before, err := io.ReadAll(file)
	if err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("open the hand-off file: %w", err)
	}
	// One that was there already may be readable for others. Windows has
	// no such bits; there the folder's permissions hold.
	if runtime.GOOS != "windows" {
		if err := file.Chmod(0o600); err != nil {
			_ = file.Close()
			return nil, fmt.Errorf("keep the hand-off file from others: %w", err)
		}
	}
	h := &handoff{file: file, now: now, begun: len(before) > 0}
	if len(before) == 0 {
		h.unused = path
	}
	if err := h.mend(before); err != nil {
		_ = file.Close()
		return nil, err
	}
	syncFolder(path)
	return h, nil
}

// mend ends a last row that a crash left incomplete, so that it does not
// swallow the next.
func (h *handoff) mend(before []byte) error {
	if len(before) == 0 || before[len(before)-1] == '\n' {
		return nil
	}
	end := "\n"
	last := before[bytes.LastIndexByte(before, '\n')+1:]
	if bytes.Count(last, []byte{'"'})%2 == 1 {
		end = "\"\n"
	}
	if _, err := h.file.Write([]byte(end)); err != nil {
		return fmt.Errorf("write the hand-off file: %w", err)
	}
	return nil
}

// append adds the password of an account that is about to be created, and
// makes it durable.
func (h *handoff) append(address, name, password string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.broken != nil {
		return h.broken
	}
	var rows bytes.Buffer
	w := csv.NewWriter(&rows)
	if !h.begun {
		// The writer keeps the error for Flush and Error.
		_ = w.Write([]string{"address", "name", "password", "created"})
	}
	_ = w.Write([]string{cell(address), cell(name), password, h.now().UTC().Format(time.RFC3339)})
	w.Flush()
	if err := w.Error(); err != nil {
		return fmt.Errorf("write the hand-off file: %w", err)
	}
	h.begun, h.unused = true, ""
	_, err := h.file.Write(rows.Bytes())
	if err == nil {
		err = h.file.Sync()
	}
	if err != nil {
		h.broken = fmt.Errorf("write the hand-off file: %w", err)
	}
	return h.broken
}

// close closes the file, and removes it when no password came into it.
func (h *handoff) close() error {
	err := h.file.Close()
	if h.unused != "" {
		err = errors.Join(err, os.Remove(h.unused))
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
