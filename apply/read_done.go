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
	r := doneReader{done: make(map[string]*plan.Done), begun: make(map[string]bool), killed: make(map[string]bool), operations: make(map[string]bool)}
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
	found := make(map[string]plan.Done, len(r.done))
	for id, done := range r.done {
		if done.Whole && !r.operations[id] && !r.killed[id] && !fromPlan {
			return nil, fmt.Errorf("%s does not say which operations of %s were done; to take the plan's word for all of them, say --from-plan", path, id)
		}
		found[id] = *done
	}
	return found, nil
}

// doneReader is readDone at work.
type doneReader struct {
	done map[string]*plan.Done
	// begun has the actions of which a run has no end yet, and killed those of which
	// one never had: what it did may be in no line. Operations has the actions of
	// which lines tell any.
	begun, killed, operations map[string]bool
}

func (r *doneReader) read(e entry) {
	switch {
	case e.Outcome == made:
		clear(r.done)
		clear(r.begun)
		clear(r.killed)
		clear(r.operations)
		return
	case e.Outcome == madeAgain, e.Outcome == leftOut:
		return
	case e.Outcome == started:
		// A second beginning without an end between: the first run was killed.
		if r.begun[e.ID] {
			r.of(e).Whole, r.killed[e.ID] = true, true
		}
		r.begun[e.ID] = true
		return
	case e.Operation == "":
		r.end(e)
		return
	case e.Outcome != string(Done):
		return
	}
	done := r.of(e)
	r.operations[e.ID] = true
	field, sets := strings.CutPrefix(e.Operation, setVerb)
	group, changes := groupOf(e.Operation)
	switch {
	case e.Operation == createVerb:
		done.Created = true
	case sets:
		done.Fields = append(done.Fields, field)
	case strings.HasPrefix(e.Operation, renameVerb):
		done.Renamed = true
	case changes:
		done.Groups = append(done.Groups, group)
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

// end notes how a run of the action ended. Where one before it was killed, all of
// what is done may be that one's.
func (r *doneReader) end(e entry) {
	killed := r.begun[e.ID]
	delete(r.begun, e.ID)
	if e.Outcome == string(Done) && !r.operations[e.ID] || e.Outcome == string(Already) && killed {
		r.of(e).Whole = true
		r.killed[e.ID] = killed
	}
}

// of returns what is known of the action.
func (r *doneReader) of(e entry) *plan.Done {
	done := r.done[e.ID]
	if done == nil {
		done = &plan.Done{}
		r.done[e.ID] = done
	}
	if e.GoogleID != "" {
		done.GoogleID = e.GoogleID
	}
	return done
}
