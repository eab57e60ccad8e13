package diff

import (
	"cmp"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// fewestAlike is how many accounts share a change that is said once for all of
// them.
const fewestAlike = 3

// alike are the actions that share one change.
type alike struct {
	plan.BulkChange
	actions []*plan.Action
	// base are the linked accounts that work and have the change's From.
	base []*plan.Account
}

// people is the same for groups of the same accounts.
func (g *alike) people() string {
	ids := make([]string, 0, len(g.actions))
	for _, action := range g.actions {
		ids = append(ids, action.ID)
	}
	return strings.Join(ids, " ")
}

// groupAlike groups the changes that several accounts share, by field, from and
// to: of org units and buildings by where from and where to. The one that most
// share comes first.
func groupAlike(actions []plan.Action) []alike {
	var groups []alike
	place := make(map[plan.Change]int)
	for i := range actions {
		for _, change := range actions[i].Shareable() {
			at, ok := place[change]
			if !ok {
				at = len(groups)
				place[change] = at
				groups = append(groups, alike{BulkChange: plan.BulkChange{Field: change.Field, From: change.From, To: change.To}})
			}
			groups[at].actions = append(groups[at].actions, &actions[i])
			groups[at].Count++
		}
	}
	groups = slices.DeleteFunc(groups, func(g alike) bool { return g.Count < fewestAlike })
	slices.SortStableFunc(groups, func(a, b alike) int { return plan.CompareBulk(a.BulkChange, b.BulkChange) })
	return groups
}

// findAlike groups the changes of accounts that work, and measures each group
// against the accounts that have its From.
func (c *comparison) findAlike(actions []plan.Action) []alike {
	working := slices.DeleteFunc(slices.Clone(actions), func(a plan.Action) bool {
		have := c.byID[a.GoogleID]
		return have == nil || !have.Enabled()
	})
	groups := groupAlike(working)
	holding := make(map[string]map[string][]*plan.Account) // by field and its value
	for i := range groups {
		g := &groups[i]
		if holding[g.Field] == nil {
			holding[g.Field] = c.holding(g.Field)
		}
		g.base = holding[g.Field][valueKey(g.Field, g.From)]
		g.Base = len(g.base)
		g.Building = c.buildingOfOthers(g)
	}
	return groups
}

// holding returns the linked accounts that work, by their value of the field.
func (c *comparison) holding(field string) map[string][]*plan.Account {
	accounts := make(map[string][]*plan.Account)
	for _, have := range c.working() {
		key := valueKey(field, have.Field(field))
		accounts[key] = append(accounts[key], have)
	}
	return accounts
}

// valueKey is the same for values of the field that are the same.
func valueKey(field string, v plan.Value) string {
	switch field {
	case plan.FieldOrgUnitPath, plan.FieldGivenName, plan.FieldFamilyName:
		return strings.ToLower(v.String())
	}
	return v.String()
}

// working returns the linked accounts that somebody can sign in with, by DCID.
func (c *comparison) working() []*plan.Account {
	var accounts []*plan.Account
	for _, have := range c.byID {
		if have.DCID != 0 && have.Enabled() {
			accounts = append(accounts, have)
		}
	}
	slices.SortFunc(accounts, func(a, b *plan.Account) int {
		return cmp.Or(cmp.Compare(a.DCID, b.DCID), cmp.Compare(a.GoogleID, b.GoogleID))
	})
	return accounts
}

// buildingOfOthers returns the building in which more than half of those work
// who have the group's From and keep it: the one that the group comes from.
// Nothing else says so, for in PowerSchool they are elsewhere already.
func (c *comparison) buildingOfOthers(g *alike) string {
	changing := make(map[string]bool, g.Count)
	for _, action := range g.actions {
		changing[action.GoogleID] = true
	}
	buildings, others := make(map[string]int), 0
	for _, have := range g.base {
		if !changing[have.GoogleID] {
			others++
			buildings[c.people[have.DCID].Building]++
		}
	}
	for building, n := range buildings {
		if building != "" && 2*n > others {
			return building
		}
	}
	return ""
}
