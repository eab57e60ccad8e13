package plan

import (
	"regexp"
	"slices"
	"strings"
)

// DesiredGroup is a group whose members the policy manages.
type DesiredGroup struct {
	// Address is in lower case: the group's own or an alias of it.
	Address string      `yaml:"address"`
	Rules   []GroupRule `yaml:"rules"`
}

// GroupRule is what one rule of the policy says of one group.
type GroupRule struct {
	// Rule is the rule's key in the config, such as groups[1].
	Rule string `yaml:"rule"`
	// Role is the one that its members have at least.
	Role string `yaml:"role"`
	// Prune has plain members leave to whom no rule of the group applies.
	Prune bool `yaml:"prune,omitempty"`
	// Create has the group created, with Name and Description, where there is
	// none.
	Create      bool   `yaml:"create,omitempty"`
	Name        string `yaml:"name,omitempty"`
	Description string `yaml:"description,omitempty"`
	// Tests are what the rule asks of the org unit of an account, as it is after
	// the plan, and Cases says for each outcome of them who belongs. Whoever is
	// in no case of an outcome does not.
	Tests []OrgUnitTest `yaml:"tests,omitempty,flow"`
	Cases []GroupCase   `yaml:"cases,omitempty"`
	// Outside are the outcomes for which the rule holds for nobody, whoever it
	// is: it is not about accounts there, and leaves them as they are.
	Outside []string `yaml:"outside,omitempty,flow"`
}

// GroupCase is one outcome of a rule's tests.
type GroupCase struct {
	// Outcome has a sign for each test: y where it holds, else n.
	Outcome string `yaml:"outcome,omitempty"`
	// People are the DCIDs of those who belong, ascending.
	People []int64 `yaml:"people,omitempty,flow"`
	// Undecided are the people for whom the rule fails, by DCID.
	Undecided []UndecidedMember `yaml:"undecided,omitempty"`
}

// UndecidedMember is somebody for whom a rule for a group fails.
type UndecidedMember struct {
	DCID    int64  `yaml:"dcid"`
	Problem string `yaml:"problem"`
}

// OrgUnitTest asks how an org unit's path compares with texts.
type OrgUnitTest struct {
	// By is the name of the function or operator in the rule.
	By    OrgUnitRelation `yaml:"by"`
	Texts []string        `yaml:"texts,flow"`
}

// OrgUnitRelation is how a rule compares an org unit's path with a text.
type OrgUnitRelation string

// The relations, by their names in rules. All but matches are without regard to
// letter case and Unicode form, as Google compares org units.
const (
	OrgUnitIs         OrgUnitRelation = "is"
	OrgUnitStartsWith OrgUnitRelation = "startsWith"
	OrgUnitEndsWith   OrgUnitRelation = "endsWith"
	OrgUnitContains   OrgUnitRelation = "contains"
	OrgUnitMatches    OrgUnitRelation = "matches"
)

// Holds tells whether the test holds for the path: for one of its texts.
func (t OrgUnitTest) Holds(path string) bool {
	key := orgUnitKey(path)
	return slices.ContainsFunc(t.Texts, func(text string) bool {
		switch t.By {
		case OrgUnitStartsWith:
			return strings.HasPrefix(key, orgUnitKey(text))
		case OrgUnitEndsWith:
			return strings.HasSuffix(key, orgUnitKey(text))
		case OrgUnitContains:
			return strings.Contains(key, orgUnitKey(text))
		case OrgUnitMatches:
			pattern, err := regexp.Compile(text)
			return err == nil && pattern.MatchString(path)
		}
		return key == orgUnitKey(text)
	})
}

// Outcome is that of the rule's tests for the path.
func (r *GroupRule) Outcome(path string) string {
	var outcome strings.Builder
	for _, test := range r.Tests {
		if test.Holds(path) {
			outcome.WriteByte('y')
		} else {
			outcome.WriteByte('n')
		}
	}
	return outcome.String()
}

// Belongs tells whether the person with that DCID belongs to the group by the rule
// where its tests have that outcome, or why that cannot be told.
func (r *GroupRule) Belongs(dcid int64, outcome string) (belongs bool, problem string) {
	for i := range r.Cases {
		one := &r.Cases[i]
		if one.Outcome != outcome {
			continue
		}
		for _, undecided := range one.Undecided {
			if undecided.DCID == dcid {
				return false, undecided.Problem
			}
		}
		_, belongs = slices.BinarySearch(one.People, dcid)
	}
	return belongs, ""
}

// GroupState is a group as it is.
type GroupState struct {
	// Address is the primary one, empty where there is no such group.
	Address string `yaml:"address,omitempty"`
	// Members are the direct ones.
	Members []Member `yaml:"members,omitempty"`
	// Dynamic tells that Google computes the members, and nobody edits them. It is
	// false too where the target does not tell.
	Dynamic bool `yaml:"dynamic,omitempty"`
	// Problem is what the target said where it does not let anybody know.
	Problem string `yaml:"problem,omitempty"`
}

// Member is a direct member of a group.
type Member struct {
	// ID is the immutable id of an account or a group.
	ID   string `yaml:"id,omitempty"`
	Role string `yaml:"role"`
	// Group is the primary address of a member that is a group.
	Group string `yaml:"group,omitempty"`
	// Everybody tells that the member stands for all accounts of the customer.
	Everybody bool `yaml:"everybody,omitempty"`
}

// GroupField is what conflicts call somebody's membership of the group.
func GroupField(address string) string { return GroupID(address) }
