package plan

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// different tells whether nothing that a person would recognise an account by
// is the person's: then the DCID on the account is likely wrong.
func (c *comparison) different(want, have *Account) bool {
	return !have.HasAddress(want.Address) &&
		!strings.EqualFold(have.GivenName, want.GivenName) &&
		!strings.EqualFold(have.FamilyName, want.FamilyName) &&
		!atVia(have, c.actual.Domain)
}

func differentWords(want, have *Account) (problem, remedy string) {
	return fmt.Sprintf("a different person? The account is %s, %s %s; PowerSchool has %s, %s %s",
			have.Address, have.GivenName, have.FamilyName, want.Address, want.GivenName, want.FamilyName),
		fmt.Sprintf("correct the DCID on the account, or the name or the address on one side (DCID %d)", want.DCID)
}

// maxAliases is how many aliases an account may have
// (https://developers.google.com/admin-sdk/directory/v1/limits).
const maxAliases = 30

// protected returns why the account is never suspended, moved or renamed,
// empty when it may be.
func (c *comparison) protected(have *Account) string {
	switch {
	case have.Admin != NoAdmin:
		return "a " + string(have.Admin)
	case c.actual.Subject != "" && have.HasAddress(c.actual.Subject):
		return "the account that staffsync signs in as"
	}
	return ""
}

const protectedRemedy = "do it in the Admin console if it is right"

// activeDraft says what the linked account of an active person needs.
func (c *comparison) activeDraft(want, have *Account) *draft {
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
	d.set(FieldSuspended, Truth(have.Suspended), Truth(false))
	if problem, undecided := want.Undecided[FieldPrimaryEmail]; undecided {
		d.conflict(FieldPrimaryEmail, problem, undecidedRemedy)
	} else {
		d.set(FieldPrimaryEmail, Text(have.Address), Text(want.Address))
	}
	if change, ok := d.changes.Get(FieldPrimaryEmail); ok && len(have.Aliases) >= maxAliases && !have.HasAlias(want.Address) {
		d.conflict(FieldPrimaryEmail, fmt.Sprintf("not renamed to %s: the old address would become an alias, and the account has %d of them, the most that Google allows", change.To, len(have.Aliases)),
			"remove an alias in the Admin console")
	}
	c.nameChange(d, FieldGivenName, have.GivenName, want.GivenName)
	c.nameChange(d, FieldFamilyName, have.FamilyName, want.FamilyName)
	c.moveOf(d)
	c.attributesOf(d)
	c.protect(d)
	return d
}

func (c *comparison) mayReactivate(have *Account) bool {
	return c.rules.Reactivate == ReactivateAny || underOrgUnit(have.OrgUnitPath, c.rules.SuspendedOrgUnit)
}

func suspensionWords(have *Account) string {
	if have.SuspensionReason == "" {
		return ""
	}
	return fmt.Sprintf(" (Google's reason: %s)", have.SuspensionReason)
}

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
		d.set(field, Text(have), Text(want))
	}
}

func (c *comparison) moveOf(d *draft) {
	want, have := d.want, d.have
	if problem, undecided := want.Undecided[FieldOrgUnitPath]; undecided {
		d.conflict(FieldOrgUnitPath, problem, undecidedRemedy)
		return
	}
	if strings.EqualFold(want.OrgUnitPath, have.OrgUnitPath) {
		return
	}
	if withinAny(have.OrgUnitPath, c.rules.Frozen) {
		return
	}
	path, ok := c.orgUnits[strings.ToLower(want.OrgUnitPath)]
	if !ok {
		d.conflict(FieldOrgUnitPath, missingOrgUnit(want.OrgUnitPath), missingOrgUnitRemedy)
		return
	}
	d.set(FieldOrgUnitPath, Text(have.OrgUnitPath), Text(path))
}

const undecidedRemedy = "correct the rule or the value in PowerSchool"

const missingOrgUnitRemedy = "create the org unit, or correct the rule or the building's name"

func missingOrgUnit(path string) string {
	return fmt.Sprintf("the directory has no org unit %s", path)
}

// attributesOf compares the custom attributes and external ids that the
// policy manages.
func (c *comparison) attributesOf(d *draft) {
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
		var from Value
		if d.have != nil {
			from = attribute.stored(d.have.Attributes[name])
		}
		if !attribute.same(from, to) {
			d.changes = append(d.changes, Change{Field: name, From: from, To: to})
		}
	}
	for _, kind := range c.rules.ExternalIDs {
		field := ExternalIDPrefix + kind
		if problem, undecided := d.want.Undecided[field]; undecided {
			d.conflict(field, problem, undecidedRemedy)
			continue
		}
		var from Value
		if d.have != nil {
			from = Text(d.have.ExternalIDs[kind])
		}
		d.set(field, from, Text(d.want.ExternalIDs[kind]))
	}
}

// protect turns a move or rename of an administrator into a conflict.
func (c *comparison) protect(d *draft) {
	role := c.protected(d.have)
	if role == "" {
		return
	}
	if change, ok := d.changes.Get(FieldPrimaryEmail); ok {
		d.conflict(FieldPrimaryEmail, fmt.Sprintf("the account is %s and is not renamed to %s", role, change.To), protectedRemedy)
	}
	if change, ok := d.changes.Get(FieldOrgUnitPath); ok {
		d.conflict(FieldOrgUnitPath, fmt.Sprintf("the account is %s and is not moved to %s", role, change.To), protectedRemedy)
	}
}

// newDraft says what the account of an active person without one will be.
func (c *comparison) newDraft(want *Account) *draft {
	d := &draft{want: want}
	for _, field := range []string{FieldPrimaryEmail, FieldGivenName, FieldFamilyName, FieldOrgUnitPath} {
		if problem, undecided := want.Undecided[field]; undecided {
			d.drop(problem, undecidedRemedy)
			return d
		}
	}
	path, exists := c.orgUnits[strings.ToLower(want.OrgUnitPath)]
	switch {
	case want.GivenName == "" || want.FamilyName == "":
		d.drop("PowerSchool has no first or no last name, and an account needs both", "enter the name in PowerSchool")
		return d
	case max(utf8.RuneCountInString(want.GivenName), utf8.RuneCountInString(want.FamilyName)) > maxNameLength:
		d.drop(fmt.Sprintf("Google takes at most %d characters for a first or last name", maxNameLength), "shorten the name in PowerSchool")
		return d
	case !exists:
		d.drop(missingOrgUnit(want.OrgUnitPath), missingOrgUnitRemedy)
		return d
	}
	d.set(FieldPrimaryEmail, Value{}, Text(want.Address))
	d.set(FieldGivenName, Value{}, Text(want.GivenName))
	d.set(FieldFamilyName, Value{}, Text(want.FamilyName))
	d.set(FieldOrgUnitPath, Value{}, Text(path))
	if c.rules.ChangePasswordAtNextLogin {
		d.set(FieldChangePassword, Value{}, Truth(true))
	}
	dcid := c.attributes[c.rules.Match].stored(fmt.Sprint(want.DCID))
	d.set(c.rules.Match, Value{}, dcid)
	c.attributesOf(d)
	return d
}
