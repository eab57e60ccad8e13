package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

const (
	// categoriesAtMost and fieldsAtMost are how many categories (schemas) of custom
	// attributes a customer has at most, and fields each of them.
	categoriesAtMost = 100
	fieldsAtMost     = 100
)

// whenSearched says when a search by ranges begins to find accounts by a new
// attribute (https://developers.google.com/admin-sdk/directory/v1/guides/search-users).
const whenSearched = "Google does not say how soon a new attribute can be searched by ranges (a search follows most changes within an hour, all within 36 hours); until then staffsync reads every account"

// NewAttributes plans the custom attributes that the config names and the directory,
// of which only the domain, the customer and the attributes are asked, lacks. One
// that is there is never changed: where it is not as the config needs it, that is a
// conflict. Policy is the fingerprint of the config's.
func NewAttributes(configured []plan.ConfiguredAttribute, actual plan.Actual, policy string, limits plan.Limits) plan.Plan {
	p := plan.Plan{
		Version: plan.FileVersion, Domain: actual.Domain, Customer: actual.Customer, Policy: policy, Actions: []plan.Action{},
	}
	room := newRoom(actual.Attributes)
	for _, attribute := range configured {
		if existing, err := plan.FindAttribute(actual.Attributes, attribute.Name); err == nil {
			p.Conflicts = append(p.Conflicts, unfit(attribute, existing)...)
			continue
		}
		if problem, remedy := room.refuses(attribute.Name, actual.Attributes); problem != "" {
			p.Conflicts = append(p.Conflicts, attributeConflict(attribute, problem, remedy))
			continue
		}
		room.take(attribute.Name)
		p.Actions = append(p.Actions, creation(attribute))
	}
	p.Sort()
	p.Summary.CreateAttributes, p.Summary.Conflicts = len(p.Actions), len(p.Conflicts)
	p.Limits = limits.Check(map[plan.LimitName]int{plan.LimitCreateAttributes: len(p.Actions)}, func(plan.LimitName) int { return len(configured) })
	p.Blocked = p.Limits.Blocked()
	return p
}

// compareFor is the comparison of the states that a plan was made of. One that only
// creates attributes was made of no account, and of a directory that accounts cannot
// be compared with yet.
func compareFor(made plan.Plan, desired plan.Desired, actual plan.Actual) (*comparison, error) {
	if made.MadeBy() != plan.MadeByAttributes {
		return compare(desired, actual)
	}
	c := &comparison{rules: desired.Rules, desired: desired, actual: actual, orgUnits: plan.NewOrgUnits(nil), attributes: make(map[string]plan.Attribute)}
	for _, attribute := range actual.Attributes {
		c.attributes[attribute.Name] = attribute
	}
	return c, nil
}

// creation is the action that creates the attribute.
func creation(attribute plan.ConfiguredAttribute) plan.Action {
	reason := "the config writes to it (attributes), and the directory lacks it"
	if attribute.Match {
		reason = "it is to hold the DCID (match), and the directory lacks it"
		if attribute.New().NumericIndex {
			reason += "; " + whenSearched
		}
	}
	action := plan.Action{
		ID: plan.AttributeID(attribute.Name), Kind: plan.CreateAttribute, Account: attribute.Name,
		Reason: reason, Changes: attribute.New().CreationChanges(),
	}
	action.Undo = action.CannotUndo()
	return action
}

const byHand = "in the Admin console under Directory > Users > More options > Manage custom attributes"

// unfit says where an attribute that is there is not as the config needs it, and
// what a person can do: staffsync changes none that is there.
func unfit(configured plan.ConfiguredAttribute, existing plan.Attribute) []plan.Conflict {
	another := "name another attribute in the config; or, after saving its values elsewhere, delete this one " + byHand + ", and plan again"
	var err error
	switch {
	case configured.Match:
		if err = existing.CheckMatch(); err == nil && configured.Fixed {
			err = existing.Misfit(configured)
		}
		if err == nil && !(existing.Type == plan.TypeInt64 && existing.Indexed && existing.NumericIndex) && configured.Type == plan.TypeInt64 {
			return []plan.Conflict{attributeConflict(configured, notSearchable(existing),
				"nothing, if that is fast enough; else have it indexed with the Directory API (schemas.update with indexed, and with numericIndexingSpec on a whole number), which replaces all fields of the category: send every one of them")}
		}
	case existing.MultiValued:
		err = existing.CheckManaged()
	default:
		err = existing.Misfit(configured)
	}
	if err == nil {
		return nil
	}
	return []plan.Conflict{attributeConflict(configured, err.Error(), another)}
}

// notSearchable says why ranges of DCIDs cannot be searched for.
func notSearchable(match plan.Attribute) string {
	why := "has no numeric index"
	switch {
	case match.Type != plan.TypeInt64:
		why = "is text"
	case !match.Indexed:
		why = "is not indexed"
	}
	return fmt.Sprintf("%s holds the DCID and %s, so that the directory cannot search it by ranges; every plan reads all accounts", match.Name, why)
}

func attributeConflict(attribute plan.ConfiguredAttribute, problem, remedy string) plan.Conflict {
	return plan.Conflict{Kind: plan.ConflictAttribute, ID: plan.AttributeID(attribute.Name), Account: attribute.Name, Problem: problem, Remedy: remedy}
}

// room is what place there is left for new attributes.
type room struct {
	// fields are how many each category has, by its name.
	fields map[string]int
}

func newRoom(existing []plan.Attribute) room {
	r := room{make(map[string]int)}
	for _, attribute := range existing {
		r.take(attribute.Name)
	}
	return r
}

func (r room) take(name string) {
	category, _, _ := strings.Cut(name, ".")
	r.fields[category]++
}

// refuses says why Google would not make an attribute of that name, and what to do.
func (r room) refuses(name string, existing []plan.Attribute) (problem, remedy string) {
	category, _, _ := strings.Cut(name, ".")
	for other := range r.fields {
		if other != category && strings.EqualFold(other, category) {
			return fmt.Sprintf("to Google the category %s is the same as %s, which is there or would be created first", category, other), "write its name in the same letters, as the directory has it"
		}
	}
	twin := slices.IndexFunc(existing, func(a plan.Attribute) bool { return strings.EqualFold(a.Name, name) })
	switch _, known := r.fields[category]; {
	case twin >= 0:
		return fmt.Sprintf("the directory has %s, which to Google is the same as %s", existing[twin].Name, name), "write its name in the config as the directory has it"
	case r.fields[category] >= fieldsAtMost:
		return fmt.Sprintf("the category %s has %d fields, the most that there may be", category, r.fields[category]), "name a field of another category in the config"
	case !known && len(r.fields) >= categoriesAtMost:
		return fmt.Sprintf("the directory has %d categories of custom attributes, the most that there may be", len(r.fields)), "name a field of a category that is there in the config"
	}
	return "", ""
}
