package apply

import (
	"slices"
	"sync"

	"github.com/staffsync/staffsync/plan"
)

// stage is a run of an action's operations that need not wait once the first
// of them has begun.
type stage struct {
	action int // the action's index
	number int
	// waits are the indexes of the stages that must have ended before.
	waits []int
}

// stagesOf returns the stages of the actions, in the plan's order, those of
// one action one after the other. Each action's operations are given.
func stagesOf(actions []plan.Action, operations [][]operation) []stage {
	var stages []stage
	frees := make(map[string]int) // the stage after which an action's addresses are free
	var waiting []int
	needing := make(map[int][]plan.Need) // by stage, what may be created for it
	creates := slices.ContainsFunc(actions, func(a plan.Action) bool { return !a.Kind.OnAccount() })
	for i := range actions {
		first, last := len(stages), 0
		freeing := -1
		for _, o := range operations[i] {
			last = max(last, o.stage)
			if o.frees {
				freeing = o.stage
			}
			if o.waits {
				waiting = append(waiting, first+o.stage)
			}
			if creates {
				needing[first+o.stage] = append(needing[first+o.stage], o.needs()...)
			}
		}
		for number := range last + 1 {
			s := stage{action: i, number: number}
			if number > 0 {
				s.waits = []int{len(stages) - 1}
			}
			stages = append(stages, s)
		}
		if freeing < 0 {
			freeing = last
		}
		frees[actions[i].ID] = first + freeing
	}
	for _, i := range waiting {
		for _, id := range actions[stages[i].action].After {
			if before, ok := frees[id]; ok {
				stages[i].waits = append(stages[i].waits, before)
			}
		}
	}
	for i, needs := range needing {
		for _, need := range needs {
			if before, created := frees[need.ID]; created {
				stages[i].waits = append(stages[i].waits, before)
			}
		}
	}
	return stages
}

// schedule hands out stages in the plan's order, each as soon as all that it
// waits for has ended.
type schedule struct {
	mu   sync.Mutex
	wake *sync.Cond

	// atOnce is how many stages and helpers of theirs may run at once.
	atOnce     int
	stages     []stage
	claimed    []bool
	ready      []int   // sorted
	left       []int   // of each stage, how many that it waits for have not ended
	dependents [][]int // of each stage, who waits for it
	running    int
	helpers    int
	unclaimed  int
	stopped    bool
	// wanted are the stages that are still handed out while the run comes to
	// its end, nil before that.
	wanted []bool
}

func newSchedule(stages []stage, atOnce int) *schedule {
	s := &schedule{
		atOnce:     atOnce,
		stages:     stages,
		claimed:    make([]bool, len(stages)),
		left:       make([]int, len(stages)),
		dependents: make([][]int, len(stages)),
		unclaimed:  len(stages),
	}
	s.wake = sync.NewCond(&s.mu)
	for i, stage := range stages {
		s.left[i] = len(stage.waits)
		if s.left[i] == 0 {
			s.ready = append(s.ready, i)
		}
		for _, before := range stage.waits {
			s.dependents[before] = append(s.dependents[before], i)
		}
	}
	return s
}

// claim returns the next stage, waiting for one, and for room, if need be. It
// returns false when there will be none.
func (s *schedule) claim() (int, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for !s.stopped && s.running > 0 && (len(s.ready) == 0 || s.running+s.helpers >= s.atOnce) {
		s.wake.Wait()
	}
	if s.stopped || len(s.ready) == 0 {
		return 0, false
	}
	s.running++
	s.unclaimed--
	i := s.ready[0]
	s.ready = s.ready[1:]
	s.claimed[i] = true
	return i, true
}

// end tells that a claimed stage has ended.
func (s *schedule) end(i int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running--
	for _, dependent := range s.dependents[i] {
		if s.left[dependent]--; s.left[dependent] == 0 && (s.wanted == nil || s.wanted[dependent]) {
			at, _ := slices.BinarySearch(s.ready, dependent)
			s.ready = slices.Insert(s.ready, at, dependent)
		}
	}
	s.wake.Broadcast()
}

// help tells whether there is room for a helper of a stage that runs. One that
// was let in has to leave with helped.
func (s *schedule) help() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running+s.helpers >= s.atOnce {
		return false
	}
	s.helpers++
	return true
}

// helped tells that a helper has ended.
func (s *schedule) helped() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.helpers--
	s.wake.Broadcast()
}

// finish has claim hand out only what completes the actions that have begun:
// the last stage of a rename whose account has its temporary address, and
// what that waits for. An interrupt leaves nobody there.
func (s *schedule) finish() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.wanted != nil {
		return
	}
	s.wanted = make([]bool, len(s.stages))
	for i, stage := range s.stages {
		if stage.number > 0 && s.claimed[i-1] {
			s.want(i)
		}
	}
	s.ready = slices.DeleteFunc(s.ready, func(i int) bool { return !s.wanted[i] })
	s.wake.Broadcast()
}

// want marks the stage, the rest of its action, and all that it waits for.
func (s *schedule) want(i int) {
	if s.wanted[i] || s.claimed[i] {
		return
	}
	s.wanted[i] = true
	if next := i + 1; next < len(s.stages) && s.stages[next].number > 0 {
		s.want(next)
	}
	for _, before := range s.stages[i].waits {
		s.want(before)
	}
}

// stop has claim hand out nothing more.
func (s *schedule) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopped = true
	s.wake.Broadcast()
}

// leftOver tells whether stages were never handed out.
func (s *schedule) leftOver() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.unclaimed > 0
}

// neverReady returns the indexes of the actions that cannot end, because they
// wait for each other in a ring, or for one that does.
func neverReady(stages []stage) []int {
	s := newSchedule(stages, 1)
	for i, ok := s.claim(); ok; i, ok = s.claim() {
		s.end(i)
	}
	var actions []int
	for i, stage := range stages {
		if !s.claimed[i] {
			actions = append(actions, stage.action)
		}
	}
	return slices.Compact(actions)
}
