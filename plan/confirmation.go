package plan

// Confirmation is what a plan made now says of an action in a file from which a
// person may have deleted others.
type Confirmation struct {
	// Objection says in words how the action is not what a plan made now does,
	// empty where what is left of it is just that.
	Objection string
	// Done tells that every field is as the action makes it. A plan made now does
	// nothing else of what the action says, so that its memberships and aliases
	// are left alone.
	Done bool
}
