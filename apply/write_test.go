package apply

import (
	"errors"
	"strings"
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
			{Part: PartField, Name: "Sync.Building", Status: Failed, Message: "Sync.Building: " + refusal.Error()},
			{Part: PartField, Name: "Sync.Group", Status: Done},
		}
		if diff := cmp.Diff(notes, result.Outcomes[0].Notes); diff != "" {
			t.Errorf("notes (-want +got):\n%s", diff)
		}
		if result.Outcomes[0].Status != Failed {
			t.Errorf("the status is %s", result.Outcomes[0].Status)
		}
	}
}

func TestWriteWithAnUnclearOutcomeFailsAndTheNextRunCompletesIt(t *testing.T) {
	for _, carriedOut := range []bool{true, false} {
		directory := newFake(account(1, "a@x.org"))
		hook, rest := failing("update", plan.ErrUnclear, 1), 1
		if carriedOut {
			directory.after, rest = hook, 0
		} else {
			directory.before = hook
		}
		p, options := sealed(t, threeFields()), fileOptions(t)
		got := mustRun(t, p, directory, options).Outcomes[0]
		want := "orgUnitPath: outcome unknown; Sync.Building: outcome unknown; Sync.Group: outcome unknown"
		if got.Status != Failed || got.Message != want || len(directory.writes) != 1 {
			t.Errorf("the outcome is %s: %s, after %q", got.Status, got.Message, directory.writes)
		}
		directory.writes = nil
		if result := mustRun(t, p, directory, options); result.Incomplete() || len(directory.writes) != rest {
			t.Errorf("the rerun: %+v, after %q", result, directory.writes)
		}
	}
}

func TestNothingElseIsWrittenToAnAccountThatIsNotReenabled(t *testing.T) {
	action := plan.Action{ID: "account/1", Kind: plan.Reactivate, Account: "a@x.org", GoogleID: "g1", Changes: plan.Changes{
		change("suspended", true, false), change("primaryEmail", "a@x.org", "b@x.org"), change("orgUnitPath", leavers, "/Staff"), change("Sync.Building", nil, "South"),
	}, Release: []string{"a@x.org"}}
	for name, spoil := range map[string]func(*fake){
		"refused":                func(f *fake) { f.refuse = refuseField("suspended") },
		"forbidden":              func(f *fake) { f.before = failing("update", plan.ErrForbidden, 9) },
		"unclear":                func(f *fake) { f.before = failing("update", plan.ErrUnclear, 9) },
		"answered as if it were": func(f *fake) { f.store = func(a *plan.Account) { a.Suspended = true } },
	} {
		t.Run(name, func(t *testing.T) {
			a := account(1, "a@x.org")
			a.Suspended, a.OrgUnitPath = true, leavers
			directory := newFake(a)
			spoil(directory)
			taker := creation(2, "a@x.org", "account/1")
			result := mustRun(t, sealed(t, action, taker), directory, fileOptions(t))
			if got := result.Outcomes[0]; got.Status != Failed || !strings.HasPrefix(got.Message, "suspended: ") {
				t.Errorf("the outcome is %s: %s", got.Status, got.Message)
			}
			if got := result.Outcomes[1]; got.Status != NotAttempted {
				t.Errorf("whoever waits for its address is %s: %s", got.Status, got.Message)
			}
			if diff := cmp.Diff([]string{"update g1 suspended"}, directory.writes); diff != "" {
				t.Errorf("writes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAccountIsReenabledBeforeTheRestIsWrittenInOneRequest(t *testing.T) {
	a := account(1, "a@x.org")
	a.Suspended, a.OrgUnitPath = true, leavers
	directory := newFake(a)
	action := plan.Action{ID: "account/1", Kind: plan.Reactivate, Account: "a@x.org", GoogleID: "g1", Changes: plan.Changes{
		change("suspended", true, false), change("orgUnitPath", leavers, "/Staff"), change("Sync.Building", nil, "South"),
	}}
	if result := mustRun(t, sealed(t, action), directory, fileOptions(t)); result.Counts[Done] != 1 {
		t.Errorf("the result is %+v", result)
	}
	if diff := cmp.Diff([]string{"update g1 suspended", "update g1 orgUnitPath,Sync.Building"}, directory.writes); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
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
