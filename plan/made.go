package plan

import "cmp"

// Maker names the command that made a plan.
type Maker string

const (
	// MadeByPlan is the command plan, which compares PowerSchool with Google.
	MadeByPlan Maker = "plan"
	// MadeByAdopt is the command adopt, which finds whose the accounts without a
	// DCID are.
	MadeByAdopt Maker = "adopt"
	// MadeByAttributes is the command init --attributes, which creates the custom
	// attributes that the config names.
	MadeByAttributes Maker = "attributes"
	// MadeByRevert is the command revert, which undoes what an apply did.
	MadeByRevert Maker = "revert"
)

// MadeWith is what the command that made a plan was told besides its config and the
// date, so that it can be run again.
type MadeWith struct {
	// Only are the people, buildings and kinds that it was to look at.
	Only []string `yaml:"only,omitempty"`
	// Files are what it was to read, by the flag that names each: paths with
	// forward slashes, as they were given.
	Files map[string]string `yaml:"files,omitempty"`
	// Leavers tells that the accounts of people who have left were to be linked
	// too.
	Leavers bool `yaml:"leavers,omitempty"`
	// FromPlan tells that the plan that is undone was taken at its word where its
	// journal does not tell the operations.
	FromPlan bool `yaml:"fromPlan,omitempty"`
}

// SetMade says which command made the plan, and with what. Nothing is said where
// it is plan and was told nothing.
func (p *Plan) SetMade(by Maker, with MadeWith) {
	p.Made, p.MadeWith = by, with
	if by == MadeByPlan && len(with.Only)+len(with.Files) == 0 {
		p.Made = ""
	}
}

// MadeBy returns the command that made the plan.
func (p *Plan) MadeBy() Maker { return cmp.Or(p.Made, MadeByPlan) }
