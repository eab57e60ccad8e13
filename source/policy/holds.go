package policy

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

// hold is a hold with its compiled expression, nil where it names a person.
type hold struct {
	plan.Hold
	when *expression
}

// WithHolds returns the policy with the holds that the district keeps. One whose
// expression does not compile has that as its problem.
func (p *Policy) WithHolds(holds []plan.Hold) (*Policy, error) {
	held := *p
	held.rules.KeepHolds, held.holds = true, nil
	language, err := newLanguage(p.source, p.hidden)
	if err != nil {
		return nil, fmt.Errorf("prepare the language of holds: %w", err)
	}
	for _, one := range holds {
		compiled := hold{Hold: one}
		if one.When != "" && one.Problem == "" {
			var wrong []*positioned
			if compiled.when, wrong = language.condition(one.When); len(wrong) > 0 {
				var words []string
				for _, problem := range wrong {
					words = append(words, (&plan.KeyError{Key: "when", Line: problem.line, Offset: problem.column, Err: problem.err}).Error())
				}
				compiled.Problem = strings.Join(words, "; ")
			}
		}
		held.holds = append(held.holds, compiled)
	}
	held.asksToday = p.asksToday || language.asksToday
	return &held, nil
}

// CheckHold checks the expression of a hold in the config under that key. The
// error is joined of one KeyError for each thing that is wrong.
func (p *Policy) CheckHold(key, when string) error {
	language, err := newLanguage(p.source, p.hidden)
	if err != nil {
		return plan.KeyErrorf(key, "prepare the language of holds: %w", err)
	}
	c := compiler{language: language}
	_, wrong := language.condition(when)
	c.failAt(key, wrong)
	return errors.Join(c.problems...)
}

// holdListed notes whom the holds of the person's DCID or address are of.
func (d decision) holdListed(staff *source.Staff) {
	for i := range d.holds {
		one := &d.state.Holds[i]
		if staff.DCID != 0 && (one.DCID == staff.DCID || one.Address != "" && strings.EqualFold(one.Address, staff.Email)) {
			one.People = append(one.People, person(staff))
		}
	}
}

// holdByRule notes which holds with an expression are of the person. Where one
// fails that is in force, whether the person is held is not known: it returns
// where that hold is.
func (d decision) holdByRule(staff *source.Staff, who *activation) (rule string, err error) {
	day := d.today.Format(time.DateOnly)
	for i := range d.holds {
		one := &d.holds[i]
		if one.when == nil || !one.InForce(day) {
			continue
		}
		switch holds, err := one.when.holds(who); {
		case err != nil:
			return one.Where, err
		case holds:
			d.state.Holds[i].People = append(d.state.Holds[i].People, person(staff))
		}
	}
	return "", nil
}
