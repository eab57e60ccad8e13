package diff

import (
	"fmt"

	"github.com/staffsync/staffsync/plan"
)

// maxAliases is how many aliases an account may have
// (https://developers.google.com/admin-sdk/directory/v1/limits).
const maxAliases = 30

// activeDraft says what the linked account of an active person needs.
func (c *comparison) activeDraft(want *plan.DesiredAccount, have *plan.Account) *draft {
	d := &draft{want: want, have: have}
	if c.different(want, have) {
		problem, remedy := differentWords(want, have)
		d.drop(problem, remedy)
		return d
	}
	if have.Suspended && !c.mayReactivate(have) {
		d.drop(fmt.Sprintf("active in PowerSchool, but the account is suspended in %s%s, not in %s",
			have.OrgUnitPath, suspensionWords(have), c.rules.SuspendedOrgUnit),
			"re-enable it in the Admin console, or set reactivate: any")
		return d
	}
	d.set(plan.FieldSuspended, plan.Truth(have.Suspended), plan.Truth(false))
	if problem, undecided := want.Undecided[plan.FieldPrimaryEmail]; undecided {
		d.conflict(plan.FieldPrimaryEmail, problem, undecidedRemedy)
	} else {
		d.set(plan.FieldPrimaryEmail, plan.Text(have.Address), plan.Text(want.Address))
	}
	if change, ok := d.changes.Get(plan.FieldPrimaryEmail); ok && len(have.Aliases) >= maxAliases && !have.HasAlias(want.Address) {
		d.conflict(plan.FieldPrimaryEmail, fmt.Sprintf("not renamed to %s: the old address would become an alias, and the account has %d of them, the most that Google allows", change.To, len(have.Aliases)),
			"remove an alias in the Admin console")
	}
	c.nameChange(d, plan.FieldGivenName, have.GivenName, want.GivenName)
	c.nameChange(d, plan.FieldFamilyName, have.FamilyName, want.FamilyName)
	c.orgUnitChange(d)
	c.attributeChanges(d)
	c.protect(d)
	return d
}

func (c *comparison) mayReactivate(have *plan.Account) bool {
	return c.rules.Reactivate == plan.ReactivateAny || plan.Under(have.OrgUnitPath, c.rules.SuspendedOrgUnit)
}

func suspensionWords(have *plan.Account) string {
	if have.SuspensionReason == "" {
		return ""
	}
	return fmt.Sprintf(" (Google's reason: %s)", have.SuspensionReason)
}
