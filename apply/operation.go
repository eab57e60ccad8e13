package apply

import (
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// operation is the smallest thing that apply does: it writes one field of an
// account, takes one alias from it, changes one membership, reads its memberships
// again, creates it, or creates something else.
type operation struct {
	part Part
	// name is the field's name, the alias, the group's address, or that of
	// something new.
	name string
	// kind is that of the action.
	kind plan.Kind
	// changes are what is written: one for a field; of a new account all
	// that it cannot be without.
	changes plan.Changes
	// membership is what happens to that of the group.
	membership plan.MembershipChange
	// requires are the indexes of the action's own operations that must be
	// done before this one.
	requires []int
	// waits has this operation, and what follows, wait for the actions under
	// After to give up their addresses.
	waits bool
	// frees tells that whoever waits for an address of this account waits
	// for this operation.
	frees bool
	// stage is 1 for what waits although the operations before it need not,
	// and 0 for everything else.
	stage int
}

// What the names of operations begin with in the journal, of which it is asked
// later what became of them.
const (
	renameVerb  = "rename to "
	releaseVerb = "release "
	leaveVerb   = "leave "
	setVerb     = "set "
	joinVerb    = "join "
	pruneVerb   = "be taken out of "
	roleVerb    = "raise role in "
	createVerb  = "create"
)

// String returns the operation's name in the journal.
func (o operation) String() string {
	switch {
	case o.part == PartAccount:
		return createVerb
	case o.part == PartAlias:
		return releaseVerb + o.name
	case o.part == PartNew:
		return createVerb + " " + o.kind.Thing()
	case o.part == PartGroup && o.membership.Joins():
		return joinVerb + o.name
	case o.part == PartGroup && o.membership.SetsRole():
		return roleVerb + o.name
	case o.part == PartGroup && o.membership.Prunes():
		return pruneVerb + o.name
	case o.part == PartGroup:
		return leaveVerb + o.name
	case o.part == PartMemberships:
		return "read memberships"
	case o.name == plan.FieldPrimaryEmail:
		return renameVerb + o.changes[0].To.String()
	}
	return setVerb + o.name
}

// sentence says to a person what the message is about.
func (o operation) sentence(message string) string {
	switch {
	case message == "":
		return ""
	case o.part == PartAlias:
		return "release of the alias " + o.name + ": " + message
	case o.part == PartGroup && o.membership.Joins():
		return "joining " + o.name + ": " + message
	case o.part == PartGroup && o.membership.SetsRole():
		return "the role in " + o.name + ": " + message
	case o.part == PartGroup:
		return "leaving " + o.name + ": " + message
	}
	return o.name + ": " + message
}

// operationsOf divides an action into its operations, in their order: the
// fields, the release of aliases, the memberships, and the move of a leaver,
// which marks that all before it is done. Two renames come after all that, as
// a stage of their own: that of a leaver, whose suspension never waits, and
// the last step of one through a temporary address.
func operationsOf(action *plan.Action, options Options) []operation {
	switch {
	case action.Kind == plan.Create:
		return creationOf(action, options.Match)
	case !action.Kind.OnAccount():
		return []operation{{part: PartNew, name: action.Account, kind: action.Kind, changes: action.Changes}}
	}
	fields := action.Changes.Without(plan.FieldPrimaryEmail)
	move, leaver := fields.Get(plan.FieldOrgUnitPath)
	if leaver = leaver && mayBeLeaver(action); leaver {
		fields = fields.Without(plan.FieldOrgUnitPath)
	}
	first, second := addressesOf(action, options.Domain)
	fields = append(fields, first.change...)
	fields.Sort()

	list := operations{via: action.Via}
	list.write(fields, 0)
	list.release(first.release, 0)
	for _, membership := range action.Groups {
		switch {
		case membership.ByRule(): // which went by where the account is to be
			list.add(operation{part: PartGroup, name: membership.Group, membership: membership, requires: list.of(plan.FieldOrgUnitPath)})
		case membership.Leaves():
			list.add(operation{part: PartGroup, name: membership.Group, membership: membership})
		}
	}
	if leaver && options.LeaveGroups {
		list.add(operation{part: PartMemberships, name: string(PartMemberships), requires: list.all()})
	}
	if leaver {
		list.add(operation{part: PartField, name: move.Field, changes: plan.Changes{move}, requires: list.all()})
	}
	list.write(second.change, 1)
	list.release(second.release, 1)
	return list.operations
}

// addressing is a change of the address, if there is one, and the aliases that
// are given up after it.
type addressing struct {
	change  plan.Changes
	release []string
}

// addressesOf returns what happens to the addresses in each stage. The
// account's own temporary address is given up last.
func addressesOf(action *plan.Action, domain string) (first, second addressing) {
	dcid, _ := action.DCID()
	var release, via []string
	for _, alias := range action.Release {
		if strings.EqualFold(alias, plan.ViaAddress(dcid, domain)) {
			via = append(via, alias)
		} else {
			release = append(release, alias)
		}
	}
	rename, renames := action.Rename()
	switch {
	case !renames:
		return addressing{release: append(release, via...)}, addressing{}
	case action.Via != "":
		temporary := plan.Change{Field: rename.Field, From: rename.From, To: plan.Text(action.Via)}
		return addressing{plan.Changes{temporary}, release}, addressing{plan.Changes{rename}, via}
	case action.Suspends():
		return addressing{}, addressing{plan.Changes{rename}, append(release, via...)}
	}
	return addressing{plan.Changes{rename}, append(release, via...)}, addressing{}
}

// mayBeLeaver tells whether the action does nothing that is not done to
// leavers.
func mayBeLeaver(action *plan.Action) bool {
	if slices.ContainsFunc(action.Groups, plan.MembershipChange.ByRule) {
		return false
	}
	return action.Suspends() || len(action.Groups) > 0 || len(action.Changes) == 1 && len(action.Release) == 0
}

// creationOf divides the creation of an account: first what it would not be
// this person's account without, in the right place, then the other fields and
// the memberships.
func creationOf(action *plan.Action, match string) []operation {
	create := operation{part: PartAccount, name: "account", waits: true, frees: true}
	list := []operation{create}
	for _, change := range action.Changes {
		switch change.Field {
		case plan.FieldPrimaryEmail, plan.FieldGivenName, plan.FieldFamilyName, plan.FieldOrgUnitPath, plan.FieldChangePassword, match:
			list[0].changes = append(list[0].changes, change)
		default:
			list = append(list, operation{part: PartField, name: change.Field, changes: plan.Changes{change}})
		}
	}
	for _, membership := range action.Groups {
		list = append(list, operation{part: PartGroup, name: membership.Group, membership: membership, requires: []int{0}})
	}
	return list
}

// operations is an action's list in the making.
type operations struct {
	operations []operation
	via        string
}

// add appends an operation. Where the account is to be suspended or re-enabled,
// nothing else is done to it before that.
func (l *operations) add(o operation) {
	o.requires = append(l.of(plan.FieldSuspended), o.requires...)
	slices.Sort(o.requires)
	o.requires = slices.Compact(o.requires)
	l.operations = append(l.operations, o)
}

// write adds the changes of fields. The first address that the account takes
// frees its old one, and only its last one is waited for.
func (l *operations) write(changes plan.Changes, stage int) {
	temporary := l.via != "" && stage == 0
	for _, change := range changes {
		o := operation{part: PartField, name: change.Field, changes: plan.Changes{change}, stage: stage}
		switch change.Field {
		case plan.FieldPrimaryEmail:
			o.waits, o.frees = !temporary, l.via == "" || temporary
			o.requires = l.freeing()
		}
		l.add(o)
	}
}

// release adds the release of the aliases, which the account must have left
// behind before.
func (l *operations) release(aliases []string, stage int) {
	renamed := l.of(plan.FieldPrimaryEmail)
	for _, alias := range aliases {
		l.add(operation{part: PartAlias, name: alias, requires: renamed[max(0, len(renamed)-1):], frees: l.via == "" || stage == 0, stage: stage})
	}
}

// of returns the indexes of the operations that write the field.
func (l *operations) of(field string) []int {
	return l.where(func(o operation) bool { return o.part == PartField && o.name == field })
}

// freeing returns the indexes of the operations that others wait for.
func (l *operations) freeing() []int { return l.where(func(o operation) bool { return o.frees }) }

func (l *operations) all() []int { return l.where(func(operation) bool { return true }) }

func (l *operations) where(is func(operation) bool) []int {
	var found []int
	for i, o := range l.operations {
		if is(o) {
			found = append(found, i)
		}
	}
	return found
}
