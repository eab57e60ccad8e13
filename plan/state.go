package plan

import "slices"

// Desired is the desired state, from PowerSchool and the district's policy.
type Desired struct {
	// Domain is the Google Workspace domain that the state is about.
	Domain string `yaml:"domain"`
	// AsOf is the date, such as 2026-08-31, that rules and holds took for today; it
	// is empty where no rule asks and the config has no holds.
	AsOf string `yaml:"asOf,omitempty"`
	// SharedOrigins are, in a snapshot only, the origins of the accounts, each
	// once.
	SharedOrigins []map[string]string `yaml:"sharedOrigins,omitempty"`
	// Accounts are one for each member of staff whom the policy considers,
	// active or not.
	Accounts []DesiredAccount `yaml:"accounts"`
	// Rules are the parts of the policy that the comparison itself applies.
	Rules *Rules `yaml:"rules,omitempty"`
	// Skipped are the members of staff whom the policy leaves out.
	Skipped []Skipped `yaml:"skipped,omitempty"`
	// Failures are the rules that fail for people, for whoever looks after the
	// rules; the people are among the conflicts, or a field of theirs is undecided.
	Failures []RuleFailure `yaml:"failures,omitempty"`
	// Conflicts are the people on whom the policy could not decide at all.
	Conflicts []Conflict `yaml:"conflicts,omitempty"`
	// Taken are the addresses in PowerSchool of the people of Conflicts, which
	// nobody is given. It is empty where the policy gives no addresses.
	Taken []TakenAddress `yaml:"taken,omitempty"`
	// Groups are those whose members the policy manages, by address, and
	// GroupConflicts says of which it cannot tell what they are.
	Groups         []DesiredGroup `yaml:"groups,omitempty"`
	GroupConflicts []Conflict     `yaml:"groupConflicts,omitempty"`
	// Holds are all that are kept, in force or not, each with those whom it is of in
	// PowerSchool.
	Holds []Hold `yaml:"holds,omitempty"`
	// Warnings are what was noticed in PowerSchool's data.
	Warnings []Warning `yaml:"warnings,omitempty"`
	// StrayRows counts the rows without a counterpart in another table.
	StrayRows StrayRows `yaml:"strayRows,omitempty"`
	// FingerprintKey is the id of the key that the fingerprints of sensitive
	// values were made with, empty where nothing is sensitive.
	FingerprintKey string `yaml:"fingerprintKey,omitempty"`
	// NotKnown are the custom attributes of which PowerSchool's tables, as they were
	// read, do not say what anybody should have, sorted.
	NotKnown []string `yaml:"notKnown,omitempty"`
}

// RuleFailure is a rule that fails for people.
type RuleFailure struct {
	// Rule is the rule's key in the config.
	Rule   string   `yaml:"rule"`
	People []Person `yaml:"people"`
	// Problem is the first one's.
	Problem string `yaml:"problem"`
}

// StrayRows are rows of PowerSchool's tables without a counterpart: where there
// are many, a table was cut off on its way.
type StrayRows struct {
	// Assignments are the active ones of nobody in users, of all active ones.
	Assignments Stray `yaml:"assignments,omitempty,flow"`
	// Schools are the active people whose home school is not in schools, of
	// all active people.
	Schools Stray `yaml:"schools,omitempty,flow"`
}

// Stray counts rows without a counterpart.
type Stray struct {
	Count int `yaml:"count,omitempty"`
	// Base is how many rows there are of the sort.
	Base int `yaml:"base,omitempty"`
	// Table is the table that lacks the counterparts, as messages call it,
	// empty where none is missing.
	Table string `yaml:"table,omitempty"`
}

// Actual is the actual state, from Google.
type Actual struct {
	// Domain is the Google Workspace domain that the state is about.
	Domain string `yaml:"domain"`
	// Accounts are those that carry a value in the match attribute.
	Accounts []Account `yaml:"accounts"`
	// Warnings are what was noticed in Google's data.
	Warnings []Warning `yaml:"warnings,omitempty"`
	// Customer is Google's immutable id of the customer.
	Customer string `yaml:"customer,omitempty"`
	// Subject is the address of the account that staffsync acts as, empty
	// when it is not known.
	Subject string `yaml:"subject,omitempty"`
	// Match is the custom attribute that the accounts were matched by.
	Match string `yaml:"match,omitempty"`
	// Sensitive are the custom attributes of which the accounts have fingerprints,
	// sorted, and FingerprintKey is the id of the key that these were made with,
	// empty where nothing is sensitive.
	Sensitive      []string `yaml:"sensitive,omitempty"`
	FingerprintKey string   `yaml:"fingerprintKey,omitempty"`
	// OrgUnits are the paths of the org units, in the directory's spelling.
	// The root, "/", always exists and is not listed.
	OrgUnits []string `yaml:"orgUnits,omitempty"`
	// Attributes are the custom attributes of the directory's schemas.
	Attributes []Attribute `yaml:"attributes,omitempty"`
	// Whole tells that all accounts of the customer were read, so that Unlinked
	// is complete.
	Whole bool `yaml:"whole,omitempty"`
	// Unlinked are accounts without a DCID that have the address or the name of
	// somebody in PowerSchool who has no linked account.
	Unlinked []Account `yaml:"unlinked,omitempty"`
	// Unreleased are the aliases that an interrupted apply was to take from an
	// account that it had renamed, by the account's Google id: its journal
	// says so.
	Unreleased map[string][]string `yaml:"unreleased,omitempty"`
	// Unended are the groups that an earlier apply was to take an account out of
	// and did not, by the account's Google id: its journal says so.
	Unended map[string][]string `yaml:"unended,omitempty"`
	// Unlifted are the suspensions that Google did not let an earlier apply lift,
	// by the account's Google id, each with Google's reason for it at the time,
	// empty where there was none: its journal says so.
	Unlifted map[string]string `yaml:"unlifted,omitempty"`
	// Answers are what the target answered to the comparison's questions.
	Answers Answers `yaml:"answers,omitempty"`
	// Wide is what a wide snapshot has besides, nil in any other state.
	Wide *Wide `yaml:"wide,omitempty"`
}

// Rules are the parts of the district's policy that the comparison applies
// itself, because they depend on what is in Google.
type Rules struct {
	// Policy is the fingerprint of the policy sections of the config:
	// "sha256:" and 64 hexadecimal digits.
	Policy string `yaml:"policy"`
	// Domains are those that addresses may be in besides the main one.
	Domains []string `yaml:"domains,omitempty"`
	// Match is the custom attribute ("Schema.Field") that holds the DCID.
	Match string `yaml:"match"`
	// SuspendedOrgUnit is where suspended accounts are.
	SuspendedOrgUnit string `yaml:"suspendedOrgUnit"`
	// Frozen are the org units that no active person's account is moved out
	// of, and TemporaryReactivation those in which an inactive person's is
	// left alone. Each entry is a run of whole path segments that may be
	// anywhere in an account's org unit path.
	Frozen                []string `yaml:"frozen,omitempty"`
	TemporaryReactivation []string `yaml:"temporaryReactivation,omitempty"`
	// Reactivate tells which suspended accounts of active staff are
	// re-enabled.
	Reactivate ReactivatePolicy `yaml:"reactivate"`
	// LeaveGroups tells whether a suspended account leaves its groups.
	LeaveGroups bool `yaml:"leaveGroups,omitempty"`
	// CannotLeave are the addresses of the groups that nobody is taken out
	// of, such as dynamic ones and those of another domain: a suspended
	// account stays in them.
	CannotLeave []string `yaml:"cannotLeave,omitempty"`
	// ChangePasswordAtNextLogin is asked of the people whose account is
	// created.
	ChangePasswordAtNextLogin bool `yaml:"changePasswordAtNextLogin,omitempty"`
	// CreateOrgUnits has the org units created that accounts are to be in and the
	// directory lacks: all of them, or with CreateOnly those paths alone.
	CreateOrgUnits bool     `yaml:"createOrgUnits,omitempty"`
	CreateOnly     []string `yaml:"createOnly,omitempty"`
	// WaitingOrgUnit is where the accounts of people who have not begun yet are,
	// empty where there is no such org unit.
	WaitingOrgUnit string `yaml:"waitingOrgUnit,omitempty"`
	// GivesAddresses tells that the policy gives addresses to people whose address
	// PowerSchool lacks, and that an account there is keeps its own. FollowName has
	// the account of an active one renamed where its address is none of those that
	// the present name would get. ReservedNames are the parts before the @ that
	// nobody is given, in lower case, sorted.
	GivesAddresses bool     `yaml:"givesAddresses,omitempty"`
	FollowName     bool     `yaml:"followName,omitempty"`
	ReservedNames  []string `yaml:"reservedNames,omitempty,flow"`
	// Attributes are the custom attributes and ExternalIDs the types of
	// external ids that the policy manages; all others are left as they are.
	Attributes  []string `yaml:"attributes,omitempty"`
	ExternalIDs []string `yaml:"externalIds,omitempty"`
	// Sensitive are those of the Attributes that are known by fingerprints only,
	// sorted.
	Sensitive []string `yaml:"sensitive,omitempty"`
	// Columns are the columns of PowerSchool, such as users.homeschoolid, behind
	// the values that a rule gives, by the rule's key (see
	// DesiredAccount.Origins).
	Columns map[string][]string `yaml:"columns,omitempty"`
	// Distinct are people and accounts that are not one person's, whatever
	// their names say.
	Distinct []Distinct `yaml:"distinct,omitempty"`
	// ManageGroups tells that the policy has rules for groups, PruneGroups that
	// one of them takes people out and CreateGroups that one creates groups.
	ManageGroups bool `yaml:"manageGroups,omitempty"`
	PruneGroups  bool `yaml:"pruneGroups,omitempty"`
	CreateGroups bool `yaml:"createGroups,omitempty"`
	// KeepHolds tells that the district keeps holds, though there may be none now.
	KeepHolds bool `yaml:"keepHolds,omitempty"`
}

// Distinct says that an account without a DCID is not that person's.
type Distinct struct {
	// DCID is the person's in PowerSchool.
	DCID int64 `yaml:"dcid"`
	// Account is the address of the account.
	Account string `yaml:"account"`
}

// MayCreate tells whether the org unit of that path may be created.
func (r *Rules) MayCreate(path string) bool {
	return r.CreateOrgUnits && (len(r.CreateOnly) == 0 ||
		slices.ContainsFunc(r.CreateOnly, func(allowed string) bool { return SameOrgUnit(allowed, path) }))
}

// TellApart tells whether the config says that the account is not that person's.
func (r *Rules) TellApart(dcid int64, account *Account) bool {
	for _, pair := range r.Distinct {
		if pair.DCID == dcid && account.HasAddress(pair.Account) {
			return true
		}
	}
	return false
}

// ReactivatePolicy says which suspended accounts of active staff are re-enabled.
type ReactivatePolicy string

const (
	// ReactivateSuspendedOrgUnit re-enables only accounts that are in the
	// suspended org unit: one suspended elsewhere was suspended by a person
	// or by Google.
	ReactivateSuspendedOrgUnit ReactivatePolicy = "suspended-org-unit"
	// ReactivateAny re-enables them all, whoever suspended them.
	ReactivateAny ReactivatePolicy = "any"
)

// Attribute is one custom attribute of the directory
// (https://developers.google.com/admin-sdk/directory/reference/rest/v1/schemas).
type Attribute struct {
	// Name is "Schema.Field", both by their internal names.
	Name string `yaml:"name"`
	// DisplayName is the name the Admin console shows for the field.
	DisplayName string        `yaml:"displayName,omitempty"`
	Type        AttributeType `yaml:"type"`
	MultiValued bool          `yaml:"multiValued,omitempty"`
	// Indexed and NumericIndex tell which queries the attribute answers.
	Indexed      bool `yaml:"indexed,omitempty"`
	NumericIndex bool `yaml:"numericIndex,omitempty"`
}

// AttributeType is the type of a custom attribute's values (fieldType of
// Google's Schema resource).
type AttributeType string

// The types of custom attributes.
const (
	TypeString AttributeType = "STRING"
	TypeInt64  AttributeType = "INT64"
	TypeBool   AttributeType = "BOOL"
	TypeDouble AttributeType = "DOUBLE"
	TypeEmail  AttributeType = "EMAIL"
	TypePhone  AttributeType = "PHONE"
	TypeDate   AttributeType = "DATE"
)

// Skipped is a member of staff whom the policy leaves out.
type Skipped struct {
	// Staff is the person.
	Staff Person `yaml:"staff,flow"`
	// Address is the e-mail address in PowerSchool.
	Address string `yaml:"address,omitempty"`
	// Reason says why in words, and Rule names the config key of the rule
	// that did it; it is empty where PowerSchool's data did.
	Reason string `yaml:"reason"`
	Rule   string `yaml:"rule,omitempty"`
	// Active tells whether the person is active, and Standing says which facts
	// made an inactive one so, empty where there is no active assignment.
	Active   bool   `yaml:"active,omitempty"`
	Standing string `yaml:"standing,omitempty"`
	// Assigned tells of an inactive person that PowerSchool has an assignment
	// of theirs, ended or not, at a school that exists.
	Assigned bool `yaml:"assigned,omitempty"`
}

// LacksData tells whether it is PowerSchool's data that leaves the person out,
// and not a rule.
func (s Skipped) LacksData() bool { return s.Rule == "" }
