package plan

import (
	"errors"
	"fmt"
)

// KeyError is an error in one key of the config.
type KeyError struct {
	// Key is the path of the key, such as source.extras.cellPhone.table,
	// orgUnits.active[0].when or attributes.CrisisGO.Building.
	Key string
	// Line and Offset say where in the key's text the error is: the line and
	// the character in it, both from 1. They are 0 when the whole text is
	// meant.
	Line, Offset int
	Err          error
}

// Error names the key, the position in its text where there is one, and the
// problem.
func (e *KeyError) Error() string {
	switch {
	case e.Offset == 0:
		return fmt.Sprintf("%s: %v", e.Key, e.Err)
	case e.Line > 1:
		return fmt.Sprintf("%s: line %d, character %d: %v", e.Key, e.Line, e.Offset, e.Err)
	}
	return fmt.Sprintf("%s: character %d: %v", e.Key, e.Offset, e.Err)
}

// Unwrap returns the problem itself.
func (e *KeyError) Unwrap() error { return e.Err }

// KeyErrors returns every KeyError in err, which may be joined of several,
// in their order.
func KeyErrors(err error) []*KeyError {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []*KeyError
		for _, e := range joined.Unwrap() {
			all = append(all, KeyErrors(e)...)
		}
		return all
	}
	var one *KeyError
	if errors.As(err, &one) {
		return []*KeyError{one}
	}
	return nil
}

// KeyErrorf returns a KeyError about the whole of a key.
func KeyErrorf(key, format string, args ...any) *KeyError {
	return &KeyError{Key: key, Err: fmt.Errorf(format, args...)}
}
