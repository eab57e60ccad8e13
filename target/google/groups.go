package google

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	admin "google.golang.org/api/admin/directory/v1"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/google/signin"
)

// The types of members that are no accounts
// (https://developers.google.com/admin-sdk/directory/reference/rest/v1/members).
const (
	memberGroup    = "GROUP"
	memberCustomer = "CUSTOMER"
)

// answerGroups reads the direct members of the groups at the addresses, of their
// own or aliases, and of the groups within them, each group once. Google can list
// the members of the groups within by itself, but lists too few at times.
func (d *Directory) answerGroups(ctx context.Context, addresses []string, answers *plan.Answers) error {
	found, err := sideBySide(ctx, d.reading, addresses, func(ctx context.Context, address string) (state plan.GroupState, err error) {
		state.Address, err = d.groupAt(ctx, d.service, address)
		state.Problem, err = d.lookUps.note("a group", address, err)
		return state, err
	})
	if err != nil {
		return err
	}
	var next []string
	for _, address := range addresses {
		put(&answers.Groups, address, found[address])
		next = append(next, found[address].Address)
	}
	read := map[string]bool{"": true}
	for len(next) > 0 {
		next = slices.DeleteFunc(next, func(address string) bool {
			known := read[address]
			read[address] = true
			return known
		})
		states, err := sideBySide(ctx, d.reading, next, d.groupState)
		if err != nil {
			return err
		}
		next = nil
		for address, state := range states {
			put(&answers.Groups, address, state)
			for _, member := range state.Members {
				next = append(next, member.Group)
			}
		}
		slices.Sort(next)
	}
	return nil
}

// groupAt reads the primary address of the group that has the address, empty
// where none has. A text that Google does not accept as an address is no group's.
func (d *Directory) groupAt(ctx context.Context, service *admin.Service, address string) (string, error) {
	doing := "read the group at " + address
	var group *admin.Group
	err := d.do(ctx, call{doing: doing, send: func(ctx context.Context) (err error) {
		group, err = service.Groups.Get(address).Fields("email").Context(ctx).Do()
		return err
	}})
	switch {
	case errors.Is(err, plan.ErrNotFound), keyRefused(err, "groupKey"):
		return "", nil
	case err != nil:
		return "", err
	case group.Email == "":
		return "", fmt.Errorf("%s: the directory answered without its address", doing)
	}
	return strings.ToLower(group.Email), nil
}

// groupState reads the direct members of the group with that primary address, all
// or none of them.
func (d *Directory) groupState(ctx context.Context, address string) (plan.GroupState, error) {
	state := plan.GroupState{Address: address}
	members, err := d.membersOf(ctx, address)
	if state.Problem, err = d.lookUps.note("the members of a group", address, err); state.Problem == "" {
		state.Members = members
	}
	return state, err
}

func (d *Directory) membersOf(ctx context.Context, group string) ([]plan.Member, error) {
	doing := "read the members of " + group
	request := d.service.Members.List(group).Fields("nextPageToken,members(id,email,role,type)")
	var members []plan.Member
	err := d.eachMember(ctx, doing, request, func(listed *admin.Member) error {
		if err := checkMember(doing, listed); err != nil {
			return err
		}
		member := plan.Member{ID: listed.Id, Role: listed.Role}
		switch listed.Type {
		case memberGroup:
			member.Group = strings.ToLower(listed.Email)
		case memberCustomer:
			member.Everybody = true
		}
		members = append(members, member)
		return nil
	})
	return members, err
}

// Role reads the account's role in the group. It is plan.ErrNotFound when the
// account is not a direct member.
func (d *Directory) Role(ctx context.Context, group, googleID string) (string, error) {
	return d.member(ctx, membershipKey{group, googleID})
}

// JoinGroup adds the account with that immutable id to the group, with the role
// at least. An account that is a member already is left as it is, unless its role
// is a lower one.
//
// Google may not know an account for seconds and a group for most of a minute
// after it was created, and at times says so of others (404): all that is waited
// out. Afterwards it is plan.ErrNotFound.
func (d *Directory) JoinGroup(ctx context.Context, group, googleID, role string) error {
	doing := fmt.Sprintf("add account %s to group %s", googleID, group)
	if googleID == "" || group == "" {
		return fmt.Errorf("%s: no account or no group is named", doing)
	}
	lower := false
	err := d.do(ctx, call{
		doing: doing, account: googleID, joins: group, write: true,
		send: func(ctx context.Context) error {
			_, err := d.service.Members.Insert(group, &admin.Member{Id: googleID, Role: role}).Fields("id").Context(ctx).Do()
			return err
		},
		readBack: func(ctx context.Context, last *failure) (bool, error) {
			duplicate := errors.Is(last, plan.ErrDuplicate)
			if duplicate && role == plan.RoleMember {
				return true, nil
			}
			found, err := d.Role(ctx, group, googleID)
			switch {
			case errors.Is(err, plan.ErrNotFound) && !duplicate:
				return false, nil
			case err != nil:
				return false, cannotTell(last, err)
			}
			lower = plan.RoleRank(found) < plan.RoleRank(role)
			return true, nil
		},
	})
	if err == nil && lower {
		return d.SetRole(ctx, group, googleID, role)
	}
	return err
}

// SetRole gives the account with that immutable id, a direct member of the group,
// another role in it. It is plan.ErrNotFound when the account is not one.
func (d *Directory) SetRole(ctx context.Context, group, googleID, role string) error {
	doing := fmt.Sprintf("make account %s a %s of group %s", googleID, strings.ToLower(role), group)
	if googleID == "" || group == "" {
		return fmt.Errorf("%s: no account or no group is named", doing)
	}
	return d.do(ctx, call{
		doing: doing, account: googleID, write: true,
		send: func(ctx context.Context) error {
			_, err := d.service.Members.Update(group, googleID, &admin.Member{Role: role}).Fields("id").Context(ctx).Do()
			return err
		},
		readBack: func(ctx context.Context, last *failure) (bool, error) {
			found, err := d.Role(ctx, group, googleID)
			if err != nil {
				return false, cannotTell(last, err)
			}
			return found == role, nil
		},
	})
}

// CreateGroup makes a group, and does nothing where there is one at that address;
// it tells whether this request made it, as far as that is known.
// It takes the further scope signin.CreateGroups, without which the error is a
// *signin.Error that says what is missing. It is plan.ErrDuplicate when an account
// has the address, or another group has it as an alias.
func (d *Directory) CreateGroup(ctx context.Context, address, name, description string) (created bool, err error) {
	doing := "create group " + address
	if address == "" {
		return false, fmt.Errorf("%s: no address is named", doing)
	}
	service, err := d.with(ctx, signin.CreateGroups())
	if err != nil {
		return false, err
	}
	created = true
	err = d.do(ctx, call{
		doing: doing, write: true,
		send: func(ctx context.Context) error {
			_, err := service.Groups.Insert(&admin.Group{Email: address, Name: name, Description: description}).Fields("email").Context(ctx).Do()
			return err
		},
		readBack: func(ctx context.Context, last *failure) (bool, error) {
			found, err := d.groupAt(ctx, service, address)
			switch {
			case err != nil:
				return false, cannotTell(last, err)
			case strings.EqualFold(found, address):
				created = last.unclear
				return true, nil
			case errors.Is(last, plan.ErrDuplicate):
				return false, last
			}
			return false, nil
		},
	})
	if err != nil {
		return false, err
	}
	d.created.add(d.now(), address)
	return created, nil
}
