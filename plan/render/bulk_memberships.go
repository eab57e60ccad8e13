package render

import (
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// groupPart says of each group once how many people join it, leave it or get
// another role by its rules.
func (r *review) groupPart() part {
	p := part{Tone: tonePlace, rank: 1, general: true}
	for _, shared := range r.plan.BulkGroups {
		p.Lines = append(p.Lines, line{Cells: []visible{bulkMembershipLine(shared, r.plan.Domain)}, stands: 1})
	}
	p.Title = visible("GROUPS: " + number(len(p.Lines)))
	return p
}

// bulkMembershipLine says what several people share of their memberships of a
// group, such as "31 of 33 staff of Cotton Creek join ccs-teachers@".
func bulkMembershipLine(b plan.BulkMembership, domain string) visible {
	change := b.Change
	verb := func(several, single visible) visible {
		if b.Count == 1 {
			return single
		}
		return several
	}
	who, what := visible("who belong"), verb("become", "becomes")+" "+roleWords(change.To)+" of"
	switch {
	case change.Leaves():
		who, what = "plain members", verb("leave", "leaves")
	case change.Joins():
		what = verb("join", "joins")
	}
	if b.Building != "" {
		who = "staff of " + shortened(clean(b.Building))
	}
	words := visible(number(b.Count)+" of "+number(b.Base)+" ") + who + " " + what + " " + local(change.Group, domain)
	if change.Joins() && !strings.EqualFold(change.To, plan.RoleMember) {
		words += " as " + roleWords(change.To)
	}
	if b.First {
		words += " (nobody is in it yet: managed for the first time)"
	}
	return words
}
