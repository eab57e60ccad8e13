package apply

import (
	"fmt"
	"os"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// MadeAccounts returns the Google ids of the accounts that a journal says were made
// for people or linked to them, by DCID: of several the last. Lists may not show them
// yet. Whether they are still the people's is for the directory to say.
func MadeAccounts(journalPath string) (map[int64]string, error) {
	if _, err := os.Stat(journalPath); err != nil {
		return nil, fmt.Errorf("read the journal: %w", err)
	}
	data, err := readJournalFile(journalPath)
	if err != nil {
		return nil, err
	}
	made := make(map[int64]string)
	_, err = eachEntry(journalPath, data, func(e entry) {
		action := plan.Action{ID: e.ID}
		if dcid, ok := action.DCID(); ok && e.done() && strings.TrimSpace(e.GoogleID) != "" {
			made[dcid] = e.GoogleID
		}
	})
	return made, err
}
