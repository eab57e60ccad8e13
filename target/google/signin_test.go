package google

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/google/signin"
)

// signingIn returns a client that gets its token from the peer too, at /token.
func signingIn(t *testing.T, p *peer) *Directory {
	t.Helper()
	token := filepath.Join(t.TempDir(), "token.json")
	content := fmt.Sprintf(`{"refresh_token": "r", "client_id": "c", "token_uri": %q}`, p.server.URL+"/token")
	if err := os.WriteFile(token, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	config := signin.Config{Endpoint: p.server.URL, OAuth: &signin.OAuth{Credentials: "credentials.json", Token: token}}
	d, err := New(t.Context(), config, Options{
		Domain: "d118.org", Match: "Synchronization_Data.DCID", RequestsPerMinute: -1, CreatesPerSecond: -1,
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// grants answers a token request with a token, and every other with the answer.
func grants(answer played) func(int, received) played {
	return func(_ int, r received) played {
		if r.path == "/token" {
			return played{header: http.Header{"Content-Type": {"application/json"}}, body: `{"access_token": "a-token", "expires_in": 3599}`}
		}
		return answer
	}
}

func TestTokenRequestsAreNotRequestsOfTheDirectory(t *testing.T) {
	p := newPeer(t, grants(ok(janeBody)))
	d := signingIn(t, p)
	if _, err := d.Account(t.Context(), janeID); err != nil {
		t.Fatal(err)
	}
	if d.Requests() != 1 || len(p.lines()) != 2 {
		t.Errorf("%d requests counted of %v", d.Requests(), p.lines())
	}
}

func TestAWriteThatCannotBeSignedInIsNotUnclear(t *testing.T) {
	p := newPeer(t, func(int, received) played { return played{status: 503} })
	_, err := signingIn(t, p).Update(t.Context(), janeID, suspending())
	want := "update account 1042: sign in to Google: " + strings.TrimPrefix(p.server.URL, "http://") + " answered 503; try again in some minutes"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	checkKind(t, err, nil)
	if n := p.count("PATCH"); n != 0 {
		t.Errorf("%d requests reached the directory", n)
	}
}

func TestATokenWithTooFewScopesIsNotTakenForAGroupThatNobodyCanEdit(t *testing.T) {
	p := newPeer(t, grants(failed(403, "insufficientPermissions", "Insufficient Permission")))
	err := signingIn(t, p).LeaveGroup(t.Context(), "math@d118.org", janeID)
	var signIn *signin.Error
	if !errors.As(err, &signIn) {
		t.Errorf("got %v", err)
	}
	checkKind(t, err, nil)
}

func TestALackOfPrivilegeIsARefusalOfTheRequest(t *testing.T) {
	p := newPeer(t, grants(failed(403, "forbidden", "Not Authorized to access this resource/api")))
	_, err := signingIn(t, p).Account(t.Context(), janeID)
	checkKind(t, err, plan.ErrForbidden)
	if want := "read account 1042: forbidden: the directory answered 403 forbidden: Not Authorized to access this resource/api"; err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}
