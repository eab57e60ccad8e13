package signin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
)

// here is a transport to the token server, whatever the host.
func (s *tokenServer) here(t *testing.T) http.RoundTripper {
	t.Helper()
	server, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return roundTrip(func(request *http.Request) (*http.Response, error) {
		if request.URL.Scheme != "https" && request.URL.Host != server.Host {
			return nil, fmt.Errorf("%s is neither https nor on this machine", request.URL)
		}
		moved := request.Clone(request.Context())
		moved.URL.Scheme, moved.URL.Host = server.Scheme, server.Host
		return http.DefaultTransport.RoundTrip(moved)
	})
}

// impersonated is Google's part: a person's token, a signature, a token.
func impersonated(form url.Values) played {
	switch {
	case form.Get("grant_type") == "refresh_token":
		return granted(secondToken)
	case form.Get("json") != "":
		return ok(`{"keyId":"k","signedJwt":"eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmVk"}`)
	}
	return granted(accessToken)
}

func (s *tokenServer) impersonating(t *testing.T, scopes ...string) *session {
	t.Helper()
	t.Setenv("GOOGLE_CLOUD_QUOTA_PROJECT", "")
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", write(t, "adc.json", fmt.Sprintf(
		`{"type":"authorized_user","client_id":%q,"client_secret":%q,"refresh_token":%q,"token_uri":%q,"quota_project_id":"billed"}`,
		clientID, clientSecret, refreshToken, s.URL+"/token")))
	options := s.options(scopes...).WithDefaults()
	options.HTTPClient.Transport = s.here(t)
	config := Config{ApplicationDefault: &ApplicationDefault{ServiceAccount: robotAt}, Subject: adminAt}
	opened, err := openSession(config, options)
	if err != nil {
		t.Fatal(err)
	}
	return opened
}

func TestDefaultCredentialsSignForTheServiceAccountAsTheSubject(t *testing.T) {
	s := newTokenServer(t, func(_ int, form url.Values) played { return impersonated(form) })
	got, err := s.token(t, s.impersonating(t, WriteScopes()...))
	if err != nil || got != accessToken {
		t.Fatalf("got %q, %v", got, err)
	}
	if s.paths[1] != "/v1/projects/-/serviceAccounts/"+robotAt+":signJwt" {
		t.Errorf("paths %v", s.paths)
	}
	signing := s.form(t, 2)
	var asked struct{ Payload string }
	if err := json.Unmarshal([]byte(signing.Get("json")), &asked); err != nil {
		t.Fatal(err)
	}
	var claimed map[string]any
	if err := json.Unmarshal([]byte(asked.Payload), &claimed); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"iss": robotAt, "sub": adminAt, "aud": "https://oauth2.googleapis.com/token", "scope": strings.Join(WriteScopes(), " ")} {
		if claimed[name] != want {
			t.Errorf("%s is %v, want %s", name, claimed[name], want)
		}
	}
	if signing.Get("(authorization)") != "Bearer "+secondToken || signing.Get("(project)") != "billed" {
		t.Errorf("signed with %v", signing)
	}
	if s.form(t, 3).Get("assertion") != "eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmVk" || s.asked() != 3 {
		t.Errorf("%d token requests, the last %v", s.asked(), s.form(t, 3))
	}
}

func TestDefaultCredentialsThatFailSayWhatToGrant(t *testing.T) {
	tests := []struct {
		name   string
		answer func(form url.Values) played
		want   string
	}{
		{
			"may not sign",
			func(form url.Values) played {
				if form.Get("json") != "" {
					return played{status: 403, body: `{"error":{"code":403,"message":"Permission 'iam.serviceAccounts.signJwt' denied for ` + form.Get("(authorization)") + `","status":"PERMISSION_DENIED"}}`}
				}
				return impersonated(form)
			},
			"the application default credentials may not sign for " + robotAt + " (PERMISSION_DENIED: Permission 'iam.serviceAccounts.signJwt' denied for [secret]); enable the IAM Service Account Credentials API in its project and grant their account the role Service Account Token Creator on " + robotAt,
		},
		{
			"no such service account",
			func(form url.Values) played {
				if form.Get("json") != "" {
					return played{status: 404, body: `{"error":{"code":404,"message":"Not found; Gaia id not found","status":"NOT_FOUND"}}`}
				}
				return impersonated(form)
			},
			"Google knows no service account " + robotAt + " (NOT_FOUND: Not found; Gaia id not found); correct target.google.applicationDefault.serviceAccount",
		},
		{
			"not delegated",
			func(form url.Values) played {
				if form.Get("assertion") != "" {
					return withheld(401, "unauthorized_client", "Client is unauthorized")
				}
				return impersonated(form)
			},
			robotAt + " may not act as " + adminAt + " with the scopes that this command needs (unauthorized_client: Client is unauthorized); " + delegate("(the unique ID of "+robotAt+", in the Google Cloud console under IAM & Admin > Service accounts)", ReadScopes()),
		},
		{
			"ended",
			func(url.Values) played { return withheld(400, "invalid_grant", "Token has been revoked") },
			"the application default credentials are not accepted (HOST answered 400 invalid_grant: Token has been revoked); run: gcloud auth application-default login, or name another credentials file in GOOGLE_APPLICATION_CREDENTIALS",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newTokenServer(t, func(_ int, form url.Values) played { return test.answer(form) })
			_, err := s.token(t, s.impersonating(t))
			checkSignIn(t, err, "sign in to Google: "+strings.ReplaceAll(test.want, "HOST", strings.TrimPrefix(s.URL, "http://")))
		})
	}
}

func TestMissingDefaultCredentialsSayHowToGetSome(t *testing.T) {
	s := newTokenServer(t, func(_ int, form url.Values) played { return impersonated(form) })
	opened := s.impersonating(t)
	missing := filepath.Join(t.TempDir(), "adc.json")
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", missing)
	_, err := s.token(t, opened)
	if err == nil || !strings.HasPrefix(err.Error(), "sign in to Google: there are no application default credentials to use: ") || !strings.Contains(err.Error(), missing) ||
		!strings.HasSuffix(err.Error(), "; run: gcloud auth application-default login, or name a credentials file in GOOGLE_APPLICATION_CREDENTIALS") {
		t.Errorf("got %v", err)
	}
}
