package diff

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// LeftUnasked returns what a comparison does not ask, for the sake of requests,
// though the answer may show an account that works or is in groups against the
// rules: who has the address of each person who has left without a linked
// account, where not all accounts were read, and the groups of the accounts
// whose suspension is taken for complete. States that cannot be compared are an
// error.
func LeftUnasked(desired plan.Desired, actual plan.Actual) (plan.Questions, error) {
	c, err := compare(desired, actual)
	if err != nil {
		return plan.Questions{}, err
	}
	questions := plan.Questions{CannotLeave: c.rules.CannotLeave}
	for _, want := range c.staff {
		have, _ := c.account(want.DCID)
		if !want.Active && have != nil && have.Suspended && c.rules.LeaveGroups && c.needsNothing(have) {
			questions.Memberships = append(questions.Memberships, have.GoogleID)
		}
	}
	slices.Sort(questions.Memberships)
	if !actual.Whole {
		addresses := make(map[string]bool)
		for _, leaver := range c.leaversWithoutAccount() {
			addresses[strings.ToLower(leaver.address)] = true
		}
		questions.Addresses = slices.Sorted(maps.Keys(addresses))
	}
	return questions, nil
}

// Overlooked says what the answers to what was left unasked show.
func Overlooked(desired plan.Desired, actual plan.Actual, answers plan.Answers) ([]plan.Warning, error) {
	for _, address := range slices.Sorted(maps.Keys(answers.Holders)) {
		if account := answers.Holders[address].Account; account != nil && account.DCID == 0 {
			actual.Unlinked = append(slices.Clip(actual.Unlinked), *account)
		}
	}
	c, err := compare(desired, actual)
	if err != nil {
		return nil, err
	}
	warnings := c.unlinkedLeavers()
	for _, want := range c.staff {
		have, _ := c.account(want.DCID)
		if have == nil {
			continue
		}
		var groups []string
		for _, membership := range answers.Memberships[have.GoogleID] {
			if !c.cannotLeave(membership.Group) {
				groups = append(groups, membership.Group)
			}
		}
		if len(groups) > 0 {
			warnings = append(warnings, plan.Warning{
				Kind: plan.WarningTarget, Account: have.Address, Staff: want.Staff,
				Message: fmt.Sprintf("the suspension is taken for complete, and the account is still in %s; take it out in the Admin console", strings.Join(groups, ", ")),
			})
		}
	}
	return warnings, nil
}
