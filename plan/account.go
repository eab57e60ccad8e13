package plan

import "strings"

// Names of an account's fields, as they are called in a plan's changes. They are
// the keys of Google's User resource. A custom attribute's field is named
// "Schema.Field", an external id's "externalIds.<type>".
const (
	FieldSuspended      = "suspended"
	FieldPrimaryEmail   = "primaryEmail"
	FieldGivenName      = "givenName"
	FieldFamilyName     = "familyName"
	FieldOrgUnitPath    = "orgUnitPath"
	FieldChangePassword = "changePasswordAtNextLogin"

	// FieldNewName, FieldDescription and FieldParentOrgUnit are those of a new
	// group or org unit, by the keys of Google's resources.
	FieldNewName       = "name"
	FieldDescription   = "description"
	FieldParentOrgUnit = "parentOrgUnitPath"

	// ExternalIDPrefix begins the name of an external id's field; the id's
	// type, such as "organization", follows.
	ExternalIDPrefix = "externalIds."
	// CustomIDPrefix begins the type of an external id of Google's type custom;
	// its customType follows.
	CustomIDPrefix = "custom."
)

// Fields are what an account has on both ends: as it should be, in the desired
// state, and as it is, in the actual one.
type Fields struct {
	// DCID is the PowerSchool DCID (users.dcid) that the account carries in
	// the match attribute. It is 0 for an account that carries none.
	DCID int64 `yaml:"dcid,omitempty"`
	// Address is the primary address, in lower case.
	Address     string `yaml:"address,omitempty"`
	GivenName   string `yaml:"givenName,omitempty"`
	FamilyName  string `yaml:"familyName,omitempty"`
	OrgUnitPath string `yaml:"orgUnitPath,omitempty"`
	Suspended   bool   `yaml:"suspended,omitempty"`
	// Attributes holds the text of each custom attribute by its
	// "Schema.Field" name. An absent one and an empty one are the same.
	Attributes map[string]string `yaml:"attributes,omitempty"`
	// ExternalIDs holds the external ids by their type.
	ExternalIDs map[string]string `yaml:"externalIds,omitempty"`
}

// Name is the account's first and last name.
func (f *Fields) Name() Name { return Name{Given: f.GivenName, Family: f.FamilyName} }

// Account is a Google Workspace account as it is.
type Account struct {
	Fields `yaml:",inline"`
	// GoogleID is the account's immutable id.
	GoogleID string   `yaml:"googleID,omitempty"`
	Aliases  []string `yaml:"aliases,omitempty"`
	// Fingerprints holds the sensitive custom attributes that have a value, which
	// are in none of Attributes, by their "Schema.Field" name.
	Fingerprints map[string]Fingerprint `yaml:"fingerprints,omitempty"`
	// SuspensionReason is Google's word for why the account is suspended,
	// such as ADMIN or ABUSE.
	SuspensionReason string `yaml:"suspensionReason,omitempty"`
	// Archived tells that the account is kept without access, with a licence
	// of its own (https://support.google.com/a/answer/9048836).
	Archived bool `yaml:"archived,omitempty"`
	// Guest tells that somebody from outside was invited with the account.
	Guest bool  `yaml:"guest,omitempty"`
	Admin Admin `yaml:"admin,omitempty"`
}

// Enabled tells whether anybody can sign in with the account.
func (a *Account) Enabled() bool { return !a.Suspended && !a.Archived }

// DesiredAccount is a person's account as it should be.
type DesiredAccount struct {
	Fields `yaml:",inline"`
	// Staff is the person in PowerSchool.
	Staff Person `yaml:"staff,omitempty,flow"`
	// HomeSchool is the number of the active person's home school
	// (users.homeschoolid), of which Staff has the name.
	HomeSchool int64 `yaml:"homeSchool,omitempty"`
	// Active tells whether the person should have a working account. Of an
	// inactive person's account only suspension and org unit are desired.
	Active bool `yaml:"active,omitempty"`
	// Standing says which facts made the person active or inactive; see
	// StandingWords.
	Standing string `yaml:"standing,omitempty"`
	// Assigned tells of an inactive person that PowerSchool has an
	// assignment of theirs, ended or not, at a school that exists.
	Assigned bool `yaml:"assigned,omitempty"`
	// Joining is about the active person's account where that is new, nil where no
	// rule asks for a date.
	Joining *Joining `yaml:"joining,omitempty"`
	// Candidates are the addresses that the account may be given, the best first,
	// where PowerSchool lacks the address and the policy gives one.
	Candidates []Candidate `yaml:"candidates,omitempty"`
	// Sensitive holds the forms of the sensitive custom attributes that have a
	// value, which are in none of Attributes, by their "Schema.Field" name.
	Sensitive map[string]Forms `yaml:"sensitive,omitempty"`
	// Origins says for each field which rule of the policy gave its value.
	Origins map[string]string `yaml:"origins,omitempty"`
	// SharedOrigins is, in a snapshot only and in place of Origins, their number
	// among those of the state, from 1.
	SharedOrigins int `yaml:"sharedOrigins,omitempty"`
	// Undecided says for each field why the policy could not give a value.
	// An entry under FieldOrgUnitPath or any other field removes that field
	// from the desired state; nothing is inferred from its emptiness.
	Undecided map[string]string `yaml:"undecided,omitempty"`
}

// StandingWords says in words which facts made the person active or inactive.
func (a *DesiredAccount) StandingWords() string {
	switch {
	case a.Standing != "":
		return a.Standing
	case !a.Active:
		return "no active school assignment"
	case a.Staff.Building == "":
		return "active"
	}
	return "active at " + a.Staff.Building
}

// Person is a member of staff as a plan names them.
type Person struct {
	// DCID is the person's in PowerSchool (users.dcid).
	DCID int64 `yaml:"dcid,omitempty"`
	// Name is the first and the last name.
	Name string `yaml:"name,omitempty"`
	// Building is the home school.
	Building string `yaml:"building,omitempty"`
}

// Admin is an account's administrator role.
type Admin string

// The administrator roles of an account (isAdmin and isDelegatedAdmin of
// Google's User resource).
const (
	NoAdmin        Admin = ""
	SuperAdmin     Admin = "super administrator"
	DelegatedAdmin Admin = "delegated administrator"
)

// Field returns the value of the account's field of that name, absent when
// the account has none. Attribute values come as text, whatever their type;
// compare them with Same.
func (a *Fields) Field(name string) Value {
	switch name {
	case FieldSuspended:
		return Truth(a.Suspended)
	case FieldPrimaryEmail:
		return Text(a.Address)
	case FieldGivenName:
		return Text(a.GivenName)
	case FieldFamilyName:
		return Text(a.FamilyName)
	case FieldOrgUnitPath:
		return Text(a.OrgUnitPath)
	}
	if kind, ok := strings.CutPrefix(name, ExternalIDPrefix); ok {
		return Text(a.ExternalIDs[kind])
	}
	return Text(a.Attributes[name])
}

// Field returns the value of the account's field of that name, as Fields does,
// and of a sensitive attribute its fingerprint.
func (a *Account) Field(name string) Value {
	if fingerprint, sensitive := a.Fingerprints[name]; sensitive {
		return Fingerprinted(fingerprint)
	}
	return a.Fields.Field(name)
}

// HasAddress tells whether address is the account's primary address or one of
// its aliases, without regard to letter case.
func (a *Account) HasAddress(address string) bool {
	return strings.EqualFold(a.Address, address) || a.HasAlias(address)
}

// HasAlias tells whether address is one of the account's aliases, without
// regard to letter case.
func (a *Account) HasAlias(address string) bool {
	for _, alias := range a.Aliases {
		if strings.EqualFold(alias, address) {
			return true
		}
	}
	return false
}

// Protected says why the account is never suspended, moved or renamed, empty
// when it may be. Subject is the address of the account that staffsync signs
// in as, empty when it is not known.
func (a *Account) Protected(subject string) string {
	switch {
	case a.Admin != NoAdmin:
		return "a " + string(a.Admin)
	case subject != "" && a.HasAddress(subject):
		return "the account that staffsync signs in as"
	}
	return ""
}

// LocalPart is the part of an address before the @, in lower case.
func LocalPart(address string) string {
	local, _, _ := strings.Cut(strings.ToLower(address), "@")
	return local
}
