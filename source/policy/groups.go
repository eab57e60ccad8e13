package policy

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

// CheckColumns returns an error, joined of one KeyError for each rule for groups
// that asks for a column which the source lacks: nobody would be in its group.
func (p *Policy) CheckColumns(district source.District) error {
	var problems []error
	for _, rule := range p.groups {
		for _, column := range rule.columns() {
			if slices.Contains(district.Lacking, column) {
				problems = append(problems, plan.KeyErrorf(rule.key, "the rule asks for %s, and PowerSchool's data has no such column; add it to the export, or do without it", column))
			}
		}
	}
	return errors.Join(problems...)
}

// asks tells whether a rule for groups reads the column.
func (p *Policy) asks(column string) bool {
	return slices.ContainsFunc(p.groups, func(rule groupRule) bool { return slices.Contains(rule.columns(), column) })
}

func (r *groupRule) columns() []string {
	columns := slices.Clone(r.when.columns)
	for _, template := range []*text{r.address, r.name, r.description} {
		if template != nil {
			columns = append(columns, template.columns()...)
		}
	}
	slices.Sort(columns)
	return slices.Compact(columns)
}

// memberships finds out which groups the active people belong to.
type memberships struct {
	decision
	people   []source.Staff // by DCID
	atSchool map[int64][]int
	// found has for each address what rules say of it, and conflicts why the
	// members of a group cannot be told.
	found     map[string][]ruling
	conflicts []plan.Conflict
}

// ruling is what a rule says of the group of one school, or of its only one.
type ruling struct {
	plan.GroupRule
	rule   *groupRule
	school string // with its number, for messages
}

// decideGroups decides on the groups of the active people, who are given by DCID.
func (d decision) decideGroups(schools []source.School, people []source.Staff) {
	m := memberships{decision: d, people: people, atSchool: make(map[int64][]int), found: make(map[string][]ruling)}
	for i := range people {
		for _, number := range people[i].Schools {
			m.atSchool[number] = append(m.atSchool[number], i)
		}
	}
	for i := range d.Policy.groups {
		rule := &d.Policy.groups[i]
		if !rule.forSchools {
			m.add(rule, nil)
			continue
		}
		for s := range schools {
			given := activation{today: m.today, school: record{schoolType, &schools[s]}}
			if !d.source.IsPseudoSchool(schools[s].Number) && rule.canHold(given, placesOf(rule)...) {
				m.add(rule, &schools[s])
			}
		}
	}
	m.settle()
}

// canHold tells whether the rule can hold for anybody, as far as what is given
// tells; what else is not known is named.
func (r *groupRule) canHold(given activation, unknown ...string) bool {
	patterns := []*cel.AttributePatternType{cel.AttributePattern("staff")}
	for _, name := range unknown {
		patterns = append(patterns, cel.AttributePattern(name))
	}
	partial, err := cel.PartialVars(&given, patterns...)
	if err != nil {
		return true
	}
	holds, _, err := r.whoever.Eval(partial)
	return err != nil || holds != types.False
}

// placesOf names the variables that stand for the rule's tests.
func placesOf(rule *groupRule) []string {
	var names []string
	for i := range rule.tests {
		names = append(names, placeName(i))
	}
	return names
}

// add notes who belongs to the rule's group of the school, or to its only one.
func (m *memberships) add(rule *groupRule, school *source.School) {
	who := activation{today: m.today}
	words := ""
	candidates := m.people
	if school != nil {
		who.school = record{schoolType, school}
		words = fmt.Sprintf("%s (school %d)", school.Name, school.Number)
		if rule.assigned {
			candidates = nil
			for _, i := range m.atSchool[school.Number] {
				candidates = append(candidates, m.people[i])
			}
		}
	}
	r := ruling{rule: rule, school: words, GroupRule: plan.GroupRule{
		Rule: rule.key, Role: rule.role, Prune: rule.prune == PruneMembers, Create: rule.create, Tests: rule.tests,
	}}
	r.Cases, r.Outside = m.cases(rule, who, candidates)
	address, err := rule.address.value(&who, true)
	if err == nil {
		address = strings.ToLower(address)
		err = checkGroupAddress(address, append([]string{m.domain}, m.rules.Domains...))
	}
	if err != nil {
		if len(r.Cases) > 0 {
			m.conflict(plan.ConflictGroupAddress, rule.key, fmt.Sprintf("%s gives no address for the group of %s: %v", rule.key, cmp.Or(words, "the district"), err),
				"correct the school's abbreviation in PowerSchool, or leave the school out in the rule's when")
		}
		return
	}
	for _, part := range []struct {
		template *text
		into     *string
	}{{rule.name, &r.Name}, {rule.description, &r.Description}} {
		if part.template == nil {
			continue
		}
		if *part.into, err = part.template.value(&who, false); err != nil {
			m.conflict(plan.ConflictGroupRules, address, fmt.Sprintf("%s gives no name or description: %v", rule.key, err), ruleRemedy)
			return
		}
	}
	m.found[address] = append(m.found[address], r)
}

func (m *memberships) conflict(kind plan.ConflictKind, of, problem, remedy string) {
	m.conflicts = append(m.conflicts, plan.Conflict{Kind: kind, ID: plan.GroupID(of), Problem: problem, Remedy: remedy})
}

// cases returns for each outcome of the rule's tests who belongs, without the
// outcomes for which nobody does, and those for which nobody can.
func (m *memberships) cases(rule *groupRule, who activation, candidates []source.Staff) (cases []plan.GroupCase, outside []string) {
	all := outcomes(len(rule.tests))
	failed := make(map[int64]bool)
	for _, outcome := range slices.Sorted(maps.Keys(all)) {
		one := plan.GroupCase{Outcome: outcome}
		who.places = all[outcome]
		if len(rule.tests) > 0 && !rule.canHold(who) {
			outside = append(outside, outcome)
			continue
		}
		for i := range candidates {
			staff := &candidates[i]
			who.person(staff)
			holds, err := rule.when.holds(&who)
			switch {
			case err != nil:
				one.Undecided = append(one.Undecided, plan.UndecidedMember{DCID: staff.DCID, Problem: err.Error()})
				if !failed[staff.DCID] {
					failed[staff.DCID] = true
					m.failsOnce(rule.key+".when", staff, err)
				}
			case holds:
				one.People = append(one.People, staff.DCID)
			}
		}
		if len(one.People)+len(one.Undecided) > 0 {
			cases = append(cases, one)
		}
	}
	return cases, outside
}

// failsOnce notes that a rule fails for the person, at however many schools.
func (m *memberships) failsOnce(rule string, staff *source.Staff, err error) {
	for _, failure := range m.state.Failures {
		if failure.Rule == rule && slices.ContainsFunc(failure.People, func(p plan.Person) bool { return p.DCID == staff.DCID }) {
			return
		}
	}
	m.fails(rule, person(staff), err)
}

// settle makes groups of what the rules say, but for those on which they
// contradict each other.
func (m *memberships) settle() {
	for _, address := range slices.Sorted(maps.Keys(m.found)) {
		rulings := m.found[address]
		if kind, problem := contradiction(address, rulings); problem != "" {
			remedy := "correct the rules for this group"
			if kind == plan.ConflictGroupAddress {
				remedy = "give each school its own abbreviation in PowerSchool, or leave one of them out in the rule's when"
			}
			m.conflict(kind, address, problem, remedy)
			continue
		}
		group := plan.DesiredGroup{Address: address}
		for _, r := range rulings {
			group.Rules = append(group.Rules, r.GroupRule)
		}
		m.state.Groups = append(m.state.Groups, group)
	}
	m.state.GroupConflicts = m.conflicts
}

// contradiction says in which way rulings for one address contradict each other,
// empty where they do not.
func contradiction(address string, rulings []ruling) (plan.ConflictKind, string) {
	for i, r := range rulings {
		for _, earlier := range rulings[:i] {
			if r.rule == earlier.rule {
				return plan.ConflictGroupAddress, fmt.Sprintf("%s gives the address %s to the groups of two schools, %s and %s", r.Rule, address, earlier.school, r.school)
			}
			named := r.Name+"\n"+r.Description != earlier.Name+"\n"+earlier.Description
			if fight := fightOf(r.rule.prune, earlier.rule.prune, r.Create && earlier.Create, named); fight != "" {
				return plan.ConflictGroupRules, fmt.Sprintf("%s and %s are about the group %s, and %s", earlier.Rule, r.Rule, address, fight)
			}
		}
	}
	return "", ""
}
