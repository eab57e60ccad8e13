package google

import (
	"context"
	"fmt"

	admin "google.golang.org/api/admin/directory/v1"
)

// eachMember visits the members of a group that are requested, page after page. An
// error of visit ends it; what the directory lists may be nil.
func (d *Directory) eachMember(ctx context.Context, doing string, request *admin.MembersListCall, visit func(*admin.Member) error) error {
	request.MaxResults(groupsPerPage)
	return eachPage(doing, func(token string) (string, error) {
		if token != "" {
			request.PageToken(token)
		}
		var answer *admin.Members
		err := d.do(ctx, call{doing: doing, send: func(ctx context.Context) (err error) {
			answer, err = request.Context(ctx).Do()
			return err
		}})
		if err != nil {
			return "", err
		}
		for _, member := range answer.Members {
			if err := visit(member); err != nil {
				return "", err
			}
		}
		return answer.NextPageToken, nil
	})
}

// checkMember returns an error for a member of whom a list does not tell the role.
func checkMember(doing string, member *admin.Member) error {
	if member == nil || member.Role == "" {
		return fmt.Errorf("%s: the directory lists one without a role", doing)
	}
	return nil
}

// eachGroup visits the groups that are requested, page after page, for what the
// call does. A group without an address is an error.
func (d *Directory) eachGroup(ctx context.Context, c call, request *admin.GroupsListCall, visit func(*admin.Group)) error {
	request.MaxResults(groupsPerPage)
	return eachPage(c.doing, func(token string) (string, error) {
		if token != "" {
			request.PageToken(token)
		}
		var answer *admin.Groups
		c.send = func(ctx context.Context) (err error) {
			answer, err = request.Context(ctx).Do()
			return err
		}
		if err := d.do(ctx, c); err != nil {
			return "", err
		}
		for _, group := range answer.Groups {
			if group == nil || group.Email == "" {
				return "", fmt.Errorf("%s: the directory lists one without an address", c.doing)
			}
			visit(group)
		}
		return answer.NextPageToken, nil
	})
}

// eachPage reads page after page, from the one without a token to the one
// that names no next. A token that comes a second time is an error: the list
// would have no end.
func eachPage(doing string, read func(token string) (next string, err error)) error {
	seen := map[string]bool{}
	for token := ""; ; {
		next, err := read(token)
		if err != nil || next == "" {
			return err
		}
		if seen[next] {
			return fmt.Errorf("%s: the directory names a next page that it named before, so the list has no end", doing)
		}
		seen[next] = true
		token = next
	}
}
