package emulator

import (
	"net/http"
	"slices"
	"strings"
)

var roles = []string{"MEMBER", "MANAGER", "OWNER"}

var deliverySettings = []string{"ALL_MAIL", "DAILY", "DIGEST", "DISABLED", "NONE"}

// memberID finds the id under which a key is a member of groups: that of a
// user or group, or of an address outside the domain.
func (d *directory) memberID(key, what string) (string, *apiError) {
	if u := d.userByKey(key); u != nil {
		return u.id, nil
	}
	if g := d.groupByKey(key); g != nil {
		return g.id, nil
	}
	if err := d.deletedKey(key); err != nil {
		return "", err
	}
	if m := d.outsider(key); m != nil {
		return text(m, "id"), nil
	}
	if domain := domainOf(key); domain != "" && !d.domains[domain] {
		return outsiderID(key), nil
	}
	return "", notFound(what)
}

func outsiderID(address string) string { return accountID("outside", addressKey(address)) }

// memberResource is a membership as the API shows it: the address and the
// status are those the account has now.
func (d *directory) memberResource(m object) object {
	doc := cloneObject(m)
	doc["kind"] = "admin#directory#member"
	id := text(m, "id")
	if u := d.users[id]; u != nil {
		doc["email"] = text(u.doc, "primaryEmail")
		doc["type"] = "USER"
		doc["status"] = u.status()
	} else if g := d.groups[id]; g != nil {
		doc["email"] = text(g.doc, "email")
		doc["type"] = "GROUP"
		doc["status"] = "ACTIVE"
	} else {
		setDefault(doc, "status", "ACTIVE")
	}
	setEtag(doc)
	return doc
}

func (d *directory) needMember(g *group, key string) (object, *apiError) {
	id, err := d.memberID(key, "memberKey")
	if err != nil {
		return nil, err
	}
	if g.members[id] == nil {
		return nil, notFound("memberKey")
	}
	return g.members[id], nil
}

func getMember(c *call) (any, *apiError) {
	return c.dir.memberResource(c.member), nil
}

func listMembers(c *call) (any, *apiError) {
	derived, err := c.choice("includeDerivedMembership", "false", "true", "false")
	if err != nil {
		return nil, err
	}
	if derived == "true" {
		return nil, invalid("Invalid Input: includeDerivedMembership (the emulator lists direct members)")
	}
	wanted := roles
	if c.params.Has("roles") {
		wanted = strings.Split(c.param("roles"), ",")
		for _, role := range wanted {
			if !slices.Contains(roles, role) {
				return nil, invalid("Invalid Input: roles")
			}
		}
	}
	g := c.group
	match := func(id string) bool { return slices.Contains(wanted, text(g.members[id], "role")) }
	shown := func(id string) object { return c.dir.memberResource(g.members[id]) }
	return pageOf(c, "members", "members", pageSize{200, 200}, g.memberIDs, func(id string) string { return id }, match, shown)
}

// editable refuses what nobody may do by hand to a dynamic group.
func (g *group) editable() *apiError {
	if g.dynamic {
		return invalid("Invalid Input: groupKey (the members of a dynamic group can't be edited)")
	}
	return nil
}

func insertMember(c *call) (any, []change, *apiError) {
	d := c.dir
	g := c.group
	if err := g.editable(); err != nil {
		return nil, nil, err
	}
	key := text(c.body, "email")
	if key == "" {
		key = text(c.body, "id")
	}
	if key == "" {
		return nil, nil, invalid("Missing required field: memberKey")
	}
	id, err := d.memberID(key, "memberKey")
	if err != nil {
		return nil, nil, err
	}
	if given := text(c.body, "id"); given != "" && given != id {
		return nil, nil, invalid("Invalid Input: memberKey (id and email are two members)")
	}
	if g.members[id] != nil {
		return nil, nil, refuse(http.StatusConflict, "duplicate", "Member already exists.")
	}
	if d.reaches(id, g.id) {
		return nil, nil, refuse(http.StatusPreconditionFailed, "conditionNotMet", "Cyclic memberships not allowed")
	}
	m := object{"id": id, "role": "MEMBER", "type": "USER"}
	if d.users[id] == nil && d.groups[id] == nil {
		if !strings.Contains(key, "@") { // an outsider who is in other groups
			key = text(d.outsider(id), "email")
		}
		m["email"] = key
	}
	if err := d.setMember(m, c.body); err != nil {
		return nil, nil, err
	}
	return d.memberResource(m), []change{{Group: g.email, Member: m}}, nil
}

// setMember takes the role and the delivery settings from a request.
func (d *directory) setMember(m, patch object) *apiError {
	if role := text(patch, "role"); role != "" {
		if !slices.Contains(roles, role) {
			return invalid("Invalid Input: role")
		}
		m["role"] = role
	}
	if text(m, "role") != "MEMBER" && d.groups[text(m, "id")] != nil {
		return invalid("Invalid Input: memberKey") // a group is never owner or manager
	}
	if s := text(patch, "delivery_settings"); s != "" {
		if !slices.Contains(deliverySettings, s) {
			return invalid("Invalid Input: delivery_settings")
		}
		m["delivery_settings"] = s
	}
	return nil
}

// reaches says whether the group `to` is the member `from` or inside it.
func (d *directory) reaches(from, to string) bool {
	seen := map[string]bool{}
	next := []string{from}
	for len(next) > 0 {
		id := next[len(next)-1]
		next = next[:len(next)-1]
		if id == to {
			return true
		}
		if g := d.groups[id]; g != nil && !seen[id] {
			seen[id] = true
			next = append(next, g.memberIDs...)
		}
	}
	return false
}

func updateMember(c *call) (any, []change, *apiError) {
	g, old := c.group, c.member
	if err := g.editable(); err != nil {
		return nil, nil, err
	}
	m := cloneObject(old)
	if err := c.dir.setMember(m, c.body); err != nil {
		return nil, nil, err
	}
	if sameContent(m, old) {
		return c.dir.memberResource(old), nil, nil
	}
	return c.dir.memberResource(m), []change{{Group: g.email, Member: m}}, nil
}

func deleteMember(c *call) (any, []change, *apiError) {
	if err := c.group.editable(); err != nil {
		return nil, nil, err
	}
	return nil, []change{{Group: c.group.email, RemoveID: text(c.member, "id")}}, nil
}
