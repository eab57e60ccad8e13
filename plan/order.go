package plan

import (
	"cmp"
	"slices"
)

// Sort puts the conflicts, the skipped people and the warnings into the order
// of a plan file, whatever order they were found in.
func (p *Plan) Sort() {
	slices.SortStableFunc(p.Conflicts, func(a, b Conflict) int {
		return cmp.Or(
			cmp.Compare(a.Kind.Rank(), b.Kind.Rank()), cmp.Compare(a.Kind, b.Kind),
			cmp.Compare(a.Staff.DCID, b.Staff.DCID), compareFields(a.Field, b.Field), cmp.Compare(a.Problem, b.Problem),
			cmp.Compare(a.ID, b.ID), cmp.Compare(a.Account, b.Account), cmp.Compare(a.Remedy, b.Remedy), comparePeople(a.Staff, b.Staff),
		)
	})
	slices.SortStableFunc(p.Skipped, func(a, b Skipped) int {
		return cmp.Or(
			comparePeople(a.Staff, b.Staff), cmp.Compare(a.Address, b.Address),
			cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Reason, b.Reason), compareTruth(a.Active, b.Active),
		)
	})
	slices.SortStableFunc(p.Warnings, func(a, b Warning) int {
		return cmp.Or(
			cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Staff.DCID, b.Staff.DCID),
			cmp.Compare(a.Account, b.Account), cmp.Compare(a.Message, b.Message), comparePeople(a.Staff, b.Staff),
		)
	})
}

func comparePeople(a, b Person) int {
	return cmp.Or(cmp.Compare(a.DCID, b.DCID), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Building, b.Building))
}

// compareTruth puts what is not true first.
func compareTruth(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
