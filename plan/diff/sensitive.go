package diff

import (
	"errors"
	"fmt"
	"slices"

	"github.com/staffsync/staffsync/plan"
)

// checkSensitive returns an error when the sensitive values of the two states
// cannot be compared: where one side has them in plain or not at all, or where
// their fingerprints are of different keys, nobody would have the value that is
// wanted. What is not known of the desired state is not compared.
func checkSensitive(desired plan.Desired, actual plan.Actual) error {
	known := slices.DeleteFunc(slices.Clone(desired.Rules.Sensitive), func(name string) bool { return slices.Contains(desired.NotKnown, name) })
	for _, name := range desired.Rules.Attributes {
		wanted, had := slices.Contains(known, name), slices.Contains(actual.Sensitive, name)
		switch {
		case slices.Contains(desired.NotKnown, name):
		case wanted && !had:
			return fmt.Errorf("%s is sensitive, and the actual state has no fingerprints of it; read it again", name)
		case had && !wanted:
			return fmt.Errorf("%s is not sensitive, and the actual state has fingerprints of it only; read it again", name)
		}
	}
	if len(known) > 0 && desired.FingerprintKey != actual.FingerprintKey {
		return errors.New("the fingerprints of the desired state were made with another key than those of the actual one; read both again with one key")
	}
	return nil
}
