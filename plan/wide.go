package plan

// Wide is what a wide snapshot of the target has besides the linked accounts, so
// that it answers what the plan of a config asks that nobody had when it was taken.
type Wide struct {
	// Attributes are the custom attributes whose values were read, sorted.
	Attributes []string `yaml:"attributes,omitempty"`
	// Names are the keys of the names, and ExternalIDs the external ids by their
	// type, that accounts without a DCID were looked for by; both are sorted.
	Names       []string            `yaml:"names,omitempty"`
	ExternalIDs map[string][]string `yaml:"externalIds,omitempty"`
	// Users are all accounts without a DCID, and those with aliases that only
	// Google makes, by id.
	Users []WideUser `yaml:"users,omitempty"`
	// Deleted are the addresses of the accounts that were deleted lately and can
	// still be restored, sorted.
	Deleted []string `yaml:"deleted,omitempty"`
	// Groups are all groups of the customer, by address, and Members tells that
	// their members were read.
	Groups  []WideGroup `yaml:"groups,omitempty"`
	Members bool        `yaml:"members,omitempty"`
}

// WideUser is an account of which only the addresses are known, in lower case.
type WideUser struct {
	ID      string   `yaml:"id"`
	Address string   `yaml:"address"`
	Aliases []string `yaml:"aliases,omitempty"`
}

// WideGroup is a group with those of its direct members who have a linked account
// or own it, and the groups within it.
type WideGroup struct {
	// Address and Aliases are in lower case.
	Address string       `yaml:"address"`
	Aliases []string     `yaml:"aliases,omitempty"`
	Members []WideMember `yaml:"members,omitempty"`
	// Problem is what the target said where it did not list the members.
	Problem string `yaml:"problem,omitempty"`
}

// WideMember is a direct member of a group, with its role.
type WideMember struct {
	// ID is an account's, or the address of somebody who has none.
	ID   string `yaml:"id"`
	Role string `yaml:"role"`
}
