package plan

import (
	"fmt"
	"slices"
	"strings"
)

// draft is an action in the making: what one person's account needs.
type draft struct {
	want *Account
	have *Account // nil for a new account

	changes   Changes
	groups    []MembershipChange
	conflicts []Conflict
	// dropped means that the whole account is left alone.
	dropped bool

	// The following are about the address, see address.go.
	via     string
	release []string
	after   []*draft
}

func (d *draft) id() string { return AccountID(d.want.DCID) }

// set adds a change unless the field has the value already.
func (d *draft) set(field string, from, to Value) {
	if Same(field, from, to) {
		return
	}
	d.changes = append(d.changes, Change{Field: field, From: from, To: to})
}

// conflict leaves one field as it is.
func (d *draft) conflict(field, problem, remedy string) {
	account := d.want.Address
	if d.have != nil {
		account = d.have.Address
	}
	d.conflicts = append(d.conflicts, Conflict{
		ID: d.id(), Account: account, Staff: d.want.Staff, Field: field, Problem: problem, Remedy: remedy,
	})
	d.changes = d.changes.Without(field)
}

// drop leaves the whole account alone.
func (d *draft) drop(problem, remedy string) {
	d.conflicts = nil
	d.conflict("", problem, remedy)
	d.dropped = true
}

// empty tells whether there is nothing to do.
func (d *draft) empty() bool {
	return d.dropped || len(d.changes)+len(d.release) == 0 && !slices.ContainsFunc(d.groups, MembershipChange.Leaves)
}

// claims returns the address that the account is to get, in lower case, and
// whether it is to get one.
func (d *draft) claims() (string, bool) {
	if d.dropped {
		return "", false
	}
	change, ok := d.changes.Get(FieldPrimaryEmail)
	return strings.ToLower(change.To.String()), ok
}

// atVia tells whether the account has its temporary address: its rename was
// interrupted.
func (d *draft) atVia(domain string) bool {
	return d.have != nil && atVia(d.have, domain)
}

func atVia(have *Account, domain string) bool {
	return strings.HasPrefix(strings.ToLower(have.Address), viaPrefix) &&
		strings.EqualFold(have.Address, ViaAddress(have.DCID, domain))
}

func (d *draft) kind() Kind {
	if d.have == nil {
		return Create
	}
	return KindOf(d.changes)
}

func (d *draft) action() Action {
	d.changes.Sort()
	action := Action{
		ID:      d.id(),
		Kind:    d.kind(),
		Account: d.want.Address,
		Staff:   d.want.Staff,
		Reason:  d.reason(),
		Changes: d.changes,
		Via:     d.via,
		Release: d.release,
		Groups:  d.groups,
	}
	if d.have != nil {
		action.Account, action.GoogleID = d.have.Address, d.have.GoogleID
	}
	for _, before := range d.after {
		action.After = append(action.After, before.id())
	}
	return action
}

// reason says in words why the account changes.
func (d *draft) reason() string {
	building := d.want.Staff.Building
	switch {
	case d.have == nil:
		where := "active"
		if building != "" {
			where += " at " + building
		}
		return fmt.Sprintf("%s in PowerSchool, and no account carries DCID %d", where, d.want.DCID)
	case len(d.changes)+len(d.groups) == 0:
		return "an alias is released"
	case !d.want.Active:
		if _, ok := d.changes.Get(FieldSuspended); ok {
			return "no active school assignment in PowerSchool"
		}
		return "no active school assignment in PowerSchool; the suspension is not complete"
	}
	var reasons []string
	var details []string
	name := false
	for _, change := range d.changes {
		switch change.Field {
		case FieldSuspended:
			reason := "active in PowerSchool again"
			if d.have.SuspensionReason != "" {
				reason += fmt.Sprintf(" (Google's reason for the suspension: %s)", d.have.SuspensionReason)
			}
			reasons = append(reasons, reason)
		case FieldPrimaryEmail:
			reasons = append(reasons, fmt.Sprintf("the address in PowerSchool is %s", change.To))
		case FieldGivenName, FieldFamilyName:
			name = true
		case FieldOrgUnitPath:
			if building == "" {
				reasons = append(reasons, fmt.Sprintf("the policy puts this person in %s", change.To))
			} else {
				reasons = append(reasons, fmt.Sprintf("staff of %s belong in %s", building, change.To))
			}
		default:
			details = append(details, change.Field)
		}
	}
	if name {
		reasons = append(reasons, "the name in PowerSchool is "+d.want.GivenName+" "+d.want.FamilyName)
	}
	if len(details) > 0 {
		reasons = append(reasons, "PowerSchool has other values for "+strings.Join(details, ", "))
	}
	return strings.Join(reasons, "; ")
}
