package diff

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// checkSensitive returns an error when the sensitive values of the two states
// cannot be compared: where one side has them in plain or not at all, or where
// their fingerprints are of different keys, nobody would have the value that is
// wanted.
func checkSensitive(desired plan.Desired, actual plan.Actual) error {
	rules := desired.Rules
	for i := range actual.Accounts {
		for _, name := range rules.Sensitive {
			if actual.Accounts[i].Attributes[name] != "" {
				return fmt.Errorf("the actual state has plain values of %s, which is sensitive; read it again", name)
			}
		}
	}
	if !slices.Equal(rules.Sensitive, actual.Sensitive) {
		return fmt.Errorf("the policy calls %s sensitive, and the actual state has fingerprints of %s; read it again",
			namesOrNothing(rules.Sensitive), namesOrNothing(actual.Sensitive))
	}
	if desired.FingerprintKey != actual.FingerprintKey {
		return errors.New("the fingerprints of the desired state were made with another key than those of the actual one; read both again with one key")
	}
	return nil
}

func namesOrNothing(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, ", ")
}
