package plan

// Warning is something that a person should know and that stops nothing.
type Warning struct {
	// Kind is the short, stable name of this sort of warning.
	Kind WarningKind `yaml:"kind"`
	// Account is the address of the account, where it is about one.
	Account string `yaml:"account,omitempty"`
	// Staff is the person it is about, where it is about one.
	Staff Person `yaml:"staff,omitempty,flow"`
	// Message says in words what there is to know.
	Message string `yaml:"message"`
}

// WarningKind is the short, stable name of one sort of warning.
type WarningKind string

// The kinds of warnings.
const (
	// WarningBulk is a change that so many people share that it is likely a
	// wrong export.
	WarningBulk WarningKind = "bulk"
	// WarningSource is something odd in PowerSchool's data.
	WarningSource WarningKind = "source"
	// WarningTarget is something odd in Google's data.
	WarningTarget WarningKind = "target"
	// WarningOrphan is an account whose DCID PowerSchool does not know.
	WarningOrphan WarningKind = "orphan"
	// WarningSkipped is a linked account of a person who is left out.
	WarningSkipped WarningKind = "skipped"
	// WarningSpared is an inactive person's account that is left alone because
	// it is in a temporary re-activation org unit.
	WarningSpared WarningKind = "spared"
	// WarningTwice is somebody without an account who has the name of somebody
	// with one: perhaps one person in two records.
	WarningTwice WarningKind = "twice"
	// WarningAway is a person who is active only away from the home school, or
	// only at a school where nobody works.
	WarningAway WarningKind = "away"
	// WarningUnlinked is an account that works, without a DCID, at the address
	// of somebody who has left.
	WarningUnlinked WarningKind = "unlinked"
	// WarningFirstName is an account that is linked to a person with another first
	// name.
	WarningFirstName WarningKind = "first-name"
	// WarningUnread is something that Google does not let staffsync read.
	WarningUnread WarningKind = "unread"
	// WarningHold is a hold that has ended.
	WarningHold WarningKind = "hold"
	// WarningOwner is a group that loses its last owner.
	WarningOwner WarningKind = "owner"
	// WarningGroupRole is of people whose role in a group is higher than its
	// rules, or who are no plain members and to whom no rule of it applies.
	WarningGroupRole WarningKind = "group-role"
)

// warningKinds are the kinds in the order in which a person looks at them, with
// what each is about.
var warningKinds = kindTable[WarningKind]{
	{WarningBulk, "many accounts change alike, as after a wrong export"},
	{WarningOwner, "a group loses its last owner"},
	{WarningUnlinked, "somebody who has left still has an account, without a DCID"},
	{WarningFirstName, "an account is linked to somebody with another first name"},
	{WarningSkipped, "left out, with a linked account"},
	{WarningOrphan, "PowerSchool does not know the account's DCID"},
	{WarningAway, "active only away from the home school"},
	{WarningTwice, "perhaps one person in two records"},
	{WarningSpared, "has left, and the account is left alone"},
	{WarningHold, "a hold has ended"},
	{WarningUnread, "Google does not say"},
	{WarningGroupRole, "owners and managers whom the rules of a group do not make so"},
	{WarningSource, "PowerSchool's data"},
	{WarningTarget, "Google's data"},
}

// Rank orders the kinds: the lower one is looked at first. An unknown kind comes
// last.
func (k WarningKind) Rank() int { return warningKinds.rank(k) }

// Title says in words what the kind is about.
func (k WarningKind) Title() string { return warningKinds.title(k) }

// WarningKinds are all kinds, the one that is looked at first foremost.
func WarningKinds() []WarningKind { return warningKinds.kinds() }
