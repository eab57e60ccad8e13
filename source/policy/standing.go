package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

// standings say who is active and which facts decided that.
type standings struct {
	policy  *Policy
	schools map[int64]string // the names by the number
}

func (p *Policy) standings(schools []source.School) standings {
	names := make(map[int64]string, len(schools))
	for _, school := range schools {
		names[school.Number] = school.Name
	}
	return standings{policy: p, schools: names}
}

// decide sets whether the person is active, where that is for a rule of the
// policy to say. A person for whom the rule fails stays active.
func (s standings) decide(staff *source.Staff, who *activation) error {
	rule := s.policy.activeRule
	if rule == nil {
		return nil
	}
	active, err := rule.holds(who)
	staff.Active = active || err != nil
	staff.Assigned = staff.Assigned && !staff.Active
	return err
}

// words says which facts made the person active or inactive. It is empty where
// the usual words are true: active at the home school, or no active assignment
// at all.
func (s standings) words(staff *source.Staff) string {
	rule := s.policy.source.Active
	atHome := slices.Contains(staff.Schools, staff.HomeSchool)
	switch {
	case rule.IsExpression() && !staff.Active && len(staff.Schools) > 0:
		return fmt.Sprintf("the rule source.active does not hold, although active at %s", s.list(staff.Schools))
	case rule.IsExpression() && !staff.Active:
		return "the rule source.active does not hold, and no active school assignment"
	case !staff.Active && !atHome && len(staff.Schools) > 0:
		return fmt.Sprintf("no active assignment at the home school %d; active at %s", staff.HomeSchool, numbers(staff.Schools))
	case staff.Active && len(staff.Schools) == 0:
		return "the rule source.active holds, without an active school assignment"
	case staff.Active && !atHome && staff.Building != "":
		return fmt.Sprintf("active at %s, home school %s without one", s.list(staff.Schools), staff.Building)
	}
	return ""
}

// warning is about an active person whom no assignment puts at the home school
// or at any school in which people work.
func (s standings) warning(staff *source.Staff) (plan.Warning, bool) {
	warning := plan.Warning{Kind: plan.WarningAway, Account: staff.Email, Staff: person(staff)}
	switch {
	case !staff.Active || len(staff.Schools) == 0:
		return plan.Warning{}, false
	case !slices.ContainsFunc(staff.Schools, func(number int64) bool { return !s.policy.source.IsPseudoSchool(number) }):
		warning.Message = fmt.Sprintf("active only at %s, where nobody works; end the assignment in PowerSchool if the person has left", numbers(staff.Schools))
	case !slices.Contains(staff.Schools, staff.HomeSchool):
		warning.Message = fmt.Sprintf("active only away from the home school: %s; end the assignment in PowerSchool if the person has left, or correct the home school", s.words(staff))
	default:
		return plan.Warning{}, false
	}
	return warning, true
}

// maxListed is how many schools are named of a person who is active at more.
const maxListed = 3

// list names the schools with their assignments.
func (s standings) list(schools []int64) string {
	return enumerate(schools, func(number int64) string {
		if name := s.schools[number]; name != "" {
			return fmt.Sprintf("%s (assignment %d)", name, number)
		}
		return fmt.Sprintf("school %d, which is not in the table schools", number)
	})
}

func numbers(schools []int64) string {
	return enumerate(schools, func(number int64) string { return fmt.Sprint(number) })
}

func enumerate(schools []int64, word func(int64) string) string {
	var named []string
	for _, number := range schools[:min(maxListed, len(schools))] {
		named = append(named, word(number))
	}
	if more := len(schools) - maxListed; more > 0 {
		named = append(named, fmt.Sprintf("%d more", more))
	}
	last := len(named) - 1
	if last == 0 {
		return named[0]
	}
	return strings.Join(named[:last], ", ") + " and " + named[last]
}
