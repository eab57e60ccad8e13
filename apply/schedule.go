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

	ready      indexHeap
	left       []int   // of each step, how many that it waits for have not ended
	dependents [][]int // of each step, who waits for it
	running    int
	unclaimed  int
	stopped    bool
}

func newSchedule(steps []step) *schedule {
	s := &schedule{
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
	return heap.Pop(&s.ready).(int), true
}

// end tells that a claimed step has ended.
func (s *schedule) end(i int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running--
	for _, dependent := range s.dependents[i] {
		if s.left[dependent]--; s.left[dependent] == 0 {
			heap.Push(&s.ready, dependent)
		}
	}
	s.wake.Broadcast()
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
