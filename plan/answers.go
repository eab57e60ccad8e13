package plan

import "fmt"

// MissingAnswerError means that the actual state lacks an answer to Needs.
type MissingAnswerError struct {
	// What is missing, such as "who holds the address x@d118.org".
	What string
}

func (e *MissingAnswerError) Error() string {
	return fmt.Sprintf("the actual state does not say %s", e.What)
}

// Needed is what must be known besides the two states before they can be
// compared.
type Needed struct {
	// Addresses are those that this plan would give to somebody: who holds
	// each must be known. They are in lower case, sorted.
	Addresses []string
	// Memberships are the ids of the accounts that would leave their
	// groups, sorted.
	Memberships []string
}

// Answers are what the target answered to Needs.
type Answers struct {
	// Holders has an entry for each address that was asked for.
	Holders map[string]Holder `yaml:"holders,omitempty"`
	// Memberships has an entry for each account id that was asked for: its
	// direct memberships, by group address.
	Memberships map[string][]Membership `yaml:"memberships,omitempty"`
	// Owners lists the member ids of the owners of each group that one of
	// the accounts asked for owns.
	Owners map[string][]string `yaml:"owners,omitempty"`
}

// Holder is who holds an address: nobody, an account or a group.
type Holder struct {
	// Account is the account that has the address as its primary address or
	// as an alias.
	Account *Account `yaml:"account,omitempty"`
	// Group is the primary address of the group that has the address, as
	// its own or as an alias.
	Group string `yaml:"group,omitempty"`
}

// Nobody tells whether the address is free.
func (h Holder) Nobody() bool { return h.Account == nil && h.Group == "" }
