package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// addresses decides who gets which address: it drops what cannot be had,
// orders chains of renames, and sends rings through a temporary address.
type addresses struct {
	*comparison
	byID   map[string]*draft // by Google id of the linked account
	drafts []*draft          // by DCID
	// claimants are the drafts that claim an address to begin with, and
	// interrupted those at their temporary address.
	claimants, interrupted []*draft
	// waits maps a draft to the one that holds the address it is to get.
	waits map[*draft]*draft
}

// giveAddresses decides on every address that the drafts claim.
func (c *comparison) giveAddresses(drafts []*draft) {
	a := &addresses{comparison: c, byID: make(map[string]*draft), drafts: drafts}
	for _, d := range drafts {
		if d.have != nil {
			a.byID[d.have.GoogleID] = d
		}
		if _, ok := d.claims(); ok {
			a.claimants = append(a.claimants, d)
		}
		if d.atVia(c.actual.Domain) {
			a.interrupted = append(a.interrupted, d)
		}
	}
	a.refuseTaken()
	a.breakRings()
	a.order()
	a.releaseLeftovers()
}

// refuseTaken removes the claims on addresses that cannot be had. When one
// falls, whoever waited for that account's address is looked at again; and
// since a fallen claim may also show that a rename was not an interrupted one,
// it repeats until none falls.
func (a *addresses) refuseTaken() {
	for again := true; again; {
		again = false
		a.waits = make(map[*draft]*draft)
		takers := make(map[*draft][]*draft) // who waits for it
		resumed := a.resumed()
		queue := slices.Clone(a.claimants)
		for len(queue) > 0 {
			d := queue[0]
			queue = queue[1:]
			delete(a.waits, d)
			address, ok := d.claims()
			if !ok {
				continue
			}
			holder, obstacle := a.obstacle(d, address, resumed[d])
			if obstacle != nil {
				a.refuse(d, address, *obstacle)
				again = true
				queue = append(queue, takers[d]...)
				continue
			}
			if holder != nil {
				a.waits[d] = holder
				takers[holder] = append(takers[holder], d)
			}
		}
	}
}

// obstacle tells what is between the draft and the address: nothing, a
// draft that gives it up, or an obstacle.
func (a *addresses) obstacle(d *draft, address string, resumed bool) (*draft, *obstacle) {
	if !a.inDomain(address) {
		ours := "domain " + a.actual.Domain
		if len(a.rules.Domains) > 0 {
			ours = fmt.Sprintf("domains %s, %s", a.actual.Domain, strings.Join(a.rules.Domains, ", "))
		}
		return nil, &obstacle{
			plan.ConflictAddressOutside,
			fmt.Sprintf("the address %s is outside the %s", address, ours),
			"if it is right, add its domain to domains in the config; otherwise correct it in PowerSchool",
		}
	}
	if listed := a.listedHolder(address); listed != nil && (d.have == nil || listed.GoogleID != d.have.GoogleID) {
		if kept := a.kept(d, address, listed, resumed); kept != nil {
			return nil, kept
		}
	}
	switch holder := a.holderOf(address); {
	case holder.Problem != "":
		unread := unreadAddress(address, holder)
		return nil, &unread
	case holder.Deleted:
		return nil, &obstacle{
			plan.ConflictDeletedAccount,
			fmt.Sprintf("the address %s is that of an account that was deleted in the last 20 days", address),
			fmt.Sprintf("if it is this person's, restore it in the Admin console and %s; otherwise create a second account by hand with that DCID, or wait until the old one is gone for good", a.linkRemedy(d.want.DCID, address)),
		}
	case holder.Group != "":
		return nil, &obstacle{
			plan.ConflictAddressTaken,
			fmt.Sprintf("the address %s belongs to the group %s", address, holder.Group),
			"give one of them another address",
		}
	case holder.Account == nil, d.have != nil && holder.Account.GoogleID == d.have.GoogleID:
		return nil, nil
	default:
		if kept := a.kept(d, address, holder.Account, resumed); kept != nil {
			return nil, kept
		}
		return a.byID[holder.Account.GoogleID], nil
	}
}

// unreadAddress is the obstacle of an address of which nobody says who has it.
func unreadAddress(address string, holder plan.Holder) obstacle {
	return obstacle{
		plan.ConflictAddressUnread,
		fmt.Sprintf("who has the address %s cannot be read (%s)", address, holder.Problem),
		"see who has it in the Admin console; the account that staffsync acts as may lack the right to",
	}
}

// kept is the obstacle of an address that its holder keeps, nil where the plan has
// the holder give it up.
func (a *addresses) kept(d *draft, address string, holder *plan.Account, resumed bool) *obstacle {
	owner := a.byID[holder.GoogleID]
	if hold := a.keepsAddress(owner, address, resumed); hold != nil {
		return heldAddress(address, owner, hold)
	}
	if owner != nil && a.gives(owner, address, resumed) {
		return nil
	}
	return a.held(d, address, holder)
}

// gives tells whether the draft's account gives up the address in this plan.
func (a *addresses) gives(owner *draft, address string, resumed bool) bool {
	if owner.dropped || strings.EqualFold(address, a.actual.Subject) {
		return false
	}
	if strings.EqualFold(owner.have.Address, address) {
		_, renamed := owner.claims()
		return renamed
	}
	// An alias is left where it is, unless a rename that was interrupted put
	// it there.
	return resumed || owner.atVia(a.actual.Domain) || a.unreleased(owner, address)
}

// unreleased tells whether an interrupted apply was to take the alias from the
// account, whose person is at another address by now.
func (a *addresses) unreleased(owner *draft, alias string) bool {
	return !strings.EqualFold(owner.want.Address, alias) &&
		slices.ContainsFunc(a.actual.Unreleased[owner.have.GoogleID], func(left string) bool { return strings.EqualFold(left, alias) })
}

// resumed returns the drafts whose rename belongs to a ring that was
// interrupted: those at their temporary address, and all that they wait for.
func (a *addresses) resumed() map[*draft]bool {
	resumed := make(map[*draft]bool)
	for _, start := range a.interrupted {
		for d := start; d != nil && !resumed[d]; {
			resumed[d] = true
			address, ok := d.claims()
			if !ok {
				break
			}
			holder := a.holderOf(address).Account
			if holder == nil {
				break
			}
			d = a.byID[holder.GoogleID]
		}
	}
	return resumed
}

// held words the obstacle of an address that an account keeps.
func (a *addresses) held(d *draft, address string, holder *plan.Account) *obstacle {
	if then, known := a.people[holder.DCID]; known && d.have == nil && sameName(d.want.Staff, then.Person) {
		same := a.samePerson(d.want.Staff, address, then, holder)
		return &same
	}
	whose := a.whose(holder)
	if !strings.EqualFold(holder.Address, address) {
		return &obstacle{
			plan.ConflictAddressTaken,
			fmt.Sprintf("the address %s is an alias of %s, %s", address, holder.Address, whose),
			"remove the alias in the Admin console, or give one of them another address",
		}
	}
	if holder.DCID == 0 && d.have == nil {
		return &obstacle{
			plan.ConflictUnlinkedAccount,
			fmt.Sprintf("the address %s is taken by an account without DCID%s", address, ofName(holder.Name())),
			"if it is this person's, link it with staffsync adopt, or write the person's DCID into its " + a.rules.Match + "; otherwise give one of them another address",
		}
	}
	return &obstacle{
		plan.ConflictAddressTaken,
		fmt.Sprintf("the address %s is taken by %s", address, whose),
		"give one of them another address",
	}
}

// ofName words whose account it is, which a snapshot may not know.
func ofName(name plan.Name) string {
	if name == (plan.Name{}) {
		return ""
	}
	return ", " + name.Given + " " + name.Family
}

func (c *comparison) whose(holder *plan.Account) string {
	if holder.DCID == 0 {
		return "an account without DCID"
	}
	return "the account of " + personWords(c.people[holder.DCID].Person, holder.DCID)
}

// refuse removes a claim: from an account only the rename, but a new account
// cannot be without its address.
func (a *addresses) refuse(d *draft, address string, o obstacle) {
	if d.have == nil {
		d.drop(o)
		return
	}
	o.problem = "not renamed to " + address + ": " + o.problem
	d.conflict(plan.FieldPrimaryEmail, o)
}
