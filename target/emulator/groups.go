package emulator

import "strconv"

// dynamicKey marks a group in a seed or state file as dynamic: one whose
// members Google computes and nobody edits. The API has no such field, so it
// never leaves the emulator.
const dynamicKey = "dynamic"

func (d *directory) groupResource(g *group) object {
	doc := make(object, len(g.doc)+1)
	for k, v := range g.doc {
		if k != dynamicKey {
			doc[k] = v
		}
	}
	users := 0
	for id := range g.members {
		if d.groups[id] == nil {
			users++
		}
	}
	doc["directMembersCount"] = strconv.Itoa(users)
	return doc
}

func getGroup(c *call) (any, *apiError) {
	return c.dir.groupResource(c.group), nil
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
	match := func(g *group) bool {
		return (id == "" && !g.foreign || g.members[id] != nil) && (domain == "" || domainOf(g.email) == domain)
	}
	return pageOf(c, "groups", "groups", pageSize{200, 200}, c.dir.groupsByMail, func(g *group) string { return g.email }, match, c.dir.groupResource)
}
