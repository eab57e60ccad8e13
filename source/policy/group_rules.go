package policy

import (
	"fmt"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"

	"github.com/staffsync/staffsync/plan"
)

// groupRule is a rule for groups.
type groupRule struct {
	key                        string
	forSchools                 bool
	address, name, description *text // name and description are nil where there is none
	when                       *expression
	tests                      []plan.OrgUnitTest
	// whoever is the condition for a person of whom nothing is known.
	whoever cel.Program
	// assigned tells that the rule holds only for people with an active
	// assignment at the school, so that only they need be asked about.
	assigned bool
	role     string
	prune    Prune
	create   bool
}

// everybody is the condition of a rule without one.
const everybody = "true"

// groupRules compiles the rules for groups.
func (c *compiler) groupRules(config Config, domain string) []groupRule {
	plain, err := c.language.extended(placeVariables()...)
	if err != nil {
		c.fail("groups", "prepare the rules' language: %w", err)
		return nil
	}
	ofSchools, err := plain.extended(cel.Variable("school", schoolType))
	if err != nil {
		c.fail("groups", "prepare the rules' language: %w", err)
		return nil
	}
	var compiled []groupRule
	for i, rule := range config.Groups {
		language := plain
		if rule.ForEach == ForEachSchool {
			language = ofSchools
		}
		compiled = append(compiled, c.groupRule(fmt.Sprintf("groups[%d]", i), rule, language, append(slices.Clone(config.Domains), domain)))
		c.language.asksToday = c.language.asksToday || language.asksToday
	}
	c.fightingRules(config.Groups)
	return compiled
}

func (c *compiler) groupRule(key string, rule GroupRule, language *language, domains []string) groupRule {
	compiled := groupRule{key: key, forSchools: rule.ForEach == ForEachSchool, prune: rule.Prune, create: rule.Create}
	if rule.ForEach != "" && !compiled.forSchools {
		c.fail(key+".forEach", "%q is not what a rule can have a group for each of; write forEach: school, or leave it out", rule.ForEach)
	}
	roles := map[string]string{"": plan.RoleMember, "member": plan.RoleMember, "manager": plan.RoleManager, "owner": plan.RoleOwner}
	if compiled.role = roles[rule.Role]; compiled.role == "" {
		names := []string{"member", "manager", "owner"}
		c.fail(key+".role", "%q is not a role; the roles are %s%s", rule.Role, strings.Join(names, ", "), plan.DidYouMean(rule.Role, names))
	}
	if !slices.Contains([]Prune{"", PruneNobody, PruneMembers}, rule.Prune) {
		c.fail(key+".prune", "%q is neither members nor false%s", rule.Prune, plan.DidYouMean(string(rule.Prune), []string{string(PruneMembers)}))
	}
	if !rule.Create && rule.Name+rule.Description != "" {
		c.fail(key, "name and description are those of a group that the rule creates; add create: true, or leave them out")
	}
	if rule.Address == "" {
		c.fail(key, "address is missing")
	} else {
		compiled.address = c.groupText(key+".address", rule.Address, language)
		c.groupAddress(key+".address", compiled, domains)
	}
	if rule.Name != "" {
		compiled.name = c.groupText(key+".name", rule.Name, language)
	}
	if rule.Description != "" {
		compiled.description = c.groupText(key+".description", rule.Description, language)
	}
	condition := rule.When
	if strings.TrimSpace(condition) == "" {
		condition = everybody
	}
	when, tests, wrong := language.membership(condition)
	c.failAt(key+".when", wrong)
	if when == nil {
		return compiled
	}
	compiled.when, compiled.tests = when, tests
	var err error
	if compiled.whoever, err = language.env.Program(when.checked, cel.EvalOptions(cel.OptPartialEval), cel.CostLimit(costLimit)); err != nil {
		c.fail(key+".when", "%w", err)
	}
	if compiled.forSchools {
		compiled.assigned = asksAssignment(when.checked.NativeRep().Expr())
		if !slices.Contains(when.names, "school") {
			c.fail(key, "when does not ask for the school, so every school's group would have the same members; ask for it, as in school.number in staff.schools, or leave out forEach")
		}
	}
	return compiled
}

// groupText compiles a template that is the same for everybody in the group.
func (c *compiler) groupText(key, template string, language *language) *text {
	compiled, wrong := language.compileText(template)
	c.failAt(key, wrong)
	if compiled == nil {
		return nil
	}
	for _, part := range compiled.parts {
		if part.compiled == nil {
			continue
		}
		for _, name := range part.compiled.names {
			if name == "staff" || name == "today" {
				c.fail(key, "%s has no meaning here, since the group is the same for everybody in it; with forEach: school there is school.abbreviation", name)
			}
		}
	}
	return compiled
}

// groupAddress checks as much of an address as is known before it is filled in.
func (c *compiler) groupAddress(key string, rule groupRule, domains []string) {
	if rule.address == nil {
		return
	}
	literal, fixed := rule.address.literal()
	switch {
	case fixed && rule.forSchools:
		c.fail(key, "every school would have the same group; put what tells them apart into it, such as ${lower(school.abbreviation)}")
	case fixed:
		if err := checkGroupAddress(strings.ToLower(literal), domains); err != nil {
			c.fail(key, "%w", err)
		}
	default:
		last := rule.address.parts[len(rule.address.parts)-1]
		if _, domain, ok := strings.Cut(last.literal, "@"); !ok || !slices.Contains(domains, strings.ToLower(domain)) {
			c.fail(key, "the address must end in @ and one of the district's domains (%s)", strings.Join(domains, ", "))
		}
	}
}

// checkGroupAddress refuses what cannot be the address of a group of the
// district's.
func checkGroupAddress(address string, domains []string) error {
	if err := checkAddressOf("a group", address); err != nil {
		return fmt.Errorf("the group's address %q %w", address, err)
	}
	if _, domain, _ := strings.Cut(address, "@"); !slices.Contains(domains, domain) {
		return fmt.Errorf("the group's address %q is outside the district's domains (%s)", address, strings.Join(domains, ", "))
	}
	return nil
}

// fightingRules refuses rules for one address that contradict each other.
func (c *compiler) fightingRules(rules []GroupRule) {
	for i, rule := range rules {
		for j, earlier := range rules[:i] {
			if rule.Address == "" || !strings.EqualFold(rule.Address, earlier.Address) || rule.ForEach != earlier.ForEach {
				continue
			}
			if fight := fightOf(rule.Prune, earlier.Prune, rule.Create && earlier.Create, rule.Name+"\n"+rule.Description != earlier.Name+"\n"+earlier.Description); fight != "" {
				c.fail(fmt.Sprintf("groups[%d]", i), "groups[%d] is about the same group %s, and %s", j, rule.Address, fight)
			}
		}
	}
}

// fightOf says in which way two rules for one group contradict each other, empty
// where they do not.
func fightOf(prune, other Prune, bothCreate, namesDiffer bool) string {
	switch {
	case prune != "" && other != "" && prune != other:
		return "one of them takes members out (prune: members) and the other does not (prune: false); let one of them say it"
	case bothCreate && namesDiffer:
		return "both create it, with other names or descriptions; let one of them say it"
	}
	return ""
}

// asksAssignment tells whether the condition holds only where the school is one
// of the person's: where that is a part of it, joined by && alone.
func asksAssignment(e ast.Expr) bool {
	if e.Kind() != ast.CallKind {
		return false
	}
	call := e.AsCall()
	switch call.FunctionName() {
	case operators.LogicalAnd:
		return slices.ContainsFunc(call.Args(), asksAssignment)
	case operators.In:
		return isField(call.Args()[0], "school", "number") && isField(call.Args()[1], "staff", "schools")
	}
	return false
}

func isField(e ast.Expr, of, field string) bool {
	return e.Kind() == ast.SelectKind && e.AsSelect().FieldName() == field &&
		e.AsSelect().Operand().Kind() == ast.IdentKind && e.AsSelect().Operand().AsIdent() == of
}
