package signin

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// browser is a person with a browser at Google's consent page.
type browser struct {
	t *testing.T
	// asked is what the consent page was asked.
	asked url.Values
	// pages are the pages that the browser was shown in the end.
	pages []string
}

// visit asks staffsync's own server.
func (b *browser) visit(address string) (status int, page string) {
	response, err := http.Get(address)
	if err != nil {
		b.t.Error(err)
		return 0, ""
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Error(err)
	}
	b.pages = append(b.pages, string(body))
	return response.StatusCode, string(body)
}

// answer is where the consent page leads to.
func (b *browser) answer(values ...string) string {
	query := url.Values{}
	for i := 0; i < len(values); i += 2 {
		query.Add(values[i], values[i+1])
	}
	return b.asked.Get("redirect_uri") + "/?" + query.Encode()
}

// login runs Login with what the browser does at the consent page.
func (s *tokenServer) login(t *testing.T, config Config, do func(b *browser), change ...func(*LoginOptions)) (said string, b *browser, err error) {
	t.Helper()
	b = &browser{t: t}
	var out lockedBuffer
	options := LoginOptions{
		Config: config, Out: &out, Options: s.options(),
		OpenBrowser: func(address string) error {
			opened, err := url.Parse(address)
			if err != nil || !strings.HasPrefix(address, s.URL+"/auth?") {
				t.Errorf("opened %q", address)
			}
			b.asked = opened.Query()
			do(b)
			return nil
		},
	}
	for _, c := range change {
		c(&options)
	}
	err = Login(t.Context(), options)
	if err != nil {
		s.saw(err)
	}
	checkHoldsNoSecret(t, out.String()+strings.Join(b.pages, "\n"))
	return out.String(), b, err
}

type lockedBuffer struct {
	lock sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(data []byte) (int, error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	return b.Buffer.Write(data)
}

func (b *lockedBuffer) String() string {
	b.lock.Lock()
	defer b.lock.Unlock()
	return b.Buffer.String()
}

// consented is the answer to a code.
func consented(scopes ...string) played {
	answer := granted(accessToken, scopes...)
	answer.body = strings.Replace(answer.body, "{", `{"refresh_token":"`+refreshToken+`",`, 1)
	return answer
}

func TestALoginKeepsTheTokenThatAPersonsConsentGives(t *testing.T) {
	s := newTokenServer(t, func(int, url.Values) played { return consented(loginScopes()...) })
	config := s.oauthConfig(t)
	config.Subject = adminAt
	if err := os.Remove(config.OAuth.Token); err != nil {
		t.Fatal(err)
	}
	said, b, err := s.login(t, config, func(b *browser) {
		status, page := b.visit(b.answer("state", b.asked.Get("state"), "code", authCode, "scope", "x"))
		if status != http.StatusOK || !strings.Contains(page, "<h1>Signed in</h1>") {
			t.Errorf("%d %s", status, page)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(said, "Signed in. The token is in "+config.OAuth.Token+", for: "+shortScopes(loginScopes())+".\n") {
		t.Errorf("said %s", said)
	}

	for name, want := range map[string]string{
		"client_id": clientID, "response_type": "code", "access_type": "offline", "prompt": "consent",
		"code_challenge_method": "S256", "login_hint": adminAt, "scope": strings.Join(loginScopes(), " "),
	} {
		if got := b.asked.Get(name); got != want {
			t.Errorf("asked for consent with %s %q, want %q", name, got, want)
		}
	}
	redirect, err := url.Parse(b.asked.Get("redirect_uri"))
	if err != nil || redirect.Scheme != "http" || redirect.Hostname() != "127.0.0.1" || redirect.Port() == "" || redirect.Path != "" {
		t.Errorf("the redirect is %v, %v", redirect, err)
	}
	form := s.form(t, 1)
	sum := sha256.Sum256([]byte(form.Get("code_verifier")))
	if base64.RawURLEncoding.EncodeToString(sum[:]) != b.asked.Get("code_challenge") || len(form.Get("code_verifier")) < 43 {
		t.Error("the verifier is not that of the challenge")
	}
	if form.Get("grant_type") != "authorization_code" || form.Get("code") != authCode || form.Get("client_secret") != clientSecret || form.Get("redirect_uri") != b.asked.Get("redirect_uri") {
		t.Errorf("exchanged %v", form)
	}

	file, err := readTokenFile(config.OAuth.Token)
	if err != nil {
		t.Fatal(err)
	}
	if file.Token != accessToken || file.RefreshToken != refreshToken || file.ClientID != clientID || file.ClientSecret != clientSecret ||
		file.TokenURI != s.URL+"/token" || !slices.Equal(file.Scopes, loginScopes()) || !fresh(file.Expiry.Time, time.Now()) {
		t.Errorf("the file holds %v, %v", file, file.Scopes)
	}
	info, err := os.Stat(config.OAuth.Token)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	// What a login gives serves both reading and writing.
	for _, scopes := range [][]string{ReadScopes(), WriteScopes()} {
		if got, err := s.token(t, s.session(t, config, scopes...)); err != nil || got != accessToken {
			t.Errorf("%v: %q, %v", scopes, got, err)
		}
	}
}

func TestAFurtherScopeIsAskedForAtLoginToo(t *testing.T) {
	for _, test := range []struct {
		name    string
		granted []string
		said    string
		missing bool
	}{
		{"allowed", append(loginScopes(), ReadRoles().Scope), "", false},
		{"declined", loginScopes(), "It was not allowed to read the administrator roles of an account (admin.directory.rolemanagement.readonly).\n", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newTokenServer(t, func(int, url.Values) played { return consented(test.granted...) })
			config := s.oauthConfig(t)
			said, b, err := s.login(t, config, func(b *browser) {
				b.visit(b.answer("state", b.asked.Get("state"), "code", authCode))
			}, func(o *LoginOptions) { o.Further = DoctorScopes() })
			if err != nil {
				t.Fatal(err)
			}
			if want := strings.Join(append(loginScopes(), ReadRoles().Scope), " "); b.asked.Get("scope") != want {
				t.Errorf("asked for %s", b.asked.Get("scope"))
			}
			if want := "Signed in. The token is in " + config.OAuth.Token + ", for: " + shortScopes(test.granted) + ".\n" + test.said; !strings.HasSuffix(said, want) {
				t.Errorf("said %s", said)
			}
			// Plan and apply go on either way.
			for _, scopes := range [][]string{ReadScopes(), WriteScopes()} {
				if _, err := s.token(t, s.session(t, config, scopes...)); err != nil {
					t.Error(err)
				}
			}
			_, err = Client(config, s.options(ReadRoles().Scope))
			if !test.missing && err != nil {
				t.Error(s.saw(err))
			}
			if test.missing {
				checkSignIn(t, s.saw(err), "sign in to Google: the token in "+config.OAuth.Token+" does not cover what this command needs: admin.directory.rolemanagement.readonly; run: staffsync login --doctor, and allow everything that Google asks about")
				if signIn := new(Error); !errors.As(err, &signIn) || !slices.Equal(signIn.Missing, []string{ReadRoles().Scope}) {
					t.Errorf("missing is %v", signIn.Missing)
				}
			}
		})
	}
}

func TestTwoLoginsShareNeitherStateNorVerifier(t *testing.T) {
	s := newTokenServer(t, func(int, url.Values) played { return consented() })
	var asked [2]url.Values
	for i := range asked {
		_, b, err := s.login(t, s.oauthConfig(t), func(b *browser) {
			b.visit(b.answer("state", b.asked.Get("state"), "code", authCode))
		})
		if err != nil {
			t.Fatal(err)
		}
		asked[i] = b.asked
	}
	for _, name := range []string{"state", "code_challenge"} {
		if asked[0].Get(name) == asked[1].Get(name) || len(asked[0].Get(name)) < 43 {
			t.Errorf("%s is %q twice", name, asked[0].Get(name))
		}
	}
}

func TestALoginTakesNothingButTheAnswerToItsOwnQuestion(t *testing.T) {
	s := newTokenServer(t, func(int, url.Values) played { return consented() })
	_, _, err := s.login(t, s.oauthConfig(t), func(b *browser) {
		state := b.asked.Get("state")
		for _, address := range []string{
			b.answer("state", "another", "code", authCode),
			b.answer("state", state+"x", "code", authCode),
			b.answer("state", state[1:], "code", authCode),
			b.answer("state", "", "code", authCode),
			b.answer("code", authCode),
			b.answer("state", state, "state", "another", "code", authCode),
			b.answer("state", "another", "error", "access_denied"),
		} {
			if status, page := b.visit(address); status != http.StatusBadRequest || !strings.Contains(page, "This page belongs to another attempt to sign in.") {
				t.Errorf("%s: %d %s", address, status, page)
			}
		}
		if status, _ := b.visit(b.asked.Get("redirect_uri") + "/favicon.ico?state=" + state + "&code=x"); status != http.StatusNotFound {
			t.Errorf("another path: %d", status)
		}
		if response, err := http.Post(b.answer("state", state, "code", authCode), "", nil); err != nil || response.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("a POST: %v, %v", response, err)
		}
		request, err := http.NewRequest(http.MethodGet, b.answer("state", state, "code", authCode), nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = "attacker.example"
		if response, err := http.DefaultClient.Do(request); err != nil || response.StatusCode != http.StatusForbidden {
			t.Errorf("another host: %v, %v", response, err)
		}
		if s.asked() != 0 {
			t.Errorf("%d codes were exchanged", s.asked())
		}
		b.visit(b.answer("state", state, "code", authCode))
	})
	if err != nil || s.asked() != 1 {
		t.Errorf("%v after %d token requests", err, s.asked())
	}
}

func TestALoginTakesOneCodeOnly(t *testing.T) {
	s := newTokenServer(t, func(int, url.Values) played { return consented() })
	_, _, err := s.login(t, s.oauthConfig(t), func(b *browser) {
		answer := b.answer("state", b.asked.Get("state"), "code", authCode)
		b.visit(answer)
		if status, page := b.visit(answer); status != http.StatusBadRequest || !strings.Contains(page, "staffsync has an answer already.") {
			t.Errorf("the second time: %d %s", status, page)
		}
	})
	if err != nil || s.asked() != 1 {
		t.Errorf("%v after %d token requests", err, s.asked())
	}
}

func TestALoginThatFailsKeepsTheOldToken(t *testing.T) {
	const markup = `<script>alert(1)</script>`
	tests := []struct {
		name   string
		query  []string
		answer played
		want   string
	}{
		{"denied", []string{"error", "access_denied"}, played{}, "it was not allowed in the browser (access_denied); run: staffsync login, and allow it"},
		{"blocked", []string{"error", "admin_policy_enforced"}, played{}, "Google does not let this app in (admin_policy_enforced); trust its OAuth client in the Admin console under Security > Access and data control > API controls > App access control"},
		{"markup", []string{"error", markup, "error_description", markup}, played{}, "Google answered " + markup + ": " + markup + "; run: staffsync login"},
		{"no code", nil, played{}, "Google's answer has no code; run: staffsync login"},
		{"two codes", []string{"code", authCode, "code", "x"}, played{}, "Google's answer has no code; run: staffsync login"},
		{"bad code", []string{"code", authCode}, withheld(400, "invalid_grant", "Malformed code "+authCode), "HOST answered 400 invalid_grant: Malformed code [secret]; run: staffsync login"},
		{"bad client", []string{"code", authCode}, withheld(401, "invalid_client", "Unauthorized"), "Google does not accept the OAuth client (invalid_client: Unauthorized); download it again as CREDENTIALS"},
		{"unticked", []string{"code", authCode}, consented(ReadScopes()...), "not everything was allowed in the browser; this is missing: admin.directory.user, admin.directory.group.member; run: staffsync login, and tick every box"},
		{"no refresh token", []string{"code", authCode}, granted(accessToken), "Google's answer has no refresh token; remove staffsync at https://myaccount.google.com/connections and run: staffsync login"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newTokenServer(t, func(int, url.Values) played { return test.answer })
			config := s.oauthConfig(t)
			before, err := os.ReadFile(config.OAuth.Token)
			if err != nil {
				t.Fatal(err)
			}
			_, _, err = s.login(t, config, func(b *browser) {
				_, page := b.visit(b.answer(append(test.query, "state", b.asked.Get("state"))...))
				if !strings.Contains(page, "<h1>Signing in failed</h1>") || strings.Contains(page, markup) {
					t.Errorf("page %s", page)
				}
			})
			want := strings.NewReplacer("CREDENTIALS", config.OAuth.Credentials, "HOST", strings.TrimPrefix(s.URL, "http://")).Replace(test.want)
			checkSignIn(t, err, "sign in to Google: "+want)
			after, err := os.ReadFile(config.OAuth.Token)
			if err != nil || !bytes.Equal(before, after) {
				t.Errorf("the token file changed: %v", err)
			}
		})
	}
}

func TestALoginWithoutABrowserPrintsTheAddressAndTakesThePastedOne(t *testing.T) {
	s := newTokenServer(t, func(int, url.Values) played { return consented() })
	config := s.oauthConfig(t)
	paste, person := io.Pipe()
	b := &browser{t: t}
	said, _, err := s.login(t, config, nil, func(o *LoginOptions) {
		o.NoBrowser, o.In = true, paste
		o.Scopes = ReadScopes()
		o.OpenBrowser = func(string) error {
			t.Error("a browser was opened")
			return nil
		}
		terminal := o.Out
		o.Out = writer(func(data []byte) (int, error) {
			for line := range strings.Lines(string(data)) {
				if address, err := url.Parse(strings.TrimSpace(line)); err == nil && strings.HasPrefix(line, s.URL) {
					b.asked = address.Query()
					go func() {
						_, _ = io.WriteString(person, "\nwhat?\n"+b.answer("state", "stale", "code", "x")+"\n"+b.answer("state", b.asked.Get("state"), "code", authCode)+"\n")
					}()
				}
			}
			return terminal.Write(data)
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if b.asked.Get("scope") != strings.Join(ReadScopes(), " ") {
		t.Errorf("asked for %s", b.asked.Get("scope"))
	}
	for _, want := range []string{
		"Open this address in a browser on this machine:\n\n" + s.URL + "/auth?",
		"copy its address\n(it begins with " + b.asked.Get("redirect_uri") + "/) and paste it here.",
		"That is not the address of the last page, which begins with " + b.asked.Get("redirect_uri") + "/?\n",
		"That address belongs to another attempt to sign in.\n",
		"Signed in. The token is in " + config.OAuth.Token,
		"It is good for plan, and not for apply.\n",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is missing in:\n%s", want, said)
		}
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(data []byte) (int, error) { return w(data) }

func TestALoginGoesOnWhenNoBrowserCanBeOpened(t *testing.T) {
	s := newTokenServer(t, func(int, url.Values) played { return consented() })
	b := &browser{t: t}
	said, _, err := s.login(t, s.oauthConfig(t), nil, func(o *LoginOptions) {
		o.OpenBrowser = func(address string) error {
			opened, err := url.Parse(address)
			if err != nil {
				return err
			}
			b.asked = opened.Query()
			time.AfterFunc(10*time.Millisecond, func() { b.visit(b.answer("state", b.asked.Get("state"), "code", authCode)) })
			return errors.New("no xdg-open")
		}
	})
	if err != nil || !strings.Contains(said, "No browser could be opened (no xdg-open): open the address yourself.\n") {
		t.Errorf("%v, said %s", err, said)
	}
}

func TestALoginEndsWhenNobodyAnswersOrAtAnInterrupt(t *testing.T) {
	s := newTokenServer(t, func(int, url.Values) played { return consented() })
	_, _, err := s.login(t, s.oauthConfig(t), func(*browser) {}, func(o *LoginOptions) { o.Timeout = 20 * time.Millisecond })
	checkSignIn(t, err, "sign in to Google: nobody allowed it in the browser within 20ms; run: staffsync login")

	ctx, cancel := context.WithCancel(t.Context())
	err = Login(ctx, LoginOptions{Config: s.oauthConfig(t), OpenBrowser: func(string) error {
		cancel()
		return nil
	}})
	checkSignIn(t, err, "sign in to Google: interrupted")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestALoginIsOnlyForOAuth(t *testing.T) {
	err := Login(t.Context(), LoginOptions{Config: Config{ServiceAccount: &ServiceAccount{Key: "key.json"}, Subject: adminAt}})
	if err == nil || err.Error() != "staffsync login is for target.google.oauth; the way of signing in that the config names needs no login" {
		t.Errorf("got %v", err)
	}
	missing := Config{OAuth: &OAuth{Credentials: "missing.json", Token: "token.json"}}
	err = Login(t.Context(), LoginOptions{Config: missing})
	var signIn *Error
	if !errors.As(err, &signIn) || !strings.HasPrefix(signIn.Problem, "the OAuth client cannot be read: open missing.json: ") ||
		signIn.Remedy != "create an OAuth client of the type Desktop app in the Google Cloud console, download it, and name the file in target.google.oauth.credentials" {
		t.Errorf("got %v", err)
	}
}

func TestOnlyWebPagesAreOpenedInABrowser(t *testing.T) {
	for _, address := range []string{"file:///etc/passwd", "javascript:alert(1)", "calc.exe", "https:", "\x00"} {
		if err := openBrowser(address); err == nil || err.Error() != "open a browser: the address is not a web page's" {
			t.Errorf("%q: %v", address, err)
		}
	}
	for system, want := range map[string]string{"windows": "rundll32 url.dll,FileProtocolHandler", "darwin": "open", "linux": "xdg-open", "freebsd": "xdg-open"} {
		name, arguments := browserCommand(system)
		if got := strings.Join(append([]string{name}, arguments...), " "); got != want {
			t.Errorf("%s: %s, want %s", system, got, want)
		}
	}
}
