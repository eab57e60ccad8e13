package apply

import (
	"fmt"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// ReadDone reads from a journal what the runs of the plan of that digest did since
// it was made, by the action's id. A journal that is missing, or knows nothing of
// the plan, is an error; so is one that says of an action that it was done and not
// which operations, as older ones do, unless fromPlan takes all of it for done.
func ReadDone(journalPath, digest string, fromPlan bool) (map[string]plan.Done, error) {
	data, err := readJournalFile(journalPath)
	if err != nil {
		return nil, err
	}
	if data == nil {
		return nil, fmt.Errorf("there is no journal %s, so nobody knows what the plan did; name it with --journal", journalPath)
	}
	return readDone(journalPath, data, digest, fromPlan)
}

func readDone(path string, data []byte, digest string, fromPlan bool) (map[string]plan.Done, error) {
	r := doneReader{}
	known := false
	_, err := eachEntry(path, data, func(e entry) {
		if e.Plan != digest {
			return
		}
		known = true
		r.read(e)
	})
	switch {
	case err != nil:
		return nil, err
	case !known:
		return nil, fmt.Errorf("%s is the journal of another plan: it has nothing of the digest %s", path, digest)
	}
	found := make(map[string]plan.Done, len(r))
	for id, a := range r {
		if a.begun {
			a.cutShort() // and no run came to it after that
		}
		switch {
		case a.done.Whole && !a.killed && !a.told && !fromPlan:
			return nil, fmt.Errorf("%s does not say which operations of %s were done; to take the plan's word for all of them, say --from-plan", path, id)
		case a.wrote:
			found[id] = a.done
		}
	}
	return found, nil
}

// doneReader is readDone at work: what is known of each action, by its id.
type doneReader map[string]*doneAction

// doneAction is what runs did of one action.
type doneAction struct {
	done plan.Done
	// wrote tells that any run did something of it, or may have.
	wrote bool
	// begun tells that a run of it has no end yet, and silent that it told of no
	// operation so far.
	begun, silent bool
	// killed tells that a run of it never had an end: what that one did may be in no
	// line. Told tells that lines name operations that were done.
	killed, told bool
}

func (r doneReader) read(e entry) {
	switch e.Outcome {
	case made:
		clear(r)
		return
	case madeAgain, leftOut:
		return
	}
	a := r[e.ID]
	if a == nil {
		a = &doneAction{}
		r[e.ID] = a
	}
	if e.GoogleID != "" {
		a.done.GoogleID = e.GoogleID
	}
	switch {
	case e.Outcome == started:
		if a.begun {
			a.cutShort()
		}
		a.begun, a.silent = true, true
	case e.Outcome == cutShort:
		a.cutShort()
	case e.Operation == "":
		a.end(e)
	default:
		a.silent = false
		if e.Outcome == string(Done) {
			a.did(e.Operation)
		}
	}
}

// did notes an operation that was done.
func (a *doneAction) did(operation string) {
	a.wrote, a.told = true, true
	field, sets := strings.CutPrefix(operation, setVerb)
	group, changes := groupOf(operation)
	switch {
	case operation == createVerb:
		a.done.Created = true
	case sets:
		a.done.Fields = append(a.done.Fields, field)
	case strings.HasPrefix(operation, renameVerb):
		a.done.Renamed = true
	case changes:
		a.done.Groups = append(a.done.Groups, group)
	}
}

// groupOf returns the group of an operation on a membership.
func groupOf(operation string) (group string, ok bool) {
	for _, verb := range []string{leaveVerb, joinVerb, pruneVerb, roleVerb} {
		if group, ok := strings.CutPrefix(operation, verb); ok {
			return group, true
		}
	}
	return "", false
}

// end notes how a run of the action ended. A journal may not say that the run which
// began it was killed: but that one would have told of an operation before its end,
// and would not have found all of it done already.
func (a *doneAction) end(e entry) {
	switch {
	case a.begun && (a.silent || e.Outcome == string(Already)):
		a.cutShort()
	case e.Outcome == string(Done) && !a.told:
		a.done.Whole, a.wrote = true, true
	}
	a.begun = false
}

// cutShort notes that the run which began the action was killed: all of what is done
// may be that one's.
func (a *doneAction) cutShort() {
	a.begun, a.killed, a.done.Whole, a.wrote = false, true, true, true
}
