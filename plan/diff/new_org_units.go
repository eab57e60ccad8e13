package diff

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// maxOrgUnitDepth is how many levels of org units there may be
// (https://developers.google.com/admin-sdk/directory/v1/guides/manage-org-units).
const maxOrgUnitDepth = 35

// findMissingOrgUnits notes the org units that accounts are to be in and that the
// directory lacks, as far as the policy creates any.
func (c *comparison) findMissingOrgUnits() {
	var wanted []string
	if c.rules.CreateOrgUnits {
		wanted = append(wanted, c.rules.SuspendedOrgUnit, c.rules.WaitingOrgUnit)
		for i := range c.desired.Accounts {
			wanted = append(wanted, c.desired.Accounts[i].OrgUnitPath)
		}
	}
	c.newOrgUnits = c.orgUnits.Lacking(wanted)
}

// place returns the org unit of that path in the directory's spelling, or as it
// would be created; it is not there, and cannot be, where the policy creates none.
func (c *comparison) place(path string) (place string, ok bool) {
	if place, ok = c.orgUnits.Find(path); ok || !c.rules.CreateOrgUnits {
		return place, ok
	}
	return c.newOrgUnits.Path(path), true
}

// settleOrgUnits leaves those where they are who would be in an org unit that the
// directory lacks and that this plan does not create either.
func (c *comparison) settleOrgUnits(drafts []*draft) {
	takers := make(map[string][]*draft) // by the org unit
	for _, d := range drafts {
		if path := c.newPlace(d.changes); path != "" && !d.dropped {
			takers[path] = append(takers[path], d)
		}
	}
	if len(takers) == 0 {
		return
	}
	there := peopleByOrgUnit(drafts)
	obstacles := make(map[string]*obstacle)
	for path := range takers {
		for _, missing := range c.newOrgUnits.Creations(path) {
			if obstacles[path] == nil {
				obstacles[path] = c.cannotCreate(missing, takers[missing], there)
			}
		}
	}
	for path, o := range obstacles {
		for _, d := range takers[path] {
			switch {
			case o == nil:
			case d.have == nil:
				d.drop(*o)
			default:
				d.conflict(plan.FieldOrgUnitPath, *o)
			}
		}
	}
}

// peopleByOrgUnit counts the people whose account would be in each org unit.
func peopleByOrgUnit(drafts []*draft) map[string]int {
	there := make(map[string]int)
	for _, d := range drafts {
		change, moves := d.changes.Get(plan.FieldOrgUnitPath)
		switch {
		case moves && !d.dropped:
			there[strings.ToLower(change.To.String())]++
		case d.have != nil:
			there[strings.ToLower(d.have.OrgUnitPath)]++
		}
	}
	return there
}

// newPlace returns the org unit, if any, that must be created for the changes.
func (c *comparison) newPlace(changes plan.Changes) string {
	change, moves := changes.Get(plan.FieldOrgUnitPath)
	if !moves {
		return ""
	}
	if _, exists := c.orgUnits.Find(change.To.String()); exists || !c.rules.CreateOrgUnits {
		return ""
	}
	return change.To.String()
}

// cannotCreate says why the org unit, which the takers would be in, is not created.
func (c *comparison) cannotCreate(path string, takers []*draft, there map[string]int) *obstacle {
	cause := ruleOrBuilding
	switch {
	case plan.Under(c.rules.SuspendedOrgUnit, path):
		cause = "orgUnits.suspended"
	case plan.Under(c.rules.WaitingOrgUnit, path):
		cause = plan.RuleWaiting
	}
	problem := "the directory has no org unit " + path
	similar, levels := c.orgUnits.Similar(path), plan.OrgUnitDepth(path)
	switch {
	case len(c.orgUnits.Alike(path)) > 0:
		o := c.missingOrgUnit(path, cause)
		return &o
	case similar != "":
		return &obstacle{
			plan.ConflictSimilarOrgUnit, fmt.Sprintf("%s; is it %s?", problem, similar),
			fmt.Sprintf("correct %s if it is; else create the org unit in the Admin console", cause),
		}
	case !c.rules.MayCreate(path):
		return &obstacle{plan.ConflictNoOrgUnit, problem + ", and orgUnits.create does not list it", fmt.Sprintf("create the org unit, list it, or correct %s", cause)}
	case levels > maxOrgUnitDepth:
		return &obstacle{plan.ConflictNoOrgUnit, fmt.Sprintf("%s, and Google takes at most %d levels, not %d", problem, maxOrgUnitDepth, levels), "correct " + cause}
	}
	for _, d := range takers {
		if building := strings.Trim(d.want.Staff.Building, " /"); strings.Contains(building, "/") && strings.Contains(path, building) {
			return &obstacle{
				plan.ConflictNoOrgUnit, fmt.Sprintf("%s, and the name of the building %s has a /, which no org unit's name can have", problem, building),
				"have the rule give another name for the building, or create the org units in the Admin console",
			}
		}
	}
	return c.renamedOrgUnit(path, takers, there)
}

// renamedOrgUnit is the obstacle of an org unit that is probably one which exists,
// under a new name: most who would be in it come from there, and no more would stay
// there. Policies are set on org units, and would not come along. Who is back or
// begins comes from elsewhere for another reason, and an org unit below the old one
// is not that under a new name.
//
// It goes by who is to be where, and not by who is where now as far as this plan
// changes that: where this org unit alone cannot be created, the next plan has to
// see it as this one does.
func (c *comparison) renamedOrgUnit(path string, takers []*draft, there map[string]int) *obstacle {
	leaving := make(map[string][]*draft)
	for _, d := range takers {
		change, _ := d.changes.Get(plan.FieldOrgUnitPath)
		old := change.From.String()
		isBack := d.want.Active && plan.SameOrgUnit(old, c.rules.SuspendedOrgUnit)
		if d.have != nil && !isBack && !c.begins(change) && !plan.Under(path, old) {
			leaving[strings.ToLower(old)] = append(leaving[strings.ToLower(old)], d)
		}
	}
	for key, movers := range leaving {
		if 2*len(movers) > len(takers) && len(movers) >= there[key] {
			old := movers[0].have.OrgUnitPath
			return &obstacle{
				plan.ConflictRenamedOrgUnit,
				fmt.Sprintf("the directory has no org unit %s, and %s from %s: renamed? Its policies would not come along", path, comeWords(len(movers), len(takers)), old),
				fmt.Sprintf("rename the org unit %s in the Admin console; if it was not renamed, create the new one there", old),
			}
		}
	}
	return nil
}

func comeWords(movers, takers int) string {
	switch {
	case takers == 1:
		return "the one person who would be in it comes"
	case movers == takers:
		return fmt.Sprintf("all %s who would be in it come", peopleWords(takers))
	}
	return fmt.Sprintf("%d of the %s who would be in it come", movers, peopleWords(takers))
}

// taken is an org unit that is created, and for whom.
type taken struct {
	path          string
	people, below int
	rules         []string
}

// orgUnitCreations are the actions that create the org units in which the drafts
// put accounts.
func (c *comparison) orgUnitCreations(drafts []*draft) []plan.Action {
	byPath := make(map[string]*taken)
	for _, d := range drafts {
		place := c.newPlace(d.changes)
		if place == "" || d.empty() {
			continue
		}
		for _, path := range c.newOrgUnits.Creations(place) {
			unit := byPath[path]
			if unit == nil {
				unit = &taken{path: path}
				byPath[path] = unit
			}
			if unit.people++; path != place {
				unit.below++
			}
			if rule := d.want.Origins[plan.FieldOrgUnitPath]; rule != "" && !slices.Contains(unit.rules, rule) {
				unit.rules = append(unit.rules, rule)
			}
		}
	}
	var actions []plan.Action
	for _, path := range slices.Sorted(maps.Keys(byPath)) {
		action := byPath[path].action()
		if parent, _ := plan.SplitOrgUnit(path); byPath[parent] != nil {
			action.After = []string{plan.OrgUnitID(parent)}
		}
		actions = append(actions, action)
	}
	return actions
}

func (t *taken) action() plan.Action {
	parent, name := plan.SplitOrgUnit(t.path)
	where := "in which"
	if t.below > 0 {
		where = "in or below which"
	}
	reason := fmt.Sprintf("the directory has no such org unit, %s %s would be", where, peopleWords(t.people))
	if slices.Sort(t.rules); len(t.rules) > 0 {
		reason += " by " + strings.Join(t.rules, " and ")
	}
	action := plan.Action{
		ID: plan.OrgUnitID(t.path), Kind: plan.CreateOrgUnit, Account: t.path, Reason: reason,
		Changes: plan.Changes{{Field: plan.FieldNewName, To: plan.Text(name)}, {Field: plan.FieldParentOrgUnit, To: plan.Text(parent)}},
	}
	action.Changes.Sort()
	action.Undo = action.CannotUndo()
	return action
}
