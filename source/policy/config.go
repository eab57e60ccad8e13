package policy

import (
	"go.yaml.in/yaml/v4"

	"github.com/staffsync/staffsync/plan"
)

// Config is the policy sections of the config. Texts in it are CEL
// expressions (when) or templates: text with ${expression} in it, where $${
// stands for a literal ${.
type Config struct {
	// Domains are the Google Workspace domains that staff may have addresses
	// in, besides the main one.
	Domains []string `yaml:"domains,omitempty"`
	// Match is the custom attribute, "Schema.Field", that holds the DCID.
	Match    string   `yaml:"match"`
	Skip     Skip     `yaml:"skip,omitempty"`
	OrgUnits OrgUnits `yaml:"orgUnits"`
	// Attributes are templates by the custom attribute's name, "Schema.Field": text
	// with ${expression} in it.
	Attributes map[string]string `yaml:"attributes,omitempty"`
	// AttributeTypes are types of Google's by the name of a custom attribute, Match or
	// one of the Attributes, where it is to be created with another one than that of
	// its values.
	AttributeTypes map[string]plan.AttributeType `yaml:"attributeTypes,omitempty"`
	// Sensitive are those of the Attributes whose values are never shown or
	// written anywhere but to Google: fingerprints stand for them.
	Sensitive []string `yaml:"sensitive,omitempty"`
	// FingerprintKey says where the key of these fingerprints comes from.
	FingerprintKey FingerprintKey `yaml:"fingerprintKey,omitempty"`
	// ExternalIDs are templates by the type of external id.
	ExternalIDs map[string]string `yaml:"externalIds,omitempty"`
	NewAccounts NewAccounts       `yaml:"newAccounts"`
	Suspension  Suspension        `yaml:"suspension,omitempty"`
	// Reactivate says whose account is re-enabled: plan.ReactivateSuspendedOrgUnit,
	// only one that an administrator suspended and that is in orgUnits.suspended,
	// or plan.ReactivateAny; plan.ReactivateSuspendedOrgUnit when it is empty.
	Reactivate plan.ReactivatePolicy `yaml:"reactivate,omitempty"`
	// Distinct are people and accounts that are not one person's, although they
	// have one name.
	Distinct []plan.Distinct `yaml:"distinct,omitempty"`
	// ExportAddresses says how addresses get back to PowerSchool.
	ExportAddresses ExportAddresses `yaml:"exportAddresses,omitempty"`
	// Groups are the rules for the members of groups.
	Groups []GroupRule `yaml:"groups,omitempty"`
}

// FingerprintKey says where the key of the fingerprints comes from.
type FingerprintKey struct {
	// Env is the name of the environment variable that holds it.
	Env string `yaml:"env,omitempty"`
}

// GroupRule says who is in a group: the active staff for whom When is true, or all
// where there is no When.
type GroupRule struct {
	// Address is that of the group. With ForEach it is a template, and the rule
	// is for as many groups as it gives addresses.
	Address string  `yaml:"address"`
	ForEach ForEach `yaml:"forEach,omitempty"`
	// When is an expression over staff, account.orgUnit and, with ForEach, school.
	When string `yaml:"when,omitempty"`
	// Role is the one that members have at least: member, manager or owner;
	// member when it is empty.
	Role string `yaml:"role,omitempty"`
	// Prune is PruneMembers to take out plain members who do not belong. Rules
	// for one group must not differ in it, but may leave it out.
	Prune Prune `yaml:"prune,omitempty"`
	// Create has a group created that does not exist, with Name and Description,
	// which are templates as Address is.
	Create      bool   `yaml:"create,omitempty"`
	Name        string `yaml:"name,omitempty"`
	Description string `yaml:"description,omitempty"`
}

// ForEach says of what a rule for groups has one group each.
type ForEach string

// ForEachSchool has a group for each school.
const ForEachSchool ForEach = "school"

// Prune says who is taken out of a group.
type Prune string

// What Prune can be besides empty, which leaves it to other rules for the group.
const (
	PruneNobody  Prune = "false"
	PruneMembers Prune = "members"
)

// Skip says which members of staff are left out.
type Skip struct {
	// Names are first or last names, in any letter case.
	Names []string `yaml:"names,omitempty"`
	// Rules leave out whoever one of them is true for.
	Rules []SkipRule `yaml:"rules,omitempty"`
}

// SkipRule leaves out everybody for whom the expression is true.
type SkipRule struct {
	// When is an expression over staff, such as staff.type == LUNCH.
	When string `yaml:"when"`
	// Reason is what plans say of whoever is left out.
	Reason string `yaml:"reason"`
}

// OrgUnits says where accounts are.
type OrgUnits struct {
	// Active are the rules for active staff; the first that holds decides.
	Active []OrgUnitRule `yaml:"active"`
	// Suspended is where suspended accounts are.
	Suspended string `yaml:"suspended"`
	// Frozen are org units that no account is moved out of, and
	// TemporaryReactivation those in which an inactive person's account is
	// left alone.
	Frozen                []string `yaml:"frozen,omitempty"`
	TemporaryReactivation []string `yaml:"temporaryReactivation,omitempty"`
	// Create says which of the org units that the directory lacks are created.
	Create CreateOrgUnits `yaml:"create,omitempty"`
}

// CreateOrgUnits says which org units are created: All of those that accounts are
// to be in, or the listed ones of these. Without either that is none.
type CreateOrgUnits struct {
	All    bool
	Listed []string
}

// UnmarshalYAML takes true, false or a list of paths.
func (c *CreateOrgUnits) UnmarshalYAML(node *yaml.Node) error {
	switch {
	case node.Kind == yaml.SequenceNode:
		return plan.DecodeNode(node, &c.Listed)
	case node.Kind == yaml.ScalarNode && node.Tag == "!!bool":
		return plan.DecodeNode(node, &c.All)
	}
	return plan.NodeMistake(node, "write true, false, or a list of org units such as [/Staff/Lincoln School]")
}

// OrgUnitRule gives the org unit of the active staff for whom When is true,
// or of all where there is no When.
type OrgUnitRule struct {
	// When is an expression. A rule without one is for everybody whom no earlier rule
	// is for.
	When string `yaml:"when,omitempty"`
	// Path is a template of the org unit: text with ${expression} in it.
	Path string `yaml:"path"`
}

// NewAccounts says how accounts are created.
type NewAccounts struct {
	Password Password `yaml:"password"`
	// ChangePasswordAtNextLogin has everybody choose another password; true when
	// it is left out.
	ChangePasswordAtNextLogin *bool `yaml:"changePasswordAtNextLogin,omitempty"`
	// From is an expression, in ${} or not, that gives the first day on which an
	// account is made; without it that is at once.
	From string `yaml:"from,omitempty"`
	// WaitingOrgUnit is where a new account is until the day that the expression
	// WaitingUntil gives.
	WaitingOrgUnit string `yaml:"waitingOrgUnit,omitempty"`
	WaitingUntil   string `yaml:"waitingUntil,omitempty"`
	// Address are templates of the address of somebody whose address PowerSchool
	// lacks, the best first. In them ${number} is 2, 3 and so on up to 99.
	Address []string `yaml:"address,omitempty"`
	// AddressWhen is a rule that says which of these active people are given one;
	// all where it is empty.
	AddressWhen string `yaml:"addressWhen,omitempty"`
	// Reserved are names, the part before the @, that nobody is given besides those
	// that never are.
	Reserved []string `yaml:"reserved,omitempty"`
	// Rename says what becomes of such an address when the name changes.
	Rename RenamePolicy `yaml:"rename,omitempty"`
}

// RenamePolicy says what becomes of an address that PowerSchool lacks when the
// person's name changes.
type RenamePolicy string

// What RenamePolicy can be besides empty, which is RenameNever.
const (
	RenameNever      RenamePolicy = "never"
	RenameFollowName RenamePolicy = "follow-name"
)

// ExportAddresses says what the files hold with which PowerSchool's AutoComm imports
// addresses into its table Teachers.
type ExportAddresses struct {
	// Dir is the folder of the files, relative to the config file.
	Dir string `yaml:"dir,omitempty"`
	// Fields are those of the job in its order; TeacherNumber and Email_Addr when
	// there are none.
	Fields []ExportField `yaml:"fields,omitempty"`
}

// ExportField is one field of an AutoComm job.
type ExportField struct {
	// Field is PowerSchool's name of it.
	Field string `yaml:"field"`
	// Value is a template, which knows the address as well. TeacherNumber and
	// Email_Addr have values of their own.
	Value string `yaml:"value,omitempty"`
}

// Password says where a new account's password comes from: Env or Random.
type Password struct {
	// Env is the name of the environment variable that holds it.
	Env string `yaml:"env,omitempty"`
	// Random asks for one of its own for each account, written to the file
	// Handoff for whoever hands it over.
	Random  bool   `yaml:"random,omitempty"`
	Handoff string `yaml:"handoff,omitempty"`
}

// Suspension says what happens to an account that is suspended.
type Suspension struct {
	// LeaveGroups takes it out of its groups; true when it is left out.
	LeaveGroups *bool `yaml:"leaveGroups,omitempty"`
	// CannotLeave are the addresses of groups that nobody is taken out of,
	// such as dynamic ones and those of another domain.
	CannotLeave []string `yaml:"cannotLeave,omitempty"`
}

// withDefaults returns the config with each default filled in.
func (c Config) withDefaults() Config {
	yes := true
	if c.NewAccounts.ChangePasswordAtNextLogin == nil {
		c.NewAccounts.ChangePasswordAtNextLogin = &yes
	}
	if c.Suspension.LeaveGroups == nil {
		c.Suspension.LeaveGroups = &yes
	}
	if c.Reactivate == "" {
		c.Reactivate = plan.ReactivateSuspendedOrgUnit
	}
	return c
}
