package google

import (
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// slowest is the smallest part of its rate that a pacer slows down to.
	slowest = 32
	// A pacer that was slowed down gains a part of its full rate with each
	// quiet spell: it is back to it after two minutes at the most. Google's
	// quotas are counted by the minute.
	quietSpell    = 15 * time.Second
	spellsToWhole = 8
	// mostAtOnce is how many requests may be under way at once however slowly
	// they are answered, and unpacedAtOnce how many where the rate is lifted.
	mostAtOnce    = 256
	unpacedAtOnce = 16
	// headroom is how many times the rate times the latency may be under way,
	// because no two requests take the same time.
	headroom = 1.5
)

// pacer spaces requests. It halves its rate when the server says that a quota
// is used up, as another program may share it, and gets faster again step by
// step, never beyond the rate it was made for.
type pacer struct {
	lock    sync.Mutex
	limiter *rate.Limiter
	// full is the rate it was made for.
	full rate.Limit
	// slowed is when it was last slowed down, changed when its rate last
	// changed at all.
	slowed, changed time.Time
}

// newPacer lets number requests (or, if that is 0, standard) through in each
// period, and all of them if number is negative.
func newPacer(number, standard int, period time.Duration, burst int) *pacer {
	full := rate.Inf
	if number == 0 {
		number = standard
	}
	if number > 0 {
		full = rate.Limit(float64(number) / period.Seconds())
	}
	return &pacer{limiter: rate.NewLimiter(full, burst), full: full}
}

// reserve takes the next place and tells how long to wait for it.
func (p *pacer) reserve(now time.Time) time.Duration {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.recover(now)
	return p.limiter.ReserveN(now, 1).DelayFrom(now)
}

// atOnce is how many requests may be under way at once to use the rate up where
// each takes that long. Fewer go with a rate that was slowed down.
func (p *pacer) atOnce(now time.Time, latency time.Duration) int {
	p.lock.Lock()
	defer p.lock.Unlock()
	if p.full == rate.Inf {
		return unpacedAtOnce
	}
	p.recover(now)
	needed := headroom * float64(p.limiter.Limit()) * max(latency, shortLatency).Seconds()
	return int(min(math.Ceil(needed), mostAtOnce))
}

// slow halves the rate because of a request that was sent at that time, and
// returns the new rate a minute. Requests that were under way when it was
// slowed down before say nothing new: they change nothing, and false is
// returned.
func (p *pacer) slow(sent, now time.Time) (perMinute float64, slowed bool) {
	p.lock.Lock()
	defer p.lock.Unlock()
	if p.full == rate.Inf || !p.slowed.IsZero() && !sent.After(p.slowed) {
		return 0, false
	}
	p.recover(now)
	limit := max(p.limiter.Limit()/2, p.full/slowest)
	p.limiter.SetLimitAt(now, limit)
	p.slowed, p.changed = now, now
	return float64(limit) * 60, true
}

// recover gets faster by a step for each quiet spell since the last change.
func (p *pacer) recover(now time.Time) {
	limit := p.limiter.Limit()
	steps := now.Sub(p.changed) / quietSpell
	if limit >= p.full || steps < 1 {
		return
	}
	p.limiter.SetLimitAt(now, min(p.full, limit+rate.Limit(steps)*p.full/spellsToWhole))
	p.changed = p.changed.Add(steps * quietSpell)
}
