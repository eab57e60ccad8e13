package diff

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// managedGroups are the groups whose members the policy manages, as far as their
// members may change.
type managedGroups struct {
	c      *comparison
	groups []*managedGroup // by address
	// conflicts are about the others.
	conflicts []plan.Conflict
	// drafts are those of the active people whose memberships may change.
	drafts []*draft
}

// managedGroup is one group beside the rules for it.
type managedGroup struct {
	// address is the primary one or, of a new group, the one it will have.
	address string
	rules   []plan.GroupRule
	created bool
	state   plan.GroupState
	direct  map[string]string // the role by the account's id
	// after are the roles that active people have after the plan.
	after map[*draft]string
	// within has, by the account's id, the group within this one through which
	// the account is in it, and everybody the one through which all are. Of the
	// groups within this one that are managed too, it counts who is in them after
	// the plan.
	within        map[string]string
	everybody     string
	managedWithin []*managedGroup
	// unread says of groups within this one why they cannot be read.
	unread map[string]string
	// belong counts the people who belong, present those who are in it already.
	belong, present int
	// higher are the accounts whose role is higher than the rules give, and
	// kept those that do not belong and are not taken out.
	higher, kept []string

	outcomes map[string][]string // those of the rules, by the org unit's path
}

// manageGroups finds out what becomes of the memberships of the managed groups.
// Where these are not known yet they are asked for.
func (c *comparison) manageGroups(drafts []*draft) *managedGroups {
	m := &managedGroups{c: c, conflicts: slices.Clone(c.desired.GroupConflicts)}
	for _, d := range drafts {
		heldBack := d.have == nil && len(d.changes) == 0
		if d.want.Active && !d.dropped && !heldBack {
			m.drafts = append(m.drafts, d)
		}
	}
	rules := make(map[string][]plan.GroupRule) // by primary address
	for _, desired := range c.desired.Groups {
		state, known := c.actual.Answers.Groups[desired.Address]
		if !known {
			c.askedGroups[desired.Address] = true
			continue
		}
		address := cmp.Or(state.Address, desired.Address)
		rules[address] = append(rules[address], desired.Rules...)
	}
	for _, address := range slices.Sorted(maps.Keys(rules)) {
		m.add(address, rules[address])
	}
	for _, g := range m.groups {
		m.read(g)
	}
	for _, g := range inwardsFirst(m.groups) {
		for _, d := range m.drafts {
			m.decide(d, g)
		}
	}
	byGroup := func(a, b plan.MembershipChange) int { return strings.Compare(a.Group, b.Group) }
	for _, d := range m.drafts {
		slices.SortFunc(d.groups, byGroup)
		if d.held != nil {
			slices.SortFunc(d.held.Groups, byGroup)
		}
	}
	return m
}

// inwardsFirst puts a group behind those within it, as far as none is within
// itself.
func inwardsFirst(groups []*managedGroup) []*managedGroup {
	var ordered []*managedGroup
	seen := make(map[*managedGroup]bool)
	var visit func(g *managedGroup)
	visit = func(g *managedGroup) {
		if seen[g] {
			return
		}
		seen[g] = true
		for _, inner := range g.managedWithin {
			visit(inner)
		}
		ordered = append(ordered, g)
	}
	for _, g := range groups {
		visit(g)
	}
	return ordered
}

// add makes the group one whose members may change, or says why they do not.
func (m *managedGroups) add(address string, rules []plan.GroupRule) {
	state := m.c.actual.Answers.Groups[address]
	g := &managedGroup{
		address: address, rules: rules, state: state,
		direct: make(map[string]string), after: make(map[*draft]string), within: make(map[string]string),
		unread: make(map[string]string), outcomes: make(map[string][]string),
	}
	switch {
	case state.Problem != "":
		m.conflict(g, plan.ConflictGroupUnread, fmt.Sprintf("who is in the group %s cannot be read (%s), so nobody joins or leaves it by %s", address, state.Problem, g.ruleWords()),
			"see in the Admin console whether the group is the district's, and whether the account that staffsync acts as may read it")
	case m.c.cannotLeave(address), state.Dynamic:
		m.conflict(g, plan.ConflictDynamicGroup, fmt.Sprintf("nobody edits the members of the group %s, so %s changes nothing", address, g.ruleWords()),
			"correct the rule: a dynamic group's own query says who is in it; if it is not one, take it off suspension.cannotLeave")
	case state.Address == "":
		m.addMissing(g)
	default:
		m.groups = append(m.groups, g)
	}
}

func (m *managedGroups) conflict(g *managedGroup, kind plan.ConflictKind, problem, remedy string) {
	m.conflicts = append(m.conflicts, plan.Conflict{Kind: kind, ID: plan.GroupID(g.address), Problem: problem, Remedy: remedy})
}

// addMissing creates the group where a rule says so and somebody belongs to it.
func (m *managedGroups) addMissing(g *managedGroup) {
	people := 0
	for _, d := range m.drafts {
		if wish := m.wish(d, g); wish.role != "" && m.c.heldFrom(d.want.DCID, plan.HoldGroups) == nil {
			people++
		}
	}
	switch {
	case people == 0:
		return
	case !slices.ContainsFunc(g.rules, func(r plan.GroupRule) bool { return r.Create }):
		m.conflict(g, plan.ConflictNoGroup, fmt.Sprintf("the directory has no group %s, in which %s would be by %s", g.address, peopleWords(people), g.ruleWords()),
			"create the group, correct the rule, or say create: true there")
		return
	}
	if taken := m.addressTaken(g.address); taken != "" {
		m.conflict(g, plan.ConflictAddressTaken, fmt.Sprintf("the group %s, in which %s would be by %s, cannot be created: %s", g.address, peopleWords(people), g.ruleWords(), taken),
			"give the group another address in the rule")
		return
	}
	g.created = true
	m.groups = append(m.groups, g)
}

// addressTaken says why a new group cannot have the address.
func (m *managedGroups) addressTaken(address string) string {
	for _, d := range m.drafts {
		if claimed, claims := d.claims(); claims && claimed == address {
			return "this plan gives the address to " + personWords(d.want.Staff, d.want.DCID)
		}
	}
	switch holder := m.c.holderOf(address); {
	case holder.Account != nil:
		return "the address belongs to the account " + holder.Account.Address
	case holder.Deleted:
		return "the address is that of an account that was deleted in the last 20 days"
	case holder.Problem != "":
		return "who has the address cannot be read (" + holder.Problem + ")"
	}
	return ""
}

// read notes who is in the group, directly and through the groups within it, each
// of which is looked at once.
func (m *managedGroups) read(g *managedGroup) {
	looked := map[string]bool{g.address: true}
	var next []string
	for _, member := range g.state.Members {
		switch {
		case member.Everybody:
			g.everybody = g.address
		case member.Group != "":
			next = append(next, member.Group)
		case member.ID != "":
			g.direct[member.ID] = member.Role
		}
	}
	slices.Sort(next)
	for ; len(next) > 0; next = next[1:] {
		address := next[0]
		if looked[address] {
			continue
		}
		looked[address] = true
		state, known := m.c.actual.Answers.Groups[address]
		if problem := cmp.Or(state.Problem, unknownGroup(known)); problem != "" {
			g.unread[address] = problem
			continue
		}
		at, managed := slices.BinarySearchFunc(m.groups, address, func(g *managedGroup, address string) int { return strings.Compare(g.address, address) })
		if managed {
			g.managedWithin = append(g.managedWithin, m.groups[at])
		}
		for _, member := range state.Members {
			switch {
			case member.Everybody:
				g.everybody = cmp.Or(g.everybody, address)
			case member.Group != "":
				next = append(next, member.Group)
			case !managed && g.within[member.ID] == "":
				g.within[member.ID] = address
			}
		}
	}
}

func unknownGroup(known bool) string {
	if known {
		return ""
	}
	return "the directory did not say"
}

// through returns the group within this one through which the account is in it
// after the plan, empty for none.
func (g *managedGroup) through(d *draft) string {
	for _, inner := range g.managedWithin {
		if inner.after[d] != "" {
			return inner.address
		}
	}
	if d.have == nil {
		return g.everybody
	}
	return cmp.Or(g.within[d.have.GoogleID], g.everybody)
}

// role returns the account's role as a direct member, empty for none.
func (g *managedGroup) role(d *draft) string {
	if d.have == nil {
		return ""
	}
	return g.direct[d.have.GoogleID]
}

// wish is what the rules for a group want of somebody.
type wish struct {
	// role is the one to have, empty for none, and rule the one that gives it.
	role, rule string
	// pruning is the rule that takes out who does not belong, of those that are
	// about accounts in that org unit.
	pruning string
	// unknown tells that it cannot be told, and problem why, empty where another
	// conflict of the person says so.
	unknown bool
	problem string
}

// wish finds out what the rules for the group want of the person.
func (m *managedGroups) wish(d *draft, g *managedGroup) wish {
	path, known := d.orgUnitAfter()
	var found wish
	for i := range g.rules {
		rule := &g.rules[i]
		if !known && len(rule.Tests) > 0 {
			found.unknown = true
			continue
		}
		if slices.Contains(rule.Outside, g.outcome(i, path)) {
			continue
		}
		if rule.Prune {
			found.pruning = cmp.Or(found.pruning, rule.Rule)
		}
		belongs, problem := rule.Belongs(d.want.DCID, g.outcome(i, path))
		switch {
		case problem != "":
			found.unknown, found.problem = true, problem
		case belongs && plan.RoleRank(rule.Role) > plan.RoleRank(found.role):
			found.role, found.rule = rule.Role, rule.Rule
		}
	}
	return found
}

// outcome is that of the tests of a rule for the path.
func (g *managedGroup) outcome(rule int, path string) string {
	known := g.outcomes[path]
	if known == nil {
		for i := range g.rules {
			known = append(known, g.rules[i].Outcome(path))
		}
		g.outcomes[path] = known
	}
	return known[rule]
}

// orgUnitAfter returns where the account is after the plan, and whether that is
// known: where the org unit is in conflict, it is not.
func (d *draft) orgUnitAfter() (string, bool) {
	for _, conflict := range d.conflicts {
		if conflict.Field == plan.FieldOrgUnitPath {
			return "", false
		}
	}
	if change, moves := d.changes.Get(plan.FieldOrgUnitPath); moves {
		return change.To.String(), true
	}
	return d.have.OrgUnitPath, true
}

// decide says what becomes of the person's membership of the group.
func (m *managedGroups) decide(d *draft, g *managedGroup) {
	wish := m.wish(d, g)
	role := g.role(d)
	g.after[d] = role
	change := func(to, rule string) {
		change := plan.MembershipChange{Group: g.address, From: role, To: to, Rule: rule}
		if hold := m.c.heldFrom(d.want.DCID, plan.HoldGroups); hold != nil {
			d.holdMembership(change, hold)
			return
		}
		d.groups = append(d.groups, change)
		g.after[d] = to
	}
	if wish.unknown {
		if wish.problem != "" {
			d.conflict(plan.GroupField(g.address), undecided("the membership of "+g.address+" stays as it is: "+wish.problem))
		}
		return
	}
	if wish.role != "" {
		g.belong++
		if role != "" || g.through(d) != "" {
			g.present++
		}
	}
	switch {
	case wish.role != "" && role == "":
		if g.through(d) == "" || wish.role != plan.RoleMember {
			change(wish.role, wish.rule)
		}
	case plan.RoleRank(role) == 0:
	case wish.role != "" && plan.RoleRank(role) < plan.RoleRank(wish.role):
		change(wish.role, wish.rule)
	case wish.role != "" && plan.RoleRank(role) > plan.RoleRank(wish.role):
		g.higher = append(g.higher, d.have.Address)
	case wish.role == "" && wish.pruning != "" && role == plan.RoleMember && m.c.protected(d.have) == "":
		change("", wish.pruning)
	case wish.role == "" && wish.pruning != "":
		g.kept = append(g.kept, d.have.Address)
	}
}

// ruleWords names the rules for the group.
func (g *managedGroup) ruleWords() string {
	var rules []string
	for _, rule := range g.rules {
		if !slices.Contains(rules, rule.Rule) {
			rules = append(rules, rule.Rule)
		}
	}
	return strings.Join(rules, " and ")
}

func peopleWords(n int) string {
	if n == 1 {
		return "1 person"
	}
	return fmt.Sprintf("%d people", n)
}

// creations are the actions that create the groups that are not there.
func (m *managedGroups) creations() []plan.Action {
	var actions []plan.Action
	for _, g := range m.groups {
		if !g.created {
			continue
		}
		at := slices.IndexFunc(g.rules, func(r plan.GroupRule) bool { return r.Create })
		rule := g.rules[at]
		name, _, _ := strings.Cut(g.address, "@")
		action := plan.Action{
			ID: plan.GroupID(g.address), Kind: plan.CreateGroup, Account: g.address,
			Reason:  fmt.Sprintf("the directory has no such group, in which %s would be by %s", peopleWords(g.belong), g.ruleWords()),
			Changes: plan.Changes{{Field: plan.FieldNewName, To: plan.Text(cmp.Or(rule.Name, name))}},
		}
		if rule.Description != "" {
			action.Changes = append(action.Changes, plan.Change{Field: plan.FieldDescription, To: plan.Text(rule.Description)})
		}
		action.Changes.Sort()
		action.Undo = action.CannotUndo()
		actions = append(actions, action)
	}
	return actions
}

// members counts the direct members of the groups that are accounts.
func (m *managedGroups) members() int {
	n := 0
	for _, g := range m.groups {
		n += len(g.direct)
	}
	return n
}

// warnings name who has another role in a group than its rules give, and the
// groups within one that cannot be read.
func (m *managedGroups) warnings() []plan.Warning {
	var warnings []plan.Warning
	for _, g := range m.groups {
		if len(g.higher) > 0 {
			warnings = append(warnings, plan.Warning{Kind: plan.WarningGroupRole, Message: fmt.Sprintf(
				"%s in %s with a higher role than its rules give, and keep it: %s", areWords(len(g.higher)), g.address, fewOf(g.higher))})
		}
		if len(g.kept) > 0 {
			warnings = append(warnings, plan.Warning{Kind: plan.WarningGroupRole, Message: fmt.Sprintf(
				"%s in %s whom no rule puts there, as owners, managers or administrators, and are not taken out: %s", areWords(len(g.kept)), g.address, fewOf(g.kept))})
		}
		for _, address := range slices.Sorted(maps.Keys(g.unread)) {
			warnings = append(warnings, plan.Warning{Kind: plan.WarningUnread, Message: fmt.Sprintf(
				"who is in %s, a group within %s, cannot be read (%s); whoever is in both is a member twice", address, g.address, g.unread[address])})
		}
	}
	return warnings
}

func areWords(n int) string {
	if n == 1 {
		return "1 person is"
	}
	return fmt.Sprintf("%d people are", n)
}

// fewOf names the first of the addresses, and how many more there are.
func fewOf(addresses []string) string {
	const named = 5
	addresses = slices.Sorted(slices.Values(addresses))
	words := strings.Join(addresses[:min(named, len(addresses))], ", ")
	if more := len(addresses) - named; more > 0 {
		words += fmt.Sprintf(" and %d more", more)
	}
	return words
}
