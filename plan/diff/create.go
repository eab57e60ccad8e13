package diff

import (
	"fmt"
	"unicode/utf8"

	"github.com/staffsync/staffsync/plan"
)

// newDraft says what the account of an active person without one will be.
func (c *comparison) newDraft(want *plan.DesiredAccount) *draft {
	d := &draft{want: want}
	if lack := c.lacksForAccount(want); lack != nil {
		d.drop(*lack)
		return d
	}
	if none, refused := c.addressless[want.DCID]; refused {
		d.drop(none)
		return d
	}
	if likely := c.likelyAccount(want); likely != nil {
		d.drop(*likely)
		return d
	}
	path, _ := c.place(want.OrgUnitPath)
	d.set(plan.FieldPrimaryEmail, plan.Value{}, plan.Text(want.Address))
	d.set(plan.FieldGivenName, plan.Value{}, plan.Text(want.GivenName))
	d.set(plan.FieldFamilyName, plan.Value{}, plan.Text(want.FamilyName))
	d.set(plan.FieldOrgUnitPath, plan.Value{}, plan.Text(path))
	if c.rules.ChangePasswordAtNextLogin {
		d.set(plan.FieldChangePassword, plan.Value{}, plan.Truth(true))
	}
	dcid := c.attributes[c.rules.Match].Stored(fmt.Sprint(want.DCID))
	d.set(c.rules.Match, plan.Value{}, dcid)
	c.attributeChanges(d)
	return d
}

// lacksForAccount is the obstacle of a new account for which more than an address is
// missing, nil where nothing is.
func (c *comparison) lacksForAccount(want *plan.DesiredAccount) *obstacle {
	for _, field := range []string{plan.FieldPrimaryEmail, plan.FieldGivenName, plan.FieldFamilyName, plan.FieldOrgUnitPath} {
		if problem, failed := want.Undecided[field]; failed {
			lack := undecided(problem)
			return &lack
		}
	}
	switch _, exists := c.place(want.OrgUnitPath); {
	case want.GivenName == "" || want.FamilyName == "":
		return &obstacle{plan.ConflictName, "PowerSchool has no first or no last name, and an account needs both", "enter the name in PowerSchool"}
	case max(utf8.RuneCountInString(want.GivenName), utf8.RuneCountInString(want.FamilyName)) > maxNameLength:
		return &obstacle{plan.ConflictName, fmt.Sprintf("Google takes at most %d characters for a first or last name", maxNameLength), "shorten the name in PowerSchool"}
	case !exists:
		cause := ruleOrBuilding
		if want.Origins[plan.FieldOrgUnitPath] == plan.RuleWaiting {
			cause = plan.RuleWaiting
		}
		lack := c.missingOrgUnit(want.OrgUnitPath, cause)
		return &lack
	}
	return nil
}
