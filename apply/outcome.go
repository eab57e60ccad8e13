package apply

import (
	"cmp"
	"fmt"
	"strings"
)

func (x *execution) newOutcome(status Status, message string) *Outcome {
	return &Outcome{
		ID: x.action.ID, Account: x.action.Account, Kind: x.action.Kind, Staff: x.action.Staff,
		Status: status, Message: message, Notes: x.notes, MayPass: x.mayPass,
	}
}

func (x *execution) end(status Status, message string) {
	if len(x.omitted) > 0 {
		status, message = x.withOmissions(status, message)
	}
	x.outcome = x.newOutcome(status, message)
	x.runner.end(x)
}

// withOmissions says of an action of which a part was left out how it ended.
func (x *execution) withOmissions(status Status, message string) (Status, string) {
	left := "left out: " + x.omissions()
	switch status {
	case Done, Already:
		return HeldBack, left + "; the rest is done"
	case Pending:
		return HeldBack, left + "; the rest is to do"
	}
	return status, message + "; " + left
}

// omissions says what was left out, and why.
func (x *execution) omissions() string {
	var texts []string
	for _, omission := range x.omitted {
		texts = append(texts, omission.String())
	}
	return strings.Join(texts, ", ")
}

// conclude ends the action by what its notes say.
func (x *execution) conclude() {
	has := make(map[Status]bool)
	for _, n := range x.notes {
		has[n.Status] = true
	}
	for _, status := range x.status {
		has[status] = true
	}
	failed, drifted := sentences(x.notes, Failed), sentences(x.notes, Drifted)
	switch {
	case has[Drifted] && !has[Failed]:
		left := "left alone: "
		if x.wrote {
			left = "left as it is now: "
		} else if x.runner.options.DryRun {
			left = "would be left alone: "
		}
		if x.undone {
			drifted += "; to do the same plan once more, run apply --again"
		}
		x.end(Drifted, left+drifted)
	case has[NotAttempted] && !has[Failed] && !x.wrote:
		x.end(NotAttempted, sentences(x.notes, NotAttempted))
	case has[Failed] || has[NotAttempted]:
		message := cmp.Or(failed, sentences(x.notes, NotAttempted))
		if drifted != "" {
			message += "; " + drifted
		}
		if x.atVia() {
			message += "; " + x.halfway()
		}
		x.end(Failed, strings.Join(append([]string{message}, x.advice...), "; "))
	case has[Pending]:
		x.end(Pending, "")
	case x.wrote:
		x.end(Done, x.there)
	default:
		x.end(Already, x.there)
	}
}

// blocked ends the action because what it waits for was not done.
func (x *execution) blocked(before *execution) {
	how := "was not attempted"
	switch before.outcome.Status {
	case Failed:
		how = "failed"
	case Drifted:
		how = "has drifted"
	}
	x.mayPass = x.mayPass || before.mayPass
	why := fmt.Sprintf("waits for %s, which %s", before.action.ID, how)
	if !x.waiting {
		x.end(NotAttempted, why)
		return
	}
	if failed := sentences(x.notes, Failed); failed != "" {
		why = strings.Join(append([]string{failed}, x.advice...), "; ") + "; " + why
	}
	x.end(Failed, why+"; "+x.halfway())
}

// endUnclaimed ends an action of which a stage's turn did not come.
func (x *execution) endUnclaimed(interrupted bool) {
	why := "the run stopped before its turn"
	if interrupted {
		why = "the run was interrupted before its turn"
	}
	x.mayPass = true
	if x.waiting {
		x.end(Failed, why+"; "+x.halfway())
		return
	}
	x.outcome = x.newOutcome(NotAttempted, why+"; run apply again")
}

// atVia tells whether the account has its temporary address and was to leave
// it.
func (x *execution) atVia() bool {
	_, renames := x.action.Rename()
	return renames && x.action.Via != "" && strings.EqualFold(x.account.Address, x.action.Via)
}

// halfway says where an interrupted rename left the account.
func (x *execution) halfway() string {
	rename, _ := x.action.Rename()
	switch {
	case x.atVia() && x.mayPass:
		return fmt.Sprintf("the account now has its temporary address %s on its way to %s; running apply again, or the next plan, completes the rename", x.account.Address, words(rename.To))
	case x.atVia():
		return fmt.Sprintf("the account now has its temporary address %s on its way to %s; make a new plan, which goes on with the rename", x.account.Address, words(rename.To))
	case x.mayPass:
		return fmt.Sprintf("the account still has the address %s and is not renamed yet; run apply again", x.account.Address)
	}
	return fmt.Sprintf("the account still has the address %s and is not renamed yet; make a new plan", x.account.Address)
}
