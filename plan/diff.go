package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Diff compares the desired state with the actual one, completed by the
// answers to Needs, and returns what apply is to do. It is pure: the same
// states give the same plan, in whatever order their accounts come.
//
// It returns an error, never a shorter plan, when the states cannot be
// compared or an answer is missing.
func Diff(desired, actual State, limits Limits) (Plan, error) {
	c, err := compare(desired, actual)
	if err != nil {
		return Plan{}, err
	}
	drafts, conflicts, err := c.draftAll()
	if err != nil {
		return Plan{}, err
	}
	if err := c.settleAddresses(drafts); err != nil {
		return Plan{}, err
	}

	p := Plan{
		Version:   FileVersion,
		Domain:    actual.Domain,
		Customer:  actual.Customer,
		Policy:    c.rules.Policy,
		Actions:   []Action{},
		Conflicts: append(conflicts, c.policyConflicts()...),
	}
	for _, d := range drafts {
		p.Conflicts = append(p.Conflicts, d.conflicts...)
		switch {
		case !d.empty():
			p.Actions = append(p.Actions, d.action())
		case len(d.conflicts) == 0:
			p.Summary.Unchanged++
		}
	}
	slices.SortStableFunc(p.Conflicts, compareConflicts)
	p.Skipped = c.listedSkipped()
	p.Warnings = c.warnings(drafts)
	c.summarize(&p)
	p.Limits = limits.Check(p.Actions, c.base)
	p.Blocked = p.Limits.Blocked()
	return p, nil
}

// draftAll drafts an action for everybody who has or is to have an account,
// and returns the conflicts of those who have none.
func (c *comparison) draftAll() ([]*draft, []Conflict, error) {
	var drafts []*draft
	var conflicts []Conflict
	for _, want := range c.staff {
		have, single := c.account(want.DCID)
		if !single {
			conflicts = append(conflicts, c.severalAccounts(want))
			continue
		}
		if have == nil && !want.Active {
			continue
		}
		d, err := c.draft(want, have)
		if err != nil {
			return nil, nil, err
		}
		drafts = append(drafts, d)
	}
	return drafts, conflicts, nil
}

func (c *comparison) draft(want, have *Account) (*draft, error) {
	if !want.Active && c.settled(have) {
		return &draft{want: want, have: have}, nil
	}
	if problem, shared := c.sharing[want.DCID]; shared {
		d := &draft{want: want, have: have}
		d.drop(problem, "correct the address in PowerSchool; if it is one person, correct the DCID on the account")
		return d, nil
	}
	switch {
	case !want.Active:
		return c.inactiveDraft(want, have)
	case have == nil:
		return c.newDraft(want), nil
	}
	return c.activeDraft(want, have), nil
}

func (c *comparison) severalAccounts(want *Account) Conflict {
	var accounts []string
	for _, have := range c.linked[want.DCID] {
		accounts = append(accounts, have.Address)
	}
	slices.Sort(accounts)
	return Conflict{
		ID: AccountID(want.DCID), Account: accounts[0], Staff: want.Staff,
		Problem: fmt.Sprintf("%d accounts carry DCID %d: %s", len(accounts), want.DCID, strings.Join(accounts, ", ")),
		Remedy:  fmt.Sprintf("clear %s on all but the right one", c.rules.Match),
	}
}

// policyConflicts are the people on whom the policy could not decide, with
// their accounts.
func (c *comparison) policyConflicts() []Conflict {
	conflicts := slices.Clone(c.desired.Conflicts)
	for i := range conflicts {
		if have, _ := c.account(conflicts[i].Staff.DCID); have != nil {
			conflicts[i].Account = have.Address
		}
	}
	return conflicts
}

func compareConflicts(a, b Conflict) int {
	return cmp.Or(
		cmp.Compare(a.Staff.DCID, b.Staff.DCID), compareFields(a.Field, b.Field), cmp.Compare(a.Problem, b.Problem),
		cmp.Compare(a.ID, b.ID), cmp.Compare(a.Account, b.Account), cmp.Compare(a.Remedy, b.Remedy), comparePeople(a.Staff, b.Staff),
	)
}

func comparePeople(a, b Person) int {
	return cmp.Or(cmp.Compare(a.DCID, b.DCID), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Building, b.Building))
}

// summarize counts the plan's changes.
func (c *comparison) summarize(p *Plan) {
	counts := Count(p.Actions)
	p.Summary.Create = counts[LimitCreate]
	p.Summary.Suspend = counts[LimitSuspend]
	p.Summary.Reactivate = counts[LimitReactivate]
	p.Summary.Rename = counts[LimitRename]
	p.Summary.Move = counts[LimitMove]
	for i := range p.Actions {
		if p.Actions[i].updates() {
			p.Summary.Update++
		}
	}
	p.Summary.Inactive = len(WithoutAccount(c.desired, c.actual))
	p.Summary.Skipped = len(p.Skipped)
	p.Summary.Conflicts = len(p.Conflicts)
}

// updates tells whether something else than suspension, address and org unit
// of an existing account changes.
func (a *Action) updates() bool {
	if a.Kind == Create {
		return false
	}
	if len(a.Release) > 0 {
		return true
	}
	return slices.ContainsFunc(a.Changes, func(change Change) bool {
		switch change.Field {
		case FieldSuspended, FieldPrimaryEmail, FieldOrgUnitPath:
			return false
		}
		return true
	})
}

// base returns what a percentage of the limit is measured against.
func (c *comparison) base(name LimitName) int {
	n := 0
	if name == LimitCreate {
		for _, want := range c.staff {
			if want.Active {
				n++
			}
		}
		return n
	}
	for _, account := range c.byID {
		if account.DCID != 0 && !account.Suspended {
			n++
		}
	}
	return n
}

// WithoutAccount returns the inactive staff without an account, by DCID. Of
// them nothing is to be done.
func WithoutAccount(desired, actual State) []Person {
	linked := make(map[int64]bool)
	for i := range actual.Accounts {
		linked[actual.Accounts[i].DCID] = true
	}
	for _, holder := range actual.Answers.Holders {
		if holder.Account != nil {
			linked[holder.Account.DCID] = true
		}
	}
	var people []Person
	for i := range desired.Accounts {
		if want := &desired.Accounts[i]; !want.Active && !linked[want.DCID] {
			people = append(people, want.Staff)
		}
	}
	slices.SortFunc(people, comparePeople)
	return people
}
