package main

import (
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
	"github.com/staffsync/staffsync/source/export"
	"github.com/staffsync/staffsync/source/policy"
	"github.com/staffsync/staffsync/target/google"
)

// large is a district of ten thousand staff and six times as many other
// accounts.
var large = scale{linked: 9_998, others: 60_002, creates: 2, renames: 1}

// TestLargePlanNeedsFewRequests holds the cost of a plan: the domain's pages
// and little else, because Google's quota is what a run costs.
func TestLargePlanNeedsFewRequests(t *testing.T) {
	directory, path := large.serve(t, nil)
	made := large.plan(t, path)
	want := plan.Summary{Create: large.creates, Rename: large.renames, Unchanged: large.linked - large.renames}
	if made.Summary != want {
		t.Errorf("summary: got %+v, want %+v", made.Summary, want)
	}
	counts := directory.Requests()
	if pages := counts.ByMethod["users.list"]; pages != large.accounts()/500 {
		t.Errorf("%d pages of users, want %d", pages, large.accounts()/500)
	}
	if total := counts.Total(); total > 150 {
		t.Errorf("the plan took %d requests, want at most 150: %v", total, counts.ByMethod)
	}
	if writes := counts.Writes(); writes != 0 {
		t.Errorf("the plan made %d write requests", writes)
	}
}

// BenchmarkLargePlan plans the large district, from the CSV export and the
// directory's pages to the plan file's bytes.
func BenchmarkLargePlan(b *testing.B) {
	directory, path := large.serve(b, nil)
	cfg, err := config.Load(path)
	if err != nil {
		b.Fatal(err)
	}
	target, err := google.New(b.Context(), cfg.Target.Google.Config, google.Options{
		Domain: cfg.Domain, Match: cfg.Match, Attributes: cfg.Policy.Rules().Attributes, RequestsPerMinute: -1,
	})
	if err != nil {
		b.Fatal(err)
	}
	reader := policy.Reader{Tables: export.New(cfg.Source.Export.Dir, cfg.Source), Policy: cfg.Policy}
	before := directory.Requests().Total()
	b.ReportAllocs()
	for b.Loop() {
		desired, err := reader.ReadState(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		actual, err := target.ReadState(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		made, err := diff.Complete(b.Context(), desired, &actual, cfg.Limits, target)
		if err != nil {
			b.Fatal(err)
		}
		data, err := plan.Encode(made)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Discard.Write(data); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(directory.Requests().Total()-before)/float64(b.N), "requests/op")
}

// TestANightsPlanTakesNoMoreRequestsThanItsChanges holds the cost of a plan by
// ranges: so much for the linked accounts, and for each change what decides it.
func TestANightsPlanTakesNoMoreRequestsThanItsChanges(t *testing.T) {
	quiet := scale{linked: 1_500, others: 3_000, aliases: 200, unlinked: 30, indexed: true}
	busy := quiet
	busy.creates, busy.leavers, busy.renames, busy.changes = 12, 40, 15, 20
	busy.groups, busy.memberships, busy.alone = 10, 4, 30
	busy.underWay, busy.joins = 25, 50
	for name, s := range map[string]scale{"quiet": quiet, "busy": busy} {
		t.Run(name, func(t *testing.T) {
			directory, path := s.serveUnpaced(t)
			made := s.plan(t, path)
			want := plan.Summary{
				Create: s.creates, Suspend: s.leavers, Rename: s.renames, Move: s.leavers + s.underWay, Update: s.changes + s.joins, JoinGroups: s.joins,
				Unchanged: s.linked - s.leavers - s.underWay - s.renames - s.changes - s.joins - s.aliases, Conflicts: s.aliases + s.unlinked, Open: made.Summary.Open,
			}
			if made.Summary != want {
				t.Errorf("summary: got %+v, want %+v", made.Summary, want)
			}
			owners := 0
			for _, warning := range made.Warnings {
				if warning.Kind == plan.WarningOwner {
					owners++
				}
			}
			left := 0
			for i := range made.Actions {
				left += len(made.Actions[i].Leaves())
			}
			// Of those without an account, whether the ranges overlooked one, and
			// who has the address.
			standing := 2 * s.unlinked
			// Of each managed group, its address and its one page of members.
			managed := 2 * s.joins
			most := s.linked/500 + 35 + managed + owners + 5*s.creates + 4*s.renames + 2*(s.leavers+s.underWay) + left + standing
			counts := directory.Requests()
			if total := counts.Total(); total > most {
				t.Errorf("%d requests, want at most %d: %v", total, most, counts.ByMethod)
			}
			// Each of the groups is listed once, and asked about once are those
			// with one leaver.
			if roles := counts.ByMethod["members.get"]; roles != s.alone {
				t.Errorf("%d roles asked for, want %d", roles, s.alone)
			}
			t.Logf("%d requests of at most %d: %v", counts.Total(), most, counts.ByMethod)
		})
	}
}

// TestConflictsThatStandCostNothingWhereThePagesDecideThem holds the cost of a
// night in which nothing changes.
func TestConflictsThatStandCostNothingWhereThePagesDecideThem(t *testing.T) {
	s := scale{linked: 1_500, others: 3_000, aliases: 250, unlinked: 168}
	directory, path := s.serveUnpaced(t)
	if made := s.plan(t, path); len(made.Conflicts) != 418 || len(made.Actions) != 0 {
		t.Errorf("%d conflicts, %d actions", len(made.Conflicts), len(made.Actions))
	}
	pages := (s.accounts() + 499) / 500
	if counts := directory.Requests(); counts.Total() != pages+2 {
		t.Errorf("%d requests, want %d pages, the org units and the attributes: %v", counts.Total(), pages, counts.ByMethod)
	}
}

// TestApplyTakesTheRequestsOfItsChanges holds the cost of an apply: what a change
// needs, and nothing for everybody else.
func TestApplyTakesTheRequestsOfItsChanges(t *testing.T) {
	s := scale{linked: 400, others: 600, changes: 50, renames: 20, creates: 10, leavers: 15, groups: 5, memberships: 3, alone: 30, joins: 8}
	directory, path := s.serveUnpaced(t)
	t.Setenv("NEW_USER_PASSWORD", "correct-horse")
	file := filepath.Join(filepath.Dir(path), "plan.yaml")
	run := func(arguments ...string) {
		t.Helper()
		var out strings.Builder
		term := terminal{in: strings.NewReader(""), out: &out, err: &out}
		if code := execute(t.Context(), term, append(arguments, "--config", path)); code != exitDone {
			t.Fatalf("%v: exit code %d\n%s", arguments, code, out.String())
		}
	}
	run("plan", "-o", file)
	before := directory.Requests().ByMethod
	run("apply", file)
	got := directory.Requests().ByMethod
	for method, n := range before {
		if got[method] -= n; got[method] == 0 {
			delete(got, method)
		}
	}
	ended := s.leavers*s.memberships + s.alone
	want := map[string]int{
		"users.list":     1, // whose the directory is
		"users.get":      s.changes + s.renames + s.creates + s.leavers + s.joins,
		"users.update":   s.changes + s.renames + 2*s.leavers, // suspended first, moved at last
		"users.insert":   s.creates,
		"groups.list":    s.leavers, // whom nobody put in a group since
		"members.insert": s.joins,
		"members.delete": ended,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}
