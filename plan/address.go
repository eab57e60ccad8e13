package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// addresses settles who gets which address: it drops what cannot be had,
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

// settleAddresses decides on every address that the drafts claim. It returns
// an error that names the address when who holds it is not known.
func (c *comparison) settleAddresses(drafts []*draft) error {
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
	if err := a.refuseTaken(); err != nil {
		return err
	}
	if err := a.breakRings(); err != nil {
		return err
	}
	a.order()
	a.releaseLeftovers()
	return nil
}

// refuseTaken removes the claims on addresses that cannot be had. When one
// falls, whoever waited for that account's address is looked at again; and
// since a fallen claim may also show that a rename was not an interrupted one,
// it repeats until none falls.
func (a *addresses) refuseTaken() error {
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
			holder, obstacle, err := a.obstacle(d, address, resumed[d])
			if err != nil {
				return err
			}
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
	return nil
}

// obstacle is why an address cannot be had.
type obstacle struct{ problem, remedy string }

// obstacle tells what stands between the draft and the address: nothing, a
// draft that gives it up, or an obstacle.
func (a *addresses) obstacle(d *draft, address string, resumed bool) (*draft, *obstacle, error) {
	if !a.inDomain(address) {
		return nil, &obstacle{
			fmt.Sprintf("the address %s is outside the domain %s", address, a.actual.Domain),
			"correct the address in PowerSchool",
		}, nil
	}
	holder, known := a.actual.Answers.Holders[address]
	if !known {
		return nil, nil, &MissingAnswerError{"who holds the address " + address}
	}
	switch {
	case holder.Group != "":
		return nil, &obstacle{
			fmt.Sprintf("the address %s belongs to the group %s", address, holder.Group),
			"give one of them another address",
		}, nil
	case holder.Account == nil:
		return nil, nil, nil
	case d.have != nil && holder.Account.GoogleID == d.have.GoogleID:
		return nil, nil, nil
	}
	owner := a.byID[holder.Account.GoogleID]
	if owner != nil && a.gives(owner, address, resumed) {
		return owner, nil, nil
	}
	return nil, a.held(d, address, holder.Account), nil
}

// gives tells whether the draft's account gives up the address in this plan.
func (a *addresses) gives(owner *draft, address string, resumed bool) bool {
	if owner.dropped {
		return false
	}
	if strings.EqualFold(owner.have.Address, address) {
		_, renamed := owner.claims()
		return renamed
	}
	// An alias is left where it is, unless a rename that was interrupted put
	// it there.
	return resumed || owner.atVia(a.actual.Domain)
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
			holder := a.actual.Answers.Holders[address].Account
			if holder == nil {
				break
			}
			d = a.byID[holder.GoogleID]
		}
	}
	return resumed
}

// held words the obstacle of an address that an account keeps.
func (a *addresses) held(d *draft, address string, holder *Account) *obstacle {
	whose := a.whose(holder)
	if !strings.EqualFold(holder.Address, address) {
		return &obstacle{
			fmt.Sprintf("the address %s is an alias of %s, %s", address, holder.Address, whose),
			"remove the alias in the Admin console, or give one of them another address",
		}
	}
	if holder.DCID == 0 && d.have == nil {
		return &obstacle{
			fmt.Sprintf("the address %s is taken by an account without DCID, %s %s", address, holder.GivenName, holder.FamilyName),
			fmt.Sprintf("if it is this person's, adopt it: write %d into its %s; otherwise give one of them another address", d.want.DCID, a.rules.Match),
		}
	}
	return &obstacle{
		fmt.Sprintf("the address %s is taken by %s", address, whose),
		"give one of them another address",
	}
}

func (a *addresses) whose(holder *Account) string {
	if holder.DCID == 0 {
		return "an account without DCID"
	}
	var person Person
	if want := a.person(holder.DCID); want != nil {
		person = want.Staff
	}
	return "the account of " + personWords(person, holder.DCID)
}

// refuse removes a claim: from an account only the rename, but a new account
// cannot be without its address.
func (a *addresses) refuse(d *draft, address string, o obstacle) {
	if d.have == nil {
		d.drop(o.problem, o.remedy)
		return
	}
	d.conflict(FieldPrimaryEmail, "not renamed to "+address+": "+o.problem, o.remedy)
}

// breakRings gives one member of each closed ring a temporary address, so
// that the others have a place to begin. A ring that cannot be broken falls.
func (a *addresses) breakRings() error {
	for {
		broken := true
		for _, d := range a.claimants {
			d.via = "" // of an earlier pass, in which its ring was another
		}
		for _, ring := range a.rings() {
			ok, err := a.breakRing(ring)
			if err != nil {
				return err
			}
			broken = broken && ok
		}
		if broken {
			return nil
		}
		if err := a.refuseTaken(); err != nil {
			return err
		}
	}
}

func (a *addresses) rings() [][]*draft {
	next := make(map[string]string)
	byID := make(map[string]*draft)
	for d, holder := range a.waits {
		next[d.id()], byID[d.id()] = holder.id(), d
	}
	var found [][]*draft
	for _, ids := range rings(next) {
		ring := make([]*draft, 0, len(ids))
		for _, id := range ids {
			ring = append(ring, byID[id])
		}
		found = append(found, ring)
	}
	return found
}

func (a *addresses) breakRing(ring []*draft) (bool, error) {
	first := slices.MinFunc(ring, func(x, y *draft) int {
		return cmp.Or(
			-compareBool(x.atVia(a.actual.Domain), y.atVia(a.actual.Domain)),
			cmp.Compare(x.want.DCID, y.want.DCID),
		)
	})
	via := ViaAddress(first.want.DCID, a.actual.Domain)
	if !first.have.HasAddress(via) {
		holder, known := a.actual.Answers.Holders[via]
		if !known {
			return false, &MissingAnswerError{"who holds the address " + via}
		}
		if !holder.Nobody() {
			address, _ := first.claims()
			a.refuse(first, address, obstacle{
				fmt.Sprintf("the accounts of %d staff exchange their addresses, and the temporary address %s that this takes is taken", len(ring), via),
				"free that address, or exchange the addresses by hand",
			})
			return false, nil
		}
	}
	first.via = via
	return true, nil
}

func compareBool(x, y bool) int {
	switch {
	case x == y:
		return 0
	case x:
		return 1
	}
	return -1
}

// order writes down who waits for whom, and which addresses are released for
// it.
func (a *addresses) order() {
	for _, d := range a.claimants {
		holder, ok := a.waits[d]
		if !ok {
			continue
		}
		address, _ := d.claims()
		d.after = []*draft{holder}
		holder.release = append(holder.release, address)
	}
}

// releaseLeftovers has every account give its own temporary address back,
// last of all.
func (a *addresses) releaseLeftovers() {
	for _, d := range a.drafts {
		if d.dropped || d.have == nil || !d.want.Active {
			continue
		}
		via := ViaAddress(d.want.DCID, a.actual.Domain)
		_, renamed := d.claims()
		if d.via != "" || d.have.HasAlias(via) || renamed && d.atVia(a.actual.Domain) {
			d.release = append(d.release, via)
		}
	}
}
