package google

import (
	"context"
	"slices"
	"sync"
	"time"
)

const (
	// usualLatency is how long a request is taken to last before any was
	// answered: Google needs 200 to 800 ms for a write. It is never taken to be
	// shorter than shortLatency, because a slow request may follow fast ones.
	usualLatency = 500 * time.Millisecond
	shortLatency = 250 * time.Millisecond
	longLatency  = 800 * time.Millisecond
	// smoothing is how many answers it takes to renew the latency.
	smoothing = 8
)

// places bounds how many requests are under way at once. There are as many as
// the latency seen asks for, so that slow answers cost no time. Who comes first
// goes first, but after whoever has waited elsewhere before.
type places struct {
	// number tells how many places there are at a latency, one at least.
	number func(latency time.Duration) int

	lock    sync.Mutex
	latency time.Duration
	taken   int
	waiting []chan struct{}
}

func newPlaces(number func(latency time.Duration) int) *places {
	return &places{number: number, latency: usualLatency}
}

// take waits for a place, which whoever gets it has to give back. Ahead of the
// others goes who has waited before.
func (p *places) take(ctx context.Context, ahead bool) error {
	p.lock.Lock()
	if (ahead || len(p.waiting) == 0) && p.taken < p.number(p.latency) {
		p.taken++
		p.lock.Unlock()
		return nil
	}
	turn := make(chan struct{})
	if ahead {
		p.waiting = slices.Insert(p.waiting, 0, turn)
	} else {
		p.waiting = append(p.waiting, turn)
	}
	p.lock.Unlock()

	select {
	case <-turn:
		return nil
	case <-ctx.Done():
	}
	p.lock.Lock()
	defer p.lock.Unlock()
	if i := slices.Index(p.waiting, turn); i >= 0 {
		p.waiting = slices.Delete(p.waiting, i, i+1)
	} else { // the turn came at the same moment
		p.taken--
		p.handOn()
	}
	return ctx.Err()
}

// give gives a place back.
func (p *places) give() {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.taken--
	p.handOn()
}

// handOn gives the places that are free to those who wait.
func (p *places) handOn() {
	for len(p.waiting) > 0 && p.taken < p.number(p.latency) {
		close(p.waiting[0])
		p.waiting = p.waiting[1:]
		p.taken++
	}
}

// answered notes how long a request took.
func (p *places) answered(took time.Duration) {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.latency += (took - p.latency) / smoothing
}
