package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// sharingOrigins is the state as a snapshot has it: origins, which are the same for
// everybody under one org unit rule, are listed once, and accounts give their
// number in the list.
func (d Desired) sharingOrigins() Desired {
	numbers := make(map[string]int)
	d.Accounts = slices.Clone(d.Accounts)
	for i := range d.Accounts {
		account := &d.Accounts[i]
		if len(account.Origins) == 0 {
			continue
		}
		content := originsContent(account.Origins)
		number, known := numbers[content]
		if !known {
			d.SharedOrigins = append(d.SharedOrigins, account.Origins)
			number = len(d.SharedOrigins)
			numbers[content] = number
		}
		account.Origins, account.SharedOrigins = nil, number
	}
	return d
}

// originsContent is the same text for origins with the same fields and rules.
func originsContent(origins map[string]string) string {
	var content strings.Builder
	for _, field := range slices.Sorted(maps.Keys(origins)) {
		fmt.Fprintf(&content, "%q %q ", field, origins[field])
	}
	return content.String()
}

// ownOrigins gives every account the origins of its number, as it had them before
// sharingOrigins. It returns an error when there is none of that number.
func (d *Desired) ownOrigins() error {
	for i := range d.Accounts {
		account := &d.Accounts[i]
		switch number := account.SharedOrigins; {
		case number == 0:
			continue
		case number < 0 || number > len(d.SharedOrigins):
			return fmt.Errorf("accounts[%d].sharedOrigins is %d, and %d are listed under sharedOrigins", i, number, len(d.SharedOrigins))
		case account.Origins != nil:
			return fmt.Errorf("accounts[%d] has both origins and sharedOrigins", i)
		default:
			account.Origins, account.SharedOrigins = d.SharedOrigins[number-1], 0
		}
	}
	d.SharedOrigins = nil
	return nil
}
