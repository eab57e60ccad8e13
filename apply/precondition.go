package apply

import (
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// finding is an account laid beside what the plan says about it.
type finding struct {
	// pending are the changes still to be made, without the address.
	pending plan.Changes
	// renamed tells that the account has its final address, or was not to be
	// renamed.
	renamed bool
	// release are the aliases that the account has and is to give up.
	release []string
	// groups tells that the memberships are still to be given up.
	groups bool
	// drift says what else the plan did not see.
	drift []Note
}

// settled tells that there is nothing left to do.
func (f finding) settled() bool {
	return len(f.pending) == 0 && f.renamed && len(f.release) == 0 && !f.groups
}

// judge lays the account beside the action: what judgeWhose asks, and each
// field must be as the plan saw it or as it is to be.
func (x *execution) judge(account plan.Account) finding {
	f := x.judgeWhose(account)
	for _, change := range x.action.Changes {
		if change.Field == plan.FieldPrimaryEmail {
			continue
		}
		switch found := account.Field(change.Field); {
		case plan.Same(change.Field, found, change.To):
		case plan.Same(change.Field, found, change.From):
			f.pending = append(f.pending, change)
		default:
			f.drift = append(f.drift, drifted(change.Field, found, change.From, change.To))
		}
	}
	completed := x.runner.completed[x.action.ID]
	// Only the journal knows that the memberships were given up: somebody
	// else may have suspended and moved the account.
	f.groups = !completed && slices.ContainsFunc(x.action.Groups, plan.MembershipChange.Leaves)
	if _, changes := x.action.Changes.Get(plan.FieldSuspended); f.groups && !changes && !account.Suspended {
		f.drift = append(f.drift, drifted(plan.FieldSuspended, plan.Truth(false), plan.Truth(true)))
	}
	if completed && len(f.drift) == 0 {
		f.drift = f.undone(x.action, account)
	}
	return f
}

// judgeWhose lays all but the fields beside the action. The account must
// carry the DCID, have an address that the plan knows of and, for what an
// administrator is spared, be none.
func (x *execution) judgeWhose(account plan.Account) finding {
	f := finding{renamed: true}
	if account.DCID != x.dcid {
		f.drift = append(f.drift, drifted(x.runner.options.Match, numberOrAbsent(account.DCID), plan.Number(x.dcid)))
	}
	f.judgeAddress(x.action, account)
	f.judgeRole(x.action, account, x.runner.options.Subject)
	for _, alias := range x.action.Release {
		if account.HasAlias(alias) {
			f.release = append(f.release, alias)
		}
	}
	return f
}

// judgeLate lays the account beside what is left of the action after its
// early portion: the address only. A field that the directory stored
// otherwise than asked must not keep an account at its temporary address.
func (x *execution) judgeLate(account plan.Account) finding {
	f := x.judgeWhose(account)
	change, _ := x.action.Rename()
	if !f.renamed && x.action.Via != "" && !strings.EqualFold(account.Address, x.action.Via) && len(f.drift) == 0 {
		f.drift = append(f.drift, drifted(plan.FieldPrimaryEmail, plan.Text(account.Address), plan.Text(x.action.Via), change.To))
	}
	return f
}

func drifted(field string, found plan.Value, expected ...plan.Value) Note {
	return Note{Part: PartField, Name: field, Status: Drifted, Found: found, Expected: expected}
}

func numberOrAbsent(n int64) plan.Value {
	if n == 0 {
		return plan.Value{}
	}
	return plan.Number(n)
}

func (f *finding) judgeAddress(action *plan.Action, account plan.Account) {
	known := []plan.Value{plan.Text(action.Account)}
	change, renames := action.Rename()
	if renames {
		known = append(known, change.To)
		f.renamed = strings.EqualFold(account.Address, change.To.String())
	}
	if action.Via != "" {
		known = append(known, plan.Text(action.Via))
	}
	if !slices.ContainsFunc(known, func(v plan.Value) bool { return strings.EqualFold(v.String(), account.Address) }) {
		f.drift = append(f.drift, drifted(plan.FieldPrimaryEmail, plan.Text(account.Address), known...))
	}
}

// judgeRole keeps administrators, and the account that staffsync signs in as,
// from being suspended, moved or renamed.
func (f *finding) judgeRole(action *plan.Action, account plan.Account, subject string) {
	_, renames := action.Rename()
	_, moves := action.Changes.Get(plan.FieldOrgUnitPath)
	if !renames && !moves && !action.Suspends() && len(action.Groups) == 0 {
		return
	}
	role := ""
	switch {
	case account.Admin != plan.NoAdmin:
		role = "a " + string(account.Admin)
	case subject != "" && account.HasAddress(subject):
		role = "the one that staffsync signs in as"
	default:
		return
	}
	f.drift = append(f.drift, Note{
		Part: PartField, Name: "administrator", Status: Drifted, Found: plan.Text(role),
		Message: fmt.Sprintf("the account is %s, which is never suspended, moved or renamed", role),
	})
}

// undone says what somebody took back after an earlier run of this plan had
// done it. An alias that shows up late is not theirs: Google may take minutes
// to show one after a rename.
func (f *finding) undone(action *plan.Action, account plan.Account) []Note {
	var notes []Note
	undone := func(field string, found plan.Value, to plan.Value) {
		notes = append(notes, Note{
			Part: PartField, Name: field, Status: Drifted, Found: found, Expected: []plan.Value{to},
			Message: fmt.Sprintf("an earlier apply of this plan made it %s, and somebody undid that: it is %s", words(to), words(found)),
		})
	}
	if change, renames := action.Rename(); renames && !f.renamed {
		undone(plan.FieldPrimaryEmail, plan.Text(account.Address), change.To)
	}
	for _, change := range f.pending {
		undone(change.Field, account.Field(change.Field), change.To)
	}
	return notes
}
