package apply

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

// newOrgUnit is the action that creates the org unit.
func newOrgUnit(path string, after ...string) plan.Action {
	parent, name := plan.SplitOrgUnit(path)
	return plan.Action{ID: plan.OrgUnitID(path), Kind: plan.CreateOrgUnit, Account: path, After: after, Changes: plan.Changes{
		change("name", nil, name), change("parentOrgUnitPath", nil, parent),
	}}
}

// moveTo moves the account from /Staff, and changes its first name.
func moveTo(dcid int64, address, path string) plan.Action {
	action := members(dcid, address)
	action.Kind = plan.Move
	action.Changes = plan.Changes{change("givenName", "Given", "Jane"), change("orgUnitPath", "/Staff", path)}
	action.After = []string{plan.OrgUnitID(path)}
	return action
}

// annexPlan creates two org units and puts an account in each, one of them new. The
// actions are in no helpful order.
func annexPlan(t *testing.T) plan.Plan {
	created := creation(9, "new@x.org")
	for i, change := range created.Changes {
		if change.Field == plan.FieldOrgUnitPath {
			created.Changes[i].To = plan.Text("/Annex/East")
		}
	}
	created.After = []string{"orgUnit/Annex/East"}
	return sealed(t, created, moveTo(1, "a@x.org", "/Annex"), newOrgUnit("/Annex/East", "orgUnit/Annex"), newOrgUnit("/Annex"))
}

func TestAnOrgUnitIsCreatedBeforeWhoIsPutThere(t *testing.T) {
	for _, workers := range []int{1, 4} {
		directory := newFake(account(1, "a@x.org"))
		options := fileOptions(t)
		options.Workers = workers
		p := annexPlan(t)
		if result := mustRun(t, p, directory, options); result.Counts[Done] != 4 {
			t.Errorf("%+v: %v", result.Outcomes, directory.writes)
		}
		if again := mustRun(t, p, directory, options); again.Counts[Already] != 4 || len(directory.writes) != 4 {
			t.Errorf("run again: %v: %v", again.Counts, directory.writes)
		}
	}
}

func TestAnOrgUnitThatIsThereIsAlreadyDone(t *testing.T) {
	directory := newFake(account(1, "a@x.org"))
	directory.newOrgUnits = []string{"/Annex"}
	result := mustRun(t, sealed(t, newOrgUnit("/Annex"), moveTo(1, "a@x.org", "/Annex")), directory, fileOptions(t))
	if got := result.Outcomes[0]; got.Status != Already || got.Message != "the org unit is there already" || result.Outcomes[1].Status != Done {
		t.Errorf("%+v", result.Outcomes)
	}
}

func TestWithoutItsOrgUnitNobodyIsPutThereAndTheRestIsDone(t *testing.T) {
	for name, test := range map[string]struct {
		err     error
		says    string
		mayPass bool
	}{
		"no privilege": {plan.ErrForbidden, "Annex: forbidden; the account that staffsync acts as needs the privilege to create org units; or create it in the Admin console", false},
		"refused":      {plan.ErrRefused, "Annex: refused; create it in the Admin console, or correct the rule or the building's name, and make a new plan", false},
		"unclear":      {fmt.Errorf("no answer: %w", plan.ErrUnclear), "Annex: no answer: outcome unknown", true},
	} {
		directory := newFake(account(1, "a@x.org"))
		directory.before = failing("create org unit", test.err, 9)
		options := fileOptions(t)
		p := annexPlan(t)
		result := mustRun(t, p, directory, options)
		if diff := cmp.Diff([]string{"create org unit /Annex", "update g1 givenName"}, directory.writes); diff != "" {
			t.Errorf("%s: writes (-want +got):\n%s", name, diff)
		}
		want := map[string]Status{"orgUnit/Annex": Failed, "orgUnit/Annex/East": NotAttempted, "account/1": Failed, "account/9": NotAttempted}
		if diff := cmp.Diff(want, statuses(result)); diff != "" {
			t.Errorf("%s: (-want +got):\n%s", name, diff)
		}
		for _, outcome := range result.Outcomes {
			says := "not attempted, because the org unit was not created"
			if outcome.ID == "orgUnit/Annex" {
				says = test.says
			}
			if !strings.HasSuffix(outcome.Message, says) || outcome.MayPass != test.mayPass {
				t.Errorf("%s: %s may pass %v: %s", name, outcome.ID, outcome.MayPass, outcome.Message)
			}
		}
		directory.before = nil
		if again := mustRun(t, p, directory, options); again.Incomplete() || directory.accounts["new-new@x.org"].OrgUnitPath != "/Annex/East" || directory.accounts["g1"].OrgUnitPath != "/Annex" {
			t.Errorf("%s: run again: %+v", name, again.Outcomes)
		}
	}
}

func TestAnOrgUnitThatGoogleDoesNotKnowEverywhereYetMayPass(t *testing.T) {
	directory := newFake(account(1, "a@x.org"))
	directory.refuse = func(c plan.Change) error {
		if c.Field == plan.FieldOrgUnitPath {
			return plan.ErrNoOrgUnit
		}
		return nil
	}
	result := mustRun(t, sealed(t, newOrgUnit("/Annex"), moveTo(1, "a@x.org", "/Annex")), directory, fileOptions(t))
	got := result.Outcomes[1]
	if got.Status != Failed || !got.MayPass || !strings.HasSuffix(got.Message, "the org unit /Annex is new, and Google may not know it everywhere yet; run apply again") {
		t.Errorf("%+v", got)
	}
}

func TestWithinLimitsHoldsBackNewOrgUnitsAndWhoWaitsForThem(t *testing.T) {
	directory := newFake(account(1, "a@x.org"))
	options := fileOptions(t)
	options.Limits[plan.LimitCreateOrgUnits], options.WithinLimits = plan.AtMost(1), true
	result := mustRun(t, annexPlan(t), directory, options)
	if diff := cmp.Diff([]string{"update g1 givenName"}, directory.writes); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
	if result.Counts[HeldBack] != 4 {
		t.Errorf("%+v", result.Outcomes)
	}
	options.WithinLimits, options.Allow = false, map[plan.LimitName]int{plan.LimitCreateOrgUnits: 2}
	if result := mustRun(t, annexPlan(t), directory, options); result.Incomplete() {
		t.Errorf("allowed: %+v", result.Outcomes)
	}
}

func TestImpossibleOrgUnitsAreRefused(t *testing.T) {
	edit := func(change func(*plan.Action)) plan.Action {
		action := newOrgUnit("/Annex/East")
		change(&action)
		return action
	}
	for name, test := range map[string]struct {
		action plan.Action
		want   string
	}{
		"another id":   {edit(func(a *plan.Action) { a.ID = "orgUnit/Annex/West" }), `creates the org unit "/Annex/East" under another name`},
		"another name": {edit(func(a *plan.Action) { a.Account = "/Annex/West" }), `creates the org unit "/Annex/East" under another name`},
		"no name":      {edit(func(a *plan.Action) { a.Changes = a.Changes.Without("name") }), "creates an org unit that has no parent, or whose name cannot be one"},
		"a slash": {edit(func(a *plan.Action) {
			a.Changes = plan.Changes{change("name", nil, "Annex/East"), change("parentOrgUnitPath", nil, "/")}
		}), "creates an org unit that has no parent, or whose name cannot be one"},
		"a description": {edit(func(a *plan.Action) { a.Changes = append(a.Changes, change("description", nil, "x")) }), "changes description of an org unit that is created"},
		"a new name":    {edit(func(a *plan.Action) { a.Changes[0].From = plan.Text("West") }), "changes name of an org unit that is created"},
		"an account":    {edit(func(a *plan.Action) { a.GoogleID = "g1" }), "does to an org unit what is done to an account"},
		"waits":         {edit(func(a *plan.Action) { a.After = []string{"account/1"} }), "waits for account/1, which does not create the org unit above it"},
		"waits in vain": {edit(func(a *plan.Action) { a.After = []string{"orgUnit/Annex"} }), "waits for orgUnit/Annex, which does not create the org unit above it"},
	} {
		directory := newFake(account(1, "a@x.org"))
		_, err := Run(t.Context(), sealed(t, test.action, suspension(1, "a@x.org")), directory, fileOptions(t))
		if err == nil || !strings.Contains(err.Error(), test.want) || len(directory.writes) > 0 {
			t.Errorf("%s: got %v, want %q; wrote %v", name, err, test.want, directory.writes)
		}
	}
}
