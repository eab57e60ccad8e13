package diff

import (
	"cmp"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// sortEverybody says what becomes of each person and of each linked account.
func (c *comparison) sortEverybody(p *plan.Plan, drafts []*draft) {
	drafted := make(map[int64]*draft, len(drafts))
	for _, d := range drafts {
		drafted[d.want.DCID] = d
	}
	p.People.Total = len(c.staff) + len(c.desired.Skipped) + len(c.desired.Conflicts)
	for _, want := range c.staff {
		linked := len(c.linked[want.DCID])
		d := drafted[want.DCID]
		if want.Active && (d == nil || len(d.conflicts) > 0) || d != nil && d.held != nil {
			p.Summary.Open++
		}
		switch {
		case d == nil && linked == 0:
			p.People.Inactive++
		case d == nil || d.empty() && len(d.conflicts) > 0:
			p.People.Conflict++
			p.Accounts.Conflict += linked
		case d.empty() && d.held != nil:
			p.People.Held++
			p.Accounts.Held += linked
		case d.empty():
			p.People.Unchanged++
			p.Accounts.Unchanged += linked
		case d.aside:
			p.People.NotSelected++
			p.Accounts.NotSelected += linked
		case d.have == nil:
			p.People.New++
		default:
			p.People.Changed++
			p.Accounts.Changed += linked
		}
	}
	p.Links = c.links()
	for _, conflict := range c.desired.Conflicts {
		p.Summary.Open++
		p.People.Conflict++
		p.Accounts.Conflict += len(c.linked[conflict.Staff.DCID])
	}
	for _, skipped := range c.desired.Skipped {
		linked := len(c.linked[skipped.Staff.DCID])
		if !skipped.Active && linked == 0 {
			p.People.Inactive++
			continue
		}
		p.People.LeftOut++
		p.Accounts.LeftOut += linked
		if skipped.Active && skipped.LacksData() {
			p.Summary.Open++
		}
	}
	for _, accounts := range c.unknown {
		p.Accounts.Unknown += len(accounts)
		p.Summary.Open += enabled(accounts)
	}
	for _, accounts := range c.linked {
		p.Accounts.Total += len(accounts)
	}
}

// links counts the active people with a linked account, and the accounts
// without a DCID at the address of the others.
func (c *comparison) links() plan.Links {
	var links plan.Links
	unlinked := make(map[string]bool)
	for i := range c.actual.Unlinked {
		unlinked[c.actual.Unlinked[i].Address] = true
	}
	listed := make(map[string]bool, len(c.actual.Accounts))
	for i := range c.actual.Accounts {
		listed[c.actual.Accounts[i].GoogleID] = true
	}
	for id, account := range c.byID {
		if account.DCID != 0 && !listed[id] {
			links.Unlisted++
		}
	}
	for _, want := range c.staff {
		if !want.Active {
			continue
		}
		links.Active++
		if len(c.linked[want.DCID]) > 0 {
			links.Linked++
			continue
		}
		holder := c.actual.Answers.Holders[strings.ToLower(want.Address)].Account
		if unlinked[want.Address] || holder != nil && holder.DCID == 0 {
			links.Unlinked++
		}
	}
	return links
}

// enabled counts the accounts that somebody can sign in with.
func enabled(accounts []*plan.Account) int {
	n := 0
	for _, account := range accounts {
		if account.Enabled() {
			n++
		}
	}
	return n
}

// findUnknown notes the accounts whose DCID PowerSchool does not know.
func (c *comparison) findUnknown() {
	c.unknown = make(map[int64][]*plan.Account)
	for dcid, accounts := range c.linked {
		if _, known := c.people[dcid]; !known {
			c.unknown[dcid] = accounts
		}
	}
}

// listedSkipped returns the people who are left out and whom a reviewer should
// know of. An inactive person without a working account is none of them: of
// most former staff PowerSchool keeps neither address nor home school.
func (c *comparison) listedSkipped() []plan.Skipped {
	listed := []plan.Skipped{}
	for _, skipped := range c.desired.Skipped {
		if skipped.Active || enabled(c.linked[skipped.Staff.DCID]) > 0 {
			skipped.Assigned = false // of no use to a reviewer
			listed = append(listed, skipped)
		}
	}
	return listed
}

// WithoutAccount returns the inactive people without an account, by DCID. Of
// them nothing is to be done. States that cannot be compared are an error.
func WithoutAccount(desired plan.Desired, actual plan.Actual) ([]plan.Person, error) {
	c, err := compare(desired, actual)
	if err != nil {
		return nil, err
	}
	var people []plan.Person
	for _, want := range c.staff {
		if !want.Active && len(c.linked[want.DCID]) == 0 {
			people = append(people, want.Staff)
		}
	}
	for _, skipped := range c.desired.Skipped {
		if !skipped.Active && len(c.linked[skipped.Staff.DCID]) == 0 {
			people = append(people, skipped.Staff)
		}
	}
	slices.SortStableFunc(people, func(a, b plan.Person) int { return cmp.Or(cmp.Compare(a.DCID, b.DCID), cmp.Compare(a.Name, b.Name)) })
	return people, nil
}
