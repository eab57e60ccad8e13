package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// Revert plans the inverse of what was done of a plan, by the action's id. Rules are
// those of the config that it runs with, which need not be the plan's: what they
// do not manage is listed and left alone, and so is what has changed since. As
// Compare does, it returns the questions that it needs answered; actual must have
// every linked account. With words after only, the plan has what these select.
func Revert(old plan.Plan, done map[string]plan.Done, rules *plan.Rules, actual plan.Actual, limits plan.Limits, only ...string) (plan.Plan, plan.Questions, error) {
	c, err := compare(plan.Desired{Domain: actual.Domain, Rules: rules}, actual)
	if err != nil {
		return plan.Plan{}, plan.Questions{}, err
	}
	var drafts []*draft
	for i := range old.Actions {
		action := &old.Actions[i]
		if done, touched := done[action.ID]; touched && action.Kind.OnAccount() {
			drafts = append(drafts, c.revertDraft(action, done))
		}
	}
	c.giveAddresses(drafts)
	if open := c.open(); !open.Empty() {
		return plan.Plan{}, open, nil
	}
	p := plan.Plan{
		Version: plan.FileVersion, Domain: actual.Domain, Customer: actual.Customer, Policy: c.rules.Policy, Actions: []plan.Action{},
	}
	for _, d := range drafts {
		p.Conflicts = append(p.Conflicts, d.conflicts...)
		if !d.empty() {
			p.Actions = append(p.Actions, d.action())
		}
	}
	if len(only) > 0 {
		p.Actions, drafts = selectDrafts(p.Actions, drafts, only)
	}
	p.Warnings = c.ownerWarnings(drafts)
	p.Sort()
	c.summarize(&p)
	p.Limits = limits.Check(plan.Count(p.Actions), c.base)
	p.Blocked = p.Limits.Blocked()
	return p, plan.Questions{}, nil
}

// revertDraft drafts the inverse of what was done of the action.
func (c *comparison) revertDraft(action *plan.Action, done plan.Done) *draft {
	dcid, _ := action.DCID()
	d := &draft{want: &plan.DesiredAccount{Fields: plan.Fields{DCID: dcid, Address: action.Account}, Staff: action.Staff, Active: true}, undoes: action}
	if action.Kind == plan.Create && done.GoogleID == "" {
		d.dropUnknown(len(c.linked[dcid]) > 0)
		return d
	}
	have := c.byID[done.GoogleID]
	if have == nil || have.DCID != dcid {
		d.drop(changedSince(fmt.Sprintf("no account with the id %s carries DCID %d any more", done.GoogleID, dcid)))
		return d
	}
	d.have = have
	d.want.Address = have.Address
	switch {
	case have.Archived:
		d.drop(changedSince("the account was archived since"))
		return d
	case action.Kind == plan.Create:
		return c.revertCreate(action, have)
	}
	for _, change := range action.Changes {
		if done.Wrote(change.Field) {
			c.revertChange(d, action, change)
		}
	}
	for _, membership := range action.Groups {
		if done.Changed(membership.Group) {
			c.revertMembership(d, membership)
		}
	}
	if change, ok := d.changes.Get(plan.FieldSuspended); ok && change.Suspends() {
		if role := c.protected(have); role != "" {
			d.drop(protectedAccount(fmt.Sprintf("the account is %s and is not suspended again", role)))
			return d
		}
	}
	c.protect(d)
	return d
}

// dropUnknown leaves alone what a run may have created that was killed before it could
// write down the id; where nobody is there, it did not.
func (d *draft) dropUnknown(there bool) {
	if d.dropped = true; there {
		d.drop(obstacle{plan.ConflictCannotUndo, "a run of the plan that was cut short may have created the account, and nothing tells which id it got", "suspend it by hand if the plan created it"})
	}
}

// revertCreate suspends a created account as that of somebody who has left: nothing
// is ever deleted.
func (c *comparison) revertCreate(action *plan.Action, have *plan.Account) *draft {
	want := &plan.DesiredAccount{Fields: have.Fields, Staff: action.Staff, Standing: "the account was created by the plan that is undone"}
	if c.needsNothing(have) {
		return &draft{want: want, have: have, undoes: action}
	}
	d := c.inactiveDraft(want, have)
	d.undoes = action
	return d
}

// revertChange sets a field back, unless it is not as the plan made it any more.
func (c *comparison) revertChange(d *draft, action *plan.Action, change plan.Change) {
	found := d.have.Field(change.Field)
	if change.Field == c.rules.Match {
		found = plan.Number(d.have.DCID)
	}
	made := plan.Same(change.Field, found, change.To) || change.Field == plan.FieldPrimaryEmail && d.have.AtVia(c.actual.Domain)
	switch {
	case plan.Same(change.Field, found, change.From):
	case change.Sensitive():
		d.conflict(change.Field, cannotUndo("its values are sensitive, so that no plan knows the one before"))
	case !made:
		d.conflict(change.Field, changedSince(fmt.Sprintf("the plan made it %s, and it is %s now", valueWords(change.To), valueWords(found))))
	case !c.reverts(change.Field):
		d.conflict(change.Field, cannotUndo("this config does not manage the field"))
	case change.Field == plan.FieldSuspended && !change.Suspends() || change.Field != plan.FieldSuspended:
		c.setBack(d, change, found)
	case !liftable(d.have.SuspensionReason):
		d.drop(changedSince(fmt.Sprintf("Google suspended the account since (reason: %s), which no administrator can lift", d.have.SuspensionReason)))
	default:
		c.setBack(d, change, found)
	}
}

// setBack writes the value from before the plan.
func (c *comparison) setBack(d *draft, change plan.Change, found plan.Value) {
	switch change.Field {
	case plan.FieldOrgUnitPath:
		path, ok := c.orgUnits.Find(change.From.String())
		if !ok {
			d.conflict(change.Field, c.missingOrgUnit(change.From.String(), "nothing: it was deleted or renamed since"))
			return
		}
		change.From = plan.Text(path)
	case plan.FieldPrimaryEmail:
		d.want.Address = strings.ToLower(change.From.String())
	}
	d.set(change.Field, found, change.From)
}

// reverts tells whether this config's plans may write the field.
func (c *comparison) reverts(field string) bool {
	switch field {
	case plan.FieldSuspended, plan.FieldPrimaryEmail, plan.FieldGivenName, plan.FieldFamilyName, plan.FieldOrgUnitPath, c.rules.Match:
		return true
	}
	if kind, ok := strings.CutPrefix(field, plan.ExternalIDPrefix); ok {
		return slices.Contains(c.rules.ExternalIDs, kind)
	}
	return slices.Contains(c.rules.Attributes, field)
}

// revertMembership ends a membership that the plan began, and begins again one that
// it ended.
func (c *comparison) revertMembership(d *draft, m plan.MembershipChange) {
	if m.Stays() {
		return
	}
	back := plan.MembershipChange{Group: m.Group, From: m.To, To: m.From, Rule: plan.RuleUndo}
	if back.To == plan.RoleUnknown {
		back.To = plan.RoleMember
		d.conflict(m.Group, cannotUndo("the role before is not known; the account joins as a member"))
	}
	d.groups = append(d.groups, back)
}

func changedSince(problem string) obstacle {
	return obstacle{plan.ConflictChangedSince, problem, "change it by hand if it is to go back"}
}

func cannotUndo(problem string) obstacle {
	return obstacle{plan.ConflictCannotUndo, problem, "change it by hand if it is to go back"}
}

// valueWords is a value as a sentence has it.
func valueWords(v plan.Value) string {
	if v.Absent() {
		return "empty"
	}
	return v.String()
}
