// Package emulator is a faithful, strict local Google Directory API: it serves
// users, aliases, groups, members, org units and schemas over HTTP from one
// JSON file, so that the production client can be shown and tested without
// Google.
//
// It follows what Google documents and refuses what Google would refuse:
// unknown parameters and names, values that don't fit, addresses that are
// taken. Nothing it serves deletes an account, a group, an org unit or a
// schema.
//
// The file holds resources as the API returns them:
//
//	{"users": [...], "groups": [...], "members": {"<group address>": [...]},
//	 "orgUnits": [...], "schemas": [...], "domains": [...], "customerId": "C…"}
//
// domains and customerId may be left out; so may ids, etags and kinds, which
// are then derived from the content and are the same each time. A member may
// be given by "email" alone. "roles" and "roleAssignments" are administrator
// roles and who has them. States of accounts are told as the API tells them:
// "archived", "suspended" and "suspensionReason", which is ADMIN if it is left
// out and may be "". A user with a "deletionTime" was deleted lately: its
// addresses are free, its memberships are still listed. Besides, the file takes marks that are never returned:
//
//   - "dynamic": true of a group: nobody can edit its members.
//   - "adminCannotUnsuspend": true of a suspended user: Google suspended it for
//     good. The reason ABUSE does the same.
//
// Where the file lists "domains", a group outside them is another customer's: it
// is among the groups of its members, and nothing of it can be read. Where
// requests come from an administrator whose "roleAssignments" are all of the
// scopeType ORG_UNIT, only the users in these org units are seen.
//
// There is no sign-in; but an access token that begins with "scopes:" is good for
// the scopes that it goes on to name, and nothing else.
package emulator

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/staffsync/staffsync/plan"
)

// defaultLockWait is how long a first write waits for another process.
const defaultLockWait = 3 * time.Second

// Config is the section target.emulator of staffsync.yaml.
type Config struct {
	// Seed is the file to start from, which is never written.
	Seed string `yaml:"seed,omitempty"`
	// State is the file that holds the directory after the first write.
	State string `yaml:"state"`
}

// Validate reports what is missing for a directory that outlasts one command,
// as a [plan.KeyError].
func (c Config) Validate() error {
	if c.State == "" {
		return plan.KeyErrorf("target.emulator.state", "name the file in which the emulator keeps its directory, such as .staffsync/directory.json")
	}
	return nil
}

// Options say what an [Emulator] serves.
type Options struct {
	// Seed is the file to start from when State doesn't exist yet.
	Seed string
	// Data is a seed in memory, in place of Seed.
	Data []byte
	// State is the file that holds the directory. Nothing beside it is
	// created before the first write. If it is empty the directory lives in
	// memory and ends with the Emulator.
	State string
	// Caller is the address of the account that requests come from: what an
	// administrator of some org units may not see is not shown. Without one
	// everything is.
	Caller string
	// LockWait is how long a first write waits for another process that uses
	// State; 0 means three seconds.
	LockWait time.Duration
	// Now is the clock for creationTime and suspensionTime. Without one these
	// are left out, and equal requests give equal directories.
	Now func() time.Time
	// Misses is how many requests about a new account as a member, or about a new
	// group, are answered with 404 before Google would know of it everywhere:
	// some seconds after the one was created and up to 45 after the other. So are,
	// with 400, those that put something into a new org unit.
	Misses int
	// Logger gets each request: method, path, status and duration, never a
	// body. Reads are logged at debug level, writes at info.
	Logger *slog.Logger
	// Fault is asked before each request and can make it fail; see [Fault].
	// It may be called by several requests at once.
	Fault func(*http.Request) *Fault
}

// Emulator is a Directory API as an [http.Handler]. It is safe for concurrent
// use. Close it, or the log isn't folded into the state file.
type Emulator struct {
	opts   Options
	mux    *http.ServeMux
	logger *slog.Logger
	counts counter

	mu     sync.RWMutex
	dir    *directory
	store  *store // nil: in memory
	closed bool
	misses misses
}

// Open reads the state file, or else the seed, and writes nothing. Errors name
// the file, and the line and column where the JSON is at fault, or the
// resources that contradict each other.
func Open(ctx context.Context, opts Options) (*Emulator, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	e := &Emulator{opts: opts, logger: opts.Logger}
	e.mux = e.routes()
	if e.logger == nil {
		e.logger = slog.New(slog.DiscardHandler)
	}
	wait := opts.LockWait
	if wait == 0 {
		wait = defaultLockWait
	}
	s := &store{seed: opts.Seed, data: opts.Data, state: opts.State, lockWait: wait, logger: e.logger}
	var err error
	if e.dir, err = s.load(); err != nil {
		return nil, err
	}
	if opts.State != "" {
		e.store = s
	}
	return e, nil
}

// BeginWriting takes the lock and creates the state file now rather than at
// the first write, so that a command can report a state that is in use before
// it starts. It does nothing in memory, or when writing has begun.
func (e *Emulator) BeginWriting() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return errClosed
	}
	_, err := e.beginWriting()
	return err
}

var errClosed = errors.New("the emulator is closed")

// beginWriting reports whether the directory was read again because another
// process had changed it.
func (e *Emulator) beginWriting() (reloaded bool, err error) {
	if e.store == nil || e.store.log != nil {
		return false, nil
	}
	for {
		fresh, changed, err := e.store.begin(e.dir)
		if err != nil {
			return reloaded, err
		}
		if !changed {
			return reloaded, nil
		}
		e.dir, reloaded = fresh, true
	}
}

// CustomerID is the customer id of the directory.
func (e *Emulator) CustomerID() string {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.dir.customer
}

// Close folds the log of this run into the state file and releases the lock.
// Requests after it get 503. If the state can't be saved, the log stays and is
// read again by the next Open.
func (e *Emulator) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil
	}
	e.closed = true
	if e.store == nil {
		return nil
	}
	return e.store.close(e.dir)
}

// Snapshot is the directory as it was at one moment; see [Fault.AsOf].
type Snapshot struct{ dir *directory }

// Snapshot remembers the directory as it is now.
func (e *Emulator) Snapshot() *Snapshot {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return &Snapshot{dir: e.dir.clone()}
}

// read performs an operation that changes nothing.
func (e *Emulator) read(c *call, asOf *Snapshot) (any, *apiError) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	if e.closed {
		return nil, unavailable(errClosed)
	}
	c.dir = e.dir
	if asOf != nil {
		c.dir = asOf.dir
	}
	c.sees = c.dir.sight(e.opts.Caller)
	if refused := c.resolve(); refused != nil {
		return nil, refused
	}
	if missed := e.misses.miss(c); missed != nil {
		return nil, missed
	}
	return c.op.read(c)
}

// write performs an operation and answers only when its changes are safe on
// disk; a write that is refused, or changes nothing, touches no file.
func (e *Emulator) write(c *call) (any, *apiError) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil, unavailable(errClosed)
	}
	for {
		c.dir, c.sees = e.dir, e.dir.sight(e.opts.Caller)
		if refused := c.resolve(); refused != nil {
			return nil, refused
		}
		if missed := e.misses.miss(c); missed != nil {
			return nil, missed
		}
		if !c.dir.permits(e.opts.Caller, c.op.privilege) {
			return nil, forbidden()
		}
		answer, changes, refused := c.op.write(c)
		if refused != nil || len(changes) == 0 {
			return answer, refused
		}
		reloaded, err := e.beginWriting()
		if err != nil {
			return nil, e.cannotKeep(err)
		}
		if reloaded { // judge the request by the directory as it is
			continue
		}
		if e.store != nil {
			if err := e.store.log.append(changes); err != nil {
				return nil, e.cannotKeep(err)
			}
		}
		e.dir.apply(changes)
		e.misses.begin(c, changes, e.opts.Misses)
		return answer, nil
	}
}

// cannotKeep answers a write that couldn't be stored. It isn't Google's 503,
// which clients try again: nothing gets better by itself here.
func (e *Emulator) cannotKeep(err error) *apiError {
	e.logger.Error("a write could not be stored", "error", err)
	return refuse(http.StatusInsufficientStorage, "emulatorState", "%s", err)
}

func unavailable(err error) *apiError {
	return refuse(http.StatusServiceUnavailable, "backendError", "%s", err)
}
