package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/apply"
	"github.com/staffsync/staffsync/plan"
)

// TestLinesComeInThePlansOrder has actions end in another order than the plan's, as
// they do when they are carried out side by side.
func TestLinesComeInThePlansOrder(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(t.Context(), terminal{out: &out, err: &out}, false)
	finished := func(place int, account string) {
		p.event(apply.Event{Kind: apply.Finished, Place: place, Total: 3,
			Outcome: &apply.Outcome{Kind: plan.Move, Account: account, Status: apply.Done, Staff: plan.Person{Name: "N", DCID: 7}}})
	}
	finished(2, "c@d118.org")
	finished(1, "b@d118.org")
	if out.Len() > 0 {
		t.Fatalf("a line came before that of the first action: %q", out.String())
	}
	finished(0, "a@d118.org")
	p.end()
	var accounts []string
	for line := range strings.Lines(out.String()) {
		accounts = append(accounts, strings.Fields(line)[2])
	}
	if diff := cmp.Diff([]string{"a@d118.org", "b@d118.org", "c@d118.org"}, accounts); diff != "" {
		t.Errorf("the accounts of the lines:\n%s", diff)
	}
}

// TestBarTellsHowFarItIs looks at what a terminal is sent.
func TestBarTellsHowFarItIs(t *testing.T) {
	var screen bytes.Buffer
	b := &bar{terminal: &screen}
	b.show("reading Google, 500 accounts", 0, 0)
	if !strings.Contains(screen.String(), "reading Google, 500 accounts") {
		t.Errorf("without a total: %q", screen.String())
	}
	b.show("applying", 0, 10)
	time.Sleep(110 * time.Millisecond) // it is not drawn more often
	b.show("applying", 5, 10)
	if !strings.Contains(screen.String(), "(5/10)") {
		t.Errorf("with a total: %q", screen.String())
	}
	screen.Reset()
	b.erase()
	if diff := cmp.Diff("\x1b[2K\r", screen.String()); diff != "" {
		t.Errorf("erasing:\n%s", diff)
	}
}

// TestNothingTellsProgressOffTerminals writes to files, as a nightly run does.
func TestNothingTellsProgressOffTerminals(t *testing.T) {
	var out bytes.Buffer
	newBar(terminal{out: &out, err: &out}, false).show("applying", 1, 2)
	p := &program{terminal: terminal{err: &out}}
	if out.Len() > 0 || p.showReading() != nil {
		t.Errorf("a file is told progress: %q", out.String())
	}
}
