package plan

// People sorts everybody in PowerSchool into exactly one group each, so that
// nobody disappears between the source and a plan.
type People struct {
	// Total are all people in PowerSchool.
	Total int `yaml:"total"`
	// New are those who get an account, and Changed those with any other
	// action, whatever conflicts there are about their other fields.
	New     int `yaml:"new"`
	Changed int `yaml:"changed"`
	// Unchanged are those whose account is as it should be.
	Unchanged int `yaml:"unchanged"`
	// NotSelected are those whose action --only leaves out of the plan.
	NotSelected int `yaml:"notSelected,omitempty"`
	// Held are those whom only a hold keeps from an action.
	Held int `yaml:"held,omitempty"`
	// Conflict are those with a conflict and no action.
	Conflict int `yaml:"conflict"`
	// LeftOut are those whom a rule or a lack of data leaves out.
	LeftOut int `yaml:"leftOut"`
	// Inactive are the inactive people without an account, left out or not.
	Inactive int `yaml:"inactiveWithoutAccount"`
}

// Links says how many of the active staff have an account that carries their
// DCID: the first thing to look at where many have not.
type Links struct {
	// Active are the active staff, and Linked those of them whose account carries
	// their DCID.
	Active int `yaml:"active"`
	Linked int `yaml:"linked"`
	// Unlinked are the accounts without a DCID that are known to have the
	// address of one of the others.
	Unlinked int `yaml:"unlinked"`
	// Certain are those that adopt would link for certain, 0 where not all
	// accounts were read.
	Certain int `yaml:"certain,omitempty"`
	// Unlisted are the linked accounts that a look-up of an address found and
	// the list of accounts lacks.
	Unlisted int `yaml:"unlisted,omitempty"`
}

// Few tells whether so many active people have no linked account that it is
// likely not their accounts that are missing.
func (l Links) Few() bool { return l.Active-l.Linked > max(5, l.Active/5) }

// Accounts sorts every account that carries a DCID into exactly one group:
// that of its person, or unknown.
type Accounts struct {
	// Total are all accounts that carry a DCID.
	Total int `yaml:"total"`
	// Changed are those that an action is on, and Unchanged those that are as they
	// should be.
	Changed   int `yaml:"changed"`
	Unchanged int `yaml:"unchanged"`
	// NotSelected are those whose action --only leaves out of the plan.
	NotSelected int `yaml:"notSelected,omitempty"`
	// Held are those that only a hold keeps from an action.
	Held int `yaml:"held,omitempty"`
	// Conflict are those of people with a conflict and no action, and LeftOut those of
	// people whom a rule or a lack of data leaves out.
	Conflict int `yaml:"conflict"`
	LeftOut  int `yaml:"leftOut"`
	// Unknown are the accounts whose DCID PowerSchool does not know.
	Unknown int `yaml:"unknown"`
}
