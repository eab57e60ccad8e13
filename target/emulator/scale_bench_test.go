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

// BenchmarkScaleOpen opens a state file of 120 MB.
func BenchmarkScaleOpen(b *testing.B) {
	state := savedDomain(b, scaleUsers*48/100)
	info, err := os.Stat(state)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetBytes(info.Size())
	for b.Loop() {
		e, err := emulator.Open(b.Context(), emulator.Options{State: state})
		if err != nil {
			b.Fatal(err)
		}
		e.Close()
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
