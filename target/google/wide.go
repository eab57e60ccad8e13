package google

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/time/rate"
	admin "google.golang.org/api/admin/directory/v1"

	"github.com/staffsync/staffsync/plan"
)

// WideCost is what reading widely costs besides listing the accounts.
type WideCost struct {
	// Groups is how many groups' members are read, in about that many Requests,
	// and how long these take at the allowed rate.
	Groups, Requests int
	Time             time.Duration
}

// ReadWide reads the actual state as ReadStateFor does, by paging through all
// accounts, and keeps what answers the questions of other configs: the addresses
// of everybody, those of the groups and of accounts that were deleted lately, and,
// if members is set, who of the linked accounts is in which group. Announce is
// told what that costs before it is read.
//
// Accounts without a DCID are looked for by the names and external ids of all
// expected people, active or not.
func (d *Directory) ReadWide(ctx context.Context, expected []Expected, members bool, announce func(WideCost)) (plan.Actual, error) {
	defer d.reading.begin()()
	attributes, err := d.knownAttributes(ctx)
	if err != nil {
		return plan.Actual{}, err
	}
	listed, err := d.listGroups(ctx)
	if err != nil {
		return plan.Actual{}, err
	}
	announce(d.wideCost(listed, members))

	expected = slices.Clone(expected)
	for i := range expected {
		expected[i].Active = true
	}
	wide := &plan.Wide{Attributes: d.managed, Members: members}
	users := &listing{seen: map[string]bool{}, whole: true, wide: true, wanted: wantedOf(expected)}
	var orgUnits []string
	group, groupContext := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		orgUnits, err = d.OrgUnits(groupContext)
		return err
	})
	group.Go(func() (err error) {
		wide.Deleted, err = d.deletedAddresses(groupContext)
		return err
	})
	group.Go(func() (err error) {
		_, err = d.pageThrough(groupContext, users)
		return err
	})
	if err := group.Wait(); err != nil {
		return plan.Actual{}, err
	}
	users.keepUnlinked(expected)
	users.sort()
	wide.Users = users.everybodyElse()
	wide.Names, wide.ExternalIDs = users.lookedFor(expected)
	if members {
		if err := d.readMembers(ctx, listed, users); err != nil {
			return plan.Actual{}, err
		}
	}
	for _, group := range listed {
		wide.Groups = append(wide.Groups, group.WideGroup)
	}
	actual, err := d.state(ctx, users, orgUnits, attributes)
	actual.Wide = wide
	return actual, err
}

// listedGroup is a group with the number of its direct members.
type listedGroup struct {
	plan.WideGroup
	members int64
}

// listGroups lists the customer's groups, by address.
func (d *Directory) listGroups(ctx context.Context) ([]*listedGroup, error) {
	doing := "list the groups of " + d.domain
	request := d.service.Groups.List().Customer(ownCustomer).
		Fields("nextPageToken,groups(email,aliases,nonEditableAliases,directMembersCount)")
	var groups []*listedGroup
	err := d.eachGroup(ctx, call{doing: doing}, request, func(group *admin.Group) {
		groups = append(groups, &listedGroup{
			WideGroup: plan.WideGroup{Address: strings.ToLower(group.Email), Aliases: lowerCase(group.Aliases, group.NonEditableAliases)},
			members:   group.DirectMembersCount,
		})
	})
	slices.SortFunc(groups, func(a, b *listedGroup) int { return strings.Compare(a.Address, b.Address) })
	return slices.CompactFunc(groups, func(a, b *listedGroup) bool { return a.Address == b.Address }), err
}

// wideCost counts the requests that listing the groups' members takes.
func (d *Directory) wideCost(groups []*listedGroup, members bool) WideCost {
	var cost WideCost
	if !members {
		return cost
	}
	cost.Groups = len(groups)
	for _, group := range groups {
		cost.Requests += max(1, int(group.members+groupsPerPage-1)/groupsPerPage)
	}
	if d.requests.full != rate.Inf {
		cost.Time = time.Duration(float64(cost.Requests) / float64(d.requests.full) * float64(time.Second))
	}
	return cost
}

// deletedAddresses lists the primary addresses of the accounts that were deleted
// lately and can still be restored.
func (d *Directory) deletedAddresses(ctx context.Context) ([]string, error) {
	var addresses []string
	request := d.service.Users.List().Customer(ownCustomer).ShowDeleted("true").MaxResults(usersPerPage).
		Fields("nextPageToken,users(primaryEmail)")
	err := d.eachUserOf(ctx, "list the accounts that were deleted lately", request, func(user *admin.User) error {
		if user != nil && user.PrimaryEmail != "" {
			addresses = append(addresses, strings.ToLower(user.PrimaryEmail))
		}
		return nil
	})
	slices.Sort(addresses)
	return slices.Compact(addresses), err
}

func wideUser(user *admin.User) plan.WideUser {
	return plan.WideUser{ID: user.Id, Address: strings.ToLower(user.PrimaryEmail), Aliases: lowerCase(user.Aliases, user.NonEditableAliases)}
}

// lowerCase returns the addresses of both lists in lower case, sorted and each
// once.
func lowerCase(addresses, more []string) []string {
	var lower []string
	for _, address := range slices.Concat(addresses, more) {
		lower = append(lower, strings.ToLower(address))
	}
	slices.Sort(lower)
	return slices.Compact(lower)
}

// everybodyElse are the others, by id and each once.
func (l *listing) everybodyElse() []plan.WideUser {
	slices.SortFunc(l.others, func(a, b plan.WideUser) int { return cmp.Compare(a.ID, b.ID) })
	return slices.CompactFunc(l.others, func(a, b plan.WideUser) bool { return a.ID == b.ID })
}

// lookedFor are the names' keys and the external ids of the expected people who
// have no linked account: those by which accounts without a DCID were kept.
func (l *listing) lookedFor(expected []Expected) (names []string, ids map[string][]string) {
	people := l.unlinkedOf(expected)
	keys := make(map[string]bool)
	for _, person := range people {
		if key := person.Name.Key(); key != "" {
			keys[key] = true
		}
	}
	looked := wantedOf(people)
	for id := range looked.ids {
		if ids == nil {
			ids = make(map[string][]string)
		}
		ids[id.kind] = append(ids[id.kind], id.value)
	}
	for _, values := range ids {
		slices.Sort(values)
	}
	return slices.Sorted(maps.Keys(keys)), ids
}

// readMembers reads the members of each group, and keeps the linked accounts, the
// owners and nobody else. A group whose members the directory does not list for
// good is a warning.
func (d *Directory) readMembers(ctx context.Context, groups []*listedGroup, users *listing) error {
	linked := make(map[string]bool, len(users.accounts))
	for i := range users.accounts {
		linked[users.accounts[i].GoogleID] = true
	}
	_, err := sideBySide(ctx, d.reading, groups, func(ctx context.Context, group *listedGroup) (none struct{}, err error) {
		members, err := d.membersWho(ctx, group.Address, func(m *admin.Member) bool { return linked[m.Id] || m.Role == roleOwner })
		group.Problem, err = d.lookUps.note("the members of a group", group.Address, err)
		if group.Problem == "" { // some of them are never taken for all
			group.Members = members
		}
		return none, err
	})
	if err != nil {
		return err
	}
	for _, group := range groups {
		if group.Problem != "" {
			users.warnings = append(users.warnings, plan.Warning{
				Kind:    plan.WarningUnread,
				Message: fmt.Sprintf("the members of %s cannot be read (%s), so the snapshot does not say who of the accounts that nobody asked about is in it", group.Address, group.Problem),
			})
		}
	}
	return d.lookUps.refusedThroughout()
}

// membersWho lists the direct members of the group that are to be kept, by id.
func (d *Directory) membersWho(ctx context.Context, group string, keep func(*admin.Member) bool) ([]plan.WideMember, error) {
	doing := "read the members of " + group
	request := d.service.Members.List(group).Fields("nextPageToken,members(id,email,role)")
	var members []plan.WideMember
	err := d.eachMember(ctx, doing, request, func(member *admin.Member) error {
		if err := checkMember(doing, member); err != nil {
			return err
		}
		if keep(member) {
			members = append(members, plan.WideMember{ID: memberID(member), Role: member.Role})
		}
		return nil
	})
	slices.SortFunc(members, func(a, b plan.WideMember) int { return cmp.Compare(a.ID, b.ID) })
	return slices.CompactFunc(members, func(a, b plan.WideMember) bool { return a.ID == b.ID }), err
}
