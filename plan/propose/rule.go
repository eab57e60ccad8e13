package propose

import (
	"slices"
	"strconv"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// Member is an active member of staff, with their account as far as it is certain
// which one that is.
type Member struct {
	plan.Person
	// Type is the staff type by the name that rules have for it, such as
	// Substitute.
	Type string
	// Account is the address of the account, and OrgUnit where it is; both are
	// empty where the account is suspended or not known.
	Account, OrgUnit string
}

// Substitute is the staff type of substitute teachers.
const Substitute = "SUBSTITUTE"

// Rule gives the org unit of those for whom it holds.
type Rule struct {
	// Type and Buildings say for whom; an empty one says nothing.
	Type      string
	Buildings []string
	Path      Path
}

func (r Rule) holds(m Member) bool {
	return (r.Type == "" || r.Type == m.Type) && (len(r.Buildings) == 0 || slices.Contains(r.Buildings, m.Building))
}

// When is the rule's condition as a config has it, empty where it holds for all.
func (r Rule) When() string {
	var conditions []string
	if r.Type != "" {
		conditions = append(conditions, "staff.type == "+r.Type)
	}
	var names []string
	for _, building := range r.Buildings {
		names = append(names, strconv.Quote(building))
	}
	switch len(names) {
	case 0:
	case 1:
		conditions = append(conditions, "staff.building == "+names[0])
	default:
		conditions = append(conditions, "staff.building in ["+strings.Join(names, ", ")+"]")
	}
	return strings.Join(conditions, " && ")
}

// ruleFor is the first rule that holds. The last one holds for everybody.
func ruleFor(rules []Rule, m Member) Rule {
	return rules[slices.IndexFunc(rules, func(r Rule) bool { return r.holds(m) })]
}

// merged joins the rules of single buildings that have one path, sorted by the
// first building.
func merged(rules []Rule) []Rule {
	var all []Rule
	slices.SortFunc(rules, func(a, b Rule) int { return strings.Compare(a.Buildings[0], b.Buildings[0]) })
	for _, rule := range rules {
		same := func(other Rule) bool { return slices.Equal(other.Path, rule.Path) }
		if i := slices.IndexFunc(all, same); i >= 0 {
			all[i].Buildings = append(all[i].Buildings, rule.Buildings...)
			continue
		}
		all = append(all, rule)
	}
	return all
}
