package policy

import "github.com/staffsync/staffsync/plan"

// origins say where each field of an account comes from. They are the same
// for everybody but for the org unit rule, so accounts share them.
type origins struct {
	active   []map[string]string // by the place of the org unit rule
	inactive map[string]string
}

func (p *Policy) origins() origins {
	var all origins
	common := func() map[string]string {
		return map[string]string{
			p.rules.Match:          "PowerSchool users.dcid",
			plan.FieldPrimaryEmail: "PowerSchool users.email_addr",
			plan.FieldGivenName:    "PowerSchool users.first_name",
			plan.FieldFamilyName:   "PowerSchool users.last_name",
			plan.FieldSuspended:    "source.active: " + string(p.source.Active),
		}
	}
	all.inactive = common()
	all.inactive[plan.FieldOrgUnitPath] = "orgUnits.suspended"
	for _, rule := range p.orgUnits {
		active := common()
		active[plan.FieldOrgUnitPath] = rule.key
		for _, value := range p.attributes {
			active[value.field] = value.key
		}
		for _, value := range p.externalIDs {
			active[value.field] = value.key
		}
		all.active = append(all.active, active)
	}
	return all
}
