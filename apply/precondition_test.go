package apply

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

func TestDriftedAccountIsLeftAloneAndReportedFieldByField(t *testing.T) {
	rich := plan.Action{
		ID: "account/1", Kind: plan.Rename, Account: "a@x.org", GoogleID: "g1",
		Changes: plan.Changes{
			change("primaryEmail", "a@x.org", "b@x.org"), change("givenName", "Given", "Jane"),
			change("Sync.Building", "North", "South"), change("externalIds.organization", nil, "77"),
		},
	}
	halfway := suspension(1, "a@x.org", "all@x.org")
	halfway.Kind, halfway.Changes = plan.Move, plan.Changes{change("orgUnitPath", "/Staff", leavers)}
	tests := []struct {
		name    string
		action  plan.Action
		account func(*plan.Account)
		subject string
		want    []string
	}{
		{"another DCID", suspension(1, "a@x.org"), func(a *plan.Account) { a.DCID = 2 }, "",
			[]string{"Sync.DCID is 2, and the plan expects 1"}},
		{"no DCID", suspension(1, "a@x.org"), func(a *plan.Account) { a.DCID = 0 }, "",
			[]string{"Sync.DCID is empty, and the plan expects 1"}},
		{"another address", suspension(1, "a@x.org"), func(a *plan.Account) { a.Address = "z@x.org" }, "",
			[]string{"primaryEmail is z@x.org, and the plan expects a@x.org"}},
		{"another address of the renamed", rich, func(a *plan.Account) { a.Address = "z@x.org" }, "",
			[]string{"primaryEmail is z@x.org, and the plan expects a@x.org or b@x.org"}},
		{"a temporary address that the plan does not name", rich, func(a *plan.Account) { a.Address = "staffsync-1@x.org" }, "",
			[]string{"primaryEmail is staffsync-1@x.org, and the plan expects a@x.org or b@x.org"}},
		{"an administrator", suspension(1, "a@x.org"), func(a *plan.Account) { a.Admin = plan.SuperAdmin }, "",
			[]string{"administrator: the account is a super administrator, which is never suspended, moved or renamed"}},
		{"archived", suspension(1, "a@x.org"), func(a *plan.Account) { a.Archived = true }, "",
			[]string{"archived: the account was archived after the plan was made, so nobody can sign in with it; make a new plan"}},
		{"a delegated administrator to be renamed", renaming(1, "a@x.org", "b@x.org"), func(a *plan.Account) { a.Admin = plan.DelegatedAdmin }, "",
			[]string{"administrator: the account is a delegated administrator, which is never suspended, moved or renamed"}},
		{"staffsync itself", suspension(1, "a@x.org"), func(a *plan.Account) { a.Aliases = []string{"sync@x.org"} }, "Sync@x.org",
			[]string{"administrator: the account is the account that staffsync signs in as, which is never suspended, moved or renamed"}},
		{"another org unit", suspension(1, "a@x.org"), func(a *plan.Account) { a.OrgUnitPath = "/Elsewhere" }, "",
			[]string{"orgUnitPath is /Elsewhere, and the plan expects /Staff or /Suspended"}},
		{"several fields", rich, func(a *plan.Account) {
			a.GivenName, a.Attributes, a.ExternalIDs = "Joan", nil, map[string]string{"organization": "5"}
		}, "",
			[]string{
				"givenName is Joan, and the plan expects Given or Jane",
				"Sync.Building is empty, and the plan expects North or South",
				"externalIds.organization is 5, and the plan expects empty or 77",
			}},
		{"re-enabled in the middle of its suspension", halfway, func(a *plan.Account) { a.Suspended = false }, "",
			[]string{"suspended is false, and the plan expects true"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := account(1, "a@x.org")
			a.Attributes = map[string]string{"Sync.Building": "North"}
			test.account(&a)
			directory := newFake(a)
			options := fileOptions(t)
			options.Subject = test.subject
			result := mustRun(t, sealed(t, test.action), directory, options)
			var got []string
			for _, note := range result.Outcomes[0].Notes {
				got = append(got, note.Message)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("drift (-want +got):\n%s", diff)
			}
			if status := result.Outcomes[0].Status; status != Drifted || !result.Incomplete() {
				t.Errorf("the status is %s", status)
			}
			if len(directory.writes) > 0 {
				t.Errorf("it wrote %q", directory.writes)
			}
		})
	}
}

func TestAccountThatIsGoneIsDrift(t *testing.T) {
	result := mustRun(t, sealed(t, suspension(1, "a@x.org")), newFake(), fileOptions(t))
	if got := result.Outcomes[0]; got.Status != Drifted || got.Message != "left alone: account: the account with the id g1 is gone" {
		t.Errorf("the outcome is %+v", got)
	}
}

func TestAccountThatCannotBeReadFailsWithoutAWrite(t *testing.T) {
	directory := newFake(account(1, "a@x.org"))
	directory.read = func(string) error { return fmt.Errorf("503 backendError") }
	result := mustRun(t, sealed(t, suspension(1, "a@x.org")), directory, fileOptions(t))
	if got := result.Outcomes[0]; got.Status != Failed || got.Message != "account: it could not be read: 503 backendError" {
		t.Errorf("the outcome is %+v", got)
	}
	if len(directory.writes) > 0 {
		t.Errorf("it wrote %q", directory.writes)
	}
}

func TestAdministratorKeepsGettingAttributes(t *testing.T) {
	a := account(1, "a@x.org")
	a.Admin = plan.SuperAdmin
	directory := newFake(a)
	action := plan.Action{ID: "account/1", Kind: plan.Update, Account: "a@x.org", GoogleID: "g1",
		Changes: plan.Changes{change("Sync.Building", nil, "South")}}
	result := mustRun(t, sealed(t, action), directory, fileOptions(t))
	if result.Outcomes[0].Status != Done || directory.accounts["g1"].Attributes["Sync.Building"] != "South" {
		t.Errorf("the outcome is %+v", result.Outcomes[0])
	}
}

func TestFieldsThatAreAsTheyShouldBeAreNotWrittenAgain(t *testing.T) {
	a := account(1, "A@x.org")
	a.OrgUnitPath, a.GivenName = "/suspended", "GIVEN"
	directory := newFake(a)
	action := suspension(1, "a@x.org")
	action.Changes = append(action.Changes, change("givenName", "Other", "Given"), change("Sync.Building", nil, "South"))
	action.Changes.Sort()
	mustRun(t, sealed(t, action), directory, fileOptions(t))
	if diff := cmp.Diff([]string{"update g1 suspended", "update g1 Sync.Building"}, directory.writes); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
}

func TestSecondApplyOfAPlanWritesNothing(t *testing.T) {
	directory := newFake(account(1, "a@x.org"), account(2, "b@x.org"), account(3, "c@x.org"), account(4, "d@x.org"))
	directory.join("all@x.org", "g1", "g4")
	unmoved := suspension(4, "d@x.org", "all@x.org")
	unmoved.Changes = unmoved.Changes.Without(plan.FieldOrgUnitPath)
	p := sealed(t, suspension(1, "a@x.org", "all@x.org", "gone@x.org"), renaming(2, "b@x.org", "e@x.org"), unmoved, creation(5, "f@x.org"))
	options := fileOptions(t)
	first := mustRun(t, p, directory, options)
	if first.Counts[Done] != 4 || first.Incomplete() {
		t.Fatalf("the first run: %+v", first)
	}
	directory.writes = nil
	second := mustRun(t, p, directory, options)
	if second.Counts[Already] != 4 || second.Incomplete() {
		t.Errorf("the second run: %+v", second)
	}
	if len(directory.writes) > 0 {
		t.Errorf("the second run wrote %q", directory.writes)
	}
}

func TestWhatSomebodyUndidAfterAnApplyIsDrift(t *testing.T) {
	tests := []struct {
		name   string
		action plan.Action
		undo   func(*fake)
		want   string
	}{
		{"a suspension", suspension(1, "a@x.org"), func(f *fake) {
			f.set("g1", func(a *plan.Account) { a.Suspended = false })
		}, "left alone: suspended: an earlier apply of this plan made it true, and somebody undid that: it is false; to do the same plan once more, run apply --again"},
		{"a rename", renaming(1, "a@x.org", "b@x.org"), func(f *fake) {
			f.set("g1", func(a *plan.Account) { a.Address, a.Aliases = "a@x.org", nil })
		}, "left alone: primaryEmail: an earlier apply of this plan made it b@x.org, and somebody undid that: it is a@x.org; to do the same plan once more, run apply --again"},
		{"a new account", creation(1, "n@x.org"), func(f *fake) { delete(f.accounts, "new-n@x.org") },
			"left alone: account: an earlier apply of this plan created it, and somebody deleted or renamed it; to do the same plan once more, run apply --again"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			directory := newFake(account(1, "a@x.org"))
			p, options := sealed(t, test.action), fileOptions(t)
			mustRun(t, p, directory, options)
			test.undo(directory)
			directory.writes = nil
			// However often it is tried, and in a dry run too.
			for range 2 {
				if got := mustRun(t, p, directory, options).Outcomes[0]; got.Status != Drifted || got.Message != test.want {
					t.Errorf("the outcome is %s: %s", got.Status, got.Message)
				}
			}
			options.DryRun = true
			if got := mustRun(t, p, directory, options).Outcomes[0]; got.Status != Drifted {
				t.Errorf("the dry run's outcome is %s: %s", got.Status, got.Message)
			}
			if len(directory.writes) > 0 {
				t.Errorf("it wrote %q", directory.writes)
			}
		})
	}
}
