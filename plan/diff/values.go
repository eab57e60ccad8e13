package diff

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/staffsync/staffsync/plan"
)

// maxNameLength is how many characters a first or last name may have
// (https://developers.google.com/admin-sdk/directory/reference/rest/v1/users).
const maxNameLength = 60

func (c *comparison) nameChange(d *draft, field, have, want string) {
	problem, undecided := d.want.Undecided[field]
	switch {
	case undecided:
		d.conflict(field, problem, undecidedRemedy)
	case want == "":
		d.conflict(field, "PowerSchool has no name here, and an account cannot be without", "enter it in PowerSchool")
	case utf8.RuneCountInString(want) > maxNameLength:
		d.conflict(field, fmt.Sprintf("Google takes at most %d characters, and PowerSchool has %d", maxNameLength, utf8.RuneCountInString(want)), "shorten it in PowerSchool")
	default:
		d.set(field, plan.Text(have), plan.Text(want))
	}
}

func (c *comparison) orgUnitChange(d *draft) {
	want, have := d.want, d.have
	if problem, undecided := want.Undecided[plan.FieldOrgUnitPath]; undecided {
		d.conflict(plan.FieldOrgUnitPath, problem, undecidedRemedy)
		return
	}
	if strings.EqualFold(want.OrgUnitPath, have.OrgUnitPath) {
		return
	}
	if plan.WithinAny(have.OrgUnitPath, c.rules.Frozen) {
		return
	}
	path, ok := c.orgUnits[strings.ToLower(want.OrgUnitPath)]
	if !ok {
		d.conflict(plan.FieldOrgUnitPath, missingOrgUnit(want.OrgUnitPath), missingOrgUnitRemedy)
		return
	}
	d.set(plan.FieldOrgUnitPath, plan.Text(have.OrgUnitPath), plan.Text(path))
}

const undecidedRemedy = "correct the rule or the value in PowerSchool"

const missingOrgUnitRemedy = "create the org unit, or correct the rule or the building's name"

func missingOrgUnit(path string) string {
	return fmt.Sprintf("the directory has no org unit %s", path)
}

// attributeChanges compares the custom attributes and external ids that the
// policy manages.
func (c *comparison) attributeChanges(d *draft) {
	for _, name := range c.rules.Attributes {
		attribute := c.attributes[name]
		if problem, undecided := d.want.Undecided[name]; undecided {
			d.conflict(name, problem, undecidedRemedy)
			continue
		}
		to, err := attribute.Fit(d.want.Attributes[name])
		if err != nil {
			d.conflict(name, err.Error(), "correct the value in PowerSchool, or the attribute's type")
			continue
		}
		var from plan.Value
		if d.have != nil {
			from = attribute.Stored(d.have.Attributes[name])
		}
		if !attribute.Same(from, to) {
			d.changes = append(d.changes, plan.Change{Field: name, From: from, To: to})
		}
	}
	for _, kind := range c.rules.ExternalIDs {
		field := plan.ExternalIDPrefix + kind
		if problem, undecided := d.want.Undecided[field]; undecided {
			d.conflict(field, problem, undecidedRemedy)
			continue
		}
		var from plan.Value
		if d.have != nil {
			from = plan.Text(d.have.ExternalIDs[kind])
		}
		d.set(field, from, plan.Text(d.want.ExternalIDs[kind]))
	}
}
