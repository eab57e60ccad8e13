package apply

import (
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// structure checks that the actions are ones that this version makes: a plan
// that says anything else was not made by it, or not for it.
type structure struct {
	plan    *plan.Plan
	options Options
	// given maps each address that the plan gives to somebody to the action
	// that does.
	given   map[string]string
	reasons []string
}

// refuseActions returns the reasons against the plan's actions.
func refuseActions(p *plan.Plan, options Options) []string {
	s := &structure{plan: p, options: options, given: make(map[string]string)}
	ids, accounts := make(map[string]bool), make(map[string]string)
	for i := range p.Actions {
		action := &p.Actions[i]
		if ids[action.ID] {
			s.refuse(action, "is in the plan twice")
		}
		ids[action.ID] = true
		if other, taken := accounts[action.GoogleID]; taken && action.GoogleID != "" {
			s.refuse(action, "changes the same account as %s", other)
		}
		accounts[action.GoogleID] = action.ID
		s.give(action)
	}
	for i := range p.Actions {
		s.check(&p.Actions[i], ids)
	}
	if len(s.reasons) > 0 {
		return s.reasons
	}
	s.checkOrder()
	return s.reasons
}

func (s *structure) refuse(action *plan.Action, format string, args ...any) {
	s.reasons = append(s.reasons, fmt.Sprintf("%s %s", action.ID, fmt.Sprintf(format, args...)))
}

// give notes the address that the action gives its account.
func (s *structure) give(action *plan.Action) {
	change, ok := action.Changes.Get(plan.FieldPrimaryEmail)
	if !ok {
		return
	}
	address := strings.ToLower(change.To.String())
	if other, taken := s.given[address]; taken {
		s.refuse(action, "gives the address %s, and so does %s", address, other)
	}
	s.given[address] = action.ID
}

// checkOrder refuses actions that wait for each other.
func (s *structure) checkOrder() {
	operations := make([][]operation, len(s.plan.Actions))
	for i := range s.plan.Actions {
		operations[i] = operationsOf(&s.plan.Actions[i], s.options)
	}
	var ids []string
	for _, i := range neverReady(stagesOf(s.plan.Actions, operations)) {
		ids = append(ids, s.plan.Actions[i].ID)
	}
	if len(ids) > 0 {
		slices.Sort(ids)
		s.reasons = append(s.reasons, fmt.Sprintf("these actions wait for each other and none can begin: %s", strings.Join(ids, ", ")))
	}
}

func (s *structure) check(action *plan.Action, ids map[string]bool) {
	dcid, ok := action.DCID()
	if !ok {
		s.refuse(action, "is not an action of this version: an id is account/ and the DCID")
		return
	}
	if action.Staff.DCID != 0 && action.Staff.DCID != dcid {
		s.refuse(action, "names the person with DCID %d", action.Staff.DCID)
	}
	for _, id := range action.After {
		if !ids[id] {
			s.refuse(action, "waits for %s, which is not in the plan", id)
		}
	}
	if want := plan.KindOf(action.Changes); action.Kind != plan.Create && action.Kind != want {
		s.refuse(action, "is called %q, and its changes are those of %q", action.Kind, want)
	}
	if action.Kind == plan.Create {
		s.checkCreate(action, dcid)
		return
	}
	s.checkChange(action, dcid)
}

func (s *structure) checkCreate(action *plan.Action, dcid int64) {
	if action.GoogleID != "" {
		s.refuse(action, "creates an account that has an id already")
	}
	if action.Via != "" || len(action.Release) > 0 || len(action.Groups) > 0 {
		s.refuse(action, "does to a new account what only an existing one can have done to it")
	}
	for _, field := range []string{plan.FieldPrimaryEmail, plan.FieldGivenName, plan.FieldFamilyName, plan.FieldOrgUnitPath, s.options.Match} {
		if _, ok := action.Changes.Get(field); !ok {
			s.refuse(action, "creates an account without %s", field)
		}
	}
	for _, change := range action.Changes {
		if !change.From.Absent() {
			s.refuse(action, "creates an account that has a value in %s already", change.Field)
		}
		switch change.Field {
		case s.options.Match:
			if !plan.Same(change.Field, change.To, plan.Number(dcid)) {
				s.refuse(action, "writes another DCID than its own: %s", words(change.To))
			}
		case plan.FieldChangePassword:
			if !change.To.Equal(plan.Truth(true)) {
				s.refuse(action, "has a %s that is not true", change.Field)
			}
		case plan.FieldSuspended:
			s.refuse(action, "creates a suspended account")
		case plan.FieldPrimaryEmail:
			if !strings.EqualFold(change.To.String(), action.Account) {
				s.refuse(action, "creates %s under the name of %s", words(change.To), action.Account)
			}
			s.checkField(action, change)
		default:
			s.checkField(action, change)
		}
	}
}

func (s *structure) checkChange(action *plan.Action, dcid int64) {
	if action.GoogleID == "" {
		s.refuse(action, "has no googleID")
	}
	via := plan.ViaAddress(dcid, s.plan.Domain)
	if action.Via != "" && !strings.EqualFold(action.Via, via) {
		s.refuse(action, "has the temporary address %s, which is not %s", action.Via, via)
	}
	for _, change := range action.Changes {
		s.checkField(action, change)
	}
	if change, renamed := action.Rename(); renamed && !strings.EqualFold(change.From.String(), action.Account) {
		s.refuse(action, "renames %s, but its account is %s", words(change.From), action.Account)
	}
	for _, alias := range action.Release {
		taker, given := s.given[strings.ToLower(alias)]
		if !strings.EqualFold(alias, via) && (!given || taker == action.ID) {
			s.refuse(action, "releases the alias %s, which the plan gives to nobody else", alias)
		}
	}
	for _, group := range action.Groups {
		switch {
		case group.Group == "":
			s.refuse(action, "leaves a group without saying which")
		case !group.Leaves() && !group.Stays():
			s.refuse(action, "does to its membership of %s what this version cannot", group.Group)
		}
	}
	if change, ok := action.Changes.Get(plan.FieldSuspended); ok && len(action.Groups) > 0 && !change.To.Equal(plan.Truth(true)) {
		s.refuse(action, "re-enables an account and takes it out of groups")
	}
}

// checkField refuses fields that apply does not write and values that the
// field cannot have.
func (s *structure) checkField(action *plan.Action, change plan.Change) {
	to := change.To.String()
	switch change.Field {
	case plan.FieldSuspended:
		_, from := change.From.Any().(bool)
		if _, ok := change.To.Any().(bool); !ok || !from {
			s.refuse(action, "has a %s that is neither true nor false", change.Field)
		}
	case plan.FieldPrimaryEmail:
		if _, host, ok := strings.Cut(to, "@"); !ok || !strings.EqualFold(host, s.plan.Domain) {
			s.refuse(action, "gives the address %q, which is not in the domain %s", to, s.plan.Domain)
		}
	case plan.FieldGivenName, plan.FieldFamilyName:
		if to == "" {
			s.refuse(action, "takes the %s away", change.Field)
		}
	case plan.FieldOrgUnitPath:
		if !strings.HasPrefix(to, "/") {
			s.refuse(action, "moves to %q, which is not an org unit path", to)
		}
	default:
		if strings.EqualFold(change.Field, s.options.Match) {
			s.refuse(action, "changes %s, which says whose account it is", change.Field)
			return
		}
		if !slices.Contains(s.options.Managed, change.Field) {
			s.refuse(action, "changes %s, which the policy does not manage", change.Field)
		}
	}
}
