package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

func TestThePlanSaysWhoTheRecordedAreAndWhatWasNotReached(t *testing.T) {
	leaver := plan.Action{ID: "account/1", Kind: plan.Suspend, Account: "a@x.org", Staff: plan.Person{DCID: 1, Name: "Ann"}, Groups: []plan.MembershipChange{
		{Group: "gone@x.org", From: "MEMBER"}, {Group: "in@x.org", From: "OWNER"}, {Group: "fixed@x.org", From: "MEMBER", To: "MEMBER"},
	}}
	byRule := plan.Action{ID: "account/2", Kind: plan.Move, Account: "b@x.org", Staff: plan.Person{DCID: 2, Name: "Ben"}, Groups: []plan.MembershipChange{
		{Group: "join@x.org", To: "MEMBER", Rule: "groups[0]"}, {Group: "role@x.org", From: "MEMBER", To: "MANAGER", Rule: "groups[1]"},
	}}
	done := plan.Action{ID: "account/3", Kind: plan.Suspend, Account: "c@x.org", Groups: []plan.MembershipChange{{Group: "gone@x.org", From: "MEMBER"}}}
	record := plan.Record{Plan: "sha256:a", Actions: []plan.RecordedAction{
		{ID: "account/3", Account: "c@x.org", Ending: plan.EndedDone}, // of an older journal, which tells no operations
		{ID: "account/1", Account: "a@x.org", Ending: plan.EndedFailed, Message: "503", Operations: []plan.RecordedOperation{
			{Name: "leave gone@x.org", Group: "Gone@x.org", Ending: plan.EndedDone}, {Name: "leave in@x.org", Group: "in@x.org", Ending: plan.EndedFailed},
		}},
		{ID: "account/9", Account: "z@x.org", Ending: plan.EndedDone}, // deleted from the plan since
	}}
	record.Complete(&plan.Plan{Domain: "x.org", Actions: []plan.Action{leaver, byRule, done}})
	want := []plan.RecordedAction{
		{ID: "account/1", Account: "a@x.org", Kind: plan.Suspend, Staff: leaver.Staff, Ending: plan.EndedFailed, Message: "503", Operations: record.Actions[0].Operations, StillIn: []string{"in@x.org"}},
		{ID: "account/2", Account: "b@x.org", Kind: plan.Move, Staff: byRule.Staff, Ending: plan.EndedNotReached, Message: "no run has come to it yet", NotIn: []string{"join@x.org"}, OtherRole: []string{"role@x.org"}},
		{ID: "account/3", Account: "c@x.org", Kind: plan.Suspend, Ending: plan.EndedDone},
		{ID: "account/9", Account: "z@x.org", Ending: plan.EndedDone},
	}
	if diff := cmp.Diff(want, record.Actions); diff != "" {
		t.Errorf("actions (-want +got):\n%s", diff)
	}
	if record.Whole() || record.Count()[plan.EndedDone] != 2 || !record.Planned || record.Domain != "x.org" {
		t.Errorf("whole %t, %v, planned %t, domain %s", record.Whole(), record.Count(), record.Planned, record.Domain)
	}
}
