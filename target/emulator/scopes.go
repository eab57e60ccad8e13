package emulator

import (
	"net/http"
	"slices"
	"strings"
)

const (
	// scopedToken begins an access token that says itself what it is good for,
	// such as scopes:admin.directory.user.readonly,admin.directory.group.readonly.
	// Any other token, and none, is good for everything.
	scopedToken = "scopes:"
	// scopePrefix begins the scopes of the Directory API.
	scopePrefix = "admin.directory."
)

// resourceScopes are the scopes that each resource may be changed with; any of
// them does
// (https://developers.google.com/admin-sdk/directory/v1/guides/authorizing).
var resourceScopes = map[string][]string{
	"users":           {"user"},
	"groups":          {"group"},
	"members":         {"group", "group.member"},
	"orgunits":        {"orgunit"},
	"schemas":         {"userschema"},
	"roles":           {"rolemanagement"},
	"roleAssignments": {"rolemanagement"},
}

// checkScope refuses what the request's token is not good for, as Google does.
// Reading takes the scope to change, or the one to read.
func (o operation) checkScope(r *http.Request) *apiError {
	granted, scoped := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "+scopedToken)
	if !scoped {
		return nil
	}
	resource, _, _ := strings.Cut(o.name, ".")
	for _, scope := range resourceScopes[resource] {
		has := func(name string) bool { return slices.Contains(strings.Split(granted, ","), scopePrefix+name) }
		if has(scope) || o.method == http.MethodGet && has(scope+".readonly") {
			return nil
		}
	}
	return refuse(http.StatusForbidden, "insufficientPermissions", "Insufficient Permission: Request had insufficient authentication scopes.")
}
