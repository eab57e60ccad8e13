package plan

// Explanation is everything that is known about one person on both ends, and
// what a plan would do.
type Explanation struct {
	// DCID is 0 where an address was asked for that is nobody's in PowerSchool.
	DCID int64
	// Address is what was asked for, empty where that was no address, and Holder
	// who has it, where that is known and is not an account of Have.
	Address string
	Holder  Holder
	// Match is the custom attribute that holds the DCID.
	Match string
	// Want is the account that the person should have, nil for one on whom
	// the policy does not decide, whom Skipped or Conflicts tell of.
	Want *DesiredAccount
	// Sensitive are the sensitive values that it should have, by field, and NotKnown
	// the attributes, which are sensitive, of which nobody knows what it should have.
	Sensitive map[string]Value
	NotKnown  []string
	Skipped   []Skipped
	// Have are the accounts that carry the DCID.
	Have []*Account
	// Groups are those with rules that the person is in or belongs to.
	Groups []ExplainedGroup
	// Action is what the plan does to the account, nil for nothing.
	Action *Action
	// Held is what holds keep from happening to it, nil for nothing, and Holds are
	// those in force of the person.
	Held      *Held
	Holds     []Hold
	Conflicts []Conflict
	Warnings  []Warning
}

// ExplainedGroup is what is known of one person and one group with rules.
type ExplainedGroup struct {
	Group string
	// Wanted is the role that Rule gives, empty where no rule puts the person
	// there; Rule is then the one that takes out who does not belong, if any.
	Wanted, Rule string
	// Role is that of the direct member, and Within the group through which the
	// person is in this one, or is after the plan, each empty for none.
	Role, Within string
	// Change is what the plan does, nil for nothing.
	Change *MembershipChange
	// Problem is why nothing changes although a rule may want it.
	Problem string
}
