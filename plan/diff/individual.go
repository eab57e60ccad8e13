package diff

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/staffsync/staffsync/plan"
)

// individual is somebody in PowerSchool, whatever the policy says of them.
type individual struct {
	plan.Person
	// away says in words why the person is not to have a working account that
	// staffsync looks after, empty for one who is.
	away string
}

// indexPeople notes everybody in PowerSchool.
func (c *comparison) indexPeople() {
	c.people = make(map[int64]individual)
	for _, conflict := range c.desired.Conflicts {
		c.people[conflict.Staff.DCID] = individual{Person: conflict.Staff}
	}
	for _, skipped := range c.desired.Skipped {
		c.people[skipped.Staff.DCID] = individual{Person: skipped.Staff, away: "is left out (" + reasonWords(skipped) + ")"}
	}
	for _, want := range c.staff {
		one := individual{Person: want.Staff}
		if !want.Active {
			one.away = "has no active school assignment"
		}
		c.people[want.DCID] = one
	}
}

// sameName tells whether two people have one name.
func sameName(a, b plan.Person) bool {
	return plan.NameKey(a.Name) != "" && plan.NameKey(a.Name) == plan.NameKey(b.Name)
}

// samePerson is the obstacle of an address that two records of what is likely
// one person claim: the account of the one, which the other has none of.
func (c *comparison) samePerson(now plan.Person, address string, then individual, account *plan.Account) obstacle {
	return obstacle{
		plan.ConflictSamePerson,
		fmt.Sprintf("the address %s is that of %s, the account of %s, who %s: the same person? PowerSchool has %s as well",
			address, account.Address, personWords(then.Person, account.DCID), cmp.Or(then.away, "has another address"), personWords(now, now.DCID)),
		"if it is one person, " + c.linkRemedy(now.DCID, account.Address) + "; otherwise correct the address in PowerSchool",
	}
}

// linkRemedy says how an account becomes the person's.
func (c *comparison) linkRemedy(dcid int64, account string) string {
	return fmt.Sprintf("link it with staffsync adopt, or write %d into the %s of %s", dcid, c.rules.Match, account)
}

// twiceWarnings names the people without an account who have the name of
// somebody with one: of a new account if that person has gone or is left out,
// and of a person without an address in any case. PowerSchool then may have one
// person in two records.
func (c *comparison) twiceWarnings(drafts []*draft) []plan.Warning {
	type candidate struct {
		plan.Person
		becomes string
		// anybody takes in namesakes who are active.
		anybody bool
	}
	var candidates []candidate
	for _, d := range drafts {
		if d.have == nil && !d.empty() {
			candidates = append(candidates, candidate{d.want.Staff, "gets a new account", false})
		}
	}
	for _, skipped := range c.desired.Skipped {
		if skipped.Active && skipped.LacksData() && len(c.linked[skipped.Staff.DCID]) == 0 {
			candidates = append(candidates, candidate{skipped.Staff, "is left out (" + skipped.Reason + ")", true})
		}
	}
	if len(candidates) == 0 {
		return nil
	}
	namesakes := make(map[string][]int64)
	for _, dcid := range slices.Sorted(maps.Keys(c.linked)) {
		if name := plan.NameKey(c.people[dcid].Name); name != "" {
			namesakes[name] = append(namesakes[name], dcid)
		}
	}
	var warnings []plan.Warning
	for _, now := range candidates {
		for _, dcid := range namesakes[plan.NameKey(now.Name)] {
			then, account := c.people[dcid], c.linked[dcid][0]
			if dcid == now.DCID || then.away == "" && !now.anybody {
				continue
			}
			warnings = append(warnings, plan.Warning{
				Kind: plan.WarningTwice, Account: account.Address, Staff: now.Person,
				Message: fmt.Sprintf("%s, and there is an account of %s, who %s: the same person? Then %s",
					now.becomes, personWords(then.Person, dcid), cmp.Or(then.away, "is active"), c.linkRemedy(now.DCID, account.Address)),
			})
		}
	}
	return warnings
}
