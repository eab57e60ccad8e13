package signin

import (
	"slices"
	"strings"

	admin "google.golang.org/api/admin/directory/v1"
)

// ReadScopes are the OAuth scopes that reading the directory takes: accounts,
// org units, custom attributes, groups and their members.
func ReadScopes() []string {
	return []string{
		admin.AdminDirectoryUserReadonlyScope,
		admin.AdminDirectoryGroupReadonlyScope,
		admin.AdminDirectoryOrgunitReadonlyScope,
		admin.AdminDirectoryUserschemaReadonlyScope,
	}
}

// WriteScopes are the OAuth scopes that Directory's writing methods take, and
// the reading ones that belong to a write: Customer, Account and AccountAt
// are covered by the scope for accounts, leaving a group by the one for
// members (https://developers.google.com/admin-sdk/directory/v1/guides/authorizing).
func WriteScopes() []string {
	return []string{
		admin.AdminDirectoryUserScope,
		admin.AdminDirectoryGroupMemberScope,
	}
}

// GroupScopes are the OAuth scopes that OtherGroups takes.
func GroupScopes() []string { return []string{admin.AdminDirectoryGroupReadonlyScope} }

// SchemaScopes are the OAuth scopes that Attributes takes.
func SchemaScopes() []string { return []string{admin.AdminDirectoryUserschemaReadonlyScope} }

// Further is an OAuth scope beyond those of every plan and apply. It is asked for
// in a token of its own, and only by what needs it: who has not granted it goes
// on as before, and does not get to know what it is for. What needs one names it
// here, has the config say that it is wanted (FurtherScopes there) and asks
// Directory for a client with it; [Error.Missing] tells that it was not granted.
type Further struct {
	// Scope is the OAuth scope.
	Scope string
	// Use is what it is for, to follow "may" in a message, such as "read the
	// administrator roles of an account".
	Use string
}

// ReadRoles is the further scope that Directory.Roles takes
// (https://developers.google.com/admin-sdk/directory/v1/guides/manage-roles).
func ReadRoles() Further {
	return Further{admin.AdminDirectoryRolemanagementReadonlyScope, "read the administrator roles of an account"}
}

// CreateGroups is the further scope that Directory.CreateGroup takes.
func CreateGroups() Further {
	return Further{admin.AdminDirectoryGroupScope, "create groups"}
}

// CreateAttributes is the further scope that Directory.CreateAttribute takes.
func CreateAttributes() Further {
	return Further{admin.AdminDirectoryUserschemaScope, "create custom attributes"}
}

// CreateOrgUnits is the further scope that Directory.CreateOrgUnit takes.
func CreateOrgUnits() Further {
	return Further{admin.AdminDirectoryOrgunitScope, "create org units"}
}

// DoctorScopes are the further scopes that doctor alone wants, and can do
// without.
func DoctorScopes() []Further { return []Further{ReadRoles()} }

// loginScopes are the fewest OAuth scopes that cover both ReadScopes and
// WriteScopes, for a token that serves every command.
func loginScopes() []string {
	scopes := WriteScopes()
	for _, scope := range ReadScopes() {
		if !covered(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	return scopes
}

// delegationScopes are all scopes that any command asks for but
// further ones. Domain-wide
// delegation goes by the exact name: the scope to write accounts does not
// include the one to read them.
func delegationScopes() []string { return append(ReadScopes(), WriteScopes()...) }

// scopesOf are the scopes alone.
func scopesOf(further []Further) []string {
	var scopes []string
	for _, f := range further {
		scopes = append(scopes, f.Scope)
	}
	return scopes
}

// missingScopes are the wanted scopes that the granted ones do not cover.
func missingScopes(granted, wanted []string) []string {
	var missing []string
	for _, scope := range wanted {
		if !covered(granted, scope) {
			missing = append(missing, scope)
		}
	}
	return missing
}

// covered tells whether the granted scopes allow what the scope allows: it is
// among them, or one that it is a part of.
func covered(granted []string, scope string) bool {
	if slices.Contains(granted, scope) {
		return true
	}
	if whole, ok := strings.CutSuffix(scope, ".readonly"); ok && covered(granted, whole) {
		return true
	}
	return scope == admin.AdminDirectoryGroupMemberScope && slices.Contains(granted, admin.AdminDirectoryGroupScope)
}

// shortScopes names scopes as people do, without their common beginning.
func shortScopes(scopes []string) string {
	var names []string
	for _, scope := range scopes {
		names = append(names, strings.TrimPrefix(scope, "https://www.googleapis.com/auth/"))
	}
	return strings.Join(names, ", ")
}
