package diff_test

import (
	"testing"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
)

// Whatever can be read as two snapshots is compared without a panic, and what
// comes out can be written.
func FuzzCompare(f *testing.F) {
	w := newWorld(google(1, "a"), google(2, "b", aliases("x")), google(3, "c"))
	want := desired(staff(1, "b"), staff(2, "a"), staff(3, "c", inactive), staff(4, "d"))
	source, err := plan.EncodeSnapshot(want)
	if err != nil {
		f.Fatal(err)
	}
	target, err := plan.EncodeSnapshot(w.complete(f, want, w.state()))
	if err != nil {
		f.Fatal(err)
	}
	wide, err := plan.EncodeSnapshot(w.wide(want))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(source, target)
	f.Add(source, wide)
	f.Fuzz(func(t *testing.T, source, target []byte) {
		desired, err := plan.DecodeSnapshot[plan.Desired](source)
		if err != nil {
			return
		}
		actual, err := plan.DecodeSnapshot[plan.Actual](target)
		if err != nil {
			return
		}
		var made plan.Plan
		if actual.Wide != nil {
			made, err = diff.Complete(t.Context(), desired, &actual, nil, diff.NewRecorded(actual))
		} else {
			made, err = compared(desired, actual, nil)
		}
		if err != nil {
			return
		}
		if _, err := plan.Encode(made); err != nil {
			t.Fatalf("the plan cannot be written: %v", err)
		}
	})
}
