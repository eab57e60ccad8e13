package plan

// FileVersion is the version of the plan file that this code writes, and the
// only one that it reads.
const FileVersion = 1

// Plan is what apply will do, and what a person has reviewed.
type Plan struct {
	// Version is the version of the plan file's format.
	Version int `yaml:"version"`
	// Domain is the main domain of the config that made the plan.
	Domain string `yaml:"domain"`
	// Customer is Google's immutable id of the customer whose accounts were
	// read: the plan runs nowhere else.
	Customer string `yaml:"customer"`
	// Policy is the fingerprint of the policy that made the plan.
	Policy string `yaml:"policy"`
	// AsOf is the date that rules and holds took for today, empty where none asks.
	AsOf string `yaml:"asOf,omitempty"`
	// Made is the command that made the plan, empty for a plan without flags
	// that matter, and MadeWith what it was told.
	Made     Maker    `yaml:"made,omitempty"`
	MadeWith MadeWith `yaml:"madeWith,omitempty,flow"`
	// FingerprintKey is the id of the key that the fingerprints in the actions
	// were made with, empty where no sensitive value changes.
	FingerprintKey string `yaml:"fingerprintKey,omitempty"`
	// NotKnown are the custom attributes that the plan leaves as they are, because
	// the tables that it was made of do not have them.
	NotKnown []string `yaml:"notKnown,omitempty,flow"`
	// Digest is the fingerprint of the plan's decoded content, which Encode sets.
	Digest  string  `yaml:"digest"`
	Summary Summary `yaml:"summary,flow"`
	// Links says how many of the active staff have an account.
	// People and Accounts say what became of everybody and of every linked
	// account.
	Links    Links    `yaml:"links,omitempty,flow"`
	People   People   `yaml:"people,omitempty,flow"`
	Accounts Accounts `yaml:"accounts,omitempty,flow"`
	// Limits are what the plan holds beside what is allowed, by the limit's name.
	Limits LimitChecks `yaml:"limits"`
	// Blocked says in words which limits the plan exceeds.
	Blocked []string `yaml:"blocked"`
	// Bulk are the changes that several accounts share, the one that most
	// share first.
	Bulk []BulkChange `yaml:"bulk,omitempty"`
	// BulkGroups says of each group what several people share: those who join
	// it, leave it or get another role by a rule, the largest number first.
	BulkGroups []BulkMembership `yaml:"bulkGroups,omitempty"`
	// Actions are what apply will do, one for each account and each new group.
	Actions []Action `yaml:"actions"`
	// Held is what holds keep from happening, by account, and Holds are all those
	// in force.
	Held  []Held `yaml:"held,omitempty"`
	Holds []Hold `yaml:"holds,omitempty"`
	// Skipped are the people who are left out.
	Skipped []Skipped `yaml:"skipped"`
	// Conflicts are what a person has to settle.
	Conflicts []Conflict `yaml:"conflicts"`
	// Warnings are what a person should know and what stops nothing.
	Warnings []Warning `yaml:"warnings"`
}

// Summary counts a plan's changes: an account that is suspended and moved
// counts under both.
type Summary struct {
	// Create counts the new accounts, and Link those that get their person's DCID.
	Create int `yaml:"create"`
	Link   int `yaml:"link"`
	// Suspend counts the accounts that are suspended, and Reactivate those that are
	// re-enabled.
	Suspend    int `yaml:"suspend"`
	Reactivate int `yaml:"reactivate"`
	// Rename counts the accounts that get another primary address, and Move those that
	// get another org unit.
	Rename int `yaml:"rename"`
	Move   int `yaml:"move"`
	// Update counts the accounts with a changed name, attribute or external
	// id, with an alias that is released, or with a membership by rule.
	Update int `yaml:"update"`
	// CreateAttributes and CreateOrgUnits count the new attributes and org units.
	CreateAttributes int `yaml:"createAttributes,omitempty"`
	CreateOrgUnits   int `yaml:"createOrgUnits,omitempty"`
	// CreateGroups counts the new groups, JoinGroups the memberships that rules
	// begin or raise, and PruneGroups those that they end.
	CreateGroups int `yaml:"createGroups,omitempty"`
	JoinGroups   int `yaml:"joinGroups,omitempty"`
	PruneGroups  int `yaml:"pruneGroups,omitempty"`

	// Unchanged counts the linked accounts to which nothing is done.
	Unchanged int `yaml:"unchanged"`
	// Inactive counts the inactive staff without an account, of whom
	// nothing is to be done.
	Inactive int `yaml:"inactiveWithoutAccount"`
	// Skipped counts the people who are left out.
	Skipped int `yaml:"skipped"`
	// Conflicts counts what a person has to settle.
	Conflicts int `yaml:"conflicts"`
	// Held counts the people from whom holds keep something.
	Held int `yaml:"held,omitempty"`
	// Open counts what keeps Google from being in line with PowerSchool
	// although no action is left: active people with a conflict or left out
	// for lack of data, accounts that work and whose person PowerSchool does
	// not know, and people from whom holds keep something.
	Open int `yaml:"open,omitempty"`
}
