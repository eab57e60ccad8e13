package google

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

func TestAnswerListsTheMembersOfGroupsAndOfThoseWithinEachOnce(t *testing.T) {
	p := newPeer(t, routes(map[string]played{
		"GET /groups/all%40d118.org":              ok(`{"email":"Staff@d118.org"}`),
		"GET /groups/staff%40d118.org":            ok(`{"email":"staff@d118.org"}`),
		"GET /groups/closed%40d118.org":           notAuthorized,
		"GET /groups/half%40d118.org":             ok(`{"email":"half@d118.org"}`),
		"GET /groups/half%40d118.org/members":     ok(`{"nextPageToken":"p1","members":[{"id":"1","role":"MEMBER","type":"USER"}]}`),
		"GET /groups/half%40d118.org/members p1":  notAuthorized,
		"GET /groups/staff%40d118.org/members":    ok(`{"nextPageToken":"p1","members":[{"id":"1","role":"OWNER","type":"USER"},{"id":"g","email":"CCS@d118.org","role":"MEMBER","type":"GROUP"}]}`),
		"GET /groups/staff%40d118.org/members p1": ok(`{"members":[{"id":"C01","role":"MEMBER","type":"CUSTOMER"},{"email":"x@else.org","role":"MEMBER","type":"USER"}]}`),
		// A cycle.
		"GET /groups/ccs%40d118.org/members": ok(`{"members":[{"id":"2","role":"MANAGER","type":"USER"},{"id":"s","email":"staff@d118.org","role":"MEMBER","type":"GROUP"}]}`),
	}))
	asked := []string{"all@d118.org", "closed@d118.org", "half@d118.org", "none@d118.org", "staff@d118.org"}
	got, err := p.directory(t).Answer(t.Context(), plan.Questions{Groups: asked})
	if err != nil {
		t.Fatal(err)
	}
	const refused = "the directory answered 403 forbidden: Not Authorized to access this resource/api"
	want := map[string]plan.GroupState{
		"all@d118.org":    {Address: "staff@d118.org"},
		"closed@d118.org": {Problem: refused},
		"half@d118.org":   {Address: "half@d118.org", Problem: refused},
		"none@d118.org":   {},
		"staff@d118.org": {Address: "staff@d118.org", Members: []plan.Member{
			{ID: "1", Role: "OWNER"}, {ID: "g", Role: "MEMBER", Group: "ccs@d118.org"}, {ID: "C01", Role: "MEMBER", Everybody: true}, {Role: "MEMBER"},
		}},
		"ccs@d118.org": {Address: "ccs@d118.org", Members: []plan.Member{{ID: "2", Role: "MANAGER"}, {ID: "s", Role: "MEMBER", Group: "staff@d118.org"}}},
	}
	if diff := cmp.Diff(want, got.Groups); diff != "" {
		t.Error(diff)
	}
	if n := p.count(""); n != len(asked)+5 {
		t.Errorf("requests %v, want one for each address and each page", p.lines())
	}
	for _, r := range p.requests {
		if strings.HasSuffix(r.path, "/members") && (r.query.Get("maxResults") != "200" || r.query.Get("fields") != "nextPageToken,members(id,email,role,type)" || r.query.Has("includeDerivedMembership")) {
			t.Errorf("members listed with %v", r.query)
		}
	}
}

func TestAnswerFailsWhereMembersCannotBeReadForTheMoment(t *testing.T) {
	for name, answer := range map[string]played{
		"503":           failed(503, "backendError", "Backend Error"),
		"without roles": ok(`{"members":[{"id":"1"}]}`),
	} {
		p := newPeer(t, routes(map[string]played{
			"GET /groups/staff%40d118.org":         ok(`{"email":"staff@d118.org"}`),
			"GET /groups/staff%40d118.org/members": answer,
		}))
		var clock fakeClock
		if got, err := p.directory(t, clock.options).Answer(t.Context(), plan.Questions{Groups: []string{"staff@d118.org"}}); err == nil {
			t.Errorf("%s: taken for %v", name, got.Groups)
		}
	}
}

func TestJoinGroup(t *testing.T) {
	const insert, look, change = "POST /groups/ccs%40d118.org/members", "GET /groups/ccs%40d118.org/members/42", "PUT /groups/ccs%40d118.org/members/42"
	exists := failed(409, "duplicate", "Member already exists.")
	unknown := failed(404, "notFound", "Resource Not Found: memberKey")
	for _, test := range []struct {
		name    string
		role    string
		inserts []played // one after the other, the last for good
		found   played
		want    []string
		kind    error
	}{
		{name: "joins", role: "MEMBER", inserts: []played{ok(`{"id":"42"}`)}, want: []string{insert}},
		{name: "is a member", role: "MEMBER", inserts: []played{exists}, want: []string{insert}},
		{name: "is a member, and is to be a manager", role: "MANAGER", inserts: []played{exists}, found: ok(`{"role":"MEMBER"}`), want: []string{insert, look, change}},
		{name: "is an owner, and is to be a manager", role: "MANAGER", inserts: []played{exists}, found: ok(`{"role":"OWNER"}`), want: []string{insert, look}},
		{name: "not found at first", role: "MEMBER", inserts: []played{unknown, unknown, ok(`{"id":"42"}`)}, want: []string{insert, insert, insert}},
		{name: "not found", role: "MEMBER", inserts: []played{unknown}, want: []string{insert, insert, insert, insert}, kind: plan.ErrNotFound},
		{name: "busy", role: "MEMBER", inserts: []played{failed(409, "conflict", "Conflicting requests. Please try again"), exists}, want: []string{insert, insert}},
		{name: "503 after it was done", role: "MEMBER", inserts: []played{failed(503, "backendError", "Backend Error")}, found: ok(`{"role":"MEMBER"}`), want: []string{insert, look}},
		{name: "503 before it was done", role: "MEMBER", inserts: []played{failed(503, "backendError", "Backend Error"), ok(`{"id":"42"}`)}, found: unknown, want: []string{insert, look, insert}},
		{name: "a dynamic group", role: "MEMBER", inserts: []played{failed(400, "invalid", "Invalid Input: groupKey")}, want: []string{insert}, kind: plan.ErrRefused},
		{name: "forbidden", role: "MEMBER", inserts: []played{notAuthorized}, want: []string{insert}, kind: plan.ErrForbidden},
	} {
		t.Run(test.name, func(t *testing.T) {
			n := 0
			p := newPeer(t, func(_ int, r received) played {
				switch r.line() {
				case insert:
					if want := fmt.Sprintf(`{"id":"42","role":%q}`, test.role); r.body != want {
						t.Errorf("sent %s, want %s", r.body, want)
					}
					n++
					return test.inserts[min(n, len(test.inserts))-1]
				case look:
					return test.found
				case change:
					return ok(`{"id":"42"}`)
				}
				return failed(500, "unexpected", r.line())
			})
			var clock fakeClock
			err := p.directory(t, clock.options).JoinGroup(t.Context(), "ccs@d118.org", "42", test.role)
			if test.kind == nil && err != nil {
				t.Error(err)
			} else if test.kind != nil {
				checkKind(t, err, test.kind)
			}
			if diff := cmp.Diff(test.want, p.lines()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSetRoleReadsBackWhatItDoesNotKnow(t *testing.T) {
	p := newPeer(t, func(n int, r received) played {
		switch {
		case r.method == "GET":
			return ok(`{"role":"OWNER"}`)
		case r.body != `{"role":"OWNER"}`:
			t.Errorf("sent %s", r.body)
		}
		return failed(503, "backendError", "Backend Error")
	})
	var clock fakeClock
	if err := p.directory(t, clock.options).SetRole(t.Context(), "ccs@d118.org", "42", "OWNER"); err != nil {
		t.Error(err)
	}
	if n := p.count(""); n != 2 {
		t.Errorf("requests %v", p.lines())
	}
}

func TestAMemberWaitsForANewGroup(t *testing.T) {
	var clock fakeClock
	known := time.Time{}
	p := newPeer(t, func(_ int, r received) played {
		switch {
		case r.line() == "POST /groups":
			known = clock.now.Add(45 * time.Second)
			return ok(`{"email":"new@d118.org"}`)
		case clock.now.Before(known):
			return failed(404, "notFound", "Resource Not Found: groupKey")
		}
		return ok(`{"id":"42"}`)
	})
	d := p.directory(t, clock.options)
	if created, err := d.CreateGroup(t.Context(), "new@d118.org", "New", "Everybody who is new"); err != nil || !created {
		t.Fatal(created, err)
	}
	if got, want := p.requests[0].body, `{"description":"Everybody who is new","email":"new@d118.org","name":"New"}`; got != want {
		t.Errorf("sent %s, want %s", got, want)
	}
	if err := d.JoinGroup(t.Context(), "new@d118.org", "42", "MEMBER"); err != nil {
		t.Error(err)
	}
}

func TestCreateGroup(t *testing.T) {
	taken := failed(409, "duplicate", "Entity already exists.")
	for name, test := range map[string]struct {
		answer, found played
		created       bool
		kind          error
	}{
		"there already": {taken, ok(`{"email":"New@d118.org"}`), false, nil},
		"as an alias":   {taken, ok(`{"email":"other@d118.org"}`), false, plan.ErrDuplicate},
		"an account's":  {taken, failed(404, "notFound", "Resource Not Found: groupKey"), false, plan.ErrDuplicate},
		"after all":     {failed(503, "backendError", "Backend Error"), ok(`{"email":"new@d118.org"}`), true, nil},
		"refused":       {failed(400, "invalid", "Invalid Input: email"), played{}, false, plan.ErrRefused},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPeer(t, func(_ int, r received) played {
				if r.method == "GET" {
					return test.found
				}
				return test.answer
			})
			var clock fakeClock
			created, err := p.directory(t, clock.options).CreateGroup(t.Context(), "new@d118.org", "", "")
			if created != test.created {
				t.Errorf("created: %v", created)
			}
			if test.kind == nil && err != nil {
				t.Error(err)
			} else if test.kind != nil {
				checkKind(t, err, test.kind)
			}
		})
	}
}
