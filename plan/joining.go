package plan

// Joining says when somebody new gets an account, and how long that waits in an org
// unit of its own. The dates are such as 2026-08-31.
type Joining struct {
	// From is the first day on which the account is made, empty once it has come.
	From string `yaml:"from,omitempty"`
	// WaitsUntil is the day on which the account leaves the waiting org unit,
	// empty once it has come.
	WaitsUntil string `yaml:"waitsUntil,omitempty"`
	// Undecided says why the dates are not known.
	Undecided string `yaml:"undecided,omitempty"`
}

// The keys of the config that Joining comes from.
const (
	RuleNewFrom      = "newAccounts.from"
	RuleWaitingUntil = "newAccounts.waitingUntil"
	RuleWaiting      = "newAccounts.waitingOrgUnit"
)
