package signin

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
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

// client returns a client that signs in at the token server.
func (g *guarded) client(t *testing.T, s *tokenServer, config Config) *http.Client {
	t.Helper()
	config.Endpoint = g.URL
	client, err := Client(config, s.options())
	if err != nil {
		t.Fatal(s.saw(err))
	}
	return client
}

// send sends one request and returns the status and the text of the answer.
func (g *guarded) send(t *testing.T, s *tokenServer, client *http.Client, method, body string) (int, string, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, g.URL+"/users/1042", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Do(request)
	if err != nil {
		return 0, "", s.saw(err)
	}
	defer func() { _ = response.Body.Close() }()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Error(err)
	}
	return response.StatusCode, string(data), nil
}

// takes answers to those tokens, and 401 to others.
func takes(tokens ...string) func(string) played {
	return func(token string) played {
		if slices.Contains(tokens, token) {
			return ok("taken")
		}
		return failed(401, "authError", "Invalid Credentials")
	}
}

// failed is an error answer as the Directory API words it.
func failed(status int, reason, message string) played {
	return played{status: status, body: fmt.Sprintf(`{"error":{"code":%d,"message":%q,"errors":[{"reason":%q,"message":%q}]}}`, status, message, reason, message)}
}

func TestRequestsCarryATokenThatIsAskedForOnce(t *testing.T) {
	s := newTokenServer(t, func(int, url.Values) played { return granted(accessToken) })
	g := newGuarded(t, takes(accessToken))
	client := g.client(t, s, s.robotConfig(t))
	for range 3 {
		if status, text, err := g.send(t, s, client, http.MethodGet, ""); status != http.StatusOK || text != "taken" {
			t.Error(status, text, err)
		}
	}
	if len(g.tokens) != 3 || s.asked() != 1 {
		t.Errorf("%d requests, %d token requests", len(g.tokens), s.asked())
	}
}

func TestATokenThatTheDirectoryRefusesIsReplacedOnceAndTheRequestSentAgainWhole(t *testing.T) {
	s := newTokenServer(t, func(int, url.Values) played { return granted(secondToken) })
	g := newGuarded(t, takes(secondToken))
	config := s.oauthConfig(t, func(f *tokenFile) { f.Token, f.Expiry.Time = accessToken, time.Now().Add(time.Hour) })
	const body = `{"suspended":true}`
	if status, _, err := g.send(t, s, g.client(t, s, config), http.MethodPatch, body); status != http.StatusOK {
		t.Fatal(status, err)
	}
	if diff := cmp.Diff([]string{accessToken, secondToken}, g.tokens); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if diff := cmp.Diff([]string{body, body}, g.bodies); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	file, err := readTokenFile(config.OAuth.Token)
	if err != nil || file.Token != secondToken {
		t.Errorf("the new token is not kept: %v", err)
	}
}

func TestADirectoryThatRefusesFreshTokensIsNotAskedForEver(t *testing.T) {
	s := newTokenServer(t, func(number int, _ url.Values) played { return granted(accessToken + strings.Repeat("x", number)) })
	g := newGuarded(t, takes())
	config := s.oauthConfig(t)
	client := g.client(t, s, config)
	for range 2 {
		_, _, err := g.send(t, s, client, http.MethodGet, "")
		checkSignIn(t, err, "sign in to Google: the directory does not accept the token in "+config.OAuth.Token+"; run: staffsync login")
	}
	if len(g.tokens) != 2 || s.asked() != 2 {
		t.Errorf("%d requests, %d token requests", len(g.tokens), s.asked())
	}
}

func TestATokenWithTooFewScopesIsAFailureOfSigningIn(t *testing.T) {
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
			config := s.oauthConfig(t, func(f *tokenFile) { f.Scopes = nil })
			g := newGuarded(t, func(string) played { return test.answer })
			_, _, err := g.send(t, s, g.client(t, s, config), http.MethodDelete, "")
			checkSignIn(t, err, "sign in to Google: "+strings.ReplaceAll(test.want, "TOKEN", config.OAuth.Token))
			if len(g.tokens) != 1 {
				t.Errorf("%d requests", len(g.tokens))
			}
		})
	}
}

func TestALackOfPrivilegeIsTheDirectorysOwnAnswerAndStaysWhole(t *testing.T) {
	s := newTokenServer(t, func(int, url.Values) played { return granted(accessToken) })
	answer := failed(403, "forbidden", "Not Authorized to access this resource/api")
	answer.body += strings.Repeat(" ", maxStart)
	g := newGuarded(t, func(string) played { return answer })
	if status, text, err := g.send(t, s, g.client(t, s, s.robotConfig(t)), http.MethodGet, ""); status != 403 || text != answer.body {
		t.Errorf("%d, %d bytes, %v", status, len(text), err)
	}
}

func TestATokenGoesToNoOtherServer(t *testing.T) {
	s := newTokenServer(t, func(int, url.Values) played { return granted(accessToken) })
	config := s.robotConfig(t)
	config.Endpoint = "http://127.0.0.1:1/base"
	client, err := Client(config, s.options())
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

	check := func(scopes ...string) error { return s.saw(CheckScopes(t.Context(), config, s.options(scopes...))) }

	info = ok(`{"scope":"` + strings.Join(loginScopes(), " ") + `","expires_in":"3599"}`)
	if err := check(); err != nil {
		t.Error(err)
	}
	if s.paths[len(s.paths)-1] != "/tokeninfo" {
		t.Errorf("paths %v", s.paths)
	}

	info = ok(`{"scope":"` + strings.Join(ReadScopes(), " ") + `"}`)
	checkSignIn(t, check(WriteScopes()...), "sign in to Google: the tokens of "+robotAt+" do not cover what this command needs: admin.directory.user, admin.directory.group.member; "+delegate(robotID, WriteScopes()))

	// What Google does not say is not a reason to stop.
	info = withheld(400, "invalid_token", "Invalid Value")
	if err := check(WriteScopes()...); err != nil {
		t.Error(err)
	}

	asked := s.asked()
	config = Config{Endpoint: s.URL, Anonymous: true}
	if err := check(); err != nil || s.asked() != asked {
		t.Errorf("without signing in: %v after %d token requests", err, s.asked()-asked)
	}
}

func TestSecretsAreHiddenByTheirShapeAlone(t *testing.T) {
	for _, text := range []string{
		"ya29.a0AfH6SMBx-_y", "1//0gLongRefreshToken-x", "GOCSPX-abcDEF_123", "4/0AX4XfWhAbCdEfGhIjKl",
		"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln", "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----",
	} {
		if got := Hide("before " + text + " after"); got != "before [secret] after" {
			t.Errorf("%q became %q", text, got)
		}
	}
	if got := Hide("Token has been expired or revoked. 10/12 and 4/5"); got != "Token has been expired or revoked. 10/12 and 4/5" {
		t.Errorf("got %q", got)
	}
}

func TestAnUnreachableTokenServerSaysSoWithoutQuotingTheRequest(t *testing.T) {
	s := newTokenServer(t, func(int, url.Values) played { return granted(accessToken) })
	config := s.oauthConfig(t)
	opened := s.session(t, config)
	opened.options.HTTPClient.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
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
