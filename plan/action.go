package plan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Kind is an action's headline: the first that applies.
type Kind string

// The kinds of actions, in the order in which they are looked for.
const (
	Create Kind = "create"
	// Link writes the person's DCID into an account: adopt plans it.
	Link       Kind = "link"
	Suspend    Kind = "suspend"
	Reactivate Kind = "reactivate"
	Rename     Kind = "rename"
	Move       Kind = "move"
	Update     Kind = "update"
	// CreateAttribute, CreateOrgUnit and CreateGroup are of actions that create
	// something other than an account: see Kind.OnAccount.
	CreateAttribute Kind = "createAttribute"
	CreateOrgUnit   Kind = "createOrgUnit"
	CreateGroup     Kind = "createGroup"
)

// kinds lists the kinds that actions of this version have.
var kinds = []Kind{Create, Link, Suspend, Reactivate, Rename, Move, Update, CreateAttribute, CreateOrgUnit, CreateGroup}

// Action is everything that apply will do to one account, or something else that
// it will create.
type Action struct {
	// ID is account/ and the person's DCID (AccountID), or group/ and the address,
	// orgUnit/ and the path or attribute/ and the name of what is created (GroupID,
	// OrgUnitID, AttributeID).
	ID string `yaml:"id"`
	// Kind is the headline: the first that applies of what happens.
	Kind Kind `yaml:"action"`
	// Account is the primary address that the plan saw; of a new account or a
	// new group, the one that it will have, of a new org unit its path and of a
	// new attribute its name.
	Account string `yaml:"account"`
	// GoogleID is the account's immutable id, empty for a new account.
	GoogleID string `yaml:"googleID,omitempty"`
	// Staff is the person whose account it is.
	Staff Person `yaml:"staff,omitempty,flow"`
	// Email is the address in PowerSchool where holds are kept and nothing else of
	// the action tells it: a hold may name the person by it.
	Email string `yaml:"email,omitempty"`
	// Reason says in words why.
	Reason string `yaml:"reason"`
	// Changes are what becomes of each field.
	Changes Changes `yaml:"changes,omitempty"`
	// Via is the temporary address that this account takes while it waits
	// for the one that it is to have. An account that has it already is this
	// rename in progress.
	Via string `yaml:"via,omitempty"`
	// Release lists the aliases that are taken from this account: addresses
	// that this plan gives to somebody else, and last of all its own Via.
	Release []string `yaml:"release,omitempty,flow"`
	// Groups lists what happens to the account's memberships, by group.
	Groups []MembershipChange `yaml:"groups,omitempty"`
	// After lists the actions that must be done before this account's
	// address is changed or, if it is new, before it is created. Of an
	// action with a Via only its first step, out of the old address, is
	// waited for. It names the new org unit too that the account, or another
	// org unit, is to be in: Needs says what waits for that.
	After []string `yaml:"after,omitempty,flow"`
	// PassedOver are the better addresses that the account is not given, of somebody
	// whose address PowerSchool lacks.
	PassedOver []PassedOver `yaml:"passedOver,omitempty"`
	// Undo says what does not come back when the plan is undone.
	Undo []string `yaml:"undo,omitempty,flow"`
}

// accountIDPrefix begins the id of every action on an account.
const accountIDPrefix = "account/"

// AccountID returns the id of the action on the account of the person with
// that DCID, which conflicts in its way have as well.
func AccountID(dcid int64) string { return fmt.Sprint(accountIDPrefix, dcid) }

// DCID reads the DCID out of the action's id, and tells whether it is one that
// AccountID returns.
func (a *Action) DCID() (int64, bool) {
	text, _ := strings.CutPrefix(a.ID, accountIDPrefix)
	dcid, err := strconv.ParseInt(text, 10, 64)
	return dcid, err == nil && dcid > 0 && a.ID == AccountID(dcid)
}

// KindOf returns the headline of changes to an account that exists: the first
// kind that applies.
func KindOf(changes Changes) Kind {
	if change, ok := changes.Get(FieldSuspended); ok {
		if change.Suspends() {
			return Suspend
		}
		return Reactivate
	}
	if _, ok := changes.Get(FieldPrimaryEmail); ok {
		return Rename
	}
	if _, ok := changes.Get(FieldOrgUnitPath); ok {
		return Move
	}
	return Update
}

// Rename returns the change of the account's address, and whether there is
// one. A new account has none.
func (a *Action) Rename() (Change, bool) {
	if a.Kind == Create {
		return Change{}, false
	}
	return a.Changes.Get(FieldPrimaryEmail)
}

// HasAddress tells whether the plan knows the address as one that the person has in
// PowerSchool, or that the account has or is to have.
func (a *Action) HasAddress(address string) bool {
	change, _ := a.Changes.Get(FieldPrimaryEmail)
	known := []string{a.Account, a.Email, change.To.String()}
	return slices.ContainsFunc(known, func(one string) bool { return strings.EqualFold(one, address) })
}

// Leaves lists the groups that the account of somebody who has left is taken out
// of.
func (a *Action) Leaves() []string {
	var groups []string
	for _, m := range a.Groups {
		if m.Leaves() && !m.Prunes() {
			groups = append(groups, m.Group)
		}
	}
	return groups
}

// Suspends tells whether the action suspends the account.
func (a *Action) Suspends() bool {
	change, ok := a.Changes.Get(FieldSuspended)
	return ok && change.Suspends()
}

// AnySensitive tells whether one of the actions changes a sensitive value.
func AnySensitive(actions []Action) bool {
	return slices.ContainsFunc(actions, func(a Action) bool { return a.Changes.Sensitive() })
}

// Updates tells whether something else than suspension, address and org unit
// of an existing account changes, its memberships by rule included; a link is not
// counted as a change.
func (a *Action) Updates() bool {
	if a.Kind == Create || a.Kind == Link || !a.Kind.OnAccount() {
		return false
	}
	if len(a.Release) > 0 || slices.ContainsFunc(a.Groups, MembershipChange.ByRule) {
		return true
	}
	return slices.ContainsFunc(a.Changes, Change.describes)
}
