package emulator

import (
	"net/http"
	"net/url"
	"strings"
)

const apiPrefix = "/admin/directory/v1/"

// operation is one method of the API.
type operation struct {
	name   string // as Google names it, such as users.aliases.insert
	method string
	path   []string // below apiPrefix, with Google's names for its variable parts; one that ends in ... takes the rest
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
		{name: "users.get", method: get, path: p("users {userKey}"), answer: userShape, read: getUser,
			params: p("projection customFieldMask viewType")},
		{name: "users.update", method: put, path: p("users {userKey}"), answer: userShape, body: userShape, write: updateUser},
		{name: "users.patch", method: patch, path: p("users {userKey}"), answer: userShape, body: userShape, write: updateUser},
		{name: "users.aliases.list", method: get, path: p("users {userKey} aliases"), answer: aliasesShape, read: listAliases},
		{name: "users.aliases.insert", method: post, path: p("users {userKey} aliases"), answer: aliasShape, body: aliasShape, write: insertAlias},
		{name: "users.aliases.delete", method: del, path: p("users {userKey} aliases {alias}"), write: deleteAlias},

		{name: "groups.list", method: get, path: p("groups"), answer: groupsShape, read: listGroups,
			params: p("customer domain userKey maxResults pageToken orderBy")},
		{name: "groups.get", method: get, path: p("groups {groupKey}"), answer: groupShape, read: getGroup},
		{name: "members.list", method: get, path: p("groups {groupKey} members"), answer: membersShape, read: listMembers,
			params: p("maxResults pageToken roles includeDerivedMembership")},
		{name: "members.insert", method: post, path: p("groups {groupKey} members"), answer: memberShape, body: memberShape, write: insertMember},
		{name: "members.get", method: get, path: p("groups {groupKey} members {memberKey}"), answer: memberShape, read: getMember},
		{name: "members.update", method: put, path: p("groups {groupKey} members {memberKey}"), answer: memberShape, body: memberShape, write: updateMember},
		{name: "members.delete", method: del, path: p("groups {groupKey} members {memberKey}"), write: deleteMember},

		{name: "orgunits.list", method: get, path: p("customer {customer} orgunits"), answer: orgUnitsShape, read: listOrgUnits,
			params: p("type orgUnitPath")},
		{name: "orgunits.insert", method: post, path: p("customer {customer} orgunits"), answer: orgUnitShape, body: orgUnitShape, write: insertOrgUnit},
		{name: "orgunits.get", method: get, path: p("customer {customer} orgunits {orgUnitPath...}"), answer: orgUnitShape, read: getOrgUnit},
		{name: "schemas.list", method: get, path: p("customer {customer} schemas"), answer: schemasShape, read: listSchemas},
		{name: "schemas.insert", method: post, path: p("customer {customer} schemas"), answer: schemaShape, body: schemaShape, write: insertSchema},
		{name: "schemas.get", method: get, path: p("customer {customer} schemas {schemaKey}"), answer: schemaShape, read: getSchema},
		{name: "schemas.update", method: put, path: p("customer {customer} schemas {schemaKey}"), answer: schemaShape, body: schemaShape, write: updateSchema},
	}
}

// standardParams are the query parameters every Google API takes. callback
// (JSONP) and the upload parameters have no use here and are refused.
func standardParams() []string {
	return strings.Fields("alt prettyPrint fields key quotaUser access_token oauth_token $.xgafv")
}

// match gives the variable parts of the path by their names if it fits.
func (o operation) match(segments []string) (args map[string]string, ok bool) {
	args = map[string]string{}
	for i, part := range o.path {
		switch {
		case i >= len(segments):
			return nil, false
		case strings.HasSuffix(part, "...}"):
			args[part] = strings.Join(segments[i:], "/")
			return args, true
		case strings.HasPrefix(part, "{"):
			args[part] = segments[i]
		case part != segments[i]:
			return nil, false
		}
	}
	return args, len(segments) == len(o.path)
}

// find routes on the escaped path, so that an escaped slash stays inside its
// segment.
func find(ops []operation, method string, u *url.URL) (operation, map[string]string, *apiError) {
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
		if decoded == "" {
			return operation{}, nil, refuse(http.StatusNotFound, "notFound", "Not Found")
		}
		segments[i] = decoded
	}
	known := false
	for _, o := range ops {
		args, ok := o.match(segments)
		if !ok {
			continue
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

// resolve looks up what the path names, from left to right.
func (c *call) resolve() *apiError {
	for _, part := range c.op.path {
		key := c.args[part]
		var err *apiError
		switch part {
		case "{customer}":
			err = c.dir.checkCustomer(key)
		case "{userKey}":
			c.user, err = c.dir.needUser(key)
		case "{groupKey}":
			c.group, err = c.dir.needGroup(key)
		case "{memberKey}":
			c.member, err = c.dir.needMember(c.group, key)
		case "{orgUnitPath...}":
			c.orgUnit, err = c.dir.orgUnitByKey(key)
		case "{schemaKey}":
			c.schema, err = c.dir.needSchema(key)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
