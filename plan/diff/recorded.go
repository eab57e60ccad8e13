package diff

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// Recorded answers a comparison's questions from a wide snapshot of the target. What
// that does not say is answered as not known, never as nobody or no group.
type Recorded struct {
	wide        *plan.Wide
	holders     map[string]plan.Holder // by address in lower case
	memberships map[string][]plan.Membership
}

// NewRecorded returns what the actual state, a wide snapshot, answers.
func NewRecorded(actual plan.Actual) *Recorded {
	r := &Recorded{wide: actual.Wide, holders: make(map[string]plan.Holder), memberships: make(map[string][]plan.Membership)}
	// Of what has an address the first counts, as when it is looked up.
	known := make(map[string]*plan.Account)
	for _, accounts := range [][]plan.Account{actual.Accounts, actual.Unlinked} {
		for i := range accounts {
			known[accounts[i].GoogleID] = &accounts[i]
			r.hold(plan.Holder{Account: &accounts[i]}, append([]string{accounts[i].Address}, accounts[i].Aliases...))
		}
	}
	for _, user := range actual.Wide.Users {
		account := known[user.ID]
		if account == nil {
			account = &plan.Account{GoogleID: user.ID, Fields: plan.Fields{Address: user.Address}, Aliases: user.Aliases}
		}
		r.hold(plan.Holder{Account: account}, append([]string{user.Address}, user.Aliases...))
	}
	r.hold(plan.Holder{Deleted: true}, actual.Wide.Deleted)
	for _, group := range actual.Wide.Groups {
		r.hold(plan.Holder{Group: group.Address}, append([]string{group.Address}, group.Aliases...))
		for _, member := range group.Members {
			r.memberships[member.ID] = append(r.memberships[member.ID], plan.Membership{Group: group.Address, Role: member.Role})
		}
	}
	return r
}

func (r *Recorded) hold(holder plan.Holder, addresses []string) {
	for _, address := range addresses {
		address = strings.ToLower(address)
		if _, taken := r.holders[address]; !taken {
			r.holders[address] = holder
		}
	}
}

// Answer answers the questions. It asks nobody, and never fails.
func (r *Recorded) Answer(_ context.Context, questions plan.Questions) (plan.Answers, error) {
	answers := plan.Answers{
		Holders: make(map[string]plan.Holder), Memberships: make(map[string][]plan.Membership), Owners: make(map[string][]string),
		Namesakes: make(map[string][]plan.Account), UnreadNames: make(map[string]string), UnreadMemberships: make(map[string]plan.Unread),
		Groups: make(map[string]plan.GroupState),
	}
	for _, address := range questions.Addresses {
		answers.Holders[address] = r.holders[address]
	}
	for _, id := range questions.Memberships {
		answers.Memberships[id] = r.membershipsOf(id, questions.CannotLeave)
		if !r.wide.Members {
			answers.UnreadMemberships[id] = plan.Unread{Unasked: true, Problem: notInSnapshot}
		}
	}
	for _, group := range r.wide.Groups {
		if owners := owned(group, questions.Memberships); owners != nil {
			answers.Owners[group.Address] = owners
		}
	}
	for _, name := range questions.Names {
		answers.Namesakes[name.Key()] = nil
		answers.UnreadNames[name.Key()] = notInSnapshot
	}
	for _, address := range questions.Groups {
		answers.Groups[address] = plan.GroupState{Address: address, Problem: notInSnapshot}
	}
	return answers, nil
}

// Without returns the answers without those memberships and owners that the
// snapshot has itself, so that they serve another config as well, which may have
// other groups that nobody is taken out of.
func (r *Recorded) Without(answers plan.Answers) plan.Answers {
	kept := answers
	kept.Memberships, kept.Owners = maps.Clone(answers.Memberships), maps.Clone(answers.Owners)
	maps.DeleteFunc(kept.Memberships, func(id string, asked []plan.Membership) bool {
		_, unread := answers.UnreadMemberships[id]
		return r.wide.Members && !unread && slices.EqualFunc(asked, r.memberships[id], func(a, b plan.Membership) bool {
			return a.Group == b.Group && a.Problem == "" && (a.Role == b.Role || a.Role == plan.RoleUnknown)
		})
	})
	for _, group := range r.wide.Groups {
		if slices.Equal(kept.Owners[group.Address], ownersOf(group)) {
			delete(kept.Owners, group.Address)
		}
	}
	return kept
}

// membershipsOf are the account's memberships. The role in a group that nobody is
// taken out of is not asked for.
func (r *Recorded) membershipsOf(id string, cannotLeave []string) []plan.Membership {
	memberships := slices.Clone(r.memberships[id])
	for i := range memberships {
		if slices.ContainsFunc(cannotLeave, func(group string) bool { return strings.EqualFold(group, memberships[i].Group) }) {
			memberships[i].Role = plan.RoleUnknown
		}
	}
	return memberships
}

// owned returns the group's owners where one of the accounts is among them.
func owned(group plan.WideGroup, ids []string) []string {
	owners := ownersOf(group)
	if !slices.ContainsFunc(owners, func(id string) bool { return slices.Contains(ids, id) }) {
		return nil
	}
	return owners
}

func ownersOf(group plan.WideGroup) []string {
	var owners []string
	for _, member := range group.Members {
		if member.Role == "OWNER" {
			owners = append(owners, member.ID)
		}
	}
	return owners
}

// notInSnapshot is the problem of a question that the snapshot does not answer.
const notInSnapshot = "the snapshot of the target does not say"

// notKnown is the obstacle of something that the snapshot does not say.
func notKnown(format string, arguments ...any) obstacle {
	return obstacle{
		plan.ConflictNotKnown,
		fmt.Sprintf(format, arguments...) + " is not known: " + notInSnapshot,
		"take the snapshot again with this config: staffsync snapshot target --wide --also CONFIG",
	}
}

// indexLookedFor notes what the wide snapshot's accounts without a DCID were looked
// for by.
func (c *comparison) indexLookedFor() {
	wide := c.actual.Wide
	if wide == nil {
		return
	}
	c.lookedFor = make(map[string]bool)
	for _, name := range wide.Names {
		c.lookedFor[name] = true
	}
	for kind, values := range wide.ExternalIDs {
		for _, value := range values {
			c.lookedFor[idKey(kind, value)] = true
		}
	}
}

// nameLookedFor tells whether the accounts without a DCID were looked for by the
// name.
func (c *comparison) nameLookedFor(name plan.Name) bool {
	return c.actual.Wide == nil || name.Key() == "" || c.lookedFor[name.Key()]
}

// notLookedFor are warnings of the new accounts whose people may have one already,
// by an external id that was not looked for. That is not looked up either where
// accounts are read by ranges, so the account is made all the same.
func (c *comparison) notLookedFor(drafts []*draft) []plan.Warning {
	if c.actual.Wide == nil {
		return nil
	}
	var warnings []plan.Warning
	for _, d := range drafts {
		if d.have != nil || d.dropped {
			continue
		}
		telling := c.tellingOf(&d.want.Fields)
		for _, key := range slices.Sorted(maps.Keys(telling)) {
			if !c.lookedFor[key] {
				warnings = append(warnings, plan.Warning{
					Kind: plan.WarningTarget, Account: d.want.Address, Staff: d.want.Staff,
					Message: fmt.Sprintf("whether an account without DCID has %s is not known: %s", telling[key], notInSnapshot),
				})
			}
		}
	}
	return warnings
}

// wasRead tells whether the accounts' values of a custom attribute were read.
func (c *comparison) wasRead(attribute string) bool {
	return c.actual.Wide == nil || slices.Contains(c.actual.Wide.Attributes, attribute)
}
