package emulator_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	admin "google.golang.org/api/admin/directory/v1"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/option"

	"github.com/staffsync/staffsync/target/emulator"
)

// seed is a small district with one of everything.
func seed(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/seed.json")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// district is an emulator behind a server, and Google's own client on it.
type district struct {
	*emulator.Emulator
	url string
	api *admin.Service
}

func open(t testing.TB, opts emulator.Options) *district {
	t.Helper()
	if opts.Data == nil && opts.Seed == "" && opts.State == "" {
		opts.Data = seed(t)
	}
	e, err := emulator.Open(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return serve(t, e)
}

func serve(t testing.TB, e *emulator.Emulator) *district {
	t.Helper()
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	api, err := admin.NewService(context.Background(), option.WithEndpoint(server.URL), option.WithoutAuthentication())
	if err != nil {
		t.Fatal(err)
	}
	return &district{Emulator: e, url: server.URL, api: api}
}

// raw sends one request as curl would and gives the status and the document.
func (d *district) raw(t testing.TB, method, path, body string) (int, map[string]any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, d.url+"/admin/directory/v1/"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if len(text) > 0 {
		if err := json.Unmarshal(text, &doc); err != nil {
			t.Fatalf("%s %s answered %q: %v", method, path, text, err)
		}
	}
	return answer.StatusCode, doc
}

// wantRefusal holds err to a status, a reason and a message.
func wantRefusal(t testing.TB, err error, status int, reason, message string) {
	t.Helper()
	var refused *googleapi.Error
	if !errors.As(err, &refused) {
		t.Fatalf("got %v, want %d %s %q", err, status, reason, message)
	}
	got := []any{refused.Code, refused.Message}
	if len(refused.Errors) == 1 {
		got = append(got, refused.Errors[0].Reason, refused.Errors[0].Message)
	}
	if diff := cmp.Diff([]any{status, message, reason, message}, got); diff != "" {
		t.Errorf("refusal (-want +got):\n%s", diff)
	}
}

func (d *district) user(t testing.TB, key string) *admin.User {
	t.Helper()
	u, err := d.api.Users.Get(key).Projection("full").Do()
	if err != nil {
		t.Fatalf("get %s: %v", key, err)
	}
	return u
}

// custom decodes a user's custom values of one schema.
func custom(t testing.TB, u *admin.User, schema string) map[string]any {
	t.Helper()
	values := map[string]any{}
	if raw, ok := u.CustomSchemas[schema]; ok {
		if err := json.Unmarshal(raw, &values); err != nil {
			t.Fatal(err)
		}
	}
	return values
}

func newUser(address string) *admin.User {
	return &admin.User{
		PrimaryEmail: address,
		Name:         &admin.UserName{GivenName: "New", FamilyName: "Person"},
		Password:     "correct-horse",
	}
}
