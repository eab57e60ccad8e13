package diff

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// Answerer answers what a comparison still needs to know. What cannot be found
// out is an error, never "nobody" or "no group".
type Answerer interface {
	Answer(ctx context.Context, questions plan.Questions) (plan.Answers, error)
}

// Complete compares the two states and has the target answer what the
// comparison asks, until nothing is open. It adds the answers to actual.
//
// It returns an error when the states cannot be compared, and when the target
// fails or leaves a question open.
//
// With words after --only the plan has what these select; see Compare.
func Complete(ctx context.Context, desired plan.Desired, actual *plan.Actual, limits plan.Limits, target Answerer, only ...string) (plan.Plan, error) {
	return complete(ctx, actual, target, func() (plan.Plan, plan.Questions, error) { return Compare(desired, *actual, limits, only...) })
}

// CompleteRevert is Complete for Revert.
func CompleteRevert(ctx context.Context, old plan.Plan, done map[string]plan.Done, rules *plan.Rules, actual *plan.Actual, limits plan.Limits, target Answerer, only ...string) (plan.Plan, error) {
	return complete(ctx, actual, target, func() (plan.Plan, plan.Questions, error) { return Revert(old, done, rules, *actual, limits, only...) })
}

func complete(ctx context.Context, actual *plan.Actual, target Answerer, compare func() (plan.Plan, plan.Questions, error)) (plan.Plan, error) {
	for {
		made, open, err := compare()
		if err != nil || open.Empty() {
			return made, err
		}
		answers, err := target.Answer(ctx, open)
		if err != nil {
			return plan.Plan{}, err
		}
		if left := open.Without(answers); !left.Empty() {
			return plan.Plan{}, fmt.Errorf("the directory was asked and does not say %s", left)
		}
		actual.Answers.Add(answers)
	}
}

// holderOf returns who holds the address. Where that has not been answered it
// is asked, and the listed account with that primary address is taken for its
// holder in the meantime.
func (c *comparison) holderOf(address string) plan.Holder {
	address = strings.ToLower(address)
	if holder, known := c.actual.Answers.Holders[address]; known {
		return holder
	}
	c.askedAddresses[address] = true
	return plan.Holder{Account: c.byPrimary[address]}
}

// listedHolder returns who has the address by the list, nil where a look-up has
// told or the list does not.
func (c *comparison) listedHolder(address string) *plan.Account {
	if _, known := c.actual.Answers.Holders[address]; known {
		return nil
	}
	return c.listed[address]
}

// findListedHolders notes who has, by the list, the addresses that active people
// want and do not have. Where that account keeps the address nobody need be asked.
func (c *comparison) findListedHolders() {
	c.listed = make(map[string]*plan.Account)
	for _, want := range c.staff {
		if have, _ := c.account(want.DCID); want.Active && (have == nil || !strings.EqualFold(have.Address, want.Address)) {
			c.listed[strings.ToLower(want.Address)] = nil
		}
	}
	note := func(account *plan.Account, addresses ...string) {
		for _, address := range addresses {
			if known, wanted := c.listed[strings.ToLower(address)]; !wanted {
				continue
			} else if known != nil { // the list was read while somebody wrote
				delete(c.listed, strings.ToLower(address))
				continue
			}
			// A look-up may have found the account elsewhere since.
			if found := cmp.Or(c.byID[account.GoogleID], account); found.HasAddress(address) {
				c.listed[strings.ToLower(address)] = found
			}
		}
	}
	for i := range c.actual.Accounts {
		account := &c.actual.Accounts[i]
		note(account, account.Address)
		note(account, account.Aliases...)
	}
	for i := range c.actual.Unlinked {
		note(&c.actual.Unlinked[i], c.actual.Unlinked[i].Address)
	}
}

// CompareAlone is Compare for a state of which nobody can be asked any more, such as
// a snapshot: who has the addresses that the list names it answers by the list, and
// adds that to actual.
func CompareAlone(desired plan.Desired, actual *plan.Actual, limits plan.Limits, only ...string) (made plan.Plan, open plan.Questions, err error) {
	for {
		made, open, err = Compare(desired, *actual, limits, only...)
		if err != nil || open.Empty() {
			return made, open, err
		}
		listed := byList(*actual, open.Addresses)
		if len(listed.Holders) == 0 {
			return plan.Plan{}, open, nil
		}
		actual.Answers.Add(listed)
	}
}

// byList tells who has those of the addresses that the list names.
func byList(actual plan.Actual, addresses []string) plan.Answers {
	answers := plan.Answers{Holders: make(map[string]plan.Holder)}
	for i := range actual.Accounts {
		account := &actual.Accounts[i]
		for _, address := range append([]string{account.Address}, account.Aliases...) {
			address = strings.ToLower(address)
			if _, asked := slices.BinarySearch(addresses, address); asked {
				answers.Holders[address] = plan.Holder{Account: account}
			}
		}
	}
	return answers
}

// membershipsOf returns the account's memberships, or why they cannot be read.
// Where they have not been answered they are asked for.
func (c *comparison) membershipsOf(have *plan.Account) ([]plan.Membership, plan.Unread) {
	memberships, known := c.actual.Answers.Memberships[have.GoogleID]
	if !known {
		c.askedMemberships[have.GoogleID] = true
	}
	return memberships, c.actual.Answers.UnreadMemberships[have.GoogleID]
}

// namesakes returns the accounts without a DCID that have the person's name.
// Where all accounts were read they are known, and those that have an external id
// of the person's as well; else they are asked for, unless the person's address
// cannot be had anyway.
func (c *comparison) namesakes(want *plan.DesiredAccount) (accounts []plan.Account, unread string) {
	name := want.Name()
	if c.actual.Whole {
		for _, key := range slices.Sorted(maps.Keys(c.tellingOf(&want.Fields))) {
			accounts = append(accounts, c.unlinked[key]...)
		}
		return accounts, ""
	}
	accounts, known := c.actual.Answers.Namesakes[name.Key()]
	if !known && name.Key() != "" {
		address := strings.ToLower(want.Address)
		holder, answered := c.actual.Answers.Holders[address]
		if listed := c.listedHolder(address); listed != nil {
			holder, answered = plan.Holder{Account: listed}, true
		}
		if answered && (holder.Nobody() || holder.Account != nil && holder.Account.DCID != 0) {
			c.askedNames[name] = true
		}
	}
	return accounts, c.actual.Answers.UnreadNames[name.Key()]
}

// open returns the questions that the comparison could not answer itself.
func (c *comparison) open() plan.Questions {
	return plan.Questions{
		Addresses:   slices.Sorted(maps.Keys(c.askedAddresses)),
		Memberships: slices.Sorted(maps.Keys(c.askedMemberships)),
		CannotLeave: c.rules.CannotLeave,
		Groups:      slices.Sorted(maps.Keys(c.askedGroups)),
		Names: slices.SortedFunc(maps.Keys(c.askedNames), func(a, b plan.Name) int {
			return cmp.Or(strings.Compare(a.Family, b.Family), strings.Compare(a.Given, b.Given))
		}),
	}
}
