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
		d.drop(c.differentPerson(want, have))
		return d
	}
	if lockedOut := c.lockedOut(have); lockedOut != nil {
		d.drop(*lockedOut)
		return d
	}
	d.set(plan.FieldSuspended, plan.Truth(have.Suspended), plan.Truth(false))
	if problem, failed := want.Undecided[plan.FieldPrimaryEmail]; failed {
		d.conflict(plan.FieldPrimaryEmail, undecided(problem))
	} else if none, refused := c.addressless[want.DCID]; refused {
		none.problem = "the address no longer follows the name, and stays: " + none.problem
		d.conflict(plan.FieldPrimaryEmail, none)
	} else {
		d.set(plan.FieldPrimaryEmail, plan.Text(have.Address), plan.Text(want.Address))
	}
	if change, ok := d.changes.Get(plan.FieldPrimaryEmail); ok && len(have.Aliases) >= maxAliases && !have.HasAlias(want.Address) {
		d.conflict(plan.FieldPrimaryEmail, obstacle{
			plan.ConflictTooManyAliases,
			fmt.Sprintf("not renamed to %s: the old address would become an alias, and the account has %d of them, the most that Google allows", change.To, len(have.Aliases)),
			"remove an alias in the Admin console",
		})
	}
	c.nameChange(d, plan.FieldGivenName, have.GivenName, want.GivenName)
	c.nameChange(d, plan.FieldFamilyName, have.FamilyName, want.FamilyName)
	c.orgUnitChange(d)
	c.attributeChanges(d)
	c.protect(d)
	return d
}
