package apply

import (
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// actionChecks checks that the actions are ones that this version makes: a plan
// that says anything else was not made by it, or not for it.
type actionChecks struct {
	plan    *plan.Plan
	options Options
	// given maps each address that the plan gives to somebody to the action
	// that does.
	given   map[string]string
	reasons []string
}

// refuseActions returns the reasons against the plan's actions.
func refuseActions(p *plan.Plan, options Options) []string {
	c := &actionChecks{plan: p, options: options, given: make(map[string]string)}
	ids, accounts := make(map[string]bool), make(map[string]string)
	for i := range p.Actions {
		action := &p.Actions[i]
		if ids[action.ID] {
			c.refuse(action, "is in the plan twice")
		}
		ids[action.ID] = true
		if other, taken := accounts[action.GoogleID]; taken && action.GoogleID != "" {
			c.refuse(action, "changes the same account as %s", other)
		}
		accounts[action.GoogleID] = action.ID
		c.give(action)
	}
	for i := range p.Actions {
		c.check(&p.Actions[i], ids)
	}
	if len(c.reasons) > 0 {
		return c.reasons
	}
	c.checkOrder()
	return c.reasons
}

func (c *actionChecks) refuse(action *plan.Action, format string, args ...any) {
	c.reasons = append(c.reasons, fmt.Sprintf("%s %s", action.ID, fmt.Sprintf(format, args...)))
}

// give notes the address that the action gives its account.
func (c *actionChecks) give(action *plan.Action) {
	change, ok := action.Changes.Get(plan.FieldPrimaryEmail)
	if !ok {
		return
	}
	address := strings.ToLower(change.To.String())
	if other, taken := c.given[address]; taken {
		c.refuse(action, "gives the address %s, and so does %s", address, other)
	}
	c.given[address] = action.ID
}

// checkOrder refuses actions that wait for each other.
func (c *actionChecks) checkOrder() {
	operations := make([][]operation, len(c.plan.Actions))
	for i := range c.plan.Actions {
		operations[i] = operationsOf(&c.plan.Actions[i], c.options)
	}
	var ids []string
	for _, i := range neverReady(stagesOf(c.plan.Actions, operations)) {
		ids = append(ids, c.plan.Actions[i].ID)
	}
	if len(ids) > 0 {
		slices.Sort(ids)
		c.reasons = append(c.reasons, fmt.Sprintf("these actions wait for each other and none can begin: %s", strings.Join(ids, ", ")))
	}
}

func (c *actionChecks) check(action *plan.Action, ids map[string]bool) {
	switch action.Kind {
	case plan.CreateGroup:
		c.checkCreateGroup(action)
		return
	case plan.CreateAttribute:
		c.checkCreateAttribute(action)
		return
	case plan.CreateOrgUnit:
		c.checkCreateOrgUnit(action, ids)
		return
	}
	dcid, ok := action.DCID()
	if !ok {
		c.refuse(action, "is not an action of this version: an id is account/ and the DCID")
		return
	}
	if action.Staff.DCID != 0 && action.Staff.DCID != dcid {
		c.refuse(action, "names the person with DCID %d", action.Staff.DCID)
	}
	for _, id := range action.After {
		if !ids[id] && c.options.Edited == nil {
			c.refuse(action, "waits for %s, which is not in the plan", id)
		}
	}
	switch action.Kind {
	case plan.Create:
		c.checkCreate(action, dcid)
		return
	case plan.Link:
		c.checkLink(action, dcid)
		return
	}
	if want := plan.KindOf(action.Changes); action.Kind != want {
		c.refuse(action, "is called %q, and its changes are those of %q", action.Kind, want)
	}
	c.checkChange(action, dcid)
}

// checkLink refuses a link that does more than write the person's DCID.
func (c *actionChecks) checkLink(action *plan.Action, dcid int64) {
	change, ok := action.Changes.Get(c.options.Match)
	switch {
	case action.GoogleID == "":
		c.refuse(action, "has no googleID")
	case !ok || len(action.Changes) != 1 || action.Via != "" || len(action.Release) > 0 || len(action.Groups) > 0 || len(action.After) > 0:
		c.refuse(action, "links an account and does more than write %s", c.options.Match)
	case change.To.Absent() && plan.Same(change.Field, change.From, plan.Number(dcid)): // the end of a link
	case !plan.Same(change.Field, change.To, plan.Number(dcid)):
		c.refuse(action, "writes another DCID than its own: %s", words(change.To))
	}
}

func (c *actionChecks) checkCreate(action *plan.Action, dcid int64) {
	if action.GoogleID != "" {
		c.refuse(action, "creates an account that has an id already")
	}
	if action.Via != "" || len(action.Release) > 0 || slices.ContainsFunc(action.Groups, func(m plan.MembershipChange) bool { return !m.Joins() }) {
		c.refuse(action, "does to a new account what only an existing one can have done to it")
	}
	c.checkMemberships(action)
	for _, field := range []string{plan.FieldPrimaryEmail, plan.FieldGivenName, plan.FieldFamilyName, plan.FieldOrgUnitPath, c.options.Match} {
		if _, ok := action.Changes.Get(field); !ok {
			c.refuse(action, "creates an account without %s", field)
		}
	}
	for _, change := range action.Changes {
		c.checkSensitive(action, change)
		if !change.From.Absent() {
			c.refuse(action, "creates an account that has a value in %s already", change.Field)
		}
		switch change.Field {
		case c.options.Match:
			if !plan.Same(change.Field, change.To, plan.Number(dcid)) {
				c.refuse(action, "writes another DCID than its own: %s", words(change.To))
			}
		case plan.FieldChangePassword:
			if !change.To.Equal(plan.Truth(true)) {
				c.refuse(action, "has a %s that is not true", change.Field)
			}
		case plan.FieldSuspended:
			c.refuse(action, "creates a suspended account")
		case plan.FieldPrimaryEmail:
			if !strings.EqualFold(change.To.String(), action.Account) {
				c.refuse(action, "creates %s under the name of %s", words(change.To), action.Account)
			}
			c.checkField(action, change)
		default:
			c.checkField(action, change)
		}
	}
}

func (c *actionChecks) checkChange(action *plan.Action, dcid int64) {
	if action.GoogleID == "" {
		c.refuse(action, "has no googleID")
	}
	via := plan.ViaAddress(dcid, c.plan.Domain)
	if action.Via != "" && !strings.EqualFold(action.Via, via) {
		c.refuse(action, "has the temporary address %s, which is not %s", action.Via, via)
	}
	for _, change := range action.Changes {
		c.checkSensitive(action, change)
		c.checkField(action, change)
	}
	if change, renamed := action.Rename(); renamed && !strings.EqualFold(change.From.String(), action.Account) {
		c.refuse(action, "renames %s, but its account is %s", words(change.From), action.Account)
	}
	for _, alias := range action.Release {
		taker, given := c.given[strings.ToLower(alias)]
		// It may be given to somebody who was not selected, or whose action was deleted.
		given = given || len(c.plan.MadeWith.Only) > 0 || c.options.Edited != nil
		if !strings.EqualFold(alias, via) && (!given || taker == action.ID) {
			c.refuse(action, "releases the alias %s, which the plan gives to nobody else", alias)
		}
	}
	c.checkMemberships(action)
	change, ok := action.Changes.Get(plan.FieldSuspended)
	byRule := slices.ContainsFunc(action.Groups, func(m plan.MembershipChange) bool { return m.ByRule() && !m.Undoes() })
	others := slices.ContainsFunc(action.Groups, func(m plan.MembershipChange) bool { return !m.ByRule() })
	switch {
	case ok && others && !change.To.Equal(plan.Truth(true)):
		c.refuse(action, "re-enables an account and takes it out of groups")
	case byRule && (others || action.Suspends()):
		c.refuse(action, "takes a leaver's account out of groups and changes others by rules")
	}
}

// checkMemberships refuses changes of memberships that this version does not make:
// an account leaves a group because its person has left, or a rule has it join,
// have a higher role, or leave as a plain member.
func (c *actionChecks) checkMemberships(action *plan.Action) {
	seen := make(map[string]bool)
	for _, m := range action.Groups {
		group := strings.ToLower(m.Group)
		switch {
		case group == "":
			c.refuse(action, "changes its membership of a group without saying which")
		case seen[group]:
			c.refuse(action, "changes its membership of %s twice", m.Group)
		case m.Rule == "" && !m.Leaves() && !m.Stays(), m.Rule != "" && m.Stays():
			c.refuse(action, "does to its membership of %s what this version cannot", m.Group)
		case m.Undoes():
		case m.Prunes() && m.From != plan.RoleMember:
			c.refuse(action, "takes a %s out of %s by a rule", strings.ToLower(m.From), m.Group)
		case !m.Leaves() && !m.Stays() && plan.RoleRank(m.To) <= plan.RoleRank(m.From):
			c.refuse(action, "gives the role %q in %s, which is not a higher one than %q", m.To, m.Group, m.From)
		case m.ByRule() && !c.ours(group):
			c.refuse(action, "changes its membership of %s, which is not in the domain %s", m.Group, c.plan.Domain)
		}
		seen[group] = true
	}
}

// checkCreateGroup refuses a new group that is not one of the district's, or that
// comes with more than a name.
func (c *actionChecks) checkCreateGroup(action *plan.Action) {
	if action.ID != action.CreationID() {
		c.refuse(action, "creates the group %s under another id", action.Account)
	}
	if !c.ours(action.Account) {
		c.refuse(action, "creates the group %q, which is not in the domain %s", action.Account, c.plan.Domain)
	}
	if action.GoogleID != "" || action.Staff != (plan.Person{}) || action.Via != "" || len(action.Release)+len(action.Groups)+len(action.After) > 0 {
		c.refuse(action, "does to a group what is done to an account")
	}
	if _, named := action.Changes.Get(plan.FieldNewName); !named {
		c.refuse(action, "creates a group without a name")
	}
	for _, change := range action.Changes {
		if change.Field != plan.FieldNewName && change.Field != plan.FieldDescription || !change.From.Absent() {
			c.refuse(action, "changes %s of a group that is created", change.Field)
		}
	}
}

// checkCreateOrgUnit refuses a new org unit that is not the one that it is called.
func (c *actionChecks) checkCreateOrgUnit(action *plan.Action, ids map[string]bool) {
	parent, _ := action.Changes.Get(plan.FieldParentOrgUnit)
	name, _ := action.Changes.Get(plan.FieldNewName)
	if path := plan.JoinOrgUnit(parent.To.String(), name.To.String()); action.ID != action.CreationID() || action.Account != path {
		c.refuse(action, "creates the org unit %q under another name", path)
	}
	if !strings.HasPrefix(parent.To.String(), "/") || strings.TrimSpace(name.To.String()) == "" || strings.Contains(name.To.String(), "/") {
		c.refuse(action, "creates an org unit that has no parent, or whose name cannot be one")
	}
	for _, change := range action.Changes {
		if change.Field != parent.Field && change.Field != name.Field || !change.From.Absent() {
			c.refuse(action, "changes %s of an org unit that is created", change.Field)
		}
	}
	if action.GoogleID != "" || action.Staff != (plan.Person{}) || action.Via != "" || len(action.Release)+len(action.Groups) > 0 {
		c.refuse(action, "does to an org unit what is done to an account")
	}
	for _, id := range action.After {
		if id != plan.OrgUnitID(parent.To.String()) || !ids[id] && c.options.Edited == nil {
			c.refuse(action, "waits for %s, which does not create the org unit above it", id)
		}
	}
}

// ours tells whether the address is in one of the district's domains.
func (c *actionChecks) ours(address string) bool {
	local, host, _ := strings.Cut(strings.ToLower(address), "@")
	return local != "" && (strings.EqualFold(host, c.plan.Domain) || slices.Contains(c.options.Domains, host))
}

// checkField refuses fields that apply does not write and values that the
// field cannot have.
func (c *actionChecks) checkField(action *plan.Action, change plan.Change) {
	to := change.To.String()
	switch change.Field {
	case plan.FieldSuspended:
		_, from := change.From.Any().(bool)
		if _, ok := change.To.Any().(bool); !ok || !from {
			c.refuse(action, "has a %s that is neither true nor false", change.Field)
		}
	case plan.FieldPrimaryEmail:
		if !c.ours(to) {
			c.refuse(action, "gives the address %q, which is not in the domain %s", to, c.plan.Domain)
		}
	case plan.FieldGivenName, plan.FieldFamilyName:
		if to == "" {
			c.refuse(action, "takes the %s away", change.Field)
		}
	case plan.FieldOrgUnitPath:
		if !strings.HasPrefix(to, "/") {
			c.refuse(action, "moves to %q, which is not an org unit path", to)
		}
	default:
		if strings.EqualFold(change.Field, c.options.Match) {
			c.refuse(action, "changes %s, which says whose account it is", change.Field)
			return
		}
		if !slices.Contains(c.options.Managed, change.Field) {
			c.refuse(action, "changes %s, which the policy does not manage", change.Field)
		}
	}
}
