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
	// Privileges are what the role allows, by Google's names such as
	// USERS_RETRIEVE.
	Privileges []string
}

// neededPrivileges are what plan and apply need a role to allow, by the names
// that roles.list gives them (gam's documentation of administrators).
var neededPrivileges = []string{
	"USERS_RETRIEVE", "ORGANIZATION_UNITS_RETRIEVE", "GROUPS_RETRIEVE",
	"USERS_CREATE", "USERS_UPDATE", "USERS_UPDATE_CUSTOM_ATTRIBUTES_USER_PRIVILEGE_GROUP", "GROUPS_UPDATE",
}

// What a role must allow for CreateGroup and for CreateOrgUnit.
const (
	CreateGroupsPrivilege   = "GROUPS_CREATE"
	CreateOrgUnitsPrivilege = "ORGANIZATION_UNITS_CREATE"
)

// Lacking are the privileges that plan and apply need, and the further ones, that
// none of the roles names.
func Lacking(roles []Role, further ...string) []string {
	return slices.DeleteFunc(slices.Concat(neededPrivileges, further), func(needed string) bool {
		return slices.ContainsFunc(roles, func(role Role) bool {
			return slices.ContainsFunc(role.Privileges, func(given string) bool { return includes(given, needed) })
		})
	})
}

// includes tells whether the one privilege includes the other: the whole of its
// kind does, and to create, update or delete includes to read
// (https://support.google.com/a/answer/1219251).
func includes(given, needed string) bool {
	if kind, whole := strings.CutSuffix(given, "_ALL"); whole {
		return strings.HasPrefix(needed, kind+"_")
	}
	kind, reading := strings.CutSuffix(needed, "_RETRIEVE")
	return given == needed || reading && slices.Contains([]string{kind + "_CREATE", kind + "_UPDATE", kind + "_DELETE"}, given)
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
	var known map[int64]*admin.Role
	err = d.do(ctx, call{doing: doing, send: func(ctx context.Context) error {
		known = make(map[int64]*admin.Role)
		return service.Roles.List(ownCustomer).MaxResults(rolesPerPage).Fields("nextPageToken,items(roleId,roleName,rolePrivileges(privilegeName))").
			Pages(ctx, func(page *admin.Roles) error {
				for _, role := range page.Items {
					known[role.RoleId] = role
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
		role := Role{Name: fmt.Sprint(assignment.RoleId)}
		if named := known[assignment.RoleId]; named != nil {
			role.Name = named.RoleName
			for _, privilege := range named.RolePrivileges {
				role.Privileges = append(role.Privileges, privilege.PrivilegeName)
			}
		}
		if assignment.ScopeType == "ORG_UNIT" {
			if role.OrgUnit, err = d.orgUnitPath(ctx, assignment.OrgUnitId); err != nil {
				return nil, err
			}
		}
		roles = append(roles, role)
	}
	order := func(a, b Role) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.OrgUnit, b.OrgUnit)) }
	slices.SortFunc(roles, order)
	return slices.CompactFunc(roles, func(a, b Role) bool { return order(a, b) == 0 }), nil
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
