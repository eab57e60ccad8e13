package policy

import (
	"slices"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

// Everybody returns of everybody in the district, whatever the rules decide about
// them, what tells whose an account is: DCID, address, names and external ids. An
// id whose rule fails for the person is left out.
func (p *Policy) Everybody(district source.District) []plan.Fields {
	staff := slices.Clone(district.Staff)
	for _, left := range district.LeftOut {
		staff = append(staff, left.Staff)
	}
	everybody := make([]plan.Fields, 0, len(staff))
	for i := range staff {
		who := activation{today: p.today}
		who.person(&staff[i])
		account := p.active(&staff[i], &who, "", nil)
		account.Attributes = nil
		everybody = append(everybody, account.Fields)
	}
	return everybody
}
