package policy

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"

	"github.com/staffsync/staffsync/plan"
)

// maxOrgUnitTests is how many different comparisons of account.orgUnit one rule
// may have: it is evaluated for each outcome of them.
const maxOrgUnitTests = 6

// placeName names the variable that stands for the outcome of a test. No
// expression can spell it.
func placeName(i int) string { return fmt.Sprintf("org unit test %d", i) }

// orgUnitTests finds the tests of account.orgUnit in a rule for groups. What an
// account's org unit will be is known only when Google has been read, so each test
// is left to the comparison, and a variable takes its place.
type orgUnitTests struct {
	factory ast.ExprFactory
	tests   []plan.OrgUnitTest
	// at is where a problem is, by the id of the expression.
	at      int64
	problem error
}

// membership compiles a rule for groups: whether somebody is in one.
func (l *language) membership(text string) (*expression, []plan.OrgUnitTest, []*positioned) {
	parsed, issues := l.env.Parse(text)
	if issues.Err() != nil {
		return nil, nil, l.syntaxErrors(issues)
	}
	found := orgUnitTests{factory: ast.NewExprFactory()}
	ast.PostOrderVisit(parsed.NativeRep().Expr(), ast.NewExprVisitor(found.visit))
	if found.problem != nil {
		place := parsed.NativeRep().SourceInfo().GetStartLocation(found.at)
		return nil, nil, []*positioned{{line: max(place.Line(), 1), column: max(place.Column()+1, 1), err: found.problem}}
	}
	compiled, wrong := l.check(text, parsed, isBool, aBool)
	return compiled, found.tests, wrong
}

// placeVariables declares the variables that stand for tests.
func placeVariables() []cel.EnvOption {
	var options []cel.EnvOption
	for i := range maxOrgUnitTests {
		options = append(options, cel.Variable(placeName(i), cel.BoolType))
	}
	return options
}

// visit puts a variable into the place of a test.
func (o *orgUnitTests) visit(e ast.Expr) {
	if e.Kind() != ast.CallKind || o.problem != nil {
		return
	}
	test, negated, is := testOf(e.AsCall())
	if !is {
		return
	}
	if test.By == plan.OrgUnitMatches {
		if _, err := regexp.Compile(test.Texts[0]); err != nil {
			o.at, o.problem = e.ID(), fmt.Errorf("the regular expression is malformed: %w", err)
			return
		}
	}
	at := slices.IndexFunc(o.tests, func(known plan.OrgUnitTest) bool { return known.By == test.By && slices.Equal(known.Texts, test.Texts) })
	if at < 0 {
		at = len(o.tests)
		o.tests = append(o.tests, test)
	}
	if at == maxOrgUnitTests {
		o.at, o.problem = e.ID(), fmt.Errorf("a rule compares account.orgUnit with at most %d texts; use account.orgUnit in [\"/Staff\", …], or matches", maxOrgUnitTests)
		return
	}
	place := o.factory.NewIdent(e.ID(), placeName(at))
	if negated {
		const beyondAny = 1 << 40 // no expression has as many parts
		place = o.factory.NewCall(e.ID(), operators.LogicalNot, o.factory.NewIdent(beyondAny+e.ID(), placeName(at)))
	}
	e.SetKindCase(place)
}

// testOf reads a comparison of account.orgUnit with texts.
func testOf(call ast.CallExpr) (test plan.OrgUnitTest, negated, is bool) {
	operands := call.Args()
	if call.IsMemberFunction() {
		operands = append([]ast.Expr{call.Target()}, operands...)
	}
	if len(operands) != 2 {
		return plan.OrgUnitTest{}, false, false
	}
	subject, texts := operands[0], operands[1]
	relation, known := map[string]plan.OrgUnitRelation{
		operators.Equals: plan.OrgUnitIs, operators.NotEquals: plan.OrgUnitIs, operators.In: plan.OrgUnitIs,
		"startsWith": plan.OrgUnitStartsWith, "endsWith": plan.OrgUnitEndsWith, "contains": plan.OrgUnitContains, "matches": plan.OrgUnitMatches,
	}[call.FunctionName()]
	swaps := call.FunctionName() == operators.Equals || call.FunctionName() == operators.NotEquals
	if swaps && isOrgUnit(texts) {
		subject, texts = texts, subject
	}
	if !known || !isOrgUnit(subject) {
		return plan.OrgUnitTest{}, false, false
	}
	test.By = relation
	if call.FunctionName() == operators.In {
		if texts.Kind() != ast.ListKind {
			return plan.OrgUnitTest{}, false, false
		}
		for _, element := range texts.AsList().Elements() {
			text, ok := textOf(element)
			if !ok {
				return plan.OrgUnitTest{}, false, false
			}
			test.Texts = append(test.Texts, text)
		}
		return test, false, len(test.Texts) > 0
	}
	text, ok := textOf(texts)
	test.Texts = []string{text}
	return test, call.FunctionName() == operators.NotEquals, ok
}

// isOrgUnit tells whether the expression is account.orgUnit. Lower case makes no
// difference, since org units are compared without letter case.
func isOrgUnit(e ast.Expr) bool {
	switch e.Kind() {
	case ast.SelectKind:
		of := e.AsSelect()
		return of.FieldName() == "orgUnit" && !of.IsTestOnly() && of.Operand().Kind() == ast.IdentKind && of.Operand().AsIdent() == "account"
	case ast.CallKind:
		call := e.AsCall()
		switch {
		case call.FunctionName() == "lower" && !call.IsMemberFunction() && len(call.Args()) == 1:
			return isOrgUnit(call.Args()[0])
		case call.FunctionName() == "lowerAscii" && call.IsMemberFunction():
			return isOrgUnit(call.Target())
		}
	}
	return false
}

func textOf(e ast.Expr) (string, bool) {
	if e.Kind() != ast.LiteralKind {
		return "", false
	}
	text, ok := e.AsLiteral().(types.String)
	return string(text), ok
}

// outcomes are all those that the tests can have: of the truth values of their
// variables, by the signs of plan.GroupCase.
func outcomes(tests int) map[string]map[string]bool {
	all := make(map[string]map[string]bool)
	for n := range 1 << tests {
		var outcome strings.Builder
		places := make(map[string]bool)
		for i := range tests {
			holds := n>>i&1 == 1
			places[placeName(i)] = holds
			if holds {
				outcome.WriteByte('y')
			} else {
				outcome.WriteByte('n')
			}
		}
		all[outcome.String()] = places
	}
	return all
}
