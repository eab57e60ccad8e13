package apply

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
)

// revert plans the inverse of what the journal says was done of the plan.
func (d district) revert(t *rapid.T, old plan.Plan, journal []byte) plan.Plan {
	done, err := readDone("journal", journal, old.Digest, false)
	if err != nil {
		t.Fatal(err)
	}
	d.journal = nil
	actual := d.actual(t)
	undo, err := diff.CompleteRevert(t.Context(), old, done, d.desired.Rules, &actual, generous(), d)
	if err != nil {
		t.Fatal(err)
	}
	undo.SetMade(plan.MadeByRevert, plan.MadeWith{})
	return seal(t, undo)
}

// brought checks that each account that was there before is as before, but for what
// the undo plan lists as a conflict and for aliases that renames left, and that the
// others are suspended.
func brought(t *rapid.T, before, after *fake, undo plan.Plan) {
	listed := func(dcid int64, field string) bool {
		return slices.ContainsFunc(undo.Conflicts, func(c plan.Conflict) bool {
			return c.ID == plan.AccountID(dcid) && (c.Field == "" || c.Field == field)
		})
	}
	for id, is := range after.accounts {
		was, old := before.accounts[id]
		if !old {
			if !is.Suspended && !listed(is.DCID, "") {
				t.Fatalf("the created account %s is enabled", is.Address)
			}
			continue
		}
		for _, field := range []string{plan.FieldSuspended, plan.FieldPrimaryEmail, plan.FieldGivenName, plan.FieldFamilyName, plan.FieldOrgUnitPath, "Sync.Building", "Sync.Group", "externalIds.organization"} {
			if !plan.Same(field, was.Field(field), is.Field(field)) && !listed(is.DCID, field) {
				t.Fatalf("%s: %s was %s and is %s", was.Address, field, was.Field(field), is.Field(field))
			}
		}
		for group := range before.members {
			if before.members[group][id] != after.members[group][id] && !listed(is.DCID, group) {
				t.Fatalf("%s: the membership of %s is another one", was.Address, group)
			}
		}
	}
}

// Plan, apply, revert and apply give the state before, and undoing that gives the state
// after the plan, apart from what the plan that
// undoes it lists, from accounts that were created and from aliases of renames.
func TestRevertGivesTheStateBefore(t *testing.T) {
	reverted := make(map[plan.Kind]int)
	joined := 0
	rapid.Check(t, func(t *rapid.T) {
		d := drawDistrict(t)
		before := d.directory.clone()
		p := d.planFor(t)
		if len(p.Actions) == 0 {
			return
		}
		options := testOptions()
		options.Workers = rapid.IntRange(1, 4).Draw(t, "workers")
		memory := &journalMemory{}
		runInMemory(context.Background(), t, p, d.directory, options, memory)
		after := d.directory.clone()
		undo := d.revert(t, p, memory.bytes())
		for i := range undo.Actions {
			reverted[undo.Actions[i].Kind]++
			joined += len(undo.Actions[i].Groups)
		}
		undoing := &journalMemory{}
		if result := runInMemory(context.Background(), t, undo, d.directory, options, undoing); result.Incomplete() {
			t.Fatalf("undoing: %+v", result)
		}
		brought(t, before, d.directory, undo)
		if len(undo.Actions) > 0 {
			redo := d.revert(t, undo, undoing.bytes())
			again := d.directory.clone()
			if result := runInMemory(context.Background(), t, redo, again, options, &journalMemory{}); result.Incomplete() {
				t.Fatalf("undoing the undoing: %+v", result)
			}
			brought(t, after, again, redo)
		}
		// Who is in which group is only looked at by apply.
		for _, left := range d.revert(t, p, memory.bytes()).Actions {
			if len(left.Changes) > 0 {
				t.Fatalf("what was undone is undone once more: %s", cmp.Diff(plan.Action{}, left))
			}
		}
	})
	kinds := slices.Sorted(maps.Keys(reverted))
	if len(kinds) < 5 || joined == 0 {
		t.Errorf("only %v were undone, and %d memberships", kinds, joined)
	}
}

// What a run did that was killed comes back, too, where the next one got nowhere with
// the plan.
func TestRevertUndoesWhatAKilledRunDid(t *testing.T) {
	reverted := make(map[plan.Kind]int)
	rapid.Check(t, func(t *rapid.T) {
		d := drawDistrict(t)
		before := d.directory.clone()
		p := d.planFor(t)
		for _, m := range d.crashes(t, p) {
			killed := district{d.desired, m.directory, m.journal}
			memory := &journalMemory{data: m.journal}
			fail := func(string) error { return errors.New("503") }
			switch rapid.SampledFrom([]string{"none", "reads nothing", "writes nothing"}).Draw(t, "another run") {
			case "reads nothing":
				killed.directory.read = fail
				runInMemory(t.Context(), t, p, killed.directory, testOptions(), memory)
			case "writes nothing":
				killed.directory.before = fail
				runInMemory(t.Context(), t, p, killed.directory, testOptions(), memory)
			}
			killed.directory.read, killed.directory.before = nil, nil
			if !strings.Contains(string(memory.bytes()), `"outcome"`) {
				continue
			}
			undo := killed.revert(t, p, memory.bytes())
			for i := range undo.Actions {
				reverted[undo.Actions[i].Kind]++
			}
			if result := runInMemory(t.Context(), t, undo, killed.directory, testOptions(), &journalMemory{}); result.Incomplete() {
				t.Fatalf("undoing: %+v", result)
			}
			brought(t, before, killed.directory, undo)
		}
	})
	if kinds := slices.Sorted(maps.Keys(reverted)); len(kinds) < 5 {
		t.Errorf("only %v were undone", kinds)
	}
}
