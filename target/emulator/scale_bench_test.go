package emulator_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/staffsync/staffsync/target/emulator"
)

// scaleUsers is a domain of 100,000 staff and their students.
const scaleUsers = 400_000

// savedDomain is the path of a state file of so many accounts.
func savedDomain(b *testing.B, users int) string {
	b.Helper()
	state := filepath.Join(b.TempDir(), "state.json")
	e, err := emulator.Open(b.Context(), emulator.Options{Data: domain(users), State: state})
	if err != nil {
		b.Fatal(err)
	}
	if err := e.BeginWriting(); err != nil {
		b.Fatal(err)
	}
	if err := e.Close(); err != nil {
		b.Fatal(err)
	}
	return state
}

// BenchmarkScaleOpen opens a saved state of 120 MB, and a seed of 400,000 accounts
// in which all that Google returns besides is still to be filled in.
func BenchmarkScaleOpen(b *testing.B) {
	seed := filepath.Join(b.TempDir(), "seed.json")
	if err := os.WriteFile(seed, domain(scaleUsers), 0o600); err != nil {
		b.Fatal(err)
	}
	for name, path := range map[string]string{"state": savedDomain(b, scaleUsers*48/100), "seed": seed} {
		b.Run(name, func(b *testing.B) {
			info, err := os.Stat(path)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.SetBytes(info.Size())
			for b.Loop() {
				e, err := emulator.Open(b.Context(), emulator.Options{State: path})
				if err != nil {
					b.Fatal(err)
				}
				e.Close()
			}
		})
	}
}

// BenchmarkScaleExitUnchanged takes the state over for writing and lets go of
// it without a write.
func BenchmarkScaleExitUnchanged(b *testing.B) {
	state := savedDomain(b, scaleUsers/4)
	for b.Loop() {
		b.StopTimer()
		e, err := emulator.Open(b.Context(), emulator.Options{State: state})
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if err := e.BeginWriting(); err != nil {
			b.Fatal(err)
		}
		if err := e.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkScaleSearch makes searches among 400,000 accounts, each after a
// write as when a plan is applied.
func BenchmarkScaleSearch(b *testing.B) {
	e, err := emulator.Open(b.Context(), emulator.Options{Data: domain(scaleUsers)})
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	send := func(method, path, body string) {
		r := httptest.NewRequest(method, "/admin/directory/v1/"+path, strings.NewReader(body))
		if body != "" {
			r.Header.Set("Content-Type", "application/json")
		}
		w := httptest.NewRecorder()
		if e.ServeHTTP(w, r); w.Code != http.StatusOK {
			b.Fatal(w.Body.String())
		}
	}
	for _, search := range []struct{ name, query string }{
		{"number", "Sync.DCID=77777"},
		{"text", "externalId=T77777"},
		{"prefix", "email:user00012*"},
		{"flag", "isSuspended=true"},
		{"page", "orgUnitPath=/Staff"},
		{"nobody", "givenName=Nobody"},
	} {
		b.Run(search.name, func(b *testing.B) {
			path := "users?customer=my_customer&maxResults=100&query=" + strings.ReplaceAll(search.query, "=", "%3D")
			send(http.MethodGet, path, "") // makes the index
			for i := 0; b.Loop(); i++ {
				send(http.MethodPatch, fmt.Sprintf("users/user%06d@example.org", i%scaleUsers), fmt.Sprintf(`{"name": {"givenName": "Round%d"}}`, i))
				send(http.MethodGet, path, "")
			}
		})
	}
}

// BenchmarkScaleGroups reads whose groups and members there are among 20,000
// groups, one of which has 100,000 members.
func BenchmarkScaleGroups(b *testing.B) {
	const groups, large = 20_000, 100_000
	known, members := make([]string, groups), make([]string, groups)
	for i := range known {
		known[i] = fmt.Sprintf(`{"email": "group%d@example.org"}`, i)
		members[i] = fmt.Sprintf(`"group%d@example.org": [{"email": "user%06d@example.org"}]`, i, i)
	}
	everybody := make([]string, large)
	for i := range everybody {
		everybody[i] = fmt.Sprintf(`{"email": "user%06d@example.org"}`, i)
	}
	members[0] = `"group0@example.org": [` + strings.Join(everybody, ",") + "]"
	data := domain(large)
	data = fmt.Appendf(data[:len(data)-1], `, "groups": [%s], "members": {%s}}`, strings.Join(known, ","), strings.Join(members, ","))
	e, err := emulator.Open(b.Context(), emulator.Options{Data: data})
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	for name, path := range map[string]string{
		"of-a-user": "groups?userKey=user000007@example.org", "of-an-outsider": "groups?userKey=nobody@elsewhere.example",
		"group": "groups/group0@example.org", "members": "groups/group0@example.org/members",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				w := httptest.NewRecorder()
				if e.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/admin/directory/v1/"+path, nil)); w.Code != http.StatusOK {
					b.Fatal(w.Body.String())
				}
			}
		})
	}
}
