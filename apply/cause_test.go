package apply

import (
	"context"
	"fmt"
	"testing"

	"github.com/staffsync/staffsync/plan"
)

func TestFailureSaysWhatToDoAndWhetherToRunAgain(t *testing.T) {
	admin, delegated := account(1, "a@x.org"), account(1, "a@x.org")
	admin.Admin, delegated.Admin = plan.SuperAdmin, plan.DelegatedAdmin
	suspended := account(1, "a@x.org")
	suspended.Suspended, suspended.OrgUnitPath = true, leavers
	value := plan.Action{ID: "account/1", Kind: plan.Update, Account: "a@x.org", GoogleID: "g1", Changes: plan.Changes{change("Sync.Building", nil, "South"), change("Sync.Group", nil, 7)}}
	move := plan.Action{ID: "account/1", Kind: plan.Move, Account: "a@x.org", GoogleID: "g1", Changes: plan.Changes{change("orgUnitPath", "/Staff", "/New")}}
	back := plan.Action{ID: "account/1", Kind: plan.Reactivate, Account: "a@x.org", GoogleID: "g1", Changes: plan.Changes{change("suspended", true, false), change("orgUnitPath", leavers, "/Staff")}}
	for name, test := range map[string]struct {
		account plan.Account
		action  plan.Action
		err     error
		want    string
		mayPass bool
	}{
		"a super administrator": {admin, value, plan.ErrForbidden,
			"Sync.Building: update account a@x.org: forbidden; Sync.Group: update account a@x.org: forbidden; " +
				"the account is a super administrator, and only a super administrator may change an administrator's account", false},
		"a delegated administrator": {delegated, threeFields(), plan.ErrRefused, "left alone: administrator: the account is a delegated administrator, which is never suspended, moved or renamed", false},
		"a privilege is lacking": {account(1, "a@x.org"), value, plan.ErrForbidden,
			"Sync.Building: update account a@x.org: forbidden; Sync.Group: update account a@x.org: forbidden", false},
		"no such org unit": {account(1, "a@x.org"), move, plan.ErrNoOrgUnit,
			"orgUnitPath: update account a@x.org: refused: no such org unit; Google has no org unit /New; create it, or correct the rule or the building's name and make a new plan", false},
		"no such org unit for a new account": {plan.Account{}, creation(2, "n@x.org"), plan.ErrNoOrgUnit,
			"account: not created: update account g1: refused: no such org unit; Google has no org unit /Staff; create it, or correct the rule or the building's name and make a new plan", false},
		"deleted":          {account(1, "a@x.org"), move, plan.ErrDeleted, "orgUnitPath: update account a@x.org: deleted lately; the account was deleted lately; make a new plan", false},
		"not ours to lift": {suspended, back, plan.ErrForbidden, "suspended: update account a@x.org: forbidden", false},
		"it may pass":      {account(1, "a@x.org"), move, plan.ErrUnclear, "orgUnitPath: update account a@x.org: outcome unknown", true},
	} {
		t.Run(name, func(t *testing.T) {
			directory := newFake(test.account)
			directory.before = func(string) error { return fmt.Errorf("update account g1: %w", test.err) }
			result := mustRun(t, sealed(t, test.action), directory, fileOptions(t))
			if got := result.Outcomes[0].Message; got != test.want || result.MayPass() != test.mayPass {
				t.Errorf("it may pass: %t, and the message is\n%s, want\n%s", result.MayPass(), got, test.want)
			}
		})
	}
}

func TestAccountThatWasDeletedLatelyIsLeftToANewPlan(t *testing.T) {
	p := sealed(t, suspension(1, "a@x.org"), creation(2, "n@x.org"))
	for _, dryRun := range []bool{false, true} {
		options := fileOptions(t)
		options.DryRun = dryRun
		directory := deleted{newFake()}
		result := mustRun(t, p, directory, options)
		left := "left alone: "
		if dryRun {
			left = "would be left alone: "
		}
		for i, want := range []string{
			"account: it was deleted lately, and can be restored for 20 days; make a new plan",
			"primaryEmail: n@x.org is the address of an account that was deleted lately, and can be restored for 20 days; make a new plan",
		} {
			if got := result.Outcomes[i]; got.Status != Drifted || got.Message != left+want || result.MayPass() {
				t.Errorf("the outcome is %s: %s", got.Status, got.Message)
			}
		}
	}
}

// deleted is a directory all of whose accounts were deleted lately.
type deleted struct{ *fake }

func (deleted) Account(context.Context, string) (plan.Account, error) {
	return plan.Account{}, fmt.Errorf("User is deleted.: %w", plan.ErrDeleted)
}

func (deleted) AccountAt(context.Context, string) (plan.Account, error) {
	return plan.Account{}, fmt.Errorf("User is deleted.: %w", plan.ErrDeleted)
}
