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
	// newThings counts by kind what else is created.
	newThings map[plan.Kind]int
	// newOrgUnits are the org units that are.
	newOrgUnits []*plan.Action
	addresses   []addressChange
	shared      []sharedChange
	others      []otherChange
	lost        loss
	conflicts   []kindCount[plan.ConflictKind]
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
	r := review{plan: p, counts: counts, checks: recount(p, counts), newThings: make(map[plan.Kind]int)}
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
		case !action.Kind.OnAccount():
			r.newThings[action.Kind]++
			if action.Kind == plan.CreateOrgUnit {
				r.newOrgUnits = append(r.newOrgUnits, action)
			}
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
