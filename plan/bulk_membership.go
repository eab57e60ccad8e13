package plan

import "cmp"

// BulkMembership is what happens to the memberships of one group by its rules for
// as many people as share it.
type BulkMembership struct {
	// Change is what they share.
	Change MembershipChange `yaml:"change"`
	// Count is how many they are, and Base of how many: of the active staff of
	// Building or, where that is empty, of those who belong to the group or, of
	// those who leave it, of its plain members.
	Count    int    `yaml:"count"`
	Base     int    `yaml:"base"`
	Building string `yaml:"building,omitempty"`
	// First tells that nobody who belongs to the group is in it yet, so that
	// rules manage it for the first time.
	First bool `yaml:"first,omitempty"`
}

// CompareBulkMemberships puts the change that most share first.
func CompareBulkMemberships(a, b BulkMembership) int {
	return cmp.Or(
		-cmp.Compare(a.Count, b.Count), cmp.Compare(a.Change.Group, b.Change.Group),
		cmp.Compare(a.Change.From, b.Change.From), cmp.Compare(a.Change.To, b.Change.To), cmp.Compare(a.Change.Rule, b.Change.Rule),
	)
}
