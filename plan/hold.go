package plan

import (
	"fmt"
	"slices"
	"strings"
)

// Hold keeps changes to somebody's account from happening until its end. Holds
// are no part of the policy.
type Hold struct {
	// Where says where the hold is kept: "holds.csv, line 3", or the key of the
	// config.
	Where string `yaml:"where"`
	// The hold is of the person with the DCID, of whoever has the address in
	// PowerSchool or in Google, or of everybody for whom the expression holds.
	DCID int64 `yaml:"dcid,omitempty"`
	// Address is one that the person has in PowerSchool or in Google.
	Address string `yaml:"address,omitempty"`
	// When is the expression that holds for all of the people.
	When string `yaml:"when,omitempty"`
	// From is what the people are held from.
	From []HoldFrom `yaml:"from,flow"`
	// Reason says why somebody is held.
	Reason string `yaml:"reason,omitempty"`
	// Owner is who decided on it.
	Owner string `yaml:"owner,omitempty"`
	// Until is the last day on which it holds, such as 2026-08-31.
	Until string `yaml:"until"`
	// People are those whom it is of, by DCID.
	People []Person `yaml:"people,omitempty"`
	// Problem says why the hold cannot be kept, empty where it can.
	Problem string `yaml:"problem,omitempty"`
}

// HoldFrom is something that a hold keeps from happening.
type HoldFrom string

// What holds keep from happening.
const (
	HoldEverything HoldFrom = "everything"
	// HoldSuspend holds all that is done to the account of somebody who has left.
	HoldSuspend HoldFrom = "suspend"
	HoldMove    HoldFrom = "move"
	HoldRename  HoldFrom = "rename"
	// HoldGroups holds every change of a membership.
	HoldGroups HoldFrom = "groups"
	// HoldAttributes holds names, custom attributes and external ids.
	HoldAttributes HoldFrom = "attributes"
)

// HoldFroms lists all that holds keep from happening.
func HoldFroms() []HoldFrom {
	return []HoldFrom{HoldEverything, HoldSuspend, HoldMove, HoldRename, HoldGroups, HoldAttributes}
}

// InForce tells whether the hold holds on that day, such as 2026-08-31.
func (h *Hold) InForce(day string) bool { return h.Until == "" || h.Until >= day }

// Keeps tells whether the hold keeps that from happening.
func (h *Hold) Keeps(from HoldFrom) bool {
	return slices.Contains(h.From, from) || slices.Contains(h.From, HoldEverything)
}

// Same tells whether the other hold keeps the same from happening to the same
// people, wherever it is kept and whatever its reason and end.
func (h *Hold) Same(other *Hold) bool {
	return h.DCID == other.DCID && strings.EqualFold(h.Address, other.Address) && strings.TrimSpace(h.When) == strings.TrimSpace(other.When) &&
		slices.Equal(slices.Sorted(slices.Values(h.From)), slices.Sorted(slices.Values(other.From)))
}

// Who names whom the hold is of, as it does itself.
func (h *Hold) Who() string {
	switch {
	case h.DCID != 0 && h.Address != "":
		return fmt.Sprintf("DCID %d, %s", h.DCID, h.Address)
	case h.DCID != 0:
		return fmt.Sprintf("DCID %d", h.DCID)
	case h.Address != "":
		return h.Address
	}
	return "everybody for whom " + strings.TrimSpace(h.When)
}

// String says until when, by whom and why somebody is held.
func (h Hold) String() string {
	words := "held until " + h.Until
	if h.Owner != "" {
		words += " by " + h.Owner
	}
	words += " (" + h.Where + ")"
	if h.Reason != "" {
		words += ": " + h.Reason
	}
	return words
}

// Omissions are the parts of the action that the hold keeps from happening, for
// LeaveOut, which knows what cannot do without them. A new account comes whole
// or, where everything is held, not at all. A link says only whose account it is,
// which no hold keeps from being said.
func (h *Hold) Omissions(action *Action, suspendedOrgUnit string) []Omission {
	if action.Kind == Link {
		return nil
	}
	var omissions []Omission
	omit := func(parts ...string) {
		for _, part := range parts {
			omissions = append(omissions, Omission{ID: action.ID, Part: part, Reason: h.String()})
		}
	}
	for _, from := range h.From {
		switch {
		case from == HoldEverything:
			omit(WholeAction)
		case from == HoldGroups:
			omit(Leavings, Joinings, Prunings)
		case action.Kind == Create:
		case from == HoldSuspend && action.ofLeaver(suspendedOrgUnit):
			omit(WholeAction)
		case from == HoldMove:
			omit(FieldOrgUnitPath)
		case from == HoldRename:
			omit(FieldPrimaryEmail)
		case from == HoldAttributes:
			for _, change := range action.Changes {
				if change.describes() {
					omit(change.Field)
				}
			}
		}
	}
	return omissions
}

// ofLeaver tells whether the action is on the account of somebody who has left:
// it suspends it, takes it out of groups or moves it where suspended ones are.
func (a *Action) ofLeaver(suspendedOrgUnit string) bool {
	move, moves := a.Changes.Get(FieldOrgUnitPath)
	return a.Suspends() || len(a.Leaves()) > 0 || moves && SameOrgUnit(move.To.String(), suspendedOrgUnit)
}

// Held is what holds keep from happening to one account: what an action of that
// kind would have done, apart from the aliases that others would have got.
type Held struct {
	// ID is the one that an action on the account has.
	ID string `yaml:"id"`
	// Kind is the headline of the action.
	Kind Kind `yaml:"action"`
	// Account is the account's primary address.
	Account string `yaml:"account"`
	// Staff is the person whose account it is.
	Staff Person `yaml:"staff,flow"`
	// Reason says in words why the action would have been.
	Reason string `yaml:"reason"`
	// Changes are what would have become of each field, and Groups of each membership.
	Changes Changes            `yaml:"changes,omitempty"`
	Groups  []MembershipChange `yaml:"groups,omitempty"`
	// By says where the holds are kept.
	By []string `yaml:"by,flow"`
}

// String names what is held, and of whom.
func (h Held) String() string { return fmt.Sprintf("%s %s (%s)", h.Kind, h.Account, h.ID) }

// Action is the action that would have been.
func (h *Held) Action() Action {
	return Action{ID: h.ID, Kind: h.Kind, Account: h.Account, Staff: h.Staff, Reason: h.Reason, Changes: h.Changes, Groups: h.Groups}
}

// Renames tells whether the account would have had another address.
func (h *Held) Renames() bool {
	_, renames := h.Changes.Get(FieldPrimaryEmail)
	return renames && h.Kind != Create
}

// HeldPart returns what is planned of an action and does not remain, and whether
// there is anything.
func HeldPart(remainder *Remainder) (Held, bool) {
	planned, rest := remainder.Planned, &remainder.Action
	held := Held{ID: planned.ID, Account: planned.Account, Staff: planned.Staff, Reason: planned.Reason}
	for _, change := range planned.Changes {
		if _, remains := rest.Changes.Get(change.Field); !remains {
			held.Changes = append(held.Changes, change)
		}
	}
	for _, membership := range planned.Groups {
		if !membership.Stays() && !slices.Contains(rest.Groups, membership) {
			held.Groups = append(held.Groups, membership)
		}
	}
	held.Kind = KindOf(held.Changes)
	if planned.Kind == Create {
		held.Kind = Create
	}
	return held, len(held.Changes)+len(held.Groups) > 0
}
