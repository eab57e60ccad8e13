package plan

import "strings"

// creation is a kind of action that creates something other than an account, which
// accounts then need: such an action comes whole or not at all, nothing undoes it,
// and what it creates is never changed.
type creation struct {
	kind Kind
	// idPrefix begins the id of every such action, and of conflicts about what it
	// would create. What follows is its name, of an org unit the path without its
	// first slash.
	idPrefix string
	// limit is what such actions count under, empty for none.
	limit LimitName
	// thing is what it creates, as a sentence has it.
	thing string
}

// creations lists the kinds in the order in which a plan has them.
func creations() []creation {
	return []creation{
		{CreateAttribute, "attribute/", LimitCreateAttributes, "attribute"},
		{CreateOrgUnit, "orgUnit/", LimitCreateOrgUnits, "org unit"},
		{CreateGroup, "group/", LimitCreateGroups, "group"},
	}
}

// creation returns what is true of the kind, and whether it creates something other
// than an account.
func (k Kind) creation() (creation, bool) {
	for _, one := range creations() {
		if one.kind == k {
			return one, true
		}
	}
	return creation{}, false
}

// OnAccount tells whether actions of the kind are on an account, and not on
// something else that they create.
func (k Kind) OnAccount() bool {
	_, creates := k.creation()
	return !creates
}

// Thing is what an action of the kind is on, as a sentence has it: an account, or
// what it creates.
func (k Kind) Thing() string {
	if one, creates := k.creation(); creates {
		return one.thing
	}
	return "account"
}

// GroupID returns the id of the action on the group with that address, which
// conflicts about the group have as well.
func GroupID(address string) string { return idOf(CreateGroup, address) }

// OrgUnitID returns the id of the action that creates the org unit of that path.
func OrgUnitID(path string) string { return idOf(CreateOrgUnit, path) }

// AttributeID returns the id of the action that creates the custom attribute of
// that name, "Schema.Field".
func AttributeID(name string) string { return idOf(CreateAttribute, name) }

func idOf(kind Kind, name string) string {
	one, _ := kind.creation()
	if kind == CreateOrgUnit {
		name = strings.TrimPrefix(name, "/")
	}
	return one.idPrefix + name
}

// ThingOf reads the id of an action, or of a conflict, that is on no account: which
// kind of action creates the thing, and what it is called.
func ThingOf(id string) (kind Kind, name string, ok bool) {
	for _, one := range creations() {
		name, ok := strings.CutPrefix(id, one.idPrefix)
		if ok && one.kind == CreateOrgUnit {
			name = "/" + name
		}
		if ok {
			return one.kind, name, true
		}
	}
	return "", "", false
}

// CreationID returns the id that an action of the kind has when it creates what
// Account names, empty of an action on an account.
func (a *Action) CreationID() string {
	if a.Kind.OnAccount() {
		return ""
	}
	return idOf(a.Kind, a.Account)
}

// Need is what a part of an action cannot be done without: that the action of the
// ID, where the plan has one, has created something.
type Need struct {
	ID string
	// Part is WholeAction, a field, or a group's address.
	Part string
}

// Needs returns what the action can need of those that create something: the org
// unit that its account is to be in, the attributes that it writes and the groups
// that it joins, and of an org unit its parent.
func (a *Action) Needs() []Need {
	var needs []Need
	for _, change := range a.Changes {
		switch {
		case change.To.Absent():
		case change.Field == FieldParentOrgUnit:
			needs = append(needs, Need{OrgUnitID(change.To.String()), WholeAction})
		case change.Field == FieldOrgUnitPath:
			needs = append(needs, Need{OrgUnitID(change.To.String()), change.Field})
		case isAttribute(change.Field):
			needs = append(needs, Need{AttributeID(change.Field), change.Field})
		}
	}
	for _, m := range a.Groups {
		if m.Joins() {
			needs = append(needs, Need{GroupID(m.Group), m.Group})
		}
	}
	return needs
}

// isAttribute tells whether the field is a custom attribute, "Schema.Field".
func isAttribute(field string) bool {
	return strings.Contains(field, ".") && !strings.HasPrefix(field, ExternalIDPrefix)
}
