package apply

import (
	"maps"
	"slices"
	"strings"
)

// Unreleased reads in a journal which aliases were left on an account by a run
// that was cut short: it had begun to rename the account, and was to take the
// alias from it for somebody else. They are listed by the account's Google id.
// The plans that the journal is of do not matter, and there need be no journal.
func Unreleased(journalPath string) (map[string][]string, error) {
	data, err := readJournalFile(journalPath)
	if err != nil {
		return nil, err
	}
	left := make(map[string]map[string]bool)
	_, err = eachEntry(journalPath, data, func(e entry) {
		alias, releases := strings.CutPrefix(e.Operation, releaseVerb)
		switch {
		case e.Outcome == started && len(e.Release) > 0:
			left[e.GoogleID] = make(map[string]bool)
			for _, alias := range e.Release {
				left[e.GoogleID][alias] = true
			}
		case releases && e.done():
			delete(left[e.GoogleID], alias)
		case e.Outcome == string(Failed) && strings.HasPrefix(e.Operation, renameVerb):
			delete(left, e.GoogleID) // the old address is not an alias
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
