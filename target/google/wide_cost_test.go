package google

import (
	"testing"
	"time"

	"github.com/staffsync/staffsync/plan"
)

func TestWhatReadingWidelyCosts(t *testing.T) {
	d := &Directory{requests: newPacer(0, defaultRequestsPerMinute, time.Minute, burst)}
	var groups []*listedGroup
	for _, members := range []int64{0, 1, 200, 201, 15_200} {
		groups = append(groups, &listedGroup{WideGroup: plan.WideGroup{}, members: members})
	}
	// One page at least, 200 members on each: 1, 1, 1, 2 and 76.
	if got, want := d.wideCost(groups, true), (WideCost{Groups: 5, Requests: 81, Time: 2025 * time.Millisecond}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}
