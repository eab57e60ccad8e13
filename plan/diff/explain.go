package diff

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// Explain gathers what is known about the one person that an address or a
// DCID names on either end, and what made, the plan of both, does. It returns
// an error for somebody unknown and for an address that names several.
func Explain(person string, desired plan.Desired, actual plan.Actual, made plan.Plan) (plan.Explanation, error) {
	dcid, err := findPerson(person, desired, actual)
	if err != nil {
		return plan.Explanation{}, err
	}
	e := plan.Explanation{DCID: dcid, Match: desired.Rules.Match}
	for i := range desired.Accounts {
		if desired.Accounts[i].DCID == dcid {
			e.Want = &desired.Accounts[i]
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
		}
	}
	id := plan.AccountID(dcid)
	for i := range made.Actions {
		if made.Actions[i].ID == id {
			e.Action = &made.Actions[i]
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
	return e, nil
}

// findPerson returns the DCID of the one person that an address or a DCID
// names on either side.
func findPerson(person string, desired plan.Desired, actual plan.Actual) (int64, error) {
	if strings.TrimSpace(person) == "" {
		return 0, errors.New("name an address or a DCID")
	}
	dcid, err := strconv.ParseInt(person, 10, 64)
	byAddress := err != nil
	var found []int64
	add := func(candidate int64, matches bool) {
		if matches && candidate != 0 && !slices.Contains(found, candidate) {
			found = append(found, candidate)
		}
	}
	for i := range desired.Accounts {
		want := &desired.Accounts[i]
		add(want.DCID, want.DCID == dcid || byAddress && strings.EqualFold(want.Address, person))
	}
	for _, skipped := range desired.Skipped {
		add(skipped.Staff.DCID, skipped.Staff.DCID == dcid || byAddress && strings.EqualFold(skipped.Address, person))
	}
	for _, conflict := range desired.Conflicts {
		add(conflict.Staff.DCID, conflict.Staff.DCID == dcid)
	}
	for i := range actual.Accounts {
		have := &actual.Accounts[i]
		add(have.DCID, have.DCID == dcid || byAddress && have.HasAddress(person))
	}
	switch len(found) {
	case 0:
		return 0, fmt.Errorf("nobody is known by %q: name an address or a DCID; accounts without DCID are not staffsync's", person)
	case 1:
		return found[0], nil
	}
	slices.Sort(found)
	var names []string
	for _, candidate := range found {
		names = append(names, strconv.FormatInt(candidate, 10))
	}
	return 0, fmt.Errorf("%q names several: DCID %s; name one of them by its DCID", person, strings.Join(names, ", "))
}
