package google

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/time/rate"
	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
)

func TestAPacerKeepsToItsRateSlowsOnceAndRecovers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.IntRange(1, 5000).Draw(t, "per minute")
		burst := rapid.IntRange(1, 10).Draw(t, "burst")
		p := newPacer(number, 0, time.Minute, burst)
		full := rate.Limit(float64(number) / 60)
		now := time.Date(2026, 8, 3, 12, 0, 0, 0, time.UTC)
		start, granted := now, 0
		check := func() {
			limit := p.limiter.Limit()
			if limit > full || limit < full/slowest {
				t.Fatalf("rate %v, want %v to %v", limit, full/slowest, full)
			}
			if most := float64(burst) + float64(full)*now.Sub(start).Seconds() + 1e-6*float64(1+granted); float64(granted) > most {
				t.Fatalf("%d requests in %v, want at most %v", granted, now.Sub(start), most)
			}
		}
		rest := func(longest time.Duration) {
			now = now.Add(time.Duration(rapid.Int64Range(1, int64(longest)).Draw(t, "rest")))
		}
		t.Repeat(map[string]func(*rapid.T){
			"request": func(t *rapid.T) {
				before := p.limiter.Limit()
				now = now.Add(p.reserve(now))
				granted++
				if p.limiter.Limit() < before {
					t.Fatal("a request made it slower")
				}
			},
			"rest": func(*rapid.T) { rest(time.Minute) },
			"quota": func(t *rapid.T) {
				rest(time.Second)
				now = now.Add(p.reserve(now)) // it is as fast as it is to be by now
				granted++
				sent := now
				rest(time.Second)
				perMinute, slowed := p.slow(sent, now)
				after := p.limiter.Limit()
				if !slowed || after > full/2 || perMinute != float64(after)*60 {
					t.Fatalf("slowed %v to %v (%v a minute) of %v", slowed, after, perMinute, full)
				}
				// What was under way with it counts once.
				if _, again := p.slow(sent, now); again || p.limiter.Limit() != after {
					t.Fatalf("slowed twice, to %v", p.limiter.Limit())
				}
			},
			"quiet": func(t *rapid.T) {
				now = now.Add(spellsToWhole * quietSpell)
				now = now.Add(p.reserve(now))
				granted++
				if p.limiter.Limit() != full {
					t.Fatalf("rate %v after a long quiet spell, want %v", p.limiter.Limit(), full)
				}
			},
			"": func(*rapid.T) { check() },
		})
	})
}

func TestAPacerGetsFasterStepByStep(t *testing.T) {
	now := time.Date(2026, 8, 3, 12, 0, 0, 0, time.UTC)
	p := newPacer(2400, 0, time.Minute, 10)
	at := func(after time.Duration, want float64) {
		t.Helper()
		now = now.Add(after)
		p.reserve(now)
		if got := float64(p.limiter.Limit()) * 60; got != want {
			t.Errorf("%v requests a minute, want %v", got, want)
		}
	}
	at(0, 2400)
	p.slow(now, now)
	at(0, 1200)
	p.slow(now.Add(time.Second), now.Add(time.Second))
	at(time.Second, 600)
	at(14*time.Second, 600)
	at(time.Second, 900)
	at(15*time.Second, 1200)
	at(30*time.Second, 1800)
	at(time.Hour, 2400)
	for range 20 {
		now = now.Add(time.Second)
		p.slow(now, now)
	}
	at(0, 2400/slowest)
	lifted := newPacer(-1, 2400, time.Minute, 10)
	if _, slowed := lifted.slow(now, now); slowed || lifted.reserve(now) != 0 {
		t.Error("a rate that is lifted was slowed down")
	}
}

func TestAQuotaErrorSlowsAllFurtherRequestsDown(t *testing.T) {
	quota := failed(429, "rateLimitExceeded", "Rate Limit Exceeded")
	for name, test := range map[string]struct {
		answer played
		slows  bool
	}{
		"429":       {quota, true},
		"403":       {failed(403, "userRateLimitExceeded", "User Rate Limit Exceeded"), true},
		"quota":     {failed(403, "quotaExceeded", "Quota exceeded"), true},
		"text":      {played{status: 403, body: "Request rate higher than configured."}, true},
		"503":       {failed(503, "backendError", "Backend Error"), false},
		"conflict":  {failed(409, "conflict", "Conflicting requests. Please try again"), false},
		"not ready": {failed(412, "conditionNotMet", "User creation is not complete."), false},
	} {
		t.Run(name, func(t *testing.T) {
			var clock fakeClock
			p := newPeer(t, func(number int, _ received) played {
				if number == 1 {
					return test.answer
				}
				return ok(janeBody)
			})
			d := p.directory(t, clock.options, func(o *Options) { o.RequestsPerMinute = 2400 })
			read := func(requests int) time.Duration {
				start := clock.now
				for range requests {
					if _, err := d.Account(t.Context(), janeID); err != nil {
						t.Fatal(err)
					}
				}
				return clock.now.Sub(start).Round(time.Millisecond)
			}
			read(100) // the bucket is empty now
			want := 2500 * time.Millisecond
			if test.slows {
				want *= 2
			}
			if got := read(100); got != want {
				t.Errorf("100 requests took %v, want %v", got, want)
			}
			if got := strings.Contains(p.logged(), `level=INFO msg="slowing down" what=requests perMinute=1200`); got != test.slows {
				t.Errorf("the log tells of it: %v, want %v", got, test.slows)
			}
			clock.now = clock.now.Add(spellsToWhole * quietSpell)
			read(100)
			if got := read(200); got != 5*time.Second {
				t.Errorf("200 requests took %v after a quiet time, want 5s", got)
			}
		})
	}
}

func TestTooManyNewAccountsAtOnceSlowOnlyTheirCreationDown(t *testing.T) {
	var clock fakeClock
	p := newPeer(t, func(number int, r received) played {
		switch {
		case number == 1:
			return failed(503, "backendError", "Backend Error")
		case number == 2:
			return failed(404, "notFound", "Resource Not Found: userKey")
		}
		return ok(janeBody)
	})
	d := p.directory(t, clock.options, func(o *Options) { o.RequestsPerMinute, o.CreatesPerSecond = 2400, 10 })
	create := func(accounts int) time.Duration {
		start := clock.now
		for i := range accounts {
			changes := plan.Changes{
				{Field: plan.FieldPrimaryEmail, To: plan.Text(fmt.Sprintf("new%d@d118.org", i))},
				{Field: "Synchronization_Data.DCID", To: plan.Number(977)},
			}
			if _, err := d.Create(t.Context(), changes, "a good password"); err != nil {
				t.Fatal(err)
			}
		}
		return clock.now.Sub(start).Round(time.Millisecond)
	}
	create(2)
	if got := create(40); got != 8*time.Second {
		t.Errorf("40 creates took %v, want 8s", got)
	}
	start := clock.now
	for range 100 {
		if _, err := d.Account(t.Context(), janeID); err != nil {
			t.Fatal(err)
		}
	}
	if got := clock.now.Sub(start); got > 2500*time.Millisecond {
		t.Errorf("100 reads took %v, want 2.5s at most", got)
	}
}
