package adopt

import (
	"errors"
	"fmt"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// Options say what persons have decided.
type Options struct {
	// Leavers has the enabled accounts of inactive people linked too, which the
	// next plan then suspends.
	Leavers bool
	Settled []Settled
	Limits  plan.Limits
}

// Adoption is what can be linked, and what a person has to settle.
type Adoption struct {
	// Plan has an action for each link and a conflict for each open person.
	Plan plan.Plan
	// Open are the active people, and with Options.Leavers the others, with
	// accounts of which none is certain to be theirs, by DCID.
	Open []*Person
	// Distinct are the pairs of which a person said that they are two: they
	// belong in the config, so that nobody asks again.
	Distinct []plan.Distinct
}

// Adopt matches everybody without a linked account to the accounts without a
// DCID. It is pure. The actual state must have all of those: a partial one could
// hide a second account. The error names the rows of persons that cannot be done.
func Adopt(desired plan.Desired, actual plan.Actual, options Options) (Adoption, error) {
	switch {
	case desired.Rules == nil:
		return Adoption{}, errors.New("the desired state has no rules")
	case !actual.Whole:
		return Adoption{}, errors.New("not all accounts were read, so that nobody knows which account is whose")
	case !strings.EqualFold(desired.Domain, actual.Domain):
		return Adoption{}, fmt.Errorf("the desired state is of domain %s, the actual one of %s", desired.Domain, actual.Domain)
	}
	settled, err := settle(&desired, &actual, options.Settled, options.Leavers)
	if err != nil {
		return Adoption{}, err
	}
	m := newMatching(&desired, &actual, settled)
	a := Adoption{Distinct: settled.distinct, Plan: plan.Plan{
		Version: plan.FileVersion, Domain: actual.Domain, Customer: actual.Customer,
		Policy: desired.Rules.Policy, AsOf: desired.AsOf, Actions: []plan.Action{},
	}}
	for _, link := range settled.links {
		a.link(link.want, link.account, desired.Rules.Match, "a person has settled it ("+link.Row+")")
	}
	for _, person := range m.people {
		a.add(person, desired.Rules.Match, options.Leavers)
	}
	a.count(&desired, m, options.Limits)
	return a, nil
}

// Certain counts the accounts of active people that Adopt would link. It is 0 where
// a plan has found no account to link, and where not all accounts were read.
func Certain(desired plan.Desired, actual plan.Actual, found plan.Links) int {
	if found.Unlinked == 0 || !actual.Whole {
		return 0
	}
	certain := 0
	for _, person := range newMatching(&desired, &actual, &settlement{}).people {
		if !person.leftOut && person.Active && len(person.Candidates) > 0 && person.Problem == "" {
			certain++
		}
	}
	return certain
}

// add links the person's account where it is certain, and otherwise leaves it to
// a person.
func (a *Adoption) add(person *Person, match string, leavers bool) {
	if len(person.Candidates) == 0 || person.leftOut {
		return
	}
	best := &person.Candidates[0]
	switch {
	case !person.Active && !best.Account.Enabled():
		// Nobody can sign in with it.
	case !person.Active && !leavers:
		if best.address {
			a.Plan.Warnings = append(a.Plan.Warnings, plan.Warning{
				Kind: plan.WarningUnlinked, Account: best.Account.Address, Staff: person.Staff,
				Message: fmt.Sprintf("%s (%s) has left, and the account works: %s. To link it, so that the next plan suspends it, say --leavers",
					person.Staff.Name, person.StandingWords(), best.facts()),
			})
		}
	case person.Problem == "":
		reason := "certain: " + strings.Join(best.For, ", ") + "; nobody else fits"
		if len(best.Against) > 0 {
			reason += "; against: " + strings.Join(best.Against, ", ")
		}
		a.link(person.DesiredAccount, best.Account, match, reason)
		if !best.name {
			a.Plan.Warnings = append(a.Plan.Warnings, plan.Warning{
				Kind: plan.WarningFirstName, Account: best.Account.Address, Staff: person.Staff,
				Message: fmt.Sprintf("the name on the account is %s; if that is somebody else than %s, say so in a file of --links: %s,%d, marked no",
					best.Account.Name(), person.Staff.Name, best.Account.Address, person.DCID),
			})
		}
	default:
		a.Open = append(a.Open, person)
		a.Plan.Conflicts = append(a.Plan.Conflicts, person.conflict())
	}
}

func (a *Adoption) link(want *plan.DesiredAccount, account *plan.Account, match, reason string) {
	change := plan.Change{Field: match, To: plan.Number(want.DCID)}
	if account.DCID != 0 {
		change.From = plan.Number(account.DCID)
	}
	if !want.Active {
		reason += "; the next plan suspends it, since " + want.StandingWords()
	}
	a.Plan.Actions = append(a.Plan.Actions, plan.Action{
		ID: plan.AccountID(want.DCID), Kind: plan.Link, Account: account.Address, GoogleID: account.GoogleID,
		Staff: want.Staff, Reason: reason, Changes: plan.Changes{change},
	})
}

// conflict names the accounts in question, with what speaks for and against each.
func (p *Person) conflict() plan.Conflict {
	var accounts []string
	for i := range p.Candidates {
		c := &p.Candidates[i]
		accounts = append(accounts, c.Account.Address+" ("+c.facts()+")")
	}
	return plan.Conflict{
		Kind: plan.ConflictOpenLink, ID: plan.AccountID(p.DCID), Account: p.Candidates[0].Account.Address, Staff: p.Staff,
		Problem: fmt.Sprintf("%s: %s", p.Problem, strings.Join(accounts, "; or ")),
		Remedy:  "write the open ones with --write-links open.csv, mark whose account is whose, and read that with --links open.csv",
	}
}

// facts say what speaks for the account and against it.
func (c *Candidate) facts() string {
	facts := "for: " + strings.Join(c.For, ", ")
	if len(c.Against) > 0 {
		facts += "; against: " + strings.Join(c.Against, ", ")
	}
	return facts
}

// count says how many are linked, and lays the links beside their limit.
func (a *Adoption) count(desired *plan.Desired, m *matching, limits plan.Limits) {
	p := &a.Plan
	p.Sort()
	unlinked := make(map[string]bool)
	for _, person := range m.people {
		for i := range person.Candidates {
			if c := &person.Candidates[i]; person.Active && c.address {
				unlinked[c.Account.GoogleID] = true
			}
		}
	}
	for i := range desired.Accounts {
		if want := &desired.Accounts[i]; want.Active {
			p.Links.Active++
			if len(m.linked[want.DCID]) > 0 {
				p.Links.Linked++
			}
		}
	}
	p.Links.Unlinked = len(unlinked)
	p.Summary.Link, p.Summary.Conflicts = len(p.Actions), len(p.Conflicts)
	p.Limits = limits.Check(map[plan.LimitName]int{plan.LimitLink: len(p.Actions)}, func(plan.LimitName) int { return p.Links.Active })
	p.Blocked = p.Limits.Blocked()
}
