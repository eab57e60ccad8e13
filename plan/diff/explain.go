package diff

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// Explain gathers what is known about the one person that an address, a DCID or
// a name stands for on either end, and what made, the plan of both, does; of an
// address that is nobody's in PowerSchool, who has it. It returns an error for
// somebody unknown and for what names several.
func Explain(person string, desired plan.Desired, actual plan.Actual, made plan.Plan) (plan.Explanation, error) {
	e := plan.Explanation{Match: desired.Rules.Match}
	if strings.Contains(person, "@") {
		e.Address, e.Holder = strings.ToLower(person), holderOf(person, actual)
	}
	c, err := compare(desired, actual)
	if err != nil {
		return plan.Explanation{}, err
	}
	asRead := desired
	desired = c.desired // with what an account that is there or not makes of dates and addresses
	dcid, err := findPerson(person, desired, actual)
	if errors.Is(err, errNobody) && !e.Holder.Nobody() {
		return e, nil
	}
	if err != nil {
		return plan.Explanation{}, err
	}
	e.DCID = dcid
	for i := range desired.Accounts {
		if desired.Accounts[i].DCID == dcid {
			e.Want = &desired.Accounts[i]
			e.Sensitive = sensitiveWanted(desired.Rules.Sensitive, e.Want, actual.Attributes)
			e.NotKnown = desired.NotKnown
		}
	}
	for _, skipped := range desired.Skipped {
		if skipped.Staff.DCID == dcid {
			e.Skipped = append(e.Skipped, skipped)
		}
	}
	for i := range actual.Accounts {
		if actual.Accounts[i].DCID == dcid {
			e.Have = append(e.Have, &actual.Accounts[i])
			if actual.Accounts[i].HasAddress(e.Address) {
				e.Holder = plan.Holder{}
			}
		}
	}
	id := plan.AccountID(dcid)
	for i := range made.Actions {
		if made.Actions[i].ID == id {
			e.Action = &made.Actions[i]
		}
	}
	for i := range made.Held {
		if made.Held[i].ID == id {
			e.Held = &made.Held[i]
		}
	}
	for _, hold := range made.Holds {
		if slices.ContainsFunc(hold.People, func(held plan.Person) bool { return held.DCID == dcid }) {
			e.Holds = append(e.Holds, hold)
		}
	}
	for _, conflict := range made.Conflicts {
		if conflict.ID == id {
			e.Conflicts = append(e.Conflicts, conflict)
		}
	}
	for _, warning := range made.Warnings {
		if warning.Staff.DCID == dcid {
			e.Warnings = append(e.Warnings, warning)
		}
	}
	e.Groups, err = explainGroups(dcid, asRead, actual)
	return e, err
}

// explainGroups says what is known of one person and the groups with rules.
func explainGroups(dcid int64, desired plan.Desired, actual plan.Actual) ([]plan.ExplainedGroup, error) {
	c, err := compare(desired, actual)
	if err != nil {
		return nil, err
	}
	drafts, _ := c.draftAll()
	c.giveAddresses(drafts)
	managed := c.manageGroups(drafts)
	var groups []plan.ExplainedGroup
	for _, d := range managed.drafts {
		if d.want.DCID != dcid {
			continue
		}
		for _, g := range managed.groups {
			wish := managed.wish(d, g)
			one := plan.ExplainedGroup{Group: g.address, Wanted: wish.role, Rule: cmp.Or(wish.rule, wish.pruning), Role: g.role(d), Within: g.through(d)}
			if wish.unknown {
				one.Problem = cmp.Or(wish.problem, "the org unit is not known")
			}
			for i := range d.groups {
				if d.groups[i].Group == g.address {
					one.Change = &d.groups[i]
				}
			}
			if one.Wanted != "" || one.Role != "" || one.Within != "" || one.Problem != "" {
				groups = append(groups, one)
			}
		}
	}
	return groups, nil
}

// sensitiveWanted returns the sensitive values that the person should have, as
// the directory's attributes keep them. What does not fit is a conflict.
func sensitiveWanted(names []string, want *plan.DesiredAccount, attributes []plan.Attribute) map[string]plan.Value {
	values := make(map[string]plan.Value)
	for _, name := range names {
		attribute, err := plan.FindAttribute(attributes, name)
		if err != nil {
			continue // then nothing can be compared, and there is no plan
		}
		if value, err := attribute.FitForms(want.Sensitive[name]); err == nil {
			values[name] = value
		}
	}
	return values
}

// holderOf returns who has the address as far as that is known.
func holderOf(address string, actual plan.Actual) plan.Holder {
	if holder, known := actual.Answers.Holders[strings.ToLower(address)]; known {
		return holder
	}
	for i := range actual.Unlinked {
		if actual.Unlinked[i].HasAddress(address) {
			return plan.Holder{Account: &actual.Unlinked[i]}
		}
	}
	return plan.Holder{}
}

// errNobody is that what was asked for stands for nobody.
var errNobody = errors.New("nobody has this address, DCID or name; write it as PowerSchool or Google has it")

// findPerson returns the DCID of the one person that an address, a DCID or a name
// stands for on either side.
func findPerson(person string, desired plan.Desired, actual plan.Actual) (int64, error) {
	if strings.TrimSpace(person) == "" {
		return 0, errors.New("name an address, a DCID or a name")
	}
	dcid, err := strconv.ParseInt(person, 10, 64)
	name := ""
	byAddress := strings.Contains(person, "@")
	if err != nil && !byAddress {
		name = plan.NameKeyAsked(person)
	}
	found := make(map[int64]string) // with their names
	add := func(candidate int64, known string, matches bool) {
		if matches && candidate != 0 {
			found[candidate] = cmp.Or(known, found[candidate])
		}
	}
	named := func(words string) bool { return name != "" && plan.NameKey(words) == name }
	for i := range desired.Accounts {
		want := &desired.Accounts[i]
		add(want.DCID, want.Staff.Name, want.DCID == dcid || byAddress && strings.EqualFold(want.Address, person) || named(want.Staff.Name))
	}
	for _, skipped := range desired.Skipped {
		add(skipped.Staff.DCID, skipped.Staff.Name, skipped.Staff.DCID == dcid || byAddress && strings.EqualFold(skipped.Address, person) || named(skipped.Staff.Name))
	}
	for _, conflict := range desired.Conflicts {
		add(conflict.Staff.DCID, conflict.Staff.Name, conflict.Staff.DCID == dcid || named(conflict.Staff.Name))
	}
	for i := range actual.Accounts {
		have := &actual.Accounts[i]
		add(have.DCID, "", have.DCID == dcid || byAddress && have.HasAddress(person) || named(have.Name().String()))
	}
	candidates := slices.Sorted(maps.Keys(found))
	switch len(candidates) {
	case 0:
		return 0, fmt.Errorf("%q: %w", person, errNobody)
	case 1:
		return candidates[0], nil
	}
	var words []string
	for _, candidate := range candidates {
		words = append(words, personWords(plan.Person{Name: found[candidate]}, candidate))
	}
	return 0, fmt.Errorf("%q names several: %s; name one of them by the DCID", person, strings.Join(words, ", "))
}
