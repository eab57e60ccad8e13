package apply

import (
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// portion is how much of an action a step is.
type portion int

const (
	// whole is all of the action.
	whole portion = iota
	// early is what need not wait: of a rename through a temporary address
	// everything but the final address, of a suspension that also renames
	// everything but the rename.
	early
	// late is the rest.
	late
)

// step is a part of an action that runs without waiting once it has begun.
type step struct {
	action  int // index of the action
	portion portion
	// waits are the indexes of the steps that must have freed their address
	// before.
	waits []int
}

// stepsOf divides the actions into steps, in the plan's order.
func stepsOf(actions []plan.Action) []step {
	var steps []step
	// frees maps an action's id to the step after which its old address and
	// its aliases are free.
	frees := make(map[string]int)
	for i := range actions {
		action := &actions[i]
		if !divided(action) {
			frees[action.ID] = len(steps)
			steps = append(steps, step{action: i, portion: whole})
			continue
		}
		first := len(steps)
		steps = append(steps, step{action: i, portion: early}, step{action: i, portion: late, waits: []int{first}})
		frees[action.ID] = first
		if action.Via == "" {
			frees[action.ID] = first + 1
		}
	}
	for i := range steps {
		s := &steps[i]
		action := &actions[s.action]
		_, renamed := action.Rename()
		if s.portion == early || !renamed && action.Kind != plan.Create {
			continue
		}
		for _, id := range action.After {
			if before, ok := frees[id]; ok {
				s.waits = append(s.waits, before)
			}
		}
	}
	return steps
}

// divided tells whether the action has something to do before what it waits
// for is done. A suspension never waits.
func divided(action *plan.Action) bool {
	_, renamed := action.Rename()
	return renamed && (action.Via != "" || action.Suspends() && len(action.After) > 0)
}

// findRing returns steps that wait for each other in a ring, nil when there
// are none.
func findRing(steps []step) []int {
	left := make([]int, len(steps))
	dependents := dependentsOf(steps)
	var free []int
	for i, s := range steps {
		left[i] = len(s.waits)
		if left[i] == 0 {
			free = append(free, i)
		}
	}
	for len(free) > 0 {
		i := free[len(free)-1]
		free = free[:len(free)-1]
		for _, dependent := range dependents[i] {
			if left[dependent]--; left[dependent] == 0 {
				free = append(free, dependent)
			}
		}
	}
	start := slices.IndexFunc(left, func(n int) bool { return n > 0 })
	if start < 0 {
		return nil
	}
	// Every step that is left waits for another that is left, so following
	// them comes back to where it was.
	var path []int
	for at := start; ; {
		if i := slices.Index(path, at); i >= 0 {
			return path[i:]
		}
		path = append(path, at)
		at = steps[at].waits[slices.IndexFunc(steps[at].waits, func(w int) bool { return left[w] > 0 })]
	}
}

func dependentsOf(steps []step) [][]int {
	dependents := make([][]int, len(steps))
	for i, s := range steps {
		for _, before := range s.waits {
			dependents[before] = append(dependents[before], i)
		}
	}
	return dependents
}

// idsOf lists the actions of the steps, sorted, without repeats.
func idsOf(actions []plan.Action, steps []step, indexes []int) string {
	var ids []string
	for _, i := range indexes {
		ids = append(ids, actions[steps[i].action].ID)
	}
	slices.Sort(ids)
	return strings.Join(slices.Compact(ids), ", ")
}
