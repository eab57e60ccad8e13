package google

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
	admin "google.golang.org/api/admin/directory/v1"

	"github.com/staffsync/staffsync/plan"
)

const (
	// groupsPerPage is the most that groups.list and members.list answer at
	// once.
	groupsPerPage = 200
	// roleOwner is the role of a group's owners
	// (https://developers.google.com/admin-sdk/directory/reference/rest/v1/members).
	roleOwner = "OWNER"
)

// Answer finds out what a comparison asks: who holds each address, the direct
// memberships of each account with its role in each, the owners of the groups
// that it owns, who has each name, and who is in each group. An answer that says
// for good that one account or group cannot be read comes back as such; every
// other failure is an error, and so is one kind of look-up that is refused
// throughout. What cannot be found out is never "nobody" or "no group".
func (d *Directory) Answer(ctx context.Context, questions plan.Questions) (plan.Answers, error) {
	defer d.reading.begin()()
	var answers plan.Answers
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		answers.Holders, err = sideBySide(ctx, d.reading, questions.Addresses, d.holder)
		return err
	})
	group.Go(func() error {
		listed, err := d.answerMemberships(ctx, questions, &answers)
		if err != nil {
			return err
		}
		return d.answerOwners(ctx, &answers, listed)
	})
	group.Go(func() error { return d.answerNames(ctx, questions.Names, &answers) })
	group.Go(func() error { return d.answerGroups(ctx, questions.Groups, &answers) })
	if err := group.Wait(); err != nil {
		return plan.Answers{}, err
	}
	return answers, d.lookUps.refusedThroughout()
}

// answerMemberships finds out the groups of the accounts and the role in each. It
// returns the members of the groups whose members it listed.
func (d *Directory) answerMemberships(ctx context.Context, questions plan.Questions, answers *plan.Answers) (map[string]*members, error) {
	type groups struct {
		listed []joinedGroup
		unread plan.Unread
	}
	found, err := sideBySide(ctx, d.reading, questions.Memberships, func(ctx context.Context, googleID string) (found groups, err error) {
		found.listed, err = d.groupsOf(ctx, googleID)
		found.unread.Gone = errors.Is(err, plan.ErrNotFound) || errors.Is(err, plan.ErrDeleted)
		if found.unread.Problem, err = d.lookUps.note("the groups of an account", googleID, err); found.unread.Problem != "" {
			found.listed = nil // some of them are never taken for all
		}
		return found, err
	})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	var pairs []membershipKey
	sizes := make(map[string]int64)
	for googleID, groups := range found {
		for _, group := range groups.listed {
			if !containsFold(questions.CannotLeave, group.address) {
				pairs = append(pairs, membershipKey{group.address, googleID})
				sizes[group.address] = group.members
			}
		}
	}
	shared, err := d.sharedGroups(ctx, pairs, sizes)
	if err != nil {
		return nil, err
	}
	roles, err := sideBySide(ctx, d.reading, pairs, func(ctx context.Context, pair membershipKey) (membership plan.Membership, err error) {
		membership.Group = pair.group
		told := false
		if membership.Role, told = d.roleByList(ctx, pair, shared); !told {
			membership.Role, err = d.role(ctx, pair)
		}
		membership.Problem, err = d.lookUps.note("the role in a group", pair.group, err)
		if membership.Problem != "" {
			membership.Role = plan.RoleUnknown
		}
		return membership, err
	})
	if err != nil {
		return nil, err
	}

	for googleID, groups := range found {
		memberships := []plan.Membership{}
		for _, group := range groups.listed {
			membership, asked := roles[membershipKey{group.address, googleID}]
			switch {
			case !asked:
				memberships = append(memberships, plan.Membership{Group: group.address, Role: plan.RoleUnknown})
			case membership.Role != "":
				memberships = append(memberships, membership)
			}
		}
		put(&answers.Memberships, googleID, memberships)
		if groups.unread.Problem != "" {
			put(&answers.UnreadMemberships, googleID, groups.unread)
		}
	}
	return shared, nil
}

// answerOwners finds out who owns the groups that one of the accounts owns. The
// members of some groups were listed before.
func (d *Directory) answerOwners(ctx context.Context, answers *plan.Answers, listed map[string]*members) error {
	var owned []string
	for _, memberships := range answers.Memberships {
		for _, membership := range memberships {
			if membership.Role == roleOwner {
				owned = append(owned, membership.Group)
			}
		}
	}
	slices.Sort(owned)
	type owners struct {
		ids     []string
		problem string
	}
	found, err := sideBySide(ctx, d.reading, slices.Compact(owned), func(ctx context.Context, group string) (found owners, err error) {
		if members := listed[group]; members != nil {
			found.ids = members.owners
		} else {
			found.ids, err = d.ownersOf(ctx, group)
		}
		found.problem, err = d.lookUps.note("the owners of a group", group, err)
		return found, err
	})
	for group, found := range found {
		if found.problem != "" {
			put(&answers.UnreadOwners, group, found.problem)
			continue
		}
		put(&answers.Owners, group, found.ids)
	}
	return err
}

// answerNames finds out which accounts without a DCID have the names.
func (d *Directory) answerNames(ctx context.Context, names []plan.Name, answers *plan.Answers) error {
	type namesakes struct {
		accounts []plan.Account
		problem  string
	}
	found, err := sideBySide(ctx, d.reading, names, func(ctx context.Context, name plan.Name) (found namesakes, err error) {
		found.accounts, err = d.unlinkedNamed(ctx, name)
		found.problem, err = d.lookUps.note("the accounts of a name", name.Key(), err)
		return found, err
	})
	for name, found := range found {
		put(&answers.Namesakes, name.Key(), append(found.accounts, answers.Namesakes[name.Key()]...))
		if found.problem != "" {
			put(&answers.UnreadNames, name.Key(), found.problem)
		}
	}
	return err
}

// put sets an entry of a map that is made when it is needed.
func put[V any](entries *map[string]V, key string, value V) {
	if *entries == nil {
		*entries = make(map[string]V)
	}
	(*entries)[key] = value
}

// membershipKey names one account's membership of one group.
type membershipKey struct{ group, googleID string }

// sideBySide looks each key up, several at a time, and stops at the first
// error. Without keys the answer is nil.
func sideBySide[K comparable, V any](ctx context.Context, progress *reading, keys []K, look func(context.Context, K) (V, error)) (map[K]V, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	progress.known(len(keys))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(mostAtOnce)
	var lock sync.Mutex
	found := make(map[K]V, len(keys))
	for _, key := range keys {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			value, err := look(ctx, key)
			if err != nil {
				return err
			}
			progress.done()
			lock.Lock()
			defer lock.Unlock()
			found[key] = value
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return found, nil
}

// holder finds out who holds the address. A text that Google does not accept
// as an address is held by nobody.
func (d *Directory) holder(ctx context.Context, address string) (plan.Holder, error) {
	holder, err := d.lookUpHolder(ctx, address)
	holder.Problem, err = d.lookUps.note("who has an address", address, err)
	return holder, err
}

func (d *Directory) lookUpHolder(ctx context.Context, address string) (plan.Holder, error) {
	account, err := d.AccountAt(ctx, address)
	switch {
	case err == nil:
		return plan.Holder{Account: &account}, nil
	case errors.Is(err, plan.ErrDeleted):
		return plan.Holder{Deleted: true}, nil
	case !errors.Is(err, plan.ErrNotFound) && !keyRefused(err, "userKey"):
		return plan.Holder{}, err
	}

	group, err := d.groupAt(ctx, d.service, address)
	return plan.Holder{Group: group}, err
}

// keyRefused tells whether Google refused the key itself, as something that
// cannot name an account or a group ("Invalid Input: userKey"), and not
// anything else in the request.
func keyRefused(err error, key string) bool {
	var f *failure
	return errors.As(err, &f) && f.status == http.StatusBadRequest && strings.Contains(f.message, key)
}

// groupsOf lists the groups that the account is a direct member of, by address.
func (d *Directory) groupsOf(ctx context.Context, googleID string) ([]joinedGroup, error) {
	doing := "read the groups of account " + googleID
	if googleID == "" {
		return nil, fmt.Errorf("%s: no account is named", doing)
	}
	request := d.service.Groups.List().UserKey(googleID).Fields("nextPageToken,groups(email,directMembersCount)")
	var groups []joinedGroup
	err := d.eachGroup(ctx, call{doing: doing, account: googleID}, request, func(group *admin.Group) {
		groups = append(groups, joinedGroup{strings.ToLower(group.Email), group.DirectMembersCount})
	})
	slices.SortFunc(groups, func(a, b joinedGroup) int { return strings.Compare(a.address, b.address) })
	return slices.CompactFunc(groups, func(a, b joinedGroup) bool { return a.address == b.address }), err
}

// OtherGroups returns the addresses of the groups, besides the known ones,
// that the account is a direct member of, sorted. Each is confirmed by a
// look-up of the member.
func (d *Directory) OtherGroups(ctx context.Context, googleID string, known []string) ([]string, error) {
	groups, err := d.groupsOf(ctx, googleID)
	if err != nil {
		return nil, err
	}
	var others []membershipKey
	for _, group := range groups {
		if !containsFold(known, group.address) {
			others = append(others, membershipKey{group.address, googleID})
		}
	}
	roles, err := sideBySide(ctx, d.reading, others, d.role)
	var confirmed []string
	for _, pair := range others {
		if roles[pair] != "" {
			confirmed = append(confirmed, pair.group)
		}
	}
	return confirmed, err
}

// role reads the account's role in the group, empty when it is not a direct
// member after all: a list of groups may lag behind by minutes and names
// groups that take in the whole domain, a single membership is current.
func (d *Directory) role(ctx context.Context, pair membershipKey) (string, error) {
	role, err := d.member(ctx, pair)
	if errors.Is(err, plan.ErrNotFound) {
		d.noSuchMember(ctx, pair)
		return "", nil
	}
	return role, err
}

func (d *Directory) noSuchMember(ctx context.Context, pair membershipKey) {
	d.log.WarnContext(ctx, "a listed group has no such member", "group", pair.group, "account", pair.googleID)
}

// member reads the account's role in the group. It is plan.ErrNotFound when
// the account is not a direct member.
func (d *Directory) member(ctx context.Context, pair membershipKey) (role string, err error) {
	doing := fmt.Sprintf("read the role of account %s in %s", pair.googleID, pair.group)
	var member *admin.Member
	err = d.do(ctx, call{doing: doing, send: func(ctx context.Context) (err error) {
		member, err = d.service.Members.Get(pair.group, pair.googleID).Fields("role").Context(ctx).Do()
		return err
	}})
	switch {
	case err != nil:
		return "", err
	case member.Role == "":
		return "", fmt.Errorf("%s: the directory answered without a role", doing)
	}
	return member.Role, nil
}

// ownersOf lists the member ids of the group's owners, sorted; an owner
// without an id, who has no Google account, by address.
func (d *Directory) ownersOf(ctx context.Context, group string) ([]string, error) {
	request := d.service.Members.List(group).Roles(roleOwner).Fields("nextPageToken,members(id,email)")
	var owners []string
	err := d.eachMember(ctx, "read the owners of "+group, request, func(member *admin.Member) error {
		if member != nil {
			owners = append(owners, memberID(member))
		}
		return nil
	})
	slices.Sort(owners)
	return slices.Compact(owners), err
}

// containsFold tells whether the address is one of the list, without regard to
// letter case.
func containsFold(list []string, address string) bool {
	return slices.ContainsFunc(list, func(listed string) bool { return strings.EqualFold(listed, address) })
}
