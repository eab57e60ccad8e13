package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// execution is one action being carried out. Its stages run one after the
// other.
type execution struct {
	runner *runner
	// place is its place in the run, from 0, in the plan's order.
	place int
	// planned is the plan's action, and action what remains of it without what
	// is omitted.
	planned, action *plan.Action

	omitted    []plan.Omission
	dcid       int64
	operations []operation
	// status has how each operation ended, empty until its turn. In a dry
	// run, and while its request is being put together, it is Pending.
	status []Status

	// id is the account's immutable id, empty until it is known to be right.
	id string
	// before is the account as it was read when the stage began, and account
	// as it was last seen.
	before, account plan.Account
	// begun tells that the journal has the action as started.
	begun bool
	// wrote tells that the directory changed something.
	wrote bool
	// waiting tells that a stage is left.
	waiting bool
	// unliftable tells that Google lets nobody lift the account's suspension.
	unliftable bool
	// there says of an account to be created that it is there already.
	there string
	// attributeThere tells the same of a custom attribute.
	attributeThere bool
	// undone tells that somebody undid what an earlier run did.
	undone bool
	notes  []Note
	// advice says what a person can do about what failed, and mayPass tells that
	// a part of it may succeed when it is tried again.
	advice  []string
	mayPass bool
	outcome *Outcome
}

func newExecution(r *runner, remainder *plan.Remainder) *execution {
	x := &execution{runner: r, planned: remainder.Planned, action: &remainder.Action, omitted: remainder.Omitted}
	x.dcid, _ = x.action.DCID()
	if !remainder.Empty() {
		x.operations = operationsOf(x.action, r.options)
	}
	x.status = make([]Status, len(x.operations))
	return x
}

// skipOmitted ends an action of which nothing is left, and returns true.
func (x *execution) skipOmitted() bool {
	if len(x.omitted) == 0 || len(x.operations) > 0 {
		return false
	}
	x.outcome = x.newOutcome(HeldBack, x.omissions())
	x.runner.tell(x)
	return true
}

// run carries out one stage.
func (x *execution) run(ctx context.Context, stage int) {
	if !x.look(ctx, stage) {
		return
	}
	if err := x.operate(ctx, stage); err != nil {
		x.end(NotAttempted, "the run stopped before its first write: "+err.Error())
		return
	}
	if x.waiting = x.goesOn(stage); !x.waiting {
		x.conclude()
	}
}

// look reads the account and holds it against the preconditions. It ends the
// action and returns false when they do not hold.
func (x *execution) look(ctx context.Context, stage int) bool {
	if x.action.Kind == plan.Create {
		return x.lookForNew(ctx)
	}
	if x.action.Kind == plan.CreateAttribute {
		return x.lookForAttribute(ctx)
	}
	if !x.action.Kind.OnAccount() {
		return true // creating it again changes nothing
	}
	if stage > 0 && x.runner.options.DryRun {
		return true // nothing has been written since the first look
	}
	account, err := x.runner.directory.Account(ctx, x.action.GoogleID)
	if errors.Is(err, plan.ErrNotFound) {
		x.note(noteOn("account", Drifted, "the account with the id %s is gone", x.action.GoogleID))
	} else if errors.Is(err, plan.ErrDeleted) {
		x.note(noteOn("account", Drifted, "it was deleted lately, and can be restored for 20 days; make a new plan"))
	} else if err != nil {
		x.note(noteOn("account", Failed, "it could not be read: %s", x.because(err)))
	} else if notes := x.judge(account, stage); len(notes) > 0 {
		x.notes = append(x.notes, notes...)
	} else {
		x.id, x.before, x.account = x.action.GoogleID, account, account
		return true
	}
	x.conclude()
	return false
}

// operate does the operations of the stage that are not done already. Fields
// that follow each other, and of which none requires another, are written in
// one request; groups that follow each other are left side by side. It returns an error when the journal cannot be written before the
// first.
func (x *execution) operate(ctx context.Context, stage int) error {
	var request, groups []int
	for i, o := range x.operations {
		if o.stage != stage || x.status[i] != "" {
			continue
		}
		if o.part != PartGroup {
			x.changeMemberships(ctx, groups)
			groups = nil
		}
		sent := slices.ContainsFunc(request, func(r int) bool { return slices.Contains(o.requires, r) })
		if o.part != PartField || sent {
			x.send(ctx, request)
			request = nil
		}
		if x.isDone(o) {
			x.status[i] = Already
			continue
		}
		if !x.permitted(i) || !x.neededThere(i) {
			continue
		}
		if o.part == PartMemberships {
			x.readMemberships(ctx, i)
			continue
		}
		if !x.knows(i) {
			continue
		}
		x.status[i] = Pending
		if x.runner.options.DryRun {
			x.preview(ctx, o)
			continue
		}
		if err := x.begin(); err != nil {
			return err
		}
		switch o.part {
		case PartAlias:
			x.release(ctx, i)
		case PartGroup:
			groups = append(groups, i)
		case PartNew:
			x.createThing(ctx, i)
		default:
			request = append(request, i)
		}
	}
	x.changeMemberships(ctx, groups)
	x.send(ctx, request)
	return nil
}

// isDone tells whether nothing is left of the operation to be done. Only the
// journal knows of memberships: somebody else may have suspended and moved the
// account.
func (x *execution) isDone(o operation) bool {
	switch o.part {
	case PartAlias:
		left := strings.EqualFold(o.name, x.before.Address) && !strings.EqualFold(o.name, x.account.Address)
		return !left && !x.before.HasAlias(o.name) && !x.account.HasAlias(o.name)
	case PartGroup, PartNew:
		return x.attributeThere || x.runner.history.did(x.action.ID, o)
	case PartMemberships:
		leaves := x.account.Suspended || x.action.Suspends()
		move, _ := x.action.Changes.Get(plan.FieldOrgUnitPath)
		return !leaves || plan.Same(move.Field, x.account.Field(move.Field), move.To)
	case PartAccount:
		return false
	}
	return o.name == plan.FieldPrimaryEmail && x.renamed(x.account) || plan.Same(o.name, x.account.Field(o.name), o.changes[0].To)
}

// renamed tells whether the account has the address that the action gives it.
func (x *execution) renamed(account plan.Account) bool {
	rename, renames := x.action.Rename()
	return renames && strings.EqualFold(account.Address, rename.To.String())
}

// permitted tells whether all that the operation requires is done, or is in
// the same request. Otherwise it notes that the operation was not attempted.
func (x *execution) permitted(i int) bool {
	for _, required := range x.operations[i].requires {
		if !done(x.status[required]) {
			x.finish(i, NotAttempted, fmt.Sprintf("not attempted, because this was not done: %s", x.operations[required]))
			return false
		}
	}
	return true
}

// done tells whether what others require is done.
func done(status Status) bool { return status == Done || status == Already || status == Pending }

// goesOn tells whether a stage is left that is worth its wait.
func (x *execution) goesOn(stage int) bool {
	left := false
	for _, o := range x.operations {
		if o.stage <= stage {
			continue
		}
		left = left || !x.isDone(o)
		for _, required := range o.requires {
			if x.operations[required].stage <= stage && !done(x.status[required]) {
				return false
			}
		}
	}
	return left
}

// freed tells whether the addresses that the action gives up are free, or
// would be after a dry run.
func (x *execution) freed() bool {
	if !x.action.Kind.OnAccount() {
		return true // whatever needs it looks whether it is there
	}
	for i, o := range x.operations {
		if o.frees && !done(x.status[i]) {
			return false
		}
	}
	return x.id != ""
}

// begin writes down that the action's first write follows.
func (x *execution) begin() error {
	if x.begun {
		return nil
	}
	x.begun = true
	return x.runner.write(entry{
		ID: x.action.ID, Account: x.action.Account, GoogleID: x.id,
		Release: x.action.Release, Leave: x.planned.Leaves(), Outcome: started,
	})
}

// finish notes how an operation ended, in the journal too if it was
// attempted.
func (x *execution) finish(i int, status Status, message string) {
	x.finishAll([]int{i}, func(operation) (Status, string) { return status, message })
}

// finishAll notes how operations ended.
func (x *execution) finishAll(operations []int, how func(operation) (Status, string)) {
	var entries []entry
	for _, i := range operations {
		o := x.operations[i]
		status, message := how(o)
		x.settle(i, status, message)
		if status != NotAttempted {
			entries = append(entries, x.entry(o, status, message))
		}
	}
	_ = x.runner.write(entries...) // the run stops, and what has begun is finished
}

// settle notes how an operation ended, but not in the journal.
func (x *execution) settle(i int, status Status, message string) {
	o := x.operations[i]
	x.status[i] = status
	x.wrote = x.wrote || status == Done
	x.note(Note{Part: o.part, Name: o.name, Status: status, Message: o.sentence(message)})
}

// entry is the journal's line of an operation that has ended.
func (x *execution) entry(o operation, status Status, message string) entry {
	e := entry{
		ID: x.action.ID, Account: x.action.Account, GoogleID: x.id,
		Operation: o.String(), Outcome: string(status), Message: message,
	}
	if x.unliftable && o.name == plan.FieldSuspended {
		e.Unlifted = map[string]string{x.id: x.account.SuspensionReason}
	}
	return e
}

func (x *execution) note(n Note) { x.notes = append(x.notes, n) }
