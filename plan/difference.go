package plan

// Difference is how one plan differs from another, Before from After.
type Difference struct {
	// New are the actions that only After has, Gone those that only Before has,
	// and Changed those that do something else to the same account.
	New, Gone []Action
	Changed   []ActionDifference
	// NotKnown are the actions of which one of the plans does not know what it
	// would do, with what differs in that. What differs besides is in Changed.
	NotKnown []NotKnown
	// Same counts the actions that do the same in both.
	Same int

	// What follows is what else differs. None of it is anything that apply does.

	// Reasons are the actions that do the same and say another reason, or name
	// the person otherwise.
	Reasons   []ActionDifference
	Conflicts NewAndGone[Conflict]
	Warnings  NewAndGone[Warning]
	Skipped   NewAndGone[Skipped]
	Bulk      NewAndGone[BulkChange]
	// BulkGroups are what several people share of their memberships.
	BulkGroups NewAndGone[BulkMembership]
	// Values are the plan's own: its domain, policy and date, its counts, and
	// its limits with what they were measured against.
	Values []ValueDifference
}

// NotKnown is what differs between two actions of one id and is not known of one of
// them, because the snapshot that its plan was made from does not say.
type NotKnown struct {
	ActionDifference
	Problem string
}

// NewAndGone are the things of one sort that only one of two plans has.
type NewAndGone[T any] struct{ New, Gone []T }

// Count returns how many things only one of the plans has.
func (n NewAndGone[T]) Count() int { return len(n.New) + len(n.Gone) }

// ActionDifference is how two actions of one id differ.
type ActionDifference struct {
	Before, After Action
	Fields        []FieldDifference
	Memberships   []MembershipDifference
	// Values are everything else: the account, the temporary address, the
	// aliases that are given up and who is waited for.
	Values []ValueDifference
}

// FieldDifference is how the change of one field differs. One that is not there is
// nil.
type FieldDifference struct {
	Field         string
	Before, After *Change
}

// MembershipDifference is how the change of one membership differs. One that is not
// there is nil.
type MembershipDifference struct {
	Group         string
	Before, After *MembershipChange
}

// ValueDifference is a value that differs, under its key in the plan file, such as
// summary.unchanged.
type ValueDifference struct{ Key, Before, After string }

// SameActions tells whether both plans do the same, as far as both are known.
func (d *Difference) SameActions() bool {
	return len(d.New)+len(d.Gone)+len(d.Changed)+len(d.NotKnown) == 0
}

// Empty tells whether the plans say the same in everything.
func (d *Difference) Empty() bool {
	rest := d.Conflicts.Count() + d.Warnings.Count() + d.Skipped.Count() + d.Bulk.Count() + d.BulkGroups.Count()
	return d.SameActions() && rest+len(d.Reasons)+len(d.Values) == 0
}

// Empty tells whether both actions do the same.
func (d *ActionDifference) Empty() bool { return len(d.Fields)+len(d.Memberships)+len(d.Values) == 0 }
