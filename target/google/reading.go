package google

import "sync"

// Reading is how far a reading of the directory is.
type Reading struct {
	// Accounts counts the accounts that were listed.
	Accounts int
	// Done counts the ranges and look-ups that were answered, of the Known ones that
	// the reading is known to take so far.
	Done, Known int
	// Over tells that the reading has ended, well or not.
	Over bool
}

// reading tells how far a reading is to whoever wants to know.
type reading struct {
	tell func(Reading)

	lock sync.Mutex
	now  Reading
	// open counts the readings that go on: one may be a part of another.
	open int
}

// begin begins a reading, which end ends.
func (r *reading) begin() (end func()) {
	r.change(func() { r.open++ })
	return func() {
		r.change(func() {
			if r.open--; r.open == 0 {
				r.now.Over = true
			}
		})
	}
}

func (r *reading) listed(accounts int) { r.change(func() { r.now.Accounts += accounts }) }

func (r *reading) known(requests int) { r.change(func() { r.now.Known += requests }) }

func (r *reading) done() { r.change(func() { r.now.Done++ }) }

// change tells of the change in the order in which they were made.
func (r *reading) change(make func()) {
	if r.tell == nil {
		return
	}
	r.lock.Lock()
	defer r.lock.Unlock()
	make()
	r.tell(r.now)
	if r.now.Over {
		r.now = Reading{}
	}
}
