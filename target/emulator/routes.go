package emulator

import (
	"net/http"
	"strings"
)

const apiPrefix = "/admin/directory/v1/"

// operation is one method of the API.
type operation struct {
	name   string // as Google names it, such as users.aliases.insert
	method string
	path   string   // below apiPrefix, as a pattern of net/http with Google's names for its variable parts
	params []string // query parameters besides the standard ones
	answer *shape   // of the answer, for the fields mask
	body   *shape   // of the request; nil: none
	// privilege is what a caller's roles must allow, if they name any at all;
	// empty for what this emulator does not refuse for a lack of privileges.
	privilege string
	read      func(*call) (any, *apiError)
	write     func(*call) (any, []change, *apiError)
}

// operations is everything the emulator serves. Nothing in it deletes an
// account, a group, an org unit or a schema.
func operations() []operation {
	get, post, put, patch, del := http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete
	p := strings.Fields
	return append(roleOperations(), []operation{
		{name: "users.list", method: get, path: "users", answer: usersShape, read: listUsers,
			params: p("customer domain query projection customFieldMask showDeleted viewType maxResults pageToken orderBy")},
		{name: "users.insert", method: post, path: "users", answer: userShape, body: userShape, write: insertUser,
			params: p("resolveConflictAccount")},
		{name: "users.get", method: get, path: "users/{userKey}", answer: userShape, read: getUser,
			params: p("projection customFieldMask viewType")},
		{name: "users.update", method: put, path: "users/{userKey}", answer: userShape, body: userShape, write: updateUser},
		{name: "users.patch", method: patch, path: "users/{userKey}", answer: userShape, body: userShape, write: updateUser},
		{name: "users.aliases.list", method: get, path: "users/{userKey}/aliases", answer: aliasesShape, read: listAliases},
		{name: "users.aliases.insert", method: post, path: "users/{userKey}/aliases", answer: aliasShape, body: aliasShape, write: insertAlias},
		{name: "users.aliases.delete", method: del, path: "users/{userKey}/aliases/{alias}", write: deleteAlias},

		{name: "groups.list", method: get, path: "groups", answer: groupsShape, read: listGroups,
			params: p("customer domain userKey maxResults pageToken orderBy")},
		{name: "groups.insert", method: post, path: "groups", answer: groupShape, body: newGroupShape, write: insertGroup},
		{name: "groups.get", method: get, path: "groups/{groupKey}", answer: groupShape, read: getGroup},
		{name: "members.list", method: get, path: "groups/{groupKey}/members", answer: membersShape, read: listMembers,
			params: p("maxResults pageToken roles includeDerivedMembership")},
		{name: "members.insert", method: post, path: "groups/{groupKey}/members", answer: memberShape, body: memberShape, write: insertMember},
		{name: "members.get", method: get, path: "groups/{groupKey}/members/{memberKey}", answer: memberShape, read: getMember},
		{name: "members.update", method: put, path: "groups/{groupKey}/members/{memberKey}", answer: memberShape, body: memberShape, write: updateMember},
		{name: "members.delete", method: del, path: "groups/{groupKey}/members/{memberKey}", write: deleteMember},

		{name: "orgunits.list", method: get, path: "customer/{customer}/orgunits", answer: orgUnitsShape, read: listOrgUnits,
			params: p("type orgUnitPath")},
		{name: "orgunits.insert", method: post, path: "customer/{customer}/orgunits", answer: orgUnitShape, body: orgUnitShape, write: insertOrgUnit,
			privilege: "ORGANIZATION_UNITS_CREATE"},
		{name: "orgunits.get", method: get, path: "customer/{customer}/orgunits/{orgUnitPath...}", answer: orgUnitShape, read: getOrgUnit},
		{name: "schemas.list", method: get, path: "customer/{customer}/schemas", answer: schemasShape, read: listSchemas},
		{name: "schemas.insert", method: post, path: "customer/{customer}/schemas", answer: schemaShape, body: schemaShape, write: insertSchema},
		{name: "schemas.get", method: get, path: "customer/{customer}/schemas/{schemaKey}", answer: schemaShape, read: getSchema},
		{name: "schemas.update", method: put, path: "customer/{customer}/schemas/{schemaKey}", answer: schemaShape, body: schemaShape, write: updateSchema},
		{name: "schemas.patch", method: patch, path: "customer/{customer}/schemas/{schemaKey}", answer: schemaShape, body: schemaShape, write: patchSchema},
	}...)
}

// standardParams are the query parameters every Google API takes. callback
// (JSONP) and the upload parameters have no use here and are refused.
func standardParams() []string {
	return strings.Fields("alt prettyPrint fields key quotaUser access_token oauth_token $.xgafv")
}

// routes serves each operation. A path that is served with other methods only
// is an operation without a method, any other path one without a path.
func (e *Emulator) routes() *http.ServeMux {
	mux := http.NewServeMux()
	route := func(pattern string, op operation) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { e.handle(w, r, op) })
	}
	route("/", operation{})
	known := map[string]bool{}
	for _, op := range operations() {
		route(op.method+" "+apiPrefix+op.path, op)
		if !known[op.path] {
			known[op.path] = true
			route(apiPrefix+op.path, operation{path: op.path})
		}
	}
	return mux
}

// refusal is the answer to a request that no operation serves.
func (o operation) refusal(method string) *apiError {
	switch {
	case o.path == "":
		return refuse(http.StatusNotFound, "notFound", "Not Found")
	case o.method == "":
		return refuse(http.StatusMethodNotAllowed, "httpMethodNotAllowed",
			"%s is not served here: the emulator serves what staffsync needs, and nothing that deletes accounts", method)
	}
	return nil
}

// resolve looks up what the path names, from left to right.
func (c *call) resolve() *apiError {
	for part := range strings.SplitSeq(c.op.path, "/") {
		key := c.request.PathValue(strings.Trim(part, "{.}"))
		var err *apiError
		switch part {
		case "{customer}":
			err = c.dir.checkCustomer(key)
		case "{userKey}":
			if c.user, err = c.dir.needUser(key); err == nil && c.sees != nil && !c.sees(c.user) {
				err = forbidden()
			}
		case "{groupKey}":
			if c.group, err = c.dir.needGroup(key); err == nil && c.group.foreign {
				err = refuse(http.StatusForbidden, "domainCannotUseApis", "Domain cannot use apis.")
			}
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
