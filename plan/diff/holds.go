package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// holds are those that the district keeps, as far as the comparison needs them.
type holds struct {
	inForce []plan.Hold
	byDCID  map[int64][]*plan.Hold
	ended   []plan.Hold
	// problems say which ones in force cannot be kept: they block the plan.
	problems []string
}

// indexHolds finds out whom the holds are of. One of nobody in PowerSchool may be
// of a linked account.
func (c *comparison) indexHolds() {
	c.holds.byDCID = make(map[int64][]*plan.Hold)
	for _, hold := range c.desired.Holds {
		hold.People = c.heldPeople(&hold)
		switch {
		case !hold.InForce(c.desired.AsOf):
			c.holds.ended = append(c.holds.ended, hold)
			continue
		case hold.Problem != "":
			c.holds.problems = append(c.holds.problems, hold.Where+": "+hold.Problem)
			continue
		case len(hold.People) == 0 && hold.When == "":
			c.holds.problems = append(c.holds.problems, fmt.Sprintf("%s: %s is neither in PowerSchool nor a linked account; correct it, or take the hold out", hold.Where, hold.Who()))
		}
		c.holds.inForce = append(c.holds.inForce, hold)
	}
	for i := range c.holds.inForce {
		for _, held := range c.holds.inForce[i].People {
			c.holds.byDCID[held.DCID] = append(c.holds.byDCID[held.DCID], &c.holds.inForce[i])
		}
	}
}

// heldPeople returns those whom the hold is of on either end, by DCID.
func (c *comparison) heldPeople(hold *plan.Hold) []plan.Person {
	people := slices.DeleteFunc(slices.Clone(hold.People), func(one plan.Person) bool { return one.DCID == 0 })
	add := func(dcid int64) {
		if dcid != 0 && !slices.ContainsFunc(people, func(one plan.Person) bool { return one.DCID == dcid }) {
			one := c.people[dcid].Person
			one.DCID = dcid
			people = append(people, one)
		}
	}
	if len(c.linked[hold.DCID]) > 0 {
		add(hold.DCID)
	}
	if hold.Address != "" {
		for dcid, accounts := range c.linked {
			if slices.ContainsFunc(accounts, func(have *plan.Account) bool { return have.HasAddress(hold.Address) }) {
				add(dcid)
			}
		}
	}
	slices.SortFunc(people, func(a, b plan.Person) int { return cmp.Compare(a.DCID, b.DCID) })
	return people
}

// heldFrom returns a hold that keeps that from happening to the person, nil
// where there is none.
func (c *comparison) heldFrom(dcid int64, from plan.HoldFrom) *plan.Hold {
	for _, hold := range c.holds.byDCID[dcid] {
		if hold.Keeps(from) {
			return hold
		}
	}
	return nil
}

// hold takes out of the draft what holds keep from happening, before anybody is
// given an address: who is held keeps the one that there is.
func (c *comparison) hold(d *draft) {
	if d.empty() || len(c.holds.byDCID[d.want.DCID]) == 0 {
		return
	}
	actions := []plan.Action{d.action()}
	var omissions []plan.Omission
	var by []string
	for _, hold := range c.holds.byDCID[d.want.DCID] {
		kept := hold.Omissions(&actions[0], c.rules.SuspendedOrgUnit)
		if _, any := plan.HeldPart(&plan.LeaveOut(actions, kept)[0]); any {
			omissions, by = append(omissions, kept...), append(by, hold.Where)
		}
	}
	remainder := plan.LeaveOut(actions, omissions)[0]
	held, any := plan.HeldPart(&remainder)
	if !any {
		return
	}
	held.By = by
	d.held = &held
	d.changes, d.groups = remainder.Action.Changes, remainder.Action.Groups
}

// holdMembership notes what the hold keeps from happening to a membership.
func (d *draft) holdMembership(change plan.MembershipChange, hold *plan.Hold) {
	if d.held == nil {
		action := (&draft{want: d.want, have: d.have, groups: []plan.MembershipChange{change}}).action()
		d.held = &plan.Held{ID: action.ID, Kind: action.Kind, Account: action.Account, Staff: action.Staff, Reason: action.Reason}
	}
	d.held.Groups = append(d.held.Groups, change)
	if !slices.Contains(d.held.By, hold.Where) {
		d.held.By = append(d.held.By, hold.Where)
	}
}

// action is the draft's, as whoever keeps holds has to know it, and after the org
// unit that is created for it.
func (c *comparison) action(d *draft) plan.Action {
	action := d.action()
	if _, given := d.claims(); given {
		action.PassedOver = c.passedOver[d.want.DCID]
	}
	if c.rules.KeepHolds && !action.HasAddress(d.want.Address) {
		action.Email = d.want.Address
	}
	if path := c.newPlace(d.changes); path != "" {
		action.After = append(action.After, plan.OrgUnitID(path))
	}
	return action
}

// keepsAddress returns the hold that keeps the draft's account from giving up the
// address, which it would do otherwise; nil where there is none.
func (a *addresses) keepsAddress(owner *draft, address string, resumed bool) *plan.Hold {
	if owner == nil {
		return nil
	}
	hold := a.heldFrom(owner.want.DCID, plan.HoldRename)
	if hold == nil {
		return nil
	}
	wouldGive := resumed || owner.atVia(a.actual.Domain) || a.unreleased(owner, address)
	if strings.EqualFold(owner.have.Address, address) {
		wouldGive = owner.held != nil && owner.held.Renames()
	}
	if !wouldGive {
		return nil
	}
	return hold
}

// heldAddress is the obstacle of an address whose holder is held.
func heldAddress(address string, owner *draft, hold *plan.Hold) *obstacle {
	return &obstacle{
		plan.ConflictAddressHeld,
		fmt.Sprintf("the address %s is still that of %s, who is %s", address, personWords(owner.want.Staff, owner.want.DCID), hold),
		"wait for the end of the hold, or have it taken out",
	}
}

// holdWarnings names the holds that have ended.
func (c *comparison) holdWarnings() []plan.Warning {
	var warnings []plan.Warning
	for _, hold := range c.holds.ended {
		warning := plan.Warning{
			Kind:    plan.WarningHold,
			Message: fmt.Sprintf("%s: the hold of %s ended on %s and holds nothing any more; take it out", hold.Where, hold.Who(), hold.Until),
		}
		if len(hold.People) == 1 {
			warning.Staff = hold.People[0]
		}
		warnings = append(warnings, warning)
	}
	return warnings
}

// heldOf lists what is held of the drafts, and counts it.
func heldOf(drafts []*draft) []plan.Held {
	var held []plan.Held
	for _, d := range drafts {
		if d.held != nil {
			held = append(held, *d.held)
		}
	}
	return held
}
