package google_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/emulator"
)

type object = map[string]any

// withGroups is a district of accounts with the ids 1, 2 … that are in the groups
// of these roles, by group and account, and otherwise alone in the domain.
func withGroups(t tester, accounts int, groups map[string]map[int]string) string {
	t.Helper()
	users, listed, members := []object{}, []object{}, object{}
	for i := range accounts {
		users = append(users, object{"id": fmt.Sprint(i + 1), "primaryEmail": fmt.Sprintf("p%d@d118.org", i+1), "name": object{"givenName": "P", "familyName": "Q"}})
	}
	for group, roles := range groups {
		listed = append(listed, object{"email": group})
		all := []object{{"email": "outsider@example.org", "role": "OWNER"}}
		for id, role := range roles {
			all = append(all, object{"email": fmt.Sprintf("p%d@d118.org", id), "role": role})
		}
		members[group] = all
	}
	data, err := json.Marshal(object{"customerId": "C0123abcd", "domains": []string{"d118.org"}, "users": users, "groups": listed, "members": members})
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// uncounted is the same directory to a client that is not told how many members
// a group has.
func (e emulated) uncounted(t tester) emulated {
	return connect(t, e.served, func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		e.served.ServeHTTP(answer, r)
		w.WriteHeader(answer.Code)
		_, _ = io.WriteString(w, strings.ReplaceAll(answer.Body.String(), `"directMembersCount"`, `"hidden"`))
	})
}

func TestMembersThatAreListedOnceSayTheSameAsAskingForEachRole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		accounts := rapid.IntRange(1, 8).Draw(t, "accounts")
		groups := make(map[string]map[int]string)
		refused := make(map[string]bool)
		for i := range rapid.IntRange(1, 4).Draw(t, "groups") {
			group := fmt.Sprintf("group%d@d118.org", i)
			if rapid.IntRange(1, 5).Draw(t, "another customer's") == 1 {
				group = fmt.Sprintf("group%d@elsewhere.org", i)
			}
			groups[group] = make(map[int]string)
			for id := range accounts {
				if role := rapid.SampledFrom([]string{"", "MEMBER", "MANAGER", "OWNER"}).Draw(t, "role"); role != "" {
					groups[group][id+1] = role
				}
			}
			refused[group] = rapid.IntRange(1, 5).Draw(t, "not listed") == 1
		}
		var questions plan.Questions
		for id := range accounts {
			if rapid.IntRange(1, 4).Draw(t, "leaves") > 1 {
				questions.Memberships = append(questions.Memberships, fmt.Sprint(id+1))
			}
		}
		if rapid.Bool().Draw(t, "cannot leave") {
			questions.CannotLeave = []string{"group0@d118.org"}
		}
		counted := serve(t, withGroups(t, accounts, groups), func(r *http.Request) *emulator.Fault {
			group, isList := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, "/admin/directory/v1/groups/"), "/members")
			if isList && refused[group] && r.URL.Query().Get("roles") == "" {
				return &emulator.Fault{Status: http.StatusForbidden, Reason: "forbidden", Message: "Not Authorized"}
			}
			return nil
		})
		uncounted := counted.uncounted(t)
		want, err := uncounted.Answer(t.Context(), questions)
		if err != nil {
			t.Fatal(err)
		}
		got, err := counted.Answer(t.Context(), questions)
		if err != nil {
			t.Fatal(err)
		}
		if difference := cmp.Diff(want, got); difference != "" {
			t.Fatalf("asked for each role, and listed (-want +got):\n%s", difference)
		}
		lost := int64(0)
		for group, roles := range groups {
			if len(roles) > 1 && (refused[group] || strings.HasSuffix(group, "@elsewhere.org")) {
				lost++ // the attempt to list its members
			}
		}
		if counted.Requests() > uncounted.Requests()+lost {
			t.Fatalf("%d requests, without lists %d", counted.Requests(), uncounted.Requests())
		}
	})
}

func TestTheMembersOfAGroupAreListedWhereThatIsFewerRequests(t *testing.T) {
	roles := func(ids ...int) map[int]string {
		all := make(map[int]string)
		for _, id := range ids {
			all[id] = "MEMBER"
		}
		return all
	}
	upTo := func(n int) (ids []int) {
		for id := range n {
			ids = append(ids, id+1)
		}
		return ids
	}
	owned := roles(upTo(30)...)
	owned[1] = "OWNER"
	for _, c := range []struct {
		name    string
		group   map[int]string
		leavers int
		want    map[string]int
	}{
		{"one leaver", roles(1, 2), 1, map[string]int{"groups.list": 1, "members.get": 1}},
		{"two leavers", roles(1, 2), 2, map[string]int{"groups.list": 2, "members.list": 1}},
		{"two leavers in a group of two pages", roles(upTo(250)...), 2, map[string]int{"groups.list": 2, "members.get": 2}},
		{"three leavers in a group of two pages", roles(upTo(250)...), 3, map[string]int{"groups.list": 3, "members.list": 2}},
		{"an owner among the leavers", owned, 20, map[string]int{"groups.list": 20, "members.list": 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := serve(t, withGroups(t, 250, map[string]map[int]string{"team@d118.org": c.group}), nil)
			var questions plan.Questions
			for _, id := range upTo(c.leavers) {
				questions.Memberships = append(questions.Memberships, fmt.Sprint(id))
			}
			answers, err := e.Answer(t.Context(), questions)
			if err != nil {
				t.Fatal(err)
			}
			for id, memberships := range answers.Memberships {
				if len(memberships) != 1 || memberships[0].Problem != "" {
					t.Errorf("account %s: %+v", id, memberships)
				}
			}
			if difference := cmp.Diff(c.want, e.served.Requests().ByMethod); difference != "" {
				t.Errorf("requests (-want +got):\n%s", difference)
			}
		})
	}
}
