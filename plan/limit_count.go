package plan

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// counted is a part of an action that counts under a limit.
type counted struct {
	limit LimitName
	part  string
}

// counted returns what counts under any limit: accounts, but cleared fields
// under LimitClear and memberships under the limits of groups.
func (a *Action) counted() []counted {
	var parts []counted
	if made, creates := a.Kind.creation(); creates {
		if made.limit != "" {
			parts = append(parts, counted{made.limit, WholeAction})
		}
		return parts
	}
	for _, m := range a.Groups {
		switch {
		case m.Prunes():
			parts = append(parts, counted{LimitPruneGroups, Prunings})
		case m.Leaves():
			parts = append(parts, counted{LimitLeaveGroups, Leavings})
		case m.ByRule():
			parts = append(parts, counted{LimitJoinGroups, Joinings})
		}
	}
	switch a.Kind {
	case Create:
		return append(parts, counted{LimitCreate, WholeAction})
	case Link:
		return append(parts, counted{LimitLink, WholeAction})
	}
	for _, change := range a.Changes {
		switch field := change.Field; {
		case change.Suspends():
			parts = append(parts, counted{LimitSuspend, WholeAction})
		case field == FieldSuspended:
			parts = append(parts, counted{LimitReactivate, WholeAction})
		case field == FieldPrimaryEmail:
			parts = append(parts, counted{LimitRename, WholeAction})
		case field == FieldOrgUnitPath:
			parts = append(parts, counted{LimitMove, field})
		case change.Replaces():
			parts = append(parts, counted{LimitChangeOf(field), field})
		}
		if change.To.Absent() {
			parts = append(parts, counted{LimitClear, change.Field})
		}
	}
	return parts
}

// Count returns how many changes of each limited sort the actions hold. The
// limits on how things are, of which actions say nothing, are not among them,
// and an optional one is where it counts something.
func Count(actions []Action) map[LimitName]int {
	counts := make(map[LimitName]int)
	for _, name := range LimitNames() {
		if name.counted() {
			counts[name] = 0
		}
	}
	for i := range actions {
		for _, c := range actions[i].counted() {
			counts[c.limit]++
		}
	}
	return counts
}

// HeldBack returns all that counts under these limits, for LeaveOut: never only
// the excess, which a broken export would else have carried out night by night.
// Of a limit on one field's values it is every change of that field.
func HeldBack(actions []Action, over []LimitName) []Omission {
	var held []Omission
	for i := range actions {
		action := &actions[i]
		parts := action.counted()
		for _, change := range action.Changes {
			if action.Kind != Create {
				parts = append(parts, counted{LimitChangeOf(change.Field), change.Field})
			}
		}
		for _, c := range parts {
			if slices.Contains(over, c.limit) {
				held = append(held, Omission{ID: action.ID, Part: c.part, Reason: "over the limit " + string(c.limit)})
			}
		}
	}
	return held
}

// Replaces tells whether a value gives way to another one that differs in more
// than letter case, punctuation and blanks. Nobody can look at what happens to a
// sensitive value, so each of its changes does, one that fills or clears it too.
func (c Change) Replaces() bool {
	if c.Sensitive() {
		return true
	}
	return !c.From.Absent() && !c.To.Absent() && essence(c.From) != essence(c.To)
}

// essence is the value's letters and digits, or all of it where it has none.
func essence(v Value) string {
	text := norm.NFKC.String(v.String())
	letters := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
	if letters == "" {
		return text
	}
	return letters
}
