package emulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/staffsync/staffsync/target/emulator"
)

func TestAWebPageCannotUseTheEmulator(t *testing.T) {
	d := open(t, emulator.Options{})
	server, err := d.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	for _, test := range []struct {
		host, origin string
		status       int
	}{
		{"", "", 200},
		{"localhost:8118", "", 200},
		{"LOCALHOST", "", 200},
		{"127.1.2.3:9", "", 200},
		{"[::1]:8118", "", 200},
		{"[::1]", "", 200},
		{"", "http://localhost:3000", 200},
		{"", "http://[::1]:3000", 200},
		{"evil.example:8118", "", 403},
		{"localhost.evil.example", "", 403},
		{"127.0.0.1.evil.example:8118", "", 403},
		{"10.0.0.1:8118", "", 403},
		{"", "https://evil.example", 403},
		{"", "http://127.0.0.1.evil.example", 403},
		{"", "http://localhost@evil.example", 403},
		{"", "null", 403},
		{"evil.example:8118", "http://evil.example:8118", 403},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPatch, server.URL()+"/admin/directory/v1/users/"+jane,
			strings.NewReader(`{"recoveryEmail": "thief@evil.example"}`))
		if err != nil {
			t.Fatal(err)
		}
		r.Host = test.host
		r.Header.Set("Content-Type", "application/json")
		if test.origin != "" {
			r.Header.Set("Origin", test.origin)
		}
		before := d.user(t, jane).Etag
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != test.status {
			t.Errorf("Host %q, Origin %q: got %d, want %d", test.host, test.origin, answer.StatusCode, test.status)
		}
		if test.status == 403 && d.user(t, jane).Etag != before {
			t.Errorf("Host %q, Origin %q: the account was changed", test.host, test.origin)
		}
	}
}
