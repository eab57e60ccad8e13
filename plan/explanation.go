package plan

// Explanation is everything that is known about one person on both ends, and
// what a plan would do.
type Explanation struct {
	DCID int64
	// Match is the custom attribute that holds the DCID.
	Match string
	// Want is the account that the person should have, nil for one on whom
	// the policy does not decide, whom Skipped or Conflicts tell of.
	Want    *DesiredAccount
	Skipped []Skipped
	// Have are the accounts that carry the DCID.
	Have []*Account
	// Action is what the plan does to the account, nil for nothing.
	Action    *Action
	Conflicts []Conflict
	Warnings  []Warning
}
