package apply

import (
	"container/heap"
	"sync"
)

// schedule hands out steps in the plan's order, each as soon as all that it
// waits for has ended.
type schedule struct {
	mu   sync.Mutex
	wake *sync.Cond

	steps      []step
	claimed    []bool
	ready      indexHeap
	left       []int   // of each step, how many that it waits for have not ended
	dependents [][]int // of each step, who waits for it
	running    int
	unclaimed  int
	stopped    bool
	// wanted are the steps that are still handed out while the run comes to
	// its end, nil before that.
	wanted []bool
}

func newSchedule(steps []step) *schedule {
	s := &schedule{
		steps:      steps,
		claimed:    make([]bool, len(steps)),
		left:       make([]int, len(steps)),
		dependents: dependentsOf(steps),
		unclaimed:  len(steps),
	}
	s.wake = sync.NewCond(&s.mu)
	for i := range steps {
		s.left[i] = len(steps[i].waits)
		if s.left[i] == 0 {
			s.ready = append(s.ready, i)
		}
	}
	heap.Init(&s.ready)
	return s
}

// claim returns the next step, waiting for one if need be. It returns false
// when there will be none.
func (s *schedule) claim() (int, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for !s.stopped && len(s.ready) == 0 && s.running > 0 {
		s.wake.Wait()
	}
	if s.stopped || len(s.ready) == 0 {
		return 0, false
	}
	s.running++
	s.unclaimed--
	i := heap.Pop(&s.ready).(int)
	s.claimed[i] = true
	return i, true
}

// end tells that a claimed step has ended.
func (s *schedule) end(i int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running--
	for _, dependent := range s.dependents[i] {
		if s.left[dependent]--; s.left[dependent] == 0 && (s.wanted == nil || s.wanted[dependent]) {
			heap.Push(&s.ready, dependent)
		}
	}
	s.wake.Broadcast()
}

// finish has claim hand out only what completes the actions that have begun:
// the rest of a rename whose account stands at its temporary address, and
// what that waits for. Nobody is left there by an interrupt.
func (s *schedule) finish() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.wanted != nil {
		return
	}
	s.wanted = make([]bool, len(s.steps))
	for i, step := range s.steps {
		if step.portion == late && s.claimed[i-1] {
			s.want(i)
		}
	}
	ready := s.ready[:0]
	for _, i := range s.ready {
		if s.wanted[i] {
			ready = append(ready, i)
		}
	}
	s.ready = ready
	heap.Init(&s.ready)
	s.wake.Broadcast()
}

// want marks the step, the rest of its action, and all that it waits for.
func (s *schedule) want(i int) {
	if s.wanted[i] || s.claimed[i] {
		return
	}
	s.wanted[i] = true
	if s.steps[i].portion == early {
		s.want(i + 1)
	}
	for _, before := range s.steps[i].waits {
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

// leftOver tells whether steps were never handed out.
func (s *schedule) leftOver() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.unclaimed > 0
}

// indexHeap is a heap.Interface with the smallest index on top.
type indexHeap []int

func (h indexHeap) Len() int           { return len(h) }
func (h indexHeap) Less(i, j int) bool { return h[i] < h[j] }
func (h indexHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *indexHeap) Push(x any)        { *h = append(*h, x.(int)) }
func (h *indexHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}
