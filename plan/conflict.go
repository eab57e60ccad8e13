package plan

// Conflict is something that a person has to settle before staffsync can.
type Conflict struct {
	// Kind is the short, stable name of this sort of conflict.
	Kind ConflictKind `yaml:"kind,omitempty"`
	// ID is that of the action it is in the way of.
	ID string `yaml:"id"`
	// Account is the address of the account, where there is one.
	Account string `yaml:"account,omitempty"`
	// Staff is the person it is about, where it is about one.
	Staff Person `yaml:"staff,omitempty,flow"`
	// Field is the field that is left as it is; it is empty where the whole
	// account is.
	Field string `yaml:"field,omitempty"`
	// Problem says in words what cannot be decided.
	Problem string `yaml:"problem"`
	// Remedy says what to do about it.
	Remedy string `yaml:"remedy,omitempty"`
}

// ConflictKind is the short, stable name of one sort of conflict.
type ConflictKind string

// The kinds of conflicts.
const (
	ConflictUndecided       ConflictKind = "undecided"
	ConflictAttribute       ConflictKind = "attribute-unfit"
	ConflictNoOrgUnit       ConflictKind = "no-org-unit"
	ConflictSimilarOrgUnit  ConflictKind = "similar-org-unit"
	ConflictRenamedOrgUnit  ConflictKind = "renamed-org-unit"
	ConflictUnlinkedAccount ConflictKind = "unlinked-account"
	ConflictLikelyAccount   ConflictKind = "likely-account"
	ConflictOpenLink        ConflictKind = "open-link"
	ConflictTwoAccounts     ConflictKind = "two-accounts"
	ConflictSharedAddress   ConflictKind = "shared-address"
	ConflictSamePerson      ConflictKind = "same-person"
	ConflictOtherPerson     ConflictKind = "other-person"
	ConflictAddressHeld     ConflictKind = "address-held"
	ConflictAddressTaken    ConflictKind = "address-taken"
	ConflictAddressUnread   ConflictKind = "address-unread"
	ConflictNotKnown        ConflictKind = "not-known"
	ConflictAddressOutside  ConflictKind = "address-outside-domain"
	ConflictDeletedAccount  ConflictKind = "deleted-account"
	ConflictArchived        ConflictKind = "archived"
	ConflictSuspendedElse   ConflictKind = "suspended-elsewhere"
	ConflictSuspendedGoogle ConflictKind = "suspended-by-google"
	ConflictGuest           ConflictKind = "guest-account"
	ConflictProtected       ConflictKind = "protected-account"
	ConflictNoAddress       ConflictKind = "no-address"
	ConflictTooManyAliases  ConflictKind = "too-many-aliases"
	ConflictNoTemporary     ConflictKind = "no-temporary-address"
	ConflictName            ConflictKind = "bad-name"
	ConflictValue           ConflictKind = "bad-value"
	ConflictNoGroup         ConflictKind = "no-group"
	ConflictGroupAddress    ConflictKind = "group-address"
	ConflictGroupRules      ConflictKind = "group-rules"
	ConflictDynamicGroup    ConflictKind = "dynamic-group"
	ConflictGroupUnread     ConflictKind = "group-unread"
	ConflictChangedSince    ConflictKind = "changed-since"
	ConflictCannotUndo      ConflictKind = "cannot-undo"
)

// conflictKinds are the kinds in the order in which a person settles them best,
// since the first ones hide others, with what each is about.
var conflictKinds = kindTable[ConflictKind]{
	{ConflictUndecided, "a rule fails, or PowerSchool's data is damaged"},
	{ConflictAttribute, "a custom attribute is not as the config needs it"},
	{ConflictNoOrgUnit, "the directory has no such org unit"},
	{ConflictSimilarOrgUnit, "a new org unit would have almost the name of another"},
	{ConflictRenamedOrgUnit, "a new org unit is probably an old one, renamed"},
	{ConflictUnlinkedAccount, "an account without a DCID has the address"},
	{ConflictLikelyAccount, "an account without a DCID has the name of somebody who would get a new one"},
	{ConflictOpenLink, "which account is whose is for a person to say"},
	{ConflictTwoAccounts, "several accounts carry one DCID"},
	{ConflictSharedAddress, "PowerSchool gives one address to several people"},
	{ConflictSamePerson, "PowerSchool may have one person in two records"},
	{ConflictOtherPerson, "the account looks like another person's"},
	{ConflictNoTemporary, "an exchange of addresses lacks its temporary one"},
	{ConflictAddressUnread, "Google does not say who has the address"},
	{ConflictNotKnown, "the snapshot of the target does not say"},
	{ConflictAddressOutside, "the address is outside the domain"},
	{ConflictDeletedAccount, "the account was deleted lately"},
	{ConflictNoAddress, "there is no address for a new account"},
	{ConflictTooManyAliases, "the account has as many aliases as Google allows"},
	{ConflictArchived, "the account of an active person is archived"},
	{ConflictSuspendedElse, "the account was suspended by somebody else"},
	{ConflictSuspendedGoogle, "Google suspended the account"},
	{ConflictGuest, "the account is a guest's"},
	{ConflictProtected, "an administrator's account is not suspended, moved or renamed"},
	{ConflictAddressHeld, "a hold keeps somebody at the address"},
	{ConflictAddressTaken, "somebody else has the address"},
	{ConflictName, "a name is missing or too long"},
	{ConflictValue, "a value does not fit its attribute"},
	{ConflictGroupUnread, "the members of a group with rules cannot be read"},
	{ConflictNoGroup, "the directory has no such group"},
	{ConflictGroupAddress, "a rule gives no address that a group can have, or two schools the same"},
	{ConflictGroupRules, "rules for one group contradict each other"},
	{ConflictDynamicGroup, "nobody edits the members of the group"},
	{ConflictChangedSince, "somebody changed it since the plan that is undone"},
	{ConflictCannotUndo, "what the plan did there cannot be undone"},
}

// Rank orders the kinds: the lower one is settled first. An unknown kind comes
// last.
func (k ConflictKind) Rank() int { return conflictKinds.rank(k) }

// Title says in words what the kind is about.
func (k ConflictKind) Title() string { return conflictKinds.title(k) }

// ConflictKinds are all kinds, the one that is settled first foremost.
func ConflictKinds() []ConflictKind { return conflictKinds.kinds() }
