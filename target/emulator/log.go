package emulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"os"
)

// changeLog is the append-only file beside the state: one line for each write
// request, a checksum and the changes as JSON. A line is synced before the
// request is answered.
type changeLog struct {
	file   *os.File
	size   int64
	broken error // set when a failed write could not be taken back
}

type logLine struct {
	Changes []change `json:"changes"`
}

func encodeLogLine(changes []change) ([]byte, error) {
	doc, err := json.Marshal(logLine{changes})
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "%08x %s\n", crc32.ChecksumIEEE(doc), doc), nil
}

func decodeLogLine(line []byte) ([]change, error) {
	sum, doc, found := bytes.Cut(line, []byte(" "))
	if !found || fmt.Sprintf("%08x", crc32.ChecksumIEEE(doc)) != string(sum) {
		return nil, fmt.Errorf("the checksum doesn't fit: the line was damaged or edited")
	}
	dec := json.NewDecoder(bytes.NewReader(doc))
	dec.UseNumber()
	dec.DisallowUnknownFields()
	var l logLine
	if err := dec.Decode(&l); err != nil {
		return nil, err
	}
	return l.Changes, nil
}

// replayLog makes the changes of a log in d, which may have them already: every
// change says what is to be, not what to add. A last line that was cut off in the middle,
// by a crash or because it is being written right now, was never answered for
// and is left out; torn tells. Anything else that doesn't read is an error.
func replayLog(name string, data []byte, d *directory) (torn bool, err error) {
	for n := 1; len(data) > 0; n++ {
		line, rest, whole := bytes.Cut(data, []byte("\n"))
		if !whole {
			return true, nil
		}
		changes, err := decodeLogLine(line)
		if err != nil && len(rest) == 0 {
			// Blocks of one append may reach the disk out of order.
			return true, nil
		}
		if err != nil {
			return false, fmt.Errorf("%s:%d: %w; restore the file, or remove it to lose the writes since the state file was saved", name, n, err)
		}
		d.apply(changes)
		data = rest
	}
	return false, nil
}

// append writes one line and syncs it. If that fails the file is cut back to
// what it was, so that no half line is ever followed by another.
func (l *changeLog) append(changes []change) error {
	if l.broken != nil {
		return l.broken
	}
	line, err := encodeLogLine(changes)
	if err != nil {
		return err
	}
	if _, err = l.file.WriteAt(line, l.size); err == nil {
		err = l.file.Sync()
	}
	if err != nil {
		if undo := l.file.Truncate(l.size); undo != nil {
			l.broken = fmt.Errorf("write to %s: %w", l.file.Name(), err)
		}
		return fmt.Errorf("write to %s: %w", l.file.Name(), err)
	}
	l.size += int64(len(line))
	return nil
}
