package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// inactiveDraft says what the linked account of an inactive person needs.
func (c *comparison) inactiveDraft(want, have *Account) (*draft, error) {
	d := &draft{want: want, have: have}
	if c.settled(have) {
		return d, nil
	}
	if role := c.protected(have); role != "" {
		what := "suspended"
		if have.Suspended {
			what = "moved to " + c.rules.SuspendedOrgUnit
		}
		d.drop(fmt.Sprintf("no active school assignment in PowerSchool, but the account is %s and is not %s", role, what), protectedRemedy)
		return d, nil
	}
	if c.different(want, have) {
		problem, remedy := differentWords(want, have)
		d.drop(problem, remedy)
		return d, nil
	}
	d.set(FieldSuspended, Truth(have.Suspended), Truth(true))
	if path, ok := c.orgUnits[strings.ToLower(c.rules.SuspendedOrgUnit)]; ok {
		d.set(FieldOrgUnitPath, Text(have.OrgUnitPath), Text(path))
	} else {
		d.conflict(FieldOrgUnitPath, missingOrgUnit(c.rules.SuspendedOrgUnit), "create the org unit, or correct orgUnits.suspended")
	}
	if !c.rules.LeaveGroups {
		return d, nil
	}
	memberships, known := c.actual.Answers.Memberships[have.GoogleID]
	if !known {
		return nil, &MissingAnswerError{fmt.Sprintf("which groups %s is in (account id %s)", have.Address, have.GoogleID)}
	}
	for _, membership := range memberships {
		change := Leave(membership)
		if slices.ContainsFunc(c.rules.CannotLeave, func(group string) bool { return strings.EqualFold(group, membership.Group) }) {
			change = StayIn(membership)
		}
		d.groups = append(d.groups, change)
	}
	slices.SortFunc(d.groups, func(a, b MembershipChange) int { return strings.Compare(a.Group, b.Group) })
	return d, nil
}

// ownerWarnings names the groups whose last owner the drafts take away.
func (c *comparison) ownerWarnings(drafts []*draft) []Warning {
	leaving := make(map[string]*draft)
	for _, d := range drafts {
		if d.have != nil && !d.empty() && len(d.groups) > 0 {
			leaving[d.have.GoogleID] = d
		}
	}
	var warnings []Warning
	for _, group := range slices.Sorted(maps.Keys(c.actual.Answers.Owners)) {
		owners := slices.Sorted(slices.Values(c.actual.Answers.Owners[group]))
		var last *draft
		stays := false
		for _, id := range owners {
			d, leaves := leaving[id]
			if !leaves || !slices.ContainsFunc(d.groups, func(g MembershipChange) bool { return g.Group == group && g.Leaves() }) {
				stays = true
				break
			}
			last = d
		}
		if stays || last == nil {
			continue
		}
		warnings = append(warnings, Warning{
			Kind: WarningOwner, Account: last.have.Address, Staff: last.want.Staff,
			Message: fmt.Sprintf("the group %s loses its last owner; give it another", group),
		})
	}
	return warnings
}
