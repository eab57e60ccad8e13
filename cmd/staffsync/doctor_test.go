package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/staffsync/staffsync/target/google/signin"
)

func TestDoctorNamesTheFurtherScopesThatTheConfigLacks(t *testing.T) {
	wanted := signin.ReadRoles()
	for _, granted := range [][]string{signin.ReadScopes(), append(signin.ReadScopes(), wanted.Scope)} {
		token := filepath.Join(t.TempDir(), "token.json")
		data, err := json.Marshal(map[string]any{
			"token": "a-token", "expiry": "2099-01-01T00:00:00Z", "scopes": granted, "token_uri": "http://127.0.0.1:1/token",
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(token, data, 0o600); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		config := signin.Config{OAuth: &signin.OAuth{Credentials: "credentials.json", Token: token}}
		options := signin.Options{Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}
		checkFurther(t.Context(), &checkup{out: &out, begun: true}, config, options, []signin.Further{wanted})
		want := ""
		if len(granted) == len(signin.ReadScopes()) {
			want = "warning  sign-in     may not read the administrator roles of an account: sign in to Google: the token in " + token +
				" does not cover what this command needs: admin.directory.rolemanagement.readonly; run: staffsync login --doctor, and allow everything that Google asks about\n"
		}
		if got := out.String(); got != want {
			t.Errorf("got %swant %s", got, strings.TrimSpace(want))
		}
	}
}
