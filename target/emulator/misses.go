package emulator

import (
	"slices"
	"strings"
	"sync"
)

// misses play that Google does not know at once everywhere what it has just
// created: how many requests are still answered with 404, or 400, by the id of an
// account or a group, or the path of an org unit.
type misses struct {
	lock sync.Mutex
	left map[string]int
}

// begin notes what a write created.
func (m *misses) begin(c *call, changes []change, count int) {
	if count <= 0 || !slices.Contains([]string{"users.insert", "groups.insert", "orgunits.insert"}, c.op.name) {
		return
	}
	m.lock.Lock()
	defer m.lock.Unlock()
	if m.left == nil {
		m.left = make(map[string]int)
	}
	for _, change := range changes {
		m.left[text(change.User, "id")+text(change.NewGroup, "id")+strings.ToLower(text(change.OrgUnit, "orgUnitPath"))] = count
	}
}

// miss is the answer to a request about members of a group that is not known yet,
// or about a member who is not, or that puts something into such an org unit.
func (m *misses) miss(c *call) *apiError {
	m.lock.Lock()
	defer m.lock.Unlock()
	switch {
	case len(m.left) == 0:
		return nil
	case m.take(strings.ToLower(text(c.body, "orgUnitPath"))):
		return invalid("Invalid Input: INVALID_OU_ID")
	case m.take(strings.ToLower(text(c.body, "parentOrgUnitPath"))):
		return invalid("Invalid Parent Orgunit Id")
	case c.group == nil:
		return nil
	}
	if m.take(c.group.id) {
		return notFound("groupKey")
	}
	for _, key := range []string{c.request.PathValue("memberKey"), text(c.body, "id"), text(c.body, "email")} {
		if u := c.dir.userByKey(key); key != "" && u != nil && m.take(u.id) {
			return notFound("memberKey")
		}
	}
	return nil
}

func (m *misses) take(id string) bool {
	if m.left[id] == 0 {
		return false
	}
	m.left[id]--
	return true
}
