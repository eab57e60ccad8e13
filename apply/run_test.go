package apply

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

func TestInterruptedRunFinishesWhatIsInFlightAndARerunCompletesIt(t *testing.T) {
	p := sealed(t, suspension(1, "a@x.org", "all@x.org"), suspension(2, "b@x.org"))
	options := fileOptions(t)
	directory := newFake(account(1, "a@x.org"), account(2, "b@x.org"))
	directory.join("all@x.org", "g1")
	ctx, interrupt := context.WithCancel(t.Context())
	directory.before = func(write string) error {
		if write == "update g1 suspended" {
			interrupt()
		}
		return nil
	}
	result, err := Run(ctx, p, directory, options)
	if err != nil {
		t.Fatal(err)
	}
	if !result.Interrupted || !result.Incomplete() {
		t.Errorf("the result is %+v", result)
	}
	if diff := cmp.Diff(map[string]Status{"account/1": Done, "account/2": NotAttempted}, statuses(result)); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
	if got := result.Outcomes[1].Message; got != "the run was interrupted before its turn; run apply again" {
		t.Errorf("the message is %q", got)
	}
	want := []string{"update g1 suspended", "leave all@x.org g1", "update g1 orgUnitPath"}
	if diff := cmp.Diff(want, directory.writes); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
	if result := mustRun(t, p, directory, options); result.Incomplete() || result.Counts[Done] != 1 || result.Counts[Already] != 1 {
		t.Errorf("the rerun: %+v", result)
	}
}

func TestRunInterruptedInTheMiddleOfASwapFinishesTheSwapAndNothingElse(t *testing.T) {
	accounts, swap := ring(t, 2)
	p := sealed(t, append(swap.Actions, suspension(9, "z@x.org"))...)
	options := fileOptions(t)
	options.Workers = 1
	directory := newFake(append(accounts, account(9, "z@x.org"))...)
	ctx, interrupt := context.WithCancel(t.Context())
	directory.before = func(string) error { interrupt(); return nil }
	result, err := Run(ctx, p, directory, options)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]Status{"account/1": Done, "account/2": Done, "account/9": NotAttempted}, statuses(result)); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
	if !result.Interrupted {
		t.Error("the run does not say that it was interrupted")
	}
	if diff := cmp.Diff(map[string][]string{"g1": {"p2@x.org"}, "g2": {"p1@x.org"}, "g9": {"z@x.org"}}, addresses(directory)); diff != "" {
		t.Errorf("addresses (-want +got):\n%s", diff)
	}
}

func TestNothingBeginsAfterAnInterruptThoughWhatItWaitedForIsDone(t *testing.T) {
	owner := renaming(2, "b@x.org", "c@x.org")
	owner.Release = []string{"b@x.org"}
	directory := newFake(account(1, "a@x.org"), account(2, "b@x.org"))
	ctx, interrupt := context.WithCancel(t.Context())
	directory.before = func(string) error { interrupt(); return nil }
	options := fileOptions(t)
	options.Workers = 2
	result, err := Run(ctx, sealed(t, renaming(1, "a@x.org", "b@x.org", "account/2"), owner), directory, options)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]Status{"account/1": NotAttempted, "account/2": Done}, statuses(result)); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"update g2 primaryEmail", "release g2 b@x.org"}, directory.writes); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
}

func TestInterruptThatComesAfterTheLastActionInterruptsNothing(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	directory := newFake(account(1, "a@x.org"))
	directory.before = func(string) error { interrupt(); return nil }
	result, err := Run(ctx, sealed(t, suspension(1, "a@x.org")), directory, fileOptions(t))
	if err != nil || result.Interrupted || result.Incomplete() {
		t.Errorf("%+v, %v", result, err)
	}
}

// hanging is a directory whose updates wait until they are cancelled.
type hanging struct {
	*fake
	begun chan struct{}
	once  sync.Once
}

func (h *hanging) Update(ctx context.Context, _ string, _ plan.Changes) (plan.Account, error) {
	h.once.Do(func() { close(h.begun) })
	<-ctx.Done()
	return plan.Account{}, fmt.Errorf("%w: %w", plan.ErrRefused, context.Cause(ctx))
}

func TestRequestsInFlightAreCancelledAfterTheGraceOrAtOnceWhenAborted(t *testing.T) {
	tests := []struct {
		name  string
		begin func(options *Options, begun <-chan struct{}, interrupt func())
	}{
		{"grace", func(options *Options, begun <-chan struct{}, interrupt func()) {
			options.Grace = time.Millisecond
			go func() { <-begun; interrupt() }()
		}},
		{"abort after an interrupt", func(options *Options, begun <-chan struct{}, interrupt func()) {
			abort := make(chan struct{})
			options.Abort = abort
			go func() { <-begun; interrupt(); close(abort) }()
		}},
		{"abort", func(options *Options, begun <-chan struct{}, _ func()) {
			abort := make(chan struct{})
			options.Abort = abort
			go func() { <-begun; close(abort) }()
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			directory := &hanging{fake: newFake(account(1, "a@x.org")), begun: make(chan struct{})}
			options := fileOptions(t)
			ctx, interrupt := context.WithCancel(t.Context())
			defer interrupt()
			test.begin(&options, directory.begun, interrupt)
			result, err := Run(ctx, sealed(t, suspension(1, "a@x.org")), directory, options)
			if err != nil {
				t.Fatal(err)
			}
			if got := result.Outcomes[0]; got.Status != Failed || got.Message != "suspended: refused: the run was aborted" {
				t.Errorf("the outcome is %s: %s", got.Status, got.Message)
			}
		})
	}
}

func TestDryRunSaysWhatWouldHappenAndWritesNothing(t *testing.T) {
	done := account(2, "b@x.org")
	done.Suspended, done.OrgUnitPath = true, leavers
	drifted := account(3, "c@x.org")
	drifted.Admin = plan.SuperAdmin
	directory := newFake(account(1, "a@x.org"), done, drifted, account(4, "d@x.org"), account(9, "taken@x.org"))
	freed := renaming(4, "d@x.org", "e@x.org")
	freed.Release = []string{"d@x.org"}
	p := sealed(t,
		suspension(1, "a@x.org"), suspension(2, "b@x.org"), suspension(3, "c@x.org"), freed,
		creation(5, "new@x.org"), creation(6, "d@x.org", "account/4"), creation(7, "taken@x.org"), suspension(8, "gone@x.org"),
	)
	options := fileOptions(t)
	options.DryRun = true
	options.Password = Password{Random: true, HandoffPath: filepath.Join(filepath.Dir(options.JournalPath), "new.csv")}
	result := mustRun(t, p, directory, options)
	want := map[string]Status{
		"account/1": Pending, "account/2": Already, "account/3": Drifted, "account/4": Pending,
		"account/5": Pending, "account/6": Pending, "account/7": Drifted, "account/8": Drifted,
	}
	if diff := cmp.Diff(want, statuses(result)); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
	if !result.DryRun || !result.Incomplete() {
		t.Errorf("the result is %+v", result)
	}
	if len(directory.writes) > 0 {
		t.Errorf("it wrote %q", directory.writes)
	}
	files, err := os.ReadDir(filepath.Dir(options.JournalPath))
	if err != nil || len(files) > 0 {
		t.Errorf("it left %v, %v", files, err)
	}
}

func TestDryRunWithoutDriftIsComplete(t *testing.T) {
	options := fileOptions(t)
	options.DryRun = true
	if result := mustRun(t, sealed(t, suspension(1, "a@x.org")), newFake(account(1, "a@x.org")), options); result.Incomplete() {
		t.Errorf("the result is %+v", result)
	}
}

// unreachable is a directory that answers nothing.
type unreachable struct{ *fake }

func (unreachable) Customer(context.Context) (string, error) {
	return "", errors.New("dial tcp: connection refused")
}

func TestDirectoryThatCannotBeReachedIsNoRefusal(t *testing.T) {
	options := fileOptions(t)
	_, err := Run(t.Context(), sealed(t, suspension(1, "a@x.org")), unreachable{newFake()}, options)
	if err == nil || err.Error() != "ask the directory which customer it is: dial tcp: connection refused" {
		t.Errorf("Run: %v", err)
	}
	var refusal *Refusal
	if errors.As(err, &refusal) {
		t.Errorf("it counts as a refusal")
	}
	if _, err := os.Stat(options.JournalPath); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it began a journal: %v", err)
	}
}

func TestPlanWithoutActionsLeavesNoJournal(t *testing.T) {
	options := fileOptions(t)
	if result := mustRun(t, sealed(t), newFake(), options); result.Incomplete() {
		t.Errorf("the result is %+v", result)
	}
	if _, err := os.Stat(options.JournalPath); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it began a journal: %v", err)
	}
}

func TestProgressCountsActionsInThePlansOrder(t *testing.T) {
	directory := newFake(account(1, "a@x.org"), account(2, "b@x.org"))
	options := fileOptions(t)
	var got []string
	options.Progress = func(e Event) {
		text := fmt.Sprintf("%s %s %d/%d", e.Kind, e.ID, e.Finished, e.Total)
		if e.Outcome != nil {
			text += " " + string(e.Outcome.Status)
		}
		got = append(got, text)
	}
	mustRun(t, sealed(t, suspension(2, "b@x.org"), suspension(1, "a@x.org"), suspension(3, "c@x.org")), directory, options)
	want := []string{
		"claimed account/2 0/3", "finished account/2 1/3 done",
		"claimed account/1 1/3", "finished account/1 2/3 done",
		"claimed account/3 2/3", "finished account/3 3/3 drifted",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestProgressThatBlocksStallsNoWorkerAndIsToldEverything(t *testing.T) {
	directory := newFake(account(1, "a@x.org"), account(2, "b@x.org"), account(3, "c@x.org"))
	written := make(chan struct{})
	moves := 0
	directory.after = func(write string) error {
		if strings.HasSuffix(write, "orgUnitPath") {
			if moves++; moves == 3 {
				close(written)
			}
		}
		return nil
	}
	options := fileOptions(t)
	events := 0
	options.Progress = func(Event) {
		select {
		case <-written:
		case <-time.After(10 * time.Second):
			t.Error("a blocked terminal stalls the workers")
		}
		events++
	}
	mustRun(t, sealed(t, suspension(1, "a@x.org"), suspension(2, "b@x.org"), suspension(3, "c@x.org")), directory, options)
	if events != 6 {
		t.Errorf("%d events were told by the end of the run, want 6", events)
	}
}

// counting is a directory that counts the updates that run at once, and
// holds them until there were three, all but those of the account first.
type counting struct {
	*fake
	mu          sync.Mutex
	now, atOnce int
	three       chan struct{}
	first       string
}

func (c *counting) Update(ctx context.Context, id string, changes plan.Changes) (plan.Account, error) {
	c.mu.Lock()
	c.now++
	if c.atOnce = max(c.atOnce, c.now); c.now == 3 {
		select {
		case <-c.three:
		default:
			close(c.three)
		}
	}
	c.mu.Unlock()
	if id != c.first {
		<-c.three
	}
	defer func() {
		c.mu.Lock()
		c.now--
		c.mu.Unlock()
	}()
	return c.fake.Update(ctx, id, changes)
}

func TestWorkersBoundHowMuchRunsAtOnce(t *testing.T) {
	directory := &counting{fake: newFake(), three: make(chan struct{})}
	var actions []plan.Action
	for i := range int64(30) {
		address := fmt.Sprintf("p%d@x.org", i+1)
		directory.accounts[fmt.Sprintf("g%d", i+1)] = account(i+1, address)
		actions = append(actions, suspension(i+1, address))
	}
	options := fileOptions(t)
	options.Workers = 3
	result := mustRun(t, sealed(t, actions...), directory, options)
	if result.Counts[Done] != 30 || directory.atOnce != 3 {
		t.Errorf("%d at once, %+v", directory.atOnce, result.Counts)
	}
}

func TestActionsThatWaitedForOneRunSideBySide(t *testing.T) {
	directory := &counting{
		fake:  newFake(account(1, "a@x.org"), account(2, "b@x.org"), account(3, "c@x.org"), account(4, "d@x.org")),
		three: make(chan struct{}), first: "g1",
	}
	p := sealed(t, renaming(1, "a@x.org", "a1@x.org"), renaming(2, "b@x.org", "b1@x.org", "account/1"),
		renaming(3, "c@x.org", "c1@x.org", "account/1"), renaming(4, "d@x.org", "d1@x.org", "account/1"))
	options := fileOptions(t)
	options.Workers = 3
	if result := mustRun(t, p, directory, options); result.Counts[Done] != 4 || directory.atOnce != 3 {
		t.Errorf("%d at once, %+v", directory.atOnce, result)
	}
}
