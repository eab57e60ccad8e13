package google

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

// routes answers by method and path; anything else is a 404 of the API.
func routes(answers map[string]played) func(int, received) played {
	return func(_ int, r received) played {
		key := r.line()
		if token := r.query.Get("pageToken"); token != "" {
			key += " " + token
		}
		if answer, ok := answers[key]; ok {
			return answer
		}
		return failed(404, "notFound", "Resource Not Found")
	}
}

func TestAnswerTellsWhoHoldsEachAddress(t *testing.T) {
	p := newPeer(t, routes(map[string]played{
		"GET /users/jane%40d118.org":    ok(janeBody),
		"GET /groups/all%40d118.org":    ok(`{"email":"Everyone@D118.org"}`),
		"GET /users/a%20b%40d118.org":   failed(400, "invalid", "Invalid Input: userKey"),
		"GET /groups/a%20b%40d118.org":  failed(400, "invalid", "Invalid Input: groupKey"),
		"GET /groups/free%40d118.org":   failed(404, "notFound", "Resource Not Found: groupKey"),
		"GET /users/free%40d118.org":    failed(404, "notFound", "Resource Not Found: userKey"),
		"GET /users/another%40d118.org": failed(404, "notFound", "Resource Not Found: userKey"),
	}))
	needed := plan.Questions{Addresses: []string{"a b@d118.org", "all@d118.org", "another@d118.org", "free@d118.org", "jane@d118.org"}}
	got, err := p.directory(t).Answer(t.Context(), needed)
	if err != nil {
		t.Fatal(err)
	}
	holder := jane()
	want := plan.Answers{Holders: map[string]plan.Holder{
		"a b@d118.org": {}, "all@d118.org": {Group: "everyone@d118.org"}, "another@d118.org": {},
		"free@d118.org": {}, "jane@d118.org": {Account: &holder},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if p.count("") != 9 {
		t.Errorf("requests %v, want two for each address and one for an account", p.lines())
	}
}

func TestOtherGroupsAreThoseThatALookUpOfTheMemberConfirms(t *testing.T) {
	p := newPeer(t, routes(map[string]played{
		"GET /groups": ok(`{"groups":[{"email":"Known@d118.org"},{"email":"whole-domain@d118.org"},{"email":"joined@d118.org"}]}`),
		"GET /groups/joined%40d118.org/members/42":       ok(`{"role":"MEMBER"}`),
		"GET /groups/whole-domain%40d118.org/members/42": failed(404, "notFound", "Resource Not Found: memberKey"),
	}))
	got, err := p.directory(t).OtherGroups(t.Context(), "42", []string{"known@D118.org"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"joined@d118.org"}, got); diff != "" {
		t.Error(diff)
	}
	if p.count("") != 3 {
		t.Errorf("requests %v, want none about the known group", p.lines())
	}
	broken := newPeer(t, routes(map[string]played{
		"GET /groups":                         ok(`{"groups":[{"email":"a@d118.org"}]}`),
		"GET /groups/a%40d118.org/members/42": failed(403, "forbidden", "Not Authorized"),
	}))
	if got, err := broken.directory(t).OtherGroups(t.Context(), "42", nil); err == nil {
		t.Errorf("what could not be looked up is taken for %v", got)
	}
}

func TestAnswerListsMembershipsWithRolesAndTheOwnersOfOwnedGroups(t *testing.T) {
	p := newPeer(t, routes(map[string]played{
		"GET /groups":    ok(`{"nextPageToken":"p1","groups":[{"email":"WHS-Staff@d118.org"},{"email":"gone@d118.org"}]}`),
		"GET /groups p1": ok(`{"groups":[{"email":"art@d118.org"},{"email":"whs-staff@d118.org"}]}`),
		"GET /groups/whs-staff%40d118.org/members/42":  ok(`{"role":"OWNER"}`),
		"GET /groups/art%40d118.org/members/42":        ok(`{"role":"MEMBER"}`),
		"GET /groups/whs-staff%40d118.org/members":     ok(`{"nextPageToken":"m1","members":[{"id":"42"},{"id":"7","email":"x@d118.org"}]}`),
		"GET /groups/whs-staff%40d118.org/members m1":  ok(`{"members":[{"email":"Outside@example.org"}]}`),
		"GET /groups/gone%40d118.org/members/42":       failed(404, "notFound", "Resource Not Found: memberKey"),
		"GET /groups/unrelated%40d118.org/members/977": ok(`{"role":"OWNER"}`),
	}))
	got, err := p.directory(t).Answer(t.Context(), plan.Questions{Memberships: []string{"42"}})
	if err != nil {
		t.Fatal(err)
	}
	want := plan.Answers{
		Memberships: map[string][]plan.Membership{"42": {{Group: "art@d118.org", Role: "MEMBER"}, {Group: "whs-staff@d118.org", Role: "OWNER"}}},
		Owners:      map[string][]string{"whs-staff@d118.org": {"42", "7", "outside@example.org"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, r := range p.requests {
		if r.path == "/groups" && (r.query.Get("userKey") != "42" || r.query.Get("customer") != "" || r.query.Get("maxResults") != "200" || r.query.Get("fields") != "nextPageToken,groups(email,directMembersCount)") {
			t.Errorf("groups listed with %v", r.query)
		}
		if r.path == "/groups/whs-staff%40d118.org/members" && (r.query.Get("roles") != "OWNER" || r.query.Get("maxResults") != "200" || r.query.Get("fields") != "nextPageToken,members(id,email)") {
			t.Errorf("owners listed with %v", r.query)
		}
	}
}

func TestTheOwnersOfAGroupAreReadOnceForAllItsOwners(t *testing.T) {
	p := newPeer(t, routes(map[string]played{
		"GET /groups":                           ok(`{"groups":[{"email":"art@d118.org"}]}`),
		"GET /groups/art%40d118.org/members/42": ok(`{"role":"OWNER"}`),
		"GET /groups/art%40d118.org/members/43": ok(`{"role":"OWNER"}`),
		"GET /groups/art%40d118.org/members":    ok(`{"members":[{"id":"43"},{"id":"42"}]}`),
	}))
	got, err := p.directory(t).Answer(t.Context(), plan.Questions{Memberships: []string{"42", "43"}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string][]string{"art@d118.org": {"42", "43"}}, got.Owners); diff != "" {
		t.Error(diff)
	}
	if p.count("") != 5 {
		t.Errorf("requests %v, want 5", p.lines())
	}
}

func TestAnAccountWithoutGroupsHasAnEmptyEntry(t *testing.T) {
	p := newPeer(t, routes(map[string]played{"GET /groups": ok(`{}`)}))
	got, err := p.directory(t).Answer(t.Context(), plan.Questions{Memberships: []string{"42"}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(plan.Answers{Memberships: map[string][]plan.Membership{"42": {}}}, got); diff != "" {
		t.Error(diff)
	}
}

func TestNothingNeededAsksNothing(t *testing.T) {
	p := newPeer(t, routes(nil))
	got, err := p.directory(t).Answer(t.Context(), plan.Questions{})
	if err != nil || p.count("") != 0 {
		t.Errorf("%v after %v", err, p.lines())
	}
	if diff := cmp.Diff(plan.Answers{}, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnAnswerThatCannotBeHadIsAnErrorThatNamesIt(t *testing.T) {
	down := failed(503, "backendError", "Backend Error")
	members := map[string]played{"GET /groups": ok(`{"groups":[{"email":"art@d118.org"}]}`)}
	with := func(key string, answer played) map[string]played {
		all := map[string]played{key: answer}
		for k, v := range members {
			if _, taken := all[k]; !taken {
				all[k] = v
			}
		}
		return all
	}
	address, membership := plan.Questions{Addresses: []string{"a@d118.org"}}, plan.Questions{Memberships: []string{"42"}}
	const unavailable = "the directory answered 503 backendError: Backend Error (after 6 attempts)"
	owned := with("GET /groups/art%40d118.org/members/42", ok(`{"role":"OWNER"}`))
	owned["GET /groups/art%40d118.org/members"] = down
	tests := []struct {
		name    string
		answers map[string]played
		needed  plan.Questions
		message string
	}{
		{"account", map[string]played{"GET /users/a%40d118.org": down}, address, "read the account at a@d118.org: " + unavailable},
		{"scope", map[string]played{"GET /users/a%40d118.org": failed(403, "insufficientPermissions", "Insufficient Permission")}, address, "read the account at a@d118.org: forbidden: the directory answered 403 insufficientPermissions: Insufficient Permission"},
		{"bad mask", map[string]played{"GET /users/a%40d118.org": failed(400, "invalid", "Invalid Input: customFieldMask")}, address, "read the account at a@d118.org: refused: the directory answered 400 invalid: Invalid Input: customFieldMask"},
		{"another server", map[string]played{"GET /users/a%40d118.org": {status: 404, body: "404 page not found"}}, address, "read the account at a@d118.org: the directory answered 404: 404 page not found (this is not an answer of the Directory API; is the endpoint right?)"},
		{"group", map[string]played{"GET /groups/a%40d118.org": down}, address, "read the group at a@d118.org: " + unavailable},
		{"group without address", map[string]played{"GET /groups/a%40d118.org": ok(`{}`)}, address, "read the group at a@d118.org: the directory answered without its address"},
		{"groups", with("GET /groups", down), membership, "read the groups of account 42: " + unavailable},
		{"second page of groups", map[string]played{"GET /groups": ok(`{"nextPageToken":"p1"}`), "GET /groups p1": down}, membership, "read the groups of account 42: " + unavailable},
		{"endless groups", map[string]played{"GET /groups": ok(`{"nextPageToken":"p1"}`), "GET /groups p1": ok(`{"nextPageToken":"p1"}`)}, membership, "read the groups of account 42: the directory names a next page that it named before, so the list has no end"},
		{"role", with("GET /groups/art%40d118.org/members/42", down), membership, "read the role of account 42 in art@d118.org: " + unavailable},
		{"no role", with("GET /groups/art%40d118.org/members/42", ok(`{}`)), membership, "read the role of account 42 in art@d118.org: the directory answered without a role"},
		{"owners", owned, membership, "read the owners of art@d118.org: " + unavailable},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := newPeer(t, routes(test.answers))
			answers, err := p.directory(t).Answer(t.Context(), test.needed)
			if err == nil || err.Error() != test.message {
				t.Errorf("got  %v\nwant %s", err, test.message)
			}
			if diff := cmp.Diff(plan.Answers{}, answers); diff != "" {
				t.Errorf("answers came with the error:\n%s", diff)
			}
		})
	}
}

func TestManyLookUpsAreAllAnswered(t *testing.T) {
	p := newPeer(t, routes(nil))
	var needed plan.Questions
	for _, letter := range "abcdefghijklmnopqrstuvwxyz" {
		needed.Addresses = append(needed.Addresses, strings.Repeat(string(letter), 3)+"@d118.org")
	}
	answers, err := p.directory(t).Answer(t.Context(), needed)
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range needed.Addresses {
		if holder, answered := answers.Holders[address]; !answered || !holder.Nobody() {
			t.Errorf("%s: %+v, %v", address, holder, answered)
		}
	}
	if lines := p.lines(); len(lines) != 52 || len(slices.Compact(slices.Sorted(slices.Values(lines)))) != 52 {
		t.Errorf("%d requests, want 52 different ones", len(lines))
	}
}

func TestOneFailedLookUpFailsThemAll(t *testing.T) {
	p := newPeer(t, func(number int, _ received) played {
		if number == 20 {
			return failed(401, "authError", "Invalid Credentials")
		}
		return failed(404, "notFound", "Resource Not Found")
	})
	var needed plan.Questions
	for range 100 {
		needed.Addresses = append(needed.Addresses, strings.Repeat("x", len(needed.Addresses)+1)+"@d118.org")
	}
	_, err := p.directory(t).Answer(t.Context(), needed)
	var f *failure
	if !errors.As(err, &f) || f.status != 401 {
		t.Errorf("got %v, want the 401", err)
	}
}

func TestNoFirstPageIsAskedForByAnEmptyToken(t *testing.T) {
	p := newPeer(t, func(_ int, r received) played {
		switch {
		case strings.HasSuffix(r.path, "/members/42"):
			return ok(`{"role":"OWNER"}`)
		case strings.HasSuffix(r.path, "/members"):
			return ok(`{"members":[{"id":"42"}]}`)
		}
		return ok(`{"groups":[{"email":"art@d118.org"}]}`)
	})
	d := p.directory(t)
	if _, err := d.groupsOf(t.Context(), "42"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.ownersOf(t.Context(), "art@d118.org"); err != nil {
		t.Fatal(err)
	}
	for _, request := range p.requests {
		if request.query.Has("pageToken") {
			t.Errorf("%s has a page token: %v", request.line(), request.query)
		}
	}
}

func TestAListedMemberIsBelievedAndOneThatTheListLacksIsAskedFor(t *testing.T) {
	p := newPeer(t, routes(map[string]played{
		"GET /groups":                                 ok(`{"groups":[{"email":"all@d118.org","directMembersCount":"1"},{"email":"team@d118.org","directMembersCount":"2"}]}`),
		"GET /groups/all%40d118.org/members":          ok(`{"members":[{"id":"C0","type":"CUSTOMER","role":"MEMBER"},{"id":"43","role":"MANAGER"}]}`),
		"GET /groups/team%40d118.org/members":         ok(`{"nextPageToken":"m1","members":[{"id":"7","role":"OWNER"}]}`),
		"GET /groups/team%40d118.org/members m1":      ok(`{"members":[{"id":"43","role":"OWNER"},{"email":"Outside@example.org","role":"OWNER"}]}`),
		"GET /groups/team%40d118.org/members/42":      ok(`{"role":"MEMBER"}`),
		"GET /groups/team%40d118.org/members/44":      failed(404, "notFound", "Resource Not Found: memberKey"),
		"GET /groups/unrelated%40d118.org/members/42": ok(`{"role":"OWNER"}`),
	}))
	got, err := p.directory(t).Answer(t.Context(), plan.Questions{Memberships: []string{"42", "43", "44"}})
	if err != nil {
		t.Fatal(err)
	}
	want := plan.Answers{
		Memberships: map[string][]plan.Membership{
			"42": {{Group: "team@d118.org", Role: "MEMBER"}},
			"43": {{Group: "all@d118.org", Role: "MANAGER"}, {Group: "team@d118.org", Role: "OWNER"}},
			"44": {},
		},
		Owners: map[string][]string{"team@d118.org": {"43", "7", "outside@example.org"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if all, single := p.count("GET /groups/all%40d118.org"), p.count("GET /groups/team%40d118.org/members/"); all != 1 || single != 2 {
		t.Errorf("requests %v", p.lines())
	}
	broken := newPeer(t, routes(map[string]played{
		"GET /groups":                         ok(`{"groups":[{"email":"team@d118.org","directMembersCount":"1"}]}`),
		"GET /groups/team%40d118.org/members": {status: 400, body: "nonsense"},
	}))
	if got, err := broken.directory(t).Answer(t.Context(), plan.Questions{Memberships: []string{"42", "43"}}); err == nil {
		t.Errorf("members that could not be listed are taken for %v", got)
	}
}
