package google

import (
	"errors"
	"fmt"
	"sync"

	"github.com/staffsync/staffsync/plan"
)

// enoughLookUps is how many different accounts or groups a kind of look-up has
// to be refused for, without one that is answered, to show that a privilege is
// missing.
const enoughLookUps = 10

// lookUps counts for each kind of look-up what was asked about and what was
// refused. It is safe for use by several goroutines.
type lookUps struct {
	lock  sync.Mutex
	kinds map[string]*lookUpKind
}

type lookUpKind struct {
	asked, refused map[string]bool
	// first is the first refusal.
	first error
}

// note counts a look-up of that kind. An error that is a lasting answer about
// that one account or group is returned as the problem, in Google's words; any
// other comes back as it is.
func (l *lookUps) note(kind, subject string, err error) (problem string, unexpected error) {
	f := (*failure)(nil)
	if err != nil && (!errors.As(err, &f) || !f.lasting()) {
		return "", err
	}
	l.lock.Lock()
	defer l.lock.Unlock()
	if l.kinds == nil {
		l.kinds = make(map[string]*lookUpKind)
	}
	noted := l.kinds[kind]
	if noted == nil {
		noted = &lookUpKind{asked: map[string]bool{}, refused: map[string]bool{}}
		l.kinds[kind] = noted
	}
	noted.asked[subject] = true
	if f == nil {
		return "", nil
	}
	if errors.Is(f, plan.ErrForbidden) || errors.Is(f, plan.ErrRefused) {
		noted.refused[subject] = true
		if noted.first == nil {
			noted.first = err
		}
	}
	return f.message, nil
}

// lasting tells whether the failure is Google's final answer about one account
// or group, and not about who asks.
func (f *failure) lasting() bool {
	switch f.reason {
	case "insufficientPermissions", "accessNotConfigured", "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "SERVICE_DISABLED":
		return false
	}
	return errors.Is(f, plan.ErrForbidden) || errors.Is(f, plan.ErrNotFound) || errors.Is(f, plan.ErrDeleted) ||
		keyRefused(f, "userKey") || keyRefused(f, "groupKey") || keyRefused(f, "memberKey")
}

// refusedThroughout returns an error when a kind of look-up was refused each
// time, often enough to be no one account's or group's trouble.
func (l *lookUps) refusedThroughout() error {
	l.lock.Lock()
	defer l.lock.Unlock()
	for kind, noted := range l.kinds {
		if len(noted.asked) >= enoughLookUps && len(noted.refused) == len(noted.asked) {
			return fmt.Errorf("all %d look-ups of %s were refused, so the account that staffsync acts as lacks a privilege or sees only a part of the directory: %w",
				len(noted.asked), kind, noted.first)
		}
	}
	return nil
}
