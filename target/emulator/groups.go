package emulator

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// dynamicKey marks a group in a seed or state file as dynamic: one whose
// members Google computes and nobody edits. The API has no such field, so it
// never leaves the emulator.
const dynamicKey = "dynamic"

func groupResource(g *group) object {
	doc := make(object, len(g.doc)+1)
	for k, v := range g.doc {
		if k != dynamicKey {
			doc[k] = v
		}
	}
	doc["directMembersCount"] = strconv.Itoa(len(g.members) - g.nested)
	return doc
}

func getGroup(c *call) (any, *apiError) {
	return groupResource(c.group), nil
}

func listGroups(c *call) (any, *apiError) {
	if _, err := c.choice("orderBy", "email", "email"); err != nil {
		return nil, err
	}
	key, domain, id := c.param("userKey"), "", ""
	var err *apiError
	if key != "" && c.param("customer") != "" {
		return nil, invalid("Invalid Input: userKey can't be combined with customer")
	}
	if key == "" || c.param("domain") != "" {
		if domain, err = c.scope(); err != nil {
			return nil, err
		}
	}
	if key != "" {
		if id, err = c.dir.memberID(key, "userKey"); err != nil {
			return nil, err
		}
	}
	groups := c.dir.groupsByMail
	if id != "" {
		groups = c.dir.memberships.groups[id]
	}
	match := func(g *group) bool {
		return (id != "" || !g.foreign) && (domain == "" || domainOf(g.email) == domain)
	}
	return pageOf(c, "groups", "groups", pageSize{200, 200}, groups, func(g *group) string { return g.email }, match, groupResource)
}

// maxDescription is how long a group's description may be (groups reference), and
// maxGroupName its name (Workspace limits page).
const (
	maxDescription = 4096
	maxGroupName   = 73
)

func insertGroup(c *call) (any, []change, *apiError) {
	address := addressKey(text(c.body, "email"))
	if address == "" {
		return nil, nil, refuse(400, "required", "Missing required field: email")
	}
	if _, err := c.dir.claim("", address, "email"); err != nil {
		return nil, nil, err
	}
	name, _, _ := strings.Cut(address, "@")
	if given := text(c.body, "name"); given != "" {
		name = given
	}
	switch {
	case utf8.RuneCountInString(name) > maxGroupName:
		return nil, nil, invalid("Invalid Input: name")
	case utf8.RuneCountInString(text(c.body, "description")) > maxDescription:
		return nil, nil, invalid("Invalid Input: description")
	}
	doc := object{
		"kind": "admin#directory#group", "id": groupID(address), "email": address,
		"name": name, "description": text(c.body, "description"), "adminCreated": true,
	}
	if ids, given := c.body["externalIds"]; given {
		doc["externalIds"] = ids
	}
	setEtag(doc)
	return groupResource(newGroup(doc)), []change{{NewGroup: doc}}, nil
}
