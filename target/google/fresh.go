package google

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/staffsync/staffsync/plan"
)

// freshFor is how long after its creation an account may still be unknown to
// parts of Google. The pauses between the attempts at one request, half a
// minute in all, bound the waiting as well.
const freshFor = time.Minute

// newcomers are the accounts and groups that this process created, by their id
// and by their address, and when.
type newcomers struct {
	lock    sync.Mutex
	created map[string]time.Time
}

func (n *newcomers) add(now time.Time, keys ...string) {
	n.lock.Lock()
	defer n.lock.Unlock()
	if n.created == nil {
		n.created = map[string]time.Time{}
	}
	for _, key := range keys {
		n.created[strings.ToLower(key)] = now
	}
}

// fresh tells whether the account or group with that id or address was created
// only just now.
func (n *newcomers) fresh(now time.Time, key string) bool {
	n.lock.Lock()
	defer n.lock.Unlock()
	created, known := n.created[strings.ToLower(key)]
	return known && now.Sub(created) < freshFor
}

// tooEarly tells whether the failure may be only because its account was
// created just now: for some seconds Google may answer that there is no such
// account or that nobody may touch it. (That its creation is not complete,
// 412, is tried again for every account.)
func (f *failure) tooEarly() bool {
	return errors.Is(f, plan.ErrNotFound) || f.status == http.StatusForbidden && f.reason == "forbidden"
}
