package policy

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"

	"github.com/staffsync/staffsync/plan"
)

// joiningRules say when somebody new gets an account, and until when that waits in
// its own org unit. Either may be nil.
type joiningRules struct{ from, until *expression }

func (r joiningRules) any() bool { return r.from != nil || r.until != nil }

// joiningFailure is a rule that fails for the person.
type joiningFailure struct {
	rule string
	err  error
}

// joiningRules compiles the dates of new accounts, and checks the waiting org unit.
func (c *compiler) joiningRules(config NewAccounts, units OrgUnits) joiningRules {
	rules := joiningRules{from: c.date(plan.RuleNewFrom, config.From), until: c.date(plan.RuleWaitingUntil, config.WaitingUntil)}
	unit := config.WaitingOrgUnit
	hasUntil := strings.TrimSpace(config.WaitingUntil) != ""
	switch {
	case unit == "" && hasUntil:
		c.fail(plan.RuleWaitingUntil, "newAccounts.waitingOrgUnit is missing, where new accounts wait until then")
	case unit == "":
	case !hasUntil:
		c.fail(plan.RuleWaiting, "newAccounts.waitingUntil is missing, the day on which an account leaves it, such as ${staff.extra.hireDate}")
	case units.Suspended != "" && plan.Under(unit, units.Suspended):
		c.fail(plan.RuleWaiting, "it is in orgUnits.suspended, where no active account may be")
	case plan.WithinAny(unit, units.Frozen):
		c.fail(plan.RuleWaiting, "it is among orgUnits.frozen, so no account would ever be moved out of it")
	default:
		if err := checkFixedOrgUnit(unit); err != nil {
			c.fail(plan.RuleWaiting, "%w", err)
		}
	}
	return rules
}

// date compiles a rule that gives a day, nil where there is none.
func (c *compiler) date(key, text string) *expression {
	text = strings.TrimRight(text, " \t\r\n")
	if text == "" {
		return nil
	}
	compiled, wrong := c.language.date(text)
	c.failAt(key, wrong)
	return compiled
}

// date compiles an expression that gives a day, in ${} or not.
func (l *language) date(text string) (*expression, []*positioned) {
	compile := func(expression string) (*expression, []*positioned) {
		return l.compile(expression, func(t *cel.Type) bool { return t.IsExactType(cel.TimestampType) }, "a date (timestamp)")
	}
	pieces, wrong := splitTemplate(text)
	switch {
	case wrong != nil:
		line, column := place(text, wrong.at)
		return nil, []*positioned{{line: line, column: column, err: wrong.err}}
	case len(pieces) == 1 && pieces[0].expression != "":
		compiled, wrong := compile(pieces[0].expression)
		return compiled, pieces[0].placed(text, wrong)
	case slices.ContainsFunc(pieces, func(p piece) bool { return p.expression != "" }):
		return nil, []*positioned{{line: 1, column: 1, err: errors.New("this must be one date, such as ${staff.extra.hireDate - days(5)}, with nothing before or after it")}}
	}
	return compile(text)
}

// joiningOf says when the active person's account is made if it is new. The dates
// that have come are left out.
func (p *Policy) joiningOf(who *activation) (*plan.Joining, []joiningFailure) {
	if !p.joining.any() {
		return nil, nil
	}
	var joining plan.Joining
	var failures []joiningFailure
	for _, date := range []struct {
		rule *expression
		key  string
		into *string
	}{{p.joining.from, plan.RuleNewFrom, &joining.From}, {p.joining.until, plan.RuleWaitingUntil, &joining.WaitsUntil}} {
		if date.rule == nil {
			continue
		}
		day, err := date.rule.day(who)
		switch {
		case err != nil:
			failures = append(failures, joiningFailure{date.key, err})
		case day.After(p.today.Time):
			*date.into = day.Format(time.DateOnly)
		}
	}
	if len(failures) > 0 {
		joining = plan.Joining{Undecided: fmt.Sprintf("%s: %v", failures[0].rule, failures[0].err)}
	}
	if joining == (plan.Joining{}) {
		return nil, nil
	}
	return &joining, failures
}

// day returns the expression's date for a person as midnight UTC.
func (e *expression) day(who *activation) (time.Time, error) {
	value, err := e.evaluate(who)
	if err != nil {
		return time.Time{}, err
	}
	moment, ok := value.(types.Timestamp)
	if !ok {
		return time.Time{}, fmt.Errorf("%s gives %s, which is not a date", e.text, value.Type().TypeName())
	}
	return moment.UTC().Truncate(24 * time.Hour), nil
}
