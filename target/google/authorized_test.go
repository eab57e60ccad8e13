package google

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

// guarded is a Directory API that takes some tokens.
type guarded struct {
	*httptest.Server
	lock sync.Mutex
	// tokens and bodies are what came in.
	tokens, bodies []string
}

func newGuarded(t *testing.T, answer func(token string) played) *guarded {
	t.Helper()
	g := &guarded{}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		g.lock.Lock()
		g.tokens, g.bodies = append(g.tokens, token), append(g.bodies, strings.TrimSpace(string(body)))
		g.lock.Unlock()
		answer := answer(token)
		for name, values := range answer.header {
			w.Header()[name] = values
		}
		if answer.status != 0 {
			w.WriteHeader(answer.status)
		}
		_, _ = io.WriteString(w, answer.body)
	}))
	t.Cleanup(g.Close)
	return g
}

// directory returns a client that signs in at the token server.
func (g *guarded) directory(t *testing.T, s *tokenServer, config Config) *Directory {
	t.Helper()
	config.Endpoint = g.URL
	d, err := New(t.Context(), config, s.options())
	if err != nil {
		t.Fatal(s.saw(err))
	}
	return d
}

// takes answers with Jane to those tokens, and 401 to others.
func takes(tokens ...string) func(string) played {
	return func(token string) played {
		for _, taken := range tokens {
			if token == taken {
				return ok(janeBody)
			}
		}
		return failed(401, "authError", "Invalid Credentials")
	}
}

func TestRequestsCarryTheTokenAndTokenRequestsDoNotCount(t *testing.T) {
	s := newTokenServer(t, func(int, url.Values) played { return granted(accessToken) })
	g := newGuarded(t, takes(accessToken))
	d := g.directory(t, s, s.robotConfig(t))
	for range 3 {
		if _, err := d.Account(t.Context(), janeID); err != nil {
			t.Fatal(s.saw(err))
		}
	}
	if d.Requests() != 3 || s.asked() != 1 {
		t.Errorf("%d requests, %d token requests", d.Requests(), s.asked())
	}
}

func TestATokenThatTheDirectoryRefusesIsReplacedOnceAndTheRequestSentAgainWhole(t *testing.T) {
	s := newTokenServer(t, func(int, url.Values) played { return granted(secondToken) })
	g := newGuarded(t, takes(secondToken))
	config := s.oauthConfig(t, func(f *tokenFile) { f.token, f.expiry = accessToken, time.Now().Add(time.Hour) })
	d := g.directory(t, s, config)
	if _, err := d.Update(t.Context(), janeID, plan.Changes{{Field: plan.FieldSuspended, To: plan.Truth(true)}}); err != nil {
		t.Fatal(s.saw(err))
	}
	if diff := cmp.Diff([]string{accessToken, secondToken}, g.tokens); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if g.bodies[0] != `{"suspended":true}` || g.bodies[1] != g.bodies[0] {
		t.Errorf("sent %q", g.bodies)
	}
	file, err := readTokenFile(config.OAuth.Token)
	if err != nil || file.token != secondToken {
		t.Errorf("the new token is not kept: %v", err)
	}
}

func TestADirectoryThatRefusesFreshTokensIsNotAskedForEver(t *testing.T) {
	s := newTokenServer(t, func(number int, _ url.Values) played { return granted(accessToken + strings.Repeat("x", number)) })
	g := newGuarded(t, takes())
	config := s.oauthConfig(t)
	d := g.directory(t, s, config)
	want := "sign in to Google: the directory does not accept the token in " + config.OAuth.Token + "; run: staffsync login"
	for range 2 {
		_, err := d.Account(t.Context(), janeID)
		checkSignIn(t, s.saw(err), want)
		if err.Error() != "read account "+janeID+": "+want {
			t.Errorf("got %v", err)
		}
		checkKind(t, err, nil)
	}
	if len(g.tokens) != 2 || s.asked() != 2 {
		t.Errorf("%d requests, %d token requests", len(g.tokens), s.asked())
	}
}

func TestATokenWithTooFewScopesIsNoRefusalOfTheRequest(t *testing.T) {
	const insufficient = "the token in TOKEN does not cover what this command needs: admin.directory.user.readonly, admin.directory.group.readonly, admin.directory.orgunit.readonly, admin.directory.userschema.readonly; run: staffsync login, and allow everything that Google asks about"
	tests := []struct {
		name   string
		answer played
		want   string
	}{
		{"by reason", failed(403, "insufficientPermissions", "Insufficient Permission"), insufficient},
		{"by text", failed(403, "forbidden", "Request had insufficient authentication scopes."), insufficient},
		{"by header", played{status: 403, header: http.Header{"Www-Authenticate": {`Bearer realm="x", error="insufficient_scope"`}}, body: "no"}, insufficient},
		{"by detail", played{status: 403, body: `{"error":{"code":403,"message":"x","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]}}`}, insufficient},
		{"API disabled", failed(403, "accessNotConfigured", "Admin SDK API has not been used in project 118 before or it is disabled."), "the Admin SDK API is not enabled in the Google Cloud project that staffsync signs in with; enable it at https://console.cloud.google.com/apis/library/admin.googleapis.com and wait some minutes"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newTokenServer(t, func(int, url.Values) played { return granted(accessToken) })
			config := s.oauthConfig(t, func(f *tokenFile) { f.scopes = nil })
			g := newGuarded(t, func(string) played { return test.answer })
			err := s.saw(g.directory(t, s, config).LeaveGroup(t.Context(), "math@d118.org", janeID))
			checkSignIn(t, err, "sign in to Google: "+strings.ReplaceAll(test.want, "TOKEN", config.OAuth.Token))
			// It must not be taken for a group that nobody can edit.
			checkKind(t, err, nil)
			if len(g.tokens) != 1 {
				t.Errorf("%d requests", len(g.tokens))
			}
		})
	}
}

func TestALackOfPrivilegeStaysARefusalOfTheRequest(t *testing.T) {
	s := newTokenServer(t, func(int, url.Values) played { return granted(accessToken) })
	g := newGuarded(t, func(string) played { return failed(403, "forbidden", "Not Authorized to access this resource/api") })
	_, err := g.directory(t, s, s.robotConfig(t)).Account(t.Context(), janeID)
	checkKind(t, s.saw(err), plan.ErrForbidden)
	if want := "read account 1042: forbidden: the directory answered 403 forbidden: Not Authorized to access this resource/api"; err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

func TestAWriteThatCannotBeSignedInIsNotUnclear(t *testing.T) {
	s := newTokenServer(t, func(int, url.Values) played { return played{status: 503} })
	g := newGuarded(t, takes())
	_, err := g.directory(t, s, s.robotConfig(t)).Update(t.Context(), janeID, plan.Changes{{Field: plan.FieldSuspended, To: plan.Truth(true)}})
	checkSignIn(t, s.saw(err), "sign in to Google: "+strings.TrimPrefix(s.URL, "http://")+" answered 503; try again in some minutes")
	checkKind(t, err, nil)
	if len(g.tokens) != 0 {
		t.Errorf("%d requests reached the directory", len(g.tokens))
	}
}

func TestATokenGoesToNoOtherServer(t *testing.T) {
	s := newTokenServer(t, func(int, url.Values) played { return granted(accessToken) })
	config := s.robotConfig(t)
	config.Endpoint = "http://127.0.0.1:1/base"
	client, err := signedIn(config, s.options())
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{"http://127.0.0.1:2/base/x", "https://127.0.0.1:1/base/x", "https://admin.googleapis.com/"} {
		_, err := client.Get(address)
		if err == nil || !strings.HasSuffix(err.Error(), "a request to another server than the Directory API's is not sent with an access token") {
			t.Errorf("%s: %v", address, err)
		}
	}
	if s.asked() != 0 {
		t.Errorf("%d token requests", s.asked())
	}
}

func TestScopesAreCheckedWithGoogleWithoutCallingTheDirectory(t *testing.T) {
	var info played
	s := newTokenServer(t, func(_ int, form url.Values) played {
		if token := form.Get("access_token"); token != "" {
			if token != accessToken {
				t.Errorf("asked about %q", token)
			}
			return info
		}
		return granted(accessToken)
	})
	config := s.robotConfig(t)
	all := LoginScopes()

	info = ok(`{"scope":"` + strings.Join(all, " ") + `","expires_in":"3599"}`)
	got, err := CheckScopes(t.Context(), config, s.options())
	if diff := cmp.Diff(all, got); diff != "" || err != nil {
		t.Errorf("%v -want +got\n%s", s.saw(err), diff)
	}
	if s.paths[len(s.paths)-1] != "/tokeninfo" {
		t.Errorf("paths %v", s.paths)
	}

	info = ok(`{"scope":"` + strings.Join(ReadScopes(), " ") + `"}`)
	_, err = CheckScopes(t.Context(), config, s.options(WriteScopes()...))
	checkSignIn(t, s.saw(err), "sign in to Google: the tokens of "+robotAt+" do not cover what this command needs: admin.directory.user, admin.directory.group.member; "+delegate(robotID))

	info = withheld(400, "invalid_token", "Invalid Value")
	got, err = CheckScopes(t.Context(), config, s.options(WriteScopes()...))
	if diff := cmp.Diff(WriteScopes(), got); diff != "" || err != nil {
		t.Errorf("%v -want +got\n%s", s.saw(err), diff)
	}

	got, err = CheckScopes(t.Context(), Config{Endpoint: s.URL, Anonymous: true}, s.options())
	if got != nil || err != nil {
		t.Errorf("without signing in: %v, %v", got, err)
	}
}

func TestSecretsAreHiddenByTheirShapeAlone(t *testing.T) {
	for _, text := range []string{
		"ya29.a0AfH6SMBx-_y", "1//0gLongRefreshToken-x", "GOCSPX-abcDEF_123", "4/0AX4XfWhAbCdEfGhIjKl",
		"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln", "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----",
	} {
		if got := hide("before "+text+" after", nil); got != "before [secret] after" {
			t.Errorf("%q became %q", text, got)
		}
	}
	if got := hide("Token has been expired or revoked. 10/12 and 4/5", nil); got != "Token has been expired or revoked. 10/12 and 4/5" {
		t.Errorf("got %q", got)
	}
}

func TestAnUnreachableTokenServerSaysSoWithoutQuotingTheRequest(t *testing.T) {
	s := newTokenServer(t, func(int, url.Values) played { return granted(accessToken) })
	config := s.oauthConfig(t)
	opened := s.session(t, config)
	opened.requests.base = roundTrip(func(r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		form, err := url.ParseQuery(string(body))
		if err != nil {
			t.Error(err)
		}
		return nil, errors.New("no route for " + form.Get("refresh_token"))
	})
	_, err := s.token(t, opened)
	checkSignIn(t, err, "sign in to Google: cannot reach "+strings.TrimPrefix(s.URL, "http://")+": no route for [secret]; check this machine's network, proxy and clock")
}
