package google

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	admin "google.golang.org/api/admin/directory/v1"
)

// typeCustomer is the type of the member that stands for all accounts of the
// customer (https://developers.google.com/admin-sdk/directory/reference/rest/v1/members).
const typeCustomer = "CUSTOMER"

// joinedGroup is a group of which an account is a direct member.
type joinedGroup struct {
	address string
	// members is how many accounts are direct members, 0 where Google does not
	// tell.
	members int64
}

// members are the direct members of a group.
type members struct {
	// roles are by the member's id.
	roles  map[string]string
	owners []string
	// everybody tells that all accounts of the customer are in it, though they
	// are not direct members.
	everybody bool
}

// sharedGroups reads the members of the groups of which so many of the accounts
// are members that this takes fewer requests than to ask for each role. A group
// whose members cannot be listed is not among them.
func (d *Directory) sharedGroups(ctx context.Context, pairs []membershipKey, sizes map[string]int64) (map[string]*members, error) {
	asked := make(map[string]int64)
	for _, pair := range pairs {
		asked[pair.group]++
	}
	var shared []string
	for group, roles := range asked {
		if pages := (sizes[group] + groupsPerPage - 1) / groupsPerPage; pages > 0 && roles > pages {
			shared = append(shared, group)
		}
	}
	slices.Sort(shared)
	listed, err := sideBySide(ctx, d.reading, shared, func(ctx context.Context, group string) (*members, error) {
		found, err := d.membersIn(ctx, group)
		var f *failure
		if errors.As(err, &f) && f.lasting() {
			return nil, nil // asking for each role says what is wrong with whom
		}
		return found, err
	})
	for group, found := range listed {
		if found == nil {
			delete(listed, group)
		}
	}
	return listed, err
}

// membersIn lists the direct members of the group.
func (d *Directory) membersIn(ctx context.Context, group string) (*members, error) {
	found := &members{roles: make(map[string]string)}
	err := d.eachMember(ctx, "read the members of "+group, d.service.Members.List(group).Fields("nextPageToken,members(id,email,role,type)"), func(member *admin.Member) error {
		if member == nil {
			return nil
		}
		found.everybody = found.everybody || member.Type == typeCustomer
		found.roles[member.Id] = member.Role
		if member.Role == roleOwner {
			found.owners = append(found.owners, memberID(member))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(found.owners)
	found.owners = slices.Compact(found.owners)
	return found, nil
}

// memberID is the member's id; of one who has no Google account, the address.
func memberID(member *admin.Member) string {
	return cmp.Or(member.Id, strings.ToLower(member.Email))
}

// roleByList returns the account's role in a group whose members were listed,
// empty when it is not a direct member, and whether the list tells.
func (d *Directory) roleByList(ctx context.Context, pair membershipKey, listed map[string]*members) (role string, told bool) {
	group := listed[pair.group]
	if group == nil {
		return "", false
	}
	if role = group.roles[pair.googleID]; role == "" && group.everybody {
		d.noSuchMember(ctx, pair)
	}
	return role, role != "" || group.everybody
}
