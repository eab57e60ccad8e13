package apply

import (
	"maps"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// LeftUndone is what a journal says was left undone on accounts, by their Google
// ids, and what the accounts themselves do not show.
type LeftUndone struct {
	// Aliases were to be taken from an account for somebody else, and a run that
	// was cut short had begun to rename it.
	Aliases map[string][]string
	// Memberships were to be ended, and were not.
	Memberships map[string][]string
	// Suspensions could not be lifted, because Google lets nobody do that; each
	// has its reason at the time, which may be empty.
	Suspensions map[string]string
}

// AddTo adds to the actual state what was left undone.
func (l LeftUndone) AddTo(actual *plan.Actual) {
	actual.Unreleased, actual.Unended, actual.Unlifted = l.Aliases, l.Memberships, l.Suspensions
}

// ReadLeftUndone reads journals, the older ones first. The plans that they are of
// do not matter, and none of them need be there.
func ReadLeftUndone(journalPaths ...string) (LeftUndone, error) {
	var journals []journalText
	for _, path := range journalPaths {
		data, err := readJournalFile(path)
		if err != nil {
			return LeftUndone{}, err
		}
		journals = append(journals, journalText{path, data})
	}
	return leftUndone(journals...)
}

// journalText is what is in a journal's file.
type journalText struct {
	path string
	data []byte
}

func leftUndone(journals ...journalText) (LeftUndone, error) {
	aliases, memberships := make(leftByAccount), make(leftByAccount)
	suspensions := make(map[string]string)
	note := func(e entry) {
		alias, releases := strings.CutPrefix(e.Operation, releaseVerb)
		group, leaves := strings.CutPrefix(e.Operation, leaveVerb)
		switch {
		case e.Outcome == started:
			aliases.begin(e.GoogleID, e.Release)
			memberships.begin(e.GoogleID, e.Leave)
		case releases && e.done():
			delete(aliases[e.GoogleID], alias)
		case leaves && e.done():
			delete(memberships[e.GoogleID], group)
		case len(e.Unlifted) > 0:
			maps.Copy(suspensions, e.Unlifted)
		case e.Operation == setVerb+plan.FieldSuspended && e.done():
			delete(suspensions, e.GoogleID)
		case e.Outcome == string(Failed) && strings.HasPrefix(e.Operation, renameVerb):
			delete(aliases, e.GoogleID) // the old address is not an alias
		}
	}
	for _, journal := range journals {
		if _, err := eachEntry(journal.path, journal.data, note); err != nil {
			return LeftUndone{}, err
		}
	}
	return LeftUndone{aliases.lists(), memberships.lists(), suspensions}, nil
}

// leftByAccount has what is left to do to each account.
type leftByAccount map[string]map[string]bool

// begin notes what an action that is begun is to do.
func (l leftByAccount) begin(googleID string, all []string) {
	if len(all) == 0 {
		return
	}
	l[googleID] = make(map[string]bool)
	for _, one := range all {
		l[googleID][one] = true
	}
}

func (l leftByAccount) lists() map[string][]string {
	lists := make(map[string][]string)
	for id, left := range l {
		if len(left) > 0 {
			lists[id] = slices.Sorted(maps.Keys(left))
		}
	}
	return lists
}
