package plan

import (
	"reflect"

	"gopkg.in/yaml.v3"
)

// FileVersion is the version of the plan file that this code writes, and the
// only one that it reads.
const FileVersion = 1

// Plan is what apply will do, and what a person has reviewed.
type Plan struct {
	Version int    `yaml:"version"`
	Domain  string `yaml:"domain"`
	// Customer is Google's immutable id of the customer whose accounts were
	// read: the plan runs nowhere else.
	Customer string `yaml:"customer"`
	// Policy is the fingerprint of the policy that made the plan.
	Policy string `yaml:"policy"`
	// Digest is the fingerprint of the plan's decoded content. Encode sets
	// it.
	Digest  string      `yaml:"digest"`
	Summary Summary     `yaml:"summary,flow"`
	Limits  LimitChecks `yaml:"limits"`
	// Blocked says in words which limits the plan exceeds.
	Blocked   []string   `yaml:"blocked"`
	Actions   []Action   `yaml:"actions"`
	Skipped   []Skipped  `yaml:"skipped"`
	Conflicts []Conflict `yaml:"conflicts"`
	Warnings  []Warning  `yaml:"warnings"`
}

// Summary counts a plan's changes: an account that is suspended and moved
// counts under both.
type Summary struct {
	Create     int `yaml:"create"`
	Link       int `yaml:"link"`
	Suspend    int `yaml:"suspend"`
	Reactivate int `yaml:"reactivate"`
	Rename     int `yaml:"rename"`
	Move       int `yaml:"move"`
	// Update counts the accounts with a changed name, attribute or external
	// id, or with an alias that is released.
	Update    int `yaml:"update"`
	Unchanged int `yaml:"unchanged"`
	// Inactive counts the inactive staff without an account, of whom
	// nothing is to be done.
	Inactive  int `yaml:"inactiveWithoutAccount"`
	Skipped   int `yaml:"skipped"`
	Conflicts int `yaml:"conflicts"`
}

// Kind is an action's headline: the first that applies.
type Kind string

// The kinds of actions, in the order in which they are looked for.
const (
	Create Kind = "create"
	// Link is reserved: no action of this version has it.
	Link       Kind = "link"
	Suspend    Kind = "suspend"
	Reactivate Kind = "reactivate"
	Rename     Kind = "rename"
	Move       Kind = "move"
	Update     Kind = "update"
)

// Action is everything that apply will do to one account.
type Action struct {
	// ID is "account/" and the DCID.
	ID   string `yaml:"id"`
	Kind Kind   `yaml:"action"`
	// Account is the primary address that the plan saw; of a new account,
	// the one that it will have.
	Account string `yaml:"account"`
	// GoogleID is the account's immutable id, empty for a new account.
	GoogleID string  `yaml:"googleID,omitempty"`
	Staff    Person  `yaml:"staff,flow"`
	Reason   string  `yaml:"reason"`
	Changes  Changes `yaml:"changes,omitempty"`
	// Via is the temporary address that this account takes while it waits
	// for the one that it is to have. An account that has it already is this
	// rename in progress.
	Via string `yaml:"via,omitempty"`
	// Release lists the aliases that are taken from this account: addresses
	// that this plan gives to somebody else, and last of all its own Via.
	Release []string `yaml:"release,omitempty,flow"`
	// Groups lists what happens to memberships.
	Groups []GroupChange `yaml:"groups,omitempty"`
	// After lists the actions that must be done before this account's
	// address is changed or, if it is new, before it is created. Of an
	// action with a Via only its first step, out of the old address, is
	// waited for.
	After []string `yaml:"after,omitempty,flow"`
}

// GroupChange is one membership that an account gives up.
type GroupChange struct {
	// Leave is the address of the group that the account leaves.
	Leave string `yaml:"leave"`
	// Role is the role that it had there: MEMBER, MANAGER or OWNER.
	Role string `yaml:"role"`
}

// MarshalYAML encodes the change in one line.
func (g GroupChange) MarshalYAML() (any, error) {
	type plain GroupChange
	node, err := nodeOf(reflect.ValueOf(plain(g)))
	if err != nil {
		return nil, err
	}
	node.Style = yaml.FlowStyle
	return node, nil
}
