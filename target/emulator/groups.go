package emulator

import (
	"slices"
	"strconv"
)

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
	size, err := c.number("maxResults", 1, 200, 200)
	if err != nil {
		return nil, err
	}
	if _, err := c.choice("orderBy", "email", "email"); err != nil {
		return nil, err
	}
	groups, err := c.groupSelection()
	if err != nil {
		return nil, err
	}
	after, paged, err := c.startAfter()
	if err != nil {
		return nil, err
	}
	if paged {
		groups = slices.DeleteFunc(groups, func(g *group) bool { return g.email <= after })
	}
	answer := object{"kind": "admin#directory#groups"}
	if len(groups) > size {
		groups = groups[:size]
		answer["nextPageToken"] = c.nextPage(groups[size-1].email)
	}
	list := make([]any, len(groups))
	var content []byte
	for i, g := range groups {
		list[i] = c.dir.groupResource(g)
		content = appendJSON(content, list[i], nil)
	}
	if len(list) > 0 {
		answer["groups"] = list
	}
	answer["etag"] = etagOf(content)
	return answer, nil
}

// groupSelection lists the wanted groups by address, in a slice of its own.
func (c *call) groupSelection() ([]*group, *apiError) {
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
		return slices.DeleteFunc(slices.Clone(d.groupsByMail), func(g *group) bool {
			return g.members[id] == nil || domain != "" && domainOf(g.email) != domain
		}), nil
	}
	domain, err := c.scope()
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(d.groupsByMail), func(g *group) bool {
		return domain != "" && domainOf(g.email) != domain
	}), nil
}
