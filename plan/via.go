package plan

import (
	"fmt"
	"strings"
)

// viaPrefix begins every temporary address.
const viaPrefix = "staffsync-"

// ViaAddress returns the temporary address of the person with that DCID in a
// swap of addresses.
func ViaAddress(dcid int64, domain string) string {
	return fmt.Sprintf("%s%d@%s", viaPrefix, dcid, strings.ToLower(domain))
}

// AtVia tells whether the account has its temporary address: its rename was
// interrupted.
func (a *Account) AtVia(domain string) bool {
	return strings.HasPrefix(strings.ToLower(a.Address), viaPrefix) &&
		strings.EqualFold(a.Address, ViaAddress(a.DCID, domain))
}
