package emulator_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	admin "google.golang.org/api/admin/directory/v1"

	"github.com/staffsync/staffsync/target/emulator"
)

// domain is a seed of the size of a large district: users, one in seven of
// them staff with a DCID.
func domain(users int) []byte {
	var b strings.Builder
	b.WriteString(`{"orgUnits": [{"orgUnitPath": "/Staff"}, {"orgUnitPath": "/Students"}],
		"schemas": [{"schemaName": "Sync", "fields": [{"fieldName": "DCID", "fieldType": "INT64"}, {"fieldName": "Access", "fieldType": "STRING"}]}],
		"users": [`)
	for i := range users {
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, `{"primaryEmail": "user%06d@example.org", "name": {"givenName": "Given%d", "familyName": "Family%d"}`, (i*7919)%users, i, i%5000)
		if i%7 == 0 {
			fmt.Fprintf(&b, `, "orgUnitPath": "/Staff", "externalIds": [{"type": "organization", "value": "T%d"}],
				"customSchemas": {"Sync": {"DCID": "%d", "Access": "131;133"}}}`, i, i)
		} else {
			b.WriteString(`, "orgUnitPath": "/Students"}`)
		}
	}
	b.WriteString("]}")
	return []byte(b.String())
}

const benchUsers = 70_000

func openDomain(b *testing.B, opts emulator.Options) *emulator.Emulator {
	b.Helper()
	opts.Data = domain(benchUsers)
	e, err := emulator.Open(b.Context(), opts)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { e.Close() })
	return e
}

const managedFields = "nextPageToken,users(id,primaryEmail,name(givenName,familyName),orgUnitPath,suspended,isAdmin,externalIds,customSchemas)"

// BenchmarkListDomain reads 70,000 accounts in 140 pages of 500 with the
// fields that a plan needs, without a client or a network.
func BenchmarkListDomain(b *testing.B) {
	e := openDomain(b, emulator.Options{})
	b.ReportAllocs()
	for b.Loop() {
		token, pages := "", 0
		for {
			params := url.Values{"customer": {"my_customer"}, "maxResults": {"500"}, "projection": {"custom"}, "customFieldMask": {"Sync"},
				"fields": {managedFields}, "prettyPrint": {"false"}}
			if token != "" {
				params.Set("pageToken", token)
			}
			r := httptest.NewRequest(http.MethodGet, "/admin/directory/v1/users?"+params.Encode(), nil)
			w := httptest.NewRecorder()
			e.ServeHTTP(w, r)
			pages++
			head, _, _ := strings.Cut(w.Body.String()[:200], ",")
			var found bool
			if token, found = strings.CutPrefix(head, `{"nextPageToken":`); !found {
				break
			}
			token = strings.Trim(token, `"`)
		}
		if pages != benchUsers/500 {
			b.Fatalf("%d pages", pages)
		}
	}
}

// BenchmarkListDomainThroughTheClient is the same through Google's client and
// a loopback connection.
func BenchmarkListDomainThroughTheClient(b *testing.B) {
	d := serve(b, openDomain(b, emulator.Options{}))
	b.ReportAllocs()
	for b.Loop() {
		users := 0
		err := d.api.Users.List().Customer("my_customer").MaxResults(500).Projection("custom").CustomFieldMask("Sync").Fields(managedFields).
			Pages(context.Background(), func(page *admin.Users) error { users += len(page.Users); return nil })
		if err != nil || users != benchUsers {
			b.Fatal(users, err)
		}
	}
}

func BenchmarkSearchByDCID(b *testing.B) {
	e := openDomain(b, emulator.Options{})
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		r := httptest.NewRequest(http.MethodGet, fmt.Sprintf("/admin/directory/v1/users?customer=my_customer&query=Sync.DCID%%3D%d", i%10000*7), nil)
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		if w.Code != 200 || !strings.Contains(w.Body.String(), `"users"`) {
			b.Fatal(w.Body.String())
		}
	}
}

func BenchmarkUpdateWithSyncedLog(b *testing.B) {
	e := openDomain(b, emulator.Options{State: filepath.Join(b.TempDir(), "state.json")})
	if err := e.BeginWriting(); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		r := httptest.NewRequest(http.MethodPatch, fmt.Sprintf("/admin/directory/v1/users/user%06d@example.org", i%benchUsers),
			io.NopCloser(strings.NewReader(fmt.Sprintf(`{"name": {"givenName": "Round%d"}}`, i))))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		if w.Code != 200 {
			b.Fatal(w.Body.String())
		}
	}
}

func BenchmarkOpenDomain(b *testing.B) {
	data := domain(benchUsers)
	b.ReportAllocs()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		e, err := emulator.Open(b.Context(), emulator.Options{Data: data})
		if err != nil {
			b.Fatal(err)
		}
		e.Close()
	}
}
