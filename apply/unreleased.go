package apply

import (
	"maps"
	"slices"
	"strings"
)

// Unreleased reads in a journal which aliases were left on an account by a run
// that was cut short: it had renamed the account, and was to take the alias
// from it for somebody else. They are listed by the account's Google id. The
// plans that the journal is of do not matter, and there need be no journal.
func Unreleased(journalPath string) (map[string][]string, error) {
	data, err := readJournalFile(journalPath)
	if err != nil {
		return nil, err
	}
	left := make(map[string]map[string]bool)
	_, err = eachEntry(journalPath, data, func(e entry) {
		if !e.done() {
			return
		}
		if alias, released := strings.CutPrefix(e.Operation, releaseVerb); released {
			delete(left[e.GoogleID], alias)
		}
		for _, alias := range e.Release {
			if left[e.GoogleID] == nil {
				left[e.GoogleID] = make(map[string]bool)
			}
			left[e.GoogleID][alias] = true
		}
	})
	if err != nil {
		return nil, err
	}
	unreleased := make(map[string][]string)
	for id, aliases := range left {
		if len(aliases) > 0 {
			unreleased[id] = slices.Sorted(maps.Keys(aliases))
		}
	}
	return unreleased, nil
}
