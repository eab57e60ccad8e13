package signin

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestAnEndedTokenIsRefreshedAndWrittenBackForTheNextRun(t *testing.T) {
	s := newTokenServer(t, func(int, url.Values) played { return granted(accessToken, loginScopes()...) })
	config := s.oauthConfig(t)
	before := time.Now()
	if got, err := s.token(t, s.session(t, config)); err != nil || got != accessToken {
		t.Fatalf("got %q, %v", got, err)
	}
	want := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refreshToken}, "client_id": {clientID}, "client_secret": {clientSecret}}
	if got := s.form(t, 1); got.Encode() != want.Encode() {
		t.Errorf("asked with %v", got)
	}
	file, err := readTokenFile(config.OAuth.Token)
	if err != nil {
		t.Fatal(err)
	}
	if file.Token != accessToken || file.RefreshToken != refreshToken || file.Expiry.Before(before.Add(59*time.Minute)) || len(file.Scopes) != len(loginScopes()) {
		t.Errorf("the file holds %q, %q, %v, %v", string(file.Token), string(file.RefreshToken), file.Expiry, file.Scopes)
	}
	info, err := os.Stat(config.OAuth.Token)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}

	// The next run uses it as it is.
	if got, err := s.token(t, s.session(t, config)); err != nil || got != accessToken || s.asked() != 1 {
		t.Errorf("got %q, %v after %d token requests", got, err, s.asked())
	}
}

func TestAFreshTokenIsUsedWithoutAskingAndItsFileStays(t *testing.T) {
	s := newTokenServer(t, func(int, url.Values) played { return withheld(400, "invalid_grant", "") })
	config := s.oauthConfig(t, func(f *tokenFile) { f.Token, f.Expiry.Time = accessToken, time.Now().Add(time.Hour) })
	before, err := os.ReadFile(config.OAuth.Token)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := s.token(t, s.session(t, config)); err != nil || got != accessToken || s.asked() != 0 {
		t.Errorf("got %q, %v", got, err)
	}
	after, err := os.ReadFile(config.OAuth.Token)
	if err != nil || string(before) != string(after) {
		t.Errorf("the file changed: %v", err)
	}
}

func TestManyRequestsAtOnceRefreshTheTokenOnce(t *testing.T) {
	s := newTokenServer(t, func(int, url.Values) played { return granted(accessToken) })
	opened := s.session(t, s.oauthConfig(t))
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			if got, err := s.token(t, opened); err != nil || got != accessToken {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
	group.Wait()
	if s.asked() != 1 {
		t.Errorf("%d token requests", s.asked())
	}
}

func TestSeveralRunsRefreshOneTokenFileSideBySide(t *testing.T) {
	s := newTokenServer(t, func(int, url.Values) played { return granted(accessToken) })
	config := s.oauthConfig(t)
	var group sync.WaitGroup
	for range 8 {
		opened := s.session(t, config)
		group.Go(func() {
			if got, err := s.token(t, opened); err != nil || got != accessToken {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
	group.Wait()
	file, err := readTokenFile(config.OAuth.Token)
	if err != nil || file.Token != accessToken || file.RefreshToken != refreshToken {
		t.Errorf("the file holds %v, %v", file, err)
	}
}

func TestARefreshNeverOverwritesANewLogin(t *testing.T) {
	var config Config
	s := newTokenServer(t, func(int, url.Values) played {
		// A person logs in while the old token is being refreshed.
		err := changeTokenFile(config.OAuth.Token, func(current tokenFile, err error) (tokenFile, bool) {
			current.RefreshToken, current.Token = "a newer one", secondToken
			return current, err == nil
		})
		if err != nil {
			t.Error(err)
		}
		return granted(accessToken)
	})
	config = s.oauthConfig(t)
	if _, err := s.token(t, s.session(t, config)); err != nil {
		t.Fatal(err)
	}
	file, err := readTokenFile(config.OAuth.Token)
	if err != nil || file.RefreshToken != "a newer one" || file.Token != secondToken {
		t.Errorf("the login is lost: %v, %v", file, err)
	}
}

func TestATokenThatCannotBeWrittenBackStillServesThisRun(t *testing.T) {
	s := newTokenServer(t, func(int, url.Values) played { return granted(accessToken) })
	config := s.oauthConfig(t)
	// A folder stands where the lock would be, for every user alike.
	if err := os.Mkdir(config.OAuth.Token+".lock", 0o700); err != nil {
		t.Fatal(err)
	}
	if got, err := s.token(t, s.session(t, config)); err != nil || got != accessToken {
		t.Errorf("got %q, %v", got, err)
	}
	if !strings.Contains(s.logged(), "the refreshed token could not be kept; the next run refreshes it again") {
		t.Errorf("log: %s", s.logged())
	}
}

func TestASignInThatFailsNamesTheCommandToRun(t *testing.T) {
	const run = "; run: staffsync login"
	tests := []struct {
		name   string
		answer played
		want   string
		asked  int
	}{
		{
			"revoked", withheld(400, "invalid_grant", "Token has been expired or revoked."),
			"the token in TOKEN has expired or was revoked (invalid_grant: Token has been expired or revoked.)" + run +
				" (an OAuth consent screen in testing ends tokens after 7 days: make its user type Internal)", 1,
		},
		{
			"quoting secrets", withheld(400, "invalid_grant", "Bad "+refreshToken+" of "+url.QueryEscape(clientSecret)+" ya29.x"),
			"the token in TOKEN has expired or was revoked (invalid_grant: Bad [secret] of [secret] [secret])" + run +
				" (an OAuth consent screen in testing ends tokens after 7 days: make its user type Internal)", 1,
		},
		{
			"client deleted", withheld(401, "deleted_client", "The OAuth client was deleted."),
			"Google does not accept the OAuth client that the token in TOKEN was given to (deleted_client: The OAuth client was deleted.); download the client again, or a new one, as CREDENTIALS, and run: staffsync login", 1,
		},
		{
			"blocked", withheld(400, "admin_policy_enforced", ""),
			"Google does not let this app in (admin_policy_enforced); trust its OAuth client in the Admin console under Security > Access and data control > API controls > App access control, then run: staffsync login", 1,
		},
		{"a page", played{status: 404, body: "<html>" + refreshToken + "</html>"}, "HOST answered 404" + run, 1},
		{"an error in a success", ok(`{"error":"odd","error_description":"` + refreshToken + `"}`), "HOST answered 200 odd: [secret]" + run, 1},
		{"too few scopes", granted(accessToken, WriteScopes()...), "the token in TOKEN does not cover what this command needs: admin.directory.group.readonly, admin.directory.orgunit.readonly, admin.directory.userschema.readonly" + run + ", and allow everything that Google asks about", 1},
		{"no token", ok(`{}`), "oauth2: server response missing access_token", 1},
		{"no header", granted("a b"), "the token server answered with something that is not an access token", 1},
		{"out of order", played{status: 503, body: "busy"}, "HOST answered 503; try again in some minutes", 4},
		{"too many", withheld(429, "rate_limited", ""), "HOST answered 429 rate_limited; try again in some minutes", 4},
		{"elsewhere", played{status: 302, header: map[string][]string{"Location": {"http://127.0.0.1:1/"}}}, "HOST answered 302" + run, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newTokenServer(t, func(int, url.Values) played { return test.answer })
			config := s.oauthConfig(t)
			_, err := s.token(t, s.session(t, config))
			want := strings.NewReplacer("TOKEN", config.OAuth.Token, "CREDENTIALS", config.OAuth.Credentials, "HOST", strings.TrimPrefix(s.URL, "http://")).Replace(test.want)
			checkSignIn(t, err, "sign in to Google: "+want)
			if s.asked() != test.asked {
				t.Errorf("%d token requests, want %d", s.asked(), test.asked)
			}
		})
	}
}

func TestAPassingFailureOfTheTokenServerIsTriedAgain(t *testing.T) {
	s := newTokenServer(t, func(number int, _ url.Values) played {
		switch number {
		case 1:
			return played{status: 503}
		case 2:
			return withheld(400, "temporarily_unavailable", "")
		}
		return granted(accessToken)
	})
	if got, err := s.token(t, s.session(t, s.oauthConfig(t))); err != nil || got != accessToken {
		t.Errorf("got %q, %v", got, err)
	}
	if s.asked() != 3 || s.pauses != 2 || s.form(t, 3).Get("refresh_token") != refreshToken {
		t.Errorf("%d token requests, %d pauses", s.asked(), s.pauses)
	}
}

func TestAFailureForGoodIsNotAskedAboutAgain(t *testing.T) {
	s := newTokenServer(t, func(int, url.Values) played { return withheld(400, "invalid_grant", "") })
	opened := s.session(t, s.oauthConfig(t))
	_, first := s.token(t, opened)
	_, second := s.token(t, opened)
	if first == nil || second == nil || first.Error() != second.Error() || s.asked() != 1 {
		t.Errorf("%v, %v after %d token requests", first, second, s.asked())
	}
}

func TestAnInterruptEndsATokenRequestAtOnce(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := newTokenServer(t, func(int, url.Values) played {
		cancel()
		return played{hang: true}
	})
	opened := s.session(t, s.oauthConfig(t))
	_, err := opened.accessToken(ctx, "")
	checkSignIn(t, s.saw(err), "sign in to Google: interrupted")
	if !errors.Is(err, context.Canceled) || s.asked() != 1 {
		t.Errorf("%v after %d token requests", err, s.asked())
	}
}

func TestATokenThatWillNotDoIsFoundBeforeAnyRequest(t *testing.T) {
	s := newTokenServer(t, func(int, url.Values) played { return granted(accessToken) })
	readOnly := s.oauthConfig(t, func(f *tokenFile) { f.Scopes = ReadScopes() })
	none := s.oauthConfig(t)
	none.OAuth.Token = filepath.Join(t.TempDir(), "token.json")
	broken := s.oauthConfig(t)
	broken.OAuth.Token = write(t, "token.json", `{"token": "x", `)
	tests := []struct {
		config Config
		want   string
	}{
		{readOnly, "the token in TOKEN does not cover what this command needs: admin.directory.user, admin.directory.group.member; run: staffsync login, and allow everything that Google asks about"},
		{none, "there is no token TOKEN; run: staffsync login"},
		{broken, "the token cannot be read: TOKEN: it is not JSON: unexpected end of JSON input; run: staffsync login"},
	}
	for _, test := range tests {
		_, err := Client(test.config, s.options(WriteScopes()...))
		checkSignIn(t, s.saw(err), "sign in to Google: "+strings.ReplaceAll(test.want, "TOKEN", test.config.OAuth.Token))
	}
	if s.asked() != 0 {
		t.Errorf("%d token requests", s.asked())
	}
}

func TestATokenFileWithoutAClientUsesTheConfigs(t *testing.T) {
	s := newTokenServer(t, func(int, url.Values) played { return granted(accessToken) })
	config := s.oauthConfig(t, func(f *tokenFile) { f.ClientID, f.ClientSecret, f.TokenURI = "", "", "" })
	if got, err := s.token(t, s.session(t, config)); err != nil || got != accessToken {
		t.Errorf("got %q, %v", got, err)
	}
	if form := s.form(t, 1); form.Get("client_id") != clientID || form.Get("client_secret") != clientSecret {
		t.Errorf("asked with %v", form)
	}
}

func TestACredentialThatOthersMayReadIsWarnedOf(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a file's mode does not say so on Windows")
	}
	s := newTokenServer(t, func(int, url.Values) played { return granted(accessToken) })
	config := s.oauthConfig(t)
	s.session(t, config)
	if strings.Contains(s.logged(), "level=WARN") {
		t.Errorf("warned of a file with mode 0600: %s", s.logged())
	}
	if err := os.Chmod(config.OAuth.Token, 0o640); err != nil {
		t.Fatal(err)
	}
	s.session(t, config)
	if !strings.Contains(s.logged(), `level=WARN msg="other users of this machine may read a credential; run: chmod 600" file=`+config.OAuth.Token) {
		t.Errorf("log: %s", s.logged())
	}
}
