package diff

import (
	"fmt"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// different tells whether nothing that a person would recognise an account by
// is the person's: then the DCID on the account is likely wrong.
func (c *comparison) different(want *plan.DesiredAccount, have *plan.Account) bool {
	return (c.unaddressed[want.DCID] || !have.HasAddress(want.Address)) &&
		!strings.EqualFold(have.GivenName, want.GivenName) &&
		!strings.EqualFold(have.FamilyName, want.FamilyName) &&
		!have.AtVia(c.actual.Domain)
}

func (c *comparison) differentPerson(want *plan.DesiredAccount, have *plan.Account) obstacle {
	address := want.Address
	if c.unaddressed[want.DCID] {
		address = "no address"
	}
	return obstacle{
		plan.ConflictOtherPerson,
		fmt.Sprintf("a different person? The account is %s, %s %s; PowerSchool has %s, %s %s",
			have.Address, have.GivenName, have.FamilyName, address, want.GivenName, want.FamilyName),
		"correct the DCID on the account, or the name or the address on one side",
	}
}

// protected says why the account is never suspended, moved or renamed, empty
// when it may be.
func (c *comparison) protected(have *plan.Account) string { return have.Protected(c.actual.Subject) }

func protectedAccount(problem string) obstacle {
	return obstacle{plan.ConflictProtected, problem, "do it in the Admin console if it is right"}
}

// protect turns a move or rename of an administrator into a conflict.
func (c *comparison) protect(d *draft) {
	role := c.protected(d.have)
	if role == "" {
		return
	}
	if change, ok := d.changes.Get(plan.FieldPrimaryEmail); ok {
		d.conflict(plan.FieldPrimaryEmail, protectedAccount(fmt.Sprintf("the account is %s and is not renamed to %s", role, change.To)))
	}
	if change, ok := d.changes.Get(plan.FieldOrgUnitPath); ok {
		d.conflict(plan.FieldOrgUnitPath, protectedAccount(fmt.Sprintf("the account is %s and is not moved to %s", role, change.To)))
	}
}
