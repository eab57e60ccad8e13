package render

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

const (
	// groupsListed is how many groups of somebody who loses access are named,
	// peopleListed how many people who share something, and remediesListed how
	// many remedies of one kind of conflict that differ.
	groupsListed   = 3
	peopleListed   = 50
	remediesListed = 10
)

// foldedSections show one row for each account: first what is dangerous, then what
// several share, once, then the rest account by account; then conflicts, warnings
// and who is left out, by kind.
func foldedSections(r *review) []section {
	byKind := make(map[plan.Kind][]*plan.Action)
	var order []plan.Kind
	for _, words := range kinds() {
		order = append(order, words.kind)
	}
	for i := range r.plan.Actions {
		action := &r.plan.Actions[i]
		if !slices.Contains(order, action.Kind) {
			order = append(order, action.Kind)
		}
		byKind[action.Kind] = append(byKind[action.Kind], action)
	}
	tallies, said := tally(r.plan.Actions), tellers(r.shared)
	var sections []section
	for _, kind := range order {
		s := r.accountsOf(kind, byKind[kind], said, tallies[kind])
		if kind == plan.Rename { // before it comes what is dangerous
			sections = append(sections, r.sharedSection())
		}
		sections = append(sections, s)
	}
	return append(sections, r.heldRows(), r.conflictRows(), r.warningRows(), holdSection(r.plan.Holds), r.skippedCounts(), r.excessRows(), r.blockRows())
}

// accountsOf shows the actions of one kind that anything is left to say of,
// those that something is taken from first.
func (r *review) accountsOf(kind plan.Kind, actions []*plan.Action, said told, all listing) section {
	words := wordsOf(kind)
	s := section{Tone: words.tone, Grave: words.grave}
	parent := sharedParent(kind, actions)
	shared := 0
	for _, action := range actions {
		changes := said.besides(action)
		if len(changes) == 0 && len(action.Changes) > 0 && len(action.Groups)+len(action.Release) == 0 {
			shared++
			continue
		}
		s.Table.Rows = append(s.Table.Rows, r.accountRow(action, changes, parent))
	}
	slices.SortStableFunc(s.Table.Rows, func(a, b tableRow) int { return a.calm() - b.calm() })
	s.Title = words.title + visible(": "+countOfKind(kind, max(all.total(), len(actions))))
	if elsewhere := all.elsewhere(kind); elsewhere != "" {
		s.Title += ", " + visible(elsewhere)
	}
	if shared > 0 {
		s.Alone = true
		s.Title += visible(", " + number(shared) + " of them under shared changes")
	}
	if parent != "" {
		s.Title += ", org units in " + clean(parent)
	}
	s.Table.Head, s.Table.Plain = r.heads(kind), true
	return s
}

func (r tableRow) calm() int {
	if r.Danger {
		return 0
	}
	return 1
}

// heads are the columns of accountRow.
func (r *review) heads(kind plan.Kind) []visible {
	switch kind {
	case plan.Suspend:
		return []visible{"person", "address", "building and org unit", "groups and more"}
	case plan.Create:
		return []visible{"person", "address", "building and org unit"}
	case plan.Link:
		return []visible{"person", "address", "DCID", "why"}
	case plan.CreateGroup:
		return []visible{"name", "address", "why"}
	case plan.CreateOrgUnit:
		return []visible{"name", "why"}
	case plan.CreateAttribute:
		return []visible{"name", "type", "why"}
	}
	return []visible{"person", "address", "changes"}
}

// accountRow says in one row what becomes of an account, whose org unit is in the
// parent where that is not empty.
func (r *review) accountRow(action *plan.Action, changes plan.Changes, parent string) tableRow {
	name, address := plainly(clean(cmp.Or(action.Staff.Name, action.ID)), partSeparator), r.local(action.Account)
	switch action.Kind {
	case plan.CreateGroup:
		named, _ := action.Changes.Get(plan.FieldNewName)
		return tableRow{Cells: []visible{plainly(clean(named.To.String()), partSeparator), address, clean(action.Reason)}}
	case plan.CreateAttribute:
		return tableRow{Cells: []visible{plainly(clean(action.Account), partSeparator), attributeType(action), clean(action.Reason)}}
	case plan.CreateOrgUnit:
		return tableRow{Cells: []visible{plainly(clean(action.Account), partSeparator), clean(action.Reason)}}
	case plan.Suspend:
		unit, _ := action.Changes.Get(plan.FieldOrgUnitPath)
		rest := changes.Without(plan.FieldSuspended).Without(plan.FieldOrgUnitPath)
		return tableRow{Danger: true, Cells: []visible{name, address, place(action.Staff.Building, unit.From, parent), r.besides(action, rest)}}
	case plan.Create:
		unit, _ := action.Changes.Get(plan.FieldOrgUnitPath)
		if n := len(action.PassedOver); n > 0 {
			address += visible(", " + number(n) + " passed over")
		}
		return tableRow{Cells: []visible{name, address, place(action.Staff.Building, unit.To, parent)}}
	case plan.Link:
		return tableRow{Cells: []visible{name, address, clean(strconv.FormatInt(action.Staff.DCID, 10)), clean(action.Reason)}}
	case plan.Rename:
		renamed, _ := action.Rename()
		address = r.local(renamed.From.String()) + arrowSeparator + r.local(renamed.To.String())
		changes = changes.Without(plan.FieldPrimaryEmail)
	}
	if action.Kind == plan.Reactivate {
		changes = changes.Without(plan.FieldSuspended)
	}
	danger := slices.ContainsFunc(changes, func(change plan.Change) bool { return change.To.Absent() }) || slices.ContainsFunc(action.Groups, plan.MembershipChange.Leaves)
	return tableRow{Danger: danger, Cells: []visible{name, address, r.besides(action, changes)}}
}

// attributeType says of which type a new attribute is.
func attributeType(action *plan.Action) visible {
	kind, _ := action.Changes.Get(plan.FieldAttributeType)
	words := clean(kind.To.String())
	if _, ranges := action.Changes.Get(plan.FieldIndexMin); ranges {
		words += ", searched by ranges"
	}
	return words
}

// sharedParent returns the org unit that all who lose access come from, or all new
// accounts go to, each to one of its own; it is empty where there is none.
func sharedParent(kind plan.Kind, actions []*plan.Action) string {
	if kind != plan.Suspend && kind != plan.Create || len(actions) < 2 {
		return ""
	}
	parent := ""
	for i, action := range actions {
		change, _ := action.Changes.Get(plan.FieldOrgUnitPath)
		unit := change.To.String()
		if kind == plan.Suspend {
			unit = change.From.String()
		}
		if i == 0 {
			parent = unit
		}
		parent = commonParent(unit+"/", parent+"/")
	}
	return parent
}

// place names the building and the org unit, the building only where the org unit
// does not, and the org unit without its parent.
func place(building string, unit plan.Value, parent string) visible {
	path := unit.String()
	inside := clean(path)
	if parent != "" && len(path) > len(parent) {
		inside = "…" + clean(path[len(parent):])
	}
	switch {
	case path == "":
		return plainly(clean(building), partSeparator)
	case building == "" || strings.Contains(strings.ToLower(path), strings.ToLower(building)):
		return inside
	}
	return plainly(clean(building), partSeparator) + partSeparator + inside
}

// besides puts the changes and the memberships into words.
func (r *review) besides(action *plan.Action, changes plan.Changes) visible {
	var words []string
	if groups := r.leaves(action); groups != "" {
		words = append(words, string(groups))
	}
	var joins, roles []string
	for _, m := range action.Groups {
		group := string(r.local(m.Group))
		switch {
		case m.Joins() && m.To != plan.RoleMember:
			joins = append(joins, group+" ("+string(roleWords(m.To))+")")
		case m.Joins():
			joins = append(joins, group)
		case m.SetsRole():
			roles = append(roles, string(roleWords(m.To))+" of "+group)
		}
	}
	if len(joins) > 0 {
		words = append(words, "joins "+strings.Join(joins, ", "))
	}
	if len(roles) > 0 {
		words = append(words, "becomes "+strings.Join(roles, ", "))
	}
	if len(changes) > 0 {
		words = append(words, string(r.changeWords(changes, whole)))
	}
	if action.Via == "" && action.Kind != plan.Rename {
		for _, alias := range action.Release {
			words = append(words, "gives up alias "+string(r.local(alias)))
		}
	}
	return visible(strings.Join(words, "; "))
}

// leaves names the first groups that the account leaves, the roles that are more
// than a member's, and how many more groups there are.
func (r *review) leaves(action *plan.Action) visible {
	var words []string
	for _, m := range byRole(action.Groups) {
		group := string(r.local(m.Group))
		if m.From != "MEMBER" {
			group += " (" + string(roleWords(m.From)) + ")"
		}
		words = append(words, group)
	}
	if len(words) == 0 {
		return ""
	}
	more := ""
	if rest := len(words) - groupsListed; rest > 0 {
		words, more = words[:groupsListed], " and "+number(rest)+" more"
	}
	return visible("leaves " + strings.Join(words, ", ") + more)
}

// byRole returns the memberships that end, those of owners and managers first.
func byRole(groups []plan.MembershipChange) []plan.MembershipChange {
	ended := slices.DeleteFunc(slices.Clone(groups), func(m plan.MembershipChange) bool { return !m.Leaves() })
	rank := func(m plan.MembershipChange) int { return slices.Index([]string{"OWNER", "MANAGER"}, m.From) }
	slices.SortStableFunc(ended, func(a, b plan.MembershipChange) int {
		if ra, rb := rank(a), rank(b); ra >= 0 && rb >= 0 {
			return ra - rb
		} else {
			return rb - ra
		}
	})
	return ended
}

func (r *review) local(address string) visible {
	return local(address, r.plan.Domain)
}

// sharedSection says once what several accounts share, and who they are.
func (r *review) sharedSection() section {
	s := section{Title: "Shared changes", Tone: tonePlace, Table: table{Plain: true, Head: []visible{"accounts", "change", "people"}}}
	for i := range r.shared {
		shared := &r.shared[i]
		s.Table.Rows = append(s.Table.Rows, tableRow{Cells: []visible{shared.who(), r.changeWords(shared.changes, whole), names(shared.actions, peopleListed)}})
	}
	return s
}

// conflictRows has one row for the conflicts of one kind that are settled in the
// same way.
func (r *review) conflictRows() section {
	s := section{
		Title: visible("Conflicts: " + countOf(len(r.plan.Conflicts), "thing", "things") + " to settle, left as they are until then"),
		Tone:  toneDetail, Grave: true, Table: table{Plain: true, Head: []visible{"", "code", "whose", "what to do"}},
	}
	type key struct {
		kind   plan.ConflictKind
		remedy string
	}
	whose := make(map[key][]string)
	var order []key
	kinds := make(map[plan.ConflictKind]int)
	for _, conflict := range r.plan.Conflicts {
		k := key{conflict.Kind, conflict.Remedy}
		if whose[k] == nil {
			order = append(order, k)
			kinds[conflict.Kind]++
		}
		whose[k] = append(whose[k], string(r.conflictWords(conflict)))
	}
	rows := make(map[plan.ConflictKind]int)
	for _, k := range order {
		rows[k.kind]++
		switch n := rows[k.kind]; {
		case n == remediesListed && kinds[k.kind] > n:
			s.Table.Rows = append(s.Table.Rows, tableRow{Cells: []visible{
				"", clean(string(k.kind)), visible("and " + number(kinds[k.kind]-n+1) + " more"), cleanf("show --only %s lists them", string(k.kind)),
			}})
		case n <= remediesListed:
			s.Table.Rows = append(s.Table.Rows, tableRow{Cells: []visible{
				visible(number(len(whose[k]))), clean(cmp.Or(string(k.kind), "of no kind")), listed(whose[k]), clean(k.remedy),
			}})
		}
	}
	return s
}

// conflictWords says whose it is, and which field is left as it is.
func (r *review) conflictWords(conflict plan.Conflict) visible {
	_, thing, _ := plan.ThingOf(conflict.ID)
	who := clean(cmp.Or(conflict.Staff.Name, conflict.Account, thing, conflict.ID))
	if conflict.Field != "" {
		return who + " (" + r.fieldWords(conflict.Field) + ")"
	}
	return who
}

// listed joins names, up to peopleListed of them.
func listed(names []string) visible {
	if len(names) > peopleListed {
		return visible(strings.Join(names[:peopleListed], ", ") + " and " + number(len(names)-peopleListed) + " more")
	}
	return visible(strings.Join(names, ", "))
}

// warningRows has one row for the warnings of one kind.
func (r *review) warningRows() section {
	warnings := r.plan.Warnings
	s := section{
		Title: visible("Warnings: " + countOf(len(warnings), "thing", "things") + " to know"),
		Tone:  toneDetail, Table: table{Plain: true, Head: []visible{"", "code", "what", "whose"}},
	}
	for _, k := range countKinds(warnings, func(w plan.Warning) plan.WarningKind { return w.Kind }) {
		var whose []string
		for _, warning := range warnings {
			if warning.Kind != k.kind {
				continue
			}
			name := cmp.Or(warning.Staff.Name, warning.Account)
			if name != "" && warning.Kind != plan.WarningOwner {
				whose = append(whose, string(clean(name)))
				continue
			}
			s.Table.Rows = append(s.Table.Rows, tableRow{Cells: []visible{
				"1", clean(string(k.kind)), shorten(clean(warning.Message), widestSentence), clean(warning.Staff.Name),
			}})
		}
		if len(whose) > 0 {
			s.Table.Rows = append(s.Table.Rows, tableRow{Cells: []visible{
				visible(number(len(whose))), clean(string(k.kind)), clean(k.kind.Title()), listed(whose),
			}})
		}
	}
	return s
}

// skippedCounts says how many people each rule leaves out, and lack of data.
func (r *review) skippedCounts() section {
	if len(r.plan.Skipped) == 0 {
		return section{}
	}
	counts := make(map[string]int)
	var order, words []string
	for _, skipped := range r.plan.Skipped {
		why := cmp.Or(skipped.Rule, "for lack of data in PowerSchool")
		if counts[why] == 0 {
			order = append(order, why)
		}
		counts[why]++
	}
	for _, why := range order {
		words = append(words, number(counts[why])+" "+string(clean(why)))
	}
	return section{Alone: true, Title: visible("Skipped: " + countOf(len(r.plan.Skipped), "person", "people") + " left out, " + strings.Join(words, ", "))}
}

// excessRows lists the limits that are exceeded.
func (r *review) excessRows() section {
	s := section{Title: "Limits that are exceeded", Tone: toneDanger, Table: table{Plain: true, Head: []visible{"limit", "excess", "to allow it"}}}
	for _, name := range r.over {
		check := r.checks[name]
		s.Table.Rows = append(s.Table.Rows, tableRow{Danger: true, Cells: []visible{
			clean(string(name)), clean(check.Excess(name)), cleanf("--allow %s=%d", name, check.Count),
		}})
	}
	return s
}
