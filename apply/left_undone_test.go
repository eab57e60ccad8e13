package apply

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

func TestJournalTellsWhichAliasAChainThatWasCutShortWasToRelease(t *testing.T) {
	directory := newFake(account(1, "a@x.org"), account(2, "b@x.org"), account(3, "old@x.org"))
	first, second := renaming(1, "a@x.org", "b@x.org", "account/2"), renaming(2, "b@x.org", "c@x.org")
	second.Release = []string{"b@x.org"}
	p, options := sealed(t, first, second, renaming(3, "old@x.org", "new@x.org")), fileOptions(t)
	unreleased := func(want map[string][]string) {
		t.Helper()
		got, err := ReadLeftUndone(options.JournalPath)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got.Aliases); diff != "" {
			t.Errorf("unreleased aliases (-want +got):\n%s", diff)
		}
	}
	unreleased(map[string][]string{}) // there is no journal yet
	directory.before = failing("release", errors.New("503"), 9)
	mustRun(t, p, directory, options)
	unreleased(map[string][]string{"g2": {"b@x.org"}})

	// The next plan, another one, releases it.
	directory.before = nil
	release := plan.Action{ID: "account/2", Kind: plan.Update, Account: "c@x.org", GoogleID: "g2", Release: []string{"b@x.org"}}
	next := sealed(t, first, release)
	if result := mustRun(t, next, directory, options); result.Counts[Done] != 2 {
		t.Fatalf("the result is %+v", result)
	}
	unreleased(map[string][]string{})
}

func TestJournalOfARenameThatFailedTellsOfNoAlias(t *testing.T) {
	directory := newFake(account(1, "a@x.org"), account(2, "b@x.org"))
	first, second := renaming(1, "a@x.org", "b@x.org", "account/2"), renaming(2, "b@x.org", "c@x.org")
	second.Release = []string{"b@x.org"}
	options := fileOptions(t)
	directory.before = failing("update g2", plan.ErrRefused, 9)
	mustRun(t, sealed(t, first, second), directory, options)
	if left, err := ReadLeftUndone(options.JournalPath); err != nil || len(left.Aliases) > 0 {
		t.Errorf("unreleased are %v, %v; somebody may rename the account by hand, and then keeps the alias", left, err)
	}
}

func TestJournalTellsOfTheAliasWhenTheRunWasKilledRightAfterTheRename(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plan.yaml.journal")
	line := `{"time":"2026-01-05T02:00:00Z","plan":"sha256:0","id":"account/2","account":"b@x.org","googleID":"g2","release":["b@x.org"],"outcome":"started"}` + "\n"
	if err := os.WriteFile(path, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	left, err := ReadLeftUndone(path)
	if diff := cmp.Diff(map[string][]string{"g2": {"b@x.org"}}, left.Aliases); err != nil || diff != "" {
		t.Errorf("unreleased aliases, %v (-want +got):\n%s", err, diff)
	}
}

func TestJournalTellsOfASuspensionThatNobodyCanLiftUntilItIsLifted(t *testing.T) {
	suspended := func(dcid int64, reason string) plan.Account {
		a := account(dcid, fmt.Sprintf("p%d@x.org", dcid))
		a.Suspended, a.SuspensionReason = true, reason
		return a
	}
	directory := newFake(suspended(1, ""), suspended(2, "TERMS"), suspended(3, ""))
	reactivate := func(dcid int64) plan.Action {
		return plan.Action{ID: plan.AccountID(dcid), Kind: plan.Reactivate, Account: fmt.Sprintf("p%d@x.org", dcid), GoogleID: fmt.Sprintf("g%d", dcid),
			Changes: plan.Changes{{Field: plan.FieldSuspended, From: plan.Truth(true), To: plan.Truth(false)}}}
	}
	options := fileOptions(t)
	unlifted := func(want map[string]string) {
		t.Helper()
		left, err := ReadLeftUndone(options.JournalPath)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, left.Suspensions); diff != "" {
			t.Errorf("suspensions that nobody can lift (-want +got):\n%s", diff)
		}
	}
	directory.before = func(write string) error {
		if strings.HasPrefix(write, "update g3") {
			return plan.ErrForbidden // which may be the caller's fault
		}
		return plan.ErrCannotUnsuspend
	}
	mustRun(t, sealed(t, reactivate(1), reactivate(2), reactivate(3)), directory, options)
	unlifted(map[string]string{"g1": "", "g2": "TERMS"})

	// A plan elsewhere was told of this journal, and wrote it into its own.
	elsewhere := fileOptions(t)
	if err := NoteMade(elsewhere.JournalPath, sealed(t).Digest, map[string]string{"g1": ""}); err != nil {
		t.Fatal(err)
	}
	if left, err := ReadLeftUndone(elsewhere.JournalPath); err != nil || len(left.Suspensions) != 1 {
		t.Errorf("the next journal tells of %v, %v", left.Suspensions, err)
	}

	directory.before = nil
	mustRun(t, sealed(t, reactivate(2)), directory, options)
	unlifted(map[string]string{"g1": ""})
}

func TestWhatIsNotAJournalTellsOfNothing(t *testing.T) {
	if _, err := ReadLeftUndone(filepath.Dir(fileOptions(t).JournalPath)); err == nil {
		t.Error("a folder is taken for a journal")
	}
}
