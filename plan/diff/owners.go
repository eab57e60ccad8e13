package diff

import (
	"fmt"
	"maps"
	"slices"

	"github.com/staffsync/staffsync/plan"
)

// ownerWarnings names the groups whose last owner the drafts take away.
func (c *comparison) ownerWarnings(drafts []*draft) []plan.Warning {
	leaving := make(map[string]*draft)
	given := make(map[string]bool) // groups to which a rule gives an owner
	for _, d := range drafts {
		for _, m := range d.groups {
			given[m.Group] = given[m.Group] || !d.dropped && m.ByRule() && m.To == plan.RoleOwner
		}
		if d.have != nil && !d.empty() && len(d.groups) > 0 {
			leaving[d.have.GoogleID] = d
		}
	}
	var warnings []plan.Warning
	for _, group := range slices.Sorted(maps.Keys(c.actual.Answers.Owners)) {
		owners := slices.Sorted(slices.Values(c.actual.Answers.Owners[group]))
		var last *draft
		stays := given[group]
		for _, id := range owners {
			d, leaves := leaving[id]
			if !leaves || !slices.ContainsFunc(d.groups, func(g plan.MembershipChange) bool { return g.Group == group && g.Leaves() }) {
				stays = true
				break
			}
			last = d
		}
		if stays || last == nil {
			continue
		}
		warnings = append(warnings, plan.Warning{
			Kind: plan.WarningOwner, Account: last.have.Address, Staff: last.want.Staff,
			Message: fmt.Sprintf("the group %s loses its last owner; give it another", group),
		})
	}
	return warnings
}
