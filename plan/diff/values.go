package diff

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/staffsync/staffsync/plan"
)

// maxNameLength is how many characters a first or last name may have
// (https://developers.google.com/admin-sdk/directory/reference/rest/v1/users).
const maxNameLength = 60

func (c *comparison) nameChange(d *draft, field, have, want string) {
	problem, failed := d.want.Undecided[field]
	switch {
	case failed:
		d.conflict(field, undecided(problem))
	case want == "":
		d.conflict(field, obstacle{plan.ConflictName, "PowerSchool has no name here, and an account cannot be without", "enter it in PowerSchool"})
	case utf8.RuneCountInString(want) > maxNameLength:
		d.conflict(field, obstacle{
			plan.ConflictName,
			fmt.Sprintf("Google takes at most %d characters, and PowerSchool has %d", maxNameLength, utf8.RuneCountInString(want)),
			"shorten it in PowerSchool",
		})
	default:
		d.set(field, plan.Text(have), plan.Text(want))
	}
}

func (c *comparison) orgUnitChange(d *draft) {
	want, have := d.want, d.have
	if problem, failed := want.Undecided[plan.FieldOrgUnitPath]; failed {
		d.conflict(plan.FieldOrgUnitPath, undecided(problem))
		return
	}
	if plan.SameOrgUnit(want.OrgUnitPath, have.OrgUnitPath) {
		return
	}
	if plan.WithinAny(have.OrgUnitPath, c.rules.Frozen) {
		return
	}
	path, ok := c.place(want.OrgUnitPath)
	if !ok {
		d.conflict(plan.FieldOrgUnitPath, c.missingOrgUnit(want.OrgUnitPath, ruleOrBuilding))
		return
	}
	d.set(plan.FieldOrgUnitPath, plan.Text(have.OrgUnitPath), plan.Text(path))
}

// missingOrgUnit is the obstacle of an org unit that the directory lacks; cause
// is what names it.
func (c *comparison) missingOrgUnit(path, cause string) obstacle {
	problem := "the directory has no org unit " + path
	if alike := c.orgUnits.Alike(path); len(alike) > 0 {
		problem += fmt.Sprintf(", but several that differ in blanks only: %q", alike)
	}
	return obstacle{plan.ConflictNoOrgUnit, problem, "create the org unit, or correct " + cause}
}

const ruleOrBuilding = "the rule or the building's name"

// attributeChanges compares the custom attributes and external ids that the
// policy manages.
func (c *comparison) attributeChanges(d *draft) {
	for _, name := range c.rules.Attributes {
		if slices.Contains(c.desired.NotKnown, name) {
			continue
		}
		attribute := c.attributes[name]
		if problem, failed := d.want.Undecided[name]; failed {
			d.conflict(name, undecided(problem))
			continue
		}
		if d.have != nil && !c.wasRead(name) {
			d.conflict(name, notKnown("what the account has there"))
			continue
		}
		to, err := c.wanted(d.want, attribute)
		if err != nil {
			d.conflict(name, obstacle{plan.ConflictValue, err.Error(), "correct the value in PowerSchool, or the attribute's type"})
			continue
		}
		var from plan.Value
		if d.have != nil {
			from = c.stored(d.have, attribute)
		}
		if !attribute.Same(from, to) {
			d.changes = append(d.changes, plan.Change{Field: name, From: from, To: to})
		}
	}
	for _, kind := range c.rules.ExternalIDs {
		field := plan.ExternalIDPrefix + kind
		if problem, failed := d.want.Undecided[field]; failed {
			d.conflict(field, undecided(problem))
			continue
		}
		var from plan.Value
		if d.have != nil {
			from = plan.Text(d.have.ExternalIDs[kind])
		}
		d.set(field, from, plan.Text(d.want.ExternalIDs[kind]))
	}
}

// wanted returns the value that the person should have in the attribute, or says
// why that does not fit.
func (c *comparison) wanted(want *plan.DesiredAccount, attribute plan.Attribute) (plan.Value, error) {
	if slices.Contains(c.rules.Sensitive, attribute.Name) {
		return attribute.FitForms(want.Sensitive[attribute.Name])
	}
	return attribute.Fit(want.Attributes[attribute.Name])
}

// stored returns the value that the account has in the attribute.
func (c *comparison) stored(have *plan.Account, attribute plan.Attribute) plan.Value {
	if slices.Contains(c.rules.Sensitive, attribute.Name) {
		return have.Field(attribute.Name)
	}
	return attribute.Stored(have.Attributes[attribute.Name])
}
