package diff

import (
	"fmt"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// checkLimits lays what the plan holds, and how things are, beside the limits,
// and says what those that are exceeded look like.
func (c *comparison) checkLimits(p *plan.Plan, managed *managedGroups, limits plan.Limits) {
	counts := plan.Count(p.Actions)
	for name, used := range map[plan.LimitName]bool{
		plan.LimitJoinGroups: c.rules.ManageGroups, plan.LimitPruneGroups: c.rules.PruneGroups, plan.LimitCreateGroups: c.rules.CreateGroups,
		plan.LimitCreateOrgUnits: c.rules.CreateOrgUnits,
	} {
		if used {
			counts[name] += 0
		}
	}
	unknown, leftOut := c.missing()
	counts[plan.LimitMissing] = unknown + leftOut
	counts[plan.LimitStrayAssignments] = c.desired.StrayRows.Assignments.Count
	counts[plan.LimitStraySchools] = c.desired.StrayRows.Schools.Count
	p.Limits = limits.Check(counts, func(name plan.LimitName) int {
		switch name {
		case plan.LimitPruneGroups:
			return managed.members()
		case plan.LimitCreateGroups:
			return len(managed.groups)
		case plan.LimitCreateOrgUnits:
			return len(c.actual.OrgUnits)
		}
		return c.base(name)
	})
	for name, check := range p.Limits {
		if !check.Over() {
			continue
		}
		switch name {
		case plan.LimitMissing:
			check.Detail = fmt.Sprintf("PowerSchool does not know the person of %d, and %d are left out for lack of data; if that is so for good, write limits: {missing: %d}",
				unknown, leftOut, LastingMissing(check.Count))
		case plan.LimitJoinGroups:
			check.Detail = managed.firstWords()
		case plan.LimitStrayAssignments:
			check.Detail = fmt.Sprintf("the people of these rows are not in %s, which looks cut off", c.desired.StrayRows.Assignments.Table)
		case plan.LimitStraySchools:
			check.Detail = fmt.Sprintf("the home schools of these people are not in %s, which looks cut off", c.desired.StrayRows.Schools.Table)
		default:
			check.Detail = replaced(p.Actions, name)
		}
		p.Limits[name] = check
	}
	p.Blocked = append(p.Limits.Blocked(), c.holds.problems...)
}

// LastingMissing is a lasting limit for a count of missing people that is right:
// a tenth more, and at least 5.
func LastingMissing(count int) int { return count + max(5, (count+9)/10) }

// missing counts the accounts that work and whose person PowerSchool does not
// know, or who is left out for lack of data.
func (c *comparison) missing() (unknown, leftOut int) {
	for _, accounts := range c.unknown {
		unknown += enabled(accounts)
	}
	for _, skipped := range c.desired.Skipped {
		if skipped.LacksData() {
			leftOut += enabled(c.linked[skipped.Staff.DCID])
		}
	}
	return unknown, leftOut
}

// replaced says of a field whose values change for many what that looks like:
// an example, and what the changes have in common. It is empty of a sensitive
// field, of which nothing can be said, and of any other limit.
func replaced(actions []plan.Action, name plan.LimitName) string {
	var changes []plan.Change
	var example string
	exchanged := name == plan.LimitChangeOf(plan.FieldGivenName) || name == plan.LimitChangeOf(plan.FieldFamilyName)
	for i := range actions {
		action := &actions[i]
		for _, change := range action.Changes {
			if action.Kind == plan.Create || plan.LimitChangeOf(change.Field) != name || !change.Replaces() || change.Sensitive() {
				continue
			}
			if changes = append(changes, change); example == "" {
				example = fmt.Sprintf("such as %s: %s instead of %s", personWords(action.Staff, action.Staff.DCID), change.To, change.From)
			}
			exchanged = exchanged && exchangesNames(action)
		}
	}
	common := ""
	switch {
	case len(changes) == 0:
		return ""
	case exchanged:
		common = "; first and last name are exchanged in all of them"
	case all(changes, losesZeros):
		common = "; all of them lose leading zeros"
	case all(changes, func(c plan.Change) bool { return c.To.Equal(changes[0].To) }):
		common = "; all of them get the same value"
	case all(changes, func(c plan.Change) bool { return c.To.String() == c.From.String()+".0" }):
		common = "; all of them gain .0"
	}
	return example + common
}

// exchangesNames tells whether the account's first and last name change places.
func exchangesNames(action *plan.Action) bool {
	given, ok := action.Changes.Get(plan.FieldGivenName)
	family, both := action.Changes.Get(plan.FieldFamilyName)
	return ok && both && plan.Same(plan.FieldGivenName, given.From, family.To) && plan.Same(plan.FieldGivenName, given.To, family.From)
}

func losesZeros(change plan.Change) bool {
	from := change.From.String()
	return strings.HasPrefix(from, "0") && strings.TrimLeft(from, "0") == change.To.String()
}

func all(changes []plan.Change, is func(plan.Change) bool) bool {
	for _, change := range changes {
		if !is(change) {
			return false
		}
	}
	return true
}

// base returns what a percentage of the limit is measured against.
func (c *comparison) base(name plan.LimitName) int {
	n := 0
	switch name {
	case plan.LimitStrayAssignments:
		return c.desired.StrayRows.Assignments.Base
	case plan.LimitStraySchools:
		return c.desired.StrayRows.Schools.Base
	case plan.LimitCreate:
		for _, want := range c.staff {
			if want.Active {
				n++
			}
		}
		return n
	}
	for _, accounts := range c.linked {
		n += enabled(accounts)
	}
	return n
}
