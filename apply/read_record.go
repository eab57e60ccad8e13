package apply

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// ReadRecord reads what a journal, named so in errors, tells of the plan of that
// digest, or of the last plan that it has lines of where the digest is empty or of
// another plan. What a killed run left of its last line is no error.
func ReadRecord(name string, data []byte, digest string) (plan.Record, error) {
	records := make(map[string]*recordReader)
	last := ""
	whole, err := eachEntry(name, data, func(e entry) {
		last = e.Plan
		if records[last] == nil {
			records[last] = &recordReader{}
		}
		records[last].read(e)
	})
	if err != nil {
		return plan.Record{}, err
	}
	cut := len(bytes.TrimSpace(data[whole:])) > 0
	if len(records) == 0 && !cut {
		return plan.Record{}, fmt.Errorf("%s is empty: no apply has written to it", name)
	}
	if records[digest] == nil {
		digest = last
	}
	found := plan.Record{Plan: digest, Cut: cut, OtherPlans: max(0, len(records)-1)}
	if r := records[digest]; r != nil {
		r.into(&found)
	}
	return found, nil
}

// recordReader gathers the lines of one plan.
type recordReader struct {
	record  plan.Record
	actions []*recorded
	byID    map[string]*recorded
}

// recorded is one action and the groups that it is to leave, as where it was begun.
type recorded struct {
	plan.RecordedAction
	leave []string
}

func (r *recordReader) read(e entry) {
	switch e.Outcome {
	case made, madeAgain:
		*r = recordReader{}
		return
	case cutShort: // as the beginning without an end says
		return
	}
	if r.record.To = e.Time; r.record.From.IsZero() {
		r.record.From = e.Time
	}
	a := r.of(e)
	switch {
	case e.Outcome == started:
		a.Ending, a.Message, a.leave = plan.EndedUnfinished, "a run was cut short while it was at it; apply the plan again", e.Leave
	case e.Operation == "":
		a.Ending, a.Message = endingOf(e), e.Message
	default:
		a.note(e)
	}
}

func (r *recordReader) of(e entry) *recorded {
	a := r.byID[e.ID]
	if a == nil {
		a = &recorded{RecordedAction: plan.RecordedAction{ID: e.ID, Ending: plan.EndedUnfinished}}
		r.actions = append(r.actions, a)
		if r.byID == nil {
			r.byID = make(map[string]*recorded)
		}
		r.byID[e.ID] = a
	}
	a.Account = e.Account
	return a
}

// note notes how an operation ended, in the place of what an earlier run said of it.
func (a *recorded) note(e entry) {
	group, _ := groupOf(e.Operation)
	o := plan.RecordedOperation{Name: e.Operation, Group: group, Ending: endingOf(e), Message: e.Message}
	if field, sets := strings.CutPrefix(e.Operation, setVerb); sets {
		o.Field = field
	}
	for i := range a.Operations {
		if a.Operations[i].Name == o.Name {
			a.Operations[i] = o
			return
		}
	}
	a.Operations = append(a.Operations, o)
}

// endingOf is how the action or operation of the line ended.
func endingOf(e entry) plan.Ending {
	switch {
	case e.done():
		return plan.EndedDone
	case e.Outcome == string(Failed):
		return plan.EndedFailed
	case e.Outcome == string(Drifted):
		return plan.EndedDrifted
	case e.Outcome == string(HeldBack), e.Outcome == leftOut:
		return plan.EndedLeftOut
	}
	return plan.EndedNotReached
}

// into lists the actions with the memberships that are not changed yet, as far as
// the journal tells of them.
func (r *recordReader) into(record *plan.Record) {
	record.From, record.To = r.record.From, r.record.To
	for _, a := range r.actions {
		if a.Ending != plan.EndedDone {
			a.findGroups()
		}
		record.Actions = append(record.Actions, a.RecordedAction)
	}
}

// findGroups says which memberships were to be changed and are not.
func (a *recorded) findGroups() {
	ended := make(map[string]bool)
	for _, o := range a.Operations {
		done := o.Ending == plan.EndedDone
		switch {
		case strings.HasPrefix(o.Name, leaveVerb):
			ended[o.Group] = done
			if !done {
				a.StillIn = append(a.StillIn, o.Group)
			}
		case done:
		case strings.HasPrefix(o.Name, pruneVerb):
			a.StillIn = append(a.StillIn, o.Group)
		case strings.HasPrefix(o.Name, joinVerb):
			a.NotIn = append(a.NotIn, o.Group)
		case strings.HasPrefix(o.Name, roleVerb):
			a.OtherRole = append(a.OtherRole, o.Group)
		}
	}
	for _, group := range a.leave {
		if _, said := ended[group]; !said {
			a.StillIn = append(a.StillIn, group)
		}
	}
}
