package diff

import (
	"slices"

	"github.com/staffsync/staffsync/plan"
)

// CheckOnly returns an error where one of the words after --only names no kind of
// action, and nobody whom either end knows, nor a building; or several people. The
// states are those of a plan, so that somebody new can be named by the address that
// it gives.
func CheckOnly(words []string, desired plan.Desired, actual plan.Actual) error {
	c, err := compare(desired, actual)
	if err != nil {
		return err
	}
	desired = c.desired
	var people []plan.Nameable
	place := make(map[int64]int)
	add := func(staff plan.Person, address string) {
		at, known := place[staff.DCID]
		if !known || staff.DCID == 0 {
			at = len(people)
			place[staff.DCID] = at
			people = append(people, plan.Nameable{Staff: staff})
		}
		people[at].Addresses = append(people[at].Addresses, address)
	}
	for i := range desired.Accounts {
		add(desired.Accounts[i].Staff, desired.Accounts[i].Address)
	}
	for _, skipped := range desired.Skipped {
		add(skipped.Staff, skipped.Address)
	}
	for _, conflict := range desired.Conflicts {
		add(conflict.Staff, "")
	}
	for i := range actual.Accounts {
		if have := &actual.Accounts[i]; have.DCID != 0 {
			add(plan.Person{DCID: have.DCID, Name: have.Name().String()}, have.Address)
		}
	}
	return plan.CheckOnly(words, people)
}

// selectDrafts returns the actions that the words select and the drafts of all but
// the others, which it sets aside.
func selectDrafts(actions []plan.Action, drafts []*draft, words []string) ([]plan.Action, []*draft) {
	found := make(map[string]bool)
	for _, action := range actions {
		found[action.ID] = true
	}
	selected := plan.Part(actions, words).Actions
	for _, action := range selected {
		delete(found, action.ID)
	}
	for _, d := range drafts {
		d.aside = found[d.id()]
	}
	rest := slices.DeleteFunc(slices.Clone(drafts), func(d *draft) bool { return d.aside })
	return append([]plan.Action{}, selected...), rest
}

// withBuildingsOf has groups of a part come from where those of the whole do.
func withBuildingsOf(whole, part []alike) []alike {
	building := make(map[plan.Change]string)
	for i := range whole {
		building[whole[i].Change()] = whole[i].Building
	}
	for i := range part {
		part[i].Building = building[part[i].Change()]
	}
	return part
}

// sharedByAny returns the groups that one of the actions belongs to: what looks
// like a wrong export does so in a part of it as well.
func sharedByAny(groups []alike, actions []plan.Action) []alike {
	selected := make(map[string]bool)
	for _, action := range actions {
		selected[action.ID] = true
	}
	isSelected := func(action *plan.Action) bool { return selected[action.ID] }
	return slices.DeleteFunc(groups, func(g alike) bool { return !slices.ContainsFunc(g.actions, isSelected) })
}
