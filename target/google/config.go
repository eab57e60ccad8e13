package google

import (
	"errors"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/google/signin"
)

// Config is the section target.google of staffsync.yaml: how to sign in, and how
// much of Google's quota to use. Who leaves a number out uses all that Google
// allows by default, and nothing is left to other programs of the same user and
// project (https://developers.google.com/admin-sdk/directory/v1/limits).
type Config struct {
	signin.Config `yaml:",inline"`
	// RequestsPerMinute is how many requests may be sent in a minute.
	RequestsPerMinute *int `yaml:"requestsPerMinute,omitempty"`
	// CreatesPerSecond is how many accounts may be created in a second.
	CreatesPerSecond *int `yaml:"createsPerSecond,omitempty"`
}

// Validate tells everything that is wrong with the config, each mistake as a
// [plan.KeyError]. It reads no file.
func (c Config) Validate() error {
	return errors.Join(c.Config.Validate(),
		checkPace("target.google.requestsPerMinute", c.RequestsPerMinute, defaultRequestsPerMinute),
		checkPace("target.google.createsPerSecond", c.CreatesPerSecond, defaultCreatesPerSecond))
}

// checkPace returns an error where no request would ever be sent.
func checkPace(key string, pace *int, standard int) error {
	if pace == nil || *pace > 0 {
		return nil
	}
	return plan.KeyErrorf(key, "write a whole number from 1, or leave it out for Google's own limit, %d", standard)
}

// Pace returns the options with the config's share of the quota.
func (c Config) Pace(options Options) Options {
	if c.RequestsPerMinute != nil {
		options.RequestsPerMinute = *c.RequestsPerMinute
	}
	if c.CreatesPerSecond != nil {
		options.CreatesPerSecond = *c.CreatesPerSecond
	}
	return options
}
