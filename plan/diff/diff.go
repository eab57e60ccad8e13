package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// Compare compares the desired state with the actual one and returns what apply
// is to do. It is pure: the same states give the same plan, in whatever order
// their accounts come.
//
// What it still needs to know comes back as open questions, and then there is
// no plan: with their answers among the actual state's, compare again.
// Complete does that. States that cannot be compared are an error.
//
// With words after --only the plan has the actions that these select, and counts
// and warns of no others. A word may name nobody: CheckOnly says so.
func Compare(desired plan.Desired, actual plan.Actual, limits plan.Limits, only ...string) (made plan.Plan, open plan.Questions, err error) {
	c, err := compare(desired, actual)
	if err != nil {
		return plan.Plan{}, plan.Questions{}, err
	}
	drafts, conflicts := c.draftAll()
	c.giveAddresses(drafts)
	managed := c.manageGroups(drafts)
	if open := c.open(); !open.Empty() {
		return plan.Plan{}, open, nil
	}

	p := plan.Plan{
		Version:   plan.FileVersion,
		Domain:    actual.Domain,
		Customer:  actual.Customer,
		Policy:    c.rules.Policy,
		AsOf:      c.desired.AsOf,
		NotKnown:  c.desired.NotKnown,
		Actions:   []plan.Action{},
		Held:      heldOf(drafts),
		Holds:     c.holds.inForce,
		Skipped:   c.listedSkipped(),
		Conflicts: slices.Concat(conflicts, c.policyConflicts(), managed.conflicts),
	}
	p.Actions = append(p.Actions, c.orgUnitCreations(drafts)...)
	p.Actions = append(p.Actions, managed.creations()...)
	for _, d := range drafts {
		p.Conflicts = append(p.Conflicts, d.conflicts...)
		if !d.empty() {
			p.Actions = append(p.Actions, c.action(d))
		}
		if !d.empty() && d.changes.Sensitive() {
			p.FingerprintKey = c.desired.FingerprintKey
		}
	}
	groups := c.findAlike(p.Actions)
	suspicious, inPlan := groups, drafts
	if len(only) > 0 {
		p.Actions, inPlan = selectDrafts(p.Actions, drafts, only)
		groups = withBuildingsOf(suspicious, c.findAlike(p.Actions))
		suspicious = sharedByAny(suspicious, p.Actions)
	}
	for i := range groups {
		p.Bulk = append(p.Bulk, groups[i].BulkChange)
	}
	p.BulkGroups = managed.bulk()
	p.Warnings = slices.Concat(c.warnings(inPlan), managed.warnings(), c.bulkWarnings(suspicious))
	c.sortEverybody(&p, drafts)
	p.Sort()
	c.summarize(&p)
	c.checkLimits(&p, managed, limits)
	return p, plan.Questions{}, nil
}

// draftAll drafts an action for everybody who has or is to have an account,
// and returns the conflicts of those who have several.
func (c *comparison) draftAll() (drafts []*draft, conflicts []plan.Conflict) {
	for _, want := range c.staff {
		have, single := c.account(want.DCID)
		switch {
		case !single:
			conflicts = append(conflicts, c.severalAccounts(want))
		case have != nil || want.Active:
			d := c.draft(want, have)
			c.hold(d)
			drafts = append(drafts, d)
		}
	}
	c.settleOrgUnits(drafts)
	return drafts, conflicts
}

func (c *comparison) draft(want *plan.DesiredAccount, have *plan.Account) *draft {
	if !want.Active && c.needsNothing(have) {
		return &draft{want: want, have: have}
	}
	if shared, ok := c.sharing[want.DCID]; ok {
		d := &draft{want: want, have: have}
		d.drop(shared)
		return d
	}
	switch {
	case !want.Active:
		return c.inactiveDraft(want, have)
	case have == nil:
		return c.newDraft(want)
	}
	return c.activeDraft(want, have)
}

func (c *comparison) severalAccounts(want *plan.DesiredAccount) plan.Conflict {
	var accounts []string
	for _, have := range c.linked[want.DCID] {
		accounts = append(accounts, have.Address)
	}
	slices.Sort(accounts)
	return plan.Conflict{
		Kind: plan.ConflictTwoAccounts, ID: plan.AccountID(want.DCID), Account: accounts[0], Staff: want.Staff,
		Problem: fmt.Sprintf("%d accounts carry DCID %d: %s", len(accounts), want.DCID, strings.Join(accounts, ", ")),
		Remedy:  fmt.Sprintf("clear %s on all but the right one", c.rules.Match),
	}
}

// policyConflicts are the people on whom the policy could not decide, with
// their accounts.
func (c *comparison) policyConflicts() []plan.Conflict {
	conflicts := slices.Clone(c.desired.Conflicts)
	for i := range conflicts {
		if have, _ := c.account(conflicts[i].Staff.DCID); have != nil {
			conflicts[i].Account = have.Address
		}
	}
	return conflicts
}

// summarize counts the plan's changes.
func (c *comparison) summarize(p *plan.Plan) {
	counts := plan.Count(p.Actions)
	p.Summary.Create = counts[plan.LimitCreate]
	p.Summary.Suspend = counts[plan.LimitSuspend]
	p.Summary.Reactivate = counts[plan.LimitReactivate]
	p.Summary.Rename = counts[plan.LimitRename]
	p.Summary.Move = counts[plan.LimitMove]
	p.Summary.CreateOrgUnits = counts[plan.LimitCreateOrgUnits]
	p.Summary.CreateGroups = counts[plan.LimitCreateGroups]
	p.Summary.JoinGroups = counts[plan.LimitJoinGroups]
	p.Summary.PruneGroups = counts[plan.LimitPruneGroups]
	for i := range p.Actions {
		if p.Actions[i].Updates() {
			p.Summary.Update++
		}
		if p.Actions[i].Kind == plan.CreateAttribute {
			p.Summary.CreateAttributes++
		}
	}
	p.Summary.Unchanged = p.People.Unchanged
	p.Summary.Inactive = p.People.Inactive
	p.Summary.Skipped = len(p.Skipped)
	p.Summary.Conflicts = len(p.Conflicts)
	p.Summary.Held = len(p.Held)
}
