package policy

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/ext"
	"cel.dev/cel-go/interpreter"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

// costLimit is how much work one expression may do for one person, in CEL's
// units of cost. A usual rule takes fewer than 100; a million takes well
// under a second.
const costLimit = 1_000_000

// stringsVersion is the version of CEL's string functions, which never
// changes what a rule means by itself.
const stringsVersion = 4

// maxDays is a century: durations do not go much further.
const maxDays = 36525

// staffTypes name the values of schoolstaff.staffstatus, from 0 on.
var staffTypes = []string{"UNASSIGNED", "TEACHER", "STAFF", "LUNCH", "SUBSTITUTE"}

// StaffType is what rules write for a staff type (schoolstaff.staffstatus).
func StaffType(number int64) string {
	if number < 0 || number >= int64(len(staffTypes)) {
		return strconv.FormatInt(number, 10)
	}
	return staffTypes[number]
}

// language is CEL as rules speak it: with staff, the staff types as constants
// and functions on text.
type language struct {
	env           *cel.Env
	staff, extras []field
	extraColumns  map[string]string // PowerSchool's, by the extra's name
	// hidden are the extras that no rule of this language may read, by name,
	// with the sensitive attribute that does.
	hidden map[string]string
	// extrasOnly tells that it is the language of sensitive attributes, which
	// knows nothing of a person but the extras.
	extrasOnly bool
	// members tells that the rules are those for groups, which may ask for an
	// account's org unit.
	members bool
	// withAddress tells that it knows the address of the person's account.
	withAddress bool
	// numbers tells that it knows the number that tells candidates apart.
	numbers bool
	// asksToday tells that an expression that was compiled asks what day it is.
	asksToday bool
}

// newLanguage returns the language in which staff has the fields but for those
// of the names without, and staff.extra those that are not hidden.
func newLanguage(config source.Config, hidden map[string]string, without ...string) (*language, error) {
	return prepareLanguage(&language{hidden: hidden}, config, func(f field) bool { return !slices.Contains(without, f.name) })
}

// newAddressLanguage returns the language that knows the address of the person's
// account, too.
func newAddressLanguage(config source.Config, hidden map[string]string) (*language, error) {
	return prepareLanguage(&language{hidden: hidden, withAddress: true}, config, func(field) bool { return true })
}

// newSensitiveLanguage returns the language in which staff has the extras alone,
// and nobody knows what day it is.
func newSensitiveLanguage(config source.Config) (*language, error) {
	return prepareLanguage(&language{extrasOnly: true}, config, func(f field) bool { return f.celType == extraType })
}

func prepareLanguage(l *language, config source.Config, has func(field) bool) (*language, error) {
	l.staff = slices.DeleteFunc(slices.Clone(staffFields), func(f field) bool { return !has(f) })
	l.extraColumns = make(map[string]string)
	for _, name := range config.ExtraNames() {
		if l.hidden[name] != "" {
			continue
		}
		extra := config.Extras[name]
		l.extras = append(l.extras, extraField(name, extra.Type))
		l.extraColumns[name] = strings.ToLower(extra.Table + "." + extra.Column)
	}
	registry, err := types.NewRegistry()
	if err != nil {
		return nil, err
	}
	options := []cel.EnvOption{
		cel.CustomTypeAdapter(registry),
		cel.CustomTypeProvider(provider{
			Provider: registry,
			fields: map[string][]typedField{
				staffType.TypeName(): typed(l.staff), extraType.TypeName(): typed(l.extras), schoolType.TypeName(): schoolFields,
			},
		}),
		cel.Variable("staff", staffType),
		cel.Function("days", cel.Overload("days_int", []*cel.Type{cel.IntType}, cel.DurationType,
			cel.UnaryBinding(func(v ref.Val) ref.Val {
				n, ok := v.(types.Int)
				if !ok || n > maxDays || n < -maxDays {
					return types.NewErr("days takes a number from -%d to %d", maxDays, maxDays)
				}
				return types.Duration{Duration: time.Duration(n) * 24 * time.Hour}
			}))),
		ext.Strings(ext.StringsVersion(stringsVersion)),
		cel.ASTValidators(cel.ValidateRegexLiterals()),
	}
	options = append(options, textFunctions()...)
	if !l.extrasOnly {
		options = append(options, cel.Variable("today", cel.TimestampType))
	}
	if l.withAddress {
		options = append(options, cel.Variable("address", cel.StringType))
	}
	for i, name := range staffTypes {
		options = append(options, cel.Constant(name, cel.IntType, types.Int(i)))
	}
	l.env, err = cel.NewEnv(options...)
	return l, err
}

// extended returns the language of the rules for groups, with what the options
// add.
func (l *language) extended(options ...cel.EnvOption) (*language, error) {
	extended := *l
	var err error
	extended.members = true
	extended.env, err = l.env.Extend(options...)
	return &extended, err
}

// numbered returns the language of the templates for addresses, which knows a number.
func (l *language) numbered() (*language, error) {
	numbered := *l
	var err error
	numbered.numbers = true
	numbered.env, err = l.env.Extend(cel.Variable(numberVariable, cel.StringType))
	return &numbered, err
}

// variables are the names that a rule may begin with.
func (l *language) variables() []string {
	switch {
	case l.members:
		return []string{"staff", "today", "school", "account"}
	case l.numbers:
		return []string{"staff", "today", numberVariable}
	}
	return []string{"staff", "today"}
}

// expression is a compiled CEL expression.
type expression struct {
	text    string
	program cel.Program
	// columns are PowerSchool's that the expression reads, sorted, and extras the
	// names of the extras.
	columns, extras []string
	// names are the variables that it reads, sorted.
	names []string
	// checked is what the program was made of.
	checked *cel.Ast
}

// compile compiles and type-checks an expression; want describes the result
// that accepts takes.
func (l *language) compile(text string, accepts func(*cel.Type) bool, want string) (*expression, []*positioned) {
	parsed, issues := l.env.Parse(text)
	if issues.Err() != nil {
		return nil, l.syntaxErrors(issues)
	}
	return l.check(text, parsed, accepts, want)
}

// check type-checks what was parsed of the text.
func (l *language) check(text string, parsed *cel.Ast, accepts func(*cel.Type) bool, want string) (*expression, []*positioned) {
	checked, issues := l.env.Check(parsed)
	if issues.Err() != nil {
		return nil, l.typeErrors(parsed, issues)
	}
	if !accepts(checked.OutputType()) {
		return nil, []*positioned{{line: 1, column: 1, err: fmt.Errorf("this must give %s, and gives %s", want, cel.FormatCELType(checked.OutputType()))}}
	}
	columns, extras, names := make(map[string]bool), make(map[string]bool), make(map[string]bool)
	ast.PreOrderVisit(checked.NativeRep().Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() == ast.IdentKind {
			names[e.AsIdent()] = true
		}
		if column := l.column(e); column != "" {
			columns[column] = true
		}
		if e.Kind() == ast.SelectKind && checked.NativeRep().GetType(e.AsSelect().Operand().ID()).IsExactType(extraType) {
			extras[e.AsSelect().FieldName()] = true
		}
	}))
	l.asksToday = l.asksToday || names["today"]
	program, err := l.env.Program(checked, cel.EvalOptions(cel.OptOptimize), cel.CostLimit(costLimit))
	if err != nil {
		return nil, []*positioned{{line: 1, column: 1, err: err}}
	}
	return &expression{
		text: strings.TrimSpace(text), program: program, checked: checked,
		columns: slices.Sorted(maps.Keys(columns)), extras: slices.Sorted(maps.Keys(extras)), names: slices.Sorted(maps.Keys(names)),
	}, nil
}

// condition compiles an expression that is true or false.
func (l *language) condition(text string) (*expression, []*positioned) {
	return l.compile(text, isBool, aBool)
}

// aBool describes what isBool accepts.
const aBool = "true or false (bool)"

func isBool(t *cel.Type) bool { return t.IsExactType(cel.BoolType) }

// value compiles an expression that is part of a text.
func (l *language) value(text string) (*expression, []*positioned) {
	return l.compile(text, func(t *cel.Type) bool {
		return t.IsExactType(cel.StringType) || t.IsExactType(cel.IntType) || t.IsExactType(cel.UintType) ||
			t.IsExactType(cel.DoubleType) || t.IsExactType(cel.BoolType) || t.IsExactType(cel.TimestampType)
	}, "a text, number, date or truth value (string, int, uint, double, timestamp or bool)")
}

// evaluate returns the expression's value for a person.
func (e *expression) evaluate(who *activation) (ref.Val, error) {
	value, _, err := e.program.Eval(who)
	var cancelled interpreter.EvalCancelledError
	var words undecided
	switch {
	case err == nil:
		return value, nil
	case errors.As(err, &cancelled):
		return nil, fmt.Errorf("%s takes too much work for one person", e.text)
	case errors.As(err, &words):
		return nil, words
	}
	return nil, fmt.Errorf("%s: %w", e.text, err)
}

// holds tells whether a condition is true for a person.
func (e *expression) holds(who *activation) (bool, error) {
	value, err := e.evaluate(who)
	if err != nil {
		return false, err
	}
	return value == types.True, nil
}

// string returns the expression's value for a person as text.
func (e *expression) string(who *activation) (string, error) {
	value, err := e.evaluate(who)
	if err != nil {
		return "", err
	}
	switch v := value.(type) {
	case types.String:
		return string(v), nil
	case types.Int:
		return strconv.FormatInt(int64(v), 10), nil
	case types.Uint:
		return strconv.FormatUint(uint64(v), 10), nil
	case types.Bool:
		return strconv.FormatBool(bool(v)), nil
	case types.Timestamp:
		return v.Format(time.DateOnly), nil
	case types.Double:
		if f := float64(v); !math.IsNaN(f) && !math.IsInf(f, 0) {
			return strconv.FormatFloat(f, 'g', -1, 64), nil
		}
		return "", fmt.Errorf("%s gives %v, which is not a number", e.text, v)
	}
	return "", fmt.Errorf("%s gives %s, which cannot be part of a text", e.text, value.Type().TypeName())
}

// activation is what an expression is evaluated for: one person at a time, in a
// rule for the groups of schools at one school.
type activation struct {
	staff  record
	today  types.Timestamp
	school record
	// places are what is assumed of the tests of an account's org unit, by the
	// names of placeName.
	places map[string]bool
	// address is that of the person's account, for rules that know it.
	address string
}

// person makes the activation one for the person.
func (a *activation) person(staff *source.Staff) { a.staff = record{staffType, staff} }

// ResolveName knows the variables staff, today, school, address and number, and the
// places.
func (a *activation) ResolveName(name string) (any, bool) {
	switch name {
	case "staff":
		return a.staff, true
	case "today":
		return a.today, true
	case "school":
		return a.school, a.school.value != nil
	case "address":
		return a.address, true
	case numberVariable:
		return plan.NumberMark, true
	}
	holds, known := a.places[name]
	return holds, known
}

// Parent is nil: there are no further variables.
func (a *activation) Parent() cel.Activation { return nil }
