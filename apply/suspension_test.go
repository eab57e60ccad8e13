package apply

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

func TestSuspensionLeavesGroupsBeforeTheMove(t *testing.T) {
	directory := newFake(account(1, "a@x.org"))
	directory.join("one@x.org", "g1")
	directory.join("two@x.org", "g1")
	result := mustRun(t, sealed(t, suspension(1, "a@x.org", "one@x.org", "two@x.org")), directory, fileOptions(t))
	want := []string{"update g1 suspended", "leave one@x.org g1", "leave two@x.org g1", "update g1 orgUnitPath"}
	if diff := cmp.Diff(want, directory.writes); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
	if result.Outcomes[0].Status != Done {
		t.Errorf("the outcome is %+v", result.Outcomes[0])
	}
}

func TestNothingFollowsASuspensionThatFailed(t *testing.T) {
	directory := newFake(account(1, "a@x.org"))
	directory.join("one@x.org", "g1")
	directory.before = failing("update g1 suspended", fmt.Errorf("Not Authorized: %w", plan.ErrForbidden), 9)
	result := mustRun(t, sealed(t, suspension(1, "a@x.org", "one@x.org")), directory, fileOptions(t))
	if diff := cmp.Diff([]string{"update g1 suspended"}, directory.writes); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
	if got := result.Outcomes[0]; got.Status != Failed || got.Message != "suspended: Not Authorized: forbidden" {
		t.Errorf("the outcome is %s: %s", got.Status, got.Message)
	}
}

func TestSuspensionThatTheDirectoryDidNotStoreLeavesNoGroups(t *testing.T) {
	directory := newFake(account(1, "a@x.org"))
	directory.join("one@x.org", "g1")
	directory.store = func(a *plan.Account) { a.Suspended = false }
	result := mustRun(t, sealed(t, suspension(1, "a@x.org", "one@x.org")), directory, fileOptions(t))
	if diff := cmp.Diff([]string{"update g1 suspended"}, directory.writes); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
	if got := result.Outcomes[0]; got.Status != Failed || got.Message != "suspended: Google answered false instead of true" {
		t.Errorf("the outcome is %s: %s", got.Status, got.Message)
	}
}

func TestMembershipThatCannotBeEndedIsUndoneByItselfWhateverOtherGroupsAnswer(t *testing.T) {
	for _, refusal := range []error{plan.ErrForbidden, plan.ErrRefused} {
		for _, order := range [][]int64{{1, 2, 3}, {2, 1, 3}, {3, 2, 1}} {
			for range 30 {
				directory := newFake(account(1, "p1@x.org"), account(2, "p2@x.org"), account(3, "p3@x.org"))
				directory.join("dynamic@x.org", "g1", "g2")
				directory.join("plain@x.org", "g1", "g3")
				directory.before = failing("leave dynamic@x.org", fmt.Errorf("Cannot edit: %w", refusal), 99)
				actions := map[int64]plan.Action{
					1: suspension(1, "p1@x.org", "dynamic@x.org", "plain@x.org"),
					2: suspension(2, "p2@x.org", "dynamic@x.org"),
					3: suspension(3, "p3@x.org", "plain@x.org"),
				}
				var ordered []plan.Action
				for _, dcid := range order {
					ordered = append(ordered, actions[dcid])
				}
				options := fileOptions(t)
				options.Workers = 3
				p := sealed(t, ordered...)
				for range 2 {
					result := mustRun(t, p, directory, options)
					got := statuses(result)
					if got["account/1"] != Failed || got["account/2"] != Failed || got["account/3"] == Failed || !result.Incomplete() {
						t.Fatalf("in the order %v: %v", order, got)
					}
					for _, outcome := range result.Outcomes {
						if want := "leaving dynamic@x.org: Cannot edit: " + refusal.Error() + cannotLeave; outcome.Status == Failed && outcome.Message != want {
							t.Fatalf("the message is %s", outcome.Message)
						}
					}
				}
				for id, orgUnit := range map[string]string{"g1": "/Staff", "g2": "/Staff", "g3": leavers} {
					if got := directory.accounts[id]; !got.Suspended || got.OrgUnitPath != orgUnit || directory.members["plain@x.org"][id] {
						t.Fatalf("in the order %v the account is %+v", order, got)
					}
				}
			}
		}
	}
}

func TestGroupInWhichTheAccountStaysIsSkippedAndHoldsNothingBack(t *testing.T) {
	directory := newFake(account(1, "a@x.org"))
	directory.join("dynamic@x.org", "g1")
	action := suspension(1, "a@x.org", "plain@x.org")
	action.Groups = append(action.Groups, plan.StayIn(plan.Membership{Group: "dynamic@x.org", Role: "MEMBER"}))
	p, options := sealed(t, action), fileOptions(t)
	if result := mustRun(t, p, directory, options); result.Counts[Done] != 1 {
		t.Errorf("the result is %+v", result)
	}
	want := []string{"update g1 suspended", "leave plain@x.org g1", "update g1 orgUnitPath"}
	if diff := cmp.Diff(want, directory.writes); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
	if !directory.members["dynamic@x.org"]["g1"] {
		t.Error("the account has left the group")
	}
}

func TestGroupThatFailsHoldsTheMoveUntilARerunLeavesIt(t *testing.T) {
	directory := newFake(account(1, "a@x.org"))
	directory.join("one@x.org", "g1")
	directory.join("two@x.org", "g1")
	directory.before = failing("leave one@x.org", errors.New("503 backendError"), 1)
	p, options := sealed(t, suspension(1, "a@x.org", "one@x.org", "two@x.org")), fileOptions(t)
	result := mustRun(t, p, directory, options)
	if got := result.Outcomes[0]; got.Status != Failed || got.Message != "leaving one@x.org: 503 backendError" {
		t.Errorf("the outcome is %s: %s", got.Status, got.Message)
	}
	if got := directory.accounts["g1"]; !got.Suspended || got.OrgUnitPath != "/Staff" {
		t.Errorf("the account is %+v", got)
	}
	directory.writes = nil
	if result := mustRun(t, p, directory, options); result.Counts[Done] != 1 {
		t.Errorf("the rerun: %+v", result)
	}
	want := []string{"leave one@x.org g1", "update g1 orgUnitPath"}
	if diff := cmp.Diff(want, directory.writes); diff != "" {
		t.Errorf("the rerun's writes (-want +got):\n%s", diff)
	}
}

func TestAccountThatSomebodyElseSuspendedAndMovedLeavesItsGroups(t *testing.T) {
	a := account(1, "a@x.org")
	a.Suspended, a.OrgUnitPath = true, leavers
	directory := newFake(a)
	directory.join("one@x.org", "g1")
	p, options := sealed(t, suspension(1, "a@x.org", "one@x.org")), fileOptions(t)
	result := mustRun(t, p, directory, options)
	if diff := cmp.Diff([]string{"leave one@x.org g1"}, directory.writes); diff != "" || result.Outcomes[0].Status != Done {
		t.Errorf("%s, and it wrote (-want +got):\n%s", result.Outcomes[0].Status, diff)
	}
	directory.writes = nil
	if result := mustRun(t, p, directory, options); result.Outcomes[0].Status != Already || len(directory.writes) > 0 {
		t.Errorf("the rerun: %s, and it wrote %q", result.Outcomes[0].Status, directory.writes)
	}
}

func TestHalfFinishedSuspensionOfAnEarlierPlanIsCompleted(t *testing.T) {
	a := account(1, "a@x.org")
	a.Suspended = true
	directory := newFake(a)
	directory.join("one@x.org", "g1")
	action := suspension(1, "a@x.org", "one@x.org")
	action.Kind, action.Changes = plan.Move, action.Changes.Without(plan.FieldSuspended)
	mustRun(t, sealed(t, action), directory, fileOptions(t))
	if diff := cmp.Diff([]string{"leave one@x.org g1", "update g1 orgUnitPath"}, directory.writes); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
}

func TestGroupJoinedSinceThePlanHoldsTheMoveAndIsLeftToTheNextPlan(t *testing.T) {
	whole := suspension(1, "a@x.org", "one@x.org")
	withoutGroups := suspension(1, "a@x.org")
	onlyMove := withoutGroups
	onlyMove.Kind, onlyMove.Changes = plan.Move, onlyMove.Changes.Without(plan.FieldSuspended)
	for name, action := range map[string]plan.Action{"a suspension": whole, "one without groups": withoutGroups, "a move": onlyMove} {
		t.Run(name, func(t *testing.T) {
			a := account(1, "a@x.org")
			a.Suspended = !action.Suspends()
			directory := newFake(a)
			directory.join("one@x.org", "g1")
			directory.join("new@x.org", "g1")
			directory.join("dynamic@x.org", "g1") // the policy knows it
			if len(action.Groups) == 0 {
				delete(directory.members, "one@x.org")
			}
			p, options := sealed(t, action), fileOptions(t)
			for _, left := range []string{"left as it is now: ", "left alone: "} {
				if name == "a move" {
					left = "left alone: "
				}
				want := left + "memberships: the account is also in new@x.org, which the plan does not know; it is not moved, so that the next plan takes it out"
				if got := mustRun(t, p, directory, options).Outcomes[0]; got.Status != Drifted || got.Message != want {
					t.Errorf("the outcome is %s: %s", got.Status, got.Message)
				}
			}
			if got := directory.accounts["g1"]; !got.Suspended || got.OrgUnitPath != "/Staff" || directory.members["one@x.org"]["g1"] {
				t.Errorf("the account is %+v", got)
			}
			options.DryRun = true
			if got := mustRun(t, p, directory, options).Outcomes[0]; got.Status != Drifted {
				t.Errorf("the dry run's outcome is %s: %s", got.Status, got.Message)
			}
			delete(directory.members, "new@x.org")
			options.DryRun = false
			if got := mustRun(t, p, directory, options).Outcomes[0]; got.Status != Done || directory.accounts["g1"].OrgUnitPath != leavers {
				t.Errorf("the rerun's outcome is %s: %s", got.Status, got.Message)
			}
		})
	}
}

func TestMembershipsThatCannotBeReadAgainHoldTheMove(t *testing.T) {
	directory := newFake(account(1, "a@x.org"))
	directory.read = func(what string) error {
		if what == "groups of g1" {
			return errors.New("503 backendError")
		}
		return nil
	}
	got := mustRun(t, sealed(t, suspension(1, "a@x.org")), directory, fileOptions(t)).Outcomes[0]
	if got.Status != Failed || got.Message != "memberships: they could not be read again: 503 backendError" {
		t.Errorf("the outcome is %s: %s", got.Status, got.Message)
	}
	if diff := cmp.Diff([]string{"update g1 suspended"}, directory.writes); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
}

func TestMembershipsAreReadAgainOnlyBeforeALeaverIsMoved(t *testing.T) {
	gone := account(4, "d@x.org")
	gone.Suspended, gone.OrgUnitPath = true, leavers
	actions := []plan.Action{suspension(1, "a@x.org"), renaming(2, "b@x.org", "e@x.org"), threeFields(), suspension(4, "d@x.org", "one@x.org"), creation(5, "f@x.org")}
	actions[2].ID, actions[2].GoogleID, actions[2].Account = "account/3", "g3", "c@x.org"
	actions[1].Kind, actions[1].Changes = plan.Move, plan.Changes{change("orgUnitPath", "/Staff", "/Other")}
	for leaveGroups, want := range map[bool]int{true: 1, false: 0} {
		directory := newFake(account(1, "a@x.org"), account(2, "b@x.org"), account(3, "c@x.org"), gone)
		options := fileOptions(t)
		options.LeaveGroups = leaveGroups
		if result := mustRun(t, sealed(t, actions...), directory, options); result.Incomplete() {
			t.Errorf("the result is %+v", result)
		}
		if directory.groupReads != want {
			t.Errorf("with leaveGroups %v memberships were read %d times, want %d", leaveGroups, directory.groupReads, want)
		}
	}
}

func TestSuspensionNeverWaits(t *testing.T) {
	// The rename of a suspended account waits for somebody who has drifted;
	// its suspension does not.
	action := suspension(1, "a@x.org")
	action.Changes = append(action.Changes, change("primaryEmail", "a@x.org", "b@x.org"))
	action.Changes.Sort()
	action.After = []string{"account/2"}
	owner := renaming(2, "b@x.org", "c@x.org")
	owner.Release = []string{"b@x.org"}
	drifted := account(2, "b@x.org")
	drifted.DCID = 9
	directory := newFake(account(1, "a@x.org"), drifted)
	p, options := sealed(t, action, owner), fileOptions(t)
	result := mustRun(t, p, directory, options)
	if got := result.Outcomes[0]; got.Status != Failed ||
		got.Message != "waits for account/2, which has drifted; the account still has the address a@x.org and is not renamed yet; make a new plan" {
		t.Errorf("the outcome is %s: %s", got.Status, got.Message)
	}
	if got := directory.accounts["g1"]; !got.Suspended || got.OrgUnitPath != leavers {
		t.Errorf("the account is %+v", got)
	}
	directory.set("g2", func(a *plan.Account) { a.DCID = 2 })
	if result := mustRun(t, p, directory, options); result.Counts[Done] != 2 {
		t.Errorf("the rerun: %+v", result)
	}
	if got := directory.accounts["g1"].Address; got != "b@x.org" {
		t.Errorf("the account has the address %s", got)
	}
}

func TestAccountThatWasMovedButNotSuspendedLeavesItsGroups(t *testing.T) {
	a := account(1, "a@x.org")
	a.OrgUnitPath = leavers
	directory := newFake(a)
	directory.join("one@x.org", "g1")
	mustRun(t, sealed(t, suspension(1, "a@x.org", "one@x.org")), directory, fileOptions(t))
	if diff := cmp.Diff([]string{"update g1 suspended", "leave one@x.org g1"}, directory.writes); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
}
