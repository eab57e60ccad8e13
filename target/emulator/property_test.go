package emulator

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// do sends one request to the handler itself.
func do(e *Emulator, method, path, body string) int {
	r := httptest.NewRequest(method, apiPrefix+path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w.Code
}

func saved(t rapid.TB, d *directory) string {
	var b bytes.Buffer
	if err := encodeState(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestAnyWritesKeepAddressesUniqueAndSurviveACrash makes random writes over a
// few addresses that everybody wants. After each the indexes must agree with
// the resources; at the end a crash, a clean exit, and a crash between saving
// the state and removing its log must all leave what the memory has.
func TestAnyWritesKeepAddressesUniqueAndSurviveACrash(t *testing.T) {
	seed := []byte(`{"orgUnits": [{"orgUnitPath": "/Out"}],
		"schemas": [{"schemaName": "S", "fields": [{"fieldName": "n", "fieldType": "INT64", "numericIndexingSpec": {}}]}],
		"users": [{"primaryEmail": "a0@x.org"}, {"primaryEmail": "a1@x.org", "aliases": ["a2@x.org"]}],
		"groups": [{"email": "g@x.org", "aliases": ["a3@x.org"]}, {"email": "b@x.org"}],
		"members": {"b@x.org": [{"email": "g@x.org"}], "g@x.org": [{"email": "a2@x.org"}, {"email": "o1@out.org", "id": "outsider"}]}}`)
	folder := t.TempDir()
	run := 0
	rapid.Check(t, func(t *rapid.T) {
		run++
		state := filepath.Join(folder, fmt.Sprint(run), "state.json")
		e, err := Open(t.Context(), Options{Data: seed, State: state})
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		address := func(label string) string {
			return fmt.Sprintf("a%d@x.org", rapid.IntRange(0, 6).Draw(t, label))
		}
		for range rapid.IntRange(1, 25).Draw(t, "writes") {
			who, what := address("who"), address("what")
			group := rapid.SampledFrom([]string{"g@x.org", "b@x.org", "c@x.org"}).Draw(t, "group")
			member := rapid.SampledFrom([]string{who, who, "g@x.org", "c@x.org", "o1@out.org", "o2@out.org"}).Draw(t, "member")
			switch rapid.IntRange(0, 14).Draw(t, "kind") {
			case 0:
				do(e, "POST", "users", `{"primaryEmail": "`+who+`", "password": "12345678", "name": {"givenName": "G", "familyName": "F"}}`)
			case 1, 2:
				do(e, "PUT", "users/"+who, `{"primaryEmail": "`+what+`"}`)
			case 3:
				do(e, "POST", "users/"+who+"/aliases", `{"alias": "`+what+`"}`)
			case 4:
				do(e, "DELETE", "users/"+who+"/aliases/"+what, "")
			case 5, 11:
				do(e, "POST", "groups/"+group+"/members", `{"email": "`+member+`"}`)
			case 6, 12:
				do(e, "DELETE", "groups/"+group+"/members/"+member, "")
			case 13:
				do(e, "PATCH", "groups/"+group+"/members/"+member, `{"role": "OWNER"}`)
			case 14:
				do(e, "POST", "groups", `{"email": "c@x.org"}`)
			case 7, 10:
				do(e, "PATCH", "users/"+who, `{"suspended": true, "orgUnitPath": "/out", "customSchemas": {"S": {"n": `+fmt.Sprint(rapid.IntRange(4, 6).Draw(t, "n"))+`}}}`)
			case 8:
				do(e, "PATCH", "users/"+who, `{"suspended": false, "customSchemas": {"S": {"n": null}}}`)
			case 9:
				field := rapid.SampledFrom([]string{
					`{"fieldName": "n", "fieldType": "INT64", "numericIndexingSpec": {}}`,
					`{"fieldName": "n", "fieldType": "INT64"}`,
					`{"fieldName": "m", "fieldType": "INT64"}`, // n and its values go
				}).Draw(t, "field")
				do(e, "PUT", "customer/my_customer/schemas/S", `{"fields": [`+field+`]}`)
			}
			checkIndexes(t, e.dir)
		}

		want := saved(t, e.dir)
		crashed := filepath.Join(filepath.Dir(state), "crashed.json")
		halfClosed := filepath.Join(filepath.Dir(state), "half-closed.json")
		copyFile(t, state, crashed)
		copyFile(t, state+".log", crashed+".log")
		copyFile(t, state+".log", halfClosed+".log")
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
		copyFile(t, state, halfClosed)
		for _, path := range []string{crashed, state, halfClosed} {
			if _, err := os.Stat(path); err != nil { // nothing was written
				continue
			}
			again, err := Open(t.Context(), Options{Data: seed, State: path})
			if err != nil {
				t.Fatal(err)
			}
			if got := saved(t, again.dir); got != want {
				t.Fatalf("%s:\n%s\nwant\n%s", path, got, want)
			}
		}
	})
}

// copyFile copies a file, if there is one.
func copyFile(t *rapid.T, from, to string) {
	data, err := os.ReadFile(from)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err == nil {
		err = os.WriteFile(to, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func checkIndexes(t rapid.TB, d *directory) {
	t.Helper()
	held := map[string]string{}
	hold := func(address, id string) {
		if other, twice := held[address]; twice {
			t.Fatalf("%s is held by %s and %s", address, other, id)
		}
		held[address] = id
		if holder := d.holders[address]; holder != id {
			t.Fatalf("the index gives %s to %q, it is %s's", address, holder, id)
		}
	}
	for _, u := range d.users {
		for _, a := range append(texts(u.doc, "aliases"), text(u.doc, "primaryEmail")) {
			hold(addressKey(a), u.id)
		}
	}
	for _, g := range d.groups {
		for _, a := range append(texts(g.doc, "aliases"), text(g.doc, "email")) {
			hold(addressKey(a), g.id)
		}
	}
	if len(held) != len(d.holders) {
		t.Fatalf("%d addresses are held, the index has %d", len(held), len(d.holders))
	}
	sorted := slices.IsSortedFunc(d.byEmail, func(a, b *user) int { return strings.Compare(a.email, b.email) })
	if !sorted || len(d.byEmail) != len(d.users) {
		t.Fatal("the list by address is out of order")
	}
	checkMemberships(t, d)
	for _, query := range []string{"S.n=5", "S.n>4", "S.n>=5", "S.n<6", "S.n<=6", "S.n:[4,6]", "S.n>=0", "S.n:[6,4]", "S.n>=0 S.n=5",
		"isSuspended=true", "isSuspended=false", "orgUnitPath=/out", "orgUnitPath=/", "email=a1@x.org", "email:a1*", "email:'a2 x'", "a3", "givenName=g", "familyName:f*", "name='G F'", "isSuspended=true S.n=5"} {
		clauses, err := parseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		// A field that the schema has no more, or no longer for ranges.
		if f, err := d.compile(clauses); err == nil {
			checkNarrow(t, d, f, query)
		}
	}
}

// checkMemberships compares the groups of each member with the members of each
// group.
func checkMemberships(t rapid.TB, d *directory) {
	t.Helper()
	want := newMemberships()
	for _, g := range d.groupsByMail {
		nested := 0
		for id, m := range g.members {
			want.groups[id] = append(want.groups[id], g)
			if d.groups[id] != nil {
				nested++
			}
			if address := text(m, "email"); address != "" {
				want.outsiders[address] = id
			}
		}
		if nested != g.nested || !slices.Equal(g.memberIDs, slices.Sorted(maps.Keys(g.members))) {
			t.Fatalf("%s has %d groups among %v", g.email, g.nested, g.memberIDs)
		}
	}
	if !maps.EqualFunc(want.groups, d.memberships.groups, slices.Equal) || !maps.Equal(want.outsiders, d.memberships.outsiders) {
		t.Fatalf("the memberships are %v, want %v", d.memberships, want)
	}
}

// checkNarrow compares what the index gives with what each account says. It
// may have too many only where a query has several clauses, or asks for words.
func checkNarrow(t rapid.TB, d *directory, f *filter, query string) {
	t.Helper()
	if f.narrow == nil {
		return
	}
	for range 2 { // the second answer is the kept one
		narrow := f.narrow()
		if !slices.IsSortedFunc(narrow, func(a, b *user) int { return strings.Compare(a.email, b.email) }) {
			t.Fatalf("%s: the index isn't in the order of addresses", query)
		}
		want := slices.DeleteFunc(slices.Clone(d.byEmail), func(u *user) bool { return !f.match(u) })
		if clauses, _ := parseQuery(query); len(clauses) > 1 || clauses[0].op == ":" && !clauses[0].prefix {
			narrow = slices.DeleteFunc(slices.Clone(narrow), func(u *user) bool { return !f.match(u) })
		}
		if !slices.Equal(narrow, want) {
			t.Fatalf("%s: the index gives %d accounts, %d match, or others do", query, len(narrow), len(want))
		}
	}
}

func TestAWriteThatCantBeLoggedDidNotHappen(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state.json")
	e, err := Open(t.Context(), Options{Data: []byte(`{"users": [{"primaryEmail": "a@x.org"}]}`), State: state})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.BeginWriting(); err != nil {
		t.Fatal(err)
	}
	if status := do(e, http.MethodPut, "users/a@x.org", `{"recoveryEmail": "kept@x.org"}`); status != 200 {
		t.Fatal(status)
	}
	want := saved(t, e.dir)
	e.store.log.file.Close() // the disk goes away
	for range 2 {
		if status := do(e, http.MethodPut, "users/a@x.org", `{"recoveryEmail": "lost@x.org"}`); status != http.StatusInsufficientStorage {
			t.Errorf("got %d", status)
		}
	}
	if got := saved(t, e.dir); got != want {
		t.Errorf("the memory has what the disk hasn't:\n%s", got)
	}
	if err := e.Close(); err == nil {
		t.Error("closing a lost log succeeded")
	}
}
