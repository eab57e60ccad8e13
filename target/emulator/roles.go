package emulator

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Administrator roles and who has them. The file gives them as "roles" and
// "roleAssignments"; an assignment may name the account or group by address. The
// API only reads them here.

var roleShape = objectOf(
	named{"kind etag roleName roleDescription", aText},
	named{"roleId", aNumber},
	named{"isSystemRole isSuperAdminRole", aBool},
	named{"rolePrivileges", listOf(objectOf(named{"privilegeName serviceId", aText}))},
)

var rolesShape = objectOf(named{"kind etag nextPageToken", aText}, named{"items", listOf(roleShape)})

var roleAssignmentShape = objectOf(
	named{"kind etag assignedTo orgUnitId condition", aText},
	named{"roleAssignmentId roleId", aNumber},
	named{"assigneeType", oneOf("user", "group")},
	named{"scopeType", oneOf("CUSTOMER", "ORG_UNIT")},
)

var roleAssignmentsShape = objectOf(named{"kind etag nextPageToken", aText}, named{"items", listOf(roleAssignmentShape)})

func roleOperations() []operation {
	return []operation{
		{name: "roles.list", method: http.MethodGet, path: "customer/{customer}/roles", answer: rolesShape, read: listRoles,
			params: strings.Fields("maxResults pageToken")},
		{name: "roleAssignments.list", method: http.MethodGet, path: "customer/{customer}/roleassignments", answer: roleAssignmentsShape, read: listRoleAssignments,
			params: strings.Fields("maxResults pageToken roleId userKey includeIndirectRoleAssignments")},
	}
}

// buildRoles takes the roles and their assignments in the order of their ids.
func (d *directory) buildRoles(s *stateFile) error {
	known := map[string]bool{}
	for i, raw := range s.Roles {
		o := cloneObject(raw)
		if err := roleShape.check("roles", o, true); err != nil {
			return fmt.Errorf("role %d: %s", i+1, err.message)
		}
		o["roleId"] = fmt.Sprint(cmp.Or[any](o["roleId"], i+1))
		setDefault(o, "kind", "admin#directory#role")
		known[text(o, "roleId")] = true
		d.roles = append(d.roles, o)
	}
	for i, raw := range s.RoleAssignments {
		o := cloneObject(raw)
		if err := roleAssignmentShape.check("roleAssignments", o, true); err != nil {
			return fmt.Errorf("role assignment %d: %s", i+1, err.message)
		}
		o["roleId"] = fmt.Sprint(o["roleId"])
		o["roleAssignmentId"] = fmt.Sprint(cmp.Or[any](o["roleAssignmentId"], i+1))
		u, g := d.userByKey(text(o, "assignedTo")), d.groupByKey(text(o, "assignedTo"))
		switch {
		case !known[text(o, "roleId")]:
			return fmt.Errorf("role assignment %d: its role %s is not among roles", i+1, text(o, "roleId"))
		case u != nil:
			o["assignedTo"], o["assigneeType"] = u.id, "user"
		case g != nil:
			o["assignedTo"], o["assigneeType"] = g.id, "group"
		default:
			return fmt.Errorf("role assignment %d: %q is not a user or a group", i+1, text(o, "assignedTo"))
		}
		setDefault(o, "scopeType", "CUSTOMER")
		setDefault(o, "kind", "admin#directory#roleAssignment")
		d.roleAssignments = append(d.roleAssignments, o)
	}
	return nil
}

func listRoles(c *call) (any, *apiError) {
	return c.items("roles", "roleId", c.dir.roles, func(object) bool { return true })
}

// listRoleAssignments names the roles that a user has through a group only
// where it is asked to.
func listRoleAssignments(c *call) (any, *apiError) {
	indirect, err := c.choice("includeIndirectRoleAssignments", "false", "true", "false")
	if err != nil {
		return nil, err
	}
	holders := map[string]bool{}
	if key := c.param("userKey"); key != "" {
		u, err := c.dir.needUser(key)
		if err != nil {
			return nil, err
		}
		holders[u.id] = true
		if indirect == "true" {
			for _, g := range c.dir.memberships.groups[u.id] {
				holders[g.id] = true
			}
		}
	}
	return c.items("roleAssignments", "roleAssignmentId", c.dir.roleAssignments, func(o object) bool {
		return (c.param("userKey") == "" || holders[text(o, "assignedTo")]) &&
			(c.param("roleId") == "" || c.param("roleId") == text(o, "roleId"))
	})
}

// items is the page of a list whose resources have a number for an id.
func (c *call) items(kind, id string, list []object, match func(object) bool) (any, *apiError) {
	key := func(o object) string {
		number, _ := strconv.ParseUint(text(o, id), 10, 64)
		return fmt.Sprintf("%020d", number)
	}
	sorted := slices.SortedFunc(slices.Values(list), func(a, b object) int { return cmp.Compare(key(a), key(b)) })
	return pageOf(c, kind, "items", pageSize{200, 100}, sorted, key, match, func(o object) object { return o })
}
