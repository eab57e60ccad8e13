package google

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/google/signin"
)

// slowPeer is a server without a network, each answer of which takes its time.
type slowPeer struct {
	latency func(number int) time.Duration
	answer  func(number int, r *http.Request) played

	lock sync.Mutex
	// sent has when each request came in, underWay how many were under way
	// then, itself included.
	sent     []time.Time
	underWay []int
	now      int
}

// RoundTrip implements http.RoundTripper.
func (p *slowPeer) RoundTrip(r *http.Request) (*http.Response, error) {
	p.lock.Lock()
	p.now++
	p.sent, p.underWay = append(p.sent, time.Now()), append(p.underWay, p.now)
	number := len(p.sent)
	p.lock.Unlock()
	time.Sleep(p.latency(number))
	p.lock.Lock()
	defer p.lock.Unlock()
	p.now--
	answer := ok(janeBody)
	if p.answer != nil {
		answer = p.answer(number, r)
	}
	status := max(answer.status, http.StatusOK)
	return &http.Response{
		Status: fmt.Sprint(status), StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(answer.body)), Request: r,
	}, nil
}

// directory returns a client of the peer by the clock of the test's bubble.
func (p *slowPeer) directory(t *testing.T, change ...func(Options) Options) *Directory {
	t.Helper()
	options := Options{Domain: "d118.org", Match: "Synchronization_Data.DCID", HTTPClient: &http.Client{Transport: p}}
	for _, c := range change {
		options = c(options)
	}
	d, err := New(t.Context(), signin.Config{Endpoint: "http://127.0.0.1:1", Anonymous: true}, options)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// checkQuota checks that in no span of time more were sent than the rate and the
// burst allow.
func checkQuota(t *testing.T, sent []time.Time, perSecond, burst float64) {
	t.Helper()
	for i := range sent {
		for j := i; j < len(sent); j++ {
			span := sent[j].Sub(sent[i])
			if most := burst + perSecond*span.Seconds() + 1e-6; float64(j-i+1) > most {
				t.Fatalf("%d requests in %v, at most %v are allowed", j-i+1, span, most)
			}
		}
	}
}

// read reads that many accounts side by side.
func read(t *testing.T, d *Directory, accounts int) {
	t.Helper()
	numbers := make([]int, accounts)
	for i := range numbers {
		numbers[i] = i
	}
	_, err := sideBySide(t.Context(), d.reading, numbers, func(ctx context.Context, _ int) (plan.Account, error) { return d.Account(ctx, janeID) })
	if err != nil {
		t.Fatal(err)
	}
}

func TestSlowAnswersLeaveTheQuotaNoTimeToBeIdle(t *testing.T) {
	after := func(number int, before, latency time.Duration) time.Duration {
		if number <= 100 {
			return before
		}
		return latency
	}
	for name, latency := range map[string]func(number int) time.Duration{
		"1 ms":    func(int) time.Duration { return time.Millisecond },
		"100 ms":  func(int) time.Duration { return 100 * time.Millisecond },
		"500 ms":  func(int) time.Duration { return 500 * time.Millisecond },
		"800 ms":  func(int) time.Duration { return 800 * time.Millisecond },
		"varying": func(number int) time.Duration { return time.Duration(200+number*367%600) * time.Millisecond },
		// Reading is over, and writing begins.
		"slower": func(number int) time.Duration { return after(number, 50*time.Millisecond, 500*time.Millisecond) },
		"faster": func(number int) time.Duration { return after(number, 800*time.Millisecond, 50*time.Millisecond) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const requests, perSecond = 400, 40
				p := &slowPeer{latency: latency}
				d := p.directory(t)
				if name == "slower" || name == "faster" {
					read(t, d, 100)
				}
				start := time.Now()
				read(t, d, requests)
				if busy := requests / time.Since(start).Seconds() / perSecond; busy < 0.9 {
					t.Errorf("%d requests took %v: %.0f %% of the allowed rate", requests, time.Since(start), 100*busy)
				}
				checkQuota(t, p.sent, perSecond, burst)
			})
		})
	}
}

func TestFewerRequestsAreUnderWayAfterAQuotaError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const refused = 200
		p := &slowPeer{
			latency: func(int) time.Duration { return 500 * time.Millisecond },
			answer: func(number int, _ *http.Request) played {
				if number == refused {
					return failed(429, "rateLimitExceeded", "Rate Limit Exceeded")
				}
				return ok(janeBody)
			},
		}
		read(t, p.directory(t), 400)
		before := slices.Max(p.underWay[:refused])
		// What was under way at that moment has been answered a second later.
		told := p.sent[refused-1].Add(500 * time.Millisecond)
		after := slices.IndexFunc(p.sent, func(at time.Time) bool { return at.After(told.Add(time.Second)) })
		if most := slices.Max(p.underWay[after : after+100]); 10*most > 6*before {
			t.Errorf("%d requests under way after a quota error, %d before", most, before)
		}
		checkQuota(t, p.sent, 40, burst)
	})
}

func TestNewAccountsThatWaitTheirTurnKeepNobodyElseWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const creates, reads = 100, 300
		p := &slowPeer{latency: func(int) time.Duration { return 500 * time.Millisecond }}
		var created []time.Time
		p.answer = func(number int, r *http.Request) played {
			if r.Method == http.MethodPost {
				created = append(created, p.sent[number-1])
			}
			return ok(janeBody)
		}
		d := p.directory(t)
		var group errgroup.Group
		start := time.Now()
		for i := range creates {
			group.Go(func() error {
				_, err := d.Create(t.Context(), plan.Changes{
					{Field: plan.FieldPrimaryEmail, To: plan.Text(fmt.Sprintf("new%d@d118.org", i))},
					{Field: "Synchronization_Data.DCID", To: plan.Number(977)},
				}, "a good password")
				return err
			})
		}
		read(t, d, reads)
		if took := time.Since(start); took > 11*time.Second {
			t.Errorf("%d requests took %v beside new accounts", reads, took)
		}
		if err := group.Wait(); err != nil {
			t.Error(err)
		}
		// Each is read once more, because the answer is another account's.
		if took := time.Since(start); took > 13*time.Second {
			t.Errorf("%d new accounts took %v", creates, took)
		}
		slices.SortFunc(created, time.Time.Compare)
		checkQuota(t, created, 10, 6) // their turns are exact, the requests that follow nearly
		checkQuota(t, p.sent, 40, burst)
	})
}

func TestWhoGivesUpWaitingForAPlaceLeavesItToOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlaces(func(time.Duration) int { return 1 })
		if err := p.take(t.Context(), false); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		first, second := make(chan error, 1), make(chan error, 1)
		go func() { first <- p.take(ctx, false) }()
		synctest.Wait()
		go func() { second <- p.take(t.Context(), false) }()
		synctest.Wait()
		cancel()
		if err := <-first; !errors.Is(err, context.Canceled) {
			t.Errorf("who gave up got %v", err)
		}
		p.give()
		if err := <-second; err != nil {
			t.Error(err)
		}
		p.give()
		if p.taken != 0 || len(p.waiting) != 0 {
			t.Errorf("%d places are taken and %d wait", p.taken, len(p.waiting))
		}
	})
}
