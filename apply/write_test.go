package apply

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

func threeFields() plan.Action {
	return plan.Action{ID: "account/1", Kind: plan.Move, Account: "a@x.org", GoogleID: "g1", Changes: plan.Changes{
		change("orgUnitPath", "/Staff", "/New"), change("Sync.Building", nil, "South"), change("Sync.Group", nil, 7),
	}}
}

func TestRefusedWriteIsTriedFieldByField(t *testing.T) {
	for _, refusal := range []error{plan.ErrRefused, plan.ErrForbidden} {
		directory := newFake(account(1, "a@x.org"))
		directory.refuse = func(c plan.Change) error {
			if c.Field == "Sync.Building" {
				return refusal
			}
			return nil
		}
		result := mustRun(t, sealed(t, threeFields()), directory, fileOptions(t))
		want := []string{
			"update g1 orgUnitPath,Sync.Building,Sync.Group",
			"update g1 orgUnitPath", "update g1 Sync.Building", "update g1 Sync.Group",
		}
		if diff := cmp.Diff(want, directory.writes); diff != "" {
			t.Errorf("writes (-want +got):\n%s", diff)
		}
		notes := []Note{
			{Part: PartField, Name: "orgUnitPath", Status: Done},
			{Part: PartField, Name: "Sync.Building", Status: Failed, Message: refusal.Error()},
			{Part: PartField, Name: "Sync.Group", Status: Done},
		}
		if diff := cmp.Diff(notes, result.Outcomes[0].Notes, cmp.Comparer(plan.Value.Equal)); diff != "" {
			t.Errorf("notes (-want +got):\n%s", diff)
		}
		if result.Outcomes[0].Status != Failed {
			t.Errorf("the status is %s", result.Outcomes[0].Status)
		}
	}
}

func TestUnclearWriteIsReadBackAndTriedOnceMoreAtMost(t *testing.T) {
	tests := []struct {
		name   string
		before func(string) error
		after  func(string) error
		writes int
		status Status
	}{
		{"carried out", nil, failing("update", plan.ErrUnclear, 1), 1, Done},
		{"not carried out", failing("update", plan.ErrUnclear, 1), nil, 2, Done},
		{"carried out the second time", failing("update", plan.ErrUnclear, 1), failing("update", plan.ErrUnclear, 1), 2, Done},
		{"never carried out", failing("update", plan.ErrUnclear, 9), nil, 2, Failed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			directory := newFake(account(1, "a@x.org"))
			directory.before, directory.after = test.before, test.after
			result := mustRun(t, sealed(t, threeFields()), directory, fileOptions(t))
			if got := result.Outcomes[0].Status; got != test.status || len(directory.writes) != test.writes {
				t.Errorf("%s after %q", got, directory.writes)
			}
		})
	}
}

func TestUnclearWriteThatCannotBeReadBackFails(t *testing.T) {
	directory := newFake(account(1, "a@x.org"))
	directory.after = failing("update", plan.ErrUnclear, 1)
	directory.read = func(string) error {
		if directory.reads > 1 {
			return errors.New("503 backendError")
		}
		return nil
	}
	action := threeFields()
	action.Changes = action.Changes[:1]
	result := mustRun(t, sealed(t, action), directory, fileOptions(t))
	want := "orgUnitPath: outcome unknown; and the account could not be read back: 503 backendError"
	if got := result.Outcomes[0]; got.Status != Failed || got.Message != want {
		t.Errorf("the outcome is %s: %s", got.Status, got.Message)
	}
}

func TestWhatTheDirectoryStoredIsComparedWithThePlan(t *testing.T) {
	tests := []struct {
		name  string
		store func(*plan.Account)
		want  string
	}{
		{"as asked", func(*plan.Account) {}, ""},
		{"in other letter case", func(a *plan.Account) { a.OrgUnitPath = "/NEW" }, ""},
		{"a number as text", func(a *plan.Account) { a.Attributes["Sync.Group"] = "7" }, ""},
		{"something else", func(a *plan.Account) { a.OrgUnitPath = "/" }, "orgUnitPath: Google answered / instead of /New"},
		{"nothing", func(a *plan.Account) { delete(a.Attributes, "Sync.Building") }, "Sync.Building: Google answered empty instead of South"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			directory := newFake(account(1, "a@x.org"))
			directory.store = test.store
			got := mustRun(t, sealed(t, threeFields()), directory, fileOptions(t)).Outcomes[0]
			if got.Message != test.want || (got.Status == Failed) != (test.want != "") {
				t.Errorf("the outcome is %s: %s", got.Status, got.Message)
			}
		})
	}
}

func TestOneFailureDoesNotStopTheOthers(t *testing.T) {
	directory := newFake(account(1, "a@x.org"), account(2, "b@x.org"), account(3, "c@x.org"))
	directory.before = failing("update g2", errors.New("503 backendError"), 9)
	result := mustRun(t, sealed(t, suspension(1, "a@x.org"), suspension(2, "b@x.org"), suspension(3, "c@x.org")), directory, fileOptions(t))
	want := map[string]Status{"account/1": Done, "account/2": Failed, "account/3": Done}
	if diff := cmp.Diff(want, statuses(result)); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
}

// terse is a directory whose answers to updates leave the attributes out.
type terse struct{ *fake }

func (d terse) Update(ctx context.Context, id string, changes plan.Changes) (plan.Account, error) {
	account, err := d.fake.Update(ctx, id, changes)
	account.Attributes = nil
	return account, err
}

func TestAnswerThatLeavesFieldsOutIsReadAgainBeforeItIsJudged(t *testing.T) {
	directory := terse{newFake(account(1, "a@x.org"))}
	if got := mustRun(t, sealed(t, threeFields()), directory, fileOptions(t)).Outcomes[0]; got.Status != Done {
		t.Errorf("the outcome is %s: %s", got.Status, got.Message)
	}
}

func TestFieldThatSomebodyElseChangedMeanwhileIsNotWrittenAgain(t *testing.T) {
	directory := newFake(account(1, "a@x.org"))
	directory.before = func(string) error {
		directory.set("g1", func(a *plan.Account) { a.OrgUnitPath = "/Elsewhere" })
		directory.before = nil
		return plan.ErrUnclear
	}
	got := mustRun(t, sealed(t, threeFields()), directory, fileOptions(t)).Outcomes[0]
	if got.Status != Failed || got.Message != "orgUnitPath: somebody made it /Elsewhere in the meantime" {
		t.Errorf("the outcome is %s: %s", got.Status, got.Message)
	}
	want := []string{"update g1 orgUnitPath,Sync.Building,Sync.Group", "update g1 Sync.Building,Sync.Group"}
	if diff := cmp.Diff(want, directory.writes); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
}
