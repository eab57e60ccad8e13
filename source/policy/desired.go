package policy

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

const ruleRemedy = "correct the rule or the value in PowerSchool"

// Desired returns the accounts that the district's staff should have, who is
// left out, and on whom the policy cannot decide. Everybody in the district
// is in exactly one of the three.
func (p *Policy) Desired(district source.District) plan.Desired {
	rules := p.Rules()
	state := plan.Desired{
		Domain:   p.domain,
		Rules:    &rules,
		Accounts: make([]plan.DesiredAccount, 0, len(district.Staff)),
		Warnings: slices.Clone(district.Warnings),

		StrayRows: district.StrayRows,
	}
	for _, left := range district.LeftOut {
		state.Skipped = append(state.Skipped, plan.Skipped{
			Staff: left.Staff, Address: left.Email, Reason: left.Reason, Active: left.Active, Assigned: left.Assigned,
		})
	}
	origins := p.origins()
	for i := range district.Staff {
		p.decide(&state, &district.Staff[i], origins)
	}
	slices.SortFunc(state.Accounts, func(a, b plan.DesiredAccount) int { return cmp.Compare(a.DCID, b.DCID) })
	slices.SortFunc(state.Skipped, func(a, b plan.Skipped) int { return cmp.Compare(a.Staff.DCID, b.Staff.DCID) })
	slices.SortFunc(state.Conflicts, func(a, b plan.Conflict) int { return cmp.Compare(a.Staff.DCID, b.Staff.DCID) })
	return state
}

// decide adds the person to the state.
func (p *Policy) decide(state *plan.Desired, staff *source.Staff, origins origins) {
	var who activation
	asTyped := *staff
	asTyped.Damaged = nil // no damage keeps a leaver's account from being suspended
	who.person(&asTyped)
	conflict := func(problem error, remedy string) {
		state.Conflicts = append(state.Conflicts, plan.Conflict{
			ID: fmt.Sprintf("account/%d", staff.DCID), Staff: person(staff), Problem: problem.Error(), Remedy: remedy,
		})
	}
	rule, reason, err := p.skipped(staff, &who)
	switch {
	case err != nil:
		conflict(err, ruleRemedy)
		return
	case rule != "":
		state.Skipped = append(state.Skipped, plan.Skipped{
			Staff: person(staff), Address: staff.Email, Reason: reason, Rule: rule, Active: staff.Active, Assigned: staff.Assigned,
		})
		return
	case !staff.Active:
		state.Accounts = append(state.Accounts, p.inactive(staff, origins))
		return
	}
	if damage := staff.Damaged["email"]; damage != "" {
		conflict(errors.New(damage), "type the address again in PowerSchool, or correct the export")
		return
	}
	if err := checkAddress(staff.Email); err != nil {
		conflict(err, "correct the address in PowerSchool")
		return
	}
	who.person(staff)
	unit, path, err := p.orgUnit(&who)
	switch {
	case err != nil:
		conflict(err, ruleRemedy)
	case unit < 0:
		conflict(fmt.Errorf("no rule of orgUnits.active holds"), "add a rule that does; one without when, at the end, holds for everybody")
	default:
		state.Accounts = append(state.Accounts, p.active(staff, &who, path, origins.active[unit]))
	}
}

// skipped returns the key of the rule that leaves the person out, empty when
// none does, and its reason.
func (p *Policy) skipped(staff *source.Staff, who *activation) (rule, reason string, err error) {
	for _, name := range []struct{ which, name string }{{"first", staff.FirstName}, {"last", staff.LastName}} {
		if name.name != "" && p.skipNames[foldName(name.name)] {
			return "skip.names", fmt.Sprintf("%s name %s", name.which, name.name), nil
		}
	}
	for _, rule := range p.skipRules {
		holds, err := rule.when.holds(who)
		if err != nil {
			return "", "", fmt.Errorf("%s: %w", rule.key, err)
		}
		if holds {
			return rule.key, rule.reason, nil
		}
	}
	return "", "", nil
}

// orgUnit returns the path that the first rule that holds gives, and the
// rule's place, -1 when none holds.
func (p *Policy) orgUnit(who *activation) (int, string, error) {
	for i, rule := range p.orgUnits {
		if rule.when != nil {
			holds, err := rule.when.holds(who)
			if err != nil {
				return 0, "", fmt.Errorf("%s: %w", rule.key, err)
			}
			if !holds {
				continue
			}
		}
		path, err := rule.path.value(who, true)
		if err == nil {
			err = checkOrgUnit(path)
		}
		if err != nil {
			return 0, "", fmt.Errorf("%s: %w", rule.key, err)
		}
		return i, path, nil
	}
	return -1, "", nil
}

// active returns an active person's account.
func (p *Policy) active(staff *source.Staff, who *activation, path string, origins map[string]string) plan.DesiredAccount {
	account := plan.DesiredAccount{
		Fields: plan.Fields{
			DCID: staff.DCID, Address: staff.Email, GivenName: staff.FirstName, FamilyName: staff.LastName,
			OrgUnitPath: path,
		},
		Staff: person(staff), Active: true, Origins: origins,
	}
	undecided := func(field, problem string) {
		if account.Undecided == nil {
			account.Undecided = make(map[string]string)
		}
		account.Undecided[field] = problem
	}
	for field, name := range map[string]string{plan.FieldGivenName: "firstName", plan.FieldFamilyName: "lastName"} {
		if damage := staff.Damaged[name]; damage != "" {
			undecided(field, damage)
		}
	}
	give := func(rules []valueRule, values *map[string]string) {
		for _, rule := range rules {
			value, err := rule.value.value(who, false)
			switch {
			case err != nil:
				undecided(rule.field, err.Error())
			case value != "":
				if *values == nil {
					*values = make(map[string]string, len(rules))
				}
				(*values)[rule.name] = value
			}
		}
	}
	give(p.attributes, &account.Attributes)
	give(p.externalIDs, &account.ExternalIDs)
	return account
}

// inactive returns an inactive person's account. Of its values only the
// suspension and the org unit are desired; address and names serve to see
// that the account is the person's.
func (p *Policy) inactive(staff *source.Staff, origins origins) plan.DesiredAccount {
	return plan.DesiredAccount{
		Fields: plan.Fields{
			DCID: staff.DCID, Address: staff.Email, GivenName: staff.FirstName, FamilyName: staff.LastName,
			OrgUnitPath: p.rules.SuspendedOrgUnit, Suspended: true,
		},
		Staff: person(staff), Assigned: staff.Assigned, Origins: origins.inactive,
	}
}

func person(staff *source.Staff) plan.Person {
	return plan.Person{
		DCID: staff.DCID, Name: strings.TrimSpace(staff.FirstName + " " + staff.LastName), Building: staff.Building,
	}
}
