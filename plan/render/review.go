package render

import (
	"cmp"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// review is what a reviewer decides by, taken out of a plan and not yet put into
// words: every format says it in the same order and with the same counts.
type review struct {
	plan   *plan.Plan
	counts map[plan.LimitName]int
	checks plan.LimitChecks
	// over are the limits that are exceeded, and blocks the plan's own words
	// for what blocks it that its limits do not say.
	over   []plan.LimitName
	blocks []string
	// suspected are the warnings of shared changes that look like a wrong
	// export.
	suspected []plan.Warning
	// suspended, reactivated, created and linked are who loses access, gets it back,
	// gets an account, and whose account gets the DCID.
	suspended, reactivated, created, linked []*plan.Action
	addresses                               []addressChange
	shared                          []sharedChange
	others                          []otherChange
	lost                            loss
	conflicts                       []kindCount[plan.ConflictKind]
	// short are the attributes that a name without their schema tells from all
	// others of the plan.
	short map[string]visible
	// ownerless are the warnings of groups that lose their last owner, and
	// warnings the kinds of all but those and the suspected.
	ownerless []plan.Warning
	warnings  []kindCount[plan.WarningKind]
}

func newReview(p *plan.Plan) review {
	counts := plan.Count(p.Actions)
	r := review{plan: p, counts: counts, checks: recount(p, counts)}
	r.over = slices.DeleteFunc(r.checks.Names(), func(name plan.LimitName) bool { return !r.checks[name].Over() })
	said := r.checks.Blocked()
	r.blocks = slices.DeleteFunc(slices.Clone(p.Blocked), func(words string) bool { return slices.Contains(said, words) })
	for i := range p.Actions {
		action := &p.Actions[i]
		switch {
		case action.Suspends():
			r.suspended = append(r.suspended, action)
		case action.Kind == plan.Reactivate:
			r.reactivated = append(r.reactivated, action)
		case action.Kind == plan.Create:
			r.created = append(r.created, action)
		case action.Kind == plan.Link:
			r.linked = append(r.linked, action)
		}
	}
	r.short = shortNames(p)
	r.addresses = addressChanges(p.Actions)
	r.shared = sharedChanges(p)
	r.others = otherChanges(p.Actions, tellers(r.shared))
	r.lost = lossOf(p.Actions, counts)
	r.conflicts = countKinds(p.Conflicts, func(c plan.Conflict) plan.ConflictKind { return c.Kind })
	rest := make([]plan.Warning, 0, len(p.Warnings))
	for _, warning := range p.Warnings {
		switch warning.Kind {
		case plan.WarningBulk:
			r.suspected = append(r.suspected, warning)
		case plan.WarningOwner:
			r.ownerless = append(r.ownerless, warning)
		default:
			rest = append(rest, warning)
		}
	}
	r.warnings = countKinds(rest, func(w plan.Warning) plan.WarningKind { return w.Kind })
	return r
}

// shortNames returns the names, without their schema, of the attributes that no
// other field of the plan shares it with.
func shortNames(p *plan.Plan) map[string]visible {
	fields := make(map[string]map[string]bool) // by short name
	note := func(field string) {
		schema, name, found := strings.Cut(field, ".")
		if !found || schema+"." == plan.ExternalIDPrefix || name == "" {
			return
		}
		if fields[name] == nil {
			fields[name] = make(map[string]bool)
		}
		fields[name][field] = true
	}
	for i := range p.Actions {
		for _, change := range p.Actions[i].Changes {
			note(change.Field)
		}
	}
	for _, conflict := range p.Conflicts {
		note(conflict.Field)
	}
	short := make(map[string]visible)
	for name, alike := range fields {
		for field := range alike {
			if len(alike) == 1 {
				short[field] = clean(name)
			}
		}
	}
	return short
}

// fieldWords is the field in as few words as tell it from the others.
func (r *review) fieldWords(field string) visible {
	if name, unique := r.short[field]; unique {
		return name
	}
	return nameField(field).short()
}

// recount returns the plan's limits beside what its actions really hold.
func recount(p *plan.Plan, counts map[plan.LimitName]int) plan.LimitChecks {
	checks := make(plan.LimitChecks, len(p.Limits))
	for name, check := range p.Limits {
		if !name.Standing() {
			check.Count = counts[name]
		}
		checks[name] = check
	}
	return checks
}

// addressChange is one account's new address, or two accounts' that exchange
// theirs.
type addressChange struct {
	action *plan.Action
	// from is whose the address was, nil where it was nobody's of this plan.
	from *plan.Action
	// exchanged is set where from gets the address of action in turn.
	exchanged bool
}

// addressChanges says who gets a new address, each account once: first those that
// are exchanged, then those that pass on, then those that nobody had.
func addressChanges(actions []plan.Action) []addressChange {
	holder := make(map[string]*plan.Action) // of what is given up, in lower case
	for i := range actions {
		if change, renamed := actions[i].Rename(); renamed {
			holder[strings.ToLower(change.From.String())] = &actions[i]
		}
		for _, alias := range actions[i].Release {
			holder[strings.ToLower(alias)] = &actions[i]
		}
	}
	from := func(action *plan.Action) *plan.Action {
		change, changes := action.Changes.Get(plan.FieldPrimaryEmail)
		if had := holder[strings.ToLower(change.To.String())]; changes && had != action {
			return had
		}
		return nil
	}
	var exchanged, passing, unused []addressChange
	for i := range actions {
		action := &actions[i]
		if _, changes := action.Changes.Get(plan.FieldPrimaryEmail); !changes {
			continue
		}
		switch had := from(action); {
		case had != nil && from(had) == action:
			if !slices.ContainsFunc(exchanged, func(c addressChange) bool { return c.from == action }) {
				exchanged = append(exchanged, addressChange{action, had, true})
			}
		case had != nil:
			passing = append(passing, addressChange{action: action, from: had})
		case action.Kind != plan.Create:
			unused = append(unused, addressChange{action: action})
		}
	}
	// Who hands an address on is named there with the new one.
	named := make(map[*plan.Action]bool)
	for _, change := range passing {
		named[change.from] = true
	}
	unused = slices.DeleteFunc(unused, func(c addressChange) bool { return named[c.action] })
	return slices.Concat(exchanged, passing, unused)
}

// sharedChange is what the same people share: one change, or several.
type sharedChange struct {
	plan.BulkChange
	changes plan.Changes
	actions []*plan.Action
}

// sharedChanges joins the plan's shared changes of the same people.
func sharedChanges(p *plan.Plan) []sharedChange {
	var shared []sharedChange
	place := make(map[string]int) // by what has to be the same
	for i, actions := range plan.BulkActions(p.Bulk, p.Actions) {
		bulk := p.Bulk[i]
		var key strings.Builder
		key.WriteString(bulk.Building)
		for _, n := range []int{bulk.Count, bulk.Base} {
			key.WriteByte('\n')
			key.WriteString(number(n))
		}
		for _, action := range actions {
			key.WriteByte('\n')
			key.WriteString(action.ID)
		}
		at, known := place[key.String()]
		if !known {
			at = len(shared)
			place[key.String()] = at
			shared = append(shared, sharedChange{BulkChange: bulk, actions: actions})
		}
		shared[at].changes = append(shared[at].changes, bulk.Change())
	}
	return shared
}

// told are the changes that are said once for several accounts.
type told map[plan.Change]bool

func tellers(shared []sharedChange) told {
	said := make(told)
	for _, s := range shared {
		for _, change := range s.changes {
			said[change] = true
		}
	}
	return said
}

// besides returns the changes of the action that are not said for several
// accounts at once.
func (t told) besides(action *plan.Action) plan.Changes {
	if len(t) == 0 || len(action.Shareable()) == 0 {
		return action.Changes
	}
	return slices.DeleteFunc(slices.Clone(action.Changes), func(change plan.Change) bool { return t[change] })
}

// otherChange is what becomes of one field, or of memberships, in accounts of
// which nothing else says so.
type otherChange struct {
	field   string // empty for memberships and aliases
	cleared bool
	actions []*plan.Action
}

// otherChanges gathers by field what is said neither of who loses or gets access
// nor of addresses nor for several accounts at once, the most frequent first.
func otherChanges(actions []plan.Action, said told) []otherChange {
	var others []otherChange
	type key struct {
		field   string
		cleared bool
	}
	place := make(map[key]int)
	note := func(k key, action *plan.Action) {
		at, known := place[k]
		if !known {
			at = len(others)
			place[k] = at
			others = append(others, otherChange{field: k.field, cleared: k.cleared})
		}
		others[at].actions = append(others[at].actions, action)
	}
	for i := range actions {
		action := &actions[i]
		if action.Suspends() || action.Kind == plan.Create || action.Kind == plan.Link {
			continue
		}
		changes := said.besides(action)
		for _, change := range changes {
			switch change.Field {
			case plan.FieldSuspended, plan.FieldPrimaryEmail:
			default:
				note(key{change.Field, change.To.Absent()}, action)
			}
		}
		if len(action.Groups) > 0 || len(action.Changes) == 0 {
			note(key{}, action)
		}
	}
	slices.SortStableFunc(others, func(a, b otherChange) int {
		return cmp.Or(-cmp.Compare(len(a.actions), len(b.actions)), cmp.Compare(a.field, b.field))
	})
	return others
}

// loss is what no later run brings back.
type loss struct {
	memberships, owned, managed, cleared int
}

func lossOf(actions []plan.Action, counts map[plan.LimitName]int) loss {
	l := loss{memberships: counts[plan.LimitLeaveGroups], cleared: counts[plan.LimitClear]}
	for i := range actions {
		for _, m := range actions[i].Groups {
			switch {
			case !m.Leaves():
			case m.From == "OWNER":
				l.owned++
			case m.From == "MANAGER":
				l.managed++
			}
		}
	}
	return l
}

// kindCount is how many there are of a kind.
type kindCount[K any] struct {
	kind  K
	count int
}

// countKinds counts things by kind, in the order in which a person looks at them.
func countKinds[T any, K interface {
	~string
	Rank() int
}](things []T, kindOf func(T) K) []kindCount[K] {
	counts := make(map[K]int)
	for _, thing := range things {
		counts[kindOf(thing)]++
	}
	kinds := make([]kindCount[K], 0, len(counts))
	for kind, count := range counts {
		kinds = append(kinds, kindCount[K]{kind, count})
	}
	slices.SortFunc(kinds, func(a, b kindCount[K]) int {
		return cmp.Or(cmp.Compare(a.kind.Rank(), b.kind.Rank()), cmp.Compare(a.kind, b.kind))
	})
	return kinds
}
