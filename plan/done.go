package plan

import "slices"

// Done is what a journal says that runs of a plan did of one action.
type Done struct {
	// GoogleID is the account's immutable id.
	GoogleID string
	// Whole tells that all of it was done and nothing tells the operations: an
	// older staffsync did not write them down, or a run that was killed did not.
	Whole bool
	// Created tells that the account was created.
	Created bool
	// Fields are the fields that were written, the address not among them.
	Fields []string
	// Renamed tells that the account left its address.
	Renamed bool
	// Groups are the groups whose membership was changed.
	Groups []string
}

// Wrote tells whether the field was written.
func (d *Done) Wrote(field string) bool {
	if field == FieldPrimaryEmail {
		return d.Whole || d.Renamed
	}
	return d.Whole || slices.Contains(d.Fields, field)
}

// Changed tells whether the membership of the group was changed.
func (d *Done) Changed(group string) bool { return d.Whole || slices.Contains(d.Groups, group) }
