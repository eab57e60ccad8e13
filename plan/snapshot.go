package plan

import (
	"fmt"
)

// End names one of the two ends that a snapshot may be of.
type End string

// The two ends.
const (
	Source End = "source"
	Target End = "target"
)

type snapshot struct {
	Version  int   `yaml:"version"`
	Snapshot End   `yaml:"snapshot"`
	State    State `yaml:",inline"`
}

// EncodeState writes one end's state as a YAML document: the same state
// gives the same bytes.
func EncodeState(end End, state State) ([]byte, error) {
	return encode(snapshot{Version: FileVersion, Snapshot: end, State: state})
}

// DecodeState reads a state that EncodeState wrote of the same end.
func DecodeState(end End, data []byte) (State, error) {
	what := fmt.Sprintf("%s snapshot", end)
	var s snapshot
	if err := decode(data, what, &s); err != nil {
		return State{}, fmt.Errorf("read %s: %w", what, err)
	}
	if s.Snapshot != end {
		return State{}, fmt.Errorf("read %s: this is a snapshot of the %s", what, s.Snapshot)
	}
	if end == Source && s.State.Rules == nil {
		return State{}, fmt.Errorf("read %s: it has no rules", what)
	}
	return s.State, nil
}
