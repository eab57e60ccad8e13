package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// change runs a portion of an action on an existing account.
func (x *execution) change(ctx context.Context, p portion) {
	found, ok := x.look(ctx, p)
	if !ok {
		return
	}
	if found.settled() {
		x.freed = true
		x.conclude()
		return
	}
	if err := x.begin(); err != nil {
		x.end(NotAttempted, "the run stopped before its first write: "+err.Error())
		return
	}
	before := x.account
	changes, move := x.changesOf(p, found)
	complete := x.write(ctx, changes)
	complete = x.releaseAliases(ctx, p, before) && complete
	if p != late {
		complete = x.leaveGroups(ctx, found) && complete
		x.moveLast(ctx, move, complete)
	}
	if p == early && !x.atFinalAddress() && (x.freed || x.action.Via == "") {
		x.at = x.account.Address
		return // the late portion follows
	}
	x.conclude()
}

// look reads the account and holds it against the preconditions. It ends the
// action and returns false when they do not hold.
func (x *execution) look(ctx context.Context, p portion) (finding, bool) {
	account, err := x.runner.directory.Account(ctx, x.action.GoogleID)
	switch {
	case errors.Is(err, plan.ErrNotFound):
		x.drifted([]Note{{
			Part: PartField, Name: "account", Status: Drifted,
			Message: fmt.Sprintf("the account with the id %s is gone", x.action.GoogleID),
		}})
		return finding{}, false
	case err != nil:
		x.note(Note{Part: PartField, Name: "account", Status: Failed, Message: fmt.Sprintf("it could not be read: %v", err)})
		x.conclude()
		return finding{}, false
	}
	var found finding
	if p == late {
		found = x.judgeLate(account)
	} else {
		found = x.judge(account)
	}
	if len(found.drift) > 0 {
		x.drifted(found.drift)
		return finding{}, false
	}
	x.account, x.id = account, x.action.GoogleID
	return found, true
}

// changesOf returns the changes of the portion, and the move that comes last
// in a suspension.
func (x *execution) changesOf(p portion, found finding) (changes, move plan.Changes) {
	changes = found.pending
	if x.action.Suspends() || len(x.action.Groups) > 0 {
		if last, ok := changes.Get(plan.FieldOrgUnitPath); ok {
			changes, move = changes.Without(plan.FieldOrgUnitPath), plan.Changes{last}
		}
	}
	if goal := x.goal(p); goal != "" && !found.renamed && !strings.EqualFold(x.account.Address, goal) {
		changes = append(slices.Clone(changes), plan.Change{
			Field: plan.FieldPrimaryEmail, From: plan.Text(x.account.Address), To: plan.Text(goal),
		})
		changes.Sort()
	}
	return changes, move
}

// goal is the address that the portion brings the account to, empty when it
// stays where it is.
func (x *execution) goal(p portion) string {
	if p == early {
		return x.action.Via
	}
	change, _ := x.action.Rename()
	return change.To.String()
}

// atFinalAddress tells whether the account has the address that the action
// gives it, or was to keep its own.
func (x *execution) atFinalAddress() bool {
	change, renames := x.action.Rename()
	return !renames || strings.EqualFold(x.account.Address, change.To.String())
}

// moveLast moves a suspended account. The move is the mark that all before it
// was done, so it is left out when anything was not.
func (x *execution) moveLast(ctx context.Context, move plan.Changes, complete bool) {
	if len(move) == 0 {
		return
	}
	if !complete {
		x.note(Note{
			Part: PartField, Name: plan.FieldOrgUnitPath, Status: NotAttempted,
			Message: "not moved, so that the next run looks at the rest again",
		})
		return
	}
	x.write(ctx, move)
}
