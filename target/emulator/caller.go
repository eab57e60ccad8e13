package emulator

import "strings"

// sight tells which users the account that requests come from may see, nil for
// all of them. An administrator whose roles are all for single org units sees
// those in and below these: lists leave the others out without an error, and a
// look-up of one of them is refused.
func (d *directory) sight(caller string) func(*user) bool {
	u := d.userByKey(caller)
	if u == nil || truth(u.doc, "isAdmin") {
		return nil
	}
	var paths []string
	for _, assignment := range d.roleAssignments {
		if text(assignment, "assignedTo") != u.id {
			continue
		}
		if text(assignment, "scopeType") != "ORG_UNIT" {
			return nil
		}
		for path, unit := range d.orgUnits {
			if strings.TrimPrefix(text(unit, "orgUnitId"), "id:") == strings.TrimPrefix(text(assignment, "orgUnitId"), "id:") {
				paths = append(paths, path)
			}
		}
	}
	if len(paths) == 0 {
		return nil
	}
	return func(u *user) bool {
		place := strings.ToLower(text(u.doc, "orgUnitPath"))
		for _, path := range paths {
			if place == path || strings.HasPrefix(place, strings.TrimSuffix(path, "/")+"/") {
				return true
			}
		}
		return false
	}
}

// permits tells whether the account that requests come from may do what takes the
// privilege: its roles name it, or the whole of its kind. Who has no role that names
// any privilege may do everything here.
func (d *directory) permits(caller, privilege string) bool {
	u := d.userByKey(caller)
	if privilege == "" || u == nil || truth(u.doc, "isAdmin") {
		return true
	}
	named := false
	for _, assignment := range d.roleAssignments {
		if text(assignment, "assignedTo") != u.id {
			continue
		}
		for _, given := range d.privilegesOf(text(assignment, "roleId")) {
			kind, whole := strings.CutSuffix(given, "_ALL")
			if given == privilege || whole && strings.HasPrefix(privilege, kind+"_") {
				return true
			}
			named = true
		}
	}
	return !named
}

func (d *directory) privilegesOf(roleID string) []string {
	var names []string
	for _, role := range d.roles {
		if list, _ := role["rolePrivileges"].([]any); text(role, "roleId") == roleID {
			for _, given := range list {
				if privilege, ok := given.(object); ok {
					names = append(names, text(privilege, "privilegeName"))
				}
			}
		}
	}
	return names
}
