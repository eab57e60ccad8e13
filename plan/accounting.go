package plan

// People sorts everybody in PowerSchool into exactly one group each, so that
// nobody disappears between the source and a plan.
type People struct {
	Total int `yaml:"total"`
	// New are those who get an account, and Changed those with any other
	// action, whatever conflicts there are about their other fields.
	New       int `yaml:"new"`
	Changed   int `yaml:"changed"`
	Unchanged int `yaml:"unchanged"`
	// Conflict are those with a conflict and no action.
	Conflict int `yaml:"conflict"`
	// LeftOut are those whom a rule or a lack of data leaves out.
	LeftOut int `yaml:"leftOut"`
	// Inactive are the inactive people without an account, left out or not.
	Inactive int `yaml:"inactiveWithoutAccount"`
}

// Accounts sorts every account that carries a DCID into exactly one group:
// that of its person, or unknown.
type Accounts struct {
	Total     int `yaml:"total"`
	Changed   int `yaml:"changed"`
	Unchanged int `yaml:"unchanged"`
	Conflict  int `yaml:"conflict"`
	LeftOut   int `yaml:"leftOut"`
	// Unknown are the accounts whose DCID PowerSchool does not know.
	Unknown int `yaml:"unknown"`
}
