package google

import (
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/google/signin"
)

func TestTheConfigsPaceIsKept(t *testing.T) {
	requests, creates := 600, 2
	for name, test := range map[string]struct {
		config         Config
		reads, creates time.Duration
	}{
		"Google's own":   {Config{}, 10 * time.Second, 3 * time.Second},
		"less":           {Config{RequestsPerMinute: &requests, CreatesPerSecond: &creates}, 40 * time.Second, 15 * time.Second},
		"fewer creates":  {Config{CreatesPerSecond: &creates}, 10 * time.Second, 15 * time.Second},
		"fewer requests": {Config{RequestsPerMinute: &requests}, 40 * time.Second, 6 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := &slowPeer{latency: func(int) time.Duration { return time.Millisecond }}
				d := p.directory(t, test.config.Pace)
				start := time.Now()
				read(t, d, 410)
				if got := time.Since(start).Round(time.Second); got != test.reads {
					t.Errorf("410 reads took %v, want %v", got, test.reads)
				}
				time.Sleep(time.Minute)
				start = time.Now()
				var group errgroup.Group
				for range 31 { // each is read once more, because the answer is another account's
					group.Go(func() error {
						_, err := d.Create(t.Context(), plan.Changes{
							{Field: plan.FieldPrimaryEmail, To: plan.Text("new@d118.org")},
							{Field: "Synchronization_Data.DCID", To: plan.Number(977)},
						}, "a good password")
						return err
					})
				}
				if err := group.Wait(); err != nil {
					t.Error(err)
				}
				if got := time.Since(start).Round(time.Second); got < test.creates-time.Second || got > test.creates+time.Second {
					t.Errorf("31 creates took %v, want %v", got, test.creates)
				}
			})
		})
	}
}

func TestAPaceBelowOneIsAMistake(t *testing.T) {
	zero, less, one := 0, -1, 1
	local := signin.Config{Endpoint: "http://127.0.0.1:1", Anonymous: true}
	if err := (Config{Config: local, RequestsPerMinute: &one, CreatesPerSecond: &one}).Validate(); err != nil {
		t.Error(err)
	}
	for _, wrong := range []Config{{Config: local, RequestsPerMinute: &zero}, {Config: local, CreatesPerSecond: &less}} {
		if got := plan.KeyErrors(wrong.Validate()); len(got) != 1 {
			t.Errorf("%+v: %v", wrong, got)
		}
	}
	if got := plan.KeyErrors(Config{RequestsPerMinute: &zero}.Validate()); len(got) != 2 {
		t.Errorf("without a way to sign in: %v", got)
	}
}
