package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Questions are what a comparison still needs to know of the actual state.
type Questions struct {
	// Addresses are those that this plan would give to somebody: who holds
	// each must be known. They are in lower case, sorted.
	Addresses []string
	// Memberships are the ids of the accounts that would leave their
	// groups, sorted.
	Memberships []string
	// CannotLeave are the groups whose role is of no use to anybody, because
	// nobody is taken out of them.
	CannotLeave []string
	// Names are those of the people about to get an account, where it is not
	// known whether an account without a DCID has that name. They are sorted.
	Names []Name
	// Groups are the addresses of the groups whose members must be known.
	Groups []string
}

// Empty tells whether nothing more must be known.
func (q Questions) Empty() bool {
	return len(q.Addresses) == 0 && len(q.Memberships)+len(q.Names)+len(q.Groups) == 0
}

// Without returns the questions that the answers leave open.
func (q Questions) Without(answers Answers) Questions {
	return Questions{
		CannotLeave: q.CannotLeave,
		Groups: slices.DeleteFunc(slices.Clone(q.Groups), func(address string) bool {
			_, known := answers.Groups[address]
			return known
		}),
		Names: slices.DeleteFunc(slices.Clone(q.Names), func(name Name) bool {
			_, known := answers.Namesakes[name.Key()]
			return known
		}),
		Addresses: slices.DeleteFunc(slices.Clone(q.Addresses), func(address string) bool {
			_, known := answers.Holders[address]
			return known
		}),
		Memberships: slices.DeleteFunc(slices.Clone(q.Memberships), func(id string) bool {
			_, known := answers.Memberships[id]
			return known
		}),
	}
}

// String says in words what the actual state does not say.
func (q Questions) String() string {
	var questions []string
	for _, address := range q.Addresses {
		questions = append(questions, "who holds the address "+address)
	}
	for _, id := range q.Memberships {
		questions = append(questions, "which groups the account with the id "+id+" is in")
	}
	for _, name := range q.Names {
		questions = append(questions, "which accounts have the name "+name.String())
	}
	for _, address := range q.Groups {
		questions = append(questions, "who is in the group "+address)
	}
	const shown = 3
	if more := len(questions) - shown; more > 0 {
		questions = append(questions[:shown], fmt.Sprintf("%d things more", more))
	}
	return strings.Join(questions, ", ")
}

// Answers are what the target answered to Questions.
type Answers struct {
	// Holders has an entry for each address that was asked for.
	Holders map[string]Holder `yaml:"holders,omitempty"`
	// Memberships has an entry for each account id that was asked for: its
	// direct memberships, by group address.
	Memberships map[string][]Membership `yaml:"memberships,omitempty"`
	// Owners lists the member ids of the owners of each group that one of
	// the accounts asked for owns.
	Owners map[string][]string `yaml:"owners,omitempty"`
	// Namesakes has an entry for each name that was asked for, by the name's
	// key: the accounts without a DCID that have it.
	Namesakes map[string][]Account `yaml:"namesakes,omitempty"`
	// UnreadOwners says of groups, by address, why their owners could not be
	// read, UnreadNames of names, by key, why their accounts could not, and
	// UnreadMemberships of accounts, by id, why their groups could not.
	UnreadOwners      map[string]string `yaml:"unreadOwners,omitempty"`
	UnreadNames       map[string]string `yaml:"unreadNames,omitempty"`
	UnreadMemberships map[string]Unread `yaml:"unreadMemberships,omitempty"`
	// Groups has an entry for each group that was asked for, by the address
	// asked for, and for each group within one of them, by its primary address.
	Groups map[string]GroupState `yaml:"groups,omitempty"`
}

// Unread says why an account could not be looked at.
type Unread struct {
	// Gone tells that there is no such account any more.
	Gone bool `yaml:"gone,omitempty"`
	// Unasked tells that nobody asked when the snapshot was taken.
	Unasked bool `yaml:"unasked,omitempty"`
	// Problem is what the target said.
	Problem string `yaml:"problem"`
}

// Holder is who holds an address: nobody, an account or a group.
type Holder struct {
	// Account is the account that has the address as its primary address or
	// as an alias.
	Account *Account `yaml:"account,omitempty"`
	// Group is the primary address of the group that has the address, as
	// its own or as an alias.
	Group string `yaml:"group,omitempty"`
	// Deleted tells that the address is that of an account that was deleted
	// lately and can still be restored.
	Deleted bool `yaml:"deleted,omitempty"`
	// Problem is what the target said where it does not let anybody know who
	// holds the address.
	Problem string `yaml:"problem,omitempty"`
}

// Nobody tells whether the address is free.
func (h Holder) Nobody() bool { return h == Holder{} }

// Add takes over further answers.
func (a *Answers) Add(more Answers) {
	a.Holders = merged(a.Holders, more.Holders)
	a.Memberships = merged(a.Memberships, more.Memberships)
	a.Owners = merged(a.Owners, more.Owners)
	a.Namesakes = merged(a.Namesakes, more.Namesakes)
	a.UnreadOwners = merged(a.UnreadOwners, more.UnreadOwners)
	a.UnreadNames = merged(a.UnreadNames, more.UnreadNames)
	a.UnreadMemberships = merged(a.UnreadMemberships, more.UnreadMemberships)
	a.Groups = merged(a.Groups, more.Groups)
}

// merged returns a new map, because the state that the answers belong to may
// have been copied.
func merged[V any](known, more map[string]V) map[string]V {
	all := make(map[string]V, len(known)+len(more))
	maps.Copy(all, known)
	maps.Copy(all, more)
	return all
}
