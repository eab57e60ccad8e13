package emulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// TestSearchesBesideWritesAnswerFromOneMoment has lists, searches and look-ups run
// beside writes of the same accounts, groups and memberships. Each write of an
// account changes its number, name and state together, so that an answer from the
// middle of a write would show. It is for the race detector above all.
func TestSearchesBesideWritesAnswerFromOneMoment(t *testing.T) {
	const accounts, groups, rounds = 60, 4, 40
	state := filepath.Join(t.TempDir(), "state.json")
	e, err := Open(t.Context(), Options{Data: roundZero(accounts, groups), State: state})
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	beside := func(call func(round, i int)) {
		wait.Go(func() {
			for round := 1; round <= rounds && !t.Failed(); round++ {
				call(round, round*17%accounts)
			}
		})
	}
	write := func(want int, method, path, body string) {
		if status := do(e, method, path, body); status != want {
			t.Errorf("%s %s %s: %d, want %d", method, path, body, status, want)
		}
	}
	beside(func(round, i int) {
		write(200, http.MethodPatch, fmt.Sprintf("users/u%d@x.org", i), written(round))
	})
	beside(func(round, i int) {
		write(200, http.MethodPut, fmt.Sprintf("users/u%d@x.org", (i+accounts/2)%accounts), written(round))
	})
	beside(func(round, _ int) {
		write(200, http.MethodPost, "users", strings.Replace(written(round), "{", fmt.Sprintf(`{"primaryEmail": "new%d@x.org", "password": "correct-horse", `, round), 1))
	})
	beside(func(round, i int) { // each group has the member in every second round
		path := fmt.Sprintf("groups/g%d@x.org/members", round/2%groups)
		if round%2 == 0 {
			write(200, http.MethodPost, path, `{"email": "u0@x.org", "role": "OWNER"}`)
		} else if round > 1 {
			write(204, http.MethodDelete, fmt.Sprintf("groups/g%d@x.org/members/u0@x.org", (round-1)/2%groups), "")
		}
	})
	beside(func(round, _ int) {
		write(200, http.MethodPost, "groups", fmt.Sprintf(`{"email": "group%d@x.org"}`, round))
	})
	for _, query := range []string{"", "S.n>=10", "S.n:[5,20]", "S.n=7", "isSuspended=true", "givenName=Round3", "givenName:Round1*", "email:u1*", "orgUnitPath=/Out"} {
		beside(func(int, int) { checkOneMoment(t, e, query) })
	}
	beside(func(round, i int) {
		var u listedUser
		if status := get(t, e, fmt.Sprintf("users/u%d@x.org?projection=full", i), &u); status != 200 {
			t.Errorf("u%d: %d", i, status)
		}
		u.check(t)
	})
	beside(func(round, _ int) {
		var list struct{ Groups []struct{ Email string } }
		if status := get(t, e, "groups?userKey=u0@x.org", &list); status != 200 || len(list.Groups) > 1 {
			t.Errorf("%d: the account is in %v, and never in two groups at a time", status, list.Groups)
		}
	})
	beside(func(round, i int) {
		var list struct {
			Members []struct{ Email, Role, Status string }
		}
		status := get(t, e, fmt.Sprintf("groups/g%d@x.org/members", round%groups), &list)
		if status != 200 || len(list.Members) < 1 || len(list.Members) > 2 {
			t.Errorf("%d: members %v", status, list.Members)
		}
	})
	wait.Wait()

	checkIndexes(t, e.dir)
	want := saved(t, e.dir)
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Open(t.Context(), Options{State: state})
	if err != nil {
		t.Fatal(err)
	}
	if got := saved(t, again.dir); got != want {
		t.Errorf("the state has another directory than the memory:\n%s\nwant\n%s", got, want)
	}
}

// written is what a round makes of an account.
func written(round int) string {
	return fmt.Sprintf(`{"name": {"givenName": "Round%[1]d", "familyName": "F"}, "suspended": %[2]t, "orgUnitPath": %[3]q, "customSchemas": {"S": {"n": %[1]d}}}`,
		round, round%2 == 1, map[bool]string{true: "/Out", false: "/"}[round%2 == 1])
}

// roundZero is a directory to start with; each group has a member who stays.
func roundZero(accounts, groups int) []byte {
	users, known, members := make([]string, accounts), make([]string, groups), make([]string, groups)
	for i := range users {
		users[i] = strings.Replace(written(0), "{", fmt.Sprintf(`{"primaryEmail": "u%d@x.org", `, i), 1)
	}
	for i := range known {
		known[i] = fmt.Sprintf(`{"email": "g%d@x.org"}`, i)
		members[i] = fmt.Sprintf(`"g%d@x.org": [{"email": "u%d@x.org"}]`, i, i+1)
	}
	return fmt.Appendf(nil, `{"orgUnits": [{"orgUnitPath": "/Out"}],
		"schemas": [{"schemaName": "S", "fields": [{"fieldName": "n", "fieldType": "INT64", "numericIndexingSpec": {}}]}],
		"users": [%s], "groups": [%s], "members": {%s}}`, strings.Join(users, ","), strings.Join(known, ","), strings.Join(members, ","))
}

type listedUser struct {
	PrimaryEmail, OrgUnitPath string
	Suspended                 bool
	Name                      struct{ GivenName string }
	CustomSchemas             struct{ S struct{ N json.Number } }
}

// check checks that what the account has is of one round.
func (u listedUser) check(t *testing.T) {
	t.Helper()
	round, err := u.CustomSchemas.S.N.Int64()
	if err != nil || u.Name.GivenName != fmt.Sprint("Round", round) || u.Suspended != (round%2 == 1) || u.Suspended != (u.OrgUnitPath == "/Out") {
		t.Errorf("the account is of two rounds: %+v", u)
	}
}

// checkOneMoment reads a list page by page: each account is of one round, comes
// once and in order, and is one that the query asks for.
func checkOneMoment(t *testing.T, e *Emulator, query string) {
	t.Helper()
	last, token := "", ""
	for {
		params := url.Values{"customer": {"my_customer"}, "projection": {"full"}, "maxResults": {"25"}}
		for name, value := range map[string]string{"query": query, "pageToken": token} {
			if value != "" {
				params.Set(name, value)
			}
		}
		var page struct {
			Users         []listedUser
			NextPageToken string
		}
		if status := get(t, e, "users?"+params.Encode(), &page); status != 200 {
			t.Errorf("%s: %d", query, status)
			return
		}
		for _, u := range page.Users {
			u.check(t)
			n, _ := u.CustomSchemas.S.N.Int64()
			asked := map[string]bool{
				"": true, "S.n>=10": n >= 10, "S.n:[5,20]": n >= 5 && n < 20, "S.n=7": n == 7, "isSuspended=true": u.Suspended,
				"givenName=Round3": n == 3, "givenName:Round1*": strings.HasPrefix(fmt.Sprint(n), "1"),
				"email:u1*": strings.HasPrefix(u.PrimaryEmail, "u1"), "orgUnitPath=/Out": u.OrgUnitPath == "/Out",
			}
			if !asked[query] {
				t.Errorf("%s lists %+v", query, u)
			}
			if u.PrimaryEmail <= last {
				t.Errorf("%s lists %s after %s", query, u.PrimaryEmail, last)
			}
			last = u.PrimaryEmail
		}
		if token = page.NextPageToken; token == "" {
			return
		}
	}
}

// get decodes the answer to a request.
func get(t *testing.T, e *Emulator, path string, into any) int {
	t.Helper()
	w := httptest.NewRecorder()
	e.ServeHTTP(w, httptest.NewRequest(http.MethodGet, apiPrefix+path, nil))
	if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
		t.Errorf("%s: %v", path, err)
	}
	return w.Code
}
