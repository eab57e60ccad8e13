package google

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	admin "google.golang.org/api/admin/directory/v1"

	"github.com/staffsync/staffsync/target/google/signin"
)

// rolesPerPage is the most that roles.list answers at once
// (https://developers.google.com/admin-sdk/directory/reference/rest/v1/roles/list).
const rolesPerPage = 100

// Role is an administrator role that an account has, by itself or through a
// group.
type Role struct {
	// Name is the role's name, such as _USER_MANAGEMENT_ADMIN_ROLE.
	Name string
	// OrgUnit is the path of the org unit to which the role is limited, empty
	// where it holds for the whole customer.
	OrgUnit string
}

// Roles reads the administrator roles of the account at the address, by name. It
// takes the further scope signin.ReadRoles, without which the error is a
// *signin.Error that says what is missing; an account that may not read roles
// gets plan.ErrForbidden.
func (d *Directory) Roles(ctx context.Context, address string) ([]Role, error) {
	doing := "read the administrator roles of " + address
	service, err := d.with(ctx, signin.ReadRoles())
	if err != nil {
		return nil, err
	}
	var names map[int64]string
	err = d.do(ctx, call{doing: doing, send: func(ctx context.Context) error {
		names = make(map[int64]string)
		return service.Roles.List(ownCustomer).MaxResults(rolesPerPage).Fields("nextPageToken,items(roleId,roleName)").
			Pages(ctx, func(page *admin.Roles) error {
				for _, role := range page.Items {
					names[role.RoleId] = role.RoleName
				}
				return nil
			})
	}})
	if err != nil {
		return nil, err
	}
	var assignments []*admin.RoleAssignment
	err = d.do(ctx, call{doing: doing, send: func(ctx context.Context) error {
		assignments = nil
		return service.RoleAssignments.List(ownCustomer).UserKey(address).IncludeIndirectRoleAssignments(true).
			MaxResults(rolesPerPage).Fields("nextPageToken,items(roleId,scopeType,orgUnitId)").
			Pages(ctx, func(page *admin.RoleAssignments) error {
				assignments = append(assignments, page.Items...)
				return nil
			})
	}})
	if err != nil {
		return nil, err
	}
	var roles []Role
	for _, assignment := range assignments {
		role := Role{Name: cmp.Or(names[assignment.RoleId], fmt.Sprint(assignment.RoleId))}
		if assignment.ScopeType == "ORG_UNIT" {
			if role.OrgUnit, err = d.orgUnitPath(ctx, assignment.OrgUnitId); err != nil {
				return nil, err
			}
		}
		roles = append(roles, role)
	}
	slices.SortFunc(roles, func(a, b Role) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.OrgUnit, b.OrgUnit)) })
	return slices.Compact(roles), nil
}

// orgUnitPath reads the path of the org unit with that id, which role
// assignments give without the "id:" that begins it elsewhere.
func (d *Directory) orgUnitPath(ctx context.Context, id string) (string, error) {
	key := "id:" + strings.TrimPrefix(id, "id:")
	var unit *admin.OrgUnit
	err := d.do(ctx, call{doing: "read the org unit " + key, send: func(ctx context.Context) (err error) {
		unit, err = d.service.Orgunits.Get(ownCustomer, key).Fields("orgUnitPath").Context(ctx).Do()
		return err
	}})
	if err != nil {
		return "", err
	}
	return unit.OrgUnitPath, nil
}
