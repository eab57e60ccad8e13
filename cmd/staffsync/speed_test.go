package main

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/staffsync/staffsync/apply"
	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
	"github.com/staffsync/staffsync/source/export"
	"github.com/staffsync/staffsync/source/policy"
	"github.com/staffsync/staffsync/target/emulator"
	"github.com/staffsync/staffsync/target/google"
)

const (
	// allowed is Google's quota in a second, and burst what may go out at once.
	allowed = 40
	burst   = 10
	// latency is how long each request takes.
	latency = 500 * time.Millisecond
)

// slowly is the emulator as a server that takes half a second for each request,
// without a network, so that a test's own clock can drive it.
type slowly struct {
	*emulator.Emulator
	lock sync.Mutex
	sent []sending
}

type sending struct {
	time.Time
	path string
}

// RoundTrip implements http.RoundTripper.
func (s *slowly) RoundTrip(r *http.Request) (*http.Response, error) {
	s.lock.Lock()
	s.sent = append(s.sent, sending{time.Now(), r.URL.Path})
	s.lock.Unlock()
	time.Sleep(latency)
	answer := httptest.NewRecorder()
	s.ServeHTTP(answer, r)
	response := answer.Result()
	response.Request = r
	return response, nil
}

// checkBusy checks that the requests to paths with that part kept nine tenths of
// the allowed rate busy, and that all requests together never went over it.
func (s *slowly) checkBusy(t *testing.T, what, part string) {
	t.Helper()
	var phase []sending
	for _, sent := range s.sent {
		if strings.Contains(sent.path, part) {
			phase = append(phase, sent)
		}
	}
	n := len(phase)
	if n < 400 {
		t.Fatalf("%s: %d requests are too few to judge", what, n)
	}
	took := phase[n-1].Sub(phase[0].Time) + latency
	busy := float64(n) / took.Seconds() / allowed
	t.Logf("%s: %d requests in %v, %.0f %% of the allowed rate", what, n, took, 100*busy)
	if busy < 0.9 {
		t.Errorf("%s: %d requests in %v are %.0f %% of the allowed rate", what, n, took, 100*busy)
	}
	for i := range s.sent {
		for j := i; j < len(s.sent); j++ {
			span := s.sent[j].Sub(s.sent[i].Time)
			if most := burst + allowed*span.Seconds() + 1e-6; float64(j-i+1) > most {
				t.Fatalf("%s: %d requests in %v", what, j-i+1, span)
			}
		}
	}
}

// TestHalfASecondForEachRequestLeavesTheQuotaBusy plans and applies by a clock of
// its own. One leaver is in many groups, at the beginning of the plan or at its
// end.
func TestHalfASecondForEachRequestLeavesTheQuotaBusy(t *testing.T) {
	for name, c := range map[string]struct {
		scale
		// lookUps and writes are a part of the paths of those that do not depend
		// on each other, lookUps is - where they are too few.
		lookUps, writes string
	}{
		"many changes":   {scale{linked: 800, changes: 600}, "-", ""},
		"one leaver":     {scale{linked: 800, leavers: 1, changes: 300, groups: 1, memberships: 1, alone: 220}, "-", ""},
		"many leavers":   {scale{linked: 800, leavers: 250, groups: 260, memberships: 2, alone: 40}, "", ""},
		"rules":          {scale{linked: 800, joins: 450}, "/groups/", ""},
		"one in a crowd": {scale{linked: 800, leavers: 1, groups: 1, memberships: 1, alone: 450}, "/members/", "/members/"},
	} {
		t.Run(name, func(t *testing.T) {
			s := c.scale
			cfg, err := config.Load(s.write(t, "http://127.0.0.1:1", 0))
			if err != nil {
				t.Fatal(err)
			}
			data := s.directory(t)
			synctest.Test(t, func(t *testing.T) {
				served, err := emulator.Open(t.Context(), emulator.Options{Data: data})
				if err != nil {
					t.Fatal(err)
				}
				defer served.Close()
				slow := &slowly{Emulator: served}
				target, err := google.New(t.Context(), cfg.Target.Google.Config, cfg.Target.Google.Pace(google.Options{
					Domain: cfg.Domain, Match: cfg.Match, Attributes: cfg.Policy.Rules().Attributes, HTTPClient: &http.Client{Transport: slow},
				}))
				if err != nil {
					t.Fatal(err)
				}
				desired, err := policy.Reader{Tables: export.New(cfg.Source.Export.Dir, cfg.Source), Policy: cfg.Policy}.ReadState(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				actual, err := target.ReadStateFor(t.Context(), expected(desired))
				if err != nil {
					t.Fatal(err)
				}
				slow.sent = nil // pages depend on each other
				made, err := diff.Complete(t.Context(), desired, &actual, cfg.Limits, target)
				if err != nil {
					t.Fatal(err)
				}
				if c.lookUps != "-" {
					slow.checkBusy(t, "look-ups", c.lookUps)
				}
				if s.joins > 0 {
					slow.sent = nil
					if _, err := target.ReadWide(t.Context(), expected(desired), true, func(google.WideCost) {}); err != nil {
						t.Fatal(err)
					}
					slow.checkBusy(t, "wide snapshot", "/members")
				}
				slow.sent = nil
				if made, err = reread(made); err != nil {
					t.Fatal(err)
				}
				options := cfg.ApplyOptions()
				options.JournalPath = filepath.Join(t.TempDir(), "plan.journal")
				options.Workers = target.AtOnce()
				result, err := apply.Run(t.Context(), made, target, options)
				if err != nil || result.Incomplete() || result.Counts[apply.Done] != s.changes+s.leavers+s.joins {
					t.Fatalf("%v, %+v", err, result.Counts)
				}
				slow.checkBusy(t, "apply", c.writes)
			})
		})
	}
}

// reread is the plan as it comes out of its file, its digest included.
func reread(made plan.Plan) (plan.Plan, error) {
	data, err := plan.Encode(made)
	if err != nil {
		return plan.Plan{}, err
	}
	return plan.Decode(data)
}
