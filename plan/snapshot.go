package plan

import (
	"bytes"
	"fmt"
	"io"
)

// end names one of the two ends that a snapshot may be of.
type end string

const (
	sourceEnd end = "source"
	targetEnd end = "target"
)

// kind is what a snapshot of that end is as a file.
func (e end) kind() FileKind {
	if e == sourceEnd {
		return SourceSnapshotFile
	}
	return TargetSnapshotFile
}

// State is the state of one end, which a snapshot keeps in a file.
type State interface {
	Desired | Actual
	end() end
	// complete returns an error when the state lacks what it cannot be
	// without.
	complete() error
}

func (Desired) end() end { return sourceEnd }

func (Actual) end() end { return targetEnd }

func (d Desired) complete() error {
	if d.Rules == nil {
		return fmt.Errorf("it has no rules")
	}
	return nil
}

func (Actual) complete() error { return nil }

type snapshot[S State] struct {
	Version  int `yaml:"version"`
	Snapshot end `yaml:"snapshot"`
	State    S   `yaml:",inline"`
}

// WriteSnapshot writes one end's state as a YAML document: the same state gives
// the same bytes.
func WriteSnapshot[S State](w io.Writer, state S) error {
	s := snapshot[S]{Version: FileVersion, Snapshot: state.end(), State: state}
	if desired, ok := any(&s.State).(*Desired); ok {
		*desired = desired.sharingOrigins()
	}
	return write(w, s, escaped)
}

// EncodeSnapshot returns what WriteSnapshot writes.
func EncodeSnapshot[S State](state S) ([]byte, error) {
	var data bytes.Buffer
	err := WriteSnapshot(&data, state)
	return data.Bytes(), err
}

// DecodeSnapshot reads a state that WriteSnapshot wrote of the same end.
func DecodeSnapshot[S State](data []byte) (S, error) {
	var s snapshot[S]
	err := decode(data, s.State.end().kind(), &s)
	if desired, ok := any(&s.State).(*Desired); ok && err == nil {
		err = desired.ownOrigins()
	}
	if err == nil {
		err = s.State.complete()
	}
	if err != nil {
		var none S
		return none, fmt.Errorf("read %s snapshot: %w", s.State.end(), err)
	}
	return s.State, nil
}
