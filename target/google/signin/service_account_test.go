package signin

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

func (s *tokenServer) robotConfig(t *testing.T, change ...func(map[string]any)) Config {
	t.Helper()
	return Config{ServiceAccount: &ServiceAccount{Key: write(t, "key.json", s.keyFile(t, change...))}, Subject: adminAt}
}

func TestAServiceAccountActsAsTheSubjectWithExactlyTheScopes(t *testing.T) {
	for _, scopes := range [][]string{ReadScopes(), WriteScopes()} {
		s := newTokenServer(t, func(int, url.Values) played { return granted(accessToken) })
		got, err := s.token(t, s.session(t, s.robotConfig(t), scopes...))
		if err != nil || got != accessToken {
			t.Fatalf("got %q, %v", got, err)
		}
		form := s.form(t, 1)
		if form.Get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer" {
			t.Errorf("grant type %q", form.Get("grant_type"))
		}
		claimed := claims(t, form.Get("assertion"))
		for name, want := range map[string]string{"iss": robotAt, "sub": adminAt, "aud": s.URL + "/token", "scope": strings.Join(scopes, " ")} {
			if claimed[name] != want {
				t.Errorf("%s is %v, want %s", name, claimed[name], want)
			}
		}
		issued, _ := claimed["iat"].(float64)
		ends, _ := claimed["exp"].(float64)
		if now := float64(time.Now().Unix()); issued > now || issued < now-60 || ends <= now || ends > now+3600 {
			t.Errorf("from %v to %v, now %v", issued, ends, now)
		}
	}
}

func TestAServiceAccountThatFailsSaysWhatToEnterWhere(t *testing.T) {
	all := strings.Join(directoryScopes("user.readonly", "group.readonly", "orgunit.readonly", "userschema.readonly", "user", "group.member"), ",")
	delegation := "in the Admin console under Security > Access and data control > API controls > Domain-wide delegation enter the client ID 108118 with the scopes " +
		all + " (apply needs the last 2, everything else the others); it can take some minutes to hold"
	tests := []struct {
		name   string
		answer played
		want   string
	}{
		{
			"not delegated", withheld(401, "unauthorized_client", "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested."),
			robotAt + " may not act as " + adminAt + " with the scopes that this command needs (unauthorized_client: Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.); " + delegation,
		},
		{
			"unknown subject", withheld(400, "invalid_grant", "Invalid email or User ID"),
			"Google knows no account " + adminAt + " to act as (invalid_grant: Invalid email or User ID); correct target.google.subject",
		},
		{
			"clock", withheld(400, "invalid_grant", "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe."),
			"Google does not accept the time of this machine (invalid_grant: Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.); set its clock",
		},
		{
			"key deleted", withheld(400, "invalid_grant", "Invalid JWT Signature."),
			"the key KEY of " + robotAt + " is not valid any more (invalid_grant: Invalid JWT Signature.); create a new key in the Google Cloud console under IAM & Admin > Service accounts",
		},
		{
			"otherwise", withheld(400, "invalid_grant", ""),
			"Google does not let " + robotAt + " act as " + adminAt + " (invalid_grant); check the key and target.google.subject",
		},
		{"another error", withheld(400, "invalid_request", ""), "HOST answered 400 invalid_request; check the key KEY"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newTokenServer(t, func(int, url.Values) played { return test.answer })
			config := s.robotConfig(t)
			_, err := s.token(t, s.session(t, config))
			want := strings.NewReplacer("KEY", config.ServiceAccount.Key, "HOST", strings.TrimPrefix(s.URL, "http://")).Replace(test.want)
			checkSignIn(t, err, "sign in to Google: "+want)
		})
	}
}

func TestAnAssertionThatTheServerQuotesIsHidden(t *testing.T) {
	s := newTokenServer(t, func(_ int, form url.Values) played {
		return withheld(400, "invalid_grant", "Bad assertion "+form.Get("assertion"))
	})
	_, err := s.token(t, s.session(t, s.robotConfig(t)))
	checkSignIn(t, err, "sign in to Google: Google does not let "+robotAt+" act as "+adminAt+" (invalid_grant: Bad assertion [secret]); check the key and target.google.subject")
}

func TestAKeyFileSaysWhatIsWrongWithIt(t *testing.T) {
	const remedy = "; create a key of the type JSON for the service account in the Google Cloud console under IAM & Admin > Service accounts, and name the file in target.google.serviceAccount.key"
	s := newTokenServer(t, func(int, url.Values) played { return granted(accessToken) })
	set := func(key string, value any) func(map[string]any) {
		return func(file map[string]any) { file[key] = value }
	}
	tests := []struct {
		change func(map[string]any)
		want   string
	}{
		{set("private_key", nil), "it has no private_key"},
		{set("private_key", ""), "it has no private_key"},
		{set("private_key", "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n"), "its private_key is damaged"},
		{set("private_key", 5), "its private_key is not a text"},
		{set("type", "authorized_user"), `its type is "authorized_user", not service_account`},
		{set("client_email", ""), "it has no client_email"},
		{set("installed", map[string]any{}), "it is an OAuth client, which belongs in target.google.oauth.credentials"},
		{set("token_uri", "https://evil.example/token"), `its token_uri, "https://evil.example", is not an https address of Google's`},
		{set("universe_domain", "example.org"), `its universe_domain is "example.org"; Google Workspace is in googleapis.com`},
	}
	for _, test := range tests {
		config := s.robotConfig(t, test.change)
		_, err := Client(config, s.options())
		checkSignIn(t, s.saw(err), "sign in to Google: "+config.ServiceAccount.Key+" is not the key of a service account: "+test.want+remedy)
	}
	if s.asked() != 0 {
		t.Errorf("%d token requests", s.asked())
	}
}

func TestAKeyFileWithAByteOrderMarkIsRead(t *testing.T) {
	s := newTokenServer(t, func(int, url.Values) played { return granted(accessToken) })
	config := Config{ServiceAccount: &ServiceAccount{Key: write(t, "key.json", "\xef\xbb\xbf"+s.keyFile(t))}, Subject: adminAt}
	if got, err := s.token(t, s.session(t, config)); err != nil || got != accessToken {
		t.Errorf("got %q, %v", got, err)
	}
}
