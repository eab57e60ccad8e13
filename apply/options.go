package apply

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"time"

	"github.com/staffsync/staffsync/plan"
)

// DefaultWorkers is how many requests run side by side when Options does not
// say.
const DefaultWorkers = 10

// Options are what a run needs besides the plan: this side's own word on what
// the plan must agree with, and where the run's files are.
type Options struct {
	// Domain and Policy are the config's: the plan must have been made for
	// this domain and by this policy's fingerprint.
	Domain string
	Policy string
	// Domains are those that addresses may be in besides the main one.
	Domains []string
	// Match is the custom attribute that holds the DCID.
	Match string
	// Managed names the custom attributes ("Schema.Field") and external ids
	// ("externalIds.<type>") that the policy manages. A plan that changes
	// any other is refused.
	Managed []string
	// Sensitive names those of Managed of which plans have fingerprints only, and
	// FingerprintKey is the id of this side's key.
	Sensitive      []string
	FingerprintKey string
	// ReadSensitive reads the values behind the fingerprints again where they come
	// from. It is called, before the first write, only where the plan changes one.
	ReadSensitive func(ctx context.Context) (SensitiveValues, error)
	// LeaveGroups tells that the policy takes leavers out of their groups, and
	// CannotLeave names the groups that it leaves them in.
	LeaveGroups bool
	CannotLeave []string
	// Subject is the address of the account that the directory is asked as,
	// empty when it is not known. It is never suspended, moved or renamed.
	Subject string
	// Limits are the config's; one that is not named has its default.
	Limits plan.Limits
	// Allow names limits that this plan may exceed, each with the exact
	// number of changes that the plan holds.
	Allow map[plan.LimitName]int
	// WithinLimits has a run do what is within the limits, and hold back all
	// that counts under one that the plan exceeds. A limit on how things are
	// still refuses the plan.
	WithinLimits bool
	// Only is the part of the plan's actions that the run looks at, nil for all.
	// Under the limits it counts with what earlier runs of the plan did, so that
	// its parts don't add up past a limit.
	Only *plan.Selection
	// Outdated is what of the plan one made now would no longer do, by the accounts
	// as they were then: the run leaves it out, with all that waits for it. What
	// earlier runs of the plan did, and somebody undid, is not outdated but drift.
	Outdated []plan.Omission
	// Edited lets whole actions be deleted from the plan's file. Nil, an edited
	// plan is refused.
	Edited *Edited
	// Holds are those that the district keeps now, Today the date by which they are
	// in force, and SuspendedOrgUnit where leavers are moved.
	Holds            []plan.Hold
	Today            string
	SuspendedOrgUnit string
	// Digest is the digest of the plan that was reviewed. When it is empty
	// any plan will do that fits its own digest.
	Digest string
	// Password is what new accounts get.
	Password Password
	// JournalPath is the file beside the plan in which the run notes what it
	// did. Every run of the same plan has the same.
	JournalPath string
	// Again has the same plan done once more: what an earlier run of it did is
	// history, and nothing of it was undone behind this plan's back. Newer
	// tells that the plan's file is newer than the journal, which means the
	// same unless the journal has when the plan was made, or Edited says why.
	Again, Newer bool
	// Workers is how many requests run side by side, of several actions or, as
	// far as these leave room, of one; DefaultWorkers when it is 0.
	Workers int
	// DryRun reads and judges but writes nothing, no file either.
	DryRun bool

	// Grace is how long after the context is cancelled the requests in
	// flight may take before they are cancelled too; 0 sets no end to it.
	Grace time.Duration
	// Abort, when it is closed, cancels the requests in flight at once.
	Abort <-chan struct{}

	// Progress is told of every action that is begun and finished, one at a
	// time and before Run returns. However long it takes, nothing else waits
	// for it. It may be nil.
	Progress func(Event)
	// Logger gets what a person debugging a run wants to see. It may be nil.
	Logger *slog.Logger
	// Now is the clock, time.Now when it is nil.
	Now func() time.Time
	// Random is the source of random passwords, crypto/rand when it is nil.
	Random io.Reader
}

// Password is what new accounts get: the same fixed one, or a random one
// each.
type Password struct {
	// Fixed is the password of every new account, and Env the name of the
	// environment variable that it was read from, for messages only.
	Fixed string
	Env   string
	// Random gives each account its own, which is written to the CSV file
	// HandoffPath before the account is created.
	Random      bool
	HandoffPath string
}

func (o Options) withDefaults() Options {
	if o.Workers <= 0 {
		o.Workers = DefaultWorkers
	}
	if o.Progress == nil {
		o.Progress = func(Event) {}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	return o
}

// of returns the options for the plan. Where one undoes another, accounts go back to
// groups in which they were suspended: what else they are in is not in the way.
func (o Options) of(p *plan.Plan) Options {
	o = o.withDefaults()
	o.LeaveGroups = o.LeaveGroups && p.MadeBy() != plan.MadeByRevert
	return o
}

// again tells whether what earlier runs did is history.
func (o Options) again(h history) bool { return o.Again || o.Newer && !h.made && o.Edited == nil }
