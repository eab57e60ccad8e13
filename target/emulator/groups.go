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
	match, err := c.groupSelection()
	if err != nil {
		return nil, err
	}
	page, next, err := pageOf(c, pageSize{200, 200}, c.dir.groupsByMail, func(g *group) string { return g.email }, match)
	if err != nil {
		return nil, err
	}
	list := make([]object, len(page))
	for i, g := range page {
		list[i] = c.dir.groupResource(g)
	}
	return listAnswer("groups", "groups", list, next), nil
}

// groupSelection tells the wanted groups.
func (c *call) groupSelection() (func(*group) bool, *apiError) {
	d := c.dir
	if key := c.param("userKey"); key != "" {
		if c.param("customer") != "" {
			return nil, invalid("Invalid Input: userKey can't be combined with customer")
		}
		domain := ""
		if c.param("domain") != "" {
			var err *apiError
			if domain, err = c.scope(); err != nil {
				return nil, err
			}
		}
		id, err := d.memberID(key, "userKey")
		if err != nil {
			return nil, err
		}
		return func(g *group) bool {
			return g.members[id] != nil && (domain == "" || domainOf(g.email) == domain)
		}, nil
	}
	domain, err := c.scope()
	if err != nil {
		return nil, err
	}
	return func(g *group) bool { return domain == "" || domainOf(g.email) == domain }, nil
}
