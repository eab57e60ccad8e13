package emulator

import "sync"

// misses play that Google does not know at once everywhere what it has just
// created: how many requests are still answered with 404, by the id of an account
// or a group.
type misses struct {
	lock sync.Mutex
	left map[string]int
}

// begin notes what a write created.
func (m *misses) begin(c *call, changes []change, count int) {
	if count <= 0 || c.op.name != "users.insert" && c.op.name != "groups.insert" {
		return
	}
	m.lock.Lock()
	defer m.lock.Unlock()
	if m.left == nil {
		m.left = make(map[string]int)
	}
	for _, change := range changes {
		m.left[text(change.User, "id")+text(change.NewGroup, "id")] = count
	}
}

// miss is the answer to a request about members of a group that is not known yet,
// or about a member who is not.
func (m *misses) miss(c *call) *apiError {
	m.lock.Lock()
	defer m.lock.Unlock()
	if len(m.left) == 0 || c.group == nil {
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
