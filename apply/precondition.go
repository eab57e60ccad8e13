package apply

import (
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// judge lays the account beside the action and returns what the plan did not
// see. The account must carry the DCID, which a link is to write, have an address that the plan knows
// of and, for what an administrator is spared, not be one; and each field must
// be as the plan saw it or as it is to be. After the first stage the fields
// are not asked about again: one that the directory stored otherwise than
// asked must not keep an account at its temporary address.
func (x *execution) judge(account plan.Account, stage int) []Note {
	var notes []Note
	if account.DCID != x.dcid && x.action.Kind != plan.Link {
		notes = append(notes, unexpected(x.runner.options.Match, x.stored(account, x.runner.options.Match), plan.Number(x.dcid)))
	}
	notes = append(notes, x.judgeAddress(account, stage)...)
	notes = append(notes, x.judgeRole(account)...)
	if stage > 0 {
		return notes
	}
	return append(notes, x.judgeFields(account)...)
}

func unexpected(field string, found plan.Value, expected ...plan.Value) Note {
	var known []string
	for _, value := range expected {
		known = append(known, words(value))
	}
	return Note{Part: PartField, Name: field, Status: Drifted, Message: fmt.Sprintf("%s is %s, and the plan expects %s", field, words(found), strings.Join(known, " or "))}
}

func (x *execution) judgeAddress(account plan.Account, stage int) []Note {
	var known []plan.Value
	if stage == 0 || x.action.Via == "" {
		known = append(known, plan.Text(x.action.Account))
	}
	if rename, renames := x.action.Rename(); renames {
		known = append(known, rename.To)
	}
	if x.action.Via != "" {
		known = append(known, plan.Text(x.action.Via))
	}
	if slices.ContainsFunc(known, func(v plan.Value) bool { return strings.EqualFold(v.String(), account.Address) }) {
		return nil
	}
	return []Note{unexpected(plan.FieldPrimaryEmail, plan.Text(account.Address), known...)}
}

// judgeRole keeps administrators, and the account that staffsync signs in as,
// from being suspended, moved or renamed.
func (x *execution) judgeRole(account plan.Account) []Note {
	_, renames := x.action.Rename()
	_, moves := x.action.Changes.Get(plan.FieldOrgUnitPath)
	leaves := slices.ContainsFunc(x.action.Groups, func(m plan.MembershipChange) bool { return m.Leaves() || m.Stays() })
	if !renames && !moves && !x.action.Suspends() && !leaves {
		return nil
	}
	role := account.Protected(x.runner.options.Subject)
	if role == "" {
		return nil
	}
	return []Note{noteOn("administrator", Drifted, "the account is %s, which is never suspended, moved or renamed", role)}
}

// judgeFields lays the fields beside the action. What an earlier run of this
// plan did, and is no longer so, somebody undid. An alias that shows up late
// does not count: Google may take minutes to show one after a rename.
func (x *execution) judgeFields(account plan.Account) []Note {
	var notes []Note
	completed := x.runner.history.completed(x.action.ID)
	for _, change := range x.action.Changes {
		found := account.Field(change.Field)
		switch {
		case plan.Same(change.Field, found, change.To):
		case completed:
			x.undone = true
			notes = append(notes, noteOn(change.Field, Drifted, "an earlier apply of this plan made it %s, and somebody undid that: it is %s", words(change.To), words(found)))
		case change.Field != plan.FieldPrimaryEmail && !plan.Same(change.Field, found, change.From):
			notes = append(notes, unexpected(change.Field, found, change.From, change.To))
		}
	}
	undone := func(o operation) bool { return !x.isDone(o) }
	if account.Archived && slices.ContainsFunc(x.operations, undone) {
		notes = append(notes, noteOn("archived", Drifted, "the account was archived after the plan was made, so nobody can sign in with it; make a new plan"))
	}
	_, changes := x.action.Changes.Get(plan.FieldSuspended)
	// A leaver's account is suspended when it leaves its groups, and nobody else's
	// when rules change them. What is undone goes back in either state.
	for _, byRule := range []bool{false, true} {
		change := func(o operation) bool {
			return o.part == PartGroup && o.membership.ByRule() == byRule && !o.membership.Undoes() && undone(o)
		}
		if slices.ContainsFunc(x.operations, change) && !changes && account.Suspended == byRule {
			notes = append(notes, unexpected(plan.FieldSuspended, plan.Truth(account.Suspended), plan.Truth(!byRule)))
		}
	}
	return notes
}

// stored returns the value of a field, the match attribute's included.
func (x *execution) stored(account plan.Account, field string) plan.Value {
	if field != x.runner.options.Match {
		return account.Field(field)
	}
	if account.DCID == 0 {
		return plan.Value{}
	}
	return plan.Number(account.DCID)
}
