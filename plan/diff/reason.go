package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// reason says in words why the account changes.
func (d *draft) reason() string {
	building := d.want.Staff.Building
	switch {
	case d.undoes != nil:
		return "undoes: " + d.undoes.Reason
	case d.have == nil:
		reason := fmt.Sprintf("%s, and no account carries DCID %d", standing(d.want), d.want.DCID)
		if rule, given := d.addressRule(); given {
			reason += "; PowerSchool has no address, and this one is by " + rule
		}
		if d.want.Joining != nil && d.want.Joining.WaitsUntil != "" {
			reason += "; it waits in " + d.want.OrgUnitPath + " until " + d.want.Joining.WaitsUntil
		}
		return reason
	case len(d.changes)+len(d.groups) == 0:
		return "an alias is released"
	case !d.want.Active:
		if _, ok := d.changes.Get(plan.FieldSuspended); ok {
			return standing(d.want)
		}
		return standing(d.want) + "; the suspension is not complete"
	}
	var reasons []string
	var details []string
	name := false
	for _, change := range d.changes {
		switch change.Field {
		case plan.FieldSuspended:
			reason := "active in PowerSchool again"
			if d.want.Standing != "" {
				reason += fmt.Sprintf(" (%s)", d.want.Standing)
			}
			if d.have.SuspensionReason != "" {
				reason += fmt.Sprintf(" (Google's reason for the suspension: %s)", d.have.SuspensionReason)
			}
			reasons = append(reasons, reason)
		case plan.FieldPrimaryEmail:
			if rule, given := d.addressRule(); given {
				reasons = append(reasons, fmt.Sprintf("the address follows the name, by %s", rule))
				continue
			}
			reasons = append(reasons, fmt.Sprintf("the address in PowerSchool is %s", change.To))
		case plan.FieldGivenName, plan.FieldFamilyName:
			name = true
		case plan.FieldOrgUnitPath:
			if building == "" {
				reasons = append(reasons, fmt.Sprintf("the policy puts this person in %s", change.To))
			} else {
				reasons = append(reasons, fmt.Sprintf("staff of %s belong in %s", building, change.To))
			}
		default:
			details = append(details, change.Field)
		}
	}
	if name {
		reasons = append(reasons, "the name in PowerSchool is "+d.want.GivenName+" "+d.want.FamilyName)
	}
	if len(details) > 0 {
		reasons = append(reasons, "PowerSchool has other values for "+strings.Join(details, ", "))
	}
	if rules := d.groupRules(); len(rules) > 0 {
		reasons = append(reasons, "by the rules for groups, "+strings.Join(rules, ", "))
	}
	return strings.Join(reasons, "; ")
}

// addressRule is the rule that gives the person an address, where PowerSchool lacks it.
func (d *draft) addressRule() (rule string, given bool) {
	rule = d.want.Origins[plan.FieldPrimaryEmail]
	return rule, strings.HasPrefix(rule, plan.RuleAddress)
}

// groupRules are the rules that change the account's memberships.
func (d *draft) groupRules() []string {
	var rules []string
	for _, m := range d.groups {
		if m.ByRule() && !slices.Contains(rules, m.Rule) {
			rules = append(rules, m.Rule)
		}
	}
	slices.Sort(rules)
	return rules
}

// standing says where in PowerSchool the person is active, or why not.
func standing(want *plan.DesiredAccount) string {
	if want.Standing != "" {
		return want.Standing
	}
	return want.StandingWords() + " in PowerSchool"
}
