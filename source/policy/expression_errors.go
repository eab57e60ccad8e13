package policy

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"github.com/staffsync/staffsync/plan"
)

// positioned is an error at a place in an expression's text, both numbers
// from 1.
type positioned struct {
	line, column int
	err          error
}

// syntaxErrors words what the parser finds wrong. Only the first error says
// something; the parser has lost its way after it.
func (l *language) syntaxErrors(issues *cel.Issues) []*positioned {
	first := issues.Errors()[0]
	message, _, _ := strings.Cut(strings.TrimPrefix(first.Message, "Syntax error: "), " expecting {")
	if strings.HasPrefix(message, "mismatched input '<EOF>'") {
		message = "the expression is not finished"
	}
	return []*positioned{at(first, errors.New(message))}
}

// typeErrors words what the checker finds wrong, with a suggestion for a
// misspelt name.
func (l *language) typeErrors(parsed *cel.Ast, issues *cel.Issues) []*positioned {
	nodes := make(map[int64]ast.Expr)
	ast.PreOrderVisit(parsed.NativeRep().Expr(), ast.NewExprVisitor(func(e ast.Expr) { nodes[e.ID()] = e }))
	var all []*positioned
	for _, issue := range issues.Errors() {
		problem := at(issue, l.typeError(nodes[issue.ExprID], issue.Message))
		if strings.HasPrefix(issue.Message, "undefined field") {
			problem.column++ // CEL points at the dot before the field
		}
		all = append(all, problem)
	}
	return all
}

// at places an error. One about the expression as a whole, such as too deep a
// nesting, has no place of its own and is at the beginning.
func at(issue *cel.Error, err error) *positioned {
	return &positioned{line: max(issue.Location.Line(), 1), column: max(issue.Location.Column()+1, 1), err: err}
}

func (l *language) typeError(node ast.Expr, message string) error {
	if node == nil {
		return errors.New(message)
	}
	switch {
	case node.Kind() == ast.SelectKind && strings.HasPrefix(message, "undefined field"):
		name := node.AsSelect().FieldName()
		switch operand := node.AsSelect().Operand(); {
		case isStaff(operand) && l.extrasOnly:
			return fmt.Errorf("the attribute is sensitive and may read extras only (staff.extra.NAME), not staff.%s", name)
		case isStaff(operand) && name == "active":
			return errors.New("source.active decides whether staff.active, so the rule cannot ask it; size(staff.schools) > 0 is an active assignment at any school")
		case isStaff(operand):
			return fmt.Errorf("staff has no field %s%s", name, suggestion(name, namesOf(l.staff)))
		case l.hidden[name] != "" && !isStaff(operand):
			return fmt.Errorf("staff.extra.%s is what the sensitive attribute %s is made of, so only sensitive attributes may read it", name, l.hidden[name])
		case operand.Kind() == ast.IdentKind && operand.AsIdent() == "school":
			return fmt.Errorf("school has no field %s%s", name, suggestion(name, schoolNames()))
		case isExtra(operand) && len(l.extras) == 0:
			return fmt.Errorf("there is no staff.extra.%s: source.extras declares none", name)
		case isExtra(operand):
			extras := namesOf(l.extras)
			return fmt.Errorf("there is no staff.extra.%s: source.extras declares %s%s", name, strings.Join(extras, ", "), plan.DidYouMean(name, extras))
		}
	case node.Kind() == ast.IdentKind && strings.HasPrefix(message, "undeclared reference"):
		name := node.AsIdent()
		switch {
		case l.extrasOnly && name == "today":
			return errors.New("the attribute is sensitive and may read extras only (staff.extra.NAME), not today")
		case name == "account" && l.members:
			return fmt.Errorf("account has orgUnit alone, which a rule compares with texts: account.orgUnit == \"/Staff\", != or in [\"/Staff\"], account.orgUnit.startsWith(\"/Staff/\"), endsWith, contains or matches")
		case name == "school" && l.members:
			return errors.New("there is no school; a rule with forEach: school has one")
		}
		if slices.Contains(namesOf(l.staff), name) {
			return fmt.Errorf("there is no %s; did you mean staff.%s?", name, name)
		}
		return fmt.Errorf("there is no %s%s", name, plan.DidYouMean(name, append(l.variables(), staffTypes...)))
	}
	if message == "invalid matches argument" && node.Kind() == ast.LiteralKind {
		if pattern, ok := node.AsLiteral().Value().(string); ok {
			if _, err := regexp.Compile(pattern); err != nil {
				return fmt.Errorf("the regular expression is malformed: %w", err)
			}
		}
	}
	if m := badOperator.FindStringSubmatch(message); m != nil {
		return fmt.Errorf("the operator %s does not go with %s and %s", strings.TrimPrefix(m[1], "@"), m[2], m[3])
	}
	return errors.New(strings.ReplaceAll(message, " (in container '')", ""))
}

// badOperator is CEL's message about an operator between two types that it
// does not take.
var badOperator = regexp.MustCompile(`^found no matching overload for '_?([^_\[']+)_?' applied to '\((.+), (.+)\)'$`)

func isStaff(e ast.Expr) bool { return e.Kind() == ast.IdentKind && e.AsIdent() == "staff" }

func isExtra(e ast.Expr) bool {
	return e.Kind() == ast.SelectKind && e.AsSelect().FieldName() == "extra" && isStaff(e.AsSelect().Operand())
}

// suggestion names the field that is most like the name, or lists them all.
func suggestion(name string, fields []string) string {
	if hint := plan.DidYouMean(name, fields); hint != "" {
		return hint
	}
	return "; it has " + strings.Join(fields, ", ")
}
