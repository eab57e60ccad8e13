package plan

import (
	"cmp"
	"slices"
	"strings"
)

// LimitName is the name of a limit: a key under limits in the config and in
// the plan, and a word after --allow. A limit that is measured in several
// parts has a name for each, such as change.givenName.
type LimitName string

// The limits, by their keys in the config. Those on accounts are measured
// against the linked accounts that are not suspended, so that years of leavers
// do not inflate them.
const (
	// LimitSuspend is on accounts that are suspended.
	LimitSuspend LimitName = "suspend"
	// LimitCreate is on new accounts, of the active staff.
	LimitCreate LimitName = "create"
	// LimitReactivate is on accounts that are re-enabled.
	LimitReactivate LimitName = "reactivate"
	// LimitRename is on primary addresses that change.
	LimitRename LimitName = "rename"
	// LimitMove is on org units that change, those of leavers included.
	LimitMove LimitName = "move"
	// LimitClear is on fields that lose their value.
	LimitClear LimitName = "clear"
	// LimitLeaveGroups is on memberships that leavers give up.
	LimitLeaveGroups LimitName = "leaveGroups"
	// LimitJoinGroups is on memberships that rules begin, and roles that they
	// raise. A plan has it and the next three only where the policy has such rules.
	LimitJoinGroups LimitName = "joinGroups"
	// LimitPruneGroups is on memberships that rules end, of the members of the
	// groups that they manage.
	LimitPruneGroups LimitName = "pruneGroups"
	// LimitCreateGroups is on new groups.
	LimitCreateGroups LimitName = "createGroups"
	// LimitCreateOrgUnits is on new org units.
	LimitCreateOrgUnits LimitName = "createOrgUnits"
	// LimitCreateAttributes is on new custom attributes, of which only init
	// --attributes plans any.
	LimitCreateAttributes LimitName = "createAttributes"
	// LimitChange is on accounts in which a value is replaced by another, for each
	// field by itself.
	LimitChange LimitName = "change"
	// LimitMissing is on accounts whose person PowerSchool does not know, or who
	// is left out for lack of data.
	LimitMissing LimitName = "missing"
	// LimitStrayRows is on rows of PowerSchool without a counterpart: active
	// assignments of nobody in users, and active people of no school in schools.
	LimitStrayRows LimitName = "strayRows"
	// LimitLink is on accounts that get a DCID, of which only adopt plans any.
	LimitLink LimitName = "link"
)

// The parts of LimitStrayRows: active assignments of nobody in users, and
// active people whose home school is not in schools.
const (
	LimitStrayAssignments LimitName = "strayRows.assignments"
	LimitStraySchools     LimitName = "strayRows.schools"
)

// LimitChangeOf returns the part of LimitChange that is about the field.
func LimitChangeOf(field string) LimitName { return LimitChange + "." + LimitName(field) }

// LimitNames lists the limits that a config sets, in the order in which they
// are shown.
func LimitNames() []LimitName {
	return []LimitName{
		LimitSuspend, LimitCreate, LimitReactivate, LimitRename, LimitMove, LimitClear, LimitLeaveGroups,
		LimitJoinGroups, LimitPruneGroups, LimitCreateGroups, LimitCreateOrgUnits, LimitCreateAttributes, LimitChange, LimitMissing, LimitStrayRows, LimitLink,
	}
}

// setting returns the limit's key in the config, and which part of it this is.
func (n LimitName) setting() (key LimitName, part string) {
	word, part, _ := strings.Cut(string(n), ".")
	return LimitName(word), part
}

// Measured tells whether a plan may have a count under the name, which may then
// follow --allow.
func (n LimitName) Measured() bool {
	switch key, part := n.setting(); key {
	case LimitChange:
		return part != ""
	case LimitStrayRows:
		return n == LimitStrayAssignments || n == LimitStraySchools
	default:
		return part == "" && slices.Contains(LimitNames(), key)
	}
}

// counted tells whether every plan has a count under the name: of those that
// plans measure by what their actions do, all but what only adopt, rules for
// groups and new org units do.
func (n LimitName) counted() bool {
	switch n {
	case LimitLink, LimitJoinGroups, LimitPruneGroups, LimitCreateGroups, LimitCreateOrgUnits, LimitCreateAttributes:
		return false
	}
	return n.Measured() && !n.Standing()
}

// memberships tells whether the limit counts memberships, of which an account may
// have several.
func (n LimitName) memberships() bool { return n == LimitLeaveGroups || n == LimitJoinGroups }

// Standing tells whether the count is of how things are, and not of what the
// actions do: only who reads both ends can count it.
func (n LimitName) Standing() bool {
	key, _ := n.setting()
	return key == LimitMissing || key == LimitStrayRows
}

// LimitWords lists what may follow --allow, for a message.
func LimitWords() string {
	var words []string
	for _, name := range LimitNames() {
		switch name {
		case LimitChange:
			words = append(words, "change.FIELD")
		case LimitStrayRows:
			words = append(words, string(LimitStrayAssignments), string(LimitStraySchools))
		default:
			words = append(words, string(name))
		}
	}
	return strings.Join(words, ", ")
}

// compareLimits orders limits as LimitNames does, and the parts of one as the
// fields of a plan's changes.
func compareLimits(a, b LimitName) int {
	keyA, partA := a.setting()
	keyB, partB := b.setting()
	return cmp.Or(
		cmp.Compare(slices.Index(LimitNames(), keyA), slices.Index(LimitNames(), keyB)),
		compareFields(partA, partB),
	)
}
