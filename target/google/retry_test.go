package google

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

// sentinels are all that a caller may decide on.
var sentinels = []error{plan.ErrNotFound, plan.ErrRefused, plan.ErrDuplicate, plan.ErrForbidden, plan.ErrUnclear}

func checkKind(t *testing.T, err, want error) {
	t.Helper()
	for _, sentinel := range sentinels {
		if got := errors.Is(err, sentinel); got != (sentinel == want) {
			t.Errorf("errors.Is(%v, %v) = %v", err, sentinel, got)
		}
	}
}

func TestEveryErrorRowIsRetriedOrPermanentAsDocumented(t *testing.T) {
	const page = `<html><head><style>x{}</style><title>Error 502 (Server Error)!!1</title></head><body><p><b>502.</b> That&#39;s an error.</p></body></html>`
	tests := []struct {
		name    string
		answer  played
		retried bool
		kind    error
		// writeKind is the kind of the same answer to a write.
		writeKind error
		message   string
	}{
		{"400", failed(400, "invalid", "Invalid Input: primaryEmail"), false, plan.ErrRefused, plan.ErrRefused,
			"refused: the directory answered 400 invalid: Invalid Input: primaryEmail"},
		{"400 org unit", failed(400, "invalid", "Invalid Input: INVALID_OU_ID"), false, plan.ErrRefused, plan.ErrRefused,
			"refused: no such org unit: the directory answered 400 invalid: Invalid Input: INVALID_OU_ID"},
		{"400 org unit in other words", failed(400, "invalid", "Invalid Ou Id"), false, plan.ErrRefused, plan.ErrRefused,
			"refused: no such org unit: the directory answered 400 invalid: Invalid Ou Id"},
		{"401", failed(401, "authError", "Invalid Credentials"), false, nil, nil,
			"the directory answered 401 authError: Invalid Credentials"},
		{"403 user rate", failed(403, "userRateLimitExceeded", "User Rate Limit Exceeded"), true, nil, nil,
			"the directory answered 403 userRateLimitExceeded: User Rate Limit Exceeded"},
		{"403 quota", failed(403, "quotaExceeded", "Quota exceeded"), true, nil, nil,
			"the directory answered 403 quotaExceeded: Quota exceeded"},
		{"403 quota as text", played{status: 403, body: "Request rate higher than configured.\n"}, true, nil, nil,
			"the directory answered 403: Request rate higher than configured."},
		{"403 forbidden", failed(403, "forbidden", "Not Authorized to access this resource/api"), false, plan.ErrForbidden, plan.ErrForbidden,
			"forbidden: the directory answered 403 forbidden: Not Authorized to access this resource/api"},
		{"404", failed(404, "notFound", "Resource Not Found: userKey"), false, plan.ErrNotFound, plan.ErrNotFound,
			"not found: the directory answered 404 notFound: Resource Not Found: userKey"},
		{"404 of another server", played{status: 404, body: "404 page not found\n"}, false, nil, nil,
			"the directory answered 404: 404 page not found (this is not an answer of the Directory API; is the endpoint right?)"},
		{"409 duplicate", failed(409, "duplicate", "Entity already exists."), false, plan.ErrDuplicate, plan.ErrDuplicate,
			"already exists: the directory answered 409 duplicate: Entity already exists."},
		{"409 conflict", failed(409, "conflict", "Conflicting requests. Please try again"), true, nil, nil,
			"the directory answered 409 conflict: Conflicting requests. Please try again"},
		{"412 not met", failed(412, "conditionNotMet", "User creation is not complete."), true, nil, nil,
			"the directory answered 412 conditionNotMet: User creation is not complete."},
		{"412 abuse", failed(412, "adminCannotUnsuspend", "Admin cannot unsuspend this user."), false, plan.ErrForbidden, plan.ErrForbidden,
			"forbidden: nobody but Google can lift the suspension: the directory answered 412 adminCannotUnsuspend: Admin cannot unsuspend this user."},
		{"429", failed(429, "rateLimitExceeded", "Rate Limit Exceeded"), true, nil, nil,
			"the directory answered 429 rateLimitExceeded: Rate Limit Exceeded"},
		{"500", failed(500, "backendError", "Backend Error"), true, nil, plan.ErrUnclear,
			"the directory answered 500 backendError: Backend Error"},
		{"501", failed(501, "notImplemented", "Not Implemented"), false, nil, nil,
			"the directory answered 501 notImplemented: Not Implemented"},
		{"502 page", played{status: 502, body: page}, true, nil, plan.ErrUnclear,
			"the directory answered 502: Error 502 (Server Error)!!1 502. That's an error."},
		{"503", failed(503, "backendError", "Service unavailable. Please try again"), true, nil, plan.ErrUnclear,
			"the directory answered 503 backendError: Service unavailable. Please try again"},
		{"504 empty", played{status: 504}, true, nil, plan.ErrUnclear,
			"the directory answered 504"},
		{"redirect", played{status: 307, header: http.Header{"Location": {"http://elsewhere.invalid/"}}}, false, nil, nil,
			"the directory answered 307"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			requests, attempts := 1, ""
			if test.retried {
				requests, attempts = 6, " (after 6 attempts)"
			}
			p := newPeer(t, func(int, received) played { return test.answer })
			_, err := p.directory(t).Account(t.Context(), janeID)
			if err == nil {
				t.Fatal("the read succeeded")
			}
			if diff := cmp.Diff("read account 1042: "+test.message+attempts, err.Error()); diff != "" {
				t.Error(diff)
			}
			checkKind(t, err, test.kind)
			if got := p.count("GET /users/1042"); got != requests {
				t.Errorf("%d requests, want %d", got, requests)
			}
			p.checkPauses(t, requests-1)

			w := newPeer(t, answersUpdates(test.answer))
			_, err = w.directory(t).Update(t.Context(), janeID, suspending())
			checkKind(t, err, test.writeKind)
			if got := w.count("PUT /users/1042"); got != requests {
				t.Errorf("%d updates, want %d", got, requests)
			}
			readBack := 0
			if test.writeKind == plan.ErrUnclear {
				readBack = requests
			}
			if w.count("") != requests+readBack {
				t.Errorf("requests %v, want the updates and %d looks", w.lines(), readBack)
			}
		})
	}
}

// suspending is the change that suspends an account.
func suspending() plan.Changes {
	return plan.Changes{{Field: plan.FieldSuspended, From: plan.Truth(false), To: plan.Truth(true)}}
}

// answersUpdates gives every update that answer; the account is always read
// as not suspended.
func answersUpdates(answer played) func(int, received) played {
	return func(_ int, r received) played {
		if r.method == "PUT" {
			return answer
		}
		return ok(strings.Replace(janeBody, `"suspended":true`, `"suspended":false`, 1))
	}
}

func TestARetrySucceedsAsSoonAsTheServerDoes(t *testing.T) {
	p := newPeer(t, func(number int, _ received) played {
		if number < 4 {
			return failed(429, "rateLimitExceeded", "Rate Limit Exceeded")
		}
		return ok(janeBody)
	})
	d := p.directory(t)
	if _, err := d.Account(t.Context(), janeID); err != nil {
		t.Fatal(err)
	}
	p.checkPauses(t, 3)
	if d.Requests() != 4 {
		t.Errorf("%d requests counted, want 4", d.Requests())
	}
}

func TestRetryAfterIsHonoured(t *testing.T) {
	now := time.Date(2026, 8, 3, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		name, header string
		low, high    time.Duration
	}{
		{"seconds", "30", 30 * time.Second, 30 * time.Second},
		{"date", now.Add(time.Minute).Format(http.TimeFormat), time.Minute, time.Minute},
		{"shorter than the own pause", "0", time.Second, 2 * time.Second},
		{"past date", now.Add(-time.Hour).Format(http.TimeFormat), time.Second, 2 * time.Second},
		{"negative", "-5", time.Second, 2 * time.Second},
		{"nonsense", "soon", time.Second, 2 * time.Second},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := newPeer(t, func(number int, _ received) played {
				if number > 1 {
					return ok(janeBody)
				}
				answer := failed(429, "rateLimitExceeded", "Rate Limit Exceeded")
				answer.header = http.Header{"Retry-After": {test.header}}
				return answer
			})
			d := p.directory(t, func(o *Options) { o.Now = func() time.Time { return now } })
			if _, err := d.Account(t.Context(), janeID); err != nil {
				t.Fatal(err)
			}
			if len(p.pauses) != 1 || p.pauses[0] < test.low || p.pauses[0] > test.high {
				t.Errorf("paused %v, want one pause from %v to %v", p.pauses, test.low, test.high)
			}
		})
	}
}

func TestALongRetryAfterEndsTheRunWithTheTimeToWait(t *testing.T) {
	p := newPeer(t, func(int, received) played {
		answer := failed(429, "rateLimitExceeded", "Rate Limit Exceeded")
		answer.header = http.Header{"Retry-After": {"3600"}}
		return answer
	})
	_, err := p.directory(t).Account(t.Context(), janeID)
	const want = "read account 1042: the directory answered 429 rateLimitExceeded: Rate Limit Exceeded; the directory asks to wait 1h0m0s, run again then"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if p.count("") != 1 {
		t.Errorf("requests %v, want one", p.lines())
	}
}

func TestALostAnswerIsAskedForAgain(t *testing.T) {
	for name, first := range map[string]played{
		"connection closed": {drop: true},
		"body cut":          {body: janeBody, cut: true},
		"empty body":        {},
		"no answer":         {hang: true},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPeer(t, func(number int, _ received) played {
				if number == 1 {
					return first
				}
				return ok(janeBody)
			})
			d := p.directory(t, func(o *Options) { o.RequestTimeout = 300 * time.Millisecond })
			account, err := d.Account(t.Context(), janeID)
			if err != nil || account.DCID != 977 {
				t.Errorf("read %+v, %v", account, err)
			}
			// net/http itself repeats a GET on a connection that was closed
			// before it was used, so only the pauses are ours for certain.
			if got := p.count("GET /users/1042"); got < 2 {
				t.Errorf("%d requests, want a second one", got)
			}
		})
	}
}

func TestAWriteThatGetsNoAnswerIsUnclear(t *testing.T) {
	for name, test := range map[string]struct {
		answer  played
		updates int
		message string
		timeout time.Duration
	}{
		"timeout": {played{hang: true}, 6, "update account 1042: outcome unknown: no answer within 50ms (after 6 attempts)", 50 * time.Millisecond},
		"cut":     {played{body: janeBody, cut: true}, 6, "update account 1042: outcome unknown: the connection failed: unexpected EOF (after 6 attempts)", 0},
		"no JSON": {played{body: "<html>Sign in</html>"}, 1, "update account 1042: outcome unknown: the answer is not JSON of the Directory API: invalid character '<' looking for beginning of value", 0},
		"no user": {played{body: "{}"}, 1, "update account 1042: outcome unknown: the directory answered without an account", 0},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPeer(t, answersUpdates(test.answer))
			d := p.directory(t, func(o *Options) { o.RequestTimeout = test.timeout })
			_, err := d.Update(t.Context(), janeID, suspending())
			checkKind(t, err, plan.ErrUnclear)
			if err == nil || err.Error() != test.message {
				t.Errorf("got  %v\nwant %s", err, test.message)
			}
			// On a busy machine a request may time out before it is even sent.
			got := p.count("PUT")
			if got < 1 || got > test.updates || got < test.updates && test.timeout == 0 {
				t.Errorf("%d updates, want %d", got, test.updates)
			}
		})
	}
}

func TestAServerThatIsNotThereIsNamedAtOnce(t *testing.T) {
	p := newPeer(t, func(int, received) played { return ok(janeBody) })
	d := p.directory(t)
	p.server.Close()
	_, err := d.Update(t.Context(), janeID, plan.Changes{{Field: plan.FieldSuspended, To: plan.Truth(true)}})
	if err == nil || !strings.HasSuffix(err.Error(), "(is the server at target.google.endpoint running?)") {
		t.Errorf("got %v", err)
	}
	// Nothing was sent, so nothing is unclear.
	checkKind(t, err, nil)
	p.checkPauses(t, 0)
}

func TestCancellingEndsAWaitAtOnce(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	p := newPeer(t, func(int, received) played { return failed(503, "backendError", "Backend Error") })
	d := p.directory(t, func(o *Options) {
		o.Sleep = func(ctx context.Context, d time.Duration) error {
			cancel()
			<-ctx.Done()
			return ctx.Err()
		}
	})
	_, err := d.Account(ctx, janeID)
	if !errors.Is(err, context.Canceled) || err.Error() != "read account 1042: context canceled" {
		t.Errorf("read: %v", err)
	}
	if p.count("") != 1 {
		t.Errorf("requests %v, want one", p.lines())
	}
	if _, err := d.Account(ctx, janeID); !errors.Is(err, context.Canceled) || p.count("") != 1 {
		t.Errorf("with a cancelled context: %v after %d requests", err, p.count(""))
	}
}

func TestCancellingAWriteInFlightLeavesItUnclear(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	p := newPeer(t, func(int, received) played { cancel(); return played{hang: true} })
	_, err := p.directory(t).Update(ctx, janeID, plan.Changes{{Field: plan.FieldSuspended, To: plan.Truth(true)}})
	checkKind(t, err, plan.ErrUnclear)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v is not context.Canceled", err)
	}
}

// fakeClock is a clock that only sleeping moves.
type fakeClock struct{ now time.Time }

func (c *fakeClock) options(o *Options) {
	c.now = time.Date(2026, 8, 3, 12, 0, 0, 0, time.UTC)
	o.Now = func() time.Time { return c.now }
	o.Sleep = func(ctx context.Context, d time.Duration) error {
		c.now = c.now.Add(d)
		return ctx.Err()
	}
}

func TestRequestsKeepToTheQuota(t *testing.T) {
	var clock fakeClock
	p := newPeer(t, func(int, received) played { return ok(janeBody) })
	d := p.directory(t, clock.options, func(o *Options) { o.RequestsPerMinute = 0 })
	start := clock.now
	for range 410 {
		if _, err := d.Account(t.Context(), janeID); err != nil {
			t.Fatal(err)
		}
	}
	// 2,400 a minute are 40 a second, after a burst of 10.
	if got, want := clock.now.Sub(start).Round(time.Millisecond), 10*time.Second; got != want {
		t.Errorf("410 requests took %v, want %v", got, want)
	}
}

func TestCreatesArePacedOnTheirOwn(t *testing.T) {
	var clock fakeClock
	p := newPeer(t, func(_ int, r received) played { return ok(janeBody) })
	d := p.directory(t, clock.options, func(o *Options) { o.CreatesPerSecond = 0 })
	start := clock.now
	for i := range 31 {
		changes := plan.Changes{
			{Field: plan.FieldPrimaryEmail, To: plan.Text(fmt.Sprintf("new%d@d118.org", i))},
			{Field: "Synchronization_Data.DCID", To: plan.Number(977)},
		}
		if _, err := d.Create(t.Context(), changes, "a good password"); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := clock.now.Sub(start).Round(time.Millisecond), 3*time.Second; got != want {
		t.Errorf("31 creates took %v, want %v", got, want)
	}
}

func TestRequestsAreLoggedWithoutQueryOrBody(t *testing.T) {
	p := newPeer(t, func(number int, _ received) played {
		if number == 1 {
			return failed(503, "backendError", "Backend Error")
		}
		return ok(janeBody)
	})
	d := p.directory(t)
	if _, err := d.AccountAt(t.Context(), "jdoe@d118.org"); err != nil {
		t.Fatal(err)
	}
	log := p.logged()
	for _, want := range []string{
		`level=DEBUG msg=request method=GET path=/admin/directory/v1/users/jdoe%40d118.org`, "attempt=1 status=503", "attempt=2 status=200",
		`level=INFO msg="waiting before trying again"`,
	} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %q:\n%s", want, log)
		}
	}
	for _, unwanted := range []string{"customFieldMask", "Cotton Creek"} {
		if strings.Contains(log, unwanted) {
			t.Errorf("the log holds %q:\n%s", unwanted, log)
		}
	}
}
