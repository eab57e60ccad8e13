package signin

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// What must never be seen. None of it but the private key has the shape of a
// Google secret, so that nothing is hidden just for its looks.
const (
	clientSecret = "the client+secret/118"
	refreshToken = "the refresh+token/118"
	accessToken  = "the-access-token-118"
	secondToken  = "another-access-token-118"
	authCode     = "the code/118"
)

const (
	clientID = "118.apps.googleusercontent.com"
	adminAt  = "admin@d118.org"
	robotAt  = "sync@p.iam.gserviceaccount.com"
	robotID  = "108118"
)

// tokenServer is Google's end of signing in, on this machine.
type tokenServer struct {
	*httptest.Server
	// answer plays the answer to a token request; number counts from 1.
	answer func(number int, form url.Values) played

	lock   sync.Mutex
	forms  []url.Values
	paths  []string
	log    bytes.Buffer
	errors []error
	pauses int
}

func newTokenServer(t *testing.T, answer func(number int, form url.Values) played) *tokenServer {
	t.Helper()
	s := &tokenServer{answer: answer}
	s.Server = httptest.NewServer(s)
	t.Cleanup(func() {
		s.Close()
		s.checkNothingLeaked(t)
	})
	return s
}

func (s *tokenServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	form, _ := url.ParseQuery(string(body))
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		form = url.Values{"json": {string(body)}}
	}
	if header := r.Header.Get("Authorization"); header != "" {
		form.Set("(authorization)", header)
	}
	if project := r.Header.Get("X-Goog-User-Project"); project != "" {
		form.Set("(project)", project)
	}
	s.lock.Lock()
	s.forms, s.paths = append(s.forms, form), append(s.paths, r.URL.Path)
	number := len(s.forms)
	s.lock.Unlock()
	answer := s.answer(number, form)
	if answer.hang {
		<-r.Context().Done()
		return
	}
	w.Header().Set("Content-Type", "application/json")
	for name, values := range answer.header {
		w.Header()[name] = values
	}
	if answer.status != 0 {
		w.WriteHeader(answer.status)
	}
	_, _ = io.WriteString(w, answer.body)
}

// asked is how many requests came in.
func (s *tokenServer) asked() int {
	s.lock.Lock()
	defer s.lock.Unlock()
	return len(s.forms)
}

// form is what the request with that number, from 1, brought.
func (s *tokenServer) form(t *testing.T, number int) url.Values {
	t.Helper()
	s.lock.Lock()
	defer s.lock.Unlock()
	if number > len(s.forms) {
		t.Fatalf("%d token requests came in, want %d at least", len(s.forms), number)
	}
	return s.forms[number-1]
}

// saw keeps an error for the search for secrets, and returns it.
func (s *tokenServer) saw(err error) error {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.errors = append(s.errors, err)
	return err
}

// checkNothingLeaked searches every error and the log for secrets.
func (s *tokenServer) checkNothingLeaked(t *testing.T) {
	t.Helper()
	s.lock.Lock()
	defer s.lock.Unlock()
	shown := s.log.String()
	for _, err := range s.errors {
		for ; err != nil; err = errors.Unwrap(err) {
			shown += fmt.Sprintf("%v\n%+v\n%q\n", err, err, err)
		}
	}
	checkHoldsNoSecret(t, shown)
}

// checkHoldsNoSecret looks for each secret, and for what a JWT begins with.
func checkHoldsNoSecret(t *testing.T, shown string) {
	t.Helper()
	for _, s := range []string{clientSecret, refreshToken, accessToken, secondToken, authCode, "PRIVATE KEY", "eyJhbGci", "ya29.", "GOCSPX"} {
		if strings.Contains(shown, s) || strings.Contains(shown, url.QueryEscape(s)) {
			t.Errorf("%q is shown in:\n%s", s, shown)
		}
	}
}

// Write takes the log.
func (s *tokenServer) Write(b []byte) (int, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.log.Write(b)
}

func (s *tokenServer) logged() string {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.log.String()
}

// options are those of a client that logs all and never really waits.
func (s *tokenServer) options(scopes ...string) Options {
	return Options{
		Scopes: scopes,
		Logger: slog.New(slog.NewTextHandler(s, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Sleep: func(ctx context.Context, _ time.Duration) error {
			s.lock.Lock()
			defer s.lock.Unlock()
			s.pauses++
			return ctx.Err()
		},
	}
}

// session opens a session as Client does.
func (s *tokenServer) session(t *testing.T, config Config, scopes ...string) *session {
	t.Helper()
	opened, err := openSession(config, s.options(scopes...).WithDefaults())
	if err != nil {
		t.Fatal(s.saw(err))
	}
	return opened
}

// token gets an access token.
func (s *tokenServer) token(t *testing.T, opened *session) (string, error) {
	t.Helper()
	token, err := opened.accessToken(t.Context(), "")
	if err != nil {
		return "", s.saw(err)
	}
	return token.AccessToken, nil
}

// played is one answer. Hang sends none until the client gives up.
type played struct {
	status int
	body   string
	header http.Header
	hang   bool
}

// ok is a successful answer.
func ok(body string) played { return played{body: body} }

// roundTrip is an http.RoundTripper.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// granted is the answer with an access token for an hour.
func granted(token string, scopes ...string) played {
	answer := map[string]any{"access_token": token, "expires_in": 3599, "token_type": "Bearer"}
	if len(scopes) > 0 {
		answer["scope"] = strings.Join(scopes, " ")
	}
	data, _ := json.Marshal(answer)
	return ok(string(data))
}

// withheld is an OAuth error.
func withheld(status int, code, description string) played {
	data, _ := json.Marshal(map[string]string{"error": code, "error_description": description})
	return played{status: status, body: string(data)}
}

// checkSignIn checks the text of an *Error.
func checkSignIn(t *testing.T, err error, want string) {
	t.Helper()
	var signIn *Error
	if !errors.As(err, &signIn) {
		t.Fatalf("got %v (%T), want an *Error", err, err)
	}
	if signIn.Error() != want {
		t.Errorf("got  %s\nwant %s", signIn.Error(), want)
	}
}

// write puts a file into a new folder and returns its path.
func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// oauthConfig is a config with a client and a token that ended.
func (s *tokenServer) oauthConfig(t *testing.T, change ...func(*tokenFile)) Config {
	t.Helper()
	file := tokenFile{credential: credential{
		Token: "an-old-token", RefreshToken: refreshToken, TokenURI: s.URL + "/token",
		ClientID: clientID, ClientSecret: clientSecret, Scopes: loginScopes(), Expiry: expiry{time.Now().Add(-time.Hour)},
	}}
	for _, c := range change {
		c(&file)
	}
	data, err := file.encode()
	if err != nil {
		t.Fatal(err)
	}
	return Config{OAuth: &OAuth{Credentials: s.credentials(t), Token: write(t, "token.json", string(data))}}
}

// credentials writes the client's file.
func (s *tokenServer) credentials(t *testing.T) string {
	t.Helper()
	return write(t, "credentials.json", fmt.Sprintf(
		`{"installed":{"client_id":%q,"project_id":"staffsync","auth_uri":%q,"token_uri":%q,"client_secret":%q,"redirect_uris":["http://localhost"]}}`,
		clientID, s.URL+"/auth", s.URL+"/token", clientSecret))
}

// robotKey is a service account's key; it is made once.
var robotKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// keyFile is the content of a service account's key file.
func (s *tokenServer) keyFile(t *testing.T, change ...func(map[string]any)) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(robotKey())
	if err != nil {
		t.Fatal(err)
	}
	file := map[string]any{
		"type": "service_account", "project_id": "p", "private_key_id": "k1",
		"private_key":  string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
		"client_email": robotAt, "client_id": robotID, "token_uri": s.URL + "/token", "universe_domain": "googleapis.com",
	}
	for _, c := range change {
		c(file)
	}
	data, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// claims checks an assertion's signature and returns what it claims.
func claims(t *testing.T, assertion string) map[string]any {
	t.Helper()
	parts := strings.Split(assertion, ".")
	if len(parts) != 3 {
		t.Fatalf("the assertion has %d parts", len(parts))
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err := rsa.VerifyPKCS1v15(&robotKey().PublicKey, crypto.SHA256, sum[:], signature); err != nil {
		t.Fatal(err)
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var claimed map[string]any
	if err := json.Unmarshal(payload, &claimed); err != nil {
		t.Fatal(err)
	}
	return claimed
}
