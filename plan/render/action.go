package render

import (
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// Separators that a value must not be able to forge.
const (
	partSeparator  = " · "
	arrowSeparator = " → "
)

// emptyWords is shown where a field has no value.
const emptyWords = "(empty)"

// actionSections returns one section for each kind of action. Within it the
// accounts that something is taken from come first, otherwise the plan's
// order holds.
func actionSections(actions []plan.Action) []section {
	byKind := make(map[plan.Kind][]entry)
	order := make([]plan.Kind, 0, len(kinds()))
	for _, words := range kinds() {
		order = append(order, words.kind)
	}
	addressOf := addressesAwaited(actions)
	for i := range actions {
		kind := actions[i].Kind
		if !slices.Contains(order, kind) {
			order = append(order, kind)
		}
		byKind[kind] = append(byKind[kind], newEntry(&actions[i], addressOf))
	}
	var sections []section
	for _, kind := range order {
		entries := byKind[kind]
		slices.SortStableFunc(entries, func(a, b entry) int { return a.calm() - b.calm() })
		words := wordsOf(kind)
		sections = append(sections, section{
			Title: words.title + visible(": "+countOfKind(kind, len(entries))),
			Tone:  words.tone, Grave: words.grave, Entries: entries, Anchor: words.anchor(),
		})
	}
	return sections
}

// countOfKind counts what actions of the kind are about.
func countOfKind(kind plan.Kind, n int) string {
	return number(n) + " " + thingWords(kind, n)
}

// thingWords is what n actions of the kind are on.
func thingWords(kind plan.Kind, n int) string {
	if n == 1 {
		return kind.Thing()
	}
	return kind.Thing() + "s"
}

// calm is 0 for an account that something is taken from, else 1.
func (e entry) calm() int {
	if slices.ContainsFunc(e.Rows, func(r row) bool { return r.Danger }) {
		return 0
	}
	return 1
}

// addressesAwaited returns the addresses of the accounts that an action waits
// for, by the action's id.
func addressesAwaited(actions []plan.Action) map[string]string {
	awaited := make(map[string]string)
	for i := range actions {
		for _, id := range actions[i].After {
			awaited[id] = ""
		}
	}
	if len(awaited) == 0 {
		return awaited
	}
	for i := range actions {
		if _, ok := awaited[actions[i].ID]; ok {
			awaited[actions[i].ID] = actions[i].Account
		}
	}
	return awaited
}

// newEntry says everything that happens to one account.
func newEntry(action *plan.Action, addressOf map[string]string) entry {
	words := wordsOf(action.Kind)
	e := entry{
		Symbol:  words.symbol,
		Verb:    clean(string(action.Kind)),
		Subject: clean(action.Account),
		Person:  personParts(action.Staff),
		Tone:    words.tone,
	}
	if action.Reason != "" {
		e.Notes = append(e.Notes, note{Text: clean(action.Reason)})
	}
	e.Rows = make([]row, 0, len(action.Changes)+len(action.PassedOver)+len(action.Groups)+len(action.Release)+len(action.After)+1)
	for _, change := range action.Changes {
		e.Rows = append(e.Rows, changeRow(action.Kind, change))
	}
	for _, passed := range action.PassedOver {
		e.Rows = append(e.Rows, row{Field: fieldName{Words: "passed over"}, To: newValue(plan.Text(passed.Address)), Remark: clean(passed.By)})
	}
	for _, group := range action.Groups {
		e.Rows = append(e.Rows, membershipRow(group))
	}
	if action.Via != "" {
		e.Rows = append(e.Rows, row{
			Field: fieldName{Words: "temporary address"}, To: newValue(plan.Text(action.Via)),
			Remark: "until the new one is free",
		})
	}
	for _, alias := range action.Release {
		e.Rows = append(e.Rows, row{
			Field: fieldName{Words: "gives up alias"}, To: newValue(plan.Text(alias)),
			Remark: releaseWords(alias, action),
		})
	}
	if len(action.Groups) > groupsListed {
		e.MembershipWords = membershipWords(action.Groups)
	}
	for _, id := range action.After {
		r := row{Field: fieldName{Words: "waits for"}, To: newValue(plan.Text(id))}
		if kind, name, ok := plan.ThingOf(id); ok {
			r.To, r.Remark = newValue(plan.Text(name)), visible("the new "+kind.Thing())
		} else if address := addressOf[id]; address != "" {
			r.Remark = clean(address)
		}
		e.Rows = append(e.Rows, r)
	}
	return e
}

func releaseWords(alias string, action *plan.Action) visible {
	_, domain, _ := strings.Cut(alias, "@")
	if strings.EqualFold(alias, action.Via) || strings.EqualFold(alias, plan.ViaAddress(action.Staff.DCID, domain)) {
		return "the temporary address"
	}
	return "this plan gives the address to somebody else"
}

// changeRow says what happens to one field. A new account has no values
// before, and none can be lost.
func changeRow(kind plan.Kind, change plan.Change) row {
	r := row{Field: nameField(change.Field), From: newValue(change.From), To: newValue(change.To), Changes: true}
	if kind == plan.Create || !kind.OnAccount() {
		r.Changes = !change.From.Absent()
		return r
	}
	r.Danger = change.Suspends() || change.To.Absent()
	return r
}

// membershipRow says what happens to one membership.
func membershipRow(m plan.MembershipChange) row {
	r := row{To: newValue(plan.Text(m.Group)), Remark: roleWords(m.From), Membership: true}
	switch {
	case m.Joins():
		r.Field.Words, r.Remark = "joins group", roleWords(m.To)
	case m.SetsRole():
		r.Field.Words, r.Remark = "role in group", roleWords(m.From)+arrowSeparator+roleWords(m.To)
	case m.Stays():
		r.Field.Words, r.Remark = "stays in group", "" // whose role nobody asked for
	default:
		r.Field.Words, r.Danger = "leaves group", true
	}
	if m.ByRule() {
		r.Remark += ", by " + clean(m.Rule)
	}
	return r
}

// membershipWords counts the memberships that end, begin and change.
func membershipWords(groups []plan.MembershipChange) visible {
	var leaves, owned, joins, sets, stays int
	for _, m := range groups {
		switch {
		case m.Joins():
			joins++
		case m.SetsRole():
			sets++
		case m.Stays():
			stays++
		default:
			leaves++
			if m.From == "OWNER" {
				owned++
			}
		}
	}
	var words []visible
	for _, n := range []struct {
		verb  visible
		count int
	}{{"leaves ", leaves}, {"joins ", joins}, {"gets another role in ", sets}, {"stays in ", stays}} {
		if n.count > 0 {
			words = append(words, n.verb+groupCount(n.count, owned))
			owned = 0
		}
	}
	return together(words, ", ")
}

// groupCount counts groups, and those that lose an owner.
func groupCount(groups, owned int) visible {
	words := visible(countOf(groups, "group", "groups"))
	if owned > 0 {
		words += ", owner of " + visible(number(owned))
	}
	return words
}

func newValue(v plan.Value) value {
	if v.Absent() {
		return value{Text: emptyWords, Empty: true}
	}
	if v.Sensitive() {
		return value{Text: clean(v.String())}
	}
	return value{Text: plainly(clean(v.String()), arrowSeparator)}
}

// plainly puts text into quotes that could be taken for something else where
// it is: for nothing, for two values, or for less or more than it is.
func plainly(text visible, separator string) visible {
	s := string(text)
	switch {
	case strings.TrimSpace(s) != s, s == "", s == emptyWords, strings.HasPrefix(s, `"`), strings.HasPrefix(s, "[sensitive "),
		strings.Contains(s, strings.TrimSpace(separator)):
		return visible(`"` + strings.ReplaceAll(s, `"`, `\"`) + `"`)
	}
	return text
}
