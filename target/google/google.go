// Package google reads and writes the accounts of a Google Workspace domain
// through the Admin SDK Directory API
// (https://developers.google.com/admin-sdk/directory/reference/rest): paging,
// quota, retries and the meaning of Google's errors stay in here, and none of
// Google's own types leave it.
package google

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	admin "google.golang.org/api/admin/directory/v1"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/google/signin"
)

const (
	// defaultRequestsPerMinute is Google's default quota to a user and
	// project (https://developers.google.com/admin-sdk/directory/v1/limits).
	defaultRequestsPerMinute = 2400
	// defaultCreatesPerSecond is Google's limit on new accounts in a domain.
	defaultCreatesPerSecond = 10
	// orgUnitsPerSecond is Google's limit on writes to org units.
	orgUnitsPerSecond = 1
	// defaultRequestTimeout bounds one request, its answer included.
	defaultRequestTimeout = time.Minute
	// burst is how many requests may go out at once after a quiet spell. It
	// is small against the quota of a minute, so that no minute exceeds it.
	burst = 10
)

// Options say what a Directory reads and how fast it may ask. Domain and
// Match are required; every other zero value means the default.
type Options struct {
	// Domain is the Google Workspace domain, such as d118.org.
	Domain string
	// Match is the custom attribute ("Schema.Field") that holds the DCID.
	// Without it the directory's structure can be read, but no accounts.
	Match string
	// Attributes are the custom attributes ("Schema.Field") that are
	// managed. No others are read.
	Attributes []string
	// Sensitive are those of the Attributes whose values are never told: Key makes
	// the fingerprints that stand for them. They are neither in a message nor, with
	// what is written in the same request, in the words of Google's that a message
	// repeats.
	Sensitive []string
	Key       plan.FingerprintKey
	// Scopes are the OAuth scopes to sign in with, by default signin.ReadScopes.
	Scopes []string
	// RequestsPerMinute is the quota that all requests share, by default
	// 2400. When Google says that less is left they get slower for some
	// minutes. A negative number lifts it, for a server on this machine.
	RequestsPerMinute int
	// CreatesPerSecond paces new accounts, by default 10. A negative number
	// lifts it.
	CreatesPerSecond int
	// RequestTimeout bounds a single request, by default a minute.
	RequestTimeout time.Duration
	// HTTPClient carries the requests, those for access tokens included, by
	// default a new one.
	HTTPClient *http.Client
	// Logger gets each request at debug level and each retry at info level,
	// by default nobody does. Bodies are never logged.
	Logger *slog.Logger
	// Progress, if set, is told how far a reading of many accounts is, one call
	// after the other, and last of all that it is over.
	Progress func(Reading)
	// Now and Sleep are the clock, by default the real one. Sleep returns
	// the context's error as soon as that is done.
	Now   func() time.Time
	Sleep func(ctx context.Context, d time.Duration) error
}

// Directory is a client of one domain's Directory API. It is safe for use by
// several goroutines at once; they share its quota.
//
// Its writes (Create, Update, ReleaseAlias, LeaveGroup, JoinGroup, SetRole,
// CreateGroup, CreateOrgUnit and CreateAttribute) find out by
// themselves what became of a request whose answer does not tell: after a
// timeout, a lost connection, a 5xx, or an answer that may be the consequence
// of an earlier attempt (an address that is taken, an alias that is not there)
// they wait, read back and send again what is missing, as far as that is safe.
// So an error of theirs is final, and the caller does not send the write
// again. It is one of:
//
//   - plan.ErrNotFound, plan.ErrRefused, plan.ErrDuplicate and
//     plan.ErrForbidden: it was not carried out, for the reason that each names;
//   - plan.ErrUnclear: it cannot be told whether it was carried out;
//   - any other error: it was not carried out, and not because of what it
//     says (signing in fails, the quota stays used up).
type Directory struct {
	service *admin.Service
	// further are the clients for what Options.Scopes do not cover.
	further services
	domain  string
	subject string

	// match and managed are "Schema.Field" names; managed includes match.
	match      string
	managed    []string
	schemaMask string
	// sensitive are those of managed of which accounts have fingerprints, which
	// key makes.
	sensitive []string
	key       plan.FingerprintKey

	local    bool
	requests *pacer
	creates  *pacer
	newUnits *pacer // org units
	places   *places
	created  newcomers
	schemas  schemaWrites
	lookUps  lookUps
	timeout  time.Duration
	now      func() time.Time
	sleep    func(context.Context, time.Duration) error
	log      *slog.Logger
	reading  *reading
	sent     *atomic.Int64
}

// New returns a client for the directory that the config names. It reads the
// files that signing in takes, and sends no request. An error says which key
// of the config is wrong, or is a *signin.Error.
func New(ctx context.Context, config signin.Config, options Options) (*Directory, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	if options.Domain == "" {
		return nil, errors.New("the Google Workspace domain is not configured")
	}
	managed := slices.Clone(options.Attributes)
	if options.Match != "" {
		managed = append(managed, options.Match)
	}
	slices.Sort(managed)
	managed = slices.Compact(managed)
	var schemas []string
	for _, name := range managed {
		schema, field, ok := splitAttribute(name)
		if !ok {
			return nil, fmt.Errorf("custom attribute %q is not of the form Schema.Field", name)
		}
		if strings.Contains(field, ".") {
			return nil, fmt.Errorf("custom attribute %q has more than one dot; it is of the form Schema.Field", name)
		}
		schemas = append(schemas, schema)
	}
	slices.Sort(schemas)
	sensitive := slices.Compact(slices.Sorted(slices.Values(options.Sensitive)))
	if len(sensitive) > 0 && !options.Key.Known() {
		return nil, errors.New("the key of the fingerprints of sensitive attributes is not known")
	}

	common := signin.Options{Now: options.Now, Sleep: options.Sleep, Logger: options.Logger}.WithDefaults()
	d := &Directory{
		domain:     strings.ToLower(options.Domain),
		subject:    strings.ToLower(config.Subject),
		match:      options.Match,
		managed:    managed,
		schemaMask: strings.Join(slices.Compact(schemas), ","),
		sensitive:  sensitive,
		key:        options.Key,
		local:      config.Endpoint != "",
		requests:   newPacer(options.RequestsPerMinute, defaultRequestsPerMinute, time.Minute, burst),
		creates:    newPacer(options.CreatesPerSecond, defaultCreatesPerSecond, time.Second, 1),
		newUnits:   newPacer(min(options.CreatesPerSecond, 0), orgUnitsPerSecond, time.Second, 1),
		timeout:    options.RequestTimeout,
		now:        common.Now,
		sleep:      common.Sleep,
		log:        common.Logger,
		reading:    &reading{tell: options.Progress},
		sent:       new(atomic.Int64),
	}
	d.places = newPlaces(func(latency time.Duration) int { return d.requests.atOnce(d.now(), latency) })
	if d.timeout <= 0 {
		d.timeout = defaultRequestTimeout
	}
	d.further = services{byScope: make(map[string]*admin.Service), open: d.opener(config, options)}
	service, err := d.further.open(ctx, options.Scopes)
	if err != nil {
		return nil, err
	}
	d.service = service
	return d, nil
}

// Requests is how many requests have been sent so far, repeats included.
func (d *Directory) Requests() int64 { return d.sent.Load() }

// AtOnce is how many accounts to work on side by side, each with one request
// after the other, to use the quota up though Google is slow.
func (d *Directory) AtOnce() int { return d.requests.atOnce(d.now(), longLatency) }

// splitAttribute splits "Schema.Field" into its two names.
func splitAttribute(name string) (schema, field string, ok bool) {
	schema, field, ok = strings.Cut(name, ".")
	return schema, field, ok && schema != "" && field != ""
}
