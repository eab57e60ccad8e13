package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// Confirm lays each action of a file that a person may have edited beside the one
// that a plan made now has, fresh, and the states that this was made of. Whole
// actions may have been deleted; any other edit is an objection, by the action's id.
// What is done of an action, or on its way through a temporary address, is no
// difference.
func Confirm(actions []plan.Action, desired plan.Desired, actual plan.Actual, fresh plan.Plan) (map[string]plan.Confirmation, error) {
	c, err := compareFor(fresh, desired, actual)
	if err != nil {
		return nil, err
	}
	f := &confirming{comparison: c, fresh: make(map[string]*plan.Action), conflicts: make(map[string]plan.Conflict), heldNow: make(map[string]string), begun: make(map[string]bool)}
	for i := range fresh.Actions {
		f.fresh[fresh.Actions[i].ID] = &fresh.Actions[i]
	}
	for _, conflict := range slices.Backward(fresh.Conflicts) {
		f.conflicts[conflict.ID] = conflict
	}
	for _, held := range fresh.Held {
		f.heldNow[held.ID] = strings.Join(held.By, ", ")
	}
	rests := make([]rest, len(actions))
	for i := range actions {
		rests[i] = f.restOf(&actions[i])
		f.begun[actions[i].ID] = rests[i].begun
	}
	found := make(map[string]plan.Confirmation, len(actions))
	for i := range rests {
		found[actions[i].ID] = f.confirm(&rests[i])
	}
	return found, nil
}

// confirming is a comparison made after a plan, to confirm that plan's actions.
type confirming struct {
	*comparison
	fresh     map[string]*plan.Action // by id
	conflicts map[string]plan.Conflict
	// heldNow says where the holds are kept that keep an action from happening.
	heldNow map[string]string
	// begun has the actions of which something is done.
	begun map[string]bool
}

// rest is what is left to do of an action.
type rest struct {
	planned *plan.Action
	// action is the planned one without what is done, as a plan made now would
	// have it. It does not mention memberships that go on as they are.
	action plan.Action
	// have is the account, nil where there is none with the person's DCID.
	have         *plan.Account
	begun, atVia bool
}

// restOf takes out of the action what is done.
func (f *confirming) restOf(action *plan.Action) rest {
	r := rest{planned: action, action: *action}
	if !action.Kind.OnAccount() {
		r.begun = f.created(action)
		return r
	}
	dcid, _ := action.DCID()
	if action.Kind == plan.Create {
		for _, have := range f.linked[dcid] {
			if have.HasAddress(action.Account) {
				r.have, r.begun = have, true
			}
		}
		return r
	}
	have := f.byID[action.GoogleID]
	if have == nil || have.DCID != dcid {
		return r
	}
	r.have = have
	r.atVia = action.Via != "" && strings.EqualFold(have.Address, action.Via)
	r.action.Changes = slices.DeleteFunc(slices.Clone(action.Changes), func(change plan.Change) bool {
		linked := change.Field == f.rules.Match && plan.Same(change.Field, plan.Number(have.DCID), change.To)
		return linked || plan.Same(change.Field, have.Field(change.Field), change.To)
	})
	rename, renames := action.Rename()
	_, toRename := r.action.Rename()
	if renamed := renames && !toRename; renamed || r.atVia {
		r.action.Account, r.action.Via = have.Address, ""
	}
	if r.atVia {
		r.action.Changes = r.action.Changes.Without(rename.Field)
	}
	if !toRename || r.atVia {
		r.action.Release = slices.DeleteFunc(slices.Clone(action.Release), func(alias string) bool { return !have.HasAddress(alias) })
	}
	memberships, known := f.actual.Answers.Memberships[have.GoogleID]
	known = known && (have.Suspended || !action.Suspends()) // none ends before the suspension
	rulesDone := 0
	r.action.Groups = slices.DeleteFunc(slices.Clone(action.Groups), func(m plan.MembershipChange) bool {
		if m.ByRule() {
			role, known := f.roleIn(m.Group, have)
			if !known || role != m.To {
				return false
			}
			rulesDone++
			return true
		}
		is := func(membership plan.Membership) bool { return strings.EqualFold(membership.Group, m.Group) }
		return !m.Leaves() || known && !slices.ContainsFunc(memberships, is)
	})
	if action.Kind != plan.Link {
		r.action.Kind = plan.KindOf(r.action.Changes)
	}
	r.begun = r.atVia || rulesDone > 0 || len(r.action.Changes) < len(action.Changes) || len(r.action.Release) < len(action.Release)
	return r
}

func (f *confirming) confirm(r *rest) plan.Confirmation {
	now := f.fresh[r.planned.ID]
	if now != nil {
		if whole := Actions(r.planned, now); whole.Empty() {
			return plan.Confirmation{}
		}
	}
	if r.planned.Kind == plan.Create && r.have != nil {
		return plan.Confirmation{} // apply leaves an account alone that is there
	}
	if !r.planned.Kind.OnAccount() && r.begun {
		return plan.Confirmation{} // and what else is there
	}
	if now == nil {
		return f.withoutFresh(r)
	}
	there := *now
	there.Groups = slices.DeleteFunc(slices.Clone(now.Groups), plan.MembershipChange.Stays)
	here := r.action
	here.After, there.After = f.waitsElsewhere(here.After, now.After)
	goal, _ := r.planned.Rename()
	if change, goesOn := now.Rename(); r.atVia && goesOn && plan.Same(change.Field, change.To, goal.To) {
		there.Changes, there.Via = there.Changes.Without(change.Field), ""
		there.Kind = plan.KindOf(there.Changes)
		if isPart(here.Release, there.Release) {
			there.Release = here.Release
		}
	}
	difference := Actions(&here, &there)
	switch {
	case difference.Empty():
		return plan.Confirmation{}
	case r.done():
		return plan.Confirmation{Done: true}
	}
	return plan.Confirmation{Objection: "is not what a plan made now does: " + differenceWords(&difference)}
}

// done tells whether the account is as the action makes it.
func (r *rest) done() bool {
	return r.begun && !r.atVia && len(r.action.Changes) == 0 && !slices.ContainsFunc(r.action.Groups, plan.MembershipChange.ByRule)
}

// withoutFresh confirms an action that a plan made now does not have.
func (f *confirming) withoutFresh(r *rest) plan.Confirmation {
	switch {
	case r.done():
		return plan.Confirmation{Done: len(r.action.Release)+len(r.action.Groups) > 0}
	case f.conflicts[r.planned.ID].Problem != "":
		return plan.Confirmation{Objection: "is not in a plan made now, which has the conflict: " + f.conflicts[r.planned.ID].Problem}
	case f.heldNow[r.planned.ID] != "":
		return plan.Confirmation{Objection: "is held in a plan made now (" + f.heldNow[r.planned.ID] + ")"}
	}
	return plan.Confirmation{Objection: "is not in a plan made now"}
}

// waitsElsewhere returns what only one of two actions waits for. The one in the file
// may still name others that have begun, for which nobody waits any more.
func (f *confirming) waitsElsewhere(here, there []string) (onlyHere, onlyThere []string) {
	for _, id := range here {
		if !slices.Contains(there, id) && !f.begun[id] {
			onlyHere = append(onlyHere, id)
		}
	}
	for _, id := range there {
		if !slices.Contains(here, id) {
			onlyThere = append(onlyThere, id)
		}
	}
	return onlyHere, onlyThere
}

// isPart tells whether all addresses of a list are in another one.
func isPart(list, of []string) bool {
	return !slices.ContainsFunc(list, func(one string) bool {
		return !slices.ContainsFunc(of, func(other string) bool { return strings.EqualFold(one, other) })
	})
}

// differenceWords says in what two actions differ, the first one that of the file.
func differenceWords(d *plan.ActionDifference) string {
	var words []string
	for _, field := range d.Fields {
		words = append(words, fmt.Sprintf("%s %s in the file, %s now", field.Field, toWords(field.Before), toWords(field.After)))
	}
	for _, m := range d.Memberships {
		switch {
		case m.Before == nil:
			words = append(words, m.Group+" is not in the file")
		case m.After == nil:
			words = append(words, m.Group+" is only in the file")
		default:
			words = append(words, "the role in "+m.Group)
		}
	}
	for _, value := range d.Values {
		words = append(words, fmt.Sprintf("%s %q in the file, %q now", value.Key, value.Before, value.After))
	}
	return strings.Join(words, "; ")
}

func toWords(change *plan.Change) string {
	if change == nil {
		return "not at all"
	}
	return fmt.Sprintf("%q → %q", change.From.String(), change.To.String())
}
