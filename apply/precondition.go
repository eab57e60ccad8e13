package apply

import (
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// judge lays the account beside the action and returns what the plan did not
// see. The account must carry the DCID, have an address that the plan knows
// of and, for what an administrator is spared, not be one; and each field must
// be as the plan saw it or as it is to be. After the first stage the fields
// are not asked about again: one that the directory stored otherwise than
// asked must not keep an account at its temporary address.
func (x *execution) judge(account plan.Account, stage int) []Note {
	var drift []Note
	if account.DCID != x.dcid {
		drift = append(drift, unexpected(x.runner.options.Match, x.stored(account, x.runner.options.Match), plan.Number(x.dcid)))
	}
	drift = append(drift, x.judgeAddress(account, stage)...)
	drift = append(drift, x.judgeRole(account)...)
	if stage > 0 {
		return drift
	}
	return append(drift, x.judgeFields(account)...)
}

func unexpected(field string, found plan.Value, expected ...plan.Value) Note {
	return Note{Part: PartField, Name: field, Status: Drifted, Found: found, Expected: expected}
}

func (x *execution) judgeAddress(account plan.Account, stage int) []Note {
	known := []plan.Value{plan.Text(x.action.Account)}
	rename, renames := x.action.Rename()
	if renames {
		known = append(known, rename.To)
	}
	if x.action.Via != "" {
		known = append(known, plan.Text(x.action.Via))
	}
	has := func(v plan.Value) bool { return strings.EqualFold(v.String(), account.Address) }
	found := plan.Text(account.Address)
	switch {
	case !slices.ContainsFunc(known, has):
		return []Note{unexpected(plan.FieldPrimaryEmail, found, known...)}
	case stage > 0 && x.action.Via != "" && !has(rename.To) && !has(plan.Text(x.action.Via)):
		return []Note{unexpected(plan.FieldPrimaryEmail, found, plan.Text(x.action.Via), rename.To)}
	}
	return nil
}

// judgeRole keeps administrators, and the account that staffsync signs in as,
// from being suspended, moved or renamed.
func (x *execution) judgeRole(account plan.Account) []Note {
	_, renames := x.action.Rename()
	_, moves := x.action.Changes.Get(plan.FieldOrgUnitPath)
	if !renames && !moves && !x.action.Suspends() && len(x.action.Groups) == 0 {
		return nil
	}
	role := account.Protected(x.runner.options.Subject)
	if role == "" {
		return nil
	}
	return []Note{{
		Part: PartField, Name: "administrator", Status: Drifted, Found: plan.Text(role),
		Message: fmt.Sprintf("the account is %s, which is never suspended, moved or renamed", role),
	}}
}

// judgeFields lays the fields beside the action. What an earlier run of this
// plan did, and is no longer so, somebody undid. An alias that shows up late
// does not count: Google may take minutes to show one after a rename.
func (x *execution) judgeFields(account plan.Account) []Note {
	var drift []Note
	completed := x.runner.history.completed(x.action.ID)
	for _, change := range x.action.Changes {
		found := account.Field(change.Field)
		switch {
		case plan.Same(change.Field, found, change.To):
		case completed:
			x.undone = true
			drift = append(drift, Note{
				Part: PartField, Name: change.Field, Status: Drifted, Found: found, Expected: []plan.Value{change.To},
				Message: fmt.Sprintf("an earlier apply of this plan made it %s, and somebody undid that: it is %s", words(change.To), words(found)),
			})
		case change.Field != plan.FieldPrimaryEmail && !plan.Same(change.Field, found, change.From):
			drift = append(drift, unexpected(change.Field, found, change.From, change.To))
		}
	}
	_, changes := x.action.Changes.Get(plan.FieldSuspended)
	leaves := slices.ContainsFunc(x.operations, func(o operation) bool { return o.part == PartGroup && !x.isDone(o) })
	if leaves && !changes && !account.Suspended {
		drift = append(drift, unexpected(plan.FieldSuspended, plan.Truth(false), plan.Truth(true)))
	}
	return drift
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
