package apply

import (
	"slices"

	"github.com/staffsync/staffsync/plan"
)

// Status is how an action, or a part of one, ended.
type Status string

// How an action or a part of one ended.
const (
	// Done: this run made the change.
	Done Status = "done"
	// Already: there was nothing left to do.
	Already Status = "already"
	// Failed: at least one part could not be done. The other parts were done.
	Failed Status = "failed"
	// Drifted: the account is not as the plan saw it, and was left alone.
	Drifted Status = "drifted"
	// NotAttempted: nothing was tried, because what it waits for was not
	// done or the run stopped.
	NotAttempted Status = "notAttempted"
	// HeldBack: a part of the action, or all of it, was left out, because the
	// plan is over a limit, somebody is held, or one made now would not do it. The other parts were
	// done, or in a dry run would be.
	HeldBack Status = "heldBack"
	// Pending: a dry run found that the account is as the plan saw it, so
	// that a run would make the change.
	Pending Status = "pending"
)

// Statuses lists the statuses of actions in the order in which they are
// shown.
func Statuses() []Status {
	return []Status{Done, Already, Pending, Failed, Drifted, NotAttempted, HeldBack}
}

// Part is what a note is about.
type Part string

// The parts of an action.
const (
	PartAccount Part = "account"
	PartField   Part = "field"
	PartAlias   Part = "alias"
	PartGroup   Part = "group"
	// PartNew is something other than an account that is created.
	PartNew Part = "new"
	// PartMemberships are all memberships of a leaver, read once more.
	PartMemberships Part = "memberships"
)

// Note says what happened to one part of an action.
type Note struct {
	Part Part
	// Name is the field's name, the alias or the group's address, what else is
	// created, and "account" of the account as a whole.
	Name   string
	Status Status
	// Message says in words what was not done and why, empty where the status
	// says everything. It may hold text from the directory.
	Message string
}

// Outcome is how one action ended.
type Outcome struct {
	ID string
	// Account is the address that the plan saw.
	Account string
	Kind    plan.Kind
	Staff   plan.Person
	Status  Status
	// Message says in words what was left undone and why, empty when nothing
	// was.
	Message string
	// MayPass tells that a part failed, or was not attempted, which may succeed
	// when the same plan is applied again.
	MayPass bool
	// Notes are about the parts that were looked at, in the order in which
	// that was done.
	Notes []Note
}

// Result is what a run did.
type Result struct {
	// Outcomes are the actions' outcomes, in the plan's order.
	Outcomes []Outcome
	Counts   map[Status]int
	DryRun   bool
	// HeldBack says which limits held something back, and by how much each is
	// exceeded.
	HeldBack []string
	// Outdated counts the actions of which something was left out because a plan
	// made now would no longer do it, or because it waits for such a one.
	Outdated int
	// Interrupted tells that the context was cancelled before every action
	// had its turn.
	Interrupted bool
	// Stopped says why the run stopped by itself before every action had its
	// turn, empty when it did not.
	Stopped string
}

// Incomplete tells whether anything was left undone; of a dry run, whether
// anything has drifted, could not be read or would be held back.
func (r Result) Incomplete() bool {
	return r.Interrupted || r.Stopped != "" ||
		r.Counts[Failed]+r.Counts[Drifted]+r.Counts[NotAttempted]+r.Counts[HeldBack] > 0
}

// MayPass tells whether applying the same plan again may do some of what was
// left undone.
func (r Result) MayPass() bool {
	return slices.ContainsFunc(r.Outcomes, func(o Outcome) bool { return o.MayPass })
}

func newResult(outcomes []Outcome) Result {
	result := Result{Outcomes: outcomes, Counts: make(map[Status]int)}
	for _, outcome := range outcomes {
		result.Counts[outcome.Status]++
	}
	return result
}

// EventKind is what an event tells.
type EventKind string

// The kinds of events.
const (
	// Claimed: a worker begins the action.
	Claimed EventKind = "claimed"
	// Finished: the action has its outcome, and the journal holds it.
	Finished EventKind = "finished"
)

// Event is a step of a run's progress.
type Event struct {
	Kind    EventKind
	ID      string
	Account string
	// Outcome is the outcome of a finished action.
	Outcome *Outcome
	// Place is the action's place among the run's, from 0, in the plan's order.
	Place int
	// Finished counts the actions that have their outcome, of Total.
	Finished int
	Total    int
}
