package apply

import (
	"context"
	"errors"
	"fmt"

	"github.com/staffsync/staffsync/plan"
)

// neededThere tells whether all that the operation needs is there: what this plan
// creates may have failed. Otherwise it notes that the operation was not
// attempted, of a new account nothing at all.
func (x *execution) neededThere(i int) bool {
	for _, need := range x.operations[i].needs() {
		creation := x.runner.byID[need.ID]
		if creation == nil || len(creation.status) > 0 && done(creation.status[0]) {
			continue
		}
		x.mayPass = x.mayPass || creation.mayPass
		x.finish(i, NotAttempted, fmt.Sprintf("not attempted, because the %s was not created", creation.action.Kind.Thing()))
		if x.operations[i].part == PartAccount {
			for rest := range x.status {
				x.status[rest] = NotAttempted
			}
		}
		return false
	}
	return true
}

// needs returns what the operation needs of those that create something.
func (o operation) needs() []plan.Need {
	part := plan.Action{Kind: o.kind, Changes: o.changes}
	if o.part == PartGroup {
		part.Groups = []plan.MembershipChange{o.membership}
	}
	return part.Needs()
}

// createThing makes something other than an account, unless it is there.
func (x *execution) createThing(ctx context.Context, i int) {
	o := x.operations[i]
	created, err := x.runner.create(ctx, o)
	switch {
	case err == nil && created:
		x.finish(i, Done, "")
	case err == nil:
		x.there = fmt.Sprintf("the %s is there already", o.kind.Thing())
		x.finish(i, Already, "")
	case errors.Is(err, plan.ErrDuplicate) && o.kind == plan.CreateAttribute:
		x.finish(i, Drifted, x.because(err))
	case errors.Is(err, plan.ErrDuplicate):
		x.finish(i, Failed, x.takenBy(ctx, o.name, err))
	default:
		x.finish(i, Failed, x.because(err))
	}
}

// create has the directory create it, and tells whether it did.
func (r *runner) create(ctx context.Context, o operation) (bool, error) {
	value := func(field string) string {
		change, _ := o.changes.Get(field)
		return change.To.String()
	}
	switch o.kind {
	case plan.CreateOrgUnit:
		return r.directory.CreateOrgUnit(ctx, value(plan.FieldParentOrgUnit), value(plan.FieldNewName))
	case plan.CreateAttribute:
		attribute, _ := (&plan.Action{Kind: o.kind, Account: o.name, Changes: o.changes}).NewAttribute()
		return r.directory.CreateAttribute(ctx, attribute)
	case plan.CreateGroup:
		return r.directory.CreateGroup(ctx, o.name, value(plan.FieldNewName), value(plan.FieldDescription))
	}
	return false, fmt.Errorf("this version creates no %s", o.kind.Thing())
}
