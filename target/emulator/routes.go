package emulator

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

const apiPrefix = "/admin/directory/v1/"

// operation is one method of the API.
type operation struct {
	name   string // as Google names it, such as users.aliases.insert
	method string
	path   []string // below apiPrefix; * is one segment, ** one or more
	params []string // query parameters besides the standard ones
	answer *shape   // of the answer, for the fields mask
	body   *shape   // of the request; nil: none
	read   func(*call) (any, *apiError)
	write  func(*call) (any, []change, *apiError)
}

// operations is everything the emulator serves. Nothing in it deletes an
// account, a group, an org unit or a schema.
func operations() []operation {
	get, post, put, patch, del := http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete
	p := strings.Fields
	return []operation{
		{name: "users.list", method: get, path: p("users"), answer: usersShape, read: listUsers,
			params: p("customer domain query projection customFieldMask showDeleted viewType maxResults pageToken orderBy")},
		{name: "users.insert", method: post, path: p("users"), answer: userShape, body: userShape, write: insertUser,
			params: p("resolveConflictAccount")},
		{name: "users.get", method: get, path: p("users *"), answer: userShape, read: getUser,
			params: p("projection customFieldMask viewType")},
		{name: "users.update", method: put, path: p("users *"), answer: userShape, body: userShape, write: updateUser},
		{name: "users.patch", method: patch, path: p("users *"), answer: userShape, body: userShape, write: updateUser},
		{name: "users.aliases.list", method: get, path: p("users * aliases"), answer: aliasesShape, read: listAliases},
		{name: "users.aliases.insert", method: post, path: p("users * aliases"), answer: aliasShape, body: aliasShape, write: insertAlias},
		{name: "users.aliases.delete", method: del, path: p("users * aliases *"), write: deleteAlias},

		{name: "groups.list", method: get, path: p("groups"), answer: groupsShape, read: listGroups,
			params: p("customer domain userKey maxResults pageToken orderBy")},
		{name: "groups.get", method: get, path: p("groups *"), answer: groupShape, read: getGroup},
		{name: "members.list", method: get, path: p("groups * members"), answer: membersShape, read: listMembers,
			params: p("maxResults pageToken roles includeDerivedMembership")},
		{name: "members.insert", method: post, path: p("groups * members"), answer: memberShape, body: memberShape, write: insertMember},
		{name: "members.get", method: get, path: p("groups * members *"), answer: memberShape, read: getMember},
		{name: "members.update", method: put, path: p("groups * members *"), answer: memberShape, body: memberShape, write: updateMember},
		{name: "members.delete", method: del, path: p("groups * members *"), write: deleteMember},

		{name: "orgunits.list", method: get, path: p("customer * orgunits"), answer: orgUnitsShape, read: listOrgUnits,
			params: p("type orgUnitPath")},
		{name: "orgunits.insert", method: post, path: p("customer * orgunits"), answer: orgUnitShape, body: orgUnitShape, write: insertOrgUnit},
		{name: "orgunits.get", method: get, path: p("customer * orgunits **"), answer: orgUnitShape, read: getOrgUnit},
		{name: "schemas.list", method: get, path: p("customer * schemas"), answer: schemasShape, read: listSchemas},
		{name: "schemas.insert", method: post, path: p("customer * schemas"), answer: schemaShape, body: schemaShape, write: insertSchema},
		{name: "schemas.get", method: get, path: p("customer * schemas *"), answer: schemaShape, read: getSchema},
		{name: "schemas.update", method: put, path: p("customer * schemas *"), answer: schemaShape, body: schemaShape, write: updateSchema},
	}
}

// standardParams are the query parameters every Google API takes. callback
// (JSONP) and the upload parameters have no use here and are refused.
func standardParams() []string {
	return strings.Fields("alt prettyPrint fields key quotaUser access_token oauth_token $.xgafv")
}

// match gives the path's variable parts if the segments fit.
func (o operation) match(segments []string) (args []string, ok bool) {
	for i, p := range o.path {
		if p == "**" {
			return append(args, segments[i:]...), len(segments) > i
		}
		if i >= len(segments) {
			return nil, false
		}
		if p == "*" {
			args = append(args, segments[i])
		} else if p != segments[i] {
			return nil, false
		}
	}
	return args, len(segments) == len(o.path)
}

// find routes on the escaped path, so that an escaped slash stays inside its
// segment.
func find(ops []operation, method string, u *url.URL) (operation, []string, *apiError) {
	rest, ok := strings.CutPrefix(u.EscapedPath(), apiPrefix)
	if !ok {
		return operation{}, nil, refuse(http.StatusNotFound, "notFound", "Not Found")
	}
	segments := strings.Split(rest, "/")
	for i, s := range segments {
		decoded, err := url.PathUnescape(s)
		if err != nil {
			return operation{}, nil, badRequest()
		}
		segments[i] = decoded
	}
	known := false
	for _, o := range ops {
		args, ok := o.match(segments)
		if !ok {
			continue
		}
		if slices.Contains(args, "") {
			return operation{}, nil, refuse(http.StatusNotFound, "notFound", "Not Found")
		}
		if o.method == method {
			return o, args, nil
		}
		known = true
	}
	if known {
		return operation{}, nil, refuse(http.StatusMethodNotAllowed, "httpMethodNotAllowed",
			"%s is not served here: the emulator serves what staffsync needs, and nothing that deletes accounts", method)
	}
	return operation{}, nil, refuse(http.StatusNotFound, "notFound", "Not Found")
}
