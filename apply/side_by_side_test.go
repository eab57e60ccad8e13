package apply

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

// slow is a directory that takes its time for each write.
type slow struct {
	*fake
	mu          sync.Mutex
	now, atOnce int
}

func (s *slow) wait(d time.Duration) {
	s.mu.Lock()
	s.now++
	s.atOnce = max(s.atOnce, s.now)
	s.mu.Unlock()
	time.Sleep(d)
	s.mu.Lock()
	s.now--
	s.mu.Unlock()
}

func (s *slow) Update(ctx context.Context, id string, changes plan.Changes) (plan.Account, error) {
	s.wait(500 * time.Millisecond)
	return s.fake.Update(ctx, id, changes)
}

// LeaveGroup answers the later the earlier the group is in the plan.
func (s *slow) LeaveGroup(ctx context.Context, group, id string) error {
	var number int
	_, _ = fmt.Sscanf(group, "group%d@x.org", &number)
	s.wait(time.Duration(500-number) * time.Millisecond)
	return s.fake.LeaveGroup(ctx, group, id)
}

func TestOneAccountLeavesItsGroupsSideBySideWithinTheRunsBounds(t *testing.T) {
	const groups, workers = 90, 9
	synctest.Test(t, func(t *testing.T) {
		directory := &slow{fake: newFake(account(1, "a@x.org"), account(2, "b@x.org"))}
		var left []string
		for i := range groups {
			left = append(left, fmt.Sprintf("group%02d@x.org", i))
			directory.join(left[i], "g1")
		}
		options := fileOptions(t)
		options.Workers = workers
		start := time.Now()
		result := mustRun(t, sealed(t, suspension(1, "a@x.org", left...), suspension(2, "b@x.org")), directory, options)
		if result.Counts[Done] != 2 || directory.atOnce != workers {
			t.Errorf("%d at once, %+v", directory.atOnce, result.Counts)
		}
		// There is a write before the groups and one after them.
		if took := time.Since(start); took > (groups/workers+2)*500*time.Millisecond {
			t.Errorf("it took %v", took)
		}
		var of1 []string
		for _, write := range directory.writes {
			if strings.Contains(write, "g1") {
				of1 = append(of1, write)
			}
		}
		if first, last := of1[0], of1[len(of1)-1]; first != "update g1 suspended" || last != "update g1 orgUnitPath" || len(of1) != groups+2 {
			t.Errorf("%d writes, from %q to %q", len(of1), first, last)
		}
	})
}

func TestGroupsLeftSideBySideAreToldOfInThePlansOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		directory := &slow{fake: newFake(account(1, "a@x.org"))}
		var groups []string
		for i := range 6 {
			groups = append(groups, fmt.Sprintf("group%02d@x.org", i))
			directory.join(groups[i], "g1")
		}
		directory.before = func(write string) error {
			if strings.HasPrefix(write, "leave group01") || strings.HasPrefix(write, "leave group04") {
				return fmt.Errorf("no %s: %w", write, plan.ErrForbidden)
			}
			return nil
		}
		options := fileOptions(t)
		options.Workers = 6
		p := sealed(t, suspension(1, "a@x.org", groups...))
		want := []string{"suspended done", "group00@x.org done", "group01@x.org failed", "group02@x.org done", "group03@x.org done", "group04@x.org failed", "group05@x.org done"}
		told := func(result Result) (told []string) {
			for _, note := range result.Outcomes[0].Notes {
				if note.Status != NotAttempted {
					told = append(told, note.Name+" "+string(note.Status))
				}
			}
			return told
		}
		if diff := cmp.Diff(want, told(mustRun(t, p, directory, options))); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if got := directory.accounts["g1"]; !got.Suspended || got.OrgUnitPath == leavers {
			t.Errorf("the account is %+v", got)
		}
		// What was left is in the journal, so a rerun asks only for the rest.
		directory.before, directory.writes = nil, nil
		mustRun(t, p, directory, options)
		if len(directory.writes) != 3 || !strings.HasPrefix(directory.writes[2], "update") {
			t.Errorf("the rerun writes %q", directory.writes)
		}
	})
}
