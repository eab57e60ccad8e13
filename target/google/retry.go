package google

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/google/signin"
)

const (
	// maxAttempts makes for pauses of 1, 2, 4, 8 and 16 seconds, as the
	// API's documentation recommends.
	maxAttempts = 6
	// maxGroupAttempts makes for one more pause, because a new group may be
	// unknown for 45 seconds, and perhaps a new org unit as well; and maxJoinAttempts is how often a member who was
	// not found is sent, which Google at times says of accounts that it knows.
	maxGroupAttempts = 7
	maxJoinAttempts  = 4
	// longestPause is the most that a server's Retry-After is waited for.
	longestPause = 5 * time.Minute
)

// call is one request, sent as often as it takes.
type call struct {
	// doing says what is being done, and to whom, for messages.
	doing string
	// send sends the request once.
	send func(context.Context) error
	// account is the id or the address of the account that the request is
	// about, if it is about one that exists: one that was created just now
	// may not be known everywhere yet.
	account string
	// write tells that it matters whether the server carried it out; create
	// that it makes an account, of which there may be only so many a second.
	write, create bool
	// readBack reads again what a write has changed when its last answer does
	// not tell: when this attempt or an earlier one may have been carried
	// out (last.unclear), when an address is called taken, or when what is
	// to be removed is not found (late). It tells whether the write is done
	// after all; an error is final. Otherwise the write is sent again, as
	// often as it may be.
	readBack func(ctx context.Context, last *failure) (done bool, err error)
	// late tells that what the write removes may appear only after a moment.
	late bool
	// joins is the address of the group that an account is added to, and orgUnit
	// the path of the org unit that something is put in: one that was created just
	// now may not be known everywhere yet.
	joins, orgUnit string
	// taken is the sentinel error besides plan.ErrDuplicate that the directory
	// answers where there is already what the write makes, nil for none.
	taken error
	// secret must not be in any message.
	secret string
	// sensitive tells that the request holds sensitive values, so that no words
	// of the answer may be in a message: a server may quote a value in any form.
	sensitive bool
}

// do sends the request until it succeeds, fails for good or has been sent
// maxAttempts times. A write whose outcome is not known in the end is
// plan.ErrUnclear.
func (d *Directory) do(ctx context.Context, c call) error {
	unclear := false
	for attempt := 1; ; attempt++ {
		if err := d.pace(ctx, c.create); err != nil {
			return c.interrupted(err, unclear)
		}
		f := d.try(ctx, c, attempt)
		d.places.give()
		if f == nil {
			return nil
		}
		unclear = unclear || c.write && f.unclear
		f.unclear = unclear
		if err := ctx.Err(); err != nil {
			return c.interrupted(err, unclear)
		}
		again := f.retry && attempt < d.attempts(c) && f.after <= longestPause
		if again {
			if err := d.pause(ctx, f); err != nil {
				return c.interrupted(err, unclear)
			}
		}
		if c.doubtful(f) {
			if done, err := c.readBack(ctx, f); done || err != nil {
				return err
			}
		}
		if !again {
			return f.final()
		}
	}
}

// doubtful tells whether the failure leaves open what became of the write.
func (c call) doubtful(f *failure) bool {
	return c.readBack != nil && (f.unclear || errors.Is(f, plan.ErrDuplicate) || c.late && errors.Is(f, plan.ErrNotFound) ||
		c.taken != nil && errors.Is(f, c.taken))
}

// try sends the request once, within the time limit.
func (d *Directory) try(ctx context.Context, c call, attempt int) *failure {
	limited, cancel := context.WithTimeout(withAttempt(ctx, attempt), d.timeout)
	defer cancel()
	if c.sensitive {
		limited = context.WithValue(limited, sensitiveKey{}, true)
	}
	sent := d.now()
	err := c.send(limited)
	took := d.now().Sub(sent)
	if err == nil {
		d.places.answered(took)
		return nil
	}
	f := d.classify(err, c)
	if f.status != 0 && !f.quota {
		d.places.answered(took)
	}
	f.doing, f.attempts = c.doing, attempt
	d.slowDown(ctx, c, f, sent)
	if c.late && errors.Is(f, plan.ErrNotFound) || c.account != "" && f.tooEarly() && d.created.fresh(d.now(), c.account) {
		f.retry = true
	}
	if c.joins != "" && errors.Is(f, plan.ErrNotFound) && (attempt < maxJoinAttempts || d.created.fresh(d.now(), c.joins)) {
		f.retry = true
	}
	if c.orgUnit != "" && errors.Is(f, plan.ErrRefused) && f.aboutOrgUnit && d.created.fresh(d.now(), orgUnitKey(c.orgUnit)) {
		f.retry = true
	}
	return f
}

// attempts is how often the call is sent at most.
func (d *Directory) attempts(c call) int {
	if c.joins != "" && d.created.fresh(d.now(), c.joins) || c.orgUnit != "" && d.created.fresh(d.now(), orgUnitKey(c.orgUnit)) {
		return maxGroupAttempts
	}
	return maxAttempts
}

// final is the failure as the caller gets it. A refusal is the answer to the
// earlier attempts too, since what was carried out before is not refused now.
// Anything else leaves a write unclear.
func (f *failure) final() error {
	if f.after > longestPause {
		f.message += fmt.Sprintf("; the directory asks to wait %v, run again then", f.after.Round(time.Second))
	}
	if f.kind == nil && f.unclear {
		f.kind = plan.ErrUnclear
	}
	return f
}

// interrupted is the error of a call that was stopped from outside.
func (c call) interrupted(err error, unclear bool) error {
	if unclear {
		return fmt.Errorf("%s: %w: %w", c.doing, plan.ErrUnclear, err)
	}
	return fmt.Errorf("%s: %w", c.doing, err)
}

// pace waits until the quota allows another request, and a place for it is free,
// which is to be given back. The quota comes last: what it grants is sent at once.
func (d *Directory) pace(ctx context.Context, create bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if create {
		if err := d.await(ctx, d.creates); err != nil {
			return err
		}
	}
	if err := d.places.take(ctx, create); err != nil {
		return err
	}
	if err := d.await(ctx, d.requests); err != nil {
		d.places.give()
		return err
	}
	return nil
}

// await waits for the pacer's next place.
func (d *Directory) await(ctx context.Context, pacer *pacer) error {
	if wait := pacer.reserve(d.now()); wait > 0 {
		return d.sleep(ctx, wait)
	}
	return nil
}

// slowDown makes all further requests slower after one that was sent too soon
// after others. Too many new accounts at once are also answered by a plain 503
// (https://developers.google.com/admin-sdk/directory/v1/limits).
func (d *Directory) slowDown(ctx context.Context, c call, f *failure, sent time.Time) {
	slow := func(pacer *pacer, what string) {
		if perMinute, slowed := pacer.slow(sent, d.now()); slowed {
			d.log.LogAttrs(ctx, slog.LevelInfo, "slowing down", slog.String("what", what), slog.Float64("perMinute", perMinute))
		}
	}
	if f.quota {
		slow(d.requests, "requests")
	}
	if c.create && (f.quota || f.status == http.StatusServiceUnavailable) {
		slow(d.creates, "new accounts")
	}
}

// pause waits before the request is sent again: exponentially longer each
// time, and at least as long as the server asks for.
func (d *Directory) pause(ctx context.Context, f *failure) error {
	wait := signin.Pause(f.attempts, f.after)
	d.log.LogAttrs(ctx, slog.LevelInfo, "waiting before trying again",
		slog.Duration("wait", wait.Round(time.Millisecond)), slog.Any("error", f))
	return d.sleep(ctx, wait)
}
